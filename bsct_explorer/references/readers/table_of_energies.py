"""CSV and alike: coordinate, energy[, generalized force], splined onto the scan at hand."""

from __future__ import annotations

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.curve_tables import parse_table, spline_onto
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The table on the scan's grid; it has no atomic forces."""
    scan = given.scan
    if scan is None:
        raise ReferenceDataError(
            f"{given.name} is a table of a curve, which needs a scan to lie on. Choose molecule and bond."
        )
    curve = spline_onto(parse_table(given.text, given.name), scan.values, given.name, scan.unit)
    return scan, Evaluation(
        info=given.info,
        energies=curve.energies,
        forces=None,
        failed=curve.failed,
        generalized_forces=curve.generalized_forces,
        notes=curve.notes,
    )


READER = ReferenceReader(
    name="table",
    place=90,  # the last: it takes what no other does, and says what is wrong with it
    suffixes=(".csv", ".tsv", ".dat", ".txt"),
    recognises=lambda text: True,
    read=read,
)
