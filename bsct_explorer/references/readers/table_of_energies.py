"""CSV and alike: coordinate, energy[, generalized force], splined onto the scan at hand."""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.references.reference_units import NOT_STATED, StatedUnits, coordinate_dimension
from bsct_explorer.references.stored_curves import curve_on_scan, scan_of
from bsct_explorer.references.table_columns import TableColumns, columns_of
from bsct_explorer.references.table_points import WrittenPoints, rows_failed
from bsct_explorer.references.table_text import TableText, is_missing, split_table
from bsct_explorer.references.unit_statements import LONGEST_COMMENT, MOST_COMMENTS, stated_in_comments
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import COLUMNS_FOUND


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The table on the scan's grid; it has no atomic forces."""
    return read_table(given)


def read_table(
    given: ReferenceText, usual: StatedUnits = NOT_STATED, said: tuple[Remark, ...] = ()
) -> tuple[Scan, Evaluation]:
    """A table on the scan's grid.

    Parameters
    ----------
    usual
        Units where the file states none.
    said
        What is known of the file already.

    Raises
    ------
    ReferenceDataError
        It is no table of a curve on this scan.
    """
    scan, name = scan_of(given), given.name
    table = split_table(given.text, name)
    columns = columns_of(table, scan.unit, name)
    stated = columns.stated
    if not given.units:
        # Where somebody says the units, comments that name two of them are none to stumble over.
        stated = stated.over(stated_in_comments(table.comments, coordinate_dimension(scan.unit), name))
    if columns.counted:
        found = f"The first column of {name} has no name and only counts the rows: the others were taken."
        said = (*said, COLUMNS_FOUND.say(found))
    comments = tuple(text[:LONGEST_COMMENT] for _, text in table.comments[:MOST_COMMENTS])
    return curve_on_scan(given, _points(table, columns, name), stated.over(usual), said, comments)


def _points(table: TableText, columns: TableColumns, name: str) -> WrittenPoints:
    chosen = [columns.coordinate, columns.energy, *([columns.force] if columns.force is not None else [])]
    numbers = np.full((len(table.rows), len(chosen)), np.nan)
    said = [""] * len(table.rows)
    widest = table.width if table.header is None else len(table.header) + columns.counted
    for k, (line, cells) in enumerate(table.rows):
        if len(cells) > widest:
            raise ReferenceDataError(
                f"{name}, line {line} has {len(cells)} cells where the header has {widest}. Where numbers have decimal "
                "commas, separate the columns by semicolons."
            )
        for c, column in enumerate(chosen):
            cell = cells[column] if column < len(cells) else ""
            value = table.number(cell)
            if value is None:
                raise ReferenceDataError(
                    f"{name}, line {line}: {cell!r} is not a number. Correct it, or leave the cell empty."
                )
            numbers[k, c] = value
            if c == 1 and is_missing(cell):
                said[k] = cell
    forces = numbers[:, 2] if numbers.shape[1] > 2 else None
    return WrittenPoints(numbers[:, 0], numbers[:, 1], forces, rows_failed(said))


READER = ReferenceReader(
    name="table",
    place=90,  # the last: it takes what no other does, and says what is wrong with it
    suffixes=(".csv", ".tsv", ".dat", ".txt"),
    recognises=lambda text: True,
    read=read,
    reads="Coordinate, energy and, where there is one, generalized force, by the columns' names or in this order; a "
    "first column that counts the rows is left out. Comma, semicolon, tab or blanks, decimal commas, comments behind "
    "`#`, `!`, `%`, `@`, `//`. Points that failed are left out by name, a whole turn of a torsion is periodic.",
    units="eV, Å, °; others in a column's name, the row below it or a comment: meV, hartree, rydberg, kcal/mol, "
    "kJ/mol, cm⁻¹, K; bohr, nm, pm; rad.",
    refuses=(
        "a unit that is not known",
        "two units of one thing in the comments",
        "several columns of energies",
        "four columns without names",
        "two energies at one coordinate",
        "a word in the place of a number",
        "fewer than four points",
    ),
)
