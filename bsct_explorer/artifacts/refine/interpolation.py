"""The scan and all that was asked meanwhile as one curve, and what lies between its points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.refine.shape_polish import RefinementGrid

PARTS = 8
"""Parts of an interval in which a minimum between two points is looked for."""

_CLOSEST = 0.05
"""Spacings of the grid below which points of a zoom say nothing new of the curve's shape."""


def known_curve(grid: RefinementGrid) -> Curve:
    """The scan with everything that was asked meanwhile, where both agree; else the scan as it is."""
    q, answer = grid.memory.everything()
    curve = grid.curve
    frames = curve.values[np.isfinite(curve.energies)]
    if not len(frames) or not np.isin(frames, q).all():
        return curve
    usable = np.isfinite(answer.energies) & np.isfinite(answer.forces)
    is_frame = np.isin(q, frames)
    kept: list[int] = []
    for i in np.flatnonzero(usable).tolist():
        if not kept or q[i] - q[kept[-1]] >= _CLOSEST * curve.spacing:
            kept.append(i)
        elif is_frame[i] and not is_frame[kept[-1]]:
            kept[-1] = i
    return replace(curve, values=q[kept], energies=answer.energies[kept], forces=answer.forces[kept])


def interpolated(curve: Curve) -> Curve:
    """The curve in `PARTS` parts an interval, by the cubic that has its energies and forces at both ends.

    A well between two points shows in their forces before it shows in their energies.
    """
    known = np.isfinite(curve.energies) & np.isfinite(curve.forces)
    q, energies, forces = curve.values[known], curve.energies[known], curve.forces[known]
    if len(q) < 2:
        return curve
    h, t = np.diff(q)[:, None], np.linspace(0.0, 1.0, PARTS, endpoint=False)
    # Cubic Hermite basis with E' = -g.
    between = energies[1:, None] * t**2 * (3 - 2 * t) + energies[:-1, None] * (1 - t) ** 2 * (1 + 2 * t)
    bend = h * t * (1 - t) * (forces[1:, None] * t - forces[:-1, None] * (1 - t))
    slopes = forces[:-1, None] + (forces[1:, None] - forces[:-1, None]) * t
    return replace(
        curve,
        values=np.append((q[:-1, None] + h * t).ravel(), q[-1]),
        energies=np.append((between + bend).ravel(), energies[-1]),
        forces=np.append(slopes.ravel(), forces[-1]),
    )
