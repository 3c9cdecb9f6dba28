"""Where a curve has its equilibrium."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.numerics import vertex
from bsct_explorer.artifacts.thresholds import Thresholds
from bsct_explorer.data import Floats
from bsct_explorer.metrics.extrema import Well, wells

MATCH = 0.15
"""Share of the range within which a minimum can be the reference's: 0.34 Å for a C–C bond from 0.5 to 2.0."""

_RIPPLE = 0.1
"""A minimum shallower than this share of the deepest one, and than 0.1 eV, is a ripple and no equilibrium."""


class Equilibrium(NamedTuple):
    """The interior minimum that is the bond's own.

    Attributes
    ----------
    frame
        Index into the whole grid.
    value
        The coordinate there, from the parabola through three frames.
    """

    frame: int
    value: float


def deep_wells(energies: Floats, prominence: float) -> list[Well]:
    """Minima of the energy of more than `prominence` (eV), NaN frames skipped, frames indexing the whole grid."""
    finite = np.flatnonzero(np.isfinite(energies))
    found = wells(energies[finite])
    return [Well(int(finite[well.frame]), well.prominence) for well in found if well.prominence > prominence]


def find_equilibrium(
    values: Floats, energies: Floats, near: float | None = None, prominence: float = Thresholds.prominence
) -> Equilibrium | None:
    """The interior minimum of greatest prominence; with a reference, the one nearest the reference's.

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,).
    energies
        eV, same shape, NaN where a frame failed.
    near
        The coordinate of the reference's equilibrium, or None.
    prominence
        eV; shallower minima do not count.

    Returns
    -------
    Equilibrium or None
        None where the energy has no interior minimum (never an end frame), or none near the reference's.
    """
    found = deep_wells(energies, prominence)
    if not found:
        return None
    best = max(found, key=lambda well: well.prominence)
    if near is not None:
        floor = min(_RIPPLE * best.prominence, 0.1)
        place = near
        best = min(
            (well for well in found if well.prominence >= floor), key=lambda well: abs(values[well.frame] - place)
        )
        if abs(values[best.frame] - place) > MATCH * (values[-1] - values[0]):
            return None
    return Equilibrium(best.frame, minimum_place(values, energies, best.frame))


def own_equilibrium(
    values: Floats, energies: Floats, own: float | None, prominence: float = Thresholds.prominence
) -> Equilibrium | None:
    """The interior minimum nearest the molecule's own geometry; without one there, that of greatest prominence.

    Parameters
    ----------
    values, energies, prominence
        As of `find_equilibrium`.
    own
        The coordinate of the molecule's own geometry, or None.
    """
    near = None if own is None else find_equilibrium(values, energies, own, prominence)
    return near or find_equilibrium(values, energies, None, prominence)


def minimum_place(values: Floats, energies: Floats, frame: int) -> float:
    """The place of the minimum at `frame` between the frames beside it that are there."""
    finite = np.flatnonzero(np.isfinite(energies))
    return vertex(values[finite], energies[finite], int(np.searchsorted(finite, frame)))
