"""How the energy falls towards an end of the range. Failed frames are skipped."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.detect.scene import Scene, find_anchor
from bsct_explorer.artifacts.numerics import vertex
from bsct_explorer.data import Floats, Ints
from bsct_explorer.metrics.collapsed_frames import FAR_BELOW
from bsct_explorer.metrics.curve_measures import segments

BELOW_OWN = "below_own_geometry_eV"
"""Evidence of a fall that is a collapse (`metrics.collapsed_frames`)."""


class Fall(NamedTuple):
    """How the energy falls towards an end of the range, from the highest frame on that side of the equilibrium."""

    frame: int
    depth: float


def inner_fall(energies: Floats, anchor: int) -> Fall:
    """Fall towards the first frame, eV; finite energies, shape (n,)."""
    frame = int(energies[: anchor + 1].argmax())
    return Fall(frame, float(energies[frame] - energies[0]))


def outer_fall(energies: Floats, anchor: int) -> Fall:
    """Fall towards the last frame, eV; finite energies, shape (n,)."""
    frame = anchor + int(energies[anchor:].argmax())
    return Fall(frame, float(energies[frame] - energies[-1]))


class FallingEnd(NamedTuple):
    """An end towards which the energy falls by more than the reference's does.

    Attributes
    ----------
    turn
        The coordinate from which it falls.
    end
        The coordinate of the last frame on that side that has an energy and is judged.
    depth, allowed, threshold
        eV: by how much it falls, by how much the reference's does, and what counts of the difference.
    frame
        The frame from which it falls, on the whole grid.
    below_own
        Where the curve collapses: by how much it does so below the molecule's own geometry, eV; else None.
    """

    turn: float
    end: float
    depth: float
    allowed: float
    threshold: float
    frame: int
    below_own: float | None = None

    @property
    def excess(self) -> float:
        """By how much it falls more than the reference's, eV."""
        return self.depth - self.allowed


def falling_end(scene: Scene, inward: bool) -> FallingEnd | None:
    """The fall towards the first (`inward`) or the last frame; None where there is none that counts.

    Where the shape of this side is not known (`KnownShape`), only what the reference covers is judged. A curve that
    collapses falls from where it does.
    """
    curve, reference = scene.curve, scene.reference
    collapse = curve.shape.collapse if inward else None
    if collapse is not None:
        return FallingEnd(
            collapse.turn, collapse.end, collapse.fall, 0.0, FAR_BELOW, collapse.frame, collapse.below_own
        )
    threshold = max(curve.thresholds.fall, curve.thresholds.prominence_noise * curve.sigma_energy)
    every = np.flatnonzero(np.isfinite(curve.energies))
    judged = every
    if not curve.shape.known_on(not inward):
        judged = every[np.isin(every, _covered_around(scene))]
    if not np.isin(scene.anchor.frame, judged):
        return None
    q, energies = curve.values[judged], curve.energies[judged]
    measure = inner_fall if inward else outer_fall
    fall = measure(energies, int(np.searchsorted(judged, scene.anchor.frame)))
    # Where the curve rises again beyond what is judged, it is no fall towards the end.
    beyond = curve.energies[every[every < judged[0]] if inward else every[every > judged[-1]]]
    again = float(beyond.max(initial=-np.inf) - energies[0 if inward else -1])
    fall = fall._replace(depth=fall.depth - max(again, 0.0))
    allowed = 0.0
    if reference is not None and np.isfinite(reference.energies).any():
        known = np.flatnonzero(np.isfinite(reference.energies))
        at = find_anchor(reference, None).frame
        allowed = measure(reference.energies[known], int(np.searchsorted(known, at))).depth
    if fall.depth - allowed <= threshold:
        return None
    end = float(q[0] if inward else q[-1])
    return FallingEnd(vertex(q, energies, fall.frame), end, fall.depth, allowed, threshold, int(judged[fall.frame]))


def _covered_around(scene: Scene) -> Ints:
    """Frames that the reference covers without a gap around the equilibrium."""
    if scene.reference is None:
        return np.empty(0, dtype=np.int64)
    for run in segments(np.isfinite(scene.reference.energies)):
        if run.start <= scene.anchor.frame < run.stop:
            return np.arange(run.start, run.stop)
    return np.empty(0, dtype=np.int64)
