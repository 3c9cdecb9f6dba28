"""Units that reference files come in: eV, Å and degrees are read as they are, others converted, unknown ones refused.

A further unit is one record in `REFERENCE_UNITS`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.words.units import (
    ANGSTROM_PER_BOHR,
    EV_PER_HARTREE,
    EV_PER_KELVIN,
    EV_PER_WAVENUMBER,
    energy_unit,
)

Dimension = Literal["energy", "length", "angle"]


@dataclass(frozen=True)
class ReferenceUnit:
    """A unit that a reference file may be written in.

    Attributes
    ----------
    name
        As it is shown, and given on the command line.
    dimension
        What it measures.
    factor
        How many eV, Å or degrees one of it is.
    spellings
        How files spell it, after `plain_unit`.
    """

    name: str
    dimension: Dimension
    factor: float
    spellings: tuple[str, ...]


EV = ReferenceUnit("eV", "energy", 1.0, ("ev", "evs", "electronvolt", "electronvolts"))
HARTREE = ReferenceUnit(
    "hartree",
    "energy",
    EV_PER_HARTREE,
    ("hartree", "hartrees", "hartree/particle", "eh", "ha", "au", "atomicunits", "atomicunit", "atomic"),
)
KCAL = ReferenceUnit(
    "kcal/mol", "energy", 1 / energy_unit("kcal/mol").per_ev, ("kcal/mol", "kcalmol-1", "kcalmol", "kcal", "kcals/mol")
)
KJ = ReferenceUnit("kJ/mol", "energy", 1 / energy_unit("kJ/mol").per_ev, ("kj/mol", "kjmol-1", "kjmol", "kj"))
ANGSTROM = ReferenceUnit(
    "Å",
    "length",
    1.0,
    ("å", "a", "ang", "angs", "angstrom", "angstroms", "ångström", "ångstrom", "angström", "angstroem"),
)
BOHR = ReferenceUnit(
    "bohr", "length", ANGSTROM_PER_BOHR, ("bohr", "bohrs", "bohrradius", "a0", "au", "atomicunits", "atomic")
)
KELVIN = ReferenceUnit("K", "energy", EV_PER_KELVIN, ("k", "kelvin"))
DEGREE = ReferenceUnit("°", "angle", 1.0, ("°", "deg", "degs", "degree", "degrees", "grad"))
RADIAN = ReferenceUnit("rad", "angle", 180.0 / math.pi, ("rad", "rads", "radian", "radians", "bogenmaß"))

REFERENCE_UNITS: tuple[ReferenceUnit, ...] = (
    EV,
    ReferenceUnit("meV", "energy", 1e-3, ("mev", "millielectronvolt", "millielectronvolts")),
    HARTREE,
    ReferenceUnit("rydberg", "energy", EV_PER_HARTREE / 2, ("rydberg", "rydbergs", "ry")),
    KCAL,
    KJ,
    ReferenceUnit("cm⁻¹", "energy", EV_PER_WAVENUMBER, ("cm-1", "1/cm", "wavenumber", "wavenumbers")),
    KELVIN,
    ANGSTROM,
    BOHR,
    ReferenceUnit("nm", "length", 10.0, ("nm", "nanometer", "nanometers", "nanometre")),
    ReferenceUnit("pm", "length", 1e-2, ("pm", "picometer", "picometers", "picometre")),
    DEGREE,
    RADIAN,
)

LONGEST_UNIT = 40
"""Characters of a unit's spelling."""

OWN: dict[Dimension, ReferenceUnit] = {"energy": EV, "length": ANGSTROM, "angle": DEGREE}
"""What is read as it is."""


def unit_names(*dimensions: Dimension) -> str:
    """The names of all units of these dimensions, for a message."""
    return ", ".join(unit.name for unit in REFERENCE_UNITS if unit.dimension in dimensions)


def coordinate_dimension(unit: str) -> Dimension:
    """What a scan's coordinate measures, by its unit."""
    return "angle" if unit == "°" else "length"


def plain_unit(text: str) -> str:
    """A unit's spelling without case, blanks and marks: ``kcal mol^-1`` and ``kcal·mol⁻¹`` give ``kcalmol-1``."""
    text = unicodedata.normalize("NFKC", text).replace("−", "-").strip().lower()
    return re.sub(r"[\s_.^{}*·\\$]|(?<=\w)\*\*", "", text)


