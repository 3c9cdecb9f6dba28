"""outer-fall: the energy falls towards long distances, where a bond must hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.kinds._falls import THRESHOLDS, also_falls, left_of_fall, see_fall, settled_fall
from bsct_explorer.artifacts.refine.shape_polish import polish_fall
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words


def detect(scene: Scene) -> list[Sighting]:
    """The energy falls towards the last frame by more than the reference's does."""
    return see_fall(scene, False, _sentence)


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified fall, from its polished turning point outwards."""
    turn, depth = refinement.location, refinement.size
    sentence = _sentence(Words(curve), turn, settled_fall(candidate, depth), candidate.evidence)
    return Settled((turn, candidate.interval[1]), depth, sentence)


def _sentence(words: Words, turn: float, falls: str, evidence: Mapping[str, float | int | str]) -> str:
    if also_falls(evidence):
        consequence = "it is driven out with more energy than it should be"
    elif words.bond:
        consequence = "a bond stretched this far is pushed apart instead of held together"
    else:
        consequence = "nothing brings it back"
    return f"Beyond {words.place(turn)} the energy {falls}: {consequence}."


KIND = KindOfFinding(
    name="outer-fall",
    order=50,
    title="outer fall",
    on_bond="Pulling two bonded atoms apart must cost energy until they are free; here the energy falls again.",
    on_angle="Opening an angle beyond its equilibrium must cost energy; here the energy falls again.",
    on_torsion="A torsion has no outer end, so this is reported for bonds and angles only.",
    effect="Beyond this place the potential tears the molecule apart by itself.",
    remedy="What usually mends it: dissociated structures among the training data, and energies of the free atoms that "
    "fit them.",
    quantity="energy",
    symbol="triangle",
    reading=1,
    thresholds=THRESHOLDS,
    meaning="between two ends",
    severity=severity_of,
    detect=detect,
    confirm=partial(polish_fall, inward=False),
    settle=settle,
    noun="an energy that falls outward",
    step_error=None,
    causes=frozenset({"extrapolation"}),
    falls_towards="last",
    left_without_steps=partial(left_of_fall, inward=False),
)
