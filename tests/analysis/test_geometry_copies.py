"""Findings at copies of one geometry are one finding."""

from __future__ import annotations

import pytest

from bsct_explorer.analysis.geometry_copies import without_copies
from bsct_explorer.artifacts import Artifact
from bsct_explorer.deformations import AngleBend
from bsct_explorer.molecules import load_molecule

SCAN = AngleBend(1, 0, 2, range=(60.0, 300.0)).scan(load_molecule("water"), points=61)


def found(kind: str, place: float, size: float) -> Artifact:
    evidence = {"equilibrium_°": 104.0} if kind.endswith("minimum") else {}
    return Artifact(kind, place, (place - 5, place + 5), size, "eV", "minor", "Found.", True, evidence=evidence)


@pytest.mark.parametrize("depth", [0.25, 0.17, 0.01])
def test_a_mirrored_minimum_is_one_whatever_way_out_each_has(depth: float) -> None:
    (kept,) = without_copies(
        [found("artificial-minimum", 149.0, 0.25), found("artificial-minimum", 211.0, depth)], SCAN
    )
    assert kept.location == 149.0  # nearest to the molecule's own
    assert "comes again at 211°" in kept.explanation


def test_other_places_and_other_sizes_stay() -> None:
    elsewhere = [found("artificial-minimum", 149.0, 0.25), found("artificial-minimum", 235.0, 0.25)]
    assert len(without_copies(elsewhere, SCAN)) == 2
    steps = [found("energy-step", 149.0, 0.25), found("energy-step", 211.0, 0.1)]
    assert len(without_copies(steps, SCAN)) == 2
