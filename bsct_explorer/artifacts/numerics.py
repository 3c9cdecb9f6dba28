"""The numbers that the detectors look at: derivatives, quadrature defects, extrapolated jumps, prominences.

Notation: frames at q_0 … q_{n−1} (any spacing; exact stencils on each local set of nodes), energy E_k, generalized
force g_k = −dE/dq for a gradient field. Interval k lies between frames k and k+1.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.metrics.extrema import Well

MAD_TO_SIGMA = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


def derivative(q: Floats, y: Floats) -> Floats:
    """dy/dq of fourth order: the derivative of the polynomial through the five nearest frames.

    Parameters
    ----------
    q, y
        Shape (n,), n ≥ 5, q strictly increasing.

    Returns
    -------
    Floats
        Shape (n,). On a uniform grid these are the usual five-point stencils, one-sided at the ends.
    """
    n = len(q)
    start = np.clip(np.arange(n) - 2, 0, n - 5)
    nodes = start[:, None] + np.arange(5)
    x = q[nodes]
    own = np.arange(n) - start
    # Lagrange differentiation by barycentric weights b_j = 1/Π_{m≠j}(x_j − x_m):
    # y'(x_i) = Σ_{j≠i} (b_j/b_i) (y_j − y_i)/(x_i − x_j).
    gaps = x[:, :, None] - x[:, None, :]
    gaps[:, np.arange(5), np.arange(5)] = 1.0
    weights = 1.0 / gaps.prod(axis=2)
    distance = q[:, None] - x
    ratio = weights / weights[np.arange(n), own][:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = ratio * (y[nodes] - y[:, None]) / distance
    terms[np.arange(n), own] = 0.0
    return np.asarray(terms.sum(axis=1))


def end_correction(q: Floats, g: Floats) -> Floats:
    """The Hermite (Euler–Maclaurin) correction of the trapezoid rule, h²/12 (g'_{k+1} − g'_k), shape (n − 1,).

    Its size says how much the interval is under-resolved.
    """
    return np.asarray(np.diff(q) ** 2 / 12 * np.diff(derivative(q, g)))


def defect(q: Floats, energies: Floats, g: Floats, correction: Floats | None = None) -> Floats:
    """Energy that the force does not account for, per interval.

        Q_k = E_{k+1} − E_k + h/2 (g_k + g_{k+1}) − h²/12 (g'_{k+1} − g'_k)

    Parameters
    ----------
    q, energies, g
        Shape (n,), n ≥ 5; energies in eV, g in eV per unit of q.
    correction
        `end_correction(q, g)`, where it is known already.

    Returns
    -------
    Floats
        eV, shape (n − 1,). O(h⁵) for a smooth gradient field; a step up of the energy between two frames is positive.
    """
    trapezoid = 0.5 * np.diff(q) * (g[1:] + g[:-1])
    return np.asarray(np.diff(energies) + trapezoid - (end_correction(q, g) if correction is None else correction))


def jumps(q: Floats, g: Floats) -> Floats:
    """Jump of g inside each interval: quadratic extrapolation to its midpoint from the right minus that from the left.

    Parameters
    ----------
    q, g
        Shape (n,).

    Returns
    -------
    Floats
        K in the unit of g, shape (n − 1,); zero in the two intervals at each end, which lack three frames on one side.
        Exact for a jump between two parabolas.
    """
    n = len(q)
    found = np.zeros(n - 1)
    k = np.arange(2, n - 3)
    if not len(k):
        return found
    middle = 0.5 * (q[k] + q[k + 1])

    def extrapolate(nodes: Ints) -> Floats:
        x, y = q[nodes], g[nodes]
        total = np.zeros(len(k))
        for j in range(3):
            others = [m for m in range(3) if m != j]
            weight = np.prod([(middle - x[:, m]) / (x[:, j] - x[:, m]) for m in others], axis=0)
            total += weight * y[:, j]
        return total

    right = np.stack([k + 1, k + 2, k + 3], axis=1)
    left = np.stack([k, k - 1, k - 2], axis=1)
    found[k] = extrapolate(right) - extrapolate(left)
    return found


def midpoints(q: Floats) -> Floats:
    """Middle of each interval, shape (n − 1,)."""
    return np.asarray(0.5 * (q[1:] + q[:-1]))


def _windows(x: Floats, width: int) -> Floats:
    half = min(width, len(x)) // 2
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, half, mode="edge"), 2 * half + 1)


def running_median(x: Floats, width: int) -> Floats:
    """Median over an odd `width` around each element, the ends repeated, same shape."""
    return np.asarray(np.median(_windows(x, width), axis=1))


def running_mean(x: Floats, width: int) -> Floats:
    """Mean over an odd `width` around each element, the ends repeated, same shape."""
    return np.asarray(_windows(x, width).mean(axis=1))


def robust_sigma(x: Floats) -> float:
    """Standard deviation from the median absolute deviation, blind to up to half of outliers."""
    return float(MAD_TO_SIGMA * np.median(np.abs(x - np.median(x)))) if len(x) else 0.0


def odd(width: float) -> int:
    """The nearest odd integer at or above `width`."""
    return int(np.ceil(width)) | 1


def crossing(q: Floats, y: Floats, level: float, k: int) -> float:
    """The place between frames k and k+1 where the straight line through them takes `level`."""
    step = y[k + 1] - y[k]
    part = (level - y[k]) / step if step else 0.5
    return float(q[k] + np.clip(part, 0.0, 1.0) * (q[k + 1] - q[k]))


def basin(q: Floats, y: Floats, well: Well) -> tuple[float, float]:
    """Where y lies below the lowest way out of a well, around it: (lo, hi) by linear interpolation between frames."""
    level = y[well.frame] + well.prominence
    i = j = well.frame
    while i > 0 and y[i - 1] < level:
        i -= 1
    while j < len(y) - 1 and y[j + 1] < level:
        j += 1
    lo = crossing(q, y, level, i - 1) if i > 0 else float(q[0])
    hi = crossing(q, y, level, j) if j < len(y) - 1 else float(q[-1])
    return lo, hi


def vertex(q: Floats, y: Floats, k: int) -> float:
    """The place of the extremum of the parabola through frames k−1, k, k+1, kept between its neighbours."""
    if not 0 < k < len(y) - 1:
        return float(q[k])
    a, b = q[k] - q[k - 1], q[k + 1] - q[k]
    rise, fall = (y[k] - y[k - 1]) / a, (y[k + 1] - y[k]) / b
    bend = (fall - rise) / (a + b)
    if bend == 0:
        return float(q[k])
    slope = rise + bend * a
    return float(np.clip(q[k] - slope / (2 * bend), q[k - 1], q[k + 1]))


def clusters(selected: Ints, gap: int) -> list[tuple[int, int]]:
    """Runs of indices that lie at most `gap` apart, as (first, last)."""
    runs: list[tuple[int, int]] = []
    for i in selected:
        if runs and i - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], int(i))
        else:
            runs.append((int(i), int(i)))
    return runs


def unmatched(places: Floats, expected: Iterable[float], tolerance: float) -> Ints:
    """Indices of `places` that are left when each expected place has taken the nearest one within `tolerance`."""
    left = set(range(len(places)))
    for place in expected:
        best = min(left, key=lambda i: abs(places[i] - place), default=None)
        if best is not None and abs(places[best] - place) <= tolerance:
            left.discard(best)
    return np.array(sorted(left), dtype=np.int64)
