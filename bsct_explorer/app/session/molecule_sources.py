"""Where the page's molecule comes from: a name, a SMILES string, an upload, or the address."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

from bsct_explorer.molecules import Bond, Molecule, offered_molecule, offered_structure
from bsct_explorer.molecules.loading import cleaned, with_state

KEPT_UPLOADS = 100
"""Of all sessions. The state has an upload's atoms, charge and spin; its bonds and what was remarked on it are here."""

_uploads: dict[str, Molecule] = {}
_uploading = threading.Lock()


def load_shown_molecule(
    molecule: str, *, structure: str = "", charge: int | None = None, multiplicity: int | None = None
) -> Molecule:
    """The molecule that a state names; `structure` (extended xyz) wins where it is not empty.

    Both texts come from a browser: neither is ever taken as a path.

    Raises
    ------
    MoleculeError
        As `offered_molecule` and `offered_structure`.
    """
    if structure:
        uploaded = _uploads.get(structure)
        if uploaded is not None:
            return with_state(uploaded, charge, multiplicity)
        comment = next(iter(structure.splitlines()[1:2]), "")
        name = re.search(r'name="?([^"\n]*?)"?(?:\s\w+=|$)', comment)
        return offered_structure(
            structure, "extxyz", _plain_name(name.group(1) if name else ""), charge=charge, multiplicity=multiplicity
        )
    return offered_molecule(molecule, charge=charge, multiplicity=multiplicity)


def _plain_name(text: str) -> str:
    """What a stranger's molecule is called: letters, digits and a few signs, none of them a path's or HTML's."""
    return re.sub(r"[^\w .+-]", "", cleaned(text))[:60].strip() or "upload"


def structure_text(molecule: Molecule) -> str:
    """A molecule as extended xyz, short enough for an address."""
    name = _plain_name(molecule.name)
    lines = [str(len(molecule)), f'charge={molecule.charge} spin={molecule.multiplicity} name="{name}"']
    for symbol, (x, y, z) in zip(molecule.symbols, molecule.positions, strict=True):
        lines.append(f"{symbol} {x:.6f} {y:.6f} {z:.6f}")
    return "\n".join(lines) + "\n"


def read_upload(filename: str, content: bytes) -> Molecule:
    """Molecule of an uploaded structure file; errors as `offered_structure`. Its name says format and name only."""
    stem, dot, suffix = re.split(r"[/\\]", filename)[-1].rpartition(".")
    molecule = offered_structure(content, cleaned(suffix) if dot else "", _plain_name(stem if dot else suffix))
    # Rounded as in an address, so that the page and a shared link compute the same.
    molecule = replace(molecule, positions=molecule.positions.round(6))
    text = structure_text(molecule)
    with _uploading:
        _uploads[text] = molecule
        while len(_uploads) > KEPT_UPLOADS:
            del _uploads[next(iter(_uploads))]
    return molecule


def first_bond(molecule: Molecule) -> Bond | None:
    """The bond to open with: the first between heavy atoms that can be pulled, else the first that can."""
    free = [bond for bond in molecule.bonds if bond.scannable]
    return next((bond for bond in free if "H" not in bond.symbols), free[0] if free else None)
