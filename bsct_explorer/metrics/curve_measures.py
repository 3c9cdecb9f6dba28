"""Measures of one curve that need no reference, each with its formula and its source.

Every function takes the whole grid and leaves out frames that are NaN. A difference is only ever taken between frames
that are neighbours on the grid: across a gap nothing is known, and nothing is claimed.

Sources: MLIP Arena (github.com/atomind-ai/mlip-arena, homonuclear diatomics; Chiang et al., 2025) and ML-PEG
(github.com/ddmms/ml-peg, physicality/diatomics). None of their code is used.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.data import Floats, Ints
from bsct_explorer.metrics.extrema import wells

ENERGY_DEAD_BAND = 1e-3
"""eV: MLIP Arena takes smaller differences of the energy for zero."""

FORCE_DEAD_BAND = 1e-2
"""eV/Å: MLIP Arena and ML-PEG leave out smaller forces when they count flips."""

MINIMUM_PROMINENCE = 0.1
"""eV: ML-PEG's threshold for a minimum."""

CURVATURE_DEAD_BAND = 0.5
"""eV/Å²: ML-PEG leaves out smaller curvatures when it counts inflections."""


def segments(finite: NDArray[np.bool_], shortest: int = 1) -> list[slice]:
    """Runs of True of at least `shortest` frames, in order, as slices of the mask, shape (n_frames,)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], finite.astype(np.int8), [0]))))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= shortest]


def tortuosity(energies: Floats) -> float | None:
    """Length of the way up and down against the shortest way through the minimum (MLIP Arena).

        T = Σ_k |E_{k+1} − E_k| / (|E_first − E_min| + |E_last − E_min|)

    1 for a curve with one minimum and no other extremum; more for every detour. Where frames are missing, both sums run
    over the pieces that are left, each with the shortest way through its own part, so that 1 stays the best value.

    Parameters
    ----------
    energies
        eV, shape (n_frames,).

    Returns
    -------
    float or None
        Dimensionless, at least 1; None where the energy does not change or fewer than two neighbours are left.
    """
    finite = np.isfinite(energies)
    if not finite.any():
        return None
    lowest = int(np.nanargmin(energies))
    way = shortest = 0.0
    for piece in segments(finite, 2):
        part = energies[piece]
        way += float(np.abs(np.diff(part)).sum())
        turn = energies[lowest] if piece.start <= lowest < piece.stop else part[-1]
        shortest += float(abs(part[0] - turn) + abs(part[-1] - turn))
    return way / shortest if shortest > 0 else None


def energy_jump(energies: Floats, dead_band: float = ENERGY_DEAD_BAND) -> float:
    """Sum of the energy differences around each turn of the curve (MLIP Arena).

        J = Σ |ΔE_i| + |ΔE_{i+1}|  over neighbours i, i+1 with sign ΔE_i ≠ sign ΔE_{i+1}

    Differences below `dead_band` are left out first. A step in the direction in which the curve goes anyway adds
    nothing, and a smooth minimum adds a little: this counts turns, not discontinuities.

    Parameters
    ----------
    energies
        eV, shape (n_frames,).
    dead_band
        eV.

    Returns
    -------
    float
        eV.
    """
    total = 0.0
    for piece in segments(np.isfinite(energies), 2):
        steps = np.diff(energies[piece])
        steps = steps[np.abs(steps) >= dead_band]
        turn = np.sign(steps[1:]) != np.sign(steps[:-1])
        total += float(np.abs(steps[:-1][turn]).sum() + np.abs(steps[1:][turn]).sum())
    return total


def sign_changes(y: Floats, dead_band: float) -> int:
    """Sign changes of y, values of |y| ≤ `dead_band` and NaN left out.

    A sign needs no difference, so a change of sign between the two sides of a gap counts: it must have happened there.
    """
    signs = np.sign(y[np.isfinite(y) & (np.abs(y) > dead_band)])
    return int((signs[1:] != signs[:-1]).sum())


def force_flips(generalized_forces: Floats, dead_band: float = FORCE_DEAD_BAND) -> int:
    """Sign changes of the force along the coordinate (MLIP Arena, ML-PEG); 1 is right for a bond.

    Parameters
    ----------
    generalized_forces
        eV/Å, shape (n_frames,).
    dead_band
        eV/Å.
    """
    return sign_changes(generalized_forces, dead_band)


def ranks(x: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean; x and the answer of shape (n,)."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - 0.5 * (counts - 1))[place], dtype=np.float64)


def spearman(x: Floats, y: Floats) -> float | None:
    """Spearman's ρ: the Pearson correlation of the ranks, ties ranked by their mean.

    Parameters
    ----------
    x, y
        Shape (n,), finite.

    Returns
    -------
    float or None
        −1 … 1; None for fewer than two points or where either is constant.
    """
    if len(x) < 2:
        return None
    a, b = ranks(x), ranks(y)
    a, b = a - a.mean(), b - b.mean()
    norm = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / norm if norm > 0 else None


def spearman_branches(values: Floats, y: Floats) -> tuple[float | None, float | None]:
    """Spearman's ρ of y against the coordinate, inside and outside of the lowest y (MLIP Arena).

    Inside takes the lowest point with it, outside leaves it out, as MLIP Arena does.

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,), increasing.
    y
        Energies or generalized forces, shape (n_frames,).

    Returns
    -------
    tuple
        (inside, outside). A clean bond has (−1, +1) for both the energy (repulsive and attractive branch) and the
        generalized force (descending and ascending branch).
    """
    finite = np.isfinite(y)
    q, y = values[finite], y[finite]
    if not len(y):
        return None, None
    lowest = int(np.argmin(y))
    return spearman(q[: lowest + 1], y[: lowest + 1]), spearman(q[lowest + 1 :], y[lowest + 1 :])


def conservation_deviation(values: Floats, energies: Floats, generalized_forces: Floats) -> float | None:
    """Mean difference of the force from the energy's slope (MLIP Arena).

        ⟨|g + dE/dq|⟩,  dE/dq by central differences of second order, one-sided at the ends

    On the repulsive wall the differences' own error dominates: it is not a test of whether a force is conservative (the
    artifact kind ``non-conservative`` is).

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,).
    energies
        eV, same shape.
    generalized_forces
        eV per unit of the coordinate, same shape.

    Returns
    -------
    float or None
        eV per unit of the coordinate; None where no two neighbouring frames are left.
    """
    deviations = [
        np.abs(generalized_forces[piece] + np.gradient(energies[piece], values[piece]))
        for piece in segments(np.isfinite(energies) & np.isfinite(generalized_forces), 2)
    ]
    return float(np.concatenate(deviations).mean()) if deviations else None


def minima(energies: Floats, prominence: float = MINIMUM_PROMINENCE) -> Ints:
    """Frames of the interior minima of at least `prominence` (ML-PEG).

    The prominence of a minimum is how far one must climb to get away from it, to a lower place or to an end of the
    range. Minima are topological, so frames around a gap are compared.

    Parameters
    ----------
    energies
        eV, shape (n_frames,).
    prominence
        eV.

    Returns
    -------
    Ints
        Indices into the whole grid, ascending.
    """
    finite = np.flatnonzero(np.isfinite(energies))
    found = [well.frame for well in wells(energies[finite]) if well.prominence >= prominence]
    return np.asarray(finite[found], dtype=np.int64)


def inflections(values: Floats, energies: Floats, dead_band: float = CURVATURE_DEAD_BAND) -> int:
    """Sign changes of the energy's curvature (ML-PEG); 1 is right for a bond.

        d²E/dq² by two central differences of second order, |d²E/dq²| ≤ `dead_band` left out

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,).
    energies
        eV, shape (n_frames,).
    dead_band
        eV/Å².
    """
    count = 0
    for piece in segments(np.isfinite(energies), 5):
        slope = np.gradient(energies[piece], values[piece])
        count += sign_changes(np.gradient(slope, values[piece]), dead_band)
    return count
