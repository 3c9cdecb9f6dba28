"""Detection on a grid: every kind of artifact, worst first.

What differencing finds on a grid is a candidate: a feature narrower than the spacing looks like a jump. Only refinement
with a live potential can tell; `Artifact.certified` is None for all that is found here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve, make_curve
from bsct_explorer.artifacts.detect.scene import Anchor, find_anchor, scene_of
from bsct_explorer.artifacts.kinds import KINDS
from bsct_explorer.artifacts.reading_order import worst_first
from bsct_explorer.artifacts.simulation_impact import in_simulation
from bsct_explorer.artifacts.thresholds import Thresholds
from bsct_explorer.data import Floats

FEWEST = 5
"""Frames with an energy below which nothing can be said of a curve."""


class ReferenceCurve(NamedTuple):
    """A reference on the same grid: eV and eV per unit of the coordinate, shape (n_frames,), NaN allowed."""

    energies: Floats
    generalized_forces: Floats


def detect(
    values: Floats,
    energies: Floats,
    generalized_forces: Floats,
    reference: ReferenceCurve | tuple[Floats, Floats] | None = None,
    thresholds: Thresholds | None = None,
    sigma_energy: float = 0.0,
    sigma_force: float = 0.0,
    unit: str = "Å",
    own: float | None = None,
) -> tuple[Artifact, ...]:
    """Find what a smooth potential energy surface does not have.

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,), strictly increasing, any spacing.
    energies
        eV, same shape; NaN where the frame failed. Any constant may be added.
    generalized_forces
        eV per unit of the coordinate, positive where the bond is pushed apart, same shape; NaN where the frame failed,
        all NaN where no force is known (then only the energy's shape is looked at).
    reference
        Energies and generalized forces of a reference on the same grid. Its own minima, falls, sign changes and extrema
        are no artifacts of the curve.
    thresholds
        Default: those for stored curves.
    sigma_energy, sigma_force
        Measured noise in eV and eV per unit; 0 where it is not known.
    unit
        Unit of the coordinate.
    own
        Length of the bond in the molecule's own geometry, where it is one of a bound molecule. Without a reference it
        says where the force of a curve that has no minimum points the wrong way (`scene.anchor_of_forces`).

    Returns
    -------
    tuple of Artifact
        Worst first (`reading_order.worst_first`): by severity, then what a simulation reaches, then by the energy at
        stake.

    Raises
    ------
    ValueError
        When shapes differ, or the coordinate does not increase.
    """
    thresholds = thresholds or Thresholds()
    curve = make_curve(values, energies, generalized_forces, thresholds, sigma_energy, sigma_force, unit)
    if np.isfinite(curve.energies).sum() < FEWEST:
        return ()
    other = make_curve(values, *reference, thresholds, unit=unit) if reference is not None else None
    scene = scene_of(curve, other, own)
    found = [kind.artifact(seen, unit) for kind in KINDS.values() for seen in kind.detect(scene)]
    high = height(curve, other, scene.anchor)
    found = [
        replace(a, evidence={**a.evidence, "energy_above_minimum_eV": high(a.location), **in_simulation(a, unit)})
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
