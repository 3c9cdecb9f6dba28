"""PDB files as structures, by their columns: the first model, one conformer, charges, CONECT records.

The format is described in the Atomic Coordinate Entry Format, version 3.3 (wwpdb.org, 2012).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bond_graph import Pair
from bsct_explorer.molecules.charge_and_spin import StateText
from bsct_explorer.molecules.checks import check_not_periodic, check_size
from bsct_explorer.molecules.file_text import lines_of
from bsct_explorer.molecules.pdb_elements import AtomLine, elements_of
from bsct_explorer.molecules.structure_draft import StructureDraft
from bsct_explorer.molecules.xyz_structures import several
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import ALTERNATE_LOCATIONS, NOT_READ
from bsct_explorer.words.numbers import decimal

MOST_ROWS = 5000
"""Atom records of one model that are read: alternate locations of `MAX_ATOMS` atoms are far fewer."""


def read_pdb(text: str, name: str) -> StructureDraft:
    """The first model of a pdb text, or a `MoleculeError`."""
    lines = lines_of(text)
    cell = _cell(lines)
    check_not_periodic(name, cell, cell is not None)
    first, more = _first_model(lines)
    rows = [(k, line) for k, line in first if re.match(r"(ATOM  |HETATM)", line)]
    if not rows:
        raise MoleculeError(_unreadable(name, "it has no ATOM or HETATM records"))
    if len(rows) > MOST_ROWS:
        check_size(name, len(rows))
    records = [_atom(line, k + 1, name) for k, line in rows]
    atoms, notes = _one_conformer(records)
    check_size(name, len(atoms))
    symbols, doubtful = elements_of(atoms)
    if doubtful:
        raise MoleculeError(
            f"{name}: the file does not tell the elements of the atoms {', '.join(doubtful[:6])}: columns 77 to 78 "
            "are empty and the names stand in column 13, whatever their length. Write the elements into columns 77 to "
            "78, or save it as xyz."
        )
    bonds, lost = _connected(lines, atoms, {record.serial for record in records})
    if more:
        notes = (several(), *notes)
    charges = [atom.charge for atom in atoms if atom.charge is not None]
    listed = {i for pair in bonds for i in pair} == set(range(len(atoms)))
    return StructureDraft(
        tuple(symbols),
        np.array([atom.position for atom in atoms]),
        orders=_orders(bonds) if listed else None,
        extra=() if listed else tuple(bonds),
        charge=sum(charges) if any(charges) else None,
        said=StateText(text=_own_remarks(lines)),
        notes=(*notes, *lost, *_master_note(lines)),
    )


# records


def _atom(line: str, number: int, name: str) -> AtomLine:
    try:
        position = tuple(float(line[k : k + 8]) for k in (30, 38, 46))
    except ValueError:
        raise MoleculeError(
            _unreadable(name, f"line {number} has no three coordinates in columns 31 to 54: {line[30:54]!r}")
        ) from None
    try:
        occupancy = float(line[54:60] or 1)
    except ValueError:
        occupancy = 1.0
    return AtomLine(
        serial=line[6:11].strip(),
        name=f"{line[12:16]:<4}",
        location=line[16:17].strip(),
        kind=line[17:21].strip(),
        residue=line[21:27],
        position=position,  # type: ignore[arg-type]  # three, as the columns above
        occupancy=occupancy if np.isfinite(occupancy) else 1.0,
        element=line[76:78],
        charge=_charge(line[78:80], number, name),
    )


def _charge(text: str, number: int, name: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    found = re.fullmatch(r"(\d)?([+-])(\d)?|(\d)", text, re.ASCII)
    if found is None or (found[1] and found[3]):
        raise MoleculeError(
            _unreadable(name, f"line {number} has {text!r} in columns 79 to 80, where a charge stands (1-, 2+)")
        )
    return int(found[1] or found[3] or found[4] or 1) * (-1 if found[2] == "-" else 1)


def _first_model(lines: list[str]) -> tuple[list[tuple[int, str]], bool]:
    """Numbered lines of the first MODEL (or up to the first END), and whether more structures follow."""
    kept: list[tuple[int, str]] = []
    for k, line in enumerate(lines):
        ends = line.startswith("ENDMDL") or line.rstrip() == "END" or (line.startswith("MODEL ") and _has_atoms(kept))
        if ends and _has_atoms(kept):
            return kept, any(re.match(r"(ATOM  |HETATM)", rest) for rest in lines[k:])
        kept.append((k, line))
    return kept, False


def _has_atoms(lines: Sequence[tuple[int, str]]) -> bool:
    return any(line.startswith(("ATOM  ", "HETATM")) for _, line in lines[-20:])


def _cell(lines: Sequence[str]) -> Any:
    """Lattice (3, 3) in Å of a CRYST1 record, or None; 1 × 1 × 1 Å is the format's placeholder for no crystal."""
    for line in lines:
        if line.startswith("CRYST1"):
            try:
                lengths = [float(line[k : k + 9]) for k in (6, 15, 24)]
            except ValueError:
                return None
            return np.diag(lengths) if max(lengths) > 1.0 else None
    return None


def _master_note(lines: Sequence[str]) -> tuple[Remark, ...]:
    cut = [line for line in lines if line.startswith(("LINK  ", "SSBOND"))]
    if not cut:
        return ()
    return (NOT_READ.say(f"{cut[0][:6].strip()} records are not read: bonds are CONECT's and those of the geometry."),)


