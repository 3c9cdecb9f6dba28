"""The generalized force: the force along the coordinate."""

from __future__ import annotations

from bsct_explorer.analysis import Analysis
from bsct_explorer.plots.axis_limits import around_zero
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.shown_curves import Ordinates, ShownCurves


def title(shown: ShownCurves) -> str:
    """What its sign means."""
    return f"Force along the coordinate; positive {'pushes apart' if shown.unit == 'Å' else 'drives it up'}"


def ordinates(analysis: Analysis, shown: ShownCurves) -> Ordinates:
    """Generalized force in eV per unit of the coordinate; the band is the standard deviation of the members' slopes."""
    curve = shown.relative(analysis)
    return Ordinates(curve.forces, curve.force_spread)


FIGURE = FigureRecord(
    name="force",
    place=20,
    quantity="Force",
    unit=lambda coordinate: f"eV/{coordinate}",
    help="A bond's force crosses zero once, at its minimum. Each further crossing is a place where the potential "
    "pushes the wrong way, and a jump or a kink is where dynamics goes wrong.",
    title=title,
    ordinates=ordinates,
    limits=around_zero,
    zero_line=0.0,
    height=250,
)
