"""The curves as one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.export.file_format import FileFormat

if TYPE_CHECKING:
    from bsct_explorer.study import BondSurvey, Study
    from bsct_explorer.words.units import EnergyUnit


def make(result: Study | BondSurvey, unit: EnergyUnit) -> str:
    """A row a frame; the unit stands in each column's name."""
    from bsct_explorer.export.curves_csv import csv_text
    from bsct_explorer.study import studies_of

    return csv_text(studies_of(result))


FORMAT = FileFormat(
    name="csv",
    place=10,
    suffix="csv",
    label="CSV, curves",
    help="the curves as one table",
    make=make,
)
