"""Batches of structures as padded tensors, in an order that the seed and the step alone decide.

A run that is resumed at step s sees what it would have seen, with no state of a generator to keep.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bsct_explorer.data import Floats, Ints
from bsct_explorer.testbed.learning.data_set import DataSet

_CHUNK = 8
"""Batches that are sorted by size among themselves: similar molecules pad each other little."""


class PaddedBatch(NamedTuple):
    """Structures of a batch: numbers (b, n), 0 for padding; positions and forces (b, n, 3); energies (b,), reduced."""

    numbers: Tensor
    positions: Tensor
    energies: Tensor
    forces: Tensor


class Labelled:
    """Structures of a part of a data set as padded tensors.

    Parameters
    ----------
    data
        The data set.
    indices
        Which structures.
    shifts
        Energy of each atomic number in eV, taken off the labels before they go to single precision.
    """

    def __init__(
        self, data: DataSet, indices: Ints, shifts: dict[int, float], dtype: torch.dtype = torch.float32
    ) -> None:
        self.sizes = (data.starts[1:] - data.starts[:-1])[indices]
        most = int(self.sizes.max()) if len(indices) else 0
        numbers = np.zeros((len(indices), most), dtype=np.int64)
        positions, forces = np.zeros((2, len(indices), most, 3))
        energies = np.zeros(len(indices))
        for row, s in enumerate(indices):
            z, x, energy, f = data.structure(int(s))
            numbers[row, : len(z)], positions[row, : len(z)], forces[row, : len(z)] = z, x, f
            energies[row] = energy - sum(shifts[int(a)] for a in z)
        self.numbers = torch.from_numpy(numbers)
        self.positions, self.forces = torch.from_numpy(positions).to(dtype), torch.from_numpy(forces).to(dtype)
        self.energies = torch.from_numpy(energies).to(dtype)

    def __len__(self) -> int:
        return len(self.energies)

    def take(self, rows: Ints, device: str = "cpu") -> PaddedBatch:
        """These structures, padded to the largest of them."""
        n = int(self.sizes[rows].max())
        at = torch.from_numpy(np.asarray(rows))
        parts = (self.numbers[at, :n], self.positions[at, :n], self.energies[at], self.forces[at, :n])
        return PaddedBatch(*(part.to(device) for part in parts))


def fit_shifts(data: DataSet, indices: Ints, elements: tuple[int, ...]) -> dict[int, float]:
    """Least-squares energy of each element in eV over the relaxed structures among these."""
    relaxed = [int(s) for s in indices if data.kinds[s] == 0] or [int(s) for s in indices]
    counts = np.array([[(data.structure(s)[0] == z).sum() for z in elements] for s in relaxed], dtype=float)
    energies = data.energies[relaxed]
    fitted = np.linalg.lstsq(counts, energies, rcond=None)[0]
    return {z: float(e) for z, e in zip(elements, fitted, strict=True)}


def rows_of_step(sizes: Ints, batch: int, seed: int, step: int) -> Ints:
    """Rows of the batch of a step: every structure once an epoch, chunks of the shuffled order sorted by size."""
    per_epoch = max(1, len(sizes) // batch)
    epoch, place = divmod(step, per_epoch)
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(sizes))
    width = _CHUNK * batch
    order = np.concatenate(
        [c[np.argsort(sizes[c], kind="stable")] for c in np.split(order, range(width, len(order), width))]
    )
    batches = rng.permutation(per_epoch)
    start = int(batches[place]) * batch
    return order[start : start + batch]


def rotated(batch: PaddedBatch, rotations: Floats) -> PaddedBatch:
    """A batch with each structure, and its forces, turned."""
    turn = torch.from_numpy(rotations).to(batch.positions)
    positions = torch.einsum("bij,bnj->bni", turn, batch.positions)
    return batch._replace(positions=positions, forces=torch.einsum("bij,bnj->bni", turn, batch.forces))
