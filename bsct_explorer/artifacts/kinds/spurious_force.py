"""spurious-force: the force points away from the equilibrium."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.detect.wrong_way_force import wrong_stretches
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refine.shape_polish import polish_wrong_way
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.words.numbers import number


def detect(scene: Scene) -> list[Sighting]:
    """Stretches where the force points away from the equilibrium and the reference's does not."""
    curve, found = scene.curve, []
    for wrong in wrong_stretches(scene):
        lo, hi = wrong.interval
        evidence: dict[str, float | int | str] = {
            f"worst_at_{curve.unit}": wrong.worst,
            f"dead_band_{curve.force_unit}": curve.dead_band,
            "frame": wrong.frame,
        }
        sentence = _sentence(Words(curve), wrong.interval, wrong.peak, wrong.outside)
        place = lo if wrong.outside else hi
        found.append(Sighting(place, wrong.interval, wrong.peak, wrong.work, sentence, evidence))
    return found


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified stretch between its polished zero crossings; at stake is the work seen on the grid."""
    r, words = refinement, Words(curve)
    interval = (float(r.evidence[f"from_{curve.unit}"]), float(r.evidence[f"to_{curve.unit}"]))
    outside = r.location == interval[0] or abs(r.location - interval[0]) < abs(r.location - interval[1])
    sentence = _sentence(words, interval, r.size, outside)
    return Settled(interval, float(candidate.evidence["at_stake_eV"]), sentence)


def _sentence(words: Words, interval: tuple[float, float], peak: float, outside: bool) -> str:
    strength = f"by up to {number(peak, 2)} {words.per_unit}"
    if words.bond and outside:
        what = f"pushes the atoms apart, {strength}, where it should pull them together"
    elif words.bond:
        what = f"pulls the atoms together, {strength}, where it should push them apart"
    else:
        what = f"points away from the equilibrium, {strength}, where it should point back"
    return f"From {words.stretch(*interval)} the force {what}."


KIND = KindOfFinding(
    name="spurious-force",
    order=60,
    title="spurious force",
    on_bond="The force points the wrong way: it pushes the atoms apart where they attract each other, or the other way "
    "round.",
    on_angle="The force points the wrong way: away from the equilibrium angle.",
    on_torsion="The force turns the molecule one way where the reference's turns it the other way.",
    effect="Relaxations and trajectories leave the equilibrium over this stretch instead of coming back to it.",
    remedy="What usually mends it: whatever mends the false minimum, the fall or the jump that it stands beside; "
    "where it stands alone, forces along this coordinate among the training data.",
    quantity="force",
    symbol="circle",
    reading=2,
    thresholds=("dead_band", "dead_band_noise"),
    meaning="against a reference",
    severity=severity_of,
    detect=detect,
    confirm=polish_wrong_way,
    settle=settle,
    noun="a force of the wrong sign",
    step_error=None,
    causes=frozenset({"missing-core-repulsion", "extrapolation"}),
)
