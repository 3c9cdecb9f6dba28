"""Which column of a table is the coordinate, which the energy, which the generalized force, and in which units."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.reference_units import NOT_STATED, StatedUnits, coordinate_dimension
from bsct_explorer.references.table_text import TableText
from bsct_explorer.references.unit_statements import ColumnName, column_name, stated_of_columns
from bsct_explorer.words.numbers import listed

_ANY = (
    "coordinate",
    "q",
    "x",
    "scan coordinate",
    "scan",
    "value",
    "scan parameter",
    "parameter",
    "gid",
    "grid id",
    "koordinate",
)
_LENGTH = (
    "distance", "r", "bond length", "bond", "bondlength", "dist", "d", "length", "separation", "abstand", "distanz",
    "bindungslänge", "länge", "distancia", "longueur", "rij", "r ij", "internuclear distance", "bond distance",
)  # fmt: skip
_ANGLE = (
    "angle", "torsion", "dihedral", "dihedral angle", "torsion angle", "phi", "theta", "φ", "ϕ", "θ", "ω", "omega",
    "tau", "winkel", "torsionswinkel", "diederwinkel", "dieder", "ángulo", "angulo", "angle dièdre", "diedro",
)  # fmt: skip
_ENERGY = (
    "energy", "energies", "e", "total energy", "etot", "e tot", "scf energy", "electronic energy", "potential energy",
    "final energy", "final single point energy", "e scf", "escf", "e total", "epot", "e pot", "energie",
    "gesamtenergie", "énergie", "energía", "energia", "actual energy", "v", "u", "potential", "scf", "hf",
)  # fmt: skip
_RELATIVE = (
    "relative energy", "rel energy", "energy relative", "energy rel", "e rel", "erel", "delta e", "deltae", "δe", "∆e",
    "de", "relative energies", "rel. energy", "e-emin", "e relative", "relative e",
)  # fmt: skip
_FORCE = (
    "generalized force", "generalized forces", "generalised force", "force", "forces", "g", "f", "kraft",
    "-de/dq", "-de/dr", "-de/dx",
)  # fmt: skip
_NAMES = frozenset((*_ANY, *_LENGTH, *_ANGLE, *_ENERGY, *_RELATIVE, *_FORCE))
_PAIR = re.compile(r"[rRdD][_ ]?\(?[A-Z][a-z]?\d*[-–_ ]?[A-Z][a-z]?\d*\)?")
"""A distance of two elements: rCF, d(C-H), R_HF."""

NAME_THEM = "Name the columns in a first line: coordinate, energy[, generalized force]."


@dataclass(frozen=True)
class TableColumns:
    """A table's columns.

    Attributes
    ----------
    coordinate, energy
        Which column they are.
    force
        Which column the generalized force is, or None.
    stated
        Units in their names.
    counted
        Whether the first column was left out because it only counts the rows.
    """

    coordinate: int
    energy: int
    force: int | None
    stated: StatedUnits = NOT_STATED
    counted: bool = False


def columns_of(table: TableText, unit: str, name: str) -> TableColumns:
    """The columns of a table, by their names where it has any, else by their order.

    Parameters
    ----------
    unit
        Of the scan's coordinate, Å or °.

    Raises
    ------
    ReferenceDataError
        A coordinate or an energy is not there, several columns could be it, or a unit is not known.
    """
    if table.header is not None:
        return _named(table, table.header, unit, name)
    if table.width < 2:
        raise ReferenceDataError(f"{name} has one column. Give coordinate and energy, separated by a comma.")
    if table.commented is not None:
        plain = {column_name(cell, _NAMES).name for cell in table.commented}
        if plain & {*_ENERGY, *_RELATIVE} and plain & {*_ANY, *_LENGTH, *_ANGLE}:
            return _named(table, table.commented, unit, name)
    return _ordered(table, unit, name)


def _named(table: TableText, header: list[str], unit: str, name: str) -> TableColumns:
    columns = [_with_units(cell, k, table.units) for k, cell in enumerate(header)]
    angle = coordinate_dimension(unit) == "angle"
    own, other = (_ANGLE, _LENGTH) if angle else (_LENGTH, _ANGLE)
    step = _first(columns, (*own, *_ANY))
    if step is None and not angle:
        step = next(
            (
                k
                for k, column in enumerate(columns)
                if _PAIR.fullmatch(re.split(r"/| [(\[]", column.written)[0].strip())
            ),
            None,
        )
    if step is None and _first(columns, other) is not None:
        raise ReferenceDataError(
            f"{name} has the column {columns[_first(columns, other) or 0].written!r}, and the scan's coordinate is "
            f"{'an angle' if angle else 'a distance'} in {unit}. Give the curve of this coordinate."
        )
    energy = _energy(columns, name)
    if step is None or energy is None:
        raise ReferenceDataError(
            f"{name} has the header {', '.join(header)}, without a column named coordinate and one named energy. "
            "Name them so, or leave the header out."
        )
    # pandas prints an index before the columns that it has names for.
    shift = int(table.width == len(header) + 1 and _counts(_leading_numbers(table)[:, 0]))
    force = _first(columns, _FORCE)
    chosen = {"coordinate": columns[step], "energy": columns[energy]}
    if force is not None:
        chosen["force"] = columns[force]
    stated = stated_of_columns(chosen, coordinate_dimension(unit), name)
    after = None if force is None else force + shift
    return TableColumns(step + shift, energy + shift, after, stated, counted=bool(shift))


def _with_units(cell: str, k: int, units: list[str] | None) -> ColumnName:
    column = column_name(cell, _NAMES)
    if units is None or column.unit or k >= len(units):
        return column
    unit = units[k].strip("()[]{} ")
    return ColumnName(f"{cell} {units[k]}".strip(), column.name, unit or None)


def _first(columns: list[ColumnName], words: tuple[str, ...]) -> int | None:
    for word in words:
        for k, column in enumerate(columns):
            if column.name == word:
                return k
    return None


def _energy(columns: list[ColumnName], name: str) -> int | None:
    """The column of energies: the one that is plainly named so, else the only one that could be."""
    for words in (_ENERGY[:2], _ENERGY, _RELATIVE):
        found = [k for k, column in enumerate(columns) if column.name in words]
        if len(found) > 1:
            raise ReferenceDataError(
                f"{name} has several columns of energies: {listed([columns[k].written for k in found])}. Keep one, or "
                "name it energy."
            )
        if found:
            return found[0]
    found = [
        k for k, column in enumerate(columns) if re.match(r"(e|energy|energie)[ (\[_-]|.*[ _]energy$", column.name)
    ]
    if len(found) > 1:
        raise ReferenceDataError(
            f"{name} has several columns of energies: {listed([columns[k].written for k in found])}. Name the one that "
            "counts energy."
        )
    return found[0] if found else None


def _ordered(table: TableText, unit: str, name: str) -> TableColumns:
    numbers = _leading_numbers(table)
    if _counts(numbers[:, 0]):
        if table.width > 2 and _monotone(numbers[:, 1]):
            return TableColumns(1, 2, 3 if table.width == 4 else None, counted=True)
        zero_length = unit != "°" and numbers[0, 0] == 0
        if zero_length or (unit != "°" and table.width > 2):
            raise ReferenceDataError(
                f"The first column of {name} counts the rows, and none of the others is the coordinate without doubt. "
                f"{NAME_THEM}"
            )
    if table.width > 3:
        raise ReferenceDataError(f"{name} has {table.width} columns without names. {NAME_THEM}")
    if table.width == 3 and _same_line(numbers[:, 1], numbers[:, 2]):
        raise ReferenceDataError(
            f"The second and the third column of {name} rise and fall together, as two energies do and no energy and "
            f"its force. {NAME_THEM}"
        )
    return TableColumns(0, 1, 2 if table.width == 3 else None)


def _leading_numbers(table: TableText) -> Floats:
    """The table's numbers, shape (n_rows, n_columns), NaN for whatever is none."""
    rows, width = [], table.width
    for _, cells in table.rows:
        found = [table.number(cell) for cell in cells]
        found += [None] * (width - len(cells))
        rows.append([np.nan if value is None else value for value in found])
    return np.array(rows, dtype=np.float64)


def _counts(column: Floats) -> bool:
    """Whether a column is 0, 1, 2, … or 1, 2, 3, …"""
    return len(column) > 3 and column[0] in (0, 1) and bool((np.diff(column) == 1).all())


def _monotone(column: Floats) -> bool:
    steps = np.diff(column)
    return bool((steps > 0).all() or (steps < 0).all())


def _same_line(a: Floats, b: Floats) -> bool:
    """Whether one column is the other in another unit or with another zero."""
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 4:
        return False
    with np.errstate(all="ignore"):
        x, y = a[both] - a[both].mean(), b[both] - b[both].mean()
        scale = float(np.sqrt((x @ x) * (y @ y)))
        return scale > 0 and np.isfinite(scale) and float(x @ y) / scale > 0.9999
