"""Whether a reference's numbers would fit another unit than the one they were read in: a doubt, never a conversion.

Three witnesses: where a bond's minimum lies beside the molecule's own length; how stiff the curve is there beside
Badger's rule; how large its energies are beside the all-electron energy of its atoms. A fourth, the ratio of slope and
force, tells a unit of forces.
"""

from __future__ import annotations

import math

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.deformations import Scan
from bsct_explorer.references.reference_units import (
    ANGSTROM,
    BOHR,
    EV,
    HARTREE,
    KCAL,
    KJ,
    REFERENCE_UNITS,
    ReferenceUnit,
    StatedUnits,
)
from bsct_explorer.references.table_points import StoredTable
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import UNIT_DOUBTED
from bsct_explorer.words.numbers import number
from bsct_explorer.words.units import with_unit

_STATE_IT = "State the unit in the file, or beside it (--reference-unit)."

STIFFNESS_OFF = 7.0
"""Factor by which a bond's force constant may depart from Badger's rule. It is 0.33 to 1.56 times that in 387 curves of
DFT, and 0.53 to 2.7 times in 84 of GFN2 with bonds of H, Li to F, Na to Cl, Zn to Br, I and Hg."""

_USUAL_BEND, _BENDS = 5.0, (0.2, 40.0)
"""eV/rad²: of a bend, usually, and the range in which it is not doubted; 0.48 (C–Zn–C) to 15.7 in 35 GFN2 curves."""

_EV_PER_MDYN = 6.241509074  # 1 mdyn/Å in eV/Å²
_BADGER = 1.86  # mdyn·Å²
# d_ij of Badger's rule in Å by the rows of the two atoms (Herschbach and Laurie, J. Chem. Phys. 35, 458, 1961); what
# lies beyond the third row is taken as the fourth.
_BADGER_D = {
    (0, 0): 0.025, (0, 1): 0.335, (0, 2): 0.585, (0, 3): 0.65,
    (1, 1): 0.68, (1, 2): 0.90, (1, 3): 1.00,
    (2, 2): 1.18, (2, 3): 1.30, (3, 3): 1.40,
}  # fmt: skip

_ALL_ELECTRON = (0.99, 1.03)
"""Where DFT's total energy over `atoms_energy` lies for all systems of BSCT-SPICE without a core potential."""


def scale_doubts(curve: StoredTable, scan: Scan, stated: StatedUnits, name: str) -> list[Remark]:
    """Doubts on the units of a curve that was read in eV and Å or degrees, on the scan that it belongs to."""
    found = [_coordinate_doubt(curve, scan, stated, name), _energy_doubt(curve, scan, stated, name)]
    return [UNIT_DOUBTED.say(f"{words} {_STATE_IT}") for words in (*found, _force_doubt(curve, name)) if words]


def _place_of_minimum(curve: StoredTable) -> tuple[float, float] | None:
    """Place of an inner minimum, and the curvature there, by a polynomial through up to seven points; else None."""
    known = np.isfinite(curve.energies)
    x, y = curve.coordinate[known], curve.energies[known]
    if len(x) < 5:
        return None
    k = int(y.argmin())
    if not 0 < k < len(x) - 1:
        return None
    near = slice(max(0, k - 3), k + 4)
    with np.errstate(all="ignore"):
        width = float(np.ptp(x[near]))
        degree = 4 if near.stop <= len(x) and len(x[near]) > 5 else 2
        try:
            fit = np.polynomial.Polynomial.fit(x[near], y[near], degree)
        except (np.linalg.LinAlgError, ValueError):
            return None
        places = np.linspace(x[k - 1], x[k + 1], 101)
        at = float(places[int(fit(places).argmin())])
        curvature = float(fit.deriv(2)(at))
    return (at, curvature) if width > 0 and math.isfinite(curvature) and curvature > 0 else None


def badger(numbers: Ints, length: float) -> float:
    """Force constant in eV/Å² that Badger's rule gives a bond of two elements: k = 1.86 mdyn·Å² / (r − d)³."""
    rows = sorted(0 if z <= 2 else 1 if z <= 10 else 2 if z <= 18 else 3 for z in numbers)
    beyond = max(length - _BADGER_D[(rows[0], rows[1])], 0.2)
    return _BADGER / beyond**3 * _EV_PER_MDYN


def atoms_energy(numbers: Ints) -> float:
    """Sum of the atoms' all-electron energies in hartree, E = −0.7687 Z^(7/3) + Z²/2 − 0.2699 Z^(5/3) each.

    Thomas-Fermi with the corrections of Scott and Schwinger; within 3 % of DFT's from carbon to krypton.
    """
    z = np.asarray(numbers, dtype=np.float64)
    return float((-0.7687 * z ** (7 / 3) + 0.5 * z**2 - 0.2699 * z ** (5 / 3)).sum())


