"""Putting a `Molecule` together: every source ends here, so that every refusal is in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.molecules import checks
from bsct_explorer.molecules.bond_graph import Pair, make_bonds, pieces
from bsct_explorer.molecules.distance_units import check_listed_bonds
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.perception import perceive_bonds
from bsct_explorer.remarks import Remark


@dataclass(frozen=True)
class Origin:
    """Where a molecule comes from.

    Attributes
    ----------
    name
        Its name; what messages begin with.
    source
        The kind of source, as in `Molecule.source`.
    smiles
        Its SMILES, where one is known.
    folder
        Of a BSCT-SPICE system.
    notes
        What a person should know of how it was read or made.
    """

    name: str
    source: str = "file"
    smiles: str | None = None
    folder: Path | None = None
    notes: tuple[Remark, ...] = ()

    def noting(self, *notes: Remark) -> Origin:
        """The same origin with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def build_molecule(
    origin: Origin,
    symbols: Sequence[str],
    positions: ArrayLike,
    *,
    charge: int = 0,
    multiplicity: int | None = None,
    orders: Mapping[Pair, float | None] | None = None,
    extra: Sequence[Pair] = (),
) -> Molecule:
    """A checked molecule, its bonds perceived where they are not known.

    Parameters
    ----------
    origin
        Name, source and notes.
    symbols
        Chemical symbols, length n_atoms.
    positions
        Å, shape (n_atoms, 3).
    multiplicity
        2S + 1; None for 1 with an even number of electrons and 2 with an odd one.
    orders
        Known bonds and their orders; None to perceive them from the geometry. Where no order is known, orders are
        perceived if the geometry has the same bonds.
    extra
        Bonds that are known beside those to be perceived.

    Raises
    ------
    MoleculeError
        A single atom, too many atoms, an unknown element, overlapping or not finite positions, several pieces, or a
        multiplicity that the electrons do not allow.
    """
    name, positions = origin.name, np.asarray(positions, dtype=np.float64)
    checks.check_size(name, len(symbols))
    numbers = atomic_numbers_of(name, symbols)
    checks.check_geometry(name, symbols, positions)
    checks.check_crowding(name, symbols, positions)
    spin = checks.spin_state(name, numbers, charge, multiplicity)
    if orders is None:
        orders, said = perceive_bonds(symbols, positions, charge)
        orders = {**dict.fromkeys((pair for pair in extra if pair not in orders), None), **orders}
    else:
        said = check_listed_bonds(name, symbols, positions, orders)
        if orders and set(orders.values()) == {None}:
            orders, more = perceive_bonds(symbols, positions, charge, known=orders)
            said += more
    origin = origin.noting(*said)
    checks.check_one_piece(name, symbols, pieces(len(symbols), orders), positions)
    return Molecule(
        name=name,
        numbers=numbers,
        positions=positions,
        bonds=make_bonds(symbols, orders),
        charge=charge,
        multiplicity=spin,
        smiles=origin.smiles,
        source=origin.source,
        folder=origin.folder,
        notes=(*origin.notes, *checks.electrons_note(numbers, charge, spin, multiplicity is not None)),
    )


def atomic_numbers_of(name: str, symbols: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Atomic numbers of chemical symbols, or a `MoleculeError` that names the first that is no element."""
    from ase.data import atomic_numbers

    from bsct_explorer.errors import MoleculeError

    numbers = np.array([atomic_numbers.get(symbol, 0) for symbol in symbols], dtype=np.int64)
    unknown = np.flatnonzero(numbers < 1)
    if len(unknown):
        index = int(unknown[0])
        raise MoleculeError(
            f"{name}: atom {index} is {symbols[index]!r}, which is no chemical element. "
            "Write element symbols (H, C, Cl, …); dummy and placeholder atoms cannot be computed."
        )
    return numbers
