"""The generalized force: the force along the coordinate."""

from __future__ import annotations

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.metrics import clean_curve
from bsct_explorer.plots.axis_limits import around_zero
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.shown_curves import Ordinates, ShownCurves


def title(shown: ShownCurves) -> str:
    """What its sign means."""
    return f"Force along the coordinate; positive {'pushes apart' if shown.unit == 'Å' else 'drives it up'}"


def ordinates(analysis: Analysis, shown: ShownCurves) -> Ordinates:
    """Generalized force in eV per unit of the coordinate.

    The band is that of the members' forces, each the derivative of the member's energy along the scan by central
    differences: it serves a band, no number.
    """
    profile = analysis.profile
    forces = clean_curve(profile)[1]
    members = profile.evaluation.member_energies
    if members is None or not np.isfinite(profile.energies).any():
        return Ordinates(forces)
    slopes = np.gradient(members - profile.energies, profile.values, axis=1)
    return Ordinates(forces, np.std(slopes, axis=0, ddof=1))


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
