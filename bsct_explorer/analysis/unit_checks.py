"""Units and signs of a model, read off its own curve and off the reference's.

    r = -∫ g dq / ΔE of every interval

is 1 where forces are the energy's gradient. Where it is another number, and the same along the whole curve, energy and
forces are in two units, or have two signs: no error of a model makes one ratio everywhere. Where the model agrees with
itself, its forces are compared with the reference's, and the stiffness of a bond with that of the stiffest bonds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bsct_explorer.artifacts import Equilibrium, make_curve
from bsct_explorer.data import Floats
from bsct_explorer.profiles import Profile
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_models import UNIT_SUSPECTED
from bsct_explorer.words.numbers import listed, number
from bsct_explorer.words.units import ANGSTROM_PER_BOHR as BOHR
from bsct_explorer.words.units import EV_PER_HARTREE, EV_PER_WAVENUMBER, energy_unit

ENERGIES = {
    "kcal/mol": energy_unit("kcal/mol").per_ev,
    "kJ/mol": energy_unit("kJ/mol").per_ev,
    "hartree": 1 / EV_PER_HARTREE,
    "rydberg": 2 / EV_PER_HARTREE,
    "meV": 1e3,
    "cm⁻¹": 1 / EV_PER_WAVENUMBER,
}
"""Numbers that 1 eV is in other units of energy."""

LEAST_INTERVALS = 8
"""Intervals in which both energy and force change enough to be compared."""

TELLING = 0.02
"""Part of the largest |ΔE| of the inner intervals that one must have to be compared."""

STEADY_WITHIN, STEADY_PART = 0.03, 0.65
"""A ratio is one along the curve where this part of the intervals has it within that. On 30 frames of ANI-1x, whose
wall they do not resolve, it is 0.79; for direct forces (testbed-E) 0.4 at most."""

SAME_WITHIN = 0.02
"""Relative difference of a ratio from a factor that it is taken for."""

EXACT_WITHIN = 0.005
"""The same for a ratio that is no known factor: direct forces may be a fifth too large nearly everywhere."""

ROUGH_WITHIN, ROUGHLY, FAR_FROM_ONE = 0.3, 0.1, 4.0
"""The same two for direct forces, which are no gradient: only where the ratio is negative, or this factor from 1."""

UNLIKE_ONE = 0.05
"""Relative difference from 1 below which forces and slope are taken to have one unit."""

LIKE_REFERENCE, LIKE_FACTOR = 0.35, 1.5
"""How far a model's forces, taken for those of another unit, may be from the reference's: the typical relative
difference after their size, and the ratio of the sizes."""

STIFFEST, DEEPEST = 300.0, 40.0
"""eV/Å² and eV, above which no bond is stiff and deep: nitrogen has 143 eV/Å² and, in GFN2-xTB, about 30 eV."""

SOFT, STIFF = 8.0, 160.0
"""eV/Å², between which bonds are: iodine has 11 and nitrogen 143."""

NEAR_OWN = 0.3
"""Relative distance from the molecule's own bond length within which a minimum is taken for the bond's own."""


@dataclass(frozen=True)
class Meaning:
    """A factor between forces and slope, and what it would mean, as the end of a question."""

    factor: float
    question: str


def meanings(n_atoms: int) -> Iterator[Meaning]:
    """Factors by which forces exceed the energy's slope, the likely ones first."""
    yield Meaning(-1.0, "are they gradients, with the sign not turned?")
    yield Meaning(BOHR, "are they in eV/bohr, or per bohr like other atomic units?")
    yield Meaning(1 / BOHR, "are they in eV/bohr and converted the wrong way, or are positions taken in bohr?")
    for sign, gradient in ((1.0, ""), (-1.0, " and gradients")):
        for name, per_ev in ENERGIES.items():
            yield Meaning(sign * per_ev, f"are they in {name}/Å{gradient} while energies are in eV?")
            yield Meaning(sign / per_ev, f"are energies in {name} while forces are in eV/Å{gradient}?")
            yield Meaning(sign * per_ev * BOHR, f"are they in {name}/bohr{gradient} while energies are in eV?")
    for length, per in (("nm", 10.0), ("pm", 0.01)):
        yield Meaning(per, f"are they per {length}?")
    if n_atoms > 1:
        yield Meaning(float(n_atoms), f"are energies those per atom, of which there are {n_atoms}?")
        yield Meaning(-float(n_atoms), f"are energies per atom, of which there are {n_atoms}, and forces gradients?")
    yield Meaning(-BOHR, "are they gradients in eV/bohr?")
    yield Meaning(2.0, "is every pair counted twice in the forces?")
    yield Meaning(0.5, "is every pair counted twice in the energy?")


def unit_notes(profile: Profile, reference: Profile | None, equilibrium: Equilibrium | None) -> list[Remark]:
    """What is said where units or signs of a curve do not fit; at most one sentence."""
    ratios, n_atoms = force_over_slope(profile), len(profile.scan.molecule)
    own = steady(ratios)
    if own is None:
        rough = steady(ratios, ROUGH_WITHIN)
        far = rough is not None and (rough < 0 or max(rough, 1 / rough) > FAR_FROM_ONE)
        sentence = _against_slope(rough, n_atoms, ROUGHLY) if rough is not None and far else ""
        return [UNIT_SUSPECTED.say(sentence)] if sentence else []
    if abs(own - 1.0) > UNLIKE_ONE:
        exact = steady(ratios, EXACT_WITHIN) is not None
        sentence = _against_slope(own, n_atoms) or (_unknown(own) if exact else "")
        return [UNIT_SUSPECTED.say(sentence)] if sentence else []
    if reference is not None and abs((steady(force_over_slope(reference)) or 1.0) - 1.0) <= UNLIKE_ONE:
        against = against_reference(profile, reference)
        if against:
            return [UNIT_SUSPECTED.say(against)]
    too_stiff = against_bonds(profile, equilibrium) if reference is None else ""
    return [UNIT_SUSPECTED.say(too_stiff)] if too_stiff else []


