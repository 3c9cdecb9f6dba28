"""Smooth live curves and what is planted on them: continuous functions, so that a refinement can ask anywhere.

Used by the tests of refinement and by `benchmarks/planted_truth.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.optimize import brentq

from bsct_explorer.artifacts import Answer

Pair = tuple[np.ndarray, np.ndarray]
Curve = Callable[[np.ndarray], Pair]
"""Values of the coordinate in Å → energies in eV and generalized forces in eV/Å."""


class Base(NamedTuple):
    """A smooth curve: its range, its minimum, and the curve itself."""

    name: str
    lo: float
    hi: float
    r0: float
    curve: Curve

    def grid(self, points: int) -> np.ndarray:
        return np.linspace(self.lo, self.hi, points)

    def between(self, points: int, fraction_of_r0: float, inside: float) -> float:
        """A place `inside` (0 to 1) the interval of the grid that holds fraction × r0."""
        q = self.grid(points)
        k = int(np.clip(np.searchsorted(q, fraction_of_r0 * self.r0), 1, points - 1))
        return float(q[k - 1] + inside * (q[k] - q[k - 1]))


def _morse(depth: float, a: float, r0: float) -> Curve:
    def curve(q: np.ndarray) -> Pair:
        x = np.exp(-a * (q - r0))
        return depth * ((1 - x) ** 2 - 1), -2 * depth * a * x * (1 - x)

    return curve


def _lennard_jones(depth: float, r0: float) -> Curve:
    def curve(q: np.ndarray) -> Pair:
        s = (r0 / q) ** 6
        return depth * (s * s - 2 * s), 12 * depth * (s * s - s) / q

    return curve


def _buckingham(a: float, b: float, charge: float) -> Curve:
    """A exp(−b q) − c/q, bound by the Coulomb term: no dispersion term, which would turn over inside."""

    def curve(q: np.ndarray) -> Pair:
        wall = a * np.exp(-b * q)
        return wall - charge / q, b * wall - charge / q**2

    return curve


def _rydberg(depth: float, a: float, r0: float) -> Curve:
    """Rydberg's −D (1 + a x) exp(−a x), x = q − r0."""

    def curve(q: np.ndarray) -> Pair:
        x, decay = q - r0, np.exp(-a * (q - r0))
        return -depth * (1 + a * x) * decay, -depth * a * a * x * decay

    return curve


def _wiggled(base: Curve, r0: float) -> Curve:
    """A wall as bumpy as that of an early network: Gaussian bumps of the energy, about 100 mÅ wide, inside."""
    bumps = [(0.62, 0.10, 0.05), (0.71, -0.08, 0.04), (0.80, 0.06, 0.045), (0.55, -0.12, 0.05)]

    def curve(q: np.ndarray) -> Pair:
        energy, force = base(q)
        for fraction, height, width in bumps:
            x = (q - fraction * r0) / width
            shape = height * np.exp(-0.5 * x * x)
            energy, force = energy + shape, force + shape * x / width
        return energy, force

    return curve


