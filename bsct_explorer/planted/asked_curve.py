"""A smooth curve with what is planted on it, asked as a live potential is: anywhere, with noise and rounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsct_explorer.artifacts import Answer
from bsct_explorer.data import Floats
from bsct_explorer.planted.smooth_curves import CurveFunction, SmoothCurve


@dataclass
class LiveCurve:
    """A base with what is planted on it, as a live potential would answer; counts what it is asked.

    Attributes
    ----------
    base, planted
        Their sum is the truth.
    sigma_energy, sigma_force
        eV and eV/Å of noise.
    offset
        eV. Totals are rounded to float32 at this offset and it is taken off again; forces are rounded too.
    fails
        A stretch (lo, hi) without an answer.
    """

    base: SmoothCurve
    planted: tuple[CurveFunction, ...] = ()
    sigma_energy: float = 0.0
    sigma_force: float = 0.0
    offset: float | None = None
    fails: tuple[float, float] | None = None
    batches: list[int] | None = None

    def __call__(self, values: Floats) -> Answer:
        assert (np.diff(values) > 0).all()
        assert self.base.lo <= values[0]
        assert values[-1] <= self.base.hi
        if self.batches is not None:
            self.batches.append(len(values))
        q = np.asarray(values, dtype=np.float64)
        energy, force = self.base.curve(q)
        for plant in self.planted:
            more_energy, more_force = plant(q)
            energy, force = energy + more_energy, force + more_force
        if self.sigma_energy or self.sigma_force:
            energy = energy + self.sigma_energy * normal_hash(q, 1)
            force = force + self.sigma_force * normal_hash(q, 2)
        if self.offset is not None:
            energy = (energy + self.offset).astype(np.float32).astype(float) - self.offset
            force = force.astype(np.float32).astype(float)
        energy = np.array(energy, dtype=float)
        if self.fails is not None:
            energy[(q > self.fails[0]) & (q < self.fails[1])] = np.nan
        return Answer(energy, np.array(force, dtype=float))


def uniform_hash(q: Floats, salt: int) -> Floats:
    """Numbers in (0, 1) that depend on q's bits alone (splitmix64): noise that is the same each time it is asked."""
    x = q.astype(np.float64).view(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x.astype(np.float64) + 0.5) / 2.0**64


def normal_hash(q: Floats, salt: int) -> Floats:
    """As `uniform_hash`, normally distributed with standard deviation 1 (Box and Muller)."""
    a, b = uniform_hash(q, 2 * salt), uniform_hash(q, 2 * salt + 1)
    normal: Floats = np.sqrt(-2 * np.log(a)) * np.cos(2 * np.pi * b)
    return normal
