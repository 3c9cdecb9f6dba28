"""What its neighbours do not predict of the force: a finer test for jumps than extrapolation, for live candidates.

The mean slope of the force in interval i, s_i = (g_{i+1} − g_i)/(q_{i+1} − q_i), is predicted by the cubic through the
slopes of the four nearest intervals, two on each side:

    R_i = h_i (s_i − cubic(m_i)),   m_i the middles of the intervals; on a uniform grid the fifth difference of g / 6.

For a smooth force R is of order h⁵g⁽⁵⁾, a thousand times less on a repulsive wall than a quadratic extrapolation
leaves; a jump J in interval i shows as J in R_i, −2/3 J beside it, and 1/6 J in the next. R is not known in the two
intervals at each end; a jump in the second one still shows in its neighbours, one in the very first does not (a live
potential is always asked there, `jumps.intervals_of`).

The same is taken of the quadrature's defect (`numerics.defect`), of which a step of the energy is one interval's jump.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.artifacts.curve import Curve, Piece
from bsct_explorer.artifacts.numerics import midpoints
from bsct_explorer.data import Floats

_REACH = 2
"""Intervals on each side that predict one."""

_FEWEST_ROWS = 2
"""R that a jump must show in for its pattern to say anything."""

_PAIR_LIKENESS = 0.98

_BACKGROUND = 21
"""Intervals of the running median of |R|; a jump shows in five."""


def response(q: Floats) -> Floats:
    """Matrix A with R = A Δg, shape (n − 5, n − 1); its columns are what a unit jump in each interval leaves.

    Parameters
    ----------
    q
        Shape (n,), n ≥ 6, any spacing.
    """
    middle, h = midpoints(q), np.diff(q)
    own = np.arange(_REACH, len(h) - _REACH)
    sides = [offset for offset in range(-_REACH, _REACH + 1) if offset]
    matrix = np.zeros((len(own), len(h)))
    row = np.arange(len(own))
    matrix[row, own] = 1.0
    for j in sides:
        others = [m for m in sides if m != j]
        parts = [(middle[own] - middle[own + m]) / (middle[own + j] - middle[own + m]) for m in others]
        weight = np.prod(parts, axis=0)
        matrix[row, own + j] = -weight * h[own] / h[own + j]
    return matrix


def unpredicted(q: Floats, forces: Floats) -> Floats:
    """R of each interval, in the unit of the force, shape (n − 1,), zero where it is not known."""
    known = response(q) @ np.diff(forces)
    return np.pad(known, _REACH)


def background(known: Floats) -> Floats:
    """Running median of |R| (`known`, without the ends), shape (n − 1,): how far the grid leaves the force unresolved.

    At the ends the window stays inside: repeated end values, which a jump nearby raises, would hide it.
    """
    width = min(_BACKGROUND, len(known))
    medians = np.median(np.lib.stride_tricks.sliding_window_view(np.abs(known), width), axis=1)
    first = np.clip(np.arange(len(known)) - width // 2, 0, len(medians) - 1)
    return np.pad(medians[first], _REACH, mode="edge")


def unpredicted_threshold(curve: Curve, piece: Piece) -> Floats:
    """How large a jump of the force must be to be seen in R, shape (n − 1,), eV per unit.

    The smallest kink, a multiple of the noise, or one of the background.
    """
    t = curve.thresholds
    floor = curve.kink_floor(midpoints(piece.q), np.minimum(np.abs(piece.forces[1:]), np.abs(piece.forces[:-1])))
    noise = np.full(len(floor), t.kink_noise * curve.sigma_force)
    own = t.kink_unpredicted * visible(piece.q, np.diff(piece.forces))
    return np.asarray(curve.coarseness_of(piece) * np.maximum.reduce([floor, noise, own]))


def visible(q: Floats, differences: Floats) -> Floats:
    """Background in terms of a jump in each interval, shape (n − 1,).

    Near the ends, where a jump shows in part of its pattern only, it takes a larger one to be seen.
    """
    matrix = response(q)
    weight = (matrix**2).sum(axis=0)
    return np.asarray(background(matrix @ differences) * np.sqrt(np.median(weight) / weight))


def find_unpredicted(
    q: Floats,
    differences: Floats,
    threshold: Floats,
    likeness: float,
    barred: NDArray[np.bool_] | None = None,
) -> list[tuple[int, float]]:
    """Intervals whose R looks like a jump, and its size, clearest first.

    Each jump's response is taken off before the next is looked for.

    Parameters
    ----------
    q
        Shape (n,).
    differences
        Δg, or the quadrature's defect, of each interval, shape (n − 1,), finite.
    threshold
        Shape (n − 1,), in their unit.
    likeness
        Smallest cosine between R around the interval and a jump's response there.
    barred
        Intervals that are known to hold none, shape (n − 1,).
    """
    matrix = response(q)
    rest = matrix @ differences
    shows = (matrix != 0).sum(axis=0) >= _FEWEST_ROWS
    if barred is not None:
        shows &= ~barred
    found: list[tuple[int, float]] = []
    while len(found) < len(q) // 3:
        best = _clearest(matrix, rest, threshold, likeness, shows) or _clearest_pair(matrix, rest, threshold, shows)
        if not best:
            break
        for k, amplitude in best:
            found.append((k, amplitude))
            shows[k] = False
            rest = rest - amplitude * matrix[:, k]
    return found


def _clearest(
    matrix: Floats, rest: Floats, threshold: Floats, likeness: float, shows: NDArray[np.bool_]
) -> list[tuple[int, float]]:
    """The jump whose pattern is clearest in `rest`, with its size; empty where none is."""
    weight, overlap = (matrix**2).sum(axis=0), matrix.T @ rest
    amplitude = overlap / weight
    norm = np.sqrt(weight * ((matrix != 0).T @ rest**2))
    alike = np.abs(overlap) / np.where(norm > 0, norm, np.inf)
    counts = (alike >= likeness) & shows & (np.abs(amplitude) > threshold)
    if not counts.any():
        return []
    k = int((counts * alike * np.abs(amplitude) * np.sqrt(weight)).argmax())
    return [(k, float(amplitude[k]))]


def _clearest_pair(
    matrix: Floats, rest: Floats, threshold: Floats, shows: NDArray[np.bool_]
) -> list[tuple[int, float]]:
    """Two jumps one to four intervals apart whose common pattern is clearest: neither looks like one alone."""
    weight, overlap, there = (matrix**2).sum(axis=0), matrix.T @ rest, matrix != 0
    best: tuple[float, list[tuple[int, float]]] = (0.0, [])
    for apart in range(1, 2 * _REACH + 1):
        w, v = weight[:-apart], weight[apart:]
        a, b = overlap[:-apart], overlap[apart:]
        common = (matrix[:, :-apart] * matrix[:, apart:]).sum(axis=0)
        determinant = w * v - common**2
        first, second = (v * a - common * b) / determinant, (w * b - common * a) / determinant
        explained = first * a + second * b
        seen = (there[:, :-apart] | there[:, apart:]).T @ rest**2
        alike = np.sqrt(np.clip(explained, 0, None) / np.where(seen > 0, seen, np.inf))
        counts = (alike >= _PAIR_LIKENESS) & shows[:-apart] & shows[apart:]
        counts &= (np.abs(first) > threshold[:-apart]) & (np.abs(second) > threshold[apart:])
        score = counts * explained
        k = int(score.argmax())
        if score[k] > best[0]:
            best = (float(score[k]), [(k, float(first[k])), (k + apart, float(second[k]))])
    return best[1]
