"""The labelled structures in one file: making them, reading them, and the hash that names them.

Arrays of all structures are joined: structure s has the atoms ``starts[s]`` to ``starts[s + 1]``.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules.molecule import Floats, Ints
from bsct_explorer.training.molecules import HELD_OUT, TRAINING, VALIDATION, check_split
from bsct_explorer.training.sampling import Structure, conformer, sample

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
        raise ReferenceDataError(
            f"{path} cannot be read as training data: {error}. Make it with "
            f"`python scripts/make_testbed_data.py {path}`."
        ) from error
    return DataSet(smiles=tuple(str(s) for s in arrays.pop("smiles")), **arrays)


def join(parts: Sequence[tuple[str, str, Ints, Sequence[Structure]]]) -> DataSet:
    """One data set from (SMILES, part, numbers, structures) of each molecule."""
    every = [(m, numbers, s) for m, (_, _, numbers, found) in enumerate(parts) for s in found]
    sizes = [len(numbers) for _, numbers, _ in every]
    return DataSet(
        smiles=tuple(smiles for smiles, *_ in parts),
        parts=np.array([PARTS.index(part) for _, part, _, _ in parts]),
        molecule=np.array([m for m, _, _ in every]),
        kinds=np.array([KINDS.index(s.kind) for _, _, s in every]),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        numbers=np.concatenate([numbers for _, numbers, _ in every]),
        positions=np.concatenate([s.positions - s.positions.mean(0) for _, _, s in every]),
        forces=np.concatenate([s.forces for _, _, s in every]),
        energies=np.array([s.energy for _, _, s in every]),
    )


def structures_of(smiles: str, count: int, seed: int, conformers: int = 2) -> tuple[Ints, list[Structure]]:
    """Numbers and labelled structures of one molecule; the same for the same seed, whatever else is made beside it."""
    from bsct_explorer.molecules.relaxation import relax
    from bsct_explorer.molecules.smiles import molecule_from_smiles
    from bsct_explorer.potentials.gfn2 import one_openmp_thread, single_point

    one_openmp_thread()
    rng = np.random.default_rng([seed, zlib.crc32(smiles.encode())])
    first = molecule_from_smiles(smiles)

    def relaxed(positions: Floats) -> Floats:
        return relax(first.numbers, positions, fmax=0.05, steps=60).positions

    found = [first]
    for _ in range(3 * (conformers - 1)):  # a random turn may end in a clash that breaks bonds
        other = conformer(first, relaxed, rng) if len(found) < conformers else None
        found += [other] if other is not None else []
    return first.numbers, sample(found, count, lambda z, x: single_point(z, x, 0, 1), rng)


def make_dataset(
    count: int = 110,
    seed: int = 0,
    *,
    split: Sequence[Sequence[str]] = (TRAINING, VALIDATION, tuple(HELD_OUT.values())),
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> DataSet:
    """Structures of all molecules, labelled with GFN2-xTB.

    Parameters
    ----------
    count
        Structures of each molecule, before those that fail are left out.
    split
        SMILES to train on, to validate on and held out.
    workers
        Processes.
    progress
        Called with (molecules done, molecules in all).

    Raises
    ------
    ValueError
        A molecule is in two parts.
    """
    check_split(*split)
    jobs = [(smiles, part) for part, group in zip(PARTS, split, strict=True) for smiles in group]
    every = [smiles for smiles, _ in jobs]
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            results = _collected(
                pool.map(structures_of, every, [count] * len(every), [seed] * len(every)), len(every), progress
            )
    else:
        results = _collected((structures_of(smiles, count, seed) for smiles in every), len(every), progress)
    return join([(smiles, part, *result) for (smiles, part), result in zip(jobs, results, strict=True)])


def _collected(results, total: int, progress: Callable[[int, int], None] | None):  # type: ignore[no-untyped-def]
    found = []
    for result in results:
        found.append(result)
        if progress is not None:
            progress(len(found), total)
    return found