def _length_unit(curve: StoredTable, scan: Scan) -> tuple[ReferenceUnit, float] | None:
    """The unit of length in which a bond's minimum would lie at the molecule's own length, and where it lies."""
    minimum = _place_of_minimum(curve) if scan.kind == "bond" else None
    if minimum is None or minimum[0] <= 0:
        return None
    ratio = minimum[0] / scan.own_value
    for unit in REFERENCE_UNITS:
        if unit.dimension == "length" and unit is not ANGSTROM and abs(math.log(ratio * unit.factor)) < math.log(1.12):
            return unit, minimum[0]
    return None


def _coordinate_doubt(curve: StoredTable, scan: Scan, stated: StatedUnits, name: str) -> str:
    if scan.kind == "bond":
        found = _length_unit(curve, scan)
        if found is None:
            return ""
        unit, at = found
        own = number(scan.own_value)
        return f"The minimum of {name} is at {number(at)} Å, and the molecule's bond has {own} Å: is it in {unit.name}?"
    span, whole = float(np.ptp(curve.coordinate)), float(np.ptp(scan.values))
    radians = stated.coordinate is None and span <= 2 * math.pi + 0.3 and whole > 10 * span
    if not radians:
        return ""
    return (
        f"{name} covers {with_unit(number(span), scan.unit)} of the coordinate, and the scan "
        f"{with_unit(number(whole), scan.unit)}: is it in radians?"
    )


def _energy_doubt(curve: StoredTable, scan: Scan, stated: StatedUnits, name: str) -> str:
    """A doubt by the force constant where the curve has a minimum, else by the total energy."""
    read = "eV" if stated.energy is None else "eV, as it says," if stated.energy is EV else stated.energy.name
    minimum = None if scan.kind == "torsion" else _place_of_minimum(curve)
    if minimum is None:
        return _total_energy_doubt(curve.energies, scan.molecule.numbers, read, name)
    found = _bond_doubt(curve, scan, minimum[1]) if scan.kind == "bond" else _bend_doubt(minimum[1])
    if not found:
        return ""
    depth = number(float(np.nanmax(curve.energies) - np.nanmin(curve.energies)))
    return f"Read in {read}, {name} spans {depth} eV and has a force constant of {found}?"


def _bond_doubt(curve: StoredTable, scan: Scan, curvature: float) -> str:
    """The force constant beside Badger's, with a question, where it is far off."""
    length = _length_unit(curve, scan)
    # In another unit of length the curvature is another one, too.
    k = curvature / (length[0].factor ** 2 if length else 1.0)
    i, j = scan.atoms[:2]
    expected = badger(scan.molecule.numbers[[i, j]], scan.own_value)
    if 1 / STIFFNESS_OFF <= k / expected <= STIFFNESS_OFF:
        return ""
    units = _nearest_units(k / expected, 2.6)
    pair = f"{scan.molecule.symbols[i]}–{scan.molecule.symbols[j]}"
    usual = f"where a {pair} bond of this length has about {number(expected, 2)} (Badger's rule)"
    return f"{number(k, 2)} eV/Å² at its minimum, {usual}: are the energies in {units}" if units else ""


def _bend_doubt(curvature: float) -> str:
    """The force constant of a bend beside the usual ones, with a question, where it is far off."""
    k = curvature * (180.0 / math.pi) ** 2
    if _BENDS[0] <= k <= _BENDS[1]:
        return ""
    units = _nearest_units(k / _USUAL_BEND, 4.0)
    low, high = (number(each, 1) for each in _BENDS)
    usual = f"where those of bends lie between {low} and {high}"
    return f"{number(k, 2)} eV/rad² at its minimum, {usual}: are the energies in {units}" if units else ""


def _nearest_units(ratio: float, factor: float) -> str:
    """The unit of energy that a force constant off by this ratio points to, and what else lies within a factor.

    Empty where none is near. Rydberg is too near to hartree to be told apart so, and K to cm⁻¹.
    """
    units = [u for u in REFERENCE_UNITS if u.dimension == "energy" and u.name not in ("eV", "rydberg", "K")]
    off = {unit.name: abs(math.log(ratio * unit.factor)) for unit in units}
    best, *others = sorted(off, key=lambda name: off[name])
    if off[best] > math.log(6):
        return ""
    return " or ".join([best, *(name for name in others if off[name] < math.log(factor))])


