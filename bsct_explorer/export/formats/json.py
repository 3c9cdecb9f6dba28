"""Everything, as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.export.file_format import FileFormat

if TYPE_CHECKING:
    from bsct_explorer.study import BondSurvey, Study
    from bsct_explorer.words.units import EnergyUnit


def make(result: Study | BondSurvey, unit: EnergyUnit) -> str:
    """The contract; energies are in eV whatever a person chose to see."""
    from bsct_explorer.export.plain_json import json_text
    from bsct_explorer.export.study_json import result_document

    return json_text(result_document(result))


FORMAT = FileFormat(
    name="json",
    place=20,
    suffix="json",
    label="JSON, everything",
    help="everything, as one JSON object",
    make=make,
    needs_a_curve=False,  # it says why there is none
)
