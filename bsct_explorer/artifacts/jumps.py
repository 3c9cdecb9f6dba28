"""Which intervals of a grid are zoomed into for jumps, and how."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.live import Question
from bsct_explorer.artifacts.noise import Noise
from bsct_explorer.artifacts.polish import Grid
from bsct_explorer.artifacts.zoom import Found, Memory, Zoom, zoom

JUMP_KINDS = ("energy-step", "force-kink")

_CLUSTER = 2
"""Candidates this many intervals apart are one cluster: what lies between them is looked at too."""

_UNEXPLAINED = 0.7
"""Share of a candidate's size that the frame beyond must be off by, for its neighbour to be looked at."""


class Interval(NamedTuple):
    """An interval of the grid with the candidates that point at it.

    Attributes
    ----------
    lo, hi
        Its ends.
    candidates
        Indices of the candidates, none where it lies between others of a cluster.
    """

    lo: float
    hi: float
    candidates: tuple[int, ...]


def intervals_of(curve: Curve, candidates: Sequence[Artifact]) -> list[Interval]:
    """Intervals to zoom into: those of all jump-like candidates and what lies between close ones."""
    wanted: dict[tuple[float, float], list[int]] = {}
    for i, candidate in enumerate(candidates):
        if candidate.kind in JUMP_KINDS:
            wanted.setdefault(candidate.interval, []).append(i)
    q = curve.values
    frames = sorted({int(np.searchsorted(q, 0.5 * (lo + hi))) - 1 for lo, hi in wanted})
    for a, b in pairwise(frames):
        for k in range(a + 1, b if b - a <= _CLUSTER else a + 1):
            wanted.setdefault((float(q[k]), float(q[k + 1])), [])
    return [Interval(lo, hi, tuple(who)) for (lo, hi), who in sorted(wanted.items())]


def zoom_settings(grid: Grid, noise: Noise, place: float) -> Zoom:
    """Smallest jumps worth following at a place: the thresholds, or a multiple of the noise there."""
    t, sigma = grid.curve.thresholds, noise.force_at(place)
    known = np.isfinite(grid.curve.forces)
    force = float(np.interp(place, grid.curve.values[known], grid.curve.forces[known]))
    return Zoom(
        energy=max(t.step, t.jump_noise * noise.energy),
        force=max(float(grid.curve.kink_floor(place, force)), t.jump_noise * sigma),
        spacing=noise.spacing,
        noise_energy=noise.energy,
        noise_force=sigma,
        unit=grid.curve.unit,
    )


def examine(interval: Interval, grid: Grid, noise: Noise, sizes: Sequence[float] = ()) -> Question[list[Found]]:
    """Every jump in an interval of the grid; in its neighbours too where it does not explain what was seen.

    Parameters
    ----------
    sizes
        Jumps of the force that the candidates claim, eV per unit.
    """
    memory = Memory(grid.memory)
    settings = zoom_settings(grid, noise, 0.5 * (interval.lo + interval.hi))
    found = yield from zoom(interval.lo, interval.hi, settings, memory)
    claimed = max((abs(size) for size in sizes), default=0.0)
    if claimed == 0.0 or any(f.refinement.verdict == "jump" for f in found):
        return found
    for lo, hi in unexplained(interval, grid.curve, memory, claimed, settings.parts):
        beyond = yield from zoom(lo, hi, settings, memory)
        found += [f for f in beyond if f.refinement.verdict == "jump"]
    return found


def unexplained(
    interval: Interval, curve: Curve, memory: Memory, claimed: float, parts: int
) -> list[tuple[float, float]]:
    """The neighbouring interval whose far frame is off the cubic through the interval by much of what was claimed."""
    values = np.linspace(interval.lo, interval.hi, parts + 1)
    forces = memory(values).forces
    if not np.isfinite(forces).all():
        return []
    middle, half = 0.5 * (interval.lo + interval.hi), 0.5 * (interval.hi - interval.lo)
    cubic = np.polynomial.polynomial.Polynomial.fit((values - middle) / half, forces, 3)
    found: list[tuple[float, float, float]] = []
    q = curve.values
    for k, near in (
        (int(np.searchsorted(q, interval.lo)) - 1, interval.lo),
        (int(np.searchsorted(q, interval.hi)) + 1, interval.hi),
    ):
        if not 0 <= k < len(q) or not np.isfinite(curve.forces[k]):
            continue
        off = abs(float(cubic((q[k] - middle) / half)) - float(curve.forces[k]))
        if off > _UNEXPLAINED * claimed:
            found.append((off, min(near, float(q[k])), max(near, float(q[k]))))
    return [max(found)[1:]] if found else []
