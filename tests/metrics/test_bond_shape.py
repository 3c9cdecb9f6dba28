"""The numbers of a bond are those of the Morse curve that they are read from, and say why where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.data import Floats
from bsct_explorer.metrics import Metrics, compute_metrics
from bsct_explorer.metrics.measured_curve import MeasuredCurve

DEPTH, WIDTH, BOND = 4.0, 2.0, 1.5
GRID = np.linspace(0.8, 3.0, 100)
NUMBERS = ("depth", "equilibrium", "stiffness", "wall")
COMPARED = ("depth_ratio", "equilibrium_difference", "stiffness_ratio", "wall_ratio")


def energy(q: Floats, depth: float = DEPTH, width: float = WIDTH, bond: float = BOND) -> Floats:
    return np.asarray(depth * (1 - np.exp(-width * (q - bond))) ** 2)


def morse(depth: float = DEPTH, width: float = WIDTH, bond: float = BOND, grid: Floats = GRID) -> MeasuredCurve:
    x = np.exp(-width * (grid - bond))
    energies, forces = energy(grid, depth, width, bond) - 77.0, -2 * depth * width * x * (1 - x)
    flat = np.ones_like(grid)
    return MeasuredCurve(grid, energies, forces, None, "Å", grid, flat, equilibrium=bond)


def without(curve: MeasuredCurve, frames: slice) -> MeasuredCurve:
    energies, forces = curve.energies.copy(), curve.generalized_forces.copy()
    energies[frames] = forces[frames] = np.nan
    return replace(curve, energies=energies, generalized_forces=forces)


def numbers(found: Metrics, keys: tuple[str, ...]) -> list[float | int | None]:
    return [found[key] for key in keys]


@pytest.mark.parametrize(("depth", "width", "bond"), [(4.0, 2.0, 1.5), (5.0, 1.9, 1.53), (1.0, 1.2, 1.9)])
def test_a_morse_bonds_own_numbers(depth: float, width: float, bond: float) -> None:
    found = compute_metrics(morse(depth, width, bond))
    first, last = energy(GRID[[0, -1]], depth, width, bond)
    # The bottom is that of the nearest frame, at most half a spacing off the minimum.
    half = depth * (width * 0.5 * (GRID[1] - GRID[0])) ** 2 * 1.1
    assert found["depth"] == pytest.approx(last, abs=half)
    assert found["wall"] == pytest.approx(first, abs=half)
    assert found["equilibrium"] == bond
    assert found["stiffness"] == pytest.approx(2 * depth * width**2, rel=1e-4)


def test_against_a_reference_they_are_ratios_and_a_difference() -> None:
    found = compute_metrics(morse(depth=1.0), morse(depth=4.0))
    assert numbers(found, COMPARED) == pytest.approx([0.25, 0.0, 0.25, 0.25])
    longer = compute_metrics(morse(bond=1.55), morse())
    assert longer["equilibrium_difference"] == pytest.approx(0.05)
    assert longer["stiffness_ratio"] == pytest.approx(1.0, rel=1e-4)
    assert numbers(compute_metrics(morse(), morse()), COMPARED) == [1.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_ratio_is_taken_at_the_outermost_frames_that_both_have(side: str) -> None:
    short = without(morse(depth=1.0), slice(70, None)) if side == "ours" else morse(depth=1.0)
    found = compute_metrics(short, morse() if side == "ours" else without(morse(), slice(70, None)))
    assert found["depth_ratio"] == pytest.approx(0.25)


def test_what_is_missing_has_its_reason() -> None:
    alone = compute_metrics(morse())
    assert all(alone.notes[key] == "there is no reference to compare with" for key in COMPARED)
    no_minimum = MeasuredCurve(GRID, GRID**-12.0, 12 * GRID**-13.0, None, "Å", GRID, np.ones_like(GRID))
    for found in (compute_metrics(no_minimum, morse()), compute_metrics(morse(), no_minimum)):
        assert all("no minimum" in found.notes[key] for key in COMPARED)
    assert all("no minimum" in compute_metrics(no_minimum).notes[key] for key in NUMBERS)
    angle = replace(morse(), unit="°")
    assert all("bonds" in compute_metrics(angle).notes[key] for key in NUMBERS)


def test_a_reference_that_does_not_rise_makes_no_ratio() -> None:
    flat = morse(depth=0.05)
    assert "rises by less than 0.1 eV" in compute_metrics(morse(), flat).notes["depth_ratio"]


def test_energies_alone_have_a_depth_and_no_stiffness() -> None:
    curve = morse()
    bare = replace(curve, generalized_forces=np.full_like(GRID, np.nan))
    found = compute_metrics(bare, morse())
    assert found["depth_ratio"] == pytest.approx(1.0)
    assert "force along the bond" in found.notes["stiffness"]
    assert "the reference has no force" in compute_metrics(morse(), bare).notes["stiffness_ratio"]
