"""A remark that one door makes, all make; `--strict` turns doubts into exit code 2."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest

from bsct_explorer.remarks import REMARK_KINDS

SCAN = ("water", "--bond", "0-1", "--charge", "1", "--points", "60", "--model", "morse", "--no-refine")


def words(text: str) -> str:
    """The text on one line: a terminal wraps, a page escapes."""
    return " ".join(unescape(text).replace("\n! ", "\n").split())


@pytest.fixture
def several(own, tmp_path: Path) -> tuple[str, ...]:
    """A scan with remarks on the molecule, the charge, the multiplicity, failed frames and the reference."""
    return (*SCAN, "--model", own("Gap"), "--reference", "morse", "--json", str(tmp_path / "r.json"))


def said(path: Path) -> list[dict[str, object]]:
    return list(json.loads(path.read_text())["remarks"])


def test_scan_report_and_check_say_what_json_says(run, several, tmp_path: Path) -> None:
    scan = run("scan", *several, "--html", tmp_path / "r.html")
    assert scan.code == 0, scan.err
    remarks = said(tmp_path / "r.json")
    kinds = {remark["kind"] for remark in remarks}
    assert {"charge-ignored", "multiplicity-ignored", "failed-frames"} <= kinds <= set(REMARK_KINDS)
    assert {remark["about"] for remark in remarks} >= {"molecule", "reference", "morse"}
    check = run("check", *several, "--max", "fsd_full=1e9")
    report = words((tmp_path / "r.html").read_text())
    for remark in remarks:
        sentence = words(str(remark["sentence"]))
        assert sentence in words(scan.out)
        assert sentence in report
        if remark["about"] != "molecule":  # `check` prints no molecule
            assert sentence in words(check.out)


def test_doubts_come_first_and_are_marked(run) -> None:
    done = run("scan", *SCAN, "--reference", "none")
    lines = done.out.partition("\nRemarks\n")[2].splitlines()
    marked = [line.startswith("! ") for line in lines if line[2:3] != " "]
    assert marked[0]
    assert not marked[-1]


def test_a_map_says_what_its_json_says(run, tmp_path: Path) -> None:
    arguments = ("--x", "bond:0-1", "--y", "angle:1-0-2", "--points", "9", "--charge", "1", "--model", "morse")
    done = run("map", "water", *arguments, "--reference", "none", "--json", tmp_path / "m.json")
    assert done.code == 0, done.err
    remarks = said(tmp_path / "m.json")
    assert "charge-ignored" in {remark["kind"] for remark in remarks}
    assert all(words(str(remark["sentence"])) in words(done.out) for remark in remarks)
    assert run("map", "water", *arguments, "--reference", "none", "--strict").code == 2


def test_all_bonds_say_what_they_share_once(run) -> None:
    done = run("scan", "water", "--all-bonds", "--charge", "1", "--points", "30", "--model", "morse", "--no-refine",
               "--reference", "none")  # fmt: skip
    assert words(done.out).count("charge +1 was ignored") == 1


@pytest.mark.parametrize("command", [("scan",), ("check", "--max", "energy-step=99")])
def test_strict_fails_on_doubts_alone(run, command: tuple[str, ...]) -> None:
    name, *limits = command
    doubtful = (name, *SCAN, *limits, "--reference", "none")
    assert run(*doubtful).code == 0
    done = run(*doubtful, "--strict")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "charge-ignored" in done.err
    clean = (name, "water", "--bond", "0-1", "--points", "30", "--model", "morse", "--no-refine", "--reference", "none")
    fine = run(*clean, *limits, "--strict")
    assert fine.code == 0, fine.err


def test_a_limit_that_is_exceeded_stays_1_with_strict(run) -> None:
    assert run("check", *SCAN, "--reference", "none", "--max", "force_flips=-1", "--strict").code == 1
