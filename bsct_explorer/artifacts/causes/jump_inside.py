"""Minima and falls that a jump makes: a barrier or a turning point that is no maximum of a smooth curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.intervene import JumpToExplain
from bsct_explorer.artifacts.causes.relocate import gap_of, jumps_at, relocate
from bsct_explorer.words.units import units_per_angstrom

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan

AROUND = 3e-4
"""Å around a polished place in which the jump must lie."""

_SHARE = 0.1
"""Share of the artifact's depth that a jump must have to count."""


def places_of_jumps(artifact: Artifact) -> list[float]:
    """Where refinement says that a minimum, its barrier or a turning point is a jump; empty where nothing is."""
    refinement = artifact.refinement
    if refinement is None or artifact.unit != "eV":
        return []
    said = refinement.evidence
    places = [float(value) for key, value in said.items() if key.startswith("barrier_at_")]
    found = places if said.get("barrier_is") == "a jump" else []
    own = any(said.get(key) == "a jump of the energy" for key in ("minimum_is", "turn_is"))
    return [*found, refinement.location] if own else found


def jump_inside(artifact: Artifact, live: LiveScan, dtype: str) -> JumpToExplain | None:
    """The largest step of the energy at those places, measured; None where there is none of a tenth of the depth."""
    gap, refinement = gap_of(dtype, live.scan.unit), artifact.refinement
    found: list[JumpToExplain] = []
    for place in places_of_jumps(artifact):
        assert refinement is not None
        around = max(AROUND * units_per_angstrom(live.scan.unit), 3 * refinement.location_error)
        seen = relocate(live, place - around, place + around, "energy", gap / 5)
        if seen is None:
            continue
        size = float(jumps_at(live, [seen.place], gap).energy[0])
        if abs(size) >= _SHARE * abs(artifact.size):
            found.append(JumpToExplain(seen.place, "energy", size, gap))
    return max(found, key=lambda jump: abs(jump.size), default=None)
