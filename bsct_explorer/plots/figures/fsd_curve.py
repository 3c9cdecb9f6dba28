"""L(r), the curve whose steepest slope is FSD."""

from __future__ import annotations

from bsct_explorer.analysis import Analysis
from bsct_explorer.plots.axis_limits import everything
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.shown_curves import Ordinates, ShownCurves
from bsct_explorer.words.numbers import number


def title(shown: ShownCurves) -> str:
    """What L(r) is; on a second line where each potential has it steepest, and what that means."""
    words = "ln of the force change against the reference's; FSD is its steepest slope"
    parts = [
        f"{analysis.profile.info.display_name} {number(place.location)} Å, {place.in_short}"
        for analysis in shown.analyses.values()
        if (place := analysis.fsd_maximum) is not None
    ]
    return f"{words}\nSteepest: {'; '.join(parts)}" if parts else words


def ordinates(analysis: Analysis, shown: ShownCurves) -> Ordinates | None:
    """L on the scan's own frames, no unit, NaN where a frame was dropped; None without a reference."""
    return None if analysis.fsd_curve is None else Ordinates(analysis.fsd_curve)


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
