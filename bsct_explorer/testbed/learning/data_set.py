"""The labelled structures in one file: what it holds, reading it, and the hash that names it.

Arrays of all structures are joined: structure s has the atoms ``starts[s]`` to ``starts[s + 1]``. Making one is
`bsct_explorer.training.labelled_structures`'s.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import ReferenceDataError

PARTS = ("training", "validation", "held-out")
KINDS = ("relaxed", "thermal", "random", "bond", "angle", "torsion", "md")


@dataclass(frozen=True)
class DataSet:
    """Labelled structures of many molecules.

    Attributes
    ----------
    smiles
        SMILES of each molecule.
    parts
        Index into `PARTS` of each molecule, shape (n_molecules,).
    molecule
        Index of each structure's molecule, shape (n_structures,).
    kinds
        Index into `KINDS` of each structure, shape (n_structures,).
    starts
        First atom of each structure, and the number of atoms at the end, shape (n_structures + 1,).
    numbers
        Atomic numbers, shape (n_all_atoms,).
    positions, forces
        Å and eV/Å, shape (n_all_atoms, 3).
    energies
        Total energies of GFN2-xTB in eV, shape (n_structures,).
    """

    smiles: tuple[str, ...]
    parts: Ints
    molecule: Ints
    kinds: Ints
    starts: Ints
    numbers: Ints
    positions: Floats
    forces: Floats
    energies: Floats

    def __len__(self) -> int:
        return len(self.energies)

    def of(self, part: str) -> Ints:
        """Indices of the structures of one of `PARTS`."""
        return np.flatnonzero(self.parts[self.molecule] == PARTS.index(part))

    def structure(self, s: int) -> tuple[Ints, Floats, float, Floats]:
        """Numbers, positions, energy and forces of structure s."""
        atoms = slice(int(self.starts[s]), int(self.starts[s + 1]))
        return self.numbers[atoms], self.positions[atoms], float(self.energies[s]), self.forces[atoms]

    @property
    def sha256(self) -> str:
        """Hash of the contents, not of the file, whose time stamps differ from one writing to the next."""
        digest = hashlib.sha256("\n".join(self.smiles).encode())
        for array in (self.parts, self.molecule, self.kinds, self.starts, self.numbers):
            digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
        for numbers in (self.positions, self.forces, self.energies):
            digest.update(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
        return digest.hexdigest()

    def save(self, path: str | Path) -> None:
        """Write a compressed npz."""
        arrays = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "smiles"}
        np.savez_compressed(path, smiles=np.array(self.smiles), **arrays)


def read_dataset(path: str | Path) -> DataSet:
    """Read what `DataSet.save` wrote.

    Raises
    ------
    ReferenceDataError
        No such file, or it is none of these.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in DataSet.__dataclass_fields__}
    except (OSError, KeyError, ValueError, EOFError, TypeError, BadZipFile) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no such file"
        raise ReferenceDataError(
            f"{path} cannot be read as training data: {why}. `python scripts/make_testbed_data.py FILE.npz` makes some."
        ) from error
    return DataSet(smiles=tuple(str(s) for s in arrays.pop("smiles")), **arrays)
