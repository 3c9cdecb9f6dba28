"""Detection on a grid: every kind of artifact, worst first.

What differencing finds on a grid is a candidate: a feature narrower than the spacing looks like a jump. Only refinement
with a live potential can tell; `Artifact.certified` is None for all that is found here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene, find_anchor, scene_of
from bsct_explorer.artifacts.kinds import KINDS
from bsct_explorer.artifacts.reading_order import worst_first
from bsct_explorer.artifacts.simulation_impact import in_simulation

FEWEST = 5
"""Frames with an energy below which nothing can be said of a curve."""


def detect(curve: Curve, reference: Curve | None = None) -> tuple[Artifact, ...]:
    """Find what a smooth potential energy surface does not have.

    Parameters
    ----------
    curve
        What is looked at, with the thresholds that count (`curve.make_curve`). Any constant may be added to its
        energies. Where no force is known, only the energy's shape is looked at.
    reference
        A curve on the same grid, or None. Its own minima, falls, sign changes and extrema are no artifacts of the
        curve. Where it has gaps or ends, the curve is judged by `Curve.shape` alone.

    Returns
    -------
    tuple of Artifact
        Worst first (`reading_order.worst_first`): by severity, then what a simulation reaches, then by the energy at
        stake.
    """
    if np.isfinite(curve.energies).sum() < FEWEST:
        return ()
    scene = scene_of(curve, reference)
    found = [kind.artifact(seen, curve.unit) for kind in KINDS.values() for seen in kind.detect(scene)]
    high = height(scene)
    found = [
        replace(a, evidence={**a.evidence, "energy_above_minimum_eV": high(a.location), **in_simulation(a, curve.unit)})
        for a in found
    ]
    return tuple(sorted(found, key=worst_first))


def height(scene: Scene) -> Callable[[float], float]:
    """How far a place lies above the equilibrium, in eV: by the reference where it covers it, else by the curve."""
    curve, reference = scene.curve, scene.reference
    own = _above(curve, scene.anchor.frame)
    if reference is None or np.isfinite(reference.energies).sum() < FEWEST:
        return own
    theirs = _above(reference, find_anchor(reference, None).frame)
    return lambda place: theirs(place) if scene.covered(place, margin=0.0) else own(place)


def _above(curve: Curve, frame: int) -> Callable[[float], float]:
    finite = np.isfinite(curve.energies)
    q, energies = curve.values[finite], curve.energies[finite] - curve.energies[frame]
    return lambda place: float(np.interp(place, q, energies))
