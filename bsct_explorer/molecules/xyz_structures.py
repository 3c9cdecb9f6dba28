"""Xyz and extended xyz as structures: the first frame, its cell, and what its comment says."""

from __future__ import annotations

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.charge_and_spin import StateText
from bsct_explorer.molecules.checks import check_not_periodic, check_size
from bsct_explorer.molecules.file_text import lines_of
from bsct_explorer.molecules.structure_draft import StructureDraft
from bsct_explorer.molecules.xyz_format import XYZError, free_text, is_count, parse_xyz
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import NOT_READ, SEVERAL_STRUCTURES


def read_xyz(text: str, name: str) -> StructureDraft:
    """The first structure of an xyz or extended xyz text, or a `MoleculeError`."""
    try:
        frame = parse_xyz(text, limit=1)[0][0]
        check_size(name, len(frame.symbols))
        check_not_periodic(name, frame.cell, frame.periodic)
    except XYZError as error:
        raise MoleculeError(f"{name} is not an xyz file that can be read: {error}. Correct the file.") from None
    return StructureDraft(
        frame.symbols,
        frame.positions,
        said=StateText(frame.info, free_text(frame.comment), frame.columns),
        smiles=frame.info.get("smiles"),
        notes=_behind(lines_of(text)[frame.end :]),
    )


def _behind(lines: list[str]) -> tuple[Remark, ...]:
    """A remark on what follows the first frame: more structures, or text that is none."""
    rest = [line for line in lines if line.strip()]
    if not rest:
        return ()
    if is_count(rest[0]):
        return (several(),)
    return (NOT_READ.say(f"What stands behind the structure was not read: {rest[0].strip()[:60]!r}."),)


def several() -> Remark:
    """Said of a file with more than one structure."""
    return SEVERAL_STRUCTURES.say("The file holds several structures; this is the first.")
