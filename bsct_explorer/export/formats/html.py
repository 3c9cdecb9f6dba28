"""A report in one file that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.export.file_format import FileFormat
from bsct_explorer.packages import REPORT

if TYPE_CHECKING:
    from bsct_explorer.study import BondSurvey, Study
    from bsct_explorer.words.units import EnergyUnit


def make(result: Study | BondSurvey, unit: EnergyUnit) -> str:
    """Curves, findings, metrics and provenance, in the unit that the person chose."""
    from bsct_explorer.export.html_report import html_text
    from bsct_explorer.study import studies_of

    return html_text(studies_of(result), unit)


FORMAT = FileFormat(
    name="html",
    place=40,
    suffix="html",
    label="Report, HTML",
    help="a report in one file that needs no network",
    make=make,
    file_only="a report is a file",
    packages=REPORT,
)