def _own_remarks(lines: Sequence[str]) -> str:
    """REMARK records without one of the format's numbers, which are people's own words."""
    own = [
        line[6:].strip() for line in lines if line.startswith("REMARK") and not re.match(r"REMARK\s+\d{1,3}\b", line)
    ]
    return " ; ".join(own)[:2000]


# alternate locations


def _one_conformer(records: Sequence[AtomLine]) -> tuple[list[AtomLine], tuple[Remark, ...]]:
    """Every atom once: where one has several locations, that of the location which is occupied most in the whole file.

    An atom that has only another location keeps it: a conformer is never left with an atom missing.
    """
    labels = sorted({record.location for record in records if record.location})
    places: dict[tuple[str, str, str], list[AtomLine]] = {}
    kinds = _kinds(records)
    for record in records:
        if (record.residue, record.kind) in kinds:
            places.setdefault((record.residue, record.kind, record.name.strip()), []).append(record)
    if not labels:
        # Two atoms of one name and no location are two atoms (hydrogens all called H).
        return list(records), ()
    rivals = [place for place in places.values() if len({record.location for record in place}) > 1]
    chosen = _fullest(rivals) if rivals else labels[0]
    atoms: list[AtomLine] = []
    only: list[AtomLine] = []
    for place in places.values():
        several_here = len({record.location for record in place}) > 1
        taken = [record for record in place if record.location == chosen] if several_here else place
        if not taken:
            best = max(place, key=lambda record: record.occupancy).location
            taken = [record for record in place if record.location == best]
        atoms += taken
        only += [record for record in taken if record.location not in ("", chosen)]
    order = {id(record): k for k, record in enumerate(records)}
    atoms.sort(key=lambda record: order[id(record)])
    return atoms, (_conformer_remark(labels, chosen, rivals, only, len(records) - len(atoms)),)


def _kinds(records: Sequence[AtomLine]) -> set[tuple[str, str]]:
    """Residues with their names: of two that share a place (point mutations), the one that is occupied most.

    Where none of their atoms has a location, two names at one place are no alternatives, and both stay.
    """
    weight: dict[str, dict[str, float]] = {}
    for record in records:
        names = weight.setdefault(record.residue, {})
        names[record.kind] = names.get(record.kind, 0.0) + record.occupancy
    located = {record.residue for record in records if record.location}
    kept = set()
    for residue, names in weight.items():
        most = max(names, key=lambda kind: names[kind])
        kept |= {(residue, kind) for kind in (names if residue not in located else (most,))}
    return kept


def _fullest(rivals: Sequence[Sequence[AtomLine]]) -> str:
    """Location with the greatest mean occupancy where there is a choice; the first in the alphabet of equal ones."""
    found: dict[str, list[float]] = {}
    for place in rivals:
        for record in place:
            found.setdefault(record.location, []).append(record.occupancy)
    return min(found, key=lambda label: (-round(float(np.sum(found[label])) / len(rivals), 4), label))


def _conformer_remark(
    labels: Sequence[str], chosen: str, rivals: Sequence[Sequence[AtomLine]], only: Sequence[AtomLine], left: int
) -> Remark:
    name = f"location {chosen}" if chosen else "the location without a letter"
    if not rivals:
        where = "location" if len(labels) == 1 else "locations"
        return ALTERNATE_LOCATIONS.say(
            f"Atoms are marked as alternate {where} {', '.join(labels)}, and no atom has more than one: all are taken."
        )
    occupied = [record.occupancy for place in rivals for record in place if record.location == chosen]
    share = decimal(float(np.mean(occupied)), 2)
    text = f"The file has alternate locations ({', '.join(labels)}): {name} is taken (occupancy {share}), "
    text += f"{left} atom record{'' if left == 1 else 's'} of others left out."
    if only:
        names = ", ".join(f"{record.name.strip()} ({record.location})" for record in only[:6])
        text += f" Atoms that have only another location keep it: {names}."
    return ALTERNATE_LOCATIONS.say(text)


# CONECT


def _connected(
    lines: Sequence[str], atoms: Sequence[AtomLine], serials: set[str]
) -> tuple[dict[Pair, int], tuple[Remark, ...]]:
    """Bonds of CONECT records and how often each is named in one direction; a remark on atoms that are not there."""
    index = {atom.serial: k for k, atom in enumerate(atoms)}
    named: Counter[Pair] = Counter()
    lost = set()
    for line in lines:
        if not line.startswith("CONECT"):
            continue
        words = [line[k : k + 5].strip() for k in range(6, 31, 5)]
        lost |= {word for word in words if word and word not in serials}
        known = [index[word] for word in words if word in index]
        if words[0] in index:
            named.update((known[0], other) for other in known[1:] if other != known[0])
    bonds: dict[Pair, int] = {}
    for (i, j), times in named.items():
        pair = (min(i, j), max(i, j))
        bonds[pair] = max(bonds.get(pair, 0), times)
    if not lost:
        return bonds, ()
    shown = ", ".join(sorted(lost)[:6])
    return bonds, (NOT_READ.say(f"CONECT records name atoms that the file does not have ({shown})."),)


def _orders(bonds: dict[Pair, int]) -> dict[Pair, float | None]:
    """Orders where some bond is named twice or three times (as many programs write double bonds), else none."""
    if max(bonds.values()) == 1:
        return dict.fromkeys(bonds, None)
    return {pair: float(times) if times <= 3 else None for pair, times in bonds.items()}


def _unreadable(name: str, why: str) -> str:
    return f"{name} is not a pdb file that can be read: {why}. Save it again from your editor."


__all__ = ["read_pdb"]
