"""wall-collapse: the energy falls towards short distances, where atoms must repel each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.falling_ends import BELOW_OWN
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.kinds._falls import THRESHOLDS, also_falls, left_of_fall, see_fall, settled_fall
from bsct_explorer.artifacts.refine.shape_polish import polish_fall
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number


def detect(scene: Scene) -> list[Sighting]:
    """The energy falls towards the first frame by more than the reference's does."""
    return see_fall(scene, True, _sentence)


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified collapse, from its polished turning point inwards."""
    turn, depth = refinement.location, refinement.size
    sentence = _sentence(Words(curve), turn, settled_fall(candidate, depth), candidate.evidence)
    return Settled((candidate.interval[0], turn), depth, sentence)


def _sentence(words: Words, turn: float, falls: str, evidence: Mapping[str, float | int | str]) -> str:
    below = evidence.get(BELOW_OWN)
    if below is not None:
        return (
            f"Below {words.place(turn)} the energy {falls}, at once and down to {number(float(below), 2)} eV below the "
            "molecule itself: these frames are in a state without a meaning, and no part of anything else that is said "
            "of the curve."
        )
    if also_falls(evidence):
        consequence = "it is drawn in with more energy than it should be"
    elif words.bond:
        consequence = "atoms that come this close are pulled into each other"
    else:
        consequence = "nothing holds it back"
    return f"Below {words.place(turn)} the energy {falls}: {consequence}."


KIND = KindOfFinding(
    name="wall-collapse",
    order=40,
    title="wall collapse",
    on_bond="Two atoms pushed together must repel ever more strongly; here the wall turns over.",
    on_angle="Closing an angle must cost ever more energy; here the energy turns over and falls.",
    on_torsion="A torsion has no repulsive wall, so this is reported for bonds and angles only.",
    effect="A hard collision ends with atoms falling into one another.",
    remedy="What usually mends it: an explicit repulsion of the nuclei (ZBL) that takes over at short distances, and "
    "compressed structures among the training data.",
    quantity="energy",
    symbol="triangle",
    reading=1,
    thresholds=THRESHOLDS,
    meaning="between two ends",
    severity=severity_of,
    detect=detect,
    confirm=partial(polish_fall, inward=True),
    settle=settle,
    noun="an energy that falls inward",
    step_error=None,
    causes=frozenset({"missing-core-repulsion", "extrapolation"}),
    falls_towards="first",
    left_without_steps=partial(left_of_fall, inward=True),
)
