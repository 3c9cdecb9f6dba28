"""Stretches where the force points away from the equilibrium. Failed frames are skipped."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene, find_anchor
from bsct_explorer.artifacts.numerics import clusters, crossing
from bsct_explorer.data import Floats, Ints

_NEARBY = 0.1
"""Share of the range within which a wrong-way force lies where the reference's own does."""


_LIKE = 0.25
"""Share of a force from which on the reference's own, of the same sign, says that it is not wrong there."""


class Wrong(NamedTuple):
    """A stretch where the force points away from the equilibrium; first and last are frames of the finite ones."""

    first: int
    last: int
    outside: bool


def force_zero(q: Floats, g: Floats, near: float, dead_band: float) -> float:
    """The place nearest `near` where the force turns from + (pushing apart) to −; `near` where there is none.

    For a gradient field this is the minimum of the energy itself, found from the force.
    """
    sure = np.flatnonzero(np.abs(g) > dead_band)
    turns = [(int(a), int(b)) for a, b in pairwise(sure) if g[a] > 0 > g[b]]
    if not turns:
        return near
    places = []
    for a, b in turns:
        k = a + int(np.flatnonzero(g[a : b + 1] <= 0)[0]) - 1
        places.append(crossing(q, g, 0.0, k))
    return min(places, key=lambda place: abs(place - near))


def wrong_way(q: Floats, g: Floats, zero: float, dead_band: float) -> list[Wrong]:
    """Runs of frames with a force of the wrong sign: + outside of `zero`, − inside; q and g finite, shape (n,)."""
    sure = np.flatnonzero(np.abs(g) > dead_band)
    runs = []
    for side in (False, True):
        wrong = (q[sure] > zero) & (g[sure] > 0) if side else (q[sure] < zero) & (g[sure] < 0)
        chosen = np.flatnonzero(wrong)
        runs += [Wrong(int(sure[a]), int(sure[b]), side) for a, b in clusters(chosen, 1)]
    return runs


def wrong_interval(q: Floats, g: Floats, run: Wrong, zero: float) -> tuple[float, float]:
    """Where the sign is wrong around a run of frames: to a zero crossing, the equilibrium, or an end of the range."""
    sign = np.sign(g[run.first])
    a, b = run.first, run.last
    while a > 0 and g[a - 1] * sign > 0:
        a -= 1
    while b < len(g) - 1 and g[b + 1] * sign > 0:
        b += 1
    lo = crossing(q, g, 0.0, a - 1) if a > 0 else float(q[0])
    hi = crossing(q, g, 0.0, b) if b < len(g) - 1 else float(q[-1])
    return (max(lo, zero), hi) if run.outside else (lo, min(hi, zero))


class WrongStretch(NamedTuple):
    """A stretch with a force of the wrong sign that the reference does not have.

    Attributes
    ----------
    interval
        (lo, hi) of the coordinate, between zero crossings of the force, the equilibrium and the ends of the range.
    outside
        Whether it lies outside of the equilibrium.
    peak, worst
        The strongest force there, eV per unit, positive, and its place.
    work
        eV that the wrong force does over the stretch.
    frame
        The frame of the strongest force, on the whole grid.
    """

    interval: tuple[float, float]
    outside: bool
    peak: float
    worst: float
    work: float
    frame: int


def wrong_stretches(scene: Scene) -> list[WrongStretch]:
    """Stretches where the force points away from the equilibrium and the reference's does not.

    Where the reference has no force, only those on a side whose shape is known (`KnownShape`).
    """
    curve, found = scene.curve, list[WrongStretch]()
    finite = np.flatnonzero(np.isfinite(curve.forces))
    if not len(finite):
        return []
    q, g = curve.values[finite], curve.forces[finite]
    zero = force_zero(q, g, scene.force_anchor.value, curve.dead_band)
    allowed = _reference_wrong(scene.reference)
    margin = _NEARBY * curve.range
    for whole in wrong_way(q, g, zero, curve.dead_band):
        lo, hi = wrong_interval(q, g, whole, zero)
        if any(lo < b + margin and hi > a - margin and side == whole.outside for a, b, side in allowed):
            continue
        found += [
            _stretch(q, g, run, _within(q, (lo, hi), whole, run), finite)
            for run in _judged(scene, q, whole)
            if np.abs(g[run.first : run.last + 1]).max() > curve.dead_band
        ]
    return found


def _judged(scene: Scene, q: Floats, run: Wrong) -> list[Wrong]:
    """The parts of a run where something says that the force is wrong: the reference, or the shape of the side.

    Where the reference's own force points the same way, nothing does: its equilibrium may lie a little beside.
    """
    sign = 1.0 if run.outside else -1.0
    frames = np.arange(run.first, run.last + 1)
    if not scene.curve.shape.known_on(run.outside):
        frames = frames[[scene.covered(float(q[k]), forces=True) for k in frames]]
    force = np.abs(scene.curve.forces[np.isfinite(scene.curve.forces)])
    kept = frames[[not _same_way(scene.reference, float(q[k]), sign, _LIKE * force[k]) for k in frames]]
    return [Wrong(a, b, run.outside) for a, b in clusters(kept, 1)]


def _same_way(reference: Curve | None, place: float, sign: float, least: float) -> bool:
    """Whether the reference's force has this sign at a place and more than the least size; False where it has none."""
    if reference is None:
        return False
    finite = np.isfinite(reference.forces)
    k = int(np.abs(reference.values - place).argmin())
    return bool(finite[k] and sign * reference.forces[k] > least)


def _within(q: Floats, interval: tuple[float, float], whole: Wrong, run: Wrong) -> tuple[float, float]:
    """The interval of a part of a run: that of the whole, up to the frames where the part ends before it."""
    lo = interval[0] if run.first == whole.first else float(q[run.first])
    hi = interval[1] if run.last == whole.last else float(q[run.last])
    return lo, hi


def _stretch(q: Floats, g: Floats, run: Wrong, interval: tuple[float, float], frames: Ints) -> WrongStretch:
    inside = slice(run.first, run.last + 1)
    worst = run.first + int(np.abs(g[inside]).argmax())
    # Triangles to the zero crossings close the trapezoid rule, also for a run of a single frame.
    ends = np.concatenate(([0.0], g[inside], [0.0])), np.concatenate(([interval[0]], q[inside], [interval[1]]))
    work = float(np.trapezoid(np.abs(ends[0]), ends[1]))
    return WrongStretch(interval, run.outside, float(abs(g[worst])), float(q[worst]), work, int(frames[worst]))


def _reference_wrong(reference: Curve | None) -> list[tuple[float, float, bool]]:
    """Stretches where the reference's own force points away from its equilibrium: (lo, hi, outside)."""
    if reference is None or not np.isfinite(reference.forces).any() or not np.isfinite(reference.energies).any():
        return []
    finite = np.isfinite(reference.forces)
    q, g = reference.values[finite], reference.forces[finite]
    zero = force_zero(q, g, find_anchor(reference, None).value, reference.dead_band)
    return [(*wrong_interval(q, g, run, zero), run.outside) for run in wrong_way(q, g, zero, reference.dead_band)]
