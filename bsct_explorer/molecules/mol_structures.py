"""Mol and sdf files as structures: rdkit reads what `mol_blocks` has checked."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bond_graph import Pair
from bsct_explorer.molecules.charge_and_spin import StateText
from bsct_explorer.molecules.checks import MAX_ATOMS
from bsct_explorer.molecules.file_text import lines_of
from bsct_explorer.molecules.isotopes import isotope_remark
from bsct_explorer.molecules.mol_blocks import MolBlock, MolBlockError, checked_block
from bsct_explorer.molecules.perception import orders_of
from bsct_explorer.molecules.rdkit_log import captured_errors
from bsct_explorer.molecules.structure_draft import StructureDraft
from bsct_explorer.molecules.xyz_format import LONGEST_COMMENT, free_text, parse_info
from bsct_explorer.molecules.xyz_structures import several
from bsct_explorer.remarks.of_molecules import GEOMETRY_MADE, MISSING_HYDROGENS, RADICAL_ELECTRONS

MOST_FIELDS = 300
"""Data fields of an sdf record that are looked at."""


def read_mol(text: str, name: str) -> StructureDraft:
    """The first structure of a mol or sdf text, or a `MoleculeError`."""
    lines = lines_of(text)
    end = next((k for k, line in enumerate(lines) if line.startswith("$$$$")), len(lines))
    try:
        block = checked_block(lines[:end], MAX_ATOMS)
    except MolBlockError as error:
        raise MoleculeError(
            f"{name} is not a mol or sdf file that can be read: {error}. Save it again from your editor."
        ) from None
    mol, problems = _parsed(block, name)
    notes = [] if not any(line.strip() for line in lines[end + 1 :]) else [several()]
    notes += isotope_remark((atom.GetSymbol(), atom.GetIsotope()) for atom in mol.GetAtoms() if atom.GetIsotope())
    draft = StructureDraft(
        tuple(atom.GetSymbol() for atom in mol.GetAtoms()),
        np.array(mol.GetConformer().GetPositions()) if mol.GetNumConformers() else np.zeros((mol.GetNumAtoms(), 3)),
        orders=_written_orders(mol),
        charge=sum(atom.GetFormalCharge() for atom in mol.GetAtoms()) if block.charged else None,
        multiplicity=1 + sum(block.unpaired) if block.marked else None,
        said=_said(lines[:end]),
        notes=(*notes, *_radicals(block)),
    )
    return draft if problems else _with_chemistry(draft, mol)


def _parsed(block: MolBlock, name: str) -> tuple[Any, list[str]]:
    from rdkit import Chem

    with captured_errors() as log:
        try:
            mol = Chem.MolFromMolBlock(block.text, removeHs=False, sanitize=False)
            problems = [] if mol is None else [p.Message() for p in Chem.DetectChemistryProblems(mol)]
            if mol is not None and not problems:
                Chem.SanitizeMol(mol)
        except (RuntimeError, ValueError, OverflowError) as error:
            raise MoleculeError(_unreadable(name, str(error))) from None
    if mol is None:
        raise MoleculeError(_unreadable(name, log.messages))
    return mol, problems


def _with_chemistry(draft: StructureDraft, mol: Any) -> StructureDraft:
    """The draft with its SMILES, what its valences say of hydrogens, and its graph where it is a drawing."""
    from dataclasses import replace

    from rdkit import Chem

    from bsct_explorer.molecules.smiles import with_hydrogens

    with captured_errors():
        draft = replace(draft, smiles=str(Chem.MolToSmiles(Chem.RemoveHs(mol))))
        if _is_drawing(mol):
            mol.RemoveAllConformers()
            note = GEOMETRY_MADE.say("The file holds a flat drawing: the geometry was made as for a SMILES.")
            return replace(draft, drawing=with_hydrogens(mol)).noting(note)
    missing = sum(atom.GetNumImplicitHs() for atom in mol.GetAtoms())
    if not missing:
        return draft
    return draft.noting(
        MISSING_HYDROGENS.say(
            f"By its valences {missing} hydrogen atoms are missing; the structure is taken as it stands."
        )
    )


def _radicals(block: MolBlock) -> list[Any]:
    count = sum(block.unpaired)
    if not block.marked:
        return []
    words = f"The file marks radicals: {count} unpaired electron{'' if count == 1 else 's'}"
    return [RADICAL_ELECTRONS.say(f"{words}{', taken as parallel' if count > 1 else ''}, multiplicity {count + 1}.")]


def _said(lines: list[str]) -> StateText:
    """Data fields of the record, and the two free lines of the header."""
    header = [line for line in (lines[:1] + lines[2:3]) if len(line) <= LONGEST_COMMENT]
    fields: dict[str, str] = {}
    for line in header:
        fields.update(parse_info(line))
    marks = [k for k, line in enumerate(lines) if line.startswith(">")][:MOST_FIELDS]
    for k in marks:
        name = re.search(r"<([^<>]+)>", lines[k])
        if name:
            fields[name[1]] = lines[k + 1].strip() if k + 1 < len(lines) else ""
    return StateText(fields, " ; ".join(map(free_text, header)))


def _written_orders(mol: Any) -> dict[Pair, float | None] | None:
    """Bonds of the file, or None (to be perceived) where it lists none."""
    return orders_of(mol) if mol.GetNumBonds() else None


def _is_drawing(mol: Any) -> bool:
    """Whether the coordinates are a depiction: not marked 3D, with hydrogens missing or a flat tetrahedral atom."""
    if mol.GetNumConformers() == 0:
        return True
    conformer = mol.GetConformer()
    if conformer.Is3D():
        return False
    return any(atom.GetNumImplicitHs() or atom.GetTotalDegree() == 4 for atom in mol.GetAtoms())


def _unreadable(name: str, messages: str) -> str:
    lines = [line.split("] ", 1)[-1].strip() for line in messages.splitlines() if line.strip("* \n")]
    lines = [line for line in lines if line and not line.startswith(("Violation", "Invariant"))]
    why = lines[0].rstrip(".") if lines else "no atoms were found in it"
    return f"{name} is not a mol or sdf file that can be read: {why}. Save it again from your editor."
