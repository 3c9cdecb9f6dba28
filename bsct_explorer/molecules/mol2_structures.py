"""Mol2 files (Tripos) as structures: the first molecule's atoms, bonds, and the charge that its atoms add up to."""

from __future__ import annotations

import re

import numpy as np

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bond_graph import Pair
from bsct_explorer.molecules.charge_and_spin import StateText
from bsct_explorer.molecules.checks import check_size
from bsct_explorer.molecules.file_text import lines_of
from bsct_explorer.molecules.structure_draft import StructureDraft
from bsct_explorer.molecules.xyz_structures import several
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import NOT_READ, STATE_FOUND, STATE_UNREAD
from bsct_explorer.words.numbers import decimal

ORDERS: dict[str, float | None] = {"1": 1.0, "2": 2.0, "3": 3.0, "am": 1.0, "ar": 1.5, "du": None, "un": None}
"""Bond types of the format; ``nc`` says that there is no bond."""

_HEAD = "@<TRIPOS>"


def read_mol2(text: str, name: str) -> StructureDraft:
    """The first molecule of a mol2 text, or a `MoleculeError`."""
    sections, more = _sections(text)
    header = sections.get("MOLECULE", [])
    counts = header[1].split() if len(header) > 1 else []
    if not counts or not all(re.fullmatch(r"\d{1,9}", word, re.ASCII) for word in counts[:2]):
        raise MoleculeError(_unreadable(name, "its MOLECULE section has no line with the numbers of atoms and bonds"))
    atoms = [line.split() for line in sections.get("ATOM", []) if line.strip()]
    bonds = [line.split() for line in sections.get("BOND", []) if line.strip()]
    announced = [int(word) for word in counts[:2]]
    _check_rows(name, "atoms", announced[0], len(atoms))
    check_size(name, len(atoms))
    if len(announced) > 1:
        _check_rows(name, "bonds", announced[1], len(bonds))
    symbols, positions = _atoms(atoms, name)
    places = {row[0]: k for k, row in enumerate(atoms)}
    charge, notes = _charge(atoms, header)
    cell = [line for line in sections.get("CRYSIN", []) if line.strip()]
    if cell:
        notes += (NOT_READ.say("The file's cell (CRYSIN) was not read: the molecule is computed in vacuum."),)
    return StructureDraft(
        symbols,
        positions,
        orders=_bonds(bonds, places, name) or None,
        charge=charge,
        said=StateText(text=" ; ".join([header[0], *header[4:6]])),
        notes=((several(),) if more else ()) + notes,
    )


def _sections(text: str) -> tuple[dict[str, list[str]], bool]:
    """Lines of each section of the first molecule by its name, comments left out; whether another one follows."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines_of(text):
        if line.startswith(_HEAD):
            title = line[len(_HEAD) :].strip().upper()
            if title == "MOLECULE" and title in sections:
                return sections, True
            current = sections.setdefault(title, [])
        elif not line.startswith("#"):
            current.append(line)
    return sections, False


def _atoms(
    rows: list[list[str]], name: str
) -> tuple[tuple[str, ...], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    symbols, positions = [], []
    for row in rows:
        try:
            positions.append([float(word) for word in row[2:5]])
            symbol = re.match(r"[A-Za-z]+", row[5])
        except (ValueError, IndexError):
            symbol = None
        if symbol is None or len(positions[-1]) != 3:
            raise MoleculeError(
                _unreadable(name, f"the atom {' '.join(row)[:50]!r} has no three coordinates and type behind its name")
            )
        symbols.append(symbol[0].capitalize())
    return tuple(symbols), np.array(positions)


def _bonds(rows: list[list[str]], places: dict[str, int], name: str) -> dict[Pair, float | None]:
    orders: dict[Pair, float | None] = {}
    for row in rows:
        known = len(row) > 3 and row[1] in places and row[2] in places and row[1] != row[2]
        kind = row[3].lower() if len(row) > 3 else ""
        if not known or kind not in {*ORDERS, "nc"}:
            raise MoleculeError(
                _unreadable(name, f"the bond {' '.join(row)[:50]!r} is not one of an index, two atoms and a type")
            )
        if kind != "nc":
            orders[places[row[1]], places[row[2]]] = ORDERS[kind]
    return orders


def _charge(rows: list[list[str]], header: list[str]) -> tuple[int | None, tuple[Remark, ...]]:
    """The total charge from the atoms' charges, which the format has instead; a remark where it is not zero."""
    kind = header[3].strip() if len(header) > 3 else ""
    values = []
    for row in rows:
        try:
            values.append(float(row[8]))
        except (ValueError, IndexError):
            values.append(0.0)
    total = float(np.sum(values))
    if kind.upper() == "NO_CHARGES" or not any(values) or not np.isfinite(total):
        return None, ()
    said = f"The charges of the file's atoms{f' ({kind[:20]})' if kind else ''} add up to {decimal(total, 2)}"
    if abs(total - round(total)) > 0.1 or abs(total) > 100:
        return None, (
            STATE_UNREAD.say(f"{said}, which is no total charge: 0 is taken. Give the charge if it is not 0."),
        )
    if round(total) == 0:
        return None, ()
    return round(total), (STATE_FOUND.say(f"{said}: taken as the charge {round(total):+d}."),)


def _check_rows(name: str, what: str, announced: int, rows: int) -> None:
    if announced != rows:
        follow = "row of them follows" if rows == 1 else "rows of them follow"
        raise MoleculeError(_unreadable(name, f"it announces {announced} {what}, and {rows} {follow}"))


def _unreadable(name: str, why: str) -> str:
    return f"{name} is not a mol2 file that can be read: {why}. Save it again from your editor."


__all__ = ["read_mol2"]
