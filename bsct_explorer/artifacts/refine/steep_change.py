"""Changes of the force that are smooth, and steeper than one step of molecular dynamics: what a zoom saw of them.

A zoom follows what looks like a jump until it melts. Where that takes a spacing far below the way of one step, the
change is no jump, and an integrator that passes over it makes the same error as at one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.refine.zoom import ZoomResult
from bsct_explorer.artifacts.refinement import Refinement, ZoomLevel
from bsct_explorer.data import Floats

_TIMES_USUAL = 1.0
"""Multiple of what the force changes by along one step anyway that a steep change must exceed."""

_SHARE_OF_STEP = 0.5
"""Share of the way of one step within which a change is steep."""

_GOES_ON = 0.1
"""Slope at an end of the interval, as a share of the steepest, from which the change goes on beyond it."""

_TIMES_FOLLOWED = 2.0
"""Multiple of the smallest jump that is followed."""

_CLEAR = 8.0
"""Multiple of the force's noise."""


class OnTheEdge(NamedTuple):
    """A change that goes on beyond an end of the interval: at its first end (−1) or at its last (1)."""

    side: int


def steep_change(found: Sequence[ZoomResult], way: float, force_unit: str) -> Refinement | OnTheEdge | None:
    """The steepest change of the force in an interval without a jump; None where none is that steep.

    Parameters
    ----------
    found
        What the zoom said of energy and force there.
    way
        Of one step of molecular dynamics, in the coordinate's unit.
    force_unit
        eV per unit of the coordinate.
    """
    verdicts = {result.refinement.verdict for result in found}
    if verdicts & {"jump", "unresolved"} or not any(result.stood_out for result in found):
        return None
    levels = sorted({id(x): x for r in found for x in r.refinement.levels}.values(), key=lambda level: -level.spacing)
    q, g = _points(levels)
    if len(q) < 6:
        return None
    first = levels[0]
    usual = float(np.nanmedian(np.diff(first.forces) / first.spacing))
    size, a, b = _largest_change(q, g - usual * q, way)
    slopes = np.diff(g[a : b + 1]) / np.diff(q[a : b + 1]) - usual
    steepest = a + int((np.sign(size) * slopes).argmax())
    width = abs(size) / float(np.abs(slopes[steepest - a]))
    coarser, *_ = _largest_change(*_points(levels[:-1], usual), way) if len(levels) > 1 else (0.0, 0, 0)
    threshold = max(r.refinement.evidence[f"threshold_{force_unit}"] for r in found if r.quantity == "force")
    noise = max(r.refinement.evidence[f"noise_{force_unit}"] for r in found if r.quantity == "force")
    least = max(_TIMES_FOLLOWED * float(threshold), _TIMES_USUAL * abs(usual) * way, _CLEAR * float(noise))
    if abs(size) < least or width > _SHARE_OF_STEP * way:
        return None
    for side, k, at_end in ((-1, 0, a == 0), (1, -1, b == len(q) - 1)):
        if at_end and abs(float(slopes[k])) * width > _GOES_ON * abs(size):
            return OnTheEdge(side)
    spacing = float(q[steepest + 1] - q[steepest])
    return Refinement(
        verdict="steep",
        location=0.5 * float(q[steepest] + q[steepest + 1]),
        location_error=max(0.5 * spacing, 0.1 * width),
        size=size,
        size_error=max(abs(size - coarser) if len(levels) > 1 else 0.0, float(threshold), 3.0 * float(noise)),
        unit=force_unit,
        width=max(width, spacing),
        levels=tuple(levels),
        evaluations=max(result.refinement.evaluations for result in found),
        evidence={
            "width": max(width, spacing),
            f"from_{force_unit.removeprefix('eV/')}": float(q[a]),
            f"to_{force_unit.removeprefix('eV/')}": float(q[b]),
            f"md_step_of_1_fs_{force_unit.removeprefix('eV/')}": way,
            f"noise_{force_unit}": noise,
            f"threshold_{force_unit}": least,
        },
    )


def _points(levels: Sequence[ZoomLevel], usual: float = 0.0) -> tuple[Floats, Floats]:
    """Every place of these levels with an answer, and the force there less the usual slope."""
    if not levels:
        return np.empty(0), np.empty(0)
    q, where = np.unique(np.concatenate([level.values for level in levels]), return_index=True)
    g = np.concatenate([level.forces for level in levels])[where]
    known = np.isfinite(g)
    q, g = q[known], g[known]
    if len(q) > 1:
        apart = np.concatenate(([True], np.diff(q) > 1e-9 * (q[-1] - q[0])))
        q, g = q[apart], g[apart]
    return q, g - usual * q


def _largest_change(q: Floats, g: Floats, way: float) -> tuple[float, int, int]:
    """The largest change of g between two places at most `way` apart, signed, and their indices."""
    best, first, last = 0.0, 0, min(1, len(q) - 1)
    for a in range(len(q)):
        b = int(np.searchsorted(q, q[a] + way, side="right"))
        k = a + int(np.abs(g[a:b] - g[a]).argmax())
        if abs(g[k] - g[a]) > abs(best):
            best, first, last = float(g[k] - g[a]), a, k
    return best, first, last
