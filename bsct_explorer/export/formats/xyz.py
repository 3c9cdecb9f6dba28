"""All frames with energies and forces, as extended xyz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.export.file_format import FileFormat

if TYPE_CHECKING:
    from bsct_explorer.study import BondSurvey, Study
    from bsct_explorer.words.units import EnergyUnit


def make(result: Study | BondSurvey, unit: EnergyUnit) -> str:
    """Frame after frame, potential after potential, in eV and eV/Å as readers of extended xyz expect."""
    from bsct_explorer.export.frames_xyz import xyz_text
    from bsct_explorer.study import studies_of

    return xyz_text(studies_of(result))


FORMAT = FileFormat(
    name="xyz",
    place=30,
    suffix="extxyz",
    label="Extended xyz, frames",
    help="all frames with energies and forces as extended xyz",
    make=make,
)
