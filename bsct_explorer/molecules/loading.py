"""One door for every molecule: library name, SMILES, structure file, or BSCT-SPICE system."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bsct_spice import PREFIX, load_system
from bsct_explorer.molecules.checks import spin_state
from bsct_explorer.molecules.library import close_names, library_molecule
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.structure_files import STRUCTURE_SUFFIXES, read_structure_file


def load_molecule(
    spec: str | Path,
    *,
    data: str | Path | None = None,
    charge: int | None = None,
    multiplicity: int | None = None,
    relax: bool = True,
) -> Molecule:
    """Molecule from whatever a person types.

    Parameters
    ----------
    spec
        In this order: ``bsct-spice:C-C/7648``; the path of a structure file (its suffix is one of `STRUCTURE_SUFFIXES`,
        or it exists); a name of the built-in library, in any case; a SMILES string.
    data
        Folder of BSCT-SPICE; None for the environment variable ``BSCT_SPICE_DIR``.
    charge
        Total charge in e; None for what the source says, else 0.
    multiplicity
        2S + 1; None for what the source says, else 1 with an even number of electrons and 2 with an odd one.
    relax
        Relax a SMILES (cached in the process) or a flat drawing with GFN2-xTB; geometries are taken as they are.

    Raises
    ------
    MoleculeError
        Nothing answers to the name, or the structure is none that can be pulled apart; the message says what to do.
    """
    text = str(spec).strip()
    if text.lower().startswith(PREFIX):
        return _with_state(load_system(text[len(PREFIX) :], data), charge, multiplicity)
    if isinstance(spec, Path) or _looks_like_file(text):
        return read_structure_file(text, charge=charge, multiplicity=multiplicity, relax=relax)
    stored = library_molecule(text)
    if stored is not None:
        return _with_state(stored, charge, multiplicity)
    from bsct_explorer.molecules.smiles import molecule_from_smiles

    try:
        return molecule_from_smiles(text, charge=charge, multiplicity=multiplicity, relaxed=relax)
    except MoleculeError as error:
        if "is not a valid SMILES" not in str(error):
            raise
        raise MoleculeError(f"{error} {_advice(text)}") from None


def _looks_like_file(text: str) -> bool:
    """A known suffix, or a path that exists. A slash alone is no sign: SMILES writes double bonds with it (F/C=C/F)."""
    if Path(text).suffix.lower() in STRUCTURE_SUFFIXES:
        return True
    return ("/" in text or "\\" in text) and len(text) < 1000 and Path(text).is_file()


def _advice(text: str) -> str:
    if "/" in text and text.replace("/", "").replace("-", "").isalnum() and text.split("/")[-1].isdigit():
        return f"For a BSCT-SPICE system write {PREFIX}{text}."
    if len(text) < 1000 and Path(text).is_dir():
        return "It is a folder: give the path of a structure file in it."
    close = close_names(text)
    if close:
        return f"Nor is it a name of the library; did you mean {' or '.join(close)}?"
    return "Nor is it a name of the library or a file: `bsct-explorer molecules` lists the names."


def _with_state(molecule: Molecule, charge: int | None, multiplicity: int | None) -> Molecule:
    """The molecule with another charge and multiplicity, its geometry as it is."""
    if charge is None and multiplicity is None:
        return molecule
    total = molecule.charge if charge is None else charge
    if multiplicity is None and total == molecule.charge:
        multiplicity = molecule.multiplicity
    spin = spin_state(molecule.name, molecule.numbers, total, multiplicity)
    if (total, spin) == (molecule.charge, molecule.multiplicity):
        return molecule
    note = (
        f"Computed with charge {total:+d} and multiplicity {spin}; its geometry is the one of charge "
        f"{molecule.charge:+d} and multiplicity {molecule.multiplicity}."
    )
    return replace(molecule, charge=total, multiplicity=spin, notes=(*molecule.notes, note))
