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


_EQUAL = 1e-6
"""Relative difference of the prominence of a bump's two sides."""


class Extremum(NamedTuple):
    """An extremum of the force: its place, by how much it stands out, and whether it is a minimum."""

    place: float
    prominence: float
    lowest: bool


def extrema(curve: Curve) -> list[Extremum]:
    """Extrema of the generalized force of at least `curve.extremum`, by place; on a full turn those at its seam too."""
    finite = np.isfinite(curve.forces)
    q, g = curve.values[finite], curve.forces[finite]
    inside = slice(0, len(q))
    turn = curve.shape.turn
    if turn is not None and finite.all():
        inside = slice(len(q) - 1, 2 * len(q) - 2)
        q = np.concatenate((q[:-1] - turn, q[:-1], q + turn))
        g = np.concatenate((g[:-1], g[:-1], g))
    found = [
        Extremum(vertex(q, g, well.frame), well.prominence, lowest)
        for lowest in (True, False)
        for well in wells(g if lowest else -g)
        if well.prominence > curve.extremum and inside.start <= well.frame < inside.stop
    ]
    return sorted(found)


def extra_extrema(scene: Scene) -> list[Extremum]:
    """Extrema of the force beyond the reference's, or beyond the one strongest attraction outside the equilibrium.

    Where the reference has no force, only those on a side whose shape is known (`KnownShape`).
    """
    curve, reference = scene.curve, scene.reference
    ours = extrema(curve)
    theirs = extrema(reference) if reference is not None else []
    left: list[Extremum] = []
    for lowest in (True, False):
        same = [e for e in ours if e.lowest == lowest]
        expected = [e.place for e in theirs if e.lowest == lowest]
        kept = unmatched(np.array([e.place for e in same]), expected, curve.range)
        left += [same[i] for i in kept]
    if not any(e.lowest and e.place > scene.anchor.value for e in theirs):
        outside = [e for e in left if e.lowest and e.place > scene.anchor.value]
        usual = max(outside or ([] if theirs else left), key=lambda e: e.prominence, default=None)
        left = [e for e in left if e is not usual]
    extra = [e for e in left if scene.known_at(e.place) or scene.covered(e.place, forces=True)]
    return sorted(_by_the_bump(ours, extra))


def _by_the_bump(ours: list[Extremum], extra: list[Extremum]) -> list[Extremum]:
    """Extra extrema, each standing out by no more than the bump that it is one side of.

    Of two attractions with a bump between them one is the bond's own. The other, which may be the stronger, is extra
    by as much as the bump stands out: that is what a smooth curve lacks.
    """
    chosen = []
    for e in extra:
        k = ours.index(e)
        beside = [o for o in ours[max(k - 1, 0) : k + 2] if o.lowest != e.lowest and o in extra]
        least = max((o.prominence for o in beside), default=e.prominence)
        chosen.append(e._replace(prominence=min(e.prominence, least)))
    return chosen


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
    """Groups of extra extrema, by place; the two sides of one bump are one, however wide it is."""
    curve, groups = scene.curve, list[list[Extremum]]()
    for e in extra_extrema(scene):
        near = groups and e.place - groups[-1][-1].place <= _NEARBY * curve.range
        if groups and (near or _one_bump(groups[-1][-1], e)):
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
        # Of equal ones the maximum, which is the bump itself: beside it the bond's own attraction may be the stronger.
        found.append(Bumps((lo, hi), max(group, key=lambda e: (e.prominence, not e.lowest)), len(group)))
    return found


def _one_bump(a: Extremum, b: Extremum) -> bool:
    """Whether two neighbouring extrema are the two sides of one bump: as high as each other."""
    return a.lowest != b.lowest and abs(a.prominence - b.prominence) <= _EQUAL * max(a.prominence, b.prominence)
