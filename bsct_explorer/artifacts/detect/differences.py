"""What differences on a grid show: steps of the energy, kinks of the force, forces that are no gradient.

They never look across a gap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.artifacts.curve import DETREND, SHORTEST, Curve, Piece
from bsct_explorer.artifacts.detect.neighbour_prediction import (
    find_unpredicted,
    unpredicted,
    unpredicted_threshold,
    visible,
)
from bsct_explorer.artifacts.numerics import (
    MAD_TO_SIGMA,
    clusters,
    midpoints,
    odd,
    running_mean,
    running_median,
)
from bsct_explorer.data import Floats, Ints

_LOCAL = 9
"""Intervals of the running median that says how fast the force changes around a kink."""

_BACKGROUND = 21
"""Intervals of the running median of |K|. A jump shows in 5 of them, so two jumps nearby do not raise it."""

_JUMP_RESPONSE = np.array([0.375, -0.875, 1.0, -0.875, 0.375])
"""K around a unit jump on a uniform grid: the extrapolations from beyond it take its frames along."""

STEP_LIKENESS = 0.8
"""Smallest cosine between the unpredicted defect and a step's pattern; lower than for kinks, since a step of the energy
may come with a jump of the force."""

FAINT = 0.1
"""Share of the smallest step that is worth a look with a live potential. 0.1 eV/Å over 3 mÅ leaves three times that."""

_FAINT_CLEAR = 2.7
"""How much clearer a faint step must be, times `kink_unpredicted`: 8 times the background, which ANI-1x nowhere has."""

_AMPLIFIED = 1.4
"""By how much noise grows when a cubic through four neighbours is taken off: √70/6."""

_CURL_WINDOW = 0.07
"""Share of the range over which a difference of force and slope must be steady (7 intervals of 100)."""


class GridJump(NamedTuple):
    """A jump between two frames, as differences on the grid show it.

    Attributes
    ----------
    piece, k
        The piece of the curve and the interval of it, between its frames k and k + 1.
    size, threshold
        eV, or eV per unit of the coordinate; `size` is signed.
    """

    piece: Piece
    k: int
    size: float
    threshold: float

    @property
    def interval(self) -> tuple[float, float]:
        return float(self.piece.q[self.k]), float(self.piece.q[self.k + 1])

    @property
    def middle(self) -> float:
        return 0.5 * (self.interval[0] + self.interval[1])

    @property
    def frame(self) -> int:
        """The frame before it, on the whole grid."""
        return self.piece.start + self.k


def energy_steps(curve: Curve) -> list[GridJump]:
    """Jumps of the energy between two frames that the force does not account for.

    S = |Q − running median of Q|, Q the quadrature's defect (`numerics.defect`), against
    max(step, 8(σE + hσg), 0.25 end correction, 0.75 h|K| nearby), tripled in the two intervals at each end.
    """
    found: list[GridJump] = []
    for piece in curve.pieces:
        q, signed = piece.q, piece.step
        threshold = step_threshold(curve, piece)
        seen = [
            (k, float(signed[k]))
            for first, last in clusters(np.flatnonzero(np.abs(signed) > threshold), 2)
            for k in [first + int(np.abs(signed[first : last + 1]).argmax())]
        ]
        if curve.thresholds.kink_unpredicted:
            known = {k for k, _ in seen}
            more = find_unpredicted(q, piece.defect, unpredicted_step_threshold(curve, piece), STEP_LIKENESS)
            seen += [(k, step) for k, step in more if k not in known]
        found += [GridJump(piece, k, step, float(threshold[k])) for k, step in seen]
    return found


def step_threshold(curve: Curve, piece: Piece) -> Floats:
    """What a step must exceed, shape (n − 1,), in eV."""
    t, h, jumps = curve.thresholds, piece.h, np.abs(piece.jumps)
    if t.kink_unpredicted:
        # On a steep wall most of K is truncation; what is a jump shows in both.
        jumps = np.minimum(jumps, np.abs(unpredicted(piece.q, piece.forces)))
    near_kink = np.lib.stride_tricks.sliding_window_view(np.pad(jumps, 2, mode="edge"), 5).max(axis=1)
    threshold = curve.coarseness_of(piece) * np.maximum.reduce(
        [
            np.full(len(h), t.step),
            t.step_noise * (curve.sigma_energy + h * curve.sigma_force),
            t.step_resolution * np.abs(piece.correction),
            t.step_kink * h * near_kink,
        ]
    )
    threshold[:2] *= t.step_edge
    threshold[-2:] *= t.step_edge
    return np.asarray(threshold)


def unpredicted_step_threshold(curve: Curve, piece: Piece, faint: bool = False) -> Floats:
    """What a step must exceed to be seen in what its neighbours do not predict of the defect, shape (n − 1,), in eV.

    A `faint` one may be a tenth as large, but must be far clearer: no step worth naming, but what a jump of the force
    leaves when an opposite one a few mÅ further on takes it back, size × distance.
    """
    t, h = curve.thresholds, piece.h
    least, background = (FAINT * t.step, _FAINT_CLEAR * t.kink_unpredicted) if faint else (t.step, t.kink_unpredicted)
    kinks = np.abs(unpredicted(piece.q, piece.forces))
    near_kink = np.lib.stride_tricks.sliding_window_view(np.pad(kinks, 2, mode="edge"), 5).max(axis=1)
    threshold = np.maximum.reduce(
        [
            np.full(len(h), least),
            _AMPLIFIED * t.step_noise * (curve.sigma_energy + h * curve.sigma_force),
            background * visible(piece.q, piece.defect),
            t.step_kink * h * near_kink,
        ]
    )
    threshold[:2] *= t.step_edge
    threshold[-2:] *= t.step_edge
    return np.asarray(curve.coarseness_of(piece) * threshold)


def kink_threshold(curve: Curve, piece: Piece) -> Floats:
    """What a jump must exceed, shape (n − 1,), in eV per unit."""
    t = curve.thresholds
    if t.kink_unpredicted:
        return unpredicted_threshold(curve, piece)
    slope = running_median(np.abs(np.diff(piece.forces)), _LOCAL)
    background = running_median(np.abs(piece.jumps), _BACKGROUND)
    floor = max(t.kink, t.kink_noise * curve.sigma_force)
    own = np.maximum(t.kink_relative * (slope + t.kink_offset), t.kink_background * background)
    return np.asarray(curve.coarseness_of(piece) * np.maximum(floor, own))


def match_jumps(k_values: Floats) -> tuple[Floats, Floats]:
    """How much of K around each interval is a jump's response: amplitude and likeness, both of K's shape.

    The amplitude is the least-squares size of a jump in that interval; the likeness is the cosine between K and a
    jump's response over five intervals, 1 for a clean jump. The response sums to zero, so a K that changes slowly, as
    truncation on a steep slope does, has no likeness to it at all. Both are zero in the four intervals at each end,
    where K is not known on all five.
    """
    amplitude, likeness = np.zeros(len(k_values)), np.zeros(len(k_values))
    if len(k_values) < 9:
        return amplitude, likeness
    windows = np.lib.stride_tricks.sliding_window_view(k_values[2:-2], 5)
    overlap = windows @ _JUMP_RESPONSE
    weight = float(_JUMP_RESPONSE @ _JUMP_RESPONSE)
    norm = np.sqrt(weight * (windows**2).sum(axis=1))
    amplitude[4:-4] = overlap / weight
    likeness[4:-4] = np.abs(overlap) / np.where(norm > 0, norm, np.inf)
    return amplitude, likeness


def find_jumps(k_values: Floats, threshold: Floats, likeness: float) -> list[tuple[int, float]]:
    """Intervals with a jump and its size, clearest first.

    Each jump's response is taken off before the next is looked for, so that one jump is found once, and two are
    resolved from four frames on.

    Parameters
    ----------
    k_values, threshold
        Shape (n − 1,), eV per unit.
    likeness
        Smallest cosine between K and a jump's response.
    """
    rest, found = k_values.copy(), list[tuple[int, float]]()
    taken = np.zeros(len(rest), dtype=bool)
    while len(found) < len(rest) // 3:
        amplitude, alike = match_jumps(rest)
        counts = (alike >= likeness) & ~taken & (np.abs(amplitude) > threshold)
        if not counts.any():
            break
        k = int((counts * alike * np.abs(amplitude)).argmax())
        jump = float(amplitude[k])
        found.append((k, jump))
        taken[k] = True
        lo, hi = max(k - 2, 2), min(k + 3, len(rest) - 2)
        rest[lo:hi] -= jump * _JUMP_RESPONSE[lo - k + 2 : hi - k + 2]
    return found


def force_kinks(curve: Curve) -> list[GridJump]:
    """Jumps of the generalized force between two frames.

    By extrapolation (`numerics.jumps`), or, for candidates that a live potential will judge, by what neighbouring
    frames do not predict (`neighbour_prediction`).
    """
    found: list[GridJump] = []
    for piece in curve.pieces:
        threshold = kink_threshold(curve, piece)
        likeness = curve.thresholds.kink_likeness
        if curve.thresholds.kink_unpredicted:
            seen = find_unpredicted(piece.q, np.diff(piece.forces), threshold, likeness)
        else:
            seen = find_jumps(piece.jumps, threshold, likeness)
        found += [GridJump(piece, k, jump, float(threshold[k])) for k, jump in seen]
    return found


def steady_excess(piece: Piece, width: int) -> tuple[Floats, Floats]:
    """Steady part of g + dE/dq over `width` intervals around each, and its spread there; both (n − 1,), eV per unit.

    The steady part is the smaller of the running mean and the running median of Q/h where they agree in sign: a step
    moves only the mean, energies that come in quanta move only the median, and a force that is no gradient moves both.
    """
    density = piece.defect / piece.h
    mean, median = running_mean(density, width), running_median(density, width)
    excess = np.where(mean * median > 0, np.sign(median) * np.minimum(np.abs(mean), np.abs(median)), 0.0)
    return excess, MAD_TO_SIGMA * running_median(np.abs(density - median), width)


def curl_candidates(curve: Curve, piece: Piece) -> tuple[Floats, NDArray[np.bool_]]:
    """Steady excess of one piece and where it counts, both (n − 1,)."""
    t = curve.thresholds
    width = odd(max(DETREND, _CURL_WINDOW * len(curve.values)))
    excess, spread = steady_excess(piece, width)
    resolution = running_median(np.abs(piece.correction) / piece.h, width)
    noise = t.step_noise * (curve.sigma_energy / (width * piece.h) + curve.sigma_force / np.sqrt(width))
    threshold = curve.coarseness_of(piece) * np.maximum(np.maximum(t.curl, noise), t.curl_resolution * resolution)
    counts = (np.abs(excess) > threshold) & (np.abs(excess) > t.curl_spread * spread)
    edge = width // 2
    counts[:edge] = False
    counts[len(counts) - edge :] = False
    if len(piece.q) < 2 * SHORTEST:
        return excess, np.zeros_like(counts)
    if counts.any():
        # On every other frame truncation is 16 times as large, a force that is no gradient just the same.
        half = piece.every_other()
        there = np.interp(midpoints(piece.q), midpoints(half.q), steady_excess(half, odd(width / 2))[0])
        counts &= np.abs(there - excess) < 0.5 * np.abs(excess)
    return excess, counts


def runs_of_one_sign(signs: Ints, gap: int) -> list[tuple[int, int]]:
    """Runs of equal signs, (first, last), across up to `gap` − 1 zeros but never across the other sign."""
    runs: list[tuple[int, int]] = []
    for k in np.flatnonzero(signs).tolist():
        if runs and k - runs[-1][1] <= gap and signs[k] == signs[runs[-1][1]]:
            runs[-1] = (runs[-1][0], k)
        else:
            runs.append((k, k))
    return runs


class CurlStretch(NamedTuple):
    """A stretch where the force steadily differs from the energy's slope.

    Attributes
    ----------
    interval
        (lo, hi) of the coordinate.
    worst, excess
        Where g + dE/dq is largest, and how large, eV per unit, signed.
    gained
        eV that the force and the energy disagree by over the stretch.
    frame
        The frame before `worst`, on the whole grid.
    """

    interval: tuple[float, float]
    worst: float
    excess: float
    gained: float
    frame: int


def curl_stretches(curve: Curve) -> list[CurlStretch]:
    """Stretches where the force steadily differs from the energy's slope, each of one sign: what one gains and the
    next loses must not cancel.
    """
    found = []
    for piece in curve.pieces:
        q = piece.q
        excess, counts = curl_candidates(curve, piece)
        for first, last in runs_of_one_sign(np.where(counts, np.sign(excess), 0).astype(np.int64), DETREND):
            k = first + int(np.abs(excess[first : last + 1]).argmax())
            gained = float(np.abs(excess[first : last + 1] * piece.h[first : last + 1]).sum())
            interval, worst = (float(q[first]), float(q[last + 1])), 0.5 * float(q[k] + q[k + 1])
            found.append(CurlStretch(interval, worst, float(excess[k]), gained, piece.start + k))
    return found
