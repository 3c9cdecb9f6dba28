"""A small data set whose energies are known: pairs of Morse bonds instead of a quantum-chemical method."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from bsct_explorer.testbed.learning.data_set import DataSet
from bsct_explorer.training.labelled_structures import join
from bsct_explorer.training.sampling import Structure


def toy_label(numbers: np.ndarray, positions: np.ndarray) -> tuple[float, np.ndarray]:
    """Σ_pairs 2 (1 - e^{-1.5 (d - r₀)})² - 2, r₀ = 1.0 with a hydrogen and 1.4 without; eV and eV/Å."""
    energy, forces = -10.0 * float(numbers.sum()), np.zeros_like(positions)
    for i in range(len(numbers)):
        for j in range(i):
            v = positions[i] - positions[j]
            d = float(np.linalg.norm(v))
            e = np.exp(-1.5 * (d - (1.0 if 1 in (numbers[i], numbers[j]) else 1.4)))
            energy += 2 * (1 - e) ** 2 - 2
            f = -2 * 2 * (1 - e) * 1.5 * e * v / d
            forces[i] += f
            forces[j] -= f
    return energy, forces


@pytest.fixture
def label():
    return toy_label


@pytest.fixture(scope="session")
def toy() -> DataSet:
    """240 structures of water-, methane- and carbon-monoxide-like clusters in training, 60 of one more to validate."""
    rng = np.random.default_rng(0)
    shapes = {
        "O": ([8, 1, 1], [[0, 0, 0], [1.0, 0, 0], [0, 1.0, 0]]),
        "CO": ([6, 8, 1, 1], [[0, 0, 0], [1.4, 0, 0], [-0.6, 0.8, 0], [-0.6, -0.8, 0]]),
        "[C-]#[O+]": ([6, 8], [[0, 0, 0], [1.3, 0, 0]]),
        "N": ([7, 1, 1, 1], [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    }
    parts = []
    for k, (smiles, (numbers, positions)) in enumerate(shapes.items()):
        z, x = np.array(numbers), np.array(positions, dtype=float)
        found = [Structure(x, *toy_label(z, x), "relaxed")]
        for _ in range(80 if k < 3 else 60):
            moved = x + rng.normal(size=x.shape) * 0.1
            found.append(Structure(moved, *toy_label(z, moved), "random"))
        parts.append((smiles, "training" if k < 3 else "validation", z, found))
    return join(parts)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
