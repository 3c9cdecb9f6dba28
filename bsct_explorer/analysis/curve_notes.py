"""What a person should know of a curve, as sentences."""

from __future__ import annotations

import numpy as np

from bsct_explorer.analysis.geometry_copies import mirror_difference, mirror_sentence
from bsct_explorer.analysis.kept_frames import collapse_sentence
from bsct_explorer.analysis.missing_frames import missing_in_words
from bsct_explorer.analysis.unit_checks import unit_notes
from bsct_explorer.artifacts import Equilibrium
from bsct_explorer.metrics import CurvePair, Metrics, Missing
from bsct_explorer.metrics.measured_curve import LEAST_DEPTH_COMPARED
from bsct_explorer.profiles import Profile
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_curves import (
    ANOTHER_DEPTH,
    CLOSED_SHELL_REFERENCE,
    COLLAPSED_FRAMES,
    FRAMES_WITHOUT_ANSWER,
    FULL_TURN,
    MIRROR_IMAGES,
    NO_FORCES,
    NO_MINIMUM,
)
from bsct_explorer.remarks.of_quantum_methods import TWO_SOLUTIONS
from bsct_explorer.remarks.of_references import PARTLY_COVERED
from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import with_unit

PERIODIC_ENERGY, PERIODIC_FORCE = 1e-3, 1e-2
"""eV and eV/Å. Largest differences after a full turn, or between mirror images, that go unmentioned: float32 energies
differ by less."""

CLOSED_SHELL_STRETCH = 1.5
"""Stretch of a bond, in units of its equilibrium length, from which a closed-shell reference is to be doubted: for C–C
the open-shell state is lower from about 2.2 to 2.6 Å."""


LEAST_DEPTH, MOST_DEPTH = 1 / 3.5, 3.5
"""Ratios of a bond's depth to the reference's between which it goes unmentioned. On 387 DFT and 311 GFN2-xTB curves of
the same bonds, both ways round, it is between 1/3.21 and 3.21."""


def depth_notes(both: CurvePair) -> list[str]:
    """A sentence where pulling the bond apart costs another energy than the reference's by far."""
    ends = both.bond_ends
    if isinstance(ends, Missing):
        return []
    ours, theirs = (end.depth for end in ends)
    if theirs < LEAST_DEPTH_COMPARED or LEAST_DEPTH <= ours / theirs <= MOST_DEPTH:
        return []
    values = both.curve.values[np.isfinite(both.common[0])]
    end = with_unit(decimal(float(values[-1]), 2), both.curve.unit)
    cost, due = number(abs(ours), 2), number(theirs, 2)
    if ours < 0:
        said = f"At {end} the energy lies {cost} eV below the equilibrium's; with the reference it lies {due} eV above."
    else:
        said = f"Pulling the bond to {end} costs {cost} eV, and {due} eV with the reference."
    return [ANOTHER_DEPTH.say(said)]


def notes_of(
    profile: Profile, reference: Profile | None, equilibrium: Equilibrium | None, near: float | None
) -> list[str]:
    notes: list[str] = []
    gone = missing_in_words(profile)
    told = any(isinstance(note, Remark) and note.kind == PARTLY_COVERED for note in profile.evaluation.notes)
    if gone and not told:  # a stored curve that covers a part of the scan fails nowhere
        notes.append(FRAMES_WITHOUT_ANSWER.say(f"{gone}, and are left out; nothing is claimed across a gap."))
    collapsed = collapse_sentence(profile)
    if collapsed:
        notes.append(COLLAPSED_FRAMES.say(collapsed))
    notes += unit_notes(profile, reference, equilibrium)
    notes += two_solutions_notes(profile)
    if equilibrium is None and near is not None:
        place = with_unit(decimal(near, 2), profile.scan.unit)
        notes.append(NO_MINIMUM.say(f"The energy has no minimum near the reference's at {place}."))
    elif equilibrium is None:
        notes.append(NO_MINIMUM.say("The energy has no minimum inside the range."))
    if not np.isfinite(profile.generalized_forces).any():
        lost = "There is no force along the coordinate, so steps, kinks and wrong-way forces cannot be looked for."
        notes.append(NO_FORCES.say(lost))
    if reference is not None and _closed_shell_stretched(reference, near):
        limit = CLOSED_SHELL_STRETCH * near if near is not None else float("nan")
        notes.append(
            CLOSED_SHELL_REFERENCE.say(
                f"The reference is closed-shell: beyond about {decimal(limit, 1)} Å the broken bond's true ground "
                "state is open-shell and lower, and a model trained on that is right to differ there."
            )
        )
    return notes


def two_solutions_notes(profile: Profile) -> list[str]:
    """A sentence where a method that solves for electrons has a second solution."""
    other = profile.evaluation.other_energies
    if other is None or not np.isfinite(other).any():
        return []
    where = np.flatnonzero(np.isfinite(other))
    unit = profile.scan.unit
    first, last = (with_unit(decimal(float(profile.values[k]), 2), unit) for k in (where[0], where[-1]))
    apart = number(float((other - profile.energies)[where].max()), 2)
    place = f"at {first}" if first == last else f"from {first} to {last} ({len(where)} of the frames)"
    said = (
        f"{profile.info.display_name}'s self-consistent equations have two solutions {place}, up to {apart} eV apart; "
        "the curve shows the lower one."
    )
    return [TWO_SOLUTIONS.say(said)]


def periodicity_notes(metrics: Metrics) -> list[str]:
    """A sentence where a full turn does not lead back to the same energy and force."""
    energy, force = metrics["periodicity_error"], metrics["periodicity_force_error"]
    if (energy or 0.0) <= PERIODIC_ENERGY and (force or 0.0) <= PERIODIC_FORCE:
        return []
    said = (
        f"After a full turn the energy differs by {number(energy or 0.0, 2)} eV and the force by "
        f"{number(force or 0.0, 2)} eV/Å, though the molecule is the same again: the potential depends on "
        "how the molecule is turned in space, or has no single value."
    )
    return [FULL_TURN.say(said)]


def mirror_notes(profile: Profile) -> list[str]:
    """A sentence where mirror images along the scan have different energies."""
    found = mirror_difference(profile)
    if found is None or found[0] <= PERIODIC_ENERGY:
        return []
    return [MIRROR_IMAGES.say(mirror_sentence(*found, profile.scan.unit))]


def _closed_shell_stretched(reference: Profile, near: float | None) -> bool:
    """Whether a reference that calls itself closed-shell goes on to where a broken bond has two unpaired electrons."""
    info = reference.info
    said = " ".join((info.level_of_theory, info.training_data, *info.notes)).lower().replace("-", " ")
    closed = reference.scan.kind == "bond" and reference.scan.molecule.multiplicity == 1 and "closed shell" in said
    return closed and near is not None and bool(reference.values[-1] > CLOSED_SHELL_STRETCH * near)
