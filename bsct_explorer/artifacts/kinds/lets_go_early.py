"""lets-go-early: a stretched bond is not pulled back any more, though the reference still pulls."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.pulls import let_go
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refine.pull_polish import polish_let_go
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number


def detect(scene: Scene) -> list[Sighting]:
    """A pull that is gone at the end of the range, where the reference's is not."""
    curve, found = scene.curve, let_go(scene)
    if found is None:
        return []
    unit = curve.force_unit
    evidence: dict[str, float | int | str] = {
        f"left_{unit}": found.left,
        f"reference_at_end_{unit}": found.held,
        "share_of_strongest": found.share,
        "reference_share_of_strongest": found.their_share,
        f"pull_{unit}": found.pull.strength,
        f"pull_at_{curve.unit}": found.pull.place,
    }
    size = found.held - found.left
    sentence = _sentence(curve, found.interval, found.pull.strength, size, found.their_share)
    return [Sighting(found.interval[0], found.interval, size, found.at_stake, sentence, evidence)]


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified one, from its polished place on; at stake is the work that the grid shows to be missing."""
    evidence = candidate.evidence
    interval = (refinement.location, candidate.interval[1])
    pull, share = refinement.evidence[f"pull_{curve.force_unit}"], evidence["reference_share_of_strongest"]
    sentence = _sentence(curve, interval, float(pull), refinement.size, float(share))
    return Settled(interval, float(evidence["at_stake_eV"]), sentence)


def _sentence(curve: Curve, interval: tuple[float, float], pull: float, missing: float, share: float) -> str:
    words = Words(curve)
    most, less = number(curve.thresholds.let_go * pull, 2), number(missing, 2)
    return (
        f"From {words.stretch(*interval)} the atoms are pulled together by less than {most} {words.per_unit}; at the "
        f"end {less} {words.per_unit} is missing, since the reference still pulls with {number(100 * share, 2)} % of "
        "its strongest."
    )


KIND = KindOfFinding(
    name="lets-go-early",
    order=74,
    title="early release",
    on_bond="The bond is not held any more at a length at which the reference still pulls it together.",
    on_angle="It is about the end of a bond, and looked for along bonds only.",
    on_torsion="It is about the end of a bond, and looked for along bonds only.",
    effect="A bond that a simulation stretches this far does not come back, and breaks for less energy than it should.",
    remedy="What usually mends it: a longer cutoff, or more neighbours in the model's graph, and stretched bonds among "
    "the training data.",
    quantity="force",
    symbol="dash",
    reading=1,
    thresholds=("let_go", "held", "extremum", "extremum_noise", "dead_band", "dead_band_noise"),
    meaning="between two ends",
    severity=severity_of,
    detect=detect,
    confirm=polish_let_go,
    settle=settle,
    noun="a bond that is let go",
    step_error=None,
    causes=frozenset({"extrapolation"}),
)
