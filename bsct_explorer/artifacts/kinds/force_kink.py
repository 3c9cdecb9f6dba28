"""force-kink: the force jumps, the energy has a corner."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.differences import force_kinks
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import JUMP_SEARCH, KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.artifacts.verlet_step import error_of_force_jump
from bsct_explorer.words.numbers import nearest_power, number
from bsct_explorer.words.units import with_unit


def detect(scene: Scene) -> list[Sighting]:
    """Jumps of the generalized force between two frames; at stake is the jump over the swing at 300 K."""
    curve, found = scene.curve, []
    words = Words(curve)
    for jump in force_kinks(curve):
        way = "rises" if jump.size > 0 else "drops"
        sentence = (
            f"Between {words.span(*jump.interval)} the force {way} by {number(abs(jump.size), 2)} {words.per_unit} "
            "against its trend on both sides, in one jump or in less than a frame: a vibration is kicked each time it "
            "passes here."
        )
        forces, k = jump.piece.forces, jump.k
        evidence: dict[str, float | int | str] = {
            f"threshold_{curve.force_unit}": jump.threshold,
            f"force_difference_{curve.force_unit}": float(forces[k + 1] - forces[k]),
            "frame": jump.frame,
        }
        at_stake = abs(jump.size) * curve.swing
        found.append(Sighting(jump.middle, jump.interval, jump.size, at_stake, sentence, evidence))
    return found


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified kink."""
    words, r = Words(curve), refinement
    way = "up" if r.size > 0 else "down"
    spacing = with_unit(nearest_power(r.levels[-1].spacing), words.unit)
    sentence = (
        f"At {words.exact(r.location, r.location_error)} the force jumps {way} by {number(abs(r.size))} "
        f"{words.per_unit}, and it stays a jump at {spacing}: a vibration is kicked each time it passes here."
    )
    return Settled(candidate.interval, abs(r.size) * curve.swing, sentence)


KIND = KindOfFinding(
    name="force-kink",
    order=20,
    title="force kink",
    on_bond="At one bond length the force jumps: the energy is continuous and has a corner.",
    on_angle="At one angle the force jumps: the energy is continuous and has a corner.",
    on_torsion="At one torsion angle the force jumps: the energy is continuous and has a corner.",
    effect="Where the force jumps, an integrator with a fixed time step loses its order and a geometry optimiser can "
    "hop back and forth without converging.",
    remedy="What usually mends it: smooth activation functions, cutoff functions whose derivative ends at zero as "
    "well, and a smooth function in place of an absolute value or a clamp inside the model.",
    quantity="force",
    symbol="diamond",
    reading=1,
    thresholds=(
        "kink",
        "kink_noise",
        "kink_relative",
        "kink_offset",
        "kink_background",
        "kink_likeness",
        "kink_unpredicted",
        "kink_wall",
        "kink_wall_most",
        "jump_noise",
        "coarse_points",
    ),
    meaning="everywhere",
    severity=severity_of,
    detect=detect,
    confirm=JUMP_SEARCH,
    settle=settle,
    noun="a jump of the force",
    step_error=error_of_force_jump,
    # Where two states cross, the lower of two curves has a kink that points up.
    causes=frozenset({"electronic-state"}),
)
