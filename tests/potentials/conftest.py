"""Molecules to compute, and a potential whose answers and failures a test decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from bsct_explorer.data import PotentialInfo
from bsct_explorer.potentials import Batch, Potential, forget_loaded, is_installed, load_potential, why_not_installed

ETHANOL = (
    np.array([6, 6, 8, 1, 1, 1, 1, 1, 1]),
    np.array(
        [
            [1.1879, -0.3829, 0.0],
            [0.0, 0.5526, 0.0],
            [-1.1867, -0.2472, 0.0],
            [-1.9237, 0.385, 0.0],
            [2.0985, 0.2306, 0.0],
            [1.1184, -1.0093, 0.8869],
            [1.1184, -1.0093, -0.8869],
            [-0.0227, 1.1812, 0.8852],
            [-0.0227, 1.1812, -0.8852],
        ]
    ),
)


class Fake(Potential):
    """E = Σ |x|² / 2, F = -x; `trouble` sees each batch's positions and may raise or spoil the answer."""

    def __init__(
        self, trouble: Callable[[np.ndarray, Batch], Batch] = lambda frames, batch: batch, **info: object
    ) -> None:
        self.info = PotentialInfo(name="fake", display_name="Fake", level_of_theory="none", **info)
        self.trouble = trouble
        self.batches: list[int] = []

    def _compute(self, numbers, positions, charge, multiplicity):  # type: ignore[no-untyped-def]
        self.batches.append(len(positions))
        return self.trouble(positions, Batch((positions**2).sum((1, 2)) / 2, -positions))


@pytest.fixture
def fake() -> type[Fake]:
    return Fake


@pytest.fixture
def frames() -> np.ndarray:
    """Ten frames of water-like positions; frame k's first coordinate is k."""
    positions = np.random.default_rng(0).normal(size=(10, 3, 3))
    positions[:, 0, 0] = np.arange(10)
    return positions


@pytest.fixture(scope="session")
def ethanol_stretch() -> tuple[np.ndarray, np.ndarray]:
    """Ethanol with its C-O bond pulled from 1.2 to 3.6 Å, 7 frames, none symmetric."""
    numbers, positions = ETHANOL
    positions = positions + np.random.default_rng(3).normal(scale=0.02, size=positions.shape)
    bond = positions[2] - positions[1]
    length = np.linalg.norm(bond)
    moved = np.isin(np.arange(9), [2, 3])[:, None]
    return numbers, np.stack([positions + moved * bond * (r / length - 1) for r in np.linspace(1.2, 3.6, 7)])


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Small molecules: more threads only wait for each other, the more so where the cores are shared."""
    import torch

    from bsct_explorer.potentials.families.gfn2 import one_openmp_thread

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    if is_installed("gfn2-xtb"):
        one_openmp_thread()
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def loaded() -> Callable[[str], Potential]:
    """A loaded potential by name, on the CPU with one thread; skips where its package is not installed."""

    def load(name: str, dtype: str | None = None) -> Potential:
        missing = why_not_installed(name)
        if missing:
            pytest.skip(missing)
        potential = load_potential(name, device="cpu", dtype=dtype)
        potential.threads = 1
        return potential

    return load


@pytest.fixture
def fresh_registry() -> Iterator[None]:
    """No potential is cached before and after."""
    forget_loaded()
    yield
    forget_loaded()