def force_over_slope(profile: Profile) -> Floats:
    """-∫ g dq / ΔE of intervals in which the energy changes enough, by the trapezoid rule with its end correction."""
    values, (energies, forces) = profile.values, profile.clean_curve()
    curve = make_curve(values, energies, forces, unit=profile.scan.unit)
    fallen, work = [], []
    for piece in curve.pieces:
        fallen.append(-np.diff(piece.energies))
        work.append(0.5 * piece.h * (piece.forces[1:] + piece.forces[:-1]) - piece.correction)
    if not fallen:
        return np.empty(0)
    steps, due = np.concatenate(fallen), np.concatenate(work)
    # The wall is hundreds of times steeper than all the rest: what is telling is measured on the median's scale.
    telling = np.abs(steps) > TELLING * np.quantile(np.abs(steps), 0.75)
    return np.asarray(due[telling] / steps[telling])


def steady(ratios: Floats, within: float = STEADY_WITHIN) -> float | None:
    """The one ratio along a curve; None where there is none."""
    if len(ratios) < LEAST_INTERVALS:
        return None
    middle = float(np.median(ratios))
    if middle == 0 or not np.isfinite(middle):
        return None
    same = np.abs(ratios / middle - 1.0) < within
    return middle if float(same.mean()) >= STEADY_PART else None


def _against_slope(ratio: float, n_atoms: int, within: float = SAME_WITHIN) -> str:
    """What a ratio of forces and slope would mean; empty where it is no known factor."""
    found = [meaning for meaning in meanings(n_atoms) if abs(ratio / meaning.factor - 1.0) < within]
    if not found:
        return ""
    found.sort(key=lambda meaning: abs(ratio / meaning.factor - 1.0) > SAME_WITHIN)
    times = f"Forces are {number(ratio)} times the energy's slope along the whole curve"
    if abs(ratio + 1.0) < within:
        times = "Forces have the sign of the energy's slope along the whole curve, not the opposite one"
    return f"{times}: {' Or '.join(meaning.question for meaning in found[:2])}"


def _unknown(ratio: float) -> str:
    return (
        f"Forces are {number(ratio)} times what the energy's slope makes them along the whole curve: are both in the "
        "same unit, eV and eV/Å?"
    )


def against_reference(profile: Profile, reference: Profile) -> str:
    """What is said where the curve is the reference's in another unit of energy; empty where it is not."""
    ours, theirs = profile.clean_curve()[1], reference.clean_curve()[1]
    both = np.isfinite(ours) & np.isfinite(theirs)
    if both.sum() < LEAST_INTERVALS:
        return ""
    ours, theirs = ours[both], theirs[both]
    inner = np.abs(theirs) > TELLING * np.quantile(np.abs(theirs), 0.75)
    inner &= np.abs(theirs) < np.quantile(np.abs(theirs), 0.9)
    if inner.sum() < LEAST_INTERVALS:
        return ""
    ratio = float(np.median(ours[inner] / theirs[inner]))
    off = np.abs(ours[inner] / theirs[inner] / ratio - 1.0)
    likely = [name for name, per_ev in ENERGIES.items() if 1 / LIKE_FACTOR < ratio / per_ev < LIKE_FACTOR]
    if not likely or float(np.median(off)) > LIKE_REFERENCE:
        return ""
    return (
        f"Energies and forces are about {number(ratio, 2)} times the reference's along the curve: are they in "
        f"{listed([f'{name} ({number(ENERGIES[name])} for 1 eV)' for name in likely], 'or')}?"
    )


def against_bonds(profile: Profile, equilibrium: Equilibrium | None) -> str:
    """What is said where a bond is stiffer and deeper than any; empty where it is not, or that cannot be told.

    The other way round nothing is said: a bond that is soft and shallow may be in hartree, or a bad model's.
    """
    scan, (energies, forces) = profile.scan, profile.clean_curve()
    if scan.kind != "bond" or equilibrium is None or not 1 <= equilibrium.frame <= len(scan) - 2:
        return ""
    frame, own = equilibrium.frame, scan.own_value
    if own is not None and abs(equilibrium.value / own - 1.0) > NEAR_OWN:
        return ""
    stiffness = float((forces[frame - 1] - forces[frame + 1]) / (scan.values[frame + 1] - scan.values[frame - 1]))
    depth = float(np.nanmax(energies[frame:]) - energies[frame])
    if not (stiffness > STIFFEST and depth > DEEPEST):
        return ""
    likely = [name for name in ("kcal/mol", "kJ/mol", "meV") if SOFT < stiffness / ENERGIES[name] < STIFF]
    if not likely:
        return ""
    return (
        f"The bond's stiffness of {number(stiffness)} eV/Å² and its depth of {number(depth)} eV are more than any bond "
        f"has: are energies and forces in {listed(likely, 'or')}?"
    )