def _splines() -> list[Base]:
    """Quintic splines of generalized forces that GFN2-xTB gave; the energy is the spline's own integral."""
    path = Path(__file__).with_name("gfn2_forces.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    ranges = [part.rsplit(" ", 1)[1].split("-") for part in lines[1].split(": ", 1)[1].split(", ")]
    names = lines[2].split(",")[1:]
    table = np.loadtxt(lines[3:], delimiter=",")
    found = []
    for column, (name, (lo, hi)) in enumerate(zip(names, ranges, strict=True), start=1):
        q = float(lo) + table[:, 0] * (float(hi) - float(lo))
        force = make_interp_spline(q, table[:, column], k=5)
        work = force.antiderivative()
        r0 = brentq(force, q[10], q[30])

        def curve(x: np.ndarray, force: object = force, work: object = work) -> Pair:
            return -work(x), force(x)  # type: ignore[operator]

        found.append(Base(f"GFN2-xTB {name.replace('_', ' ')}", float(q[0]), float(q[-1]), float(r0), curve))
    return found


@cache
def bases() -> tuple[Base, ...]:
    """Nine smooth curves."""
    morse = _morse(4.0, 2.0, 1.5)
    splines = _splines()
    buckingham = _buckingham(1500.0, 4.0, 14.4)
    bottom = brentq(lambda q: buckingham(np.array([q]))[1][0], 1.2, 2.5)
    return (
        Base("Morse, C–C like", 0.75, 3.0, 1.5, morse),
        Base("Morse, O–H like", 0.5, 1.95, 0.97, _morse(4.8, 2.3, 0.97)),
        Base("Lennard-Jones 12-6", 1.2, 3.0, 1.5, _lennard_jones(0.5, 1.5)),
        Base("Buckingham", 0.6 * bottom, 2.0 * bottom, float(bottom), buckingham),
        Base("Rydberg", 0.75, 3.0, 1.5, _rydberg(4.0, 3.5, 1.5)),
        *splines,
        Base("Morse with a bumpy wall", 0.75, 3.0, 1.5, _wiggled(morse, 1.5)),
    )


def step(place: float, size: float) -> Curve:
    """Energy up by `size` beyond `place`; the force knows nothing of it."""
    return lambda q: (size * (q > place), np.zeros_like(q))


def kink(place: float, size: float) -> Curve:
    """Force up by `size` beyond `place`, the energy its integral."""
    return lambda q: (-size * (q - place) * (q > place), size * (q > place))


def steep(place: float, size: float, width: float) -> Curve:
    """The force changes by `size` as tanh((q − place)/width), the energy its integral: steep, and smooth."""

    def curve(q: np.ndarray) -> Pair:
        x = np.abs(q - place) / width
        log_cosh = x + np.log1p(np.exp(-2 * x)) - np.log(2)
        return -0.5 * size * width * log_cosh, 0.5 * size * np.tanh((q - place) / width)

    return curve


def steep_step(place: float, size: float, width: float) -> Curve:
    """The energy changes by `size` as tanh((q − place)/width), and the force is its slope: no artifact but a shape."""

    def curve(q: np.ndarray) -> Pair:
        t = np.tanh((q - place) / width)
        return 0.5 * size * t, -0.5 * size * (1 - t * t) / width

    return curve


def well(place: float, depth: float, width: float) -> Curve:
    """A Gaussian hole with its force."""

    def curve(q: np.ndarray) -> Pair:
        x = (q - place) / width
        shape = depth * np.exp(-0.5 * x * x)
        return -shape, -shape * x / width

    return curve


def extra_force(size: float) -> Curve:
    """A constant force that the energy knows nothing of."""
    return lambda q: (np.zeros_like(q), np.full_like(q, size))


def uniform_hash(q: np.ndarray, salt: int) -> np.ndarray:
    """Numbers in (0, 1) that depend on q's bits alone (splitmix64): noise that is the same each time it is asked."""
    x = q.astype(np.float64).view(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x.astype(np.float64) + 0.5) / 2.0**64


def normal_hash(q: np.ndarray, salt: int) -> np.ndarray:
    a, b = uniform_hash(q, 2 * salt), uniform_hash(q, 2 * salt + 1)
    return np.sqrt(-2 * np.log(a)) * np.cos(2 * np.pi * b)


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

    base: Base
    planted: tuple[Curve, ...] = ()
    sigma_energy: float = 0.0
    sigma_force: float = 0.0
    offset: float | None = None
    fails: tuple[float, float] | None = None
    batches: list[int] | None = None

    def __call__(self, values: np.ndarray) -> Answer:
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


def well_of_prominence(base: Base, place: float, width: float, prominence: float) -> Curve:
    """A Gaussian hole, `width` its full width at half depth, so deep that a minimum of this prominence is left (eV).

    On a slope a hole must first make up for the slope.
    """
    sigma = width / (2 * np.sqrt(2 * np.log(2)))
    q = np.linspace(max(base.lo, place - 6 * sigma), min(base.hi, place + 6 * sigma), 4001)
    energy = base.curve(q)[0]

    def left(depth: float) -> float:
        y = energy + well(place, depth, sigma)(q)[0]
        from bsct_explorer.metrics.extrema import wells

        near = [w.prominence for w in wells(y) if abs(q[w.frame] - place) < 2 * sigma]
        return max(near, default=0.0) - prominence

    deepest = next(depth for depth in (0.3, 1.0, 3.0, 10.0, 30.0, 100.0) if left(depth) > 0)
    return well(place, brentq(left, 0.0, deepest, xtol=1e-9), sigma)
