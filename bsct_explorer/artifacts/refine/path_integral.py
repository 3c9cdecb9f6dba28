"""Is a force the energy's gradient? The path integral of the force on ever finer points, extrapolated."""

from __future__ import annotations

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.live_curve import Question
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.shape_polish import RefinementGrid
from bsct_explorer.artifacts.refinement import Refinement, Verdict, ZoomLevel
from bsct_explorer.data import Floats

FEWEST, MOST = 32, 128
"""Intervals of the path integral: 33, 65 and at most 129 points."""


def romberg(y: Floats, h: float) -> tuple[float, float]:
    """∫y by Romberg's scheme on 2^m intervals of width h, and the last change of its extrapolation.

    T_{i,0} is the trapezoid rule with spacing h·2^{m−i}; T_{i,j} = T_{i,j−1} + (T_{i,j−1} − T_{i−1,j−1})/(4^j − 1).
    Three columns are used: beyond them noise grows faster than accuracy.
    """
    intervals = len(y) - 1
    rows: list[list[float]] = []
    stride = intervals
    while stride >= 1:
        part = y[::stride]
        row = [float(h * stride * (part.sum() - 0.5 * (part[0] + part[-1])))]
        for j in range(1, min(len(rows), 2) + 1):
            row.append(row[j - 1] + (row[j - 1] - rows[-1][j - 1]) / (4**j - 1))
        rows.append(row)
        stride //= 2
    return rows[-1][-1], abs(rows[-1][-1] - rows[-2][-1])


def check_conservation(artifact: Artifact, grid: RefinementGrid) -> Question[Refinement]:
    """ΔE + ∫g dq over the interval of a `non-conservative` candidate; real where it stays when the integral converges.

    Points are doubled until the integral changes by less than a tenth of what is left, or 129 are reached.
    """
    curve, memory = grid.curve, Memory(grid.memory)
    lo, hi = artifact.interval
    length = hi - lo
    levels: list[ZoomLevel] = []
    intervals = FEWEST
    while True:
        values = np.linspace(lo, hi, intervals + 1)
        yield from memory.ask([values])
        energies, forces = memory(values)
        if not (np.isfinite(energies).all() and np.isfinite(forces).all()):
            excess, error, verdict = float("nan"), float("nan"), "unresolved"
            levels.append(ZoomLevel(values, energies, forces, length / intervals, excess))
            break
        integral, change = romberg(forces, length / intervals)
        excess = float(energies[-1] - energies[0] + integral) / length
        noise = (2.0 * curve.given_sigma_energy + length * curve.sigma_force) / length
        error = change / length + noise
        levels.append(ZoomLevel(values, energies, forces, length / intervals, excess))
        threshold = max(curve.thresholds.curl, 8.0 * noise)
        converged = change / length < max(0.1 * abs(excess), 0.1 * threshold)
        if converged or intervals >= MOST:
            there = abs(excess) > threshold and abs(excess) > 3.0 * error
            verdict = "real" if there else "smooth"
            break
        intervals *= 2
    final: Verdict = "real" if verdict == "real" else "smooth" if verdict == "smooth" else "unresolved"
    return Refinement(
        verdict=final,
        location=artifact.location,
        location_error=0.5 * length,
        size=excess,
        size_error=error,
        unit=curve.force_unit,
        width=length,
        levels=tuple(levels),
        evaluations=memory.asked,
        evidence={
            "points": intervals + 1,
            "energy_gained_eV": excess * length,
            f"threshold_{curve.force_unit}": curve.thresholds.curl,
            "energy_noise_eV": curve.given_sigma_energy,
        },
    )
