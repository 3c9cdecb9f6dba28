"""Measuring a jump at a place, and finding it again after atoms were moved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.artifacts.live_curve import Line
from bsct_explorer.artifacts.refinement import Quantity
from bsct_explorer.data import Floats
from bsct_explorer.words.units import units_per_angstrom

GAP, GAP_SINGLE = 5e-6, 2e-5
"""Å. Half the gap across which a jump is measured, in double and in single precision: wide against what positions are
rounded to (in single precision 1e-7 Å), narrow against the shifts that an intervention makes (some 1e-3 Å), so that a
jump seen in it is where it was predicted."""

POINTS = 16
"""Frames in one level of the search for a jump."""


class Jumps(NamedTuple):
    """Steps of the energy (eV) and jumps of the force (eV per unit) at places, shape (n,); NaN where frames failed."""

    energy: Floats
    force: Floats

    def of(self, quantity: Quantity) -> Floats:
        return self.energy if quantity == "energy" else self.force


def gap_of(dtype: str, unit: str) -> float:
    """Half the gap of a measurement, in the coordinate's unit."""
    return (GAP if dtype == "float64" else GAP_SINGLE) * units_per_angstrom(unit)


def jumps_at(line: Line, places: ArrayLike, gap: float) -> Jumps:
    """Jumps at places, from one frame on either side of each, all in one batch; the places may come in any order.

    Steps of the energy are what the force does not account for, E₊ − E₋ + gap (g₊ + g₋). Jumps of the force are its
    plain differences: a smooth slope of 10 eV/Å² adds 1e-4 eV/Å in double precision.
    """
    middle = np.asarray(places, dtype=np.float64)
    everything, back = np.unique(np.concatenate([middle - gap, middle + gap]), return_inverse=True)
    answer = line(everything)
    (e0, e1), (g0, g1) = (y[back].reshape(2, len(middle)) for y in answer)
    return Jumps(e1 - e0 + gap * (g0 + g1), g1 - g0)


class RelocatedJump(NamedTuple):
    """A jump that was found: its place, by how much that may be off, and its size in eV or eV per unit."""

    place: float
    error: float
    size: float
    frames: int


def relocate(line: Line, lo: float, hi: float, quantity: Quantity, finest: float) -> RelocatedJump | None:
    """The largest jump between lo and hi.

    Each level cuts the window into POINTS + 1 parts and goes on in the part with the largest step of the energy beyond
    the integral of the force, or the largest jump of the force beyond the median slope.

    Parameters
    ----------
    line
        Who is asked.
    finest
        Spacing at which to stop, in the coordinate's unit.

    Returns
    -------
    RelocatedJump or None
        None where frames fail.
    """
    frames, size = 0, float("nan")
    while True:
        q = np.linspace(lo, hi, POINTS + 2)
        energies, forces = line(q)
        frames += len(q)
        steps = _steps(q, energies, forces, quantity)
        if not np.isfinite(steps).any():
            return None
        k = int(np.nanargmax(np.abs(steps)))
        lo, hi, size = float(q[k]), float(q[k + 1]), float(steps[k])
        if hi - lo <= finest:
            return RelocatedJump(0.5 * (lo + hi), 0.5 * (hi - lo), size, frames)


def relocate_all(
    line: Line, lo: float, hi: float, quantity: Quantity, finest: float, least: float, most: int = 4
) -> list[RelocatedJump] | None:
    """Every jump of at least `least` between lo and hi, as far as the first level, twice as fine, tells them apart.

    Returns
    -------
    list of RelocatedJump or None
        Empty where there is none so large; None where frames fail, or there are more than `most`.
    """
    q = np.linspace(lo, hi, 2 * POINTS + 1)
    steps = _steps(q, *line(q), quantity)
    large = np.flatnonzero(np.abs(steps) >= least)
    if not np.isfinite(steps).all() or len(large) > most:
        return None
    found = [relocate(line, float(q[k]), float(q[k + 1]), quantity, finest) for k in large]
    return [one for one in found if one is not None and abs(one.size) >= least]


def _steps(q: Floats, energies: Floats, forces: Floats, quantity: Quantity) -> Floats:
    """What each part of a window jumps by, shape (n − 1,); NaN where a frame failed."""
    steps = (
        np.diff(energies) + 0.5 * (forces[1:] + forces[:-1]) * np.diff(q) if quantity == "energy" else np.diff(forces)
    )
    known = steps[np.isfinite(steps)]
    return np.asarray(steps - np.median(known)) if len(known) else steps
