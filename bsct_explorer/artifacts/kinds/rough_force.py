"""rough-force: the force has bumps that a smooth curve does not have."""

from __future__ import annotations

import math

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.force_extrema import bumps
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refine.shape_polish import A_MAXIMUM, A_MINIMUM, polish_bump
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number


def detect(scene: Scene) -> list[Sighting]:
    """Extra extrema of the generalized force; those near each other are one finding."""
    curve, found = scene.curve, []
    for bump in bumps(scene):
        (lo, hi), worst = bump.interval, bump.worst
        evidence: dict[str, float | int | str] = {
            "extra_extrema": bump.extrema,
            "extremum_is": A_MINIMUM if worst.lowest else A_MAXIMUM,
            f"threshold_{curve.force_unit}": curve.extremum,
        }
        sentence = _sentence(Words(curve), bump.interval, bump.extrema, worst.prominence)
        at_stake = worst.prominence * min(hi - lo, curve.swing)
        found.append(Sighting(worst.place, bump.interval, worst.prominence, at_stake, sentence, evidence))
    return found


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified bump; what is at stake grows with its polished size."""
    r, (lo, hi) = refinement, candidate.interval
    at_stake = float(candidate.evidence["at_stake_eV"])
    at_stake *= r.size / candidate.size if candidate.size and math.isfinite(r.size) else 1.0
    interval = (min(lo, r.location), max(hi, r.location))
    count = int(candidate.evidence.get("extra_extrema", 1))
    return Settled(interval, at_stake, _sentence(Words(curve), interval, count, r.size))


def _sentence(words: Words, interval: tuple[float, float], count: int, prominence: float) -> str:
    bend = {1: "once", 2: "twice"}.get(count, f"{count} times")
    return (
        f"From {words.stretch(*interval)} the force turns {bend} more than it should, by up to {number(prominence, 2)} "
        f"{words.per_unit}: the force is bumpy there where a real one changes smoothly."
    )


KIND = KindOfFinding(
    name="rough-force",
    order=70,
    title="rough force",
    on_bond="The force wiggles more often than a bond's does.",
    on_angle="The force wiggles more often than one equilibrium angle explains.",
    on_torsion="The force wiggles more often than the reference's does.",
    effect="Vibrational frequencies and everything else that depends on curvature are unreliable there, even where "
    "energies look right.",
    remedy="What usually mends it: more training data in this region, more weight on forces, or a penalty on sharp "
    "bends of the energy during training.",
    quantity="force",
    symbol="hex",
    reading=2,
    thresholds=("extremum", "extremum_noise"),
    meaning="against a reference",
    severity=severity_of,
    detect=detect,
    confirm=polish_bump,
    settle=settle,
    noun="a bump of the force",
    step_error=None,
    causes=frozenset({"extrapolation", "electronic-state"}),
)
