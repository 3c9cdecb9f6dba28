"""`map`: two coordinates to the terminal and to files."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from bsct_explorer.export.map_files import map_schema

WATER = ("map", "water", "--x", "bond:0-1", "--y", "angle:1-0-2", "--model", "morse", "--reference", "none")


def test_a_map_on_the_terminal_and_as_files(run, tmp_path):
    done = run(*WATER, "--points", "11x9", "--csv", tmp_path / "m.csv", "--npz", tmp_path / "m.npz")
    assert done.code == 0, done.err
    assert "angle H1–O0–H2, 60 to 180°, 9 values" in done.out
    assert "Findings on its lines" in done.out
    assert len((tmp_path / "m.csv").read_text().splitlines()) == 1 + 99
    with np.load(tmp_path / "m.npz") as arrays:
        assert arrays["energies"].shape == (9, 11)


def test_a_map_as_json(run):
    done = run(*WATER, "--points", "9", "--x-range", "0.7:1.4", "--y-range", "80:120", "--json", "-")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    jsonschema.validate(document, map_schema())
    assert document["y"]["values"][0] == 80.0
    assert document["settings"]["points"] == [9, 9]
    assert document["provenance"]["command"].startswith("bsct-explorer map water")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--x", "bond:0-1", "--y", "bond:0-1"), "Both coordinates"),
        (("--x", "stretch:0-1", "--y", "angle:1-0-2"), "no coordinate"),
        (("--x", "bond:0-1", "--y", "angle:1-0-7"), "Atom 7 does not exist"),
        (("--x", "bond:0-1", "--y", "angle:1-0-2", "--points", "5x5"), "from 9 to 121"),
        (("--x", "bond:0-1", "--y", "angle:1-0-2", "--points", "axb"), "is no grid"),
        (("--x", "bond:0-1", "--y", "angle:1-0-2", "--npz", "-"), "arrays are a file"),
        (
            (
                "--x",
                "bond:0-1",
            ),
            "required: --y",
        ),
    ],
)
def test_bad_input_is_one_line_and_code_2(run, arguments, words):
    done = run("map", "water", *arguments, "--model", "morse", "--reference", "none")
    assert done.code == 2
    assert words in done.err
    assert len(done.err.splitlines()) == 1
