"""How far the last frame of a full turn of a torsion is from the first, which is the same molecule."""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.metrics.measured_curve import CurvePair, Missing
from bsct_explorer.metrics.metric_record import OWN, Metric, Value

NO_TURN = Missing("the scan is no full turn of a torsion")
NO_END = Missing("an end of the turn has no answer")


def _between_ends(y: Floats, both: CurvePair) -> Value | Missing:
    if not both.curve.full_turn:
        return NO_TURN
    ends = y[[0, -1]]
    return float(abs(ends[1] - ends[0])) if np.isfinite(ends).all() else NO_END


METRICS = (
    Metric(
        key="periodicity_error",
        order=90,
        label="Energy after a full turn",
        unit="eV",
        description="Difference of the energies at both ends of a full turn of a torsion, which are the same molecule.",
        source=OWN,
        formula="|E(φ + 360°) − E(φ)|",
        needs_reference=False,
        lower_is_better=True,
        compute=lambda both: _between_ends(both.curve.energies, both),
        ideal=0.0,
    ),
    Metric(
        key="periodicity_force_error",
        order=90,
        label="Force after a full turn",
        unit="eV/Å",
        description="Difference of the forces along the torsion at both ends of a full turn, per arc length.",
        source=OWN,
        formula="|g(φ + 360°) − g(φ)| / |dx/dφ|",
        needs_reference=False,
        lower_is_better=True,
        compute=lambda both: _between_ends(both.curve.along_path.forces, both),
        ideal=0.0,
    ),
)
