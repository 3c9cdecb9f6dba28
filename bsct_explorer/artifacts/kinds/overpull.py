"""overpull: the atoms are pulled back far more strongly than by a bond."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.pulls import overpull
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refine.pull_polish import polish_overpull
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number

REFERENCE, MORSE = "the reference's strongest pull", "that of a Morse bond as stiff and as deep"


def detect(scene: Scene) -> list[Sighting]:
    """A pull of more than twice the reference's strongest, without one of more than twice a Morse bond's."""
    curve, found = scene.curve, overpull(scene)
    if found is None:
        return []
    pull, unit = found.pull, curve.force_unit
    evidence: dict[str, float | int | str] = {
        f"most_{unit}": found.most,
        f"usual_{unit}": found.usual,
        "usual_is": MORSE if found.theirs is None else REFERENCE,
        "frame": pull.frame,
    }
    if found.theirs is not None:
        evidence[f"reference_pull_at_{curve.unit}"] = found.theirs.place
    sentence = _sentence(Words(curve), pull.place, pull.strength, found.usual, found.theirs is not None)
    return [Sighting(pull.place, found.interval, pull.strength, found.at_stake, sentence, evidence)]


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified overpull with its polished strength; at stake is the work seen on the grid."""
    evidence, (lo, hi) = candidate.evidence, candidate.interval
    usual, compared = float(evidence[f"usual_{curve.force_unit}"]), evidence["usual_is"] == REFERENCE
    sentence = _sentence(Words(curve), refinement.location, refinement.size, usual, compared)
    interval = (min(lo, refinement.location), max(hi, refinement.location))
    return Settled(interval, float(evidence["at_stake_eV"]), sentence)


def _sentence(words: Words, place: float, strength: float, usual: float, compared: bool) -> str:
    pulled = f"At {words.place(place)} the force pulls the atoms together by {number(strength, 2)} {words.per_unit}"
    if compared:
        return f"{pulled}, where the reference pulls by up to {number(usual, 2)} {words.per_unit}."
    return f"{pulled}, where a bond as stiff and as deep pulls by up to about {number(usual, 2)} {words.per_unit}."


KIND = KindOfFinding(
    name="overpull",
    order=72,
    title="overpull",
    on_bond="The atoms are pulled together far more strongly than by the reference, or by a bond as stiff and as deep.",
    on_angle="It is about the pull of a bond, and looked for along bonds only.",
    on_torsion="It is about the pull of a bond, and looked for along bonds only.",
    effect="A bond that is stretched this far is thrown back, and breaks at forces and rates that are not its own; "
    "a time step that suits the rest of the molecule may be too long there.",
    remedy="What usually mends it: more neighbours or a longer cutoff where an atom drops out of the graph there, and "
    "forces of stretched bonds among the training data.",
    quantity="force",
    symbol="circle_dot",
    reading=1,
    thresholds=("overpull", "overpull_alone", "extremum", "extremum_noise"),
    meaning="between two ends",
    severity=severity_of,
    detect=detect,
    confirm=polish_overpull,
    settle=settle,
    noun="a pull that is too strong",
    step_error=None,
    causes=frozenset({"extrapolation"}),
)
