"""L(r), the curve whose steepest slope is FSD."""

from __future__ import annotations

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.plots.axis_limits import everything
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.shown_curves import Ordinates, ShownCurves
from bsct_explorer.words.numbers import number

NEAR_EQUILIBRIUM = 0.15
"""Å from the reference's minimum within which FSD's maximum measures a force error there: all scans of SO3LR, SevenNet
and GFN2-xTB on 57 systems have it there, smooth as they are."""


def from_minimum(analysis: Analysis) -> float | None:
    """How far FSD's maximum lies from the reference's minimum, Å; None where there is no FSD along a bond."""
    fsd = analysis.fsd
    if fsd is None or fsd.location is None or fsd.full is None or analysis.profile.scan.unit != "Å":
        return None
    return abs(fsd.location - fsd.equilibrium)


def title(shown: ShownCurves) -> str:
    """What L(r) is; on a second line where each potential has it steepest, and what that means."""
    words = "ln of the force change against the reference's; FSD is its steepest slope"
    parts = []
    for analysis in shown.analyses.values():
        away = from_minimum(analysis)
        if analysis.fsd is not None and away is not None:
            meaning = "force error at the minimum" if away <= NEAR_EQUILIBRIUM else "rough force"
            parts.append(f"{analysis.profile.info.display_name} {number(analysis.fsd.location)} Å, {meaning}")
    return f"{words}\nSteepest: {'; '.join(parts)}" if parts else words


def ordinates(analysis: Analysis, shown: ShownCurves) -> Ordinates | None:
    """L on the scan's own frames, no unit, NaN where a frame was dropped; None without a reference."""
    if analysis.fsd is None:
        return None
    values = np.full(len(analysis.profile.scan), np.nan)
    values[np.searchsorted(analysis.profile.values, analysis.fsd.curve_values)] = analysis.fsd.L
    return Ordinates(values)


FIGURE = FigureRecord(
    name="fsd_curve",
    place=30,
    quantity="L(r)",
    unit=lambda coordinate: "",
    help="How much more, or less, the potential's forces change from the reference's minimum on than the reference's "
    "own do, as a logarithm. FSD is the steepest slope of this curve.",
    title=title,
    ordinates=ordinates,
    limits=everything,
    marked=False,
    needs_reference=True,
    folded="L(r): where FSD comes from",
    height=200,
)
