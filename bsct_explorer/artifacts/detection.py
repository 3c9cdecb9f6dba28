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
from bsct_explorer.artifacts.detect.scene import Anchor, find_anchor, scene_of
from bsct_explorer.artifacts.kinds import KINDS
from bsct_explorer.artifacts.reading_order import worst_first
from bsct_explorer.artifacts.simulation_impact import in_simulation

FEWEST = 5
"""Frames with an energy below which nothing can be said of a curve."""


def detect(curve: Curve, reference: Curve | None = None, own: float | None = None) -> tuple[Artifact, ...]:
    """Find what a smooth potential energy surface does not have.

    Parameters
    ----------
    curve
        What is looked at, with the thresholds that count (`curve.make_curve`). Any constant may be added to its
        energies. Where no force is known, only the energy's shape is looked at.
    reference
        A curve on the same grid, or None. Its own minima, falls, sign changes and extrema are no artifacts of the
        curve.
    own
        Length of the bond in the molecule's own geometry, where it is one of a bound molecule. Without a reference it
        says where the force of a curve that has no minimum points the wrong way (`scene.anchor_of_forces`).

    Returns
    -------
    tuple of Artifact
        Worst first (`reading_order.worst_first`): by severity, then what a simulation reaches, then by the energy at
        stake.
    """
    if np.isfinite(curve.energies).sum() < FEWEST:
        return ()
    scene = scene_of(curve, reference, own)
    found = [kind.artifact(seen, curve.unit) for kind in KINDS.values() for seen in kind.detect(scene)]
    high = height(curve, reference, scene.anchor)
    found = [
        replace(a, evidence={**a.evidence, "energy_above_minimum_eV": high(a.location), **in_simulation(a, curve.unit)})
        for a in found
    ]
    return tuple(sorted(found, key=worst_first))


def height(curve: Curve, reference: Curve | None, anchor: Anchor) -> Callable[[float], float]:
    """How far a place lies above the equilibrium, in eV: by the reference where there is one, else by the curve."""
    judge, frame = curve, anchor.frame
    if reference is not None and np.isfinite(reference.energies).sum() >= FEWEST:
        judge, frame = reference, find_anchor(reference, None).frame
    finite = np.isfinite(judge.energies)
    q, energies = judge.values[finite], judge.energies[finite] - judge.energies[frame]
    return lambda place: float(np.interp(place, q, energies))
