"""A molecule as JSON and back, between this process and one that reads strangers' files.

Pickle would let a process that a file has taken over run code in this one; JSON holds text and numbers alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bsct_explorer.molecules.bond_graph import make_bonds
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.remarks import REMARK_KINDS, Remark
from bsct_explorer.remarks.of_molecules import HOW_IT_WAS_MADE


def to_plain(molecule: Molecule) -> dict[str, Any]:
    """What JSON can hold of a molecule that was read: all but the folder of a BSCT-SPICE system."""
    return {
        "name": molecule.name,
        "numbers": molecule.numbers.tolist(),
        "positions": molecule.positions.tolist(),
        "bonds": [[bond.i, bond.j, bond.order] for bond in molecule.bonds],
        "charge": molecule.charge,
        "multiplicity": molecule.multiplicity,
        "smiles": molecule.smiles,
        "source": molecule.source,
        "notes": [[note.kind.name if isinstance(note, Remark) else "", str(note)] for note in molecule.notes],
    }


def from_plain(plain: dict[str, Any]) -> Molecule:
    """The molecule again, every value made what it has to be.

    Raises
    ------
    KeyError, TypeError, ValueError, IndexError
        It is none that `to_plain` wrote.
    """
    numbers = np.array(plain["numbers"], dtype=np.int64).reshape(-1)
    molecule = Molecule(
        name=str(plain["name"]),
        numbers=numbers,
        positions=np.array(plain["positions"], dtype=np.float64).reshape(len(numbers), 3),
        bonds=(),
        charge=int(plain["charge"]),
        multiplicity=int(plain["multiplicity"]),
        smiles=None if plain["smiles"] is None else str(plain["smiles"]),
        source=str(plain["source"]),
        notes=tuple(REMARK_KINDS.get(kind, HOW_IT_WAS_MADE).say(str(text)) for kind, text in plain["notes"]),
    )
    orders = {(int(i), int(j)): None if order is None else float(order) for i, j, order in plain["bonds"]}
    if any(not 0 <= k < len(numbers) for pair in orders for k in pair):
        raise ValueError("a bond joins atoms that there are none of")
    object.__setattr__(molecule, "bonds", make_bonds(molecule.symbols, orders))
    return molecule
