"""What the two kinds of falling ends share."""

from __future__ import annotations

from collections.abc import Callable

from bsct_explorer.artifacts.detect.falling_ends import falling_end
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import Sighting
from bsct_explorer.artifacts.sentences import Words

THRESHOLDS = ("fall", "prominence_noise")


def see_fall(scene: Scene, inward: bool, sentence: Callable[[Words, float, float], str]) -> list[Sighting]:
    """The fall towards one end, if there is one; `sentence` is made from the turning point and the depth."""
    fall = falling_end(scene, inward)
    if fall is None:
        return []
    return [
        Sighting(
            location=fall.turn,
            interval=(fall.end, fall.turn) if inward else (fall.turn, fall.end),
            size=fall.depth,
            at_stake=fall.depth,
            explanation=sentence(Words(scene.curve), fall.turn, fall.depth),
            evidence={"threshold_eV": fall.threshold, "reference_fall_eV": fall.allowed, "frame": fall.frame},
        )
    ]