def unit_of(text: str, dimension: Dimension) -> ReferenceUnit | None:
    """The unit of that dimension that a text spells, else None."""
    if len(text) > LONGEST_UNIT:
        return None
    key = plain_unit(text)
    return next((unit for unit in REFERENCE_UNITS if unit.dimension == dimension and key in unit.spellings), None)


@dataclass(frozen=True)
class StatedUnits:
    """The units of a file, as far as anybody stated them.

    Attributes
    ----------
    energy, coordinate
        None where nobody did.
    force
        Units of energy and coordinate of the generalized force or the forces; None for those of the columns.
    where
        Where it is stated, for a sentence, by what it is the unit of: ``energy``, ``coordinate``, ``force``.
    """

    energy: ReferenceUnit | None = None
    coordinate: ReferenceUnit | None = None
    force: tuple[ReferenceUnit, ReferenceUnit] | None = None
    where: tuple[tuple[str, str], ...] = ()

    def over(self, other: StatedUnits) -> StatedUnits:
        """These units, and those of another statement where these say nothing."""
        said = dict(self.where)
        return StatedUnits(
            self.energy or other.energy,
            self.coordinate or other.coordinate,
            self.force or other.force,
            (*self.where, *((what, place) for what, place in other.where if what not in said)),
        )

    def energy_factor(self) -> float:
        """What energies are multiplied by to be in eV."""
        return 1.0 if self.energy is None else self.energy.factor

    def coordinate_factor(self) -> float:
        """What the coordinate is multiplied by to be in Å or degrees."""
        return 1.0 if self.coordinate is None else self.coordinate.factor

    def force_factor(self) -> float:
        """What forces are multiplied by to be in eV per Å or degree."""
        if self.force is not None:
            return self.force[0].factor / self.force[1].factor
        return self.energy_factor() / self.coordinate_factor()


NOT_STATED = StatedUnits()
"""Nobody stated any."""


def force_units(text: str, dimension: Dimension) -> tuple[ReferenceUnit, ReferenceUnit] | None:
    """Units of energy and coordinate that ``Eh/bohr``, ``kcal/mol/Å`` or ``kcal/(mol Å)`` spells, else None."""
    if len(text) > LONGEST_UNIT:
        return None
    grouped = re.fullmatch(r"\s*(kcal|kj)\s*/\s*\(\s*mol\s*[ *·./]\s*(.+?)\s*\)\s*", text, re.IGNORECASE)
    if grouped:
        text = f"{grouped[1]}/mol/{grouped[2]}"
    if plain_unit(text) in ("au", "atomicunits", "atomic"):
        return HARTREE, (RADIAN if dimension == "angle" else BOHR)
    for k, character in enumerate(text):
        if character in "/ ":
            energy, step = unit_of(text[:k], "energy"), unit_of(re.sub(r"[-^⁻−¹1]+$", "", text[k + 1 :]), dimension)
            if energy is not None and step is not None:
                return energy, step
    return None


def units_given(text: str, unit: str) -> StatedUnits:
    """What a person says beside the file: ``hartree``, ``hartree, bohr``, ``kcal/mol, rad`` or ``hartree/bohr``.

    Parameters
    ----------
    unit
        Of the scan's coordinate, Å or °.

    Raises
    ------
    ReferenceDataError
        A word is no unit that is known, or there are two of one dimension.
    """
    dimension = coordinate_dimension(unit)
    found: dict[str, ReferenceUnit] = {}
    pair: tuple[ReferenceUnit, ReferenceUnit] | None = None
    words = [word.strip() for word in re.split(r"[,;]", text) if word.strip()]
    for word in words:
        if pair is None and unit_of(word, "energy") is None and "/" in word and force_units(word, dimension):
            pair = force_units(word, dimension)
            continue
        # `a.u.` alone is the energy's; behind an energy it is the coordinate's.
        taken = "energy" in found
        energy, step = None if taken else unit_of(word, "energy"), unit_of(word, dimension)
        what, known = ("energy", energy) if energy is not None else ("coordinate", step)
        if known is None or what in found:
            raise ReferenceDataError(
                f"{word!r} in {text!r} is no unit of a reference that is known, or the second of its kind. Give an "
                f"energy ({unit_names('energy')}) and, if it is not {unit}, the coordinate's, such as hartree or "
                f"{'hartree, rad' if dimension == 'angle' else 'hartree, bohr'}."
            )
        found[what] = known
    if pair is not None:
        found.setdefault("energy", pair[0])
    where = tuple((what, "as you say") for what in (*found, "force"))
    return StatedUnits(found.get("energy"), found.get("coordinate"), pair, where)
