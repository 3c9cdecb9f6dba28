"""Structure files: xyz, extended xyz, mol/sdf, pdb. Text is parsed, never evaluated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bond_graph import Pair
from bsct_explorer.molecules.building import Origin, build_molecule
from bsct_explorer.molecules.checks import MAX_ATOMS, check_not_periodic
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.perception import orders_of
from bsct_explorer.molecules.rdkit_log import captured_errors
from bsct_explorer.molecules.xyz_format import XYZError, XYZFrame, parse_xyz
from bsct_explorer.words.numbers import decimal

STRUCTURE_SUFFIXES = (".xyz", ".extxyz", ".mol", ".sdf", ".pdb")

MAX_BYTES = 20_000_000
"""A structure file of more is a trajectory or no structure; nothing of it is parsed."""


def read_structure_file(
    path: str | Path, *, charge: int | None = None, multiplicity: int | None = None, relax: bool = True
) -> Molecule:
    """Molecule from a structure file; the suffix says the format. Parameters and errors as in `read_structure`."""
    path = Path(path)
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise MoleculeError(f"{path} cannot be read: {error.strerror}. Check the path.") from None
    if size > MAX_BYTES:
        raise MoleculeError(_too_large(path.name, size))
    return read_structure(content, path.suffix, path.stem, charge=charge, multiplicity=multiplicity, relax=relax)


def read_structure(
    content: str | bytes,
    format: str,
    name: str,
    *,
    charge: int | None = None,
    multiplicity: int | None = None,
    relax: bool = True,
) -> Molecule:
    """Molecule from the content of a structure file (an upload, say).

    Parameters
    ----------
    content
        The file's text, or its bytes in UTF-8.
    format
        ``xyz``, ``extxyz``, ``mol``, ``sdf`` or ``pdb``, with or without a dot.
    name
        What to call the molecule.
    charge
        Total charge in e; None for the file's (``charge`` in extended xyz, formal charges in mol and pdb), else 0.
    multiplicity
        2S + 1; None for the file's (``multiplicity`` or ``spin`` in extended xyz), else 1 or 2 by the electrons.
    relax
        Relax with GFN2-xTB where the file holds a flat drawing; a geometry is always taken as it is.

    Raises
    ------
    MoleculeError
        The format is not known, the text is not in it, or the structure is none that can be pulled apart.
    """
    suffix = "." + format.lower().lstrip(".")
    if suffix not in STRUCTURE_SUFFIXES:
        raise MoleculeError(
            f"{name}: {format!r} is not a format that can be read. Use one of {', '.join(STRUCTURE_SUFFIXES)}."
        )
    if len(content) > MAX_BYTES:
        raise MoleculeError(_too_large(name, len(content)))
    text = _decode(content, name)
    if suffix in (".xyz", ".extxyz"):
        return _read_xyz(text, name, charge, multiplicity)
    if suffix == ".pdb":
        return _read_pdb(text, name, charge, multiplicity)
    return _read_mol(text, name, charge, multiplicity, relax)


def _too_large(name: str, size: int) -> str:
    sizes = [f"{decimal(each / 1e6, 0)} MB" for each in (size, MAX_BYTES)]
    return f"{name} has {sizes[0]}, more than the {sizes[1]} read. Save one frame of it only."


def _decode(content: str | bytes, name: str) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MoleculeError(f"{name} is not a text file. Give an xyz, mol, sdf or pdb file as plain text.") from None


# xyz and extended xyz


def _read_xyz(text: str, name: str, charge: int | None, multiplicity: int | None) -> Molecule:
    try:
        frames, more = parse_xyz(text, limit=1)
        frame = frames[0]
        check_not_periodic(name, frame.cell, frame.periodic)
        if charge is None:
            charge = info_integer(frame, ("charge", "total_charge"))
        if multiplicity is None:
            # Open Molecules 2025 and SO3LR write 2S + 1 as `spin`; a spin of 0 can only mean 2S, a singlet.
            multiplicity = info_integer(frame, ("multiplicity", "spin"))
            multiplicity = 1 if multiplicity == 0 else multiplicity
    except XYZError as error:
        raise MoleculeError(f"{name} is not an xyz file that can be read: {error}. Correct the file.") from None
    notes = _frames_note(more) + _hydrogen_note(frame.symbols)
    return build_molecule(
        Origin(name, smiles=frame.info.get("smiles"), notes=notes),
        frame.symbols,
        frame.positions,
        charge=charge or 0,
        multiplicity=multiplicity,
    )


def info_integer(frame: XYZFrame, keys: tuple[str, ...]) -> int | None:
    """The first of `keys` in the comment line as a whole number, None where none is there."""
    for key in keys:
        value = frame.number(key)
        if value is not None:
            if value != round(value):
                raise XYZError(f"{key}={frame.info[key]} is not a whole number")
            return round(value)
    return None


def _frames_note(more: bool) -> tuple[str, ...]:
    return ("The file holds several structures; this is the first.",) if more else ()


def _hydrogen_note(symbols: Any) -> tuple[str, ...]:
    if "C" in symbols and len(symbols) > 4 and set(symbols) <= set("CNOPS"):
        return ("The file has no hydrogen atoms; if they were left out, add them first.",)
    return ()


# mol and sdf


def _read_mol(text: str, name: str, charge: int | None, multiplicity: int | None, relax: bool) -> Molecule:
    from rdkit import Chem

    block, _, rest = text.partition("$$$$")
    with captured_errors() as log:
        mol = Chem.MolFromMolBlock(block, removeHs=False, sanitize=False)
        problems = [] if mol is None else [p.Message() for p in Chem.DetectChemistryProblems(mol)]
    if mol is None:
        raise MoleculeError(f"{name} is not a mol or sdf file that can be read: {_last_line(log.messages)}")
    origin = Origin(name, notes=_frames_note(bool(rest.strip())))
    if not problems:
        Chem.SanitizeMol(mol)
        origin = replace(origin, smiles=Chem.MolToSmiles(Chem.RemoveHs(mol)))
        if _is_drawing(mol):
            from bsct_explorer.molecules.smiles import molecule_from_graph, with_hydrogens

            note = "The file holds a flat drawing: the geometry was made as for a SMILES."
            mol.RemoveAllConformers()
            return molecule_from_graph(
                with_hydrogens(mol), origin.noting(note), charge=charge, multiplicity=multiplicity, relaxed=relax
            )
        missing = sum(atom.GetNumImplicitHs() for atom in mol.GetAtoms())
        if missing:
            origin = origin.noting(
                f"By its valences {missing} hydrogen atoms are missing; the structure is taken as it stands."
            )
    return build_molecule(
        origin,
        [atom.GetSymbol() for atom in mol.GetAtoms()],
        _positions(mol),
        charge=int(Chem.GetFormalCharge(mol)) if charge is None else charge,
        multiplicity=multiplicity,
        orders=_written_orders(mol),
    )


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


def _positions(mol: Any) -> Any:
    return np.array(mol.GetConformer().GetPositions()) if mol.GetNumConformers() else np.zeros((mol.GetNumAtoms(), 3))


# pdb


def _read_pdb(text: str, name: str, charge: int | None, multiplicity: int | None) -> Molecule:
    from rdkit import Chem

    cell = _pdb_cell(text)
    check_not_periodic(name, cell, cell is not None)
    first, more = _first_model(text)
    with captured_errors() as log:
        mol = Chem.MolFromPDBBlock(first, removeHs=False, sanitize=False, proximityBonding=False)
    if mol is None or mol.GetNumAtoms() == 0:
        raise MoleculeError(f"{name} is not a pdb file that can be read: {_last_line(log.messages)}")
    symbols = [atom.GetSymbol() for atom in mol.GetAtoms()]
    return build_molecule(
        Origin(name, notes=_frames_note(more) + _hydrogen_note(symbols)),
        symbols,
        _positions(mol),
        charge=int(Chem.GetFormalCharge(mol)) if charge is None else charge,
        multiplicity=multiplicity,
    )


def _first_model(text: str) -> tuple[str, bool]:
    """The first MODEL of a pdb text, and whether there are more."""
    lines = text.splitlines()
    starts = [k for k, line in enumerate(lines) if line.startswith("MODEL")]
    if len(starts) < 2:
        return text, False
    return "\n".join(line for line in lines[: starts[1]]) + "\nEND\n", True


def _pdb_cell(text: str) -> Any:
    """Lattice (3, 3) in Å of a CRYST1 record, or None; 1 × 1 × 1 Å is the format's placeholder for no crystal."""
    for line in text.splitlines():
        if line.startswith("CRYST1"):
            try:
                lengths = [float(line[k : k + 9]) for k in (6, 15, 24)]
            except ValueError:
                return None
            return None if max(lengths) <= 1.0 else np.diag(lengths)
    return None


def _last_line(messages: str) -> str:
    lines = [line.split("] ", 1)[-1].strip() for line in messages.splitlines() if line.strip("* \n")]
    lines = [line for line in lines if line and not line.startswith(("Violation", "Invariant"))]
    return (lines[0].rstrip(".") if lines else "no atoms were found in it") + ". Save it again from your editor."


__all__ = ["MAX_ATOMS", "STRUCTURE_SUFFIXES", "read_structure", "read_structure_file"]
