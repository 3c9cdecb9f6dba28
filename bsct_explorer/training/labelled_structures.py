"""Making the labelled structures: every molecule sampled, labelled with GFN2-xTB, and joined in one data set."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.testbed.learning.data_set import KINDS, PARTS, DataSet
from bsct_explorer.training.molecule_split import HELD_OUT, TRAINING, VALIDATION, check_split
from bsct_explorer.training.sampling import Structure, conformer, sample


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
    from bsct_explorer.potentials.families.gfn2 import one_openmp_thread, single_point

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
