"""In which order findings are read."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import SEVERITIES, Artifact
from bsct_explorer.artifacts.kinds import kind_of

REACH = 10.0
"""eV above the minimum. No single bond costs more to break (N≡N 9.8 eV), so no ordinary simulation gets further up."""


def worst_first(artifact: Artifact) -> tuple[int, bool, int, float, float]:
    """Sort key: severity; whether a simulation gets there; what explains the others; the energy at stake; the place.

    A wrong or bumpy force is often the symptom of a minimum, a fall or a jump beside it, and those are read first
    (`KindOfFinding.reading`).
    """
    above = float(artifact.evidence.get("energy_above_minimum_eV", 0.0))
    at_stake = float(artifact.evidence.get("at_stake_eV", 0.0))
    order = kind_of(artifact.kind).reading
    return SEVERITIES.index(artifact.severity), above > REACH, order, -at_stake, artifact.location
