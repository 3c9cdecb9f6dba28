"""What every reader of a curve without frames does once it has the points: units, order, doubts, and the spline."""

from __future__ import annotations

import re
from dataclasses import replace

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.curve_tables import Grid, spline_onto
from bsct_explorer.references.reference_reader import ReferenceText
from bsct_explorer.references.reference_units import OWN, StatedUnits, units_given
from bsct_explorer.references.scale_check import scale_doubts
from bsct_explorer.references.table_points import WrittenPoints, stored_points
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import UNIT_CONVERTED
from bsct_explorer.words.numbers import number

_SYMMETRIC = re.compile(
    r"(?<!a)(?<!not )(?<!un)symmetric(al)?\b|E\s*\(\s*[-−]\s*(\w+)\s*\)\s*=\s*E\s*\(\s*\+?\2\s*\)", re.IGNORECASE
)


def curve_on_scan(
    given: ReferenceText,
    written: WrittenPoints,
    stated: StatedUnits,
    remarks: tuple[Remark, ...] = (),
    comments: tuple[str, ...] = (),
) -> tuple[Scan, Evaluation]:
    """Points of a file on the scan at hand; they have no atomic forces.

    Parameters
    ----------
    written
        The points as they stand in the file.
    stated
        The units that the file states.
    remarks
        What the reader found out.
    comments
        The file's comments: a torsion's table may say that it is symmetric.

    Raises
    ------
    ReferenceDataError
        There is no scan, or the points are no curve on it.
    """
    scan = scan_of(given)
    stated, said = stated_for(given, stated, scan)
    stored = stored_points(written, stated, scan.unit, given.name)
    doubts = scale_doubts(stored, scan, stated, given.name)
    grid = Grid(scan.values, scan.unit, scan.period, any(_SYMMETRIC.search(text) for text in comments))
    try:
        curve = spline_onto(replace(stored, remarks=()), grid, given.name)
    except ReferenceDataError as error:
        if not doubts:
            raise
        raise ReferenceDataError(f"{error} {' '.join(doubts)}") from None
    return scan, Evaluation(
        info=given.info,
        energies=curve.energies,
        forces=None,
        failed=curve.failed,
        generalized_forces=curve.generalized_forces,
        notes=(*given.remarks, *said, *remarks, *stored.remarks, *doubts, *curve.remarks),
    )


def scan_of(given: ReferenceText) -> Scan:
    """The scan at hand.

    Raises
    ------
    ReferenceDataError
        There is none.
    """
    if given.scan is None:
        raise ReferenceDataError(
            f"{given.name} is a table of a curve, which needs a scan to lie on. Choose molecule and bond."
        )
    return given.scan


def stated_for(given: ReferenceText, stated: StatedUnits, scan: Scan) -> tuple[StatedUnits, list[Remark]]:
    """The units that count, what a person says before what the file says, and a remark on each that is converted.

    Raises
    ------
    ReferenceDataError
        What the person says is no unit.
    """
    if given.units:
        stated = units_given(given.units, scan.unit).over(stated)
    return stated, conversions(stated, given.name)


def conversions(stated: StatedUnits, name: str) -> list[Remark]:
    """A remark on each unit that is not eV, Å or degrees."""
    where = dict(stated.where)
    said = []
    for what, unit, words in (
        ("energy", stated.energy, "energies"),
        ("coordinate", stated.coordinate, "coordinate"),
    ):
        own = OWN[unit.dimension] if unit is not None else None
        if unit is not None and own is not None and unit is not own:
            verb = "are" if what == "energy" else "is"
            said.append(
                UNIT_CONVERTED.say(
                    f"The {words} of {name} {verb} in {unit.name} ({where.get(what, 'by its format')}), converted: "
                    f"1 {unit.name} = {number(unit.factor, 7)} {own.name}."
                )
            )
    if stated.force is not None and any(unit is not OWN[unit.dimension] for unit in stated.force):
        energy, step = stated.force
        theirs, ours = f"{energy.name}/{step.name}", f"eV/{OWN[step.dimension].name}"
        said.append(
            UNIT_CONVERTED.say(
                f"The forces of {name} are in {theirs} ({where.get('force', 'by its format')}), converted: "
                f"1 {theirs} = {number(stated.force_factor(), 7)} {ours}."
            )
        )
    return said
