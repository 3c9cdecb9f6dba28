"""energy-step: the energy jumps between two places, and the force does not know of it."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact, severity_of
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.differences import energy_steps
from bsct_explorer.artifacts.detect.scene import Scene
from bsct_explorer.artifacts.kind_record import JUMP_SEARCH, KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.artifacts.verlet_step import error_of_energy_step
from bsct_explorer.words.numbers import nearest_power, number
from bsct_explorer.words.units import with_unit


def detect(scene: Scene) -> list[Sighting]:
    """Jumps of the energy between two frames that the force does not account for."""
    words, found = Words(scene.curve), []
    for jump in energy_steps(scene.curve):
        way = "rises" if jump.size > 0 else "falls"
        sentence = (
            f"Between {words.span(*jump.interval)} the energy {way} by {number(abs(jump.size), 2)} eV that the force "
            "does not account for: a simulation that passes here gains or loses energy from nowhere."
        )
        energies, k = jump.piece.energies, jump.k
        evidence: dict[str, float | int | str] = {
            "threshold_eV": jump.threshold,
            "energy_difference_eV": float(energies[k + 1] - energies[k]),
            "frame": jump.frame,
        }
        found.append(Sighting(jump.middle, jump.interval, jump.size, abs(jump.size), sentence, evidence))
    return found


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified step: its whole size is at stake each time."""
    words, r = Words(curve), refinement
    way = "up" if r.size > 0 else "down"
    spacing = with_unit(nearest_power(r.levels[-1].spacing), words.unit)
    sentence = (
        f"At {words.exact(r.location, r.location_error)} the energy jumps {way} by {number(abs(r.size))} eV, and it "
        f"stays a jump at {spacing}: a simulation that passes here gains or loses energy from nowhere."
    )
    return Settled(candidate.interval, abs(r.size), sentence)


KIND = KindOfFinding(
    name="energy-step",
    order=10,
    title="energy step",
    on_bond="At one bond length the energy jumps by an amount that the force does not account for.",
    on_angle="At one angle the energy jumps by an amount that the force does not account for.",
    on_torsion="At one torsion angle the energy jumps by an amount that the force does not account for.",
    effect="A jump of the energy gives a moving atom energy from nowhere, or takes it: molecular dynamics at constant "
    "energy drifts each time the coordinate passes this place.",
    remedy="What usually mends it: a cutoff that fades out smoothly, neighbours that enter and leave with weight zero, "
    "or double precision.",
    quantity="energy",
    symbol="square",
    reading=1,
    thresholds=(
        "step",
        "step_noise",
        "step_resolution",
        "step_edge",
        "step_kink",
        "kink_unpredicted",
        "jump_noise",
        "coarse_points",
    ),
    meaning="everywhere",
    severity=severity_of,
    detect=detect,
    confirm=JUMP_SEARCH,
    settle=settle,
    noun="a jump of the energy",
    step_error=error_of_energy_step,
    causes=frozenset(),
)
