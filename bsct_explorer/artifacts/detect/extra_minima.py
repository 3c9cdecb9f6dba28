"""Minima of the energy beyond the equilibrium. Failed frames are skipped."""

from __future__ import annotations

from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.equilibrium import MATCH, deep_wells
from bsct_explorer.artifacts.numerics import unmatched
from bsct_explorer.metrics.extrema import Well


def extra_minima(scene: Scene) -> list[Well]:
    """Minima beyond the equilibrium and beyond those that the reference has as well; frames of the whole grid."""
    curve, reference, anchor = scene.curve, scene.reference, scene.anchor
    extra = [
        well for well in deep_wells(curve.energies, curve.prominence) if not anchor.found or well.frame != anchor.frame
    ]
    if reference is None:
        return extra
    theirs = deep_wells(reference.energies, reference.prominence)
    own = reference.equilibrium
    others = [float(reference.values[w.frame]) for w in theirs if own is None or w.frame != own.frame]
    places = curve.values[[well.frame for well in extra]]
    return [extra[i] for i in unmatched(places, others, MATCH * curve.range)]
