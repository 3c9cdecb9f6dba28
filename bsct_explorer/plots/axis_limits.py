"""Where axes begin and end: what is worth seeing, with the repulsive wall clipped. Pure numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.plots.shown_curves import DrawnCurve

HEADROOM = 0.35
"""Space above the well and the dissociation, as a part of their span, when the wall is clipped."""

TALLEST, STRONGEST = 25.0, 40.0
"""eV and eV/Å. What a clipped axis shows at most, also of a curve without a well: no bond needs more."""


def everything(curves: Sequence[DrawnCurve], full: bool = True) -> tuple[float, float]:
    """All that is drawn, with a little space around it."""
    return padded(_finite(curves))


def well_and_dissociation(curves: Sequence[DrawnCurve], full: bool) -> tuple[float, float]:
    """Everything with `full`; else the well and what lies outward of it, in eV.

    The repulsive wall reaches tens of eV above a well of a few: it is cut off at the top.
    """
    finite = _finite(curves)
    if not finite.size:
        return -1.0, 1.0
    if full or all(curve.periodic for curve in curves):
        return padded(finite)
    outward = _outward(curves)
    # A wall that turns over and falls below the well is worth seeing as well, so the bottom is that of everything,
    # but never so deep that the well is lost.
    top = float(np.max(outward)) if outward.size else float(np.median(finite))
    base = float(np.min(outward)) if outward.size else float(np.min(finite))
    span = min(max(top - base, 0.5), TALLEST)
    top = min(top, base + span)
    bottom = max(float(np.min(finite)), base - span)
    return bottom - 0.06 * span, top + HEADROOM * span


def around_zero(curves: Sequence[DrawnCurve], full: bool) -> tuple[float, float]:
    """Everything with `full`; else as far up as down, far enough for what lies outward of the well; eV per unit."""
    finite = _finite(curves)
    if not finite.size:
        return -1.0, 1.0
    if full or all(curve.periodic for curve in curves):
        return padded(finite)
    outward = _outward(curves)
    least = 0.2 if curves[0].unit == "Å" else 0.004
    reach = max(float(np.max(np.abs(outward))) if outward.size else 5 * least, least)
    reach = min(reach, STRONGEST)
    return -1.25 * reach, 1.25 * reach


def padded(values: Floats) -> tuple[float, float]:
    """Lowest and highest finite value with a twentieth of their distance around them."""
    values = values[np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    pad = 0.05 * (high - low or 1.0)
    return low - pad, high + pad


def _finite(curves: Sequence[DrawnCurve]) -> Floats:
    values = np.concatenate([curve.ordinates.values for curve in curves] or [np.zeros(0)])
    return np.asarray(values[np.isfinite(values)])


def _outward(curves: Sequence[DrawnCurve]) -> Floats:
    """Finite values from each curve's equilibrium on; without one, from a quarter of the way."""
    starts = [c.equilibrium if c.equilibrium is not None else len(c.values) // 4 for c in curves]
    parts = [curve.ordinates.values[start:] for curve, start in zip(curves, starts, strict=True)]
    values = np.concatenate(parts)
    return np.asarray(values[np.isfinite(values)])
