"""Tables of a curve (coordinate, energy[, generalized force]) and their spline onto a scan's grid.

Layout: one row a point, columns separated by comma, semicolon, tab or spaces; ``#`` begins a comment; a header is
optional. Units: the coordinate's own (Å for a bond), eV, and eV per unit of the coordinate. An empty cell, ``nan`` or
``null`` is a missing value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.words.numbers import number
from bsct_explorer.words.units import with_unit

Bools = NDArray[np.bool_]

MIN_ROWS = 4
"""Points that a cubic spline needs."""

EDGE = 1e-6
"""Coordinates this far outside the table still count as inside: files are written with six digits and more."""

_NAMES = {
    "coordinate": ("coordinate", "q", "r", "x", "distance", "bond length", "bond", "angle", "torsion", "dihedral"),
    "energy": ("energy", "energies", "e"),
    "force": ("generalized force", "generalized forces", "generalised force", "force", "forces", "g"),
}
_OTHER_UNITS = ("hartree", "kcal", "kj", "bohr", "rydberg", "ry", "cm-1", "mev", "nm", "pm", "au", "a.u.", "ha", "eh")
_MISSING = ("", "nan", "null", "none", "na", "n/a", "-")


@dataclass(frozen=True)
class StoredTable:
    """A table sorted by its coordinate; arrays have shape (n_rows,), missing values are NaN."""

    coordinate: Floats
    energies: Floats
    generalized_forces: Floats | None


@dataclass(frozen=True)
class Splined:
    """A curve on a grid; arrays have shape (n_frames,), `failed` gives the reason for each NaN."""

    energies: Floats
    generalized_forces: Floats
    failed: dict[int, str]
    notes: tuple[str, ...]


def parse_table(text: str, name: str) -> StoredTable:
    """StoredTable of a CSV text.

    Raises
    ------
    ReferenceDataError
        No rows, other units than eV and Å in the header, a cell that is no number, or a coordinate that is there twice.
    """
    lines = [(k + 1, line.split("#", 1)[0].strip()) for k, line in enumerate(text.splitlines())]
    rows = [(number, _cells(line)) for number, line in lines if line]
    columns, rows = _columns(rows, name)
    if len(rows) < MIN_ROWS:
        raise ReferenceDataError(
            f"{name} has {len(rows)} rows of numbers, and a curve needs at least {MIN_ROWS}. "
            "Give one row a point: coordinate, energy in eV, and if you have it the generalized force."
        )
    table = np.array([[_number(cells, c, line, name) for c in columns] for line, cells in rows])
    table = table[np.argsort(table[:, 0], kind="stable")]
    coordinate = table[:, 0]
    if not np.isfinite(coordinate).all():
        raise ReferenceDataError(f"{name} has a row without a coordinate. Fill it in or take the row out.")
    double = np.flatnonzero(np.diff(coordinate) <= 0)
    if len(double):
        raise ReferenceDataError(f"{name} has the coordinate {coordinate[double[0]]:g} twice. Keep one row of it.")
    return StoredTable(coordinate, table[:, 1], table[:, 2] if table.shape[1] > 2 else None)


def spline_onto(stored: StoredTable, values: Floats, name: str, unit: str) -> Splined:
    """Cubic spline (not-a-knot) of a curve at the grid's values, inside the range that it covers.

    Values outside that range, or between the neighbours of a missing energy, are NaN: nothing is extrapolated, and
    no gap is bridged.

    Raises
    ------
    ReferenceDataError
        Too few energies, or no value of the grid is covered.
    """
    from scipy.interpolate import CubicSpline

    known = np.isfinite(stored.energies)
    x = stored.coordinate[known]
    if len(x) < MIN_ROWS:
        raise ReferenceDataError(f"{name} has {len(x)} energies that are numbers, and a curve needs {MIN_ROWS}.")
    inside = (values >= x[0] - EDGE) & (values <= x[-1] + EDGE)
    covered = inside & ~_in_gap(stored.coordinate, known, values)
    if not covered.any():
        raise ReferenceDataError(
            f"{name} covers {x[0]:g} to {x[-1]:g} {unit}, the scan {values[0]:g} to {values[-1]:g} {unit}. "
            "Choose a range inside the table's, and check its unit."
        )
    spline = CubicSpline(x, stored.energies[known])
    energies = np.where(covered, spline(values), np.nan)
    if stored.generalized_forces is None:
        forces = np.where(covered, -spline(values, 1), np.nan)
        how = "The generalized force is minus the derivative of the spline through the energies."
    else:
        forces, how = _spline_forces(stored, values, covered, name)
    steps = float(np.diff(x).max())
    notes: tuple[str, ...] = (
        f"Cubic spline through {len(x)} energies, at most {with_unit(number(steps), unit)} apart. {how}",
    )
    failed = {
        int(k): "outside the range of the table" if not inside[k] else "beside a missing value of the table"
        for k in np.flatnonzero(~covered | ~np.isfinite(forces))
    }
    if failed:
        notes = (
            *notes,
            f"It covers {x[0]:g} to {x[-1]:g} {unit}: {len(failed)} of {len(values)} frames have no reference.",
        )
    return Splined(energies, forces, failed, notes)


def _spline_forces(stored: StoredTable, values: Floats, covered: Bools, name: str) -> tuple[Floats, str]:
    from scipy.interpolate import CubicSpline

    assert stored.generalized_forces is not None
    known = np.isfinite(stored.generalized_forces)
    x = stored.coordinate[known]
    if len(x) < MIN_ROWS:
        raise ReferenceDataError(
            f"{name} has {len(x)} generalized forces; give at least {MIN_ROWS} or leave the column out."
        )
    inside = (values >= x[0] - EDGE) & (values <= x[-1] + EDGE) & ~_in_gap(stored.coordinate, known, values)
    forces = CubicSpline(x, stored.generalized_forces[known])(values)
    return np.where(covered & inside, forces, np.nan), "The generalized force is a spline through its own column."


def _in_gap(coordinate: Floats, known: Bools, values: Floats) -> Bools:
    """Which values lie strictly between the two known points around a missing one."""
    gap = np.zeros(len(values), dtype=bool)
    x = coordinate[known]
    for missing in coordinate[~known]:
        at = int(np.searchsorted(x, missing))
        if 0 < at < len(x):
            gap |= (values > x[at - 1]) & (values < x[at])
    return gap


def _cells(line: str) -> list[str]:
    for separator in (",", ";", "\t"):
        if separator in line:
            return [cell.strip().strip('"') for cell in line.split(separator)]
    return line.split()


def _columns(rows: list[tuple[int, list[str]]], name: str) -> tuple[list[int], list[tuple[int, list[str]]]]:
    """Columns of coordinate, energy and (where there is one) generalized force, and the rows behind the header."""
    if not rows:
        raise ReferenceDataError(f"{name} is empty. Give a table of coordinate and energy.")
    first = rows[0][1]
    if _is_number(first[0]):
        width = min(len(cells) for _, cells in rows)
        if width < 2:
            raise ReferenceDataError(f"{name} has one column. Give coordinate and energy, separated by a comma.")
        return list(range(min(width, 3))), rows
    _refuse_other_units(first, name)
    found = {what: _find(first, words) for what, words in _NAMES.items()}
    if found["coordinate"] is None or found["energy"] is None:
        raise ReferenceDataError(
            f"{name} has the header {', '.join(first)}, without a column named coordinate and one named energy. "
            "Name them so, or leave the header out."
        )
    return [column for column in found.values() if column is not None], rows[1:]


def _plain(cell: str) -> str:
    """A column's name in lower case, without its unit: ``Energy (eV)`` and ``energy_eV`` give ``energy``."""
    text = re.sub(r"[\(\[/].*", "", cell.strip().lower()).replace("_", " ").strip()
    return re.sub(r"\s+(ev|å|a|angstrom|deg|degrees|°)$", "", text).strip()


def _find(header: list[str], words: tuple[str, ...]) -> int | None:
    for word in words:
        for k, cell in enumerate(header):
            if _plain(cell) == word:
                return k
    return None


def _refuse_other_units(header: list[str], name: str) -> None:
    for cell in header:
        for word in re.split(r"[\s_\(\)\[\]/]+", cell.lower()):
            if word in _OTHER_UNITS or word.startswith(("kcal", "kj", "hartree")):
                raise ReferenceDataError(
                    f"{name} has a column {cell!r}. Energies are read in eV, lengths in Å: convert it and name it so."
                )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cells: list[str], column: int, line: int, name: str) -> float:
    cell = cells[column] if column < len(cells) else ""
    if cell.lower() in _MISSING:
        return float("nan")
    if not _is_number(cell):
        raise ReferenceDataError(f"{name}, line {line}: {cell!r} is not a number. Correct it, or leave the cell empty.")
    return float(cell)
