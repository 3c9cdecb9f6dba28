"""Stencils, quadrature and small helpers against exact values."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import numerics
from bsct_explorer.artifacts.artifact import KT_300K, severity_of
from bsct_explorer.artifacts.curve import quantum
from bsct_explorer.artifacts.detect.differences import find_jumps
from bsct_explorer.metrics.extrema import Well

RNG = np.random.default_rng(5)
UNEVEN = np.sort(RNG.uniform(0.0, 2.0, 30))


@pytest.mark.parametrize("q", [np.linspace(0, 2, 30), UNEVEN], ids=["even", "uneven"])
def test_the_derivative_is_exact_for_polynomials_of_fourth_degree(q: np.ndarray) -> None:
    p = np.polynomial.Polynomial([1.0, -2.0, 0.5, 3.0, -1.0])
    np.testing.assert_allclose(numerics.derivative(q, p(q)), p.deriv()(q), atol=1e-7)


def test_the_derivative_is_the_five_point_stencil_inside() -> None:
    y = RNG.normal(size=9)
    h = 0.1
    inner = (y[:-4] - 8 * y[1:-3] + 8 * y[3:-1] - y[4:]) / (12 * h)
    np.testing.assert_allclose(numerics.derivative(h * np.arange(9), y)[2:-2], inner, rtol=1e-9)


@pytest.mark.parametrize("q", [np.linspace(0, 2, 30), UNEVEN], ids=["even", "uneven"])
def test_the_defect_of_a_gradient_field_vanishes_and_a_step_is_itself(q: np.ndarray) -> None:
    energy = np.polynomial.Polynomial([0.0, 1.0, -3.0, 0.5, 0.2])
    force = -energy.deriv()(q)
    np.testing.assert_allclose(numerics.defect(q, energy(q), force), 0.0, atol=1e-9)
    step = numerics.defect(q, energy(q) + 0.25 * (np.arange(30) > 12), force)
    np.testing.assert_allclose(step, 0.25 * (np.arange(29) == 12), atol=1e-9)


def test_the_defect_falls_with_the_fifth_power_of_the_spacing() -> None:
    def largest(points: int) -> float:
        q = np.linspace(0.0, 1.0, points)
        return float(np.abs(numerics.defect(q, np.exp(-3 * q), 3 * np.exp(-3 * q))[3:-3]).max())

    assert largest(41) / largest(81) == pytest.approx(32, rel=0.2)


@pytest.mark.parametrize("q", [np.linspace(0, 2, 30), UNEVEN], ids=["even", "uneven"])
def test_a_jump_between_parabolas_is_measured_exactly(q: np.ndarray) -> None:
    force = 2.0 - q + 3 * q**2 + 0.7 * (np.arange(30) > 14)
    found = numerics.jumps(q, force)
    assert found[14] == pytest.approx(0.7, abs=1e-8)
    assert np.abs(found[[*range(12), *range(17, 29)]]).max() < 1e-8
    if q is not UNEVEN:
        np.testing.assert_allclose(found[12:17] / 0.7, [0.375, -0.875, 1.0, -0.875, 0.375], atol=1e-8)


def test_jumps_are_taken_one_by_one() -> None:
    steps = 0.5 * (np.arange(40) > 15) - 0.3 * (np.arange(40) > 19)
    found = find_jumps(numerics.jumps(np.arange(40.0), steps), np.full(39, 0.05), 0.8)
    assert dict(found) == {15: pytest.approx(0.5, abs=0.05), 19: pytest.approx(-0.3, abs=0.05)}


def test_a_curvature_that_grows_along_a_wall_is_no_jump() -> None:
    q = np.linspace(0, 1, 40)
    assert find_jumps(numerics.jumps(q, 300 * np.exp(-8 * q)), np.full(39, 1e-3), 0.9) == []


def test_running_windows() -> None:
    x = np.array([0.0, 0.0, 9.0, 0.0, 3.0, 3.0])
    np.testing.assert_array_equal(numerics.running_median(x, 3), [0, 0, 0, 3, 3, 3])
    np.testing.assert_array_equal(numerics.running_mean(x, 3), [0, 3, 3, 4, 2, 3])
    assert numerics.robust_sigma(RNG.normal(0, 2.0, 20000)) == pytest.approx(2.0, rel=0.05)
    assert [numerics.odd(x) for x in (7, 7.1, 8, 6.5)] == [7, 9, 9, 7]


def test_basin_vertex_and_crossing() -> None:
    q = np.arange(7.0)
    y = np.array([9.0, 2.0, 4.0, 1.0, 3.0, 5.0, 0.0])
    # The lowest way out of the well at 3 is over 4 at frame 2; on the right 4 is reached halfway from 3 to 5.
    assert numerics.basin(q, y, Well(3, 3.0)) == (2.0, 4.5)
    assert numerics.vertex(q, (q - 2.3) ** 2, 2) == pytest.approx(2.3)
    assert numerics.vertex(UNEVEN, (UNEVEN - UNEVEN[9]) ** 2, 9) == pytest.approx(UNEVEN[9])
    assert numerics.vertex(q, y, 0) == 0.0
    assert numerics.crossing(q, y, 3.0, 3) == 4.0
    assert numerics.clusters(np.array([1, 2, 5, 9, 10]), 3) == [(1, 5), (9, 10)]


def test_energies_in_quanta() -> None:
    smooth = 4 * (1 - np.exp(-2 * (np.linspace(0.8, 3, 100) - 1.5))) ** 2
    assert quantum(smooth) == 0.0
    assert quantum(smooth - 2e4) == 0.0
    for offset, ulp in ((-2e4, 2.0**-9), (-7e4, 2.0**-7)):
        assert quantum((smooth + offset).astype(np.float32) - offset) == ulp
    # Nine tenths of these lie beyond −65 536 eV, where the last digit is worth twice as much.
    across = np.linspace(-66436.1, -65436.3, 200).astype(np.float32).astype(float)
    assert quantum(across) == 2.0**-7
    assert quantum(np.round(smooth, 6)) == 0.0  # six decimals in a file


def test_severity_follows_kt() -> None:
    assert pytest.approx(0.02585, abs=1e-5) == KT_300K
    assert [severity_of(x) for x in (0.2, 0.05, 0.01)] == ["severe", "moderate", "minor"]
