"""Frames of a stretched bond, a bent angle and a turned torsion, and GFN2-xTB on them, without BSCT Explorer.

The survey's second opinion (`gfn2_survey.py`): plain numpy from a molecule's atoms and bonds, and tblite called
directly, each frame continued from its neighbour's density, in both directions, the lower energy kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LINEAR = 179.0
"""Degrees from which an angle has no plane of its own."""


class Atoms(NamedTuple):
    """What is taken from a molecule: atomic numbers, positions (n, 3) in Å, pairs of bonded atoms, charge, 2S + 1."""

    numbers: NDArray[np.int64]
    positions: Floats
    bonds: frozenset[tuple[int, int]]
    charge: int
    multiplicity: int


def side_of(atoms: Atoms, kept: int, start: int) -> list[int] | None:
    """Atoms that hang on `start` when its bond to `kept` is cut; None where a ring holds them together."""
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for a, b in atoms.bonds:
            for one, other in ((a, b), (b, a)):
                if one == here and other not in seen and {one, other} != {kept, start}:
                    seen.add(other)
                    todo.append(other)
    return None if kept in seen else sorted(seen)


def rotation(axis: Floats, degrees: float) -> Floats:
    """Rodrigues' matrix of a turn about a unit vector."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    t = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(t) * cross + (1 - np.cos(t)) * cross @ cross)


def unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


def frame_at(atoms: Atoms, driven: Sequence[int], value: float) -> Floats:
    """Positions in Å with the bond (Å), angle or torsion (°) of these two, three or four atoms at this value."""
    return {2: _stretched, 3: _bent, 4: _turned}[len(driven)](atoms, tuple(driven), value)


def _stretched(atoms: Atoms, driven: tuple[int, ...], value: float) -> Floats:
    i, j = driven
    x = atoms.positions.copy()
    moving = side_of(atoms, i, j)
    assert moving is not None, "a ring bond"
    arm = x[j] - x[i]
    x[moving] += unit(arm) * (value - np.linalg.norm(arm))
    return x


def _bent(atoms: Atoms, driven: tuple[int, ...], value: float) -> Floats:
    i, j, k = driven
    x = atoms.positions.copy()
    moving, turning, still = side_of(atoms, j, i), i, k
    if moving is None:
        moving, turning, still = side_of(atoms, j, k), k, i
    assert moving is not None, "an angle in a ring"
    u, v = unit(x[turning] - x[j]), unit(x[still] - x[j])
    own = float(np.degrees(np.arctan2(np.linalg.norm(np.cross(u, v)), u @ v)))
    if own < LINEAR:
        axis = unit(np.cross(v, u))  # a positive turn takes the arm away from the other one
        x[moving] = x[j] + (x[moving] - x[j]) @ rotation(axis, value - own).T
        return x
    across = np.cross(u, -v)
    if np.linalg.norm(across) > 1e-12:
        x[moving] = x[j] + (x[moving] - x[j]) @ rotation(unit(across), 180.0 - own).T
    arms = x - x[j]
    off = arms - np.outer(arms @ v, v)
    far = np.linalg.norm(off, axis=1)
    side = off[int(np.argmax(far > far.max() - 1e-3))] if far.max() > 0.1 else np.eye(3)[int(np.argmin(np.abs(v)))]
    x[moving] = x[j] + (x[moving] - x[j]) @ rotation(unit(np.cross(v, side)), value - 180.0).T
    return x


def _turned(atoms: Atoms, driven: tuple[int, ...], value: float) -> Floats:
    i, j, k, last = driven
    x = atoms.positions.copy()
    moving = side_of(atoms, j, k)
    assert moving is not None, "a torsion in a ring"
    axis = unit(x[k] - x[j])
    a, b = np.cross(x[i] - x[j], axis), np.cross(x[last] - x[k], axis)
    own = float(np.degrees(np.arctan2(np.cross(a, b) @ axis, a @ b)))
    x[moving] = x[k] + (x[moving] - x[k]) @ rotation(axis, value - own).T
    return x


class Answer(NamedTuple):
    """GFN2-xTB's of one frame: energy (eV; NaN without self-consistency), force (n, 3) in eV/Å, gap (eV), result."""

    energy: float
    forces: Floats | None
    gap: float
    result: Any


def single_point(atoms: Atoms, positions: Floats, guess: Any = None) -> Answer:
    """One calculation, from the density of another result or from tblite's own guess."""
    from ase.units import Bohr, Hartree
    from tblite.interface import Calculator

    calculator = Calculator("GFN2-xTB", atoms.numbers, positions / Bohr, atoms.charge, atoms.multiplicity - 1)
    for name, setting in (("verbosity", 0), ("accuracy", 0.01), ("max-iter", 1000), ("mixer-memory", 20)):
        calculator.set(name, setting)
    try:
        result = calculator.singlepoint(guess, copy=True) if guess is not None else calculator.singlepoint()
    except RuntimeError:
        return Answer(np.nan, None, np.nan, guess)
    levels, filled = np.sort(result["orbital-energies"].ravel()), float(np.sum(result["orbital-occupations"]))
    homo = round(filled / 2) - 1
    gap = float(levels[homo + 1] - levels[homo]) * Hartree if 0 <= homo < len(levels) - 1 else np.inf
    energy = float(result["energy"]) * Hartree
    return Answer(energy, -np.asarray(result["gradient"]) * Hartree / Bohr, gap, result)


class Sweep(NamedTuple):
    """The lower of both directions at each value: energies (eV), gaps (eV), and how far the two lie apart (eV)."""

    values: Floats
    energies: Floats
    gaps: Floats
    apart: Floats


def sweep(atoms: Atoms, driven: Sequence[int], values: Floats, lead: float = 0.0, steps: int = 0) -> Sweep:
    """Continue from value to value, in both directions; `steps` frames over `lead` units before each end come first."""
    before = values[0] - lead * np.arange(steps, 0, -1) / max(steps, 1)
    after = values[-1] + lead * np.arange(1, steps + 1) / max(steps, 1)
    there = _continued(atoms, driven, [*before, *values])[steps:]
    back = _continued(atoms, driven, [*after[::-1], *values[::-1]])[steps:][::-1]
    fresh = [single_point(atoms, frame_at(atoms, driven, value)) for value in values]
    energies = np.array([[answer.energy for answer in way] for way in (there, back, fresh)])
    gaps = np.array([[answer.gap for answer in way] for way in (there, back)])
    lowest = np.min(np.where(np.isnan(energies), np.inf, energies), axis=0)
    apart = np.max(np.where(np.isnan(energies), -np.inf, energies), axis=0) - lowest
    return Sweep(values, np.where(np.isinf(lowest), np.nan, lowest), np.nanmin(gaps, axis=0), apart)


def _continued(atoms: Atoms, driven: Sequence[int], values: Iterable[float]) -> list[Answer]:
    found: list[Answer] = []
    guess: Any = None
    for value in values:
        frame = frame_at(atoms, driven, float(value))
        answer = single_point(atoms, frame, guess)
        if answer.forces is None and guess is not None:
            answer = single_point(atoms, frame)
        guess = answer.result if answer.forces is not None else guess
        found.append(answer)
    return found
