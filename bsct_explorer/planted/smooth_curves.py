"""Smooth curves to plant artifacts on: continuous functions, so that a refinement can ask anywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.optimize import brentq

from bsct_explorer.data import Floats

Pair = tuple[Floats, Floats]
CurveFunction = Callable[[Floats], Pair]
"""Values of the coordinate in Å → energies in eV and generalized forces in eV/Å."""


class SmoothCurve(NamedTuple):
    """A smooth curve: its range, its minimum, and the curve itself."""

    name: str
    lo: float
    hi: float
    r0: float
    curve: CurveFunction

    def grid(self, points: int) -> Floats:
        return np.linspace(self.lo, self.hi, points)

    def between(self, points: int, fraction_of_r0: float, inside: float) -> float:
        """A place `inside` (0 to 1) the interval of the grid that holds fraction × r0."""
        q = self.grid(points)
        k = int(np.clip(np.searchsorted(q, fraction_of_r0 * self.r0), 1, points - 1))
        return float(q[k - 1] + inside * (q[k] - q[k - 1]))


def morse_curve(depth: float, a: float, r0: float) -> CurveFunction:
    """D [(1 − e^{−a (q − r0)})² − 1]: `depth` D in eV, `a` in Å⁻¹, `r0` in Å."""

    def curve(q: Floats) -> Pair:
        x = np.exp(-a * (q - r0))
        return depth * ((1 - x) ** 2 - 1), -2 * depth * a * x * (1 - x)

    return curve


def _lennard_jones(depth: float, r0: float) -> CurveFunction:
    def curve(q: Floats) -> Pair:
        s = (r0 / q) ** 6
        return depth * (s * s - 2 * s), 12 * depth * (s * s - s) / q

    return curve


def _buckingham(a: float, b: float, charge: float) -> CurveFunction:
    """A exp(−b q) − c/q, bound by the Coulomb term: no dispersion term, which would turn over inside."""

    def curve(q: Floats) -> Pair:
        wall = a * np.exp(-b * q)
        return wall - charge / q, b * wall - charge / q**2

    return curve


def rydberg_curve(depth: float, a: float, r0: float) -> CurveFunction:
    """Rydberg's −D (1 + a x) exp(−a x), x = q − r0."""

    def curve(q: Floats) -> Pair:
        x, decay = q - r0, np.exp(-a * (q - r0))
        return -depth * (1 + a * x) * decay, -depth * a * a * x * decay

    return curve


def _wiggled(base: CurveFunction, r0: float) -> CurveFunction:
    """A wall as bumpy as that of an early network: Gaussian bumps of the energy, about 100 mÅ wide, inside."""
    bumps = [(0.62, 0.10, 0.05), (0.71, -0.08, 0.04), (0.80, 0.06, 0.045), (0.55, -0.12, 0.05)]

    def curve(q: Floats) -> Pair:
        energy, force = base(q)
        for fraction, height, width in bumps:
            x = (q - fraction * r0) / width
            shape = height * np.exp(-0.5 * x * x)
            energy, force = energy + shape, force + shape * x / width
        return energy, force

    return curve


def _splines() -> list[SmoothCurve]:
    """Quintic splines of generalized forces that GFN2-xTB gave; the energy is the spline's own integral."""
    table_file = resources.files("bsct_explorer.planted").joinpath("data", "gfn2_forces.csv")
    lines = table_file.read_text(encoding="utf-8").splitlines()
    ranges = [part.rsplit(" ", 1)[1].split("-") for part in lines[1].split(": ", 1)[1].split(", ")]
    names = lines[2].split(",")[1:]
    table = np.loadtxt(lines[3:], delimiter=",")
    found = []
    for column, (name, (lo, hi)) in enumerate(zip(names, ranges, strict=True), start=1):
        q = float(lo) + table[:, 0] * (float(hi) - float(lo))
        force = make_interp_spline(q, table[:, column], k=5)
        work = force.antiderivative()
        r0 = brentq(force, q[10], q[30])

        def curve(x: Floats, force: object = force, work: object = work) -> Pair:
            return -work(x), force(x)  # type: ignore[operator]

        found.append(SmoothCurve(f"GFN2-xTB {name.replace('_', ' ')}", float(q[0]), float(q[-1]), float(r0), curve))
    return found


@cache
def smooth_curves() -> tuple[SmoothCurve, ...]:
    """Nine smooth curves."""
    morse = morse_curve(4.0, 2.0, 1.5)
    splines = _splines()
    buckingham = _buckingham(1500.0, 4.0, 14.4)
    bottom = brentq(lambda q: buckingham(np.array([q]))[1][0], 1.2, 2.5)
    return (
        SmoothCurve("Morse, C–C like", 0.75, 3.0, 1.5, morse),
        SmoothCurve("Morse, O–H like", 0.5, 1.95, 0.97, morse_curve(4.8, 2.3, 0.97)),
        SmoothCurve("Lennard-Jones 12-6", 1.2, 3.0, 1.5, _lennard_jones(0.5, 1.5)),
        SmoothCurve("Buckingham", 0.6 * bottom, 2.0 * bottom, float(bottom), buckingham),
        SmoothCurve("Rydberg", 0.75, 3.0, 1.5, rydberg_curve(4.0, 3.5, 1.5)),
        *splines,
        SmoothCurve("Morse with a bumpy wall", 0.75, 3.0, 1.5, _wiggled(morse, 1.5)),
    )
