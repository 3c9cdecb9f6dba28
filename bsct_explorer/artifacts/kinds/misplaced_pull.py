"""misplaced-pull: a bond is pulled back most strongly at another length than the reference's."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.pulls import misplaced
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refine.pull_polish import polish_misplaced
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number


def detect(scene: Scene) -> list[Sighting]:
    """A strongest pull that lies too far from the reference's."""
    curve, found = scene.curve, misplaced(scene)
    if found is None:
        return []
    ours, theirs, unit = found.ours, found.theirs, curve.unit
    evidence: dict[str, float | int | str] = {
        f"reference_pull_at_{unit}": theirs.place,
        f"reference_pull_error_{unit}": theirs.error,
        f"reference_pull_{curve.force_unit}": theirs.strength,
        f"pull_{curve.force_unit}": ours.strength,
        "frame": ours.frame,
    }
    interval = (min(ours.place, theirs.place), max(ours.place, theirs.place))
    sentence = _sentence(Words(curve), ours.place, theirs.place)
    return [Sighting(ours.place, interval, abs(found.apart), found.at_stake, sentence, evidence)]


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified one with its polished place; at stake is the difference of the energies' rise between the frames."""
    place = refinement.location
    theirs = float(candidate.evidence[f"reference_pull_at_{curve.unit}"])
    interval = (min(place, theirs), max(place, theirs))
    return Settled(interval, float(candidate.evidence["at_stake_eV"]), _sentence(Words(curve), place, theirs))


def _sentence(words: Words, ours: float, theirs: float) -> str:
    further = "further out" if ours > theirs else "further in"
    return (
        f"The bond is pulled back most strongly at {words.place(ours)}, {number(abs(ours - theirs), 2)} {words.unit} "
        f"{further} than by the reference, at {words.place(theirs)}."
    )


KIND = KindOfFinding(
    name="misplaced-pull",
    order=76,
    title="misplaced pull",
    on_bond="The bond is pulled back most strongly at another length than the reference's.",
    on_angle="It is about the pull of a bond, and looked for along bonds only.",
    on_torsion="It is about the pull of a bond, and looked for along bonds only.",
    effect="The bond yields at another length, so that the energy and the place of a transition state on this way are "
    "not to be trusted.",
    remedy="What usually mends it: structures along the stretched bond among the training data, and more weight on "
    "their forces.",
    quantity="force",
    symbol="plus",
    reading=1,
    thresholds=("misplaced", "extremum", "extremum_noise"),
    meaning="between two ends",
    severity=severity_of,
    detect=detect,
    confirm=polish_misplaced,
    settle=settle,
    noun="a strongest pull in another place",
    step_error=None,
    causes=frozenset({"extrapolation"}),
    sized_by_place=True,
)
