"""Where the page's molecule comes from: a name, a SMILES string, an upload, or the address."""

from __future__ import annotations

import re
from pathlib import PurePath

from bsct_explorer.molecules import Bond, Molecule, load_molecule, read_structure


def load_shown_molecule(
    molecule: str, *, structure: str = "", charge: int | None = None, multiplicity: int | None = None
) -> Molecule:
    """The molecule that a state names; `structure` (extended xyz) wins where it is not empty.

    A browser may name library molecules, SMILES strings and systems of the server's BSCT-SPICE folder, never a path.

    Raises
    ------
    MoleculeError
        As `load_molecule` and `read_structure`.
    """
    if structure:
        name = re.search(r'name="?([^"\n]*?)"?(?:\s\w+=|$)', structure.splitlines()[1] if "\n" in structure else "")
        return read_structure(
            structure, "extxyz", name.group(1) if name else "upload", charge=charge, multiplicity=multiplicity
        )
    if PurePath(molecule).suffix.lower() in _FILE_SUFFIXES or molecule.startswith(("/", "~", ".")):
        from bsct_explorer.errors import MoleculeError

        raise MoleculeError(
            f"{molecule!r} looks like a file: the page reads no files by their path. Upload it under Structure file."
        )
    return load_molecule(molecule, charge=charge, multiplicity=multiplicity)


_FILE_SUFFIXES = (".xyz", ".extxyz", ".mol", ".sdf", ".pdb", ".py", ".cif")


def structure_text(molecule: Molecule) -> str:
    """A molecule as extended xyz, short enough for an address."""
    name = re.sub(r"[^\w .+-]", "", molecule.name)[:60] or "upload"
    lines = [str(len(molecule)), f'charge={molecule.charge} spin={molecule.multiplicity} name="{name}"']
    for symbol, (x, y, z) in zip(molecule.symbols, molecule.positions, strict=True):
        lines.append(f"{symbol} {x:.6f} {y:.6f} {z:.6f}")
    return "\n".join(lines) + "\n"


def read_upload(filename: str, content: bytes) -> Molecule:
    """Molecule of an uploaded structure file; errors as `read_structure`."""
    path = PurePath(filename)
    return read_structure(content, path.suffix, path.stem)


def first_bond(molecule: Molecule) -> Bond | None:
    """The bond to open with: the first between heavy atoms that can be pulled, else the first that can."""
    free = [bond for bond in molecule.bonds if bond.scannable]
    return next((bond for bond in free if "H" not in bond.symbols), free[0] if free else None)
