"""Steps of an energy that a scan is too coarse for: between 0.01 meV, which the testbed's aim names, and about 1 meV.

Certification follows up what stands out of a scan's frames, and a step of 0.1 meV stands out of none. Here fifth
differences of the energy are taken on a fine grid,

    D_i = E_{i+5} - 5 E_{i+4} + 10 E_{i+3} - 10 E_{i+2} + 5 E_{i+1} - E_i,

which are h⁵ E⁽⁵⁾ where it is smooth, and six times the step where it is not; where D is large the grid is made finer
until one of the two is left.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bsct_explorer.data import Floats

LEAST = 1e-5
"""eV. Smaller steps are not looked for."""

_ORDER, _AT_A_STEP = 5, 6  # the largest of 1, 4, 6, 4, 1
_PARTS, _ROUNDS, _MOST, _REACH = 8, 5, 24, 2
"""Parts that an interval is cut into, how often, how many places are followed (the largest differences first) and how
many points on either side of them: 1500 points on 2 Å end at 4e-8 Å, where a jump of the force of 10 eV/Å is a
difference of 4e-7 eV."""


def fine_steps(energies: Callable[[Floats], Floats], values: Floats, least: float = LEAST) -> list[tuple[float, float]]:
    """Places and sizes in eV of the steps of at least this size, from left to right.

    Parameters
    ----------
    energies
        Coordinate values (n,) to energies in eV (n,), to better than a hundredth of `least`.
    values
        An even grid, fine enough that two steps are nine points or more apart.
    """
    pieces = [(values, energies(values))]
    for _ in range(_ROUNDS):
        found = sorted((place for piece in pieces for place in _suspects(*piece, least)), reverse=True)[:_MOST]
        if not found:
            return []
        grids = [np.linspace(low, high, _PARTS * intervals + 1) for _, low, high, intervals in found]
        ends = np.cumsum([len(grid) for grid in grids])[:-1]
        pieces = list(zip(grids, np.split(energies(np.concatenate(grids)), ends), strict=True))
    steps = {}
    for q, e in pieces:
        jumps = np.diff(e) - np.median(np.diff(e))  # without the slope: on a wall it is 5e-5 eV even here
        k = int(np.abs(jumps).argmax())
        if abs(jumps[k]) > 0.9 * least:
            steps[round(float(q[k]), 6)] = float(jumps[k])  # two pieces may hold the same step
    return sorted(steps.items())


def _suspects(q: Floats, e: Floats, least: float) -> list[tuple[float, float, float, int]]:
    """Where a step may be behind a large difference: its size, and from where to where in how many intervals."""
    size = np.abs(np.diff(e, _ORDER)) / _AT_A_STEP
    found = []
    while size.size and (top := float(size.max())) > 0.9 * least:
        i = int(size.argmax())
        low, high = max(i - _REACH, 0), min(i + _ORDER + _REACH, len(q) - 1)
        found.append((top, float(q[low]), float(q[high]), high - low))
        size[low : high + 1] = 0.0
    return found
