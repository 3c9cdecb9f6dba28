"""Extrema of the generalized force that a smooth curve does not have. Failed frames are skipped."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.numerics import unmatched, vertex
from bsct_explorer.metrics.extrema import wells

_NEARBY = 0.1
"""Share of the range within which extra extrema of the force are one artifact."""


class Extremum(NamedTuple):
    """An extremum of the force: its place, by how much it stands out, and whether it is a minimum."""

    place: float
    prominence: float
    lowest: bool


def extrema(curve: Curve) -> list[Extremum]:
    """Extrema of the generalized force of at least `curve.extremum`, by place."""
    finite = np.isfinite(curve.forces)
    q, g = curve.values[finite], curve.forces[finite]
    found = [
        Extremum(vertex(q, g, well.frame), well.prominence, lowest)
        for lowest in (True, False)
        for well in wells(g if lowest else -g)
        if well.prominence > curve.extremum
    ]
    return sorted(found)


def extra_extrema(scene: Scene) -> list[Extremum]:
    """Extrema of the force beyond the reference's, or beyond the one strongest attraction outside the equilibrium."""
    curve, reference = scene.curve, scene.reference
    ours = extrema(curve)
    theirs = extrema(reference) if reference is not None else []
    if not theirs:
        outside = [e for e in ours if e.lowest and e.place > scene.anchor.value]
        usual = max(outside or ours, key=lambda e: e.prominence, default=None)
        return [e for e in ours if e is not usual]
    left: list[Extremum] = []
    for lowest in (True, False):
        same = [e for e in ours if e.lowest == lowest]
        expected = [e.place for e in theirs if e.lowest == lowest]
        kept = unmatched(np.array([e.place for e in same]), expected, curve.range)
        left += [same[i] for i in kept]
    return sorted(left)


class Bumps(NamedTuple):
    """Extra extrema of the force near each other.

    Attributes
    ----------
    interval
        (lo, hi) of the coordinate, two spacings at least.
    worst
        The one that stands out most.
    extrema
        How many they are.
    """

    interval: tuple[float, float]
    worst: Extremum
    extrema: int


def bumps(scene: Scene) -> list[Bumps]:
    """Groups of extra extrema, by place."""
    curve, groups = scene.curve, list[list[Extremum]]()
    for e in extra_extrema(scene):
        if groups and e.place - groups[-1][-1].place <= _NEARBY * curve.range:
            groups[-1].append(e)
        else:
            groups.append([e])
    found = []
    for group in groups:
        lo, hi = group[0].place, group[-1].place
        if hi - lo < 2 * curve.spacing:
            middle = 0.5 * (lo + hi)
            lo = max(middle - curve.spacing, float(curve.values[0]))
            hi = min(middle + curve.spacing, float(curve.values[-1]))
        found.append(Bumps((lo, hi), max(group, key=lambda e: e.prominence), len(group)))
    return found
