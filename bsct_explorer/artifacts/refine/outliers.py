"""Which parts of a window stand out of their siblings: a robust line, and a cubic through the nearest ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.data import Floats

_NEIGHBOURS = 4
"""Parts of which a cubic predicts the part that they surround."""


def robust_line(y: Floats) -> Floats:
    """The line through equidistant y by repeated medians (Siegel 1982), NaN left out, shape (n,)."""
    there = np.flatnonzero(np.isfinite(y))
    x, known = there.astype(float), y[there]
    if len(there) < 3:
        return np.full(len(y), np.median(known) if len(known) else np.nan)
    gap = x[:, None] - x
    np.fill_diagonal(gap, 1.0)
    slopes = (known[:, None] - known) / gap
    off = slopes[~np.eye(len(x), dtype=bool)].reshape(len(x), -1)
    slope = float(np.median(np.median(off, axis=1)))
    return np.asarray(slope * np.arange(len(y)) + np.median(known - slope * x))


def against_neighbours(y: Floats, suspected: NDArray[np.bool_]) -> Floats:
    """Each suspected y less the cubic through the four nearest others, shape (n,), zero for those not suspected.

    Small wherever y is smooth at all. Suspected ones predict no other, as long as they are the minority: two jumps
    could cancel in their predictions.
    """
    n = len(y)
    if n <= _NEIGHBOURS:
        return y - robust_line(y)
    usable = np.ones(n, dtype=bool) if 2 * suspected.sum() > n else ~suspected
    rest = np.zeros(n)
    for i in np.flatnonzero(suspected).tolist():
        others = [j for j in sorted(range(n), key=lambda j: (abs(j - i), j)) if j != i and usable[j]][:_NEIGHBOURS]
        weights = [np.prod([(i - m) / (j - m) for m in others if m != j]) for j in others]
        rest[i] = y[i] - float(np.dot(weights, y[others]))
    return rest
