"""A smooth curve shows nothing: on any grid, rounded, shifted, with gaps."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import Thresholds, detect, make_curve
from bsct_explorer.planted import GRIDS, sampled_morse

THRESHOLDS = {"stored": Thresholds(), "live": Thresholds.live()}
every_threshold = pytest.mark.parametrize("thresholds", THRESHOLDS.values(), ids=THRESHOLDS)


@every_threshold
@pytest.mark.parametrize("points", [*GRIDS, 25, 30, 60, 200])
def test_a_morse_curve(points: int, thresholds: Thresholds) -> None:
    for depth in (1.0, 4.0, 8.0):
        for width in (1.2, 2.0, 3.0):
            for r0 in (1.1, 1.5, 2.2):
                curve = sampled_morse(points, depth, width, r0)
                assert detect(make_curve(*curve.arrays, thresholds)) == (), (depth, width, r0)


@every_threshold
@pytest.mark.parametrize("points", GRIDS)
@pytest.mark.parametrize("offset", [-2e3, -2e4, -7e4, -2.5e5])
def test_energies_rounded_to_float32_before_an_offset_was_taken_off(
    points: int, offset: float, thresholds: Thresholds
) -> None:
    for r0 in (1.1, 1.5, 2.2):
        assert detect(make_curve(*sampled_morse(points, r0=r0).in_float32(offset).arrays, thresholds)) == (), r0


def test_float32_totals_that_pass_a_power_of_two() -> None:
    # 0.004 eV steps below 65 536 eV, 0.008 eV above.
    curve = sampled_morse(1000, 8.0, 3.0, 2.2).in_float32(-7e4)
    for thresholds in THRESHOLDS.values():
        assert detect(make_curve(*curve.arrays, thresholds)) == ()


def test_a_steep_unresolved_wiggle_is_not_called_non_conservative() -> None:
    wiggle = sampled_morse().wiggle(0.9, 1.2, 20.0, 0.06)
    assert "non-conservative" not in {artifact.kind for artifact in detect(make_curve(*wiggle.arrays))}
    loose = detect(make_curve(*wiggle.arrays, Thresholds(curl_spread=0.0)))
    assert "non-conservative" in {artifact.kind for artifact in loose}


@pytest.mark.parametrize("points", GRIDS)
def test_noise_of_the_size_that_is_said(points: int) -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        curve = sampled_morse(points)
        energy = curve.energy + rng.normal(0, 2e-3, points)
        force = curve.force + rng.normal(0, 5e-3, points)
        assert detect(make_curve(curve.q, energy, force, sigma_energy=2e-3, sigma_force=5e-3)) == ()


@pytest.mark.parametrize("points", GRIDS)
def test_any_constant_may_be_added(points: int) -> None:
    curve = sampled_morse(points)
    assert detect(make_curve(curve.q, curve.energy - 65432.1, curve.force)) == ()


def test_a_grid_need_not_be_uniform() -> None:
    curve = sampled_morse(400)
    rng = np.random.default_rng(4)
    some = np.sort(rng.choice(400, 200, replace=False))
    assert detect(make_curve(curve.q[some], curve.energy[some], curve.force[some])) == ()


def test_an_energy_that_only_falls_has_no_equilibrium_and_no_artifact() -> None:
    q = np.linspace(1.0, 3.0, 100)
    assert detect(make_curve(q, q**-12.0, 12 * q**-13.0)) == ()


def test_a_range_that_begins_beyond_the_equilibrium() -> None:
    q = np.linspace(1.8, 3.0, 100)
    decay = np.exp(-2.0 * (q - 1.5))
    assert detect(make_curve(q, 4 * (1 - decay) ** 2, -16 * decay * (1 - decay))) == ()


def test_energies_alone() -> None:
    curve = sampled_morse()
    assert detect(make_curve(curve.q, curve.energy, np.full(100, np.nan))) == ()
    found = detect(make_curve(curve.q, curve.well(2.5, 0.5, 0.1).energy, np.full(100, np.nan)))
    assert [artifact.kind for artifact in found] == ["artificial-minimum"]


def test_nothing_is_said_of_a_curve_that_is_nearly_all_missing() -> None:
    q = np.linspace(1.0, 2.0, 30)
    energy = np.full(30, np.nan)
    energy[:4] = [3.0, 1.0, 2.0, 1.0]
    assert detect(make_curve(q, energy, np.zeros(30))) == ()
