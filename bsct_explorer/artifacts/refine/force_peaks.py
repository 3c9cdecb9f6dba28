"""Extrema of the force between the frames: how strong it gets, and by how much an extremum stands out.

The largest y of a stretch is found by bounds: between two neighbouring places that are w apart it lies no higher than

    max(y_i, y_{i+1}) + 3/2 · |y″|/8 · w²,      y″ by divided differences around them,

and an interval is halved as long as that exceeds the largest y so far by more than a ten-thousandth. By what is left of
it in the end the size may be off; of intervals too narrow to be halved, by what the slopes on both sides allow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.live_curve import Question, together
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refinement import ZoomLevel
from bsct_explorer.data import Floats
from bsct_explorer.metrics.extrema import wells

_SHARE = 1e-4
"""Share of a force to which it is polished."""

_SAFE = 1.5
"""Factor on what the curvature allows between two places."""

_NOISY = 2.0
"""Multiple of the noise below which nothing is polished."""

_CLEAR = 3.0
"""Multiple of the noise that two places may differ by without a slope."""

_ROUNDS, _LOOKS = 14, 3
_FEWEST = 12
"""Parts into which a stretch is cut at least."""

_AT_ONCE = 24
"""Intervals halved in one round, those that may hold most."""


class Peak(NamedTuple):
    """An extremum of the force: place, force there, by how much it may be off, and all that is known around it."""

    place: float
    force: float
    error: float
    level: ZoomLevel


class Prominence(NamedTuple):
    """By how much an extremum of the force stands out.

    Attributes
    ----------
    place
        Where it is.
    size, error
        How far one must climb to get away from it, and by how much that may be off, eV per unit.
    """

    place: float
    size: float
    error: float


class Resolution(NamedTuple):
    """Spacing of the coordinate below which nothing is asked, and the noise of the force, eV per unit."""

    closest: float
    noise: float


def strongest_force(lo: float, hi: float, sign: float, memory: Memory, resolution: Resolution) -> Question[Peak | None]:
    """Where sign × force is largest from lo to hi; None where no frame gave an answer."""
    grid = np.linspace(lo, hi, _FEWEST + 1)
    known = memory.everything()[0]
    if ((known >= lo) & (known <= hi)).sum() < _FEWEST:
        yield from memory.ask([grid])
    peak: Peak | None = None
    for _ in range(_ROUNDS):
        q, answer = memory.everything()
        there = (q >= lo) & (q <= hi) & np.isfinite(answer.forces)
        if not there.any():
            return None
        q, energies, forces = q[there], answer.energies[there], answer.forces[there]
        y = sign * forces
        k = int(y.argmax())
        most = _bounds(q, y, resolution) - y[k]
        first, last = max(k - 4, 0), k + 5
        level = ZoomLevel(q[first:last], energies[first:last], forces[first:last], _spacing(q, k), float(forces[k]))
        error = max(float(most.max(initial=0.0)), _SHARE * abs(float(y[k])))
        peak = Peak(float(q[k]), float(forces[k]), error, level)
        open_ones = (most > max(_SHARE * abs(y[k]), _NOISY * resolution.noise)) & (np.diff(q) > 2 * resolution.closest)
        wanted = np.flatnonzero(open_ones)
        if not len(wanted):
            break
        wanted = wanted[np.argsort(-most[wanted], kind="stable")[:_AT_ONCE]]
        fresh = memory.missing([0.5 * (q[wanted] + q[wanted + 1])])
        if not len(fresh):
            break
        yield from memory.ask([fresh])
    return peak


def _bounds(q: Floats, y: Floats, resolution: Resolution) -> Floats:
    """How high y may get in each interval, shape (n − 1,): by its curvature, by its slopes where that is too narrow.

    Of slopes and of their change only what noise does not make is taken.
    """
    if len(q) < 3:
        return np.maximum(y[1:], y[:-1])
    w, ends = np.diff(q), np.maximum(y[1:], y[:-1])
    slopes, noise = np.diff(y) / w, _CLEAR * resolution.noise / w
    half = np.zeros(len(q))  # |y″|/2
    half[1:-1] = np.maximum(np.abs(np.diff(slopes)) - noise[1:] - noise[:-1], 0.0) / (w[1:] + w[:-1])
    half[0], half[-1] = half[1], half[-2]
    by_curvature = ends + _SAFE * np.maximum(half[1:], half[:-1]) * w**2 / 4
    # At a cusp, or at the edge of a jump, no higher than straight on from one side or the other.
    rising, falling = (np.maximum(sign * slopes - noise, 0.0) for sign in (1.0, -1.0))
    rise = y[:-1] + _before(rising) * w
    fall = y[1:] + _before(falling[::-1])[::-1] * w
    by_slopes = np.maximum(ends, np.minimum(by_curvature, np.maximum(rise, fall)))
    return np.where(w > 2 * resolution.closest, by_curvature, by_slopes)


def _before(slopes: Floats) -> Floats:
    """The slope before each interval: the smaller of the last two, of which one may be a jump's."""
    padded = np.concatenate((slopes[:1], slopes[:1], slopes))
    return np.minimum(padded[1:-1], padded[:-2])


