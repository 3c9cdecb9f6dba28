"""steep-force: the force changes smoothly, and within less than one step of molecular dynamics."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import BESIDE_JUMPS, KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.artifacts.verlet_step import error_of_force_jump
from bsct_explorer.words.numbers import number


def detect(scene: Scene) -> list[Sighting]:
    """None: on a grid it looks like a jump, and only a zoom tells them apart."""
    return []


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified steep change; what is at stake is that of a jump as large."""
    words, r = Words(curve), refinement
    way = "rises" if r.size > 0 else "drops"
    width = r.width if r.width is not None else 0.0
    step = float(r.evidence[f"md_step_of_1_fs_{curve.unit}"])
    sentence = (
        f"At {words.exact(r.location, r.location_error)} the force {way} by {number(abs(r.size))} {words.per_unit} "
        f"against its trend within {words.length(width)}: smooth, no jump, and steep, since one step of molecular "
        f"dynamics (1 fs) covers {words.length(step)} and passes over it as over a jump."
    )
    return Settled(candidate.interval, abs(r.size) * min(curve.swing, 2 * step), sentence)


KIND = KindOfFinding(
    name="steep-force",
    order=25,
    title="steep force",
    on_bond="Within less than one step of molecular dynamics the force changes steeply, though smoothly.",
    on_angle="Within less than one step of molecular dynamics the force changes steeply, though smoothly.",
    on_torsion="Within less than one step of molecular dynamics the force changes steeply, though smoothly.",
    effect="An integrator with a usual time step passes over it as over a jump of the force, and a geometry optimiser "
    "or a Hessian by finite differences gets another answer on each side.",
    remedy="What usually mends it: wider switching functions, or smoother activation functions.",
    quantity="force",
    symbol="diamond_cross",
    reading=1,
    thresholds=("kink", "kink_wall", "kink_wall_most", "jump_noise"),
    meaning="everywhere",
    severity=severity_of,
    detect=detect,
    confirm=BESIDE_JUMPS,
    settle=settle,
    noun="a steep change of the force",
    step_error=error_of_force_jump,
    causes=frozenset(),
)
