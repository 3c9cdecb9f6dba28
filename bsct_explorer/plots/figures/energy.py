"""The energy along the coordinate, zero where the person put it."""

from __future__ import annotations

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.data import Floats
from bsct_explorer.metrics import clean_curve
from bsct_explorer.plots.axis_limits import well_and_dissociation
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.shown_curves import ENERGY_ZEROS, Ordinates, ShownCurves


def title(shown: ShownCurves) -> str:
    """Which energy it is and what it is relative to."""
    source = "Energy as the path integral of the forces" if shown.settings.integrated else "Energy"
    return f"{source}, {ENERGY_ZEROS[shown.settings.zero]}"


def ordinates(analysis: Analysis, shown: ShownCurves) -> Ordinates:
    """Relative energies in eV; the band is the standard deviation of the members' relative energies."""
    settings, profile = shown.settings, analysis.profile
    equilibrium = analysis.equilibrium.frame if analysis.equilibrium else None
    if settings.integrated:
        energies = profile.path_energies(equilibrium if equilibrium is not None else len(profile.scan) // 2)
    else:
        energies = clean_curve(profile)[0]
    theirs = shown.reference.equilibrium if shown.reference else None
    origin = zero_frame(energies, settings.zero, equilibrium, theirs.frame if theirs else None)
    if origin is None:
        return Ordinates(energies)
    members = profile.evaluation.member_energies
    spread = None if members is None else np.std(members - members[:, origin : origin + 1], axis=0, ddof=1)
    return Ordinates(energies - energies[origin], spread)


def zero_frame(energies: Floats, zero: str, equilibrium: int | None, reference_frame: int | None) -> int | None:
    """The frame whose energy is called zero; None where no frame has an energy."""
    finite = np.flatnonzero(np.isfinite(energies))
    if not finite.size:
        return None
    wanted = {"reference": reference_frame, "longest": int(finite[-1])}.get(zero)
    wanted = wanted if wanted is not None else equilibrium
    if wanted is not None and np.isfinite(energies[wanted]):
        return wanted
    return int(finite[np.argmin(energies[finite])])


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
