"""Local minima of a sequence and how far they stand out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.data import Floats


class Well(NamedTuple):
    """A local minimum of a sequence.

    Attributes
    ----------
    frame
        Its index.
    prominence
        How far one must climb to get away from it: to a lower place, or to an end of the range, on the easier side.
    """

    frame: int
    prominence: float


def wells(y: Floats) -> list[Well]:
    """Interior local minima with their prominence; an end of the range closes a basin.

    A flat bottom counts once, at its first frame.

    Parameters
    ----------
    y
        Shape (n,), finite.
    """
    if len(y) < 3:
        return []
    # Flat stretches collapse to one frame, so that a plateau is an extremum or not as a whole.
    first = np.concatenate(([0], np.flatnonzero(np.diff(y)) + 1))
    z = y[first]
    if len(z) < 3:
        return []
    found = []
    for k in np.flatnonzero((z[1:-1] < z[:-2]) & (z[1:-1] < z[2:])) + 1:
        lower_left, lower_right = np.flatnonzero(z[:k] < z[k]), np.flatnonzero(z[k + 1 :] < z[k])
        left = z[lower_left[-1] if len(lower_left) else 0 : k].max()
        right = z[k + 1 : (lower_right[0] + k + 2) if len(lower_right) else len(z)].max()
        found.append(Well(int(first[k]), float(min(left, right) - z[k])))
    return found
