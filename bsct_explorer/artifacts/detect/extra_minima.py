"""Minima of the energy beyond the equilibrium, and what says that they do not belong. Failed frames are skipped."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.equilibrium import MATCH, deep_wells
from bsct_explorer.artifacts.numerics import unmatched
from bsct_explorer.metrics.curve_measures import segments
from bsct_explorer.metrics.extrema import Well, wells

Judge = Literal["the reference", "a bond's shape", "nothing"]
"""What says that a minimum does not belong: the reference has none there; the bond can have one only; or nothing does,
because the coordinate has real minima and no reference covers the place."""


class ExtraMinimum(NamedTuple):
    """A minimum beside the equilibrium.

    Attributes
    ----------
    well
        Its frame on the whole grid, and its prominence in eV.
    judge
        See `Judge`.
    missing
        Where the reference has its equilibrium, if this is the curve's only minimum and none lies there; else None.
    """

    well: Well
    judge: Judge
    missing: float | None = None


def extra_minima(scene: Scene) -> list[ExtraMinimum]:
    """Minima beyond the equilibrium and beyond those that the reference has as well."""
    curve, reference, anchor = scene.curve, scene.reference, scene.anchor
    every = deep_wells(curve.energies, curve.prominence)
    extra = [well for well in every if not anchor.found or well.frame != anchor.frame]
    missing = anchor.value if not anchor.found and len(every) == 1 else None
    falling: set[int] = set()
    if reference is not None:
        left = _unmatched(scene, extra, _their_minima(reference, anchor.found))
        falling = {w.frame for w in left} - {w.frame for w in _unmatched(scene, left, _open_ends(reference))}
        extra = left
    found = []
    for well in extra:
        place = float(curve.values[well.frame])
        covered = scene.covered(place)
        if covered and well.frame not in falling:
            found.append(ExtraMinimum(well, "the reference", missing))
        elif not covered and scene.known_at(place):
            found.append(ExtraMinimum(well, "a bond's shape"))
        else:
            found.append(ExtraMinimum(well, "nothing"))
    return found


def _unmatched(scene: Scene, extra: list[Well], theirs: list[float]) -> list[Well]:
    """Minima that are left when each of the reference's took the nearest; on a turn across its ends too."""
    curve, turn = scene.curve, scene.curve.shape.turn
    places = curve.values[[well.frame for well in extra]]
    if turn is not None:
        # Each place stands where it is nearest to one of the reference's.
        for i, place in enumerate(places):
            images = (place, place - turn, place + turn)
            places[i] = min(images, key=lambda x: min((abs(x - t) for t in theirs), default=0.0))
    return [extra[i] for i in unmatched(places, theirs, MATCH * curve.range)]


def _their_minima(reference: Curve, matched: bool) -> list[float]:
    """Places of the reference's minima, without its equilibrium where that is `matched`; of one at a seam too."""
    own = reference.equilibrium if matched else None
    found = [
        float(reference.values[well.frame])
        for well in deep_wells(reference.energies, reference.prominence)
        if own is None or well.frame != own.frame
    ]
    return found + _at_the_seam(reference)


def _at_the_seam(reference: Curve) -> list[float]:
    """The minimum at the seam of a full turn, where no frame is an interior one: its first frame."""
    energies = reference.energies
    if reference.shape.turn is None or not np.isfinite(energies).all():
        return []
    turn = len(energies) - 1
    # Half a turn further, the seam is inside.
    middle = np.concatenate([energies[turn // 2 : turn], energies[: turn // 2 + 1]])
    seam = turn - turn // 2
    near = [w for w in wells(middle) if w.prominence > reference.prominence and abs(w.frame - seam) <= 1]
    inside = {w.frame for w in deep_wells(energies, reference.prominence)}
    frames = [(w.frame + turn // 2) % turn for w in near]
    return [float(reference.values[frame]) for frame in frames if frame not in inside]


def _open_ends(reference: Curve) -> list[float]:
    """Ends of what the reference covers towards which its energy falls: its minimum may lie just beyond."""
    q, energies = reference.values, reference.energies
    closed = reference.shape.turn is not None and np.isfinite(energies[[0, -1]]).all()
    found = []
    for run in segments(np.isfinite(energies), 2):
        ends = ((run.start, run.start + 1), (run.stop - 1, run.stop - 2))
        for end, beside in ends:
            at_seam = closed and end in (0, len(q) - 1)
            if energies[end] < energies[beside] and not at_seam:
                found.append(float(q[end]))
    return found
