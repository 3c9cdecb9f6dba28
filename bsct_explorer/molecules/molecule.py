"""The molecule and its bonds: plain data, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.data import Floats, Ints, frozen_array
from bsct_explorer.words.atoms import atoms_label, element_symbols

if TYPE_CHECKING:
    from ase import Atoms


@dataclass(frozen=True)
class Bond:
    """A perceived bond between two atoms.

    Attributes
    ----------
    i, j
        0-based atom indices, i < j.
    symbols
        Chemical symbols of the two atoms, in the order of `i`, `j`.
    order
        1, 1.5 (aromatic), 2, 3; None where only connectivity is known.
    reason
        Why the bond cannot be pulled apart rigidly (it is in a ring), or None where it can.
    """

    i: int
    j: int
    symbols: tuple[str, str]
    order: float | None = None
    reason: str | None = None

    @property
    def atoms(self) -> tuple[int, int]:
        return (self.i, self.j)

    @property
    def label(self) -> str:
        """Atom labels, as on the page: ``C0–C1``."""
        return atoms_label(dict(zip(self.atoms, self.symbols, strict=True)), self.atoms)

    @property
    def type(self) -> str:
        """Element pair in alphabetical order, as BSCT-SPICE names its folders: ``C-O``."""
        return "-".join(sorted(self.symbols))

    @property
    def scannable(self) -> bool:
        return self.reason is None


@dataclass(frozen=True)
class Molecule:
    """Atoms in vacuum, with what a potential needs to know of them.

    Attributes
    ----------
    name
        What the person calls it: a library name, the SMILES string, the file's stem, or ``C-C/7648``.
    numbers
        Atomic numbers, shape (n_atoms,).
    positions
        Cartesian positions in Å, shape (n_atoms, 3).
    bonds
        Perceived bonds, sorted by (i, j).
    charge
        Total charge in units of e.
    multiplicity
        2S + 1.
    smiles
        Canonical or given SMILES, or None where it is not known.
    source
        ``library``, ``smiles``, ``file`` or ``bsct-spice``.
    folder
        The BSCT-SPICE system's folder, or None for any other source.
    notes
        What a person should know about how the molecule was made, as sentences.
    """

    name: str
    numbers: Ints
    positions: Floats
    bonds: tuple[Bond, ...]
    charge: int = 0
    multiplicity: int = 1
    smiles: str | None = None
    source: str = "file"
    folder: Path | None = None
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", frozen_array(self.numbers, np.int64))
        object.__setattr__(self, "positions", frozen_array(self.positions))

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(element_symbols(self.numbers))

    @property
    def formula(self) -> str:
        """Chemical formula in Hill order."""
        from ase.formula import Formula

        return str(Formula.from_list(list(self.symbols)).format("hill"))

    @property
    def atoms(self) -> Atoms:
        """A new `ase.Atoms` with charge and spin in `info`, no cell and no periodicity."""
        from ase import Atoms

        atoms = Atoms(numbers=self.numbers, positions=self.positions)
        atoms.info.update(charge=self.charge, spin=self.multiplicity)
        return atoms

    def bond(self, i: int, j: int) -> Bond | None:
        """The bond between atoms i and j, in either order, or None where there is none."""
        pair = (min(i, j), max(i, j))
        return next((bond for bond in self.bonds if bond.atoms == pair), None)
