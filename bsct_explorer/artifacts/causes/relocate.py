"""Measuring a jump at a place, and finding it again after atoms were moved."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from bsct_explorer.artifacts.live import Answer, Line
from bsct_explorer.artifacts.units import units_per_angstrom
from bsct_explorer.molecules.molecule import Floats

Measure = Literal["energy", "force"]

GAP = 5e-5
"""Å. Half the gap across which a jump is measured: wide against single precision's positions (1e-7 Å), narrow against
the shifts that an intervention makes (some 1e-3 Å), so that a jump seen in it is where it was predicted."""

POINTS = 16
"""Frames in one level of the search for a jump."""


class Jumps(NamedTuple):
    """Steps of the energy (eV) and jumps of the force (eV per unit) at places, shape (n,); NaN where frames failed."""

    energy: Floats
    force: Floats

    def of(self, measure: Measure) -> Floats:
        return self.energy if measure == "energy" else self.force


def stencil(places: Floats, unit: str) -> Floats:
    """The four values around each place that `jumps_from` needs, shape (4, n)."""
    gap = GAP * units_per_angstrom(unit)
    return np.asarray(places)[None, :] + gap * np.array([-2.0, -1.0, 1.0, 2.0])[:, None]


def jumps_from(answer: Answer) -> Jumps:
    """Jumps from answers on a `stencil`, shape (4, n) each: straight lines from both sides, their difference between.

    Exact for a jump between two straight lines; a smooth curve leaves 4 gap² times its second derivative at most.
    """

    def jump(y: Floats) -> Floats:
        return np.asarray((2 * y[2] - y[3]) - (2 * y[1] - y[0]))

    return Jumps(jump(answer.energies), jump(answer.forces))


def jumps_at(line: Line, places: Floats, unit: str) -> Jumps:
    """Jumps at places, all asked in one batch of 4 n frames; the places may come in any order."""
    wanted = stencil(np.asarray(places, dtype=np.float64), unit)
    everything, back = np.unique(wanted.ravel(), return_inverse=True)
    answer = line(everything)
    return jumps_from(Answer(answer.energies[back].reshape(wanted.shape), answer.forces[back].reshape(wanted.shape)))


class Found(NamedTuple):
    """A jump that was found: its place, by how much that may be off, and its size in the measure asked for."""

    place: float
    error: float
    size: float
    frames: int


def relocate(
    line: Line, lo: float, hi: float, measure: Measure, unit: str, finest: float | None = None
) -> Found | None:
    """The largest jump between lo and hi.

    Each level cuts the window into POINTS + 1 parts and goes on in the part with the largest step of the energy beyond
    the integral of the force, or the largest jump of the force beyond the median slope.

    Parameters
    ----------
    line
        Who is asked.
    finest
        Spacing at which to stop; default 1e-6 Å.

    Returns
    -------
    Found or None
        None where frames fail.
    """
    finest = 1e-6 * units_per_angstrom(unit) if finest is None else finest
    frames, size = 0, float("nan")
    while True:
        q = np.linspace(lo, hi, POINTS + 2)
        energies, forces = line(q)
        frames += len(q)
        steps = _steps(q, energies, forces, measure)
        if not np.isfinite(steps).any():
            return None
        k = int(np.nanargmax(np.abs(steps)))
        lo, hi, size = float(q[k]), float(q[k + 1]), float(steps[k])
        if hi - lo <= finest:
            return Found(0.5 * (lo + hi), 0.5 * (hi - lo), size, frames)


def _steps(q: Floats, energies: Floats, forces: Floats, measure: Measure) -> Floats:
    """What each part of a window jumps by, shape (n − 1,)."""
    if measure == "energy":
        steps = np.diff(energies) + 0.5 * (forces[1:] + forces[:-1]) * np.diff(q)
        return np.asarray(steps - np.nanmedian(steps))
    steps = np.diff(forces)
    return np.asarray(steps - np.nanmedian(steps))
