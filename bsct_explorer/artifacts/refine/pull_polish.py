"""Polishing the strongest pull of a bond, and the place where it is let go, with the live curve."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.live_curve import Question, together
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.shape_polish import RefinementGrid, no_answer
from bsct_explorer.artifacts.refinement import Refinement, Verdict, ZoomLevel
from bsct_explorer.data import Floats

_PARTS = 8
"""Intervals that a bracket is cut into; two of them are left, so that it shrinks to a quarter each round."""

_ROUNDS = 12

_BETWEEN = 24
"""Places at most at which a stretch without a pull is looked at once more, between its frames."""


class PolishedPull(NamedTuple):
    """An attraction polished to its strongest place.

    Attributes
    ----------
    place, place_error
        Å. The error is half of what is left of the bracket, or as far as the force changes by less than its noise.
    strength, strength_error
        eV/Å, positive.
    inside
        Whether it pulls less at both ends of where it was looked for; also where that is an end of the range.
    levels
        Every look, coarsest first.
    """

    place: float
    place_error: float
    strength: float
    strength_error: float
    inside: bool
    levels: tuple[ZoomLevel, ...]


def strongest_pull(lo: float, hi: float, grid: RefinementGrid, memory: Memory) -> Question[PolishedPull | None]:
    """Where the force pulls most between lo and hi; None where no frame gave an answer."""
    noise, levels = 3.0 * grid.curve.sigma_force, list[ZoomLevel]()
    bend, ends = 0.0, (lo, hi)
    for _ in range(_ROUNDS):
        values = np.linspace(lo, hi, _PARTS + 1)
        yield from memory.ask([values])
        energies, forces = memory(values)
        known = np.flatnonzero(np.isfinite(forces))
        if not len(known):
            return None
        q, pull = values[known], -forces[known]
        k = int(pull.argmax())
        levels.append(ZoomLevel(values, energies, forces, (hi - lo) / _PARTS, float(pull[k])))
        before, after = max(k - 1, 0), min(k + 1, len(q) - 1)
        lo, hi = float(q[before]), float(q[after])
        bend = bend or _bend(q, pull, k)
        if hi - lo <= 2 * grid.tolerance:
            break
    error = max(0.5 * (hi - lo), math.sqrt(2 * noise / bend) if bend > 0 else 0.0)
    beside = float(pull[k] - min(pull[before], pull[after]))
    place, (first, last) = float(q[k]), grid.curve.values[[0, -1]]
    inside = place not in ends or place in (first, last)
    return PolishedPull(place, error, float(pull[k]), max(noise, beside), inside, tuple(levels))


def _bend(q: Floats, pull: Floats, k: int) -> float:
    """How sharply the pull falls to both sides of place k, eV/Å³; 0 at an end."""
    if not 0 < k < len(q) - 1:
        return 0.0
    left, right = (pull[k] - pull[k - 1]) / (q[k] - q[k - 1]), (pull[k] - pull[k + 1]) / (q[k + 1] - q[k])
    return float(2 * (left + right) / (q[k + 1] - q[k - 1]))


def polish_overpull(artifact: Artifact, grid: RefinementGrid) -> Question[Refinement]:
    """The pull's exact place and strength; it is there if it is stronger than what the sighting allows."""
    memory = Memory(grid.memory)
    pull = yield from strongest_pull(*grid.around(artifact.location), grid, memory)
    if pull is None:
        return no_answer(artifact, memory)
    most = float(artifact.evidence[f"most_{artifact.unit}"])
    verdict: Verdict = "real" if pull.inside and pull.strength > most else "smooth"
    return _refinement(artifact, grid, pull, memory, verdict, (pull.strength, pull.strength_error))


