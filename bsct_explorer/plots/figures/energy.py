"""The energy along the coordinate, zero where the person put it."""

from __future__ import annotations

from bsct_explorer.analysis import Analysis
from bsct_explorer.plots.axis_limits import well_and_dissociation
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.shown_curves import Ordinates, ShownCurves
from bsct_explorer.words.energy_zeros import ENERGY_ZEROS


def title(shown: ShownCurves) -> str:
    """Which energy it is and what it is relative to."""
    source = "Energy as the path integral of the forces" if shown.settings.integrated else "Energy"
    return f"{source}, relative to {ENERGY_ZEROS[shown.settings.zero]}"


def ordinates(analysis: Analysis, shown: ShownCurves) -> Ordinates:
    """Relative energies in eV; the band is the standard deviation of the members' relative energies."""
    curve = shown.relative(analysis)
    return Ordinates(curve.path_energies if shown.settings.integrated else curve.energies, curve.relative_energy_spread)


FIGURE = FigureRecord(
    name="energy",
    place=10,
    quantity="Energy",
    unit=lambda coordinate: "eV",
    help="A bond has one minimum, a wall inside it and a plateau outside it. A second minimum, a step or a wall that "
    "turns over is the potential's, not nature's. Pale bands show the spread of an ensemble's members.",
    title=title,
    ordinates=ordinates,
    limits=well_and_dissociation,
    on_cards=True,
    height=240,
)
