"""Forces against the energy: nothing on a gradient field, and as much as was planted on one that is none."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import force_consistency as gradients
from bsct_explorer.artifacts.force_consistency import TooLarge, force_gradient_error, jacobian_antisymmetry
from bsct_explorer.deformations import BondStretch
from bsct_explorer.errors import PotentialError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.planted.flawed_potentials import Curl, FlawlessPotential, HardCutoff, LiveFlawed, Rounded
from bsct_explorer.study.live_potential import LivePotential

STRENGTH = 0.2
PLACES = (0.8, 1.2, 1.6, 2.5)


@pytest.fixture(scope="module")
def scan():
    return BondStretch(0, 1).scan(load_molecule("ethanol"))


@pytest.mark.parametrize("place", PLACES)
def test_a_gradient_field_shows_nothing(scan, place):
    check = force_gradient_error(LiveFlawed(scan, FlawlessPotential()), place)
    assert not check.fails
    assert np.abs(check.differences).max() < 1e-6 * max(1.0, check.force)
    assert (np.abs(check.differences) <= 10 * check.errors + 1e-9).all()
    assert check.frames == 17
    curl = jacobian_antisymmetry(LiveFlawed(scan, FlawlessPotential()), place)
    assert curl.ratio < 1e-8
    assert curl.ratio <= curl.error


@pytest.mark.parametrize("place", PLACES)
def test_a_planted_curl_is_measured(scan, place):
    """F = c (−y, x, 0): J has c in two entries an atom, all of it antisymmetric, ‖A‖ = c √(2n)."""
    live = LiveFlawed(scan, Curl(STRENGTH))
    n = len(scan.molecule)
    curl = jacobian_antisymmetry(live, place)
    assert curl.antisymmetric == pytest.approx(STRENGTH * np.sqrt(2 * n), rel=1e-6)
    assert curl.ratio == pytest.approx(curl.antisymmetric / curl.jacobian)
    assert curl.atoms[0] == curl.atoms[1]
    assert curl.frames == 12 * n
    check = force_gradient_error(live, place, directions=6)
    assert check.fails
    # Along the scan's own direction the difference is the extra force's component.
    x, tangent = scan.at([place]).positions[0], scan.at([place]).tangents[0]
    extra = STRENGTH * np.stack([-x[:, 1], x[:, 0], 0 * x[:, 0]], axis=1)
    expected = (extra * tangent).sum() / np.linalg.norm(tangent)
    assert check.differences[0] == pytest.approx(expected, abs=1e-6)


def test_single_precision_is_not_taken_for_a_wrong_force(scan):
    """Where double precision is to be had it is used; where not, the rounding is in the error."""
    with_double = force_gradient_error(LiveFlawed(scan, Rounded()), 1.6)
    assert with_double.dtype == "float64"
    assert not with_double.fails
    alone = LivePotential(scan, Rounded())
    check = force_gradient_error(alone, 1.6)
    assert check.dtype == "float32"
    assert not check.fails


def test_a_place_beside_a_hard_cutoff_is_conservative(scan):
    assert not force_gradient_error(LiveFlawed(scan, HardCutoff(3.0)), 1.9).fails


def test_large_molecules_are_refused_with_the_number(scan, monkeypatch):
    monkeypatch.setattr(gradients, "MOST_ATOMS", 5)
    with pytest.raises(TooLarge, match="9 atoms takes 108 frames"):
        jacobian_antisymmetry(LiveFlawed(scan, FlawlessPotential()), 1.6)


def test_frames_that_fail_are_said(scan):
    class Failing(FlawlessPotential):
        def _compute(self, numbers, positions, charge, multiplicity):
            batch = super()._compute(numbers, positions, charge, multiplicity)
            energies = np.array(batch.energies)
            energies[np.linalg.norm(positions[:, 1] - positions[:, 0], axis=1) > 1.6] = np.nan
            return type(batch)(energies, batch.forces)

    with pytest.raises(PotentialError, match="could not be compared"):
        force_gradient_error(LiveFlawed(scan, Failing()), 1.6)