def polish_misplaced(artifact: Artifact, grid: RefinementGrid) -> Question[Refinement]:
    """The pull's exact place, and so its distance from the reference's."""
    memory, unit = Memory(grid.memory), artifact.unit
    pull = yield from strongest_pull(*grid.around(artifact.location), grid, memory)
    if pull is None:
        return no_answer(artifact, memory)
    theirs = float(artifact.evidence[f"reference_pull_at_{unit}"])
    error = pull.place_error + float(artifact.evidence[f"reference_pull_error_{unit}"])
    apart = abs(pull.place - theirs)
    verdict: Verdict = "real" if pull.inside and apart - error > grid.curve.thresholds.misplaced else "smooth"
    return _refinement(artifact, grid, pull, memory, verdict, (apart, error))


def polish_let_go(artifact: Artifact, grid: RefinementGrid) -> Question[Refinement]:
    """The place from which on the bond is not held, and whether it is held nowhere between the frames beyond it."""
    memory, curve = Memory(grid.memory), grid.curve
    share = curve.thresholds.let_go
    start, end = artifact.interval
    beyond = curve.values[(curve.values > start) & (curve.values <= end)]
    between = np.unique([0.5 * (a + b) for a, b in pairwise([start, *beyond.tolist()])])
    between = between[:: max(1, -(-len(between) // _BETWEEN))]
    pull_at = float(artifact.evidence[f"pull_at_{curve.unit}"])
    pull, _ = yield from together(
        [strongest_pull(*grid.around(pull_at), grid, memory), memory.ask([between, beyond[-1:]])]
    )
    if pull is None:
        return no_answer(artifact, memory)
    level, noise = share * pull.strength, 3.0 * curve.sigma_force
    crossing = yield from _falls_below(*grid.around(start), level, grid, memory)
    if crossing is None:
        return no_answer(artifact, memory)
    place, error = crossing
    rest = -memory(between).forces[between > place]
    left = -float(memory(beyond[-1:]).forces[0])
    strongest = float(np.max(rest, initial=left)) if np.isfinite(rest).all() else float("nan")
    if not math.isfinite(strongest):
        return no_answer(artifact, memory)
    verdict: Verdict = "real" if max(strongest, left) <= level + noise and place < end else "smooth"
    missing = float(artifact.evidence[f"reference_at_end_{artifact.unit}"]) - left
    found = _refinement(artifact, grid, pull, memory, verdict, (missing, noise))
    more = {f"pull_at_{curve.unit}": pull.place, f"left_{artifact.unit}": left}
    return Refinement(
        **{
            **vars(found),
            "location": place,
            "location_error": error,
            "width": end - place,
            "evidence": {**found.evidence, **more},
        }
    )


def _falls_below(
    lo: float, hi: float, level: float, grid: RefinementGrid, memory: Memory
) -> Question[tuple[float, float] | None]:
    """The last place between lo and hi from which on the pull is below a level, and its error; None without answers.

    Where it is below all the way it is lo, and hi where it is above at hi.
    """
    for _ in range(_ROUNDS):
        values = np.linspace(lo, hi, _PARTS + 1)
        yield from memory.ask([values])
        forces = memory(values).forces
        if not np.isfinite(forces).all():
            return None
        above = np.flatnonzero(-forces > level)
        if not len(above):
            return lo, 0.5 * (hi - lo) / _PARTS
        if above[-1] == _PARTS:
            return hi, 0.5 * (hi - lo) / _PARTS
        lo, hi = float(values[above[-1]]), float(values[above[-1] + 1])
        if hi - lo <= 2 * grid.tolerance:
            break
    return 0.5 * (lo + hi), 0.5 * (hi - lo)


def _refinement(
    artifact: Artifact,
    grid: RefinementGrid,
    pull: PolishedPull,
    memory: Memory,
    verdict: Verdict,
    size: tuple[float, float],
) -> Refinement:
    curve = grid.curve
    return Refinement(
        verdict=verdict,
        location=pull.place,
        location_error=pull.place_error,
        size=size[0],
        size_error=size[1],
        unit=artifact.unit,
        width=artifact.interval[1] - artifact.interval[0],
        levels=pull.levels,
        evaluations=memory.asked,
        evidence={
            f"pull_{curve.force_unit}": pull.strength,
            f"pull_error_{curve.force_unit}": pull.strength_error,
            f"noise_{curve.force_unit}": curve.sigma_force,
        },
    )
