"""Files are whole or not there; devices and links survive."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from bsct_explorer.cli.output_files import OutputError, check_outputs, write


def test_a_write_that_fails_half_way_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "scan.json"
    path.write_text("old")

    def half(place, content):
        place.write_text("ne")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OutputError, match="No space left"):
        write(str(path), "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_permissions_and_a_link_its_target(tmp_path):
    path, link = tmp_path / "scan.json", tmp_path / "link.json"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write(str(link), "new é")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "new é"
    assert path.stat().st_mode & 0o777 == 0o640


def test_bytes_are_written_as_they_are(tmp_path, capfdbinary):
    write(str(tmp_path / "map.npz"), b"\x00\xff")
    assert (tmp_path / "map.npz").read_bytes() == b"\x00\xff"
    write("-", b"\x00\xff")
    assert capfdbinary.readouterr().out == b"\x00\xff"


def test_a_new_file_is_readable_by_others_as_the_umask_says(tmp_path):
    (tmp_path / "plain").write_text("")
    write(str(tmp_path / "new"), "text")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_device_is_written_to_not_replaced(tmp_path):
    import os
    import stat

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(str(pipe), "text")
    assert os.read(reader, 10) == b"text"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_outputs_are_refused_before_anything_is_computed(tmp_path):
    check_outputs([("--json", "-"), ("--csv", str(tmp_path / "a.csv")), ("--xyz", None)])
    with pytest.raises(OutputError, match="is a folder"):
        check_outputs([("--json", str(tmp_path))])
    with pytest.raises(OutputError, match=r"--json and --csv would both go to .*same"):
        check_outputs([("--json", str(tmp_path / "same")), ("--csv", str(tmp_path / "." / "same"))])
