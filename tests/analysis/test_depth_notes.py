"""A bond that costs another energy than the reference's by far is the first thing that is said of its curve."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.analysis import analyse
from bsct_explorer.data import Evaluation, Floats, PotentialInfo
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.remarks.of_curves import ANOTHER_DEPTH

SCAN: Scan = BondStretch(0, 1).scan(load_molecule("ethane"), points=60)
INFO = PotentialInfo(name="toy", display_name="Toy", level_of_theory="closed-shell")


def bond(depth: float, tilt: float = 0.0, fails: slice = slice(0, 0)) -> Profile:
    """A Morse curve that a `tilt` in eV/Å drags down beyond its equilibrium."""
    q = SCAN.values
    x = np.exp(-2.0 * (q - 1.53))
    out = np.clip(q - 1.53, 0.0, None)
    energies: Floats = depth * (1 - x) ** 2 - tilt * out**2
    energies[fails] = np.nan
    return Profile(SCAN, Evaluation(INFO, energies, None, generalized_forces=-4 * depth * x * (1 - x) + 2 * tilt * out))


def first_note(ours: Profile, theirs: Profile | None) -> str:
    notes = analyse(ours, theirs).notes
    found = [note for note in notes if getattr(note, "kind", None) is ANOTHER_DEPTH]
    assert found == list(notes[: len(found)])  # before all others
    return str(found[0]) if found else ""


@pytest.mark.parametrize("ratio", [0.31, 0.5, 1.0, 1.3, 3.2])
def test_what_good_methods_differ_by_goes_unmentioned(ratio: float) -> None:
    assert first_note(bond(ratio * 2.0), bond(2.0)) == ""
    assert first_note(bond(ratio * 2.0), None) == ""


@pytest.mark.parametrize(("ours", "theirs"), [(1.0, 6.0), (0.5, 2.0), (8.0, 2.0)])
def test_a_depth_that_is_far_off_is_said_with_both_numbers(ours: float, theirs: float) -> None:
    said = first_note(bond(ours), bond(theirs))
    share = (1 - np.exp(-2.0 * (SCAN.values[-1] - 1.53))) ** 2
    assert said.startswith(f"Pulling the bond to {SCAN.values[-1]:.2f} Å costs {ours * share:.2g}")
    assert f"{theirs * share:.2g}" in said


def test_an_energy_that_ends_below_its_minimum() -> None:
    said = first_note(bond(2.0, tilt=1.5), bond(5.0))
    assert "eV below the equilibrium's; with the reference it lies 4.5 eV above." in said


@pytest.mark.parametrize("theirs", [bond(0.05), bond(5.0, fails=slice(20, None))], ids=["flat", "ends early"])
def test_nothing_is_said_where_the_reference_says_nothing(theirs: Profile) -> None:
    assert first_note(bond(1.0), theirs) == ""
