"""non-conservative: the force is not the slope of the energy."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.differences import curl_stretches
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import BALANCE, KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.artifacts.verlet_step import error_of_steady_excess
from bsct_explorer.words.numbers import number


def detect(scene: Scene) -> list[Sighting]:
    """Stretches where the force steadily differs from the energy's slope."""
    words = Words(scene.curve)
    return [
        Sighting(
            location=curl.worst,
            interval=curl.interval,
            size=curl.excess,
            at_stake=curl.gained,
            explanation=_sentence(words, curl.interval, curl.excess),
            evidence={"frame": curl.frame},
        )
        for curl in curl_stretches(scene.curve)
    ]


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified stretch; at stake is the energy gained over it."""
    lo, hi = candidate.interval
    evidence = refinement.evidence
    worst, place = (
        evidence.get(name) for name in (f"largest_difference_{curve.force_unit}", f"largest_at_{curve.unit}")
    )
    pointwise = None if worst is None or place is None else (float(worst), float(place))
    gained = abs(refinement.size) * (hi - lo)
    return Settled(candidate.interval, gained, _sentence(Words(curve), candidate.interval, refinement.size, pointwise))


def _sentence(
    words: Words, interval: tuple[float, float], excess: float, pointwise: tuple[float, float] | None = None
) -> str:
    lo, hi = interval
    mean, gained = number(abs(excess), 2), number(abs(excess) * (hi - lo), 2)
    how = f"{mean} {words.per_unit}"
    if pointwise is not None:
        worst, place = pointwise
        how = f"{mean} {words.per_unit} on average and {number(abs(worst), 2)} {words.per_unit} at {words.place(place)}"
        how += f", {gained} eV over the whole way"
    return (
        f"From {words.stretch(lo, hi)} the force and the slope of the energy differ by {how}: the force is not the "
        "energy's gradient, so a simulation does not keep its energy."
    )


KIND = KindOfFinding(
    name="non-conservative",
    order=80,
    title="non-conservative force",
    on_bond="The force along the bond is not the slope of the energy.",
    on_angle="The force along the angle is not the slope of the energy.",
    on_torsion="The force along the torsion is not the slope of the energy.",
    effect="Moving along a closed path gains or loses energy, and dynamics heats up or cools down.",
    remedy="What usually mends it: forces taken as the gradient of the energy by automatic differentiation in place of "
    "an output of their own.",
    quantity="force",
    symbol="star",
    reading=1,
    thresholds=("curl", "curl_resolution", "curl_spread", "step_noise", "coarse_points"),
    meaning="everywhere",
    severity=severity_of,
    detect=detect,
    confirm=BALANCE,
    settle=settle,
    noun="a force that is not the energy's slope",
    step_error=error_of_steady_excess,
    causes=frozenset({"direct-forces"}),
)
