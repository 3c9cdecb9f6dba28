"""What the two kinds of falling ends share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.falling_ends import BELOW_OWN, falling_end
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import Sighting
from bsct_explorer.artifacts.refine.steps_taken_off import falls_inside
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number

FallSentence = Callable[[Words, float, str, Mapping[str, float | int | str]], str]

THRESHOLDS = ("fall", "prominence_noise")


def see_fall(scene: Scene, inward: bool, sentence: FallSentence) -> list[Sighting]:
    """The fall towards one end, if there is one; `sentence` is made from turning point, `fall_in_words` and evidence.

    Its size is what exceeds the reference's own fall.
    """
    fall = falling_end(scene, inward)
    if fall is None:
        return []
    how = fall_in_words(fall.excess, fall.allowed, fall.threshold)
    evidence: dict[str, float | int | str] = {
        "fall_eV": fall.depth,
        "reference_fall_eV": fall.allowed,
        "threshold_eV": fall.threshold,
        "frame": fall.frame,
    }
    if fall.below_own is not None:
        evidence[BELOW_OWN] = fall.below_own
    return [
        Sighting(
            location=fall.turn,
            interval=(fall.end, fall.turn) if inward else (fall.turn, fall.end),
            size=fall.excess,
            at_stake=fall.excess,
            explanation=sentence(Words(scene.curve), fall.turn, how, evidence),
            evidence=evidence,
        )
    ]


def left_of_fall(smooth: Curve, artifact: Artifact, inward: bool) -> float:
    """What a certified fall is on the curve without its jumps, beyond the reference's own, eV."""
    allowed = float(artifact.evidence.get("reference_fall_eV", 0.0))
    return falls_inside(smooth, artifact.interval, inward) - allowed


def settled_fall(candidate: Artifact, excess: float) -> str:
    """`fall_in_words` of a certified fall."""
    allowed = float(candidate.evidence.get("reference_fall_eV", 0.0))
    return fall_in_words(excess, allowed, float(candidate.evidence["threshold_eV"]))


def also_falls(evidence: Mapping[str, float | int | str]) -> bool:
    """Whether the reference falls as well, by less."""
    return float(evidence["reference_fall_eV"]) > float(evidence["threshold_eV"])


def fall_in_words(excess: float, allowed: float, threshold: float) -> str:
    """``falls by 0.5 eV instead of rising``, or by how much more than the reference's."""
    if allowed <= threshold:
        return f"falls by {number(excess, 2)} eV instead of rising"
    return f"falls by {number(excess + allowed, 2)} eV, {number(excess, 2)} eV more than the reference's"
