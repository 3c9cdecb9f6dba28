"""Generalized force and path energy against a Morse potential, whose derivative and integral are known."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.data import Evaluation, PotentialInfo, generalized_force
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.errors import PotentialError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile, path_energy

INFO = PotentialInfo(name="morse", display_name="Morse", level_of_theory="analytic")
DEPTH, WIDTH, R0 = 4.0, 1.9, 1.45


def morse(r: np.ndarray) -> np.ndarray:
    """D (1 - exp(-a (r - r0)))², eV."""
    return DEPTH * (1 - np.exp(-WIDTH * (r - R0))) ** 2


def morse_force(r: np.ndarray) -> np.ndarray:
    """-dE/dr, eV/Å."""
    decay = np.exp(-WIDTH * (r - R0))
    return -2 * DEPTH * WIDTH * decay * (1 - decay)


def pair_forces(scan: Scan) -> np.ndarray:
    """Atomic forces of a Morse bond between the scan's two atoms."""
    i, j = scan.atoms
    axis = scan.positions[:, j] - scan.positions[:, i]
    r = np.linalg.norm(axis, axis=1)
    pull = (morse_force(r) / r)[:, None] * axis
    forces = np.zeros(scan.positions.shape)
    forces[:, j], forces[:, i] = pull, -pull
    return forces


@pytest.fixture(params=["none", "first", "second"])
def scan(request: pytest.FixtureRequest) -> Scan:
    return BondStretch(1, 2, fixed=request.param).scan(load_molecule("ethanol"), points=400)


def test_generalized_force_is_minus_the_slope(scan: Scan) -> None:
    g = generalized_force(pair_forces(scan), scan.tangents)
    np.testing.assert_allclose(g, morse_force(scan.values), rtol=1e-12, atol=1e-12)
    h = 1e-5
    slope = (morse(scan.values + h) - morse(scan.values - h)) / (2 * h)
    np.testing.assert_allclose(g, -slope, atol=1e-6)
    assert g[0] > 0 > g[-1], "pushed apart when short, pulled together when long"


def test_path_energy_is_the_energy(scan: Scan) -> None:
    origin = int(np.argmin(np.abs(scan.values - R0)))
    energies = path_energy(pair_forces(scan), scan.positions, origin)
    assert energies[origin] == 0
    expected = morse(scan.values) - morse(scan.values[origin])
    # Trapezoid error: h² / 12 times the change of the force's slope; at most 0.01 eV of 20 on the wall here.
    np.testing.assert_allclose(energies, expected, atol=0.01)
    coarse = scan.at(scan.values[::2])
    error = np.abs(energies - expected)[::2].max()
    halved = path_energy(pair_forces(coarse), coarse.positions, origin // 2)
    reference = morse(coarse.values) - morse(coarse.values[origin // 2])
    assert 3.5 < np.abs(halved - reference).max() / error < 4.5, "second order"


def test_path_energy_sees_what_is_no_gradient(scan: Scan) -> None:
    forces = pair_forces(scan)
    extra = path_energy(forces + 0.1 * scan.tangents, scan.positions, 0) - path_energy(forces, scan.positions, 0)
    weight = float(np.sum(scan.tangents[0] ** 2))
    np.testing.assert_allclose(extra, -0.1 * weight * (scan.values - scan.values[0]), atol=1e-9)


def test_failed_frames_are_gaps(scan: Scan) -> None:
    forces, energies = pair_forces(scan), morse(scan.values)
    energies[3] = np.nan
    forces[300, 0, 0] = np.nan
    profile = Profile(scan, Evaluation(INFO, energies, forces))
    assert profile.failed_frames == (3, 300)
    assert np.isnan(profile.generalized_forces).nonzero()[0].tolist() == [300]
    path = profile.path_energies(100)
    assert np.isfinite(path[:300]).all()
    assert np.isnan(path[300:]).all()
    assert np.isnan(profile.path_energies(300)).all()


def test_source_with_generalized_forces_only(scan: Scan) -> None:
    g = morse_force(scan.values)
    profile = Profile(scan, Evaluation(INFO, morse(scan.values), None, generalized_forces=g))
    assert profile.generalized_forces is profile.evaluation.generalized_forces
    whole = Profile(scan, Evaluation(INFO, morse(scan.values), pair_forces(scan)))
    np.testing.assert_allclose(profile.path_energies(70), whole.path_energies(70), atol=1e-10)
    g[7] = np.nan
    assert Profile(scan, Evaluation(INFO, morse(scan.values), None, generalized_forces=g)).failed_frames == (7,)


def test_source_with_energies_only(scan: Scan) -> None:
    profile = Profile(scan, Evaluation(INFO, morse(scan.values), None))
    assert np.isnan(profile.generalized_forces).all()
    assert np.isnan(profile.path_energies(0)).all()
    assert profile.failed_frames == ()


def test_answers_of_another_scan_are_refused(scan: Scan) -> None:
    energies, forces = morse(scan.values), pair_forces(scan)
    for wrong in (
        Evaluation(INFO, energies[:-1], forces[:-1]),
        Evaluation(INFO, energies, forces[:, :-1]),
        Evaluation(INFO, energies, None, generalized_forces=energies[:-1]),
    ):
        with pytest.raises(PotentialError, match=rf"{INFO.display_name} answered in shape .* evaluate this scan's own"):
            Profile(scan, wrong)
