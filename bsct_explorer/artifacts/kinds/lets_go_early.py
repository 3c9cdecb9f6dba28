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
    most = curve.thresholds.let_go * found.pull.strength
    sentence = _sentence(Words(curve), found.interval, most, found.held, found.their_share)
    return [Sighting(found.interval[0], found.interval, size, found.at_stake, sentence, evidence)]


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified one, from its polished place on; at stake is the work that the grid shows to be missing."""
    evidence = candidate.evidence
    interval = (refinement.location, candidate.interval[1])
    held = float(evidence[f"reference_at_end_{curve.force_unit}"])
    most = curve.thresholds.let_go * float(refinement.evidence[f"pull_{curve.force_unit}"])
    sentence = _sentence(Words(curve), interval, most, held, float(evidence["reference_share_of_strongest"]))
    return Settled(interval, float(evidence["at_stake_eV"]), sentence)


def _sentence(words: Words, interval: tuple[float, float], most: float, held: float, share: float) -> str:
    still = f"by {number(held, 2)} {words.per_unit}, {number(100 * share, 2)} % of its strongest pull"
    less, where = f"less than {number(most, 2)} {words.per_unit}", words.stretch(*interval)
    return (
        f"From {where} the atoms are pulled together by {less}, where the reference, at the end, still pulls {still}."
    )


KIND = KindOfFinding(
    name="lets-go-early",
    order=74,
    title="lets go early",
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