def _spacing(q: Floats, k: int) -> float:
    beside = np.diff(q[max(k - 1, 0) : k + 2])
    return float(beside.max()) if len(beside) else 0.0


def prominence(
    around: tuple[float, float], lowest: bool | None, frames: Floats, memory: Memory, resolution: Resolution
) -> Question[Prominence | None]:
    """By how much the most prominent extremum of the force in a bracket stands out.

    Parameters
    ----------
    around
        The bracket.
    lowest
        Whether it is a minimum; None for either.
    frames
        Places of the whole range where the force is known, which `memory` holds.
    memory
        Takes up what is asked.
    resolution
        As of `strongest_force`.

    Returns
    -------
    Prominence or None
        None where the force has no extremum there.
    """
    found: Prominence | None = None
    for _ in range(_LOOKS):
        q, answer = memory.everything()
        there = np.isfinite(answer.forces) & (q >= frames[0]) & (q <= frames[-1])
        seen = _most_prominent(q[there], answer.forces[there], around, lowest)
        if seen is None:
            return None
        sign, place, left, right = seen
        bottom, *tops = yield from together(
            [
                strongest_force(left, right, -sign, memory, resolution),
                strongest_force(left, place, sign, memory, resolution),
                strongest_force(place, right, sign, memory, resolution),
            ]
        )
        ways = [top for top in tops if top is not None]
        if bottom is None or not ways:
            return found
        out = min(ways, key=lambda top: sign * top.force)
        before, size = found, sign * (out.force - bottom.force)
        found = Prominence(bottom.place, size, bottom.error + out.error)
        if before is not None and abs(before.size - size) <= max(_SHARE * size, _NOISY * resolution.noise):
            break
    return found


def _most_prominent(
    q: Floats, g: Floats, around: tuple[float, float], lowest: bool | None
) -> tuple[float, float, float, float] | None:
    """The most prominent extremum in a bracket: 1 for a minimum, −1 for a maximum; its place; how far it reaches.

    To both sides it reaches to where the force is lower (higher), or to an end.
    """
    best: tuple[float, float, int] | None = None
    for sign, minimum in ((1.0, True), (-1.0, False)):
        if lowest is not None and lowest != minimum:
            continue
        for well in wells(sign * g):
            if around[0] <= q[well.frame] <= around[1] and (best is None or well.prominence > best[0]):
                best = well.prominence, sign, well.frame
    if best is None:
        return None
    _, sign, k = best
    beyond = np.flatnonzero(sign * g < sign * g[k])
    left = q[beyond[beyond < k][-1] + 1] if (beyond < k).any() else q[0]
    right = q[beyond[beyond > k][0] - 1] if (beyond > k).any() else q[-1]
    return sign, float(q[k]), float(left), float(right)
