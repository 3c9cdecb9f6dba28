"""The formats of structure files as records: how each is told by its content, what is read and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bsct_explorer.molecules.file_text import lines_of
from bsct_explorer.molecules.mol2_structures import read_mol2
from bsct_explorer.molecules.mol_structures import read_mol
from bsct_explorer.molecules.pdb_structures import read_pdb
from bsct_explorer.molecules.structure_draft import StructureDraft
from bsct_explorer.molecules.xyz_format import is_count
from bsct_explorer.molecules.xyz_structures import read_xyz

_NUMBERS = r"(?:\s+[+-]?\d*\.?\d+(?:[eEdD][+-]?\d+)?){3}"


@dataclass(frozen=True, kw_only=True)
class StructureFormat:
    """A format that is read.

    Attributes
    ----------
    name
        What a person calls it.
    suffixes
        Endings of its files, with the dot.
    fits
        Whether a text's lines are in it; decides where the suffix is missing or wrong.
    read
        Text and the file's name to a draft, or a `MoleculeError`.
    reads, refuses
        What is taken from it and what is not, as short phrases; the documentation's table, held by a test.
    """

    name: str
    suffixes: tuple[str, ...]
    fits: Callable[[list[str]], bool]
    read: Callable[[str, str], StructureDraft]
    reads: tuple[str, ...]
    refuses: tuple[str, ...]


def _fits_xyz(lines: list[str]) -> bool:
    rows = [line for line in lines[:40] if line.strip()]
    return len(rows) > 1 and is_count(rows[0])


def _fits_mol(lines: list[str]) -> bool:
    return any(re.search(r"V[23]000\s*$", line) for line in lines[:8]) or any(
        line.startswith(("M  END", "M  V30")) for line in lines[:5000]
    )


def _fits_pdb(lines: list[str]) -> bool:
    return any(re.match(r"(ATOM  |HETATM).{24}\s*-?\d+\.\d", line) for line in lines[:5000])


def _fits_mol2(lines: list[str]) -> bool:
    return any(line.startswith("@<TRIPOS>") for line in lines[:200])


STRUCTURE_FORMATS = (
    StructureFormat(
        name="xyz, extended xyz",
        suffixes=(".xyz", ".extxyz"),
        fits=_fits_xyz,
        read=read_xyz,
        reads=(
            "first frame",
            "charge and spin in the comment in any usual spelling (`charge`, `q`, `total_charge`; `multiplicity`, "
            "`spin`, `total_spin`, `uhf`, `nelec-unpaired`)",
            "sums of the atoms' charges and magnetic moments",
            "symbols or atomic numbers, D and T",
        ),
        refuses=("a count that differs from the rows", "keys that contradict each other", "a periodic cell"),
    ),
    StructureFormat(
        name="mol, sdf",
        suffixes=(".mol", ".sdf"),
        fits=_fits_mol,
        read=read_mol,
        reads=(
            "first record, V2000 or V3000",
            "bonds and orders",
            "formal charges, radicals (`M RAD`), isotopes",
            "charge and spin in data fields",
            "a flat drawing, which gets hydrogens and a geometry",
        ),
        refuses=(
            "counts that differ from the rows",
            "more bonds than molecules have",
            "atom lists and R groups",
            "a data field that contradicts the formal charges",
        ),
    ),
    StructureFormat(
        name="mol2",
        suffixes=(".mol2",),
        fits=_fits_mol2,
        read=read_mol2,
        reads=("first molecule", "bonds and orders", "a charge that the atoms' charges add up to"),
        refuses=("counts that differ from the rows", "unknown bond types"),
    ),
    StructureFormat(
        name="pdb",
        suffixes=(".pdb", ".ent"),
        fits=_fits_pdb,
        read=read_pdb,
        reads=(
            "first model",
            "one conformer of alternate locations",
            "charges (columns 79 to 80)",
            "CONECT records",
            "elements of columns 77 to 78, else from names, also left-aligned ones",
        ),
        refuses=("a crystal's cell", "elements that cannot be told"),
    ),
)
"""All formats; of two that fit a content, the first."""

_OTHERS = (
    (r"(?m)^\s*data_\S*[\s\S]{0,2000}^\s*_(cell_length|atom_site|chem_comp)", "a CIF file"),
    (r"(?m)^\s*%(chk|mem|nproc)|\A\s*#\s*\S*[pn]?\s[^\n]*/", "a Gaussian input"),
    (r"Entering Gaussian System|Gaussian\(R\)", "a Gaussian output"),
    (r"\* O   R   C   A \*", "an ORCA output"),
    (r"(?m)^\s*\*\s*xyz(file)?\s|\A\s*!\s*\w+", "an ORCA input"),
    (r"(?m)^\s*\$coord", "a Turbomole coord file"),
    (r"(?m)^\s*\$molecule", "a Q-Chem input"),
    (r"(?m)^\s*&[A-Za-z]+\s*$", "an input of CP2K or Quantum ESPRESSO"),
    (r"\A\s*[\[{]\s*([\"{\[]|\Z)", "a JSON file"),
    (r"\A\s*<(\?xml|!DOCTYPE|html|cml|molecule)", "an XML or HTML file"),
    (r"\A[^\n]*\n\s*[\d.]+\s*\n(\s+-?[\d.]+){3}\s*\n(\s+-?[\d.]+){3}\s*\n(\s+-?[\d.]+){3}\s*\n", "a POSCAR file"),
    (r"\A[^\n]*\n\s*\d+\s*\n\s*\d+\S+\s+\S+\s+\d+(\s+-?\d+\.\d{3}){3}", "a GROMACS file"),
)
"""How files of other programs begin, and what they are: they are refused by their own name."""


def format_of(text: str, suffix: str) -> tuple[StructureFormat | None, bool]:
    """The format of a text, and whether its suffix promised it.

    What the suffix promises is believed unless the content fits another format and not that one.
    """
    promised = next((each for each in STRUCTURE_FORMATS if suffix in each.suffixes), None)
    lines = lines_of(text[:1_000_000])
    if promised is not None and promised.fits(lines):
        return promised, True
    found = next((each for each in STRUCTURE_FORMATS if each.fits(lines)), None)
    if found is not None:
        return found, found is promised
    if promised is not None and other_file(text) is None and not _bare_rows(lines):
        return promised, True
    return None, False


def other_file(text: str) -> str | None:
    """What a text is that is no format of ours, in words; None where it cannot be told."""
    head = text[:3000]
    for pattern, what in _OTHERS:
        if re.search(pattern, head):
            return what
    if _bare_rows(lines_of(head)):
        return "rows of atoms without the two lines above them that xyz has (count and comment)"
    return None


def _bare_rows(lines: list[str]) -> bool:
    rows = [line for line in lines[:10] if line.strip()]
    return bool(rows) and all(re.match(rf"\s*[A-Z][a-z]?\d*{_NUMBERS}", row) for row in rows)