def _total_energy_doubt(energies: Floats, numbers: Ints, read: str, name: str) -> str:
    """A doubt where the energies, in another unit, are the all-electron energy of the atoms."""
    known = energies[np.isfinite(energies)]
    mean, atoms = float(known.mean()), atoms_energy(numbers)
    if mean >= 0 or np.ptp(known) > 0.05 * abs(mean):
        return ""
    for unit in REFERENCE_UNITS:
        if unit.dimension != "energy" or unit is EV:
            continue
        low, high = _ALL_ELECTRON
        if low < mean * unit.factor / (atoms * HARTREE.factor) < high:
            return (
                f"Read in {read}, the energies of {name} are near {number(mean)} eV; in {unit.name} they would be the "
                f"total energy of the molecule's atoms, about {number(atoms * HARTREE.factor / unit.factor)} "
                f"{unit.name}: are they in {unit.name}?"
            )
    return ""


def slope_over_force(curve: StoredTable) -> float | None:
    """Minus the slope of the energies over the generalized force, the median where the force is large.

    None where there are no forces, or the ratio is not the same all along: then it tells no unit.
    """
    from scipy.interpolate import CubicSpline

    if curve.generalized_forces is None:
        return None
    known = np.isfinite(curve.energies) & np.isfinite(curve.generalized_forces)
    if known.sum() < 6:
        return None
    x, forces = curve.coordinate[known], curve.generalized_forces[known]
    with np.errstate(all="ignore"):
        slope = -CubicSpline(x, curve.energies[known])(x, 1)
        # Ends of a spline are its least sure part.
        inner = slice(1, -1)
        large = np.abs(forces[inner]) > 0.03 * np.abs(forces[inner]).max()
        ratios = slope[inner][large] / forces[inner][large]
    if len(ratios) < 4 or not np.isfinite(ratios).all():
        return None
    low, middle, high = np.percentile(ratios, (25, 50, 75))
    return float(middle) if middle != 0 and abs(high - low) < 0.15 * abs(middle) else None


RATIO_OFF = 0.1
"""Relative distance within which a ratio of slope and force is that of two units."""

_RATIOS: tuple[tuple[float, str], ...] = (
    (1 / BOHR.factor, "are they per bohr?"),
    (HARTREE.factor / BOHR.factor, "are they in hartree/bohr, beside energies in eV?"),
    (HARTREE.factor, "are they in hartree/Å, beside energies in eV?"),
    (1 / HARTREE.factor, "are they in eV/Å, beside energies in hartree?"),
    (KCAL.factor, "are they in kcal/mol/Å, beside energies in eV?"),
    (1 / KCAL.factor, "are they in eV/Å, beside energies in kcal/mol?"),
    (KJ.factor, "are they in kJ/mol/Å, beside energies in eV?"),
    (1 / KJ.factor, "are they in eV/Å, beside energies in kJ/mol?"),
    (math.pi / 180, "are they per radian?"),
)


def _force_doubt(curve: StoredTable, name: str) -> str:
    ratio = slope_over_force(curve)
    if ratio is None or abs(ratio - 1) < RATIO_OFF:
        return ""
    start = f"Minus the slope of the energies of {name} is {number(ratio)} times the forces that stand beside them"
    if abs(ratio + 1) < RATIO_OFF:
        return f"{start}: are these gradients, with the other sign?"
    for value, question in _RATIOS:
        if abs(abs(ratio) / value - 1) < RATIO_OFF:
            sign = "; their sign is that of gradients" if ratio < 0 else ""
            return f"{start}: {question.rstrip('?')}{sign}?"
    return ""


ALIKE, STEEPEST, FLATTEST = 0.97, 3.0, 5e-3
"""Correlation from which two curves have one shape; eV above its minimum up to which the potential's curve is compared,
and standard deviation that it must have."""


def doubt_beside(reference: Floats, energies: Floats, names: tuple[str, str]) -> Remark | None:
    """A doubt where a stored curve has the shape of a potential's, times the ratio of eV and another unit.

    It tells the unit of a torsion's relative energies, whose height alone tells none.

    Parameters
    ----------
    reference, energies
        eV, shape (n_frames,), NaN where there is none.
    names
        Of the reference and of the potential.
    """
    both = np.isfinite(reference) & np.isfinite(energies)
    if both.sum() < 8:
        return None
    near = both & (energies < energies[both].min() + STEEPEST)
    x, y = energies[near] - energies[near].mean(), reference[near] - reference[near].mean()
    if near.sum() < 8 or float(np.sqrt((x @ x) / len(x))) < FLATTEST or not float(y @ y) > 0:
        return None
    if float(x @ y) / math.sqrt(float(x @ x) * float(y @ y)) < ALIKE:
        return None
    ratio = float(x @ y) / float(x @ x)
    for unit in REFERENCE_UNITS:
        if unit.dimension == "energy" and unit is not EV and abs(math.log(ratio * unit.factor)) < math.log(1.12):
            said = f"The energies of {names[0]} rise and fall as those of {names[1]}, {number(ratio)} times as much"
            return UNIT_DOUBTED.say(f"{said}: are they in {unit.name}? {_STATE_IT}")
    return None
