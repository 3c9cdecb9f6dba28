"""Wrong ways to use the command line: one line that names the value, exit code 2, and nothing else is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bsct_explorer.cli.output_files import OutputError, Outputs

COMMAND = [sys.executable, "-m", "bsct_explorer"]
WATER = ("scan", "water", "--bond", "0-1", "--points", "20", "--reference", "none")
FULL = "/dev/full"
has_full = pytest.mark.skipif(not os.path.exists(FULL), reason="needs a device that is always full, /dev/full of Linux")


def refused(result, *words):
    """Whether it is exit code 2 with one line that has these words and blames no fault of ours."""
    assert result.code == 2
    assert len(result.err.splitlines()) == 1, result.err
    assert result.err.startswith("bsct-explorer: error: ")
    assert "fault of BSCT Explorer" not in result.err
    for word in words:
        assert word in result.err
    return True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--json", ""), ("--json", "empty path")),
        (("--csv", " "), ("--csv", "empty path")),
        (("--bond", "0-2"), ("--bond is given twice",)),
        (("--points", "many"), ("'many' is no whole number",)),
        (("--charge", "1.5"), ("'1.5' is no whole number",)),
        (("--range", "1e-9:2"), ("1e-09", "0.05 or above")),
        (("--reference-level", "CCSD(T)"), ("CCSD(T)", "'none'", "give a file")),
        (("--reference-unit", "hartree"), ("hartree", "'none'", "give a file")),
    ],
)
def test_a_value_that_cannot_be_used_is_named(run, arguments, words):
    assert refused(run(*WATER, "--model", "morse", *arguments), *words)


def test_a_level_for_a_potential_is_refused_and_one_for_a_file_is_taken(run, tmp_path):
    given = ("--model", "morse", "--reference-level", "mine", "--json", "-")
    assert refused(run(*WATER[:-1], "gfn2-xtb", *given), "'gfn2-xtb'", "level of its own")
    rows = [(0.4 + 0.05 * k, (0.05 * k - 0.5) ** 2) for k in range(40)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(f"{r},{e}" for r, e in rows), encoding="utf-8")
    found = json.loads(run(*WATER[:-1], path, *given).out)
    assert found["reference"]["level_of_theory"] == "mine"


@pytest.mark.parametrize("option", ["--x", "--y", "--model"])
def test_a_map_takes_one_of_each(run, option):
    given = {"--x": "bond:0-1", "--y": "angle:1-0-2", "--model": "morse"}
    words = [word for pair in given.items() for word in pair]
    assert refused(run("map", "water", *words, option, given[option]), f"{option} is given twice")


def test_a_folder_is_no_molecule(run, tmp_path):
    assert refused(run("bonds", tmp_path), str(tmp_path), "It is a folder")


def test_an_empty_file_is_said_to_be_empty(run, tmp_path):
    (tmp_path / "empty.xyz").write_text("")
    assert refused(run("bonds", tmp_path / "empty.xyz"), "the file is empty", "Correct the file")


@pytest.mark.parametrize("command", ["scan", "check"])
@pytest.mark.parametrize(("name", "code"), [("Exits", 0), ("exits", 1)])
def test_a_model_that_ends_the_program_does_not_choose_the_exit_code(run, own, command, name, code):
    """An exit code of 0 would be a test that holds, 1 one that falls short."""
    limits = ("--max", "energy-step=0") if command == "check" else ()
    result = run(command, *WATER[1:], "--model", own(name), *limits)
    assert result.code == 2
    assert f"sys.exit({code})" in result.err


def test_a_model_that_ends_the_program_keeps_the_other_curves(run, own):
    result = run(*WATER, "--model", "morse", "--model", own("Exits"), "--json", "-")
    assert result.code == 0
    found = json.loads(result.out)
    assert [profile["model"] for profile in found["profiles"]] == ["morse"]
    assert "sys.exit(0)" in found["failed"][0]["error"]


@has_full
@pytest.mark.parametrize("command", ["scan", "check", "map"])
def test_one_output_that_cannot_be_written_keeps_the_others_and_the_table(run, tmp_path, command):
    path = tmp_path / "curves.csv"
    given = ("map", "water", "--x", "bond:0-1", "--y", "angle:1-0-2", "--points", "9", "--reference", "none")
    limits = ("--max", "energy-step=0") if command == "check" else ()
    result = run(
        *(given if command == "map" else (command, *WATER[1:])),
        "--model",
        "morse",
        *limits,
        "--json",
        FULL,
        "--csv",
        path,
    )
    assert refused(result, f"{FULL} could not be written: No space left on device")
    assert len(path.read_text(encoding="utf-8").splitlines()) > 20
    assert "Morse" in result.out or "morse" in result.out


def test_a_full_disk_is_named_with_the_file_that_was_asked_for(tmp_path, monkeypatch):
    real = Path.write_bytes

    def full(place, content):
        if b"html" in content:
            raise OSError(28, "No space left on device")
        return real(place, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    outputs = Outputs()
    outputs.write(str(tmp_path / "report.html"), lambda: "<html>")
    outputs.write(str(tmp_path / "scan.json"), lambda: "{}")
    with pytest.raises(OutputError, match=r"report\.html could not be written: No space left on device"):
        outputs.raise_failures()
    assert [path.name for path in tmp_path.iterdir()] == ["scan.json"]


@has_full
def test_a_full_stdout_keeps_the_files(tmp_path):
    path = tmp_path / "curves.csv"
    arguments = [*COMMAND, *WATER, "--model", "morse", "--json", "-", "--csv", str(path)]
    with open(FULL, "w") as full:
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("No space left on device. Check where stdout goes.")
    assert len(path.read_text(encoding="utf-8").splitlines()) > 20


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_reader_that_goes_away_leaves_the_files(tmp_path):
    path = tmp_path / "curves.csv"
    arguments = [*COMMAND, *WATER, "--model", "morse", "--json", "-", "--csv", str(path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait() == 141
    assert len(path.read_text(encoding="utf-8").splitlines()) > 20


@has_full
def test_a_full_stdout_is_one_line():
    with open(FULL, "w") as full:
        done = subprocess.run([*COMMAND, "molecules"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "bsct-explorer: error: the results could not be written: No space left on device. Check where stdout goes."
    ]


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_closed_streams_are_no_error(tmp_path):
    path = tmp_path / "scan.json"
    arguments = [*COMMAND, *WATER, "--model", "morse", "--json", str(path)]
    done = subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *arguments], capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads(path.read_text(encoding="utf-8"))["profiles"]


def test_a_cut_off_mol_file_and_a_lone_hydrogen_are_one_line_each(run, tmp_path):
    """Rdkit warns about both past Python's stderr."""
    path = tmp_path / "cut.mol"
    path.write_text("cut\n  test\n\n  9  9  0  0  0  0  0  0  0  0999 V2000\n    0.0 0.0", encoding="utf-8")
    assert refused(run("bonds", path), "cut is not a mol or sdf file")
    assert refused(run("bonds", "[H]"), "single atom")
