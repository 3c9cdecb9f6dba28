"""Energy and forces that stand in a frame of extended xyz, and the units that its names and keys state."""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules.xyz_format import XYZFrame
from bsct_explorer.references.reference_units import StatedUnits, force_units, unit_of
from bsct_explorer.references.table_points import LARGEST_ENERGY
from bsct_explorer.references.table_text import is_missing, number_in
from bsct_explorer.references.unit_statements import column_name, stated_in_info

_ENERGY = frozenset({"energy"})
_FORCES = frozenset({"forces", "force"})


def answer_of(frame: XYZFrame, where: str) -> tuple[float, Floats, str | None]:
    """Energy, forces (n_atoms, 3) and, where one of them is not finite, NaN for both with the reason.

    They are in the file's units: eV and eV/Å, unless `units_of` says otherwise.

    Raises
    ------
    ReferenceDataError
        There is none, or several, and `where` says in which frame.
    """
    key, column = _energy_key(frame, where), _forces_column(frame, where)
    energy = number_in(frame.info[key])
    if energy is None and is_missing(frame.info[key]):
        energy = np.nan
    if energy is None:
        raise ReferenceDataError(f"{where} has {key}={frame.info[key]}, which is no number. Write it in eV.") from None
    forces = frame.columns[column]
    for what, finite in (("energy", abs(energy) < LARGEST_ENERGY), ("force", (np.abs(forces) < LARGEST_ENERGY).all())):
        if not finite:
            return np.nan, np.full(forces.shape, np.nan), f"the stored {what} is not a finite number"
    return energy, forces, None


def _energy_key(frame: XYZFrame, where: str) -> str:
    names = {key: column_name(key, _ENERGY).name for key in frame.info if not key.lower().endswith(("unit", "units"))}
    exact = [key for key, name in names.items() if name == "energy"]
    found = exact or [key for key, name in names.items() if name.endswith("energy") and "free" not in name]
    if len(found) != 1:
        what = "no energy" if not found else f"several energies ({', '.join(found)})"
        raise ReferenceDataError(f"{where} has {what} in its comment line. Write one as energy=… in eV.")
    return found[0]


def _forces_column(frame: XYZFrame, where: str) -> str:
    names = {name: column_name(name, _FORCES).name for name, array in frame.columns.items() if array.shape[1] == 3}
    exact = [written for written, name in names.items() if name in _FORCES]
    found = exact or [written for written, name in names.items() if name.endswith(("forces", "force"))]
    if len(found) != 1:
        what = "no forces" if not found else f"several columns of forces ({', '.join(found)})"
        raise ReferenceDataError(
            f"{where} has {what}. Write them as Properties=species:S:1:pos:R:3:forces:R:3 in eV/Å, "
            "or give a CSV of coordinate and energy."
        )
    return found[0]


def units_of(frame: XYZFrame, where: str) -> StatedUnits:
    """Units that a frame states: by keys (``energy_unit=Hartree``), else in the names of energy and forces.

    Raises
    ------
    ReferenceDataError
        One is not known.
    """
    key, column = column_name(_energy_key(frame, where), _ENERGY), column_name(_forces_column(frame, where), _FORCES)
    named = StatedUnits()
    if key.unit and (unit := unit_of(key.unit, "energy")):
        named = StatedUnits(energy=unit, where=(("energy", f"by the key {key.written}"),))
    if column.unit and (pair := force_units(column.unit.replace(" ", "/"), "length")):
        named = named.over(StatedUnits(force=pair, where=(("force", f"by the column {column.written}"),)))
    return stated_in_info(frame.info, "length", where).over(named)
