"""MLIP Arena's and ML-PEG's measures on curves whose values are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import find_peaks
from scipy.stats import rankdata, spearmanr

from bsct_explorer.metrics import curve_measures as curve
from bsct_explorer.metrics.extrema import wells

Q = np.linspace(0.8, 3.0, 111)


def morse(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    decay = np.exp(-2.0 * (q - 1.4))
    return 4.0 * ((1 - decay) ** 2 - 1), -16.0 * decay * (1 - decay)


ENERGY, FORCE = morse(Q)


def test_a_morse_curve_is_perfect() -> None:
    assert curve.tortuosity(ENERGY) == pytest.approx(1.0, abs=1e-12)
    assert curve.force_flips(FORCE) == 1
    assert curve.spearman_branches(Q, ENERGY) == pytest.approx((-1.0, 1.0))
    assert curve.spearman_branches(Q, FORCE) == pytest.approx((-1.0, 1.0))
    assert [Q[k] for k in curve.minima(ENERGY)] == [pytest.approx(1.4)]
    assert curve.inflections(Q, ENERGY, dead_band=0.0) == 1


def test_tortuosity_by_hand() -> None:
    # Down 2, up 3, down 1, up 1 = 7; the shortest way through the minimum is 2 + 3.
    assert curve.tortuosity(np.array([2.0, 0.0, 3.0, 2.0, 3.0])) == pytest.approx(7 / 5)
    assert curve.tortuosity(np.array([1.0, 1.0, 1.0])) is None


def test_tortuosity_takes_no_difference_across_a_gap() -> None:
    # Pieces [2, 0, 3] and [7, 6, 7]: 5 + 2 climbed; 5 and 0 are the shortest ways, so 7/5, whatever lies between.
    assert curve.tortuosity(np.array([2.0, 0.0, 3.0, np.nan, 7.0, 6.0, 7.0])) == pytest.approx(7 / 5)
    gap = ENERGY.copy()
    gap[70:75] = np.nan
    assert curve.tortuosity(gap) == pytest.approx(1.0, abs=1e-12)


def test_energy_jump_by_hand() -> None:
    # ΔE = −2, +3, −1: turns at −2|+3 and +3|−1, so 5 + 4.
    assert curve.energy_jump(np.array([2.0, 0.0, 3.0, 2.0])) == pytest.approx(9.0)
    # Half a meV is no difference: the turn −1|+1 around it remains.
    assert curve.energy_jump(np.array([1.0, 0.0, 0.0005, 1.0005])) == pytest.approx(2.0)
    assert curve.energy_jump(np.array([2.0, 0.0, np.nan, 3.0, 4.0])) == 0.0


def test_peers_are_blind_to_a_step_upwards_on_the_attractive_branch() -> None:
    step = ENERGY + 0.3 * (Q > 2.0)
    assert curve.energy_jump(step) == pytest.approx(curve.energy_jump(ENERGY))
    assert curve.tortuosity(step) == pytest.approx(1.0)


def test_force_flips_by_hand() -> None:
    # 0.005 and −0.01 are inside the dead band; + − + − is three flips, also with a gap on the way.
    assert curve.force_flips(np.array([1.0, 0.005, -1.0, -0.01, 2.0, -3.0])) == 3
    assert curve.force_flips(np.array([1.0, np.nan, -1.0, 2.0, np.nan, -3.0])) == 3


def test_spearman_is_scipys() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 8, (2, 30)).astype(float)
    np.testing.assert_array_equal(curve.ranks(x), rankdata(x))
    assert curve.spearman(x, y) == pytest.approx(spearmanr(x, y).statistic, rel=1e-12)
    assert curve.spearman(x, np.ones(30)) is None
    assert curve.spearman(x[:1], y[:1]) is None


def test_spearman_branches_split_at_the_lowest_point() -> None:
    # Inside [3, 1, 2, 0] against 1 2 3 4: ranks 4 2 3 1, Σd² = 9 + 0 + 0 + 9 = 18, ρ = 1 − 6·18/(4·15) = −0.8.
    q = np.arange(7.0)
    inside, outside = curve.spearman_branches(q, np.array([3.0, 1.0, 2.0, 0.0, 1.0, 2.0, 3.0]))
    assert inside == pytest.approx(-0.8)
    assert outside == pytest.approx(1.0)
    # Outside [3, 1, 2] without the lowest point: ranks 3 1 2 against 1 2 3, Σd² = 6, ρ = 1 − 6·6/(3·8) = −0.5.
    assert curve.spearman_branches(q[:5], np.array([2.0, 0.0, 3.0, 1.0, 2.0]))[1] == pytest.approx(-0.5)
    assert curve.spearman_branches(q, np.arange(7.0)) == (None, pytest.approx(1.0))


def test_conservation_deviation_is_the_constant_that_was_added() -> None:
    # A parabola's central differences are exact inside; at the two ends the one-sided ones are off by h·k/2.
    q = np.linspace(-1.0, 1.0, 41)
    energy, force = q**2, -2 * q
    ends = 2 * 0.05 / 41
    assert curve.conservation_deviation(q, energy, force) == pytest.approx(ends, rel=1e-9)
    assert curve.conservation_deviation(q, energy, force + 0.3) == pytest.approx(0.3, rel=1e-9)


def test_conservation_deviation_takes_no_difference_across_a_gap() -> None:
    q = np.arange(6.0)
    energy = np.array([0.0, 0.0, np.nan, 50.0, 50.0, 50.0])
    assert curve.conservation_deviation(q, energy, np.zeros(6)) == 0.0
    assert curve.conservation_deviation(q, np.full(6, np.nan), np.zeros(6)) is None


def test_minima_by_their_prominence() -> None:
    y = np.array([5.0, 0.0, 3.0, 2.95, 4.0, 1.0, 4.0, np.nan, 3.0, 6.0])
    # 2.95 is 0.05 deep; 3.0 beside the gap is 1 deep from 4 before it.
    np.testing.assert_array_equal(curve.minima(y), [1, 5, 8])
    np.testing.assert_array_equal(curve.minima(y, prominence=0.01), [1, 3, 5, 8])
    np.testing.assert_array_equal(curve.minima(y, prominence=2.5), [1, 5])


def test_prominences_are_scipys() -> None:
    rng = np.random.default_rng(2)
    y = np.cumsum(rng.normal(size=200))
    frames, properties = find_peaks(-y, prominence=0.0)
    ours = wells(y)
    np.testing.assert_array_equal([well.frame for well in ours], frames)
    np.testing.assert_allclose([well.prominence for well in ours], properties["prominences"], rtol=1e-12)


def test_a_flat_bottom_is_one_minimum_and_a_flat_end_none() -> None:
    assert [well.frame for well in wells(np.array([2.0, 1.0, 1.0, 1.0, 2.0, 0.0, 0.0]))] == [1]


def test_inflections_of_a_sine() -> None:
    # sin from 0.25 π to 4.25 π has its curvature cross zero at π, 2π, 3π, 4π.
    q = np.linspace(0.25 * np.pi, 4.25 * np.pi, 400)
    assert curve.inflections(q, np.sin(q)) == 4
    gap = np.sin(q)
    gap[200:204] = np.nan
    assert curve.inflections(q, gap) in (3, 4)


def test_segments() -> None:
    mask = np.array([True, True, False, True, False, True, True, True])
    assert curve.segments(mask) == [slice(0, 2), slice(3, 4), slice(5, 8)]
    assert curve.segments(mask, 3) == [slice(5, 8)]
    assert curve.segments(~mask & mask) == []
