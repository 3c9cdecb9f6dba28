"""The zero of an energy, the path integral, and an ensemble's spread, on curves whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse, relative_curve, zero_frame
from bsct_explorer.data import Evaluation, Floats, PotentialInfo
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.words.energy_zeros import DEFAULT_ZERO, ENERGY_ZEROS

SCAN = BondStretch(0, 1).scan(load_molecule("ethane"), 80)
STIFFNESS, REST = 12.0, 1.5


def harmonic(scan: Scan = SCAN, **changes: object) -> Analysis:
    """A harmonic bond: E = k (r − r0)² / 2, its forces along the bond only."""
    stretch = scan.values - REST
    pull = -STIFFNESS * stretch[:, None, None] * scan.tangents
    rate = np.einsum("kai,kai->k", scan.tangents, scan.tangents)[:, None, None]
    fields = {"energies": 0.5 * STIFFNESS * stretch**2 - 700.0, "forces": pull / rate, **changes}
    return analyse(Profile(scan, Evaluation(PotentialInfo("spring", "Spring", "none"), **fields)))  # type: ignore[arg-type]


def nearest(value: float) -> int:
    return int(np.argmin(np.abs(SCAN.values - value)))


def test_every_zero_is_at_its_frame_and_energies_differ_by_a_constant() -> None:
    analysis = harmonic()
    frames = {"minimum": nearest(REST), "reference": 20, "longest": 79}
    assert set(frames) == set(ENERGY_ZEROS)
    for zero, frame in frames.items():
        curve = relative_curve(analysis, zero, 20)  # type: ignore[arg-type]
        assert (curve.zero, curve.zero_frame) == (zero, frame)
        assert curve.energies[frame] == curve.path_energies[frame] == 0.0
        np.testing.assert_allclose(curve.energies - analysis.profile.energies, 700.0, atol=30.0)
        assert np.ptp(curve.energies - analysis.profile.energies) < 1e-9
    assert relative_curve(analysis).zero == DEFAULT_ZERO == "minimum"


def test_the_zero_falls_back_where_the_wanted_frame_has_no_energy() -> None:
    energies = np.array([3.0, 1.0, 2.0, np.nan])
    assert zero_frame(energies, "longest") == 2
    assert zero_frame(energies, "reference", 2, 3) == 2, "the reference's frame has failed: the curve's own minimum"
    assert zero_frame(energies, "reference", None, None) == 1, "no minimum at all: the lowest frame"
    assert zero_frame(energies, "minimum", 3) == 1, "its own minimum has failed"
    assert zero_frame(np.full(3, np.nan), "minimum") is None


def test_the_trapezoid_rule_is_exact_for_a_harmonic_force() -> None:
    curve = relative_curve(harmonic())
    np.testing.assert_allclose(curve.path_energies, curve.energies, atol=1e-9)
    assert curve.path_departure == pytest.approx(0.0, abs=1e-9)


def test_a_force_that_is_no_gradient_departs_by_its_own_integral() -> None:
    analysis = harmonic()
    assert analysis.profile.forces is not None
    rate = np.einsum("kai,kai->k", SCAN.tangents, SCAN.tangents)[:, None, None]
    pushed = harmonic(forces=analysis.profile.forces + 0.5 * SCAN.tangents / rate)  # 0.5 eV/Å too much everywhere
    curve = relative_curve(pushed)
    frame = nearest(REST)
    np.testing.assert_allclose(
        curve.path_energies - curve.energies, -0.5 * (SCAN.values - SCAN.values[frame]), atol=1e-9
    )
    longest = max(SCAN.values[-1] - SCAN.values[frame], SCAN.values[frame] - SCAN.values[0])
    assert curve.path_departure == pytest.approx(0.5 * longest)


def test_a_failed_frame_cuts_off_what_lies_beyond_it_and_not_the_well() -> None:
    analysis = harmonic()
    forces = np.array(analysis.profile.forces)
    forces[60] = np.nan
    for zero in ENERGY_ZEROS:
        curve = relative_curve(harmonic(forces=forces), zero, 20)
        assert np.isfinite(curve.path_energies[:60]).all()
        assert np.isnan(curve.path_energies[60:]).all()
        assert np.isnan(curve.energies[60])
        assert np.isfinite(curve.energies[61:]).all()


def test_without_a_single_energy_everything_is_a_gap() -> None:
    known = harmonic()
    answers = replace(known.profile.evaluation, energies=np.full(80, np.nan))
    curve = relative_curve(replace(known, profile=Profile(SCAN, answers), equilibrium=None))
    assert curve.zero_frame is None
    assert np.isnan(curve.energies).all()
    assert np.isnan(curve.path_energies).all()
    assert curve.path_departure is None


def tilted(slopes: Floats) -> Floats:
    """Members whose energies are the harmonic one plus a constant and a slope of their own."""
    energies = harmonic().profile.energies
    tilt = slopes[:, None] * (SCAN.values - REST)
    return np.asarray(energies + tilt + 10.0 * np.arange(len(slopes))[:, None])


def test_members_that_differ_by_a_slope_have_that_slope_as_their_spread() -> None:
    curve = relative_curve(harmonic(member_energies=tilted(np.array([-0.2, 0.2]))))
    assert curve.relative_energy_spread is not None
    assert curve.force_spread is not None
    frame = nearest(REST)
    away = np.abs(SCAN.values - SCAN.values[frame])
    # Two members ± d have a sample deviation of √2 d; the constant by which they differ does not count.
    np.testing.assert_allclose(curve.relative_energy_spread, np.sqrt(2) * 0.2 * away, atol=1e-9)
    np.testing.assert_allclose(curve.force_spread, np.sqrt(2) * 0.2, rtol=1e-9)
    assert curve.largest_energy_spread == pytest.approx(np.sqrt(2) * 0.2 * away.max())
    assert curve.largest_force_spread == pytest.approx(np.sqrt(2) * 0.2)


@pytest.mark.parametrize("members", [None, tilted(np.array([0.1]))])
def test_one_model_has_no_spread(members: Floats | None) -> None:
    curve = relative_curve(harmonic(member_energies=members))
    assert curve.relative_energy_spread is None
    assert curve.force_spread is None
    assert curve.largest_energy_spread is None


def test_the_curve_of_fsd_is_on_the_scans_own_frames() -> None:
    analysis = harmonic()
    forces = np.array(analysis.profile.forces)
    forces[33] = np.nan
    judged = analyse(harmonic(forces=forces).profile, analysis.profile)
    assert judged.fsd is not None
    assert judged.fsd_curve is not None
    assert np.flatnonzero(np.isnan(judged.fsd_curve)).tolist() == [33]
    np.testing.assert_array_equal(np.delete(judged.fsd_curve, 33), judged.fsd.L)
    assert analysis.fsd_curve is None
