"""Elements of PDB atoms: columns 77 to 78 where they are filled, else the name by the rules of the format.

A name's element stands right-justified in columns 13 to 14: `` CA `` is a carbon, ``CA  `` is calcium. Many programs
write all names from column 13 on; then the columns tell nothing, and the residue has to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bsct_explorer.molecules.isotopes import HYDROGEN_ISOTOPES

_RESIDUES = (
    "ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL ACE NME NMA NH2 HID HIE HIP "
    "CYX ASH GLH LYN MSE SEC HOH WAT H2O TIP TIP3 SOL DOD A C G U I DA DC DG DT DU"
)

ORGANIC = frozenset(_RESIDUES.split())
"""Residues of H, C, N, O, P, S (and Se) alone: there the first letter of a name is its element."""

_SURE = ("CL", "BR")
"""Two letters that mean an element in any residue: no naming scheme of organic chemistry uses them else."""


@dataclass(frozen=True)
class AtomLine:
    """One ATOM or HETATM record.

    Attributes
    ----------
    serial, name, location, residue
        As written, blanks taken off; `name` keeps its four columns. `residue` is chain, number and insertion code.
    kind
        Name of the residue.
    occupancy
        1 where none is written.
    element
        Columns 77 to 78.
    charge
        In e, None where columns 79 to 80 are empty.
    """

    serial: str
    name: str
    location: str
    kind: str
    residue: str
    position: tuple[float, float, float]
    occupancy: float
    element: str
    charge: int | None


def elements_of(atoms: Sequence[AtomLine]) -> tuple[list[str], list[str]]:
    """Chemical symbols (D and T among them), and names whose element cannot be told: those have an empty symbol."""
    shifted = _left_aligned(atoms)
    symbols, doubtful = [], []
    for atom in atoms:
        symbol = _known(atom.element) or (_by_residue(atom) if shifted else _by_columns(atom))
        symbols.append(symbol)
        if not symbol:
            doubtful.append(atom.name.strip())
    return symbols, list(dict.fromkeys(doubtful))


def _known(text: str) -> str:
    """A chemical symbol in its usual case, empty where the text is none."""
    from ase.data import atomic_numbers

    symbol = text.strip().capitalize()
    return symbol if symbol in HYDROGEN_ISOTOPES or atomic_numbers.get(symbol, 0) > 0 else ""


def _left_aligned(atoms: Sequence[AtomLine]) -> bool:
    """Whether names begin in column 13 although they are short, so that columns 13 to 14 tell no element."""
    unknown = [atom.name for atom in atoms if not _known(atom.element)]
    short = [name for name in unknown if len(name.strip()) < 4]
    return bool(short) and all(name[0] != " " for name in short) and any(_is_short_organic(name) for name in short)


def _is_short_organic(name: str) -> bool:
    """A name that can only be of a one-letter element, such as ``N`` or ``O1``, from column 13 on."""
    return re.fullmatch(r"[HCNOPSFDI]\d*", name.strip()) is not None


def _by_columns(atom: AtomLine) -> str:
    left = atom.name[:2]
    if left[0] == " " or left[0].isdigit():
        return _known(left[1])
    if len(atom.name.strip()) == 4 and left[0] in "HD" and atom.kind != atom.name.strip():
        return _known(left[0])  # HG11, HD22: four letters leave no room for a blank
    return _known(left) or _known(left[0])


def _by_residue(atom: AtomLine) -> str:
    letters = re.sub(r"[^A-Za-z]", "", atom.name).upper()
    if not letters:
        return ""
    if atom.kind in ORGANIC:
        return "Se" if letters == "SE" and atom.kind in ("MSE", "SEC") else _known(letters[0])
    if letters == re.sub(r"[^A-Za-z]", "", atom.kind).upper() or letters[:2] in _SURE:
        return _known(letters[:2]) or _known(letters[0])
    two = _known(letters[:2]) if len(letters) > 1 else ""
    one = _known(letters[0])
    if two and one and two not in ("Hg", "Ho", "Hf", "He", "Cf", "Cm", "Es", "No", "Np"):
        return ""  # CA, CO, NA, ... may be either
    return one or two
