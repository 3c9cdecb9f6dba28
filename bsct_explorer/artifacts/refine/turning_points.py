"""Small questions to a live curve: turning points of the energy."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.live_curve import Question
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refinement import ZoomLevel
from bsct_explorer.data import Floats

_ROUNDS = 12

_ENERGY = 1e-4
"""eV. By how much the energy may change within what is left of a bracket at most."""


class Turning(NamedTuple):
    """A polished minimum or maximum of the energy.

    Attributes
    ----------
    place, error
        Where, and by how much it may be off.
    energy, force
        There, eV and eV per unit.
    curvature
        d²E/dq² = −dg/dq there, eV per unit²; NaN where the energy turns in a jump.
    smooth
        Whether the force passes through zero there; False where only the energy's own values turn.
    inside
        False where the lowest (highest) place is an end of where it was looked for: there is no extremum in between.
    levels
        Every look, coarsest first; `ZoomLevel.size` is the energy of the extremum as seen there.
    """

    place: float
    error: float
    energy: float
    force: float
    curvature: float
    smooth: bool
    levels: tuple[ZoomLevel, ...]
    inside: bool = True


def turning_point(
    lo: float, hi: float, lowest: bool, tolerance: float, memory: Memory, parts: int = 6
) -> Question[Turning | None]:
    """Polish an extremum of the energy between lo and hi.

    Where the force changes sign it is bracketed and found from the force, which is far better conditioned than the
    energy (flat there); elsewhere, as where the energy jumps, from the energies themselves.

    Returns
    -------
    Turning or None
        None where no frame gave an answer.
    """
    sense = 1.0 if lowest else -1.0
    ends = (lo, hi)
    levels: list[ZoomLevel] = []
    guess: Floats = np.empty(0)
    for _ in range(_ROUNDS):
        values = np.unique(np.concatenate((np.linspace(lo, hi, parts + 1), guess)))
        yield from memory.ask([values])
        energies, forces = memory(values)
        known = np.isfinite(energies) & np.isfinite(forces)
        if not known.any():
            return None
        q, e, g = values[known], sense * energies[known], sense * forces[known]
        best = int(e.argmin())
        levels.append(ZoomLevel(values, energies, forces, (hi - lo) / parts, float(sense * e[best])))
        k = _passes_zero(q, e, g)
        if k is None:
            nearest = (q[max(best - 1, 0)], q[min(best + 1, len(q) - 1)])
            if nearest[1] - nearest[0] <= 2 * tolerance or nearest == (lo, hi):
                place, error = float(q[best]), float(0.5 * (nearest[1] - nearest[0]))
                found = _turning(place, error, sense * e[best], sense * g[best], float("nan"), False, levels)
                return found._replace(inside=place not in ends)
            lo, hi, guess = float(nearest[0]), float(nearest[1]), np.empty(0)
            continue
        bend = (g[k] - g[k + 1]) / (q[k + 1] - q[k])
        here = k if abs(g[k]) <= abs(g[k + 1]) else k + 1
        error = min(abs(g[here]) / bend, q[k + 1] - q[k])
        width = q[k + 1] - q[k]
        # Over more than its two guards a force may do anything in between, and beside a steep step the energy too.
        resolved = width <= 2.001 * tolerance and max(abs(g[k]), abs(g[k + 1])) * width <= _ENERGY
        if error <= 0.1 * tolerance and resolved:
            place = float(q[here])
            return _turning(place, error, sense * e[here], sense * g[here], sense * bend, True, levels)
        lo, hi = float(q[k]), float(q[k + 1])
        # From 2 mÅ or so the force is straight enough for its zero to be asked directly, between two close guards.
        zero = lo + (hi - lo) * g[k] / (g[k] - g[k + 1])
        guard = min(tolerance, 0.1 * width)
        guess, parts = np.clip(zero + guard * np.array([-1.0, 0.0, 1.0]), lo, hi), 2
    return _turning(0.5 * (lo + hi), 0.5 * (hi - lo), sense * e[best], sense * g[best], float("nan"), False, levels)


def _turning(
    place: float, error: float, energy: float, force: float, bend: float, smooth: bool, levels: list[ZoomLevel]
) -> Turning:
    return Turning(float(place), float(error), float(energy), float(force), float(bend), smooth, tuple(levels))


def _passes_zero(q: Floats, e: Floats, g: Floats) -> int | None:
    """The interval in which g turns from + to − (a minimum of e), that with the lowest ends; None where it does not."""
    turns = [k for k, (a, b) in enumerate(pairwise(g.tolist())) if a >= 0 > b or a > 0 >= b]
    return min(turns, key=lambda k: min(e[k], e[k + 1])) if turns else None
