"""The command that measures the variants: it goes on where it was stopped, and joins what it found."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import pytest

from benchmarks.testbed_table import Bench, Run, markdown, of_bonds
from bsct_explorer.testbed.aims import tabulated


@pytest.fixture
def weights(tmp_path):
    (tmp_path / "D").mkdir()
    path = tmp_path / "D" / "best.safetensors"
    path.write_bytes(b"weights")
    return path


def test_what_was_measured_is_kept_when_the_next_part_fails(weights):
    asked = []

    def part(name, fails=False):
        def compute():
            asked.append(name)
            if fails:
                raise KeyboardInterrupt
            return {"force": math.nan}

        return name, compute

    with pytest.raises(KeyboardInterrupt):
        Run(weights, "data").measure("stage", [part("one"), part("two", fails=True)])
    again = Run(weights, "data")
    assert again.measure("stage", [part("one"), part("two")])
    assert asked == ["one", "two", "two"]
    assert not again.measure("stage", [part("one"), part("two")])
    assert set(json.loads(weights.with_name("table.json").read_text())["parts"]) == {"one", "two"}


@pytest.mark.parametrize("change", ["weights", "data"])
def test_other_weights_or_data_are_measured_again(weights, change):
    Run(weights, "data").measure("stage", [("one", dict)])
    if change == "weights":
        weights.write_bytes(b"other")
    assert Run(weights, "other" if change == "data" else "data").kept["parts"] == {}


def bond(atoms, jumps=(), fine=(), fsd=1.0, minima=0):
    return {"atoms": atoms, "fsd": fsd, "fsd_own": fsd, "jumps": jumps, "fine_steps": fine, "extra_minima": minima}


def test_jumps_of_either_kind_count_above_a_hundredth_of_a_millielectronvolt():
    found = of_bonds(
        [
            bond(9, jumps=[[1.0, -3.0], [2.0, 1.5]], fine=[[1.0, -3.0]]),
            bond(10, fine=[[1.2, 0.02]], fsd=5.0, minima=2),
            bond(21, fine=[[1.2, 0.009]], fsd=math.nan),
            bond(9, fsd=2.0, minima=1),
        ]
    )
    assert found == {
        "fsd": 2.0,
        "fsd_own": 2.0,
        "jumps": 2,
        "largest_jump": 3.0,
        "with_jumps": 50.0,
        "large_with_jumps": 50.0,
        "extra_minima": 3,
    }


def test_markdown_has_a_column_for_each_variant_with_spread_and_marks():
    text = markdown(tabulated({"D": {"force": 100.0}, "D-1": {"force": 160.0}, "H": {"force": 90.0}}, "Here.", {}))
    lines = text.splitlines()
    assert lines[:5] == ["# The testbed's variants", "", "Here.", "", "| | D | H |"]
    assert "| Errors: Force MAE, meV/Å | 130 ± 30 ✗ | 90 |" in lines
    assert lines[-2:] == ["- D: Diff-kNN, tempered attention, broad smearing", "- H: as D, with hard kNN"]
    text = markdown(tabulated({"D": {"nve_drift": 0.03}, "D-1": {}}, "Here.", {}))
    assert "Drift, meV/atom/ps | 0.03 (of 1 of 2 runs) ✓ |" in text


def test_relaxed_geometries_are_compared_on_what_a_and_d_both_relaxed():
    def run(name, failed):
        shape = {"barrier": 1.0, "rotation_energy": 0.0, "rotation_force": 0.0}
        parts = {
            f"molecule {n}": {**shape, "not_relaxed": float(n in failed), **({} if n in failed else {"rmsd": size})}
            for n, size in (("ethanol", 10.0), ("aspirin", 90.0))
        }
        return SimpleNamespace(name=name, kept={"parts": parts})

    bench = object.__new__(Bench)
    bench.molecules = {"ethanol": None, "aspirin": None}
    bench.parts_of_molecules, bench.cases, bench.nve_name = ["molecule ethanol", "molecule aspirin"], [None], "nve"
    bench.bond_name = lambda case: "bond"
    runs = [run("A-1", ["aspirin"]), run("D", []), run("E", ["ethanol", "aspirin"])]
    compared = bench.compared(runs)
    assert compared == {"molecule ethanol"}, "what E failed on does not count"
    assert [bench.row(some, compared)["rmsd"] for some in runs[:2]] == [10.0, 10.0]
    assert math.isnan(bench.row(runs[2], compared)["rmsd"])
    assert [bench.row(some, compared)["not_relaxed"] for some in runs] == [1, 0, 2]
    assert bench.row(runs[1], bench.compared(runs[1:]))["rmsd"] == 50.0
