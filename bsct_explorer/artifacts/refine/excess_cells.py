"""What a path integral over one interval says of energy and force, and neighbouring ones of one sign."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_EXPLAINED = 0.5
"""Share of the excess by which the pointwise differences may miss it."""


class ExcessCell(NamedTuple):
    """One interval with what is known of its path integral.

    Attributes
    ----------
    lo, hi
        Its ends.
    excess, error
        Q and its error, eV; NaN where frames failed.
    pointwise
        ∫d over it, eV, NaN where it was not asked.
    worst, worst_error, worst_at
        The largest pointwise difference, eV per unit, its error, and its place.
    """

    lo: float
    hi: float
    excess: float
    error: float
    pointwise: float = float("nan")
    worst: float = float("nan")
    worst_error: float = float("nan")
    worst_at: float = float("nan")

    @property
    def explained(self) -> bool:
        """Whether force and slope differ at its places as much as over the whole of it."""
        slack = self.error + self.worst_error * (self.hi - self.lo)
        return abs(self.excess - self.pointwise) <= _EXPLAINED * abs(self.excess) + slack


class NoGradient(NamedTuple):
    """A stretch in which the force is no gradient of the energy: neighbouring cells of one sign."""

    cells: tuple[ExcessCell, ...]

    @property
    def interval(self) -> tuple[float, float]:
        return self.cells[0].lo, self.cells[-1].hi

    @property
    def gained(self) -> float:
        """eV, signed."""
        return sum(cell.excess for cell in self.cells)

    @property
    def error(self) -> float:
        """eV, of its integrals alone."""
        return sum(cell.error for cell in self.cells)

    @property
    def length(self) -> float:
        return self.cells[-1].hi - self.cells[0].lo

    @property
    def worst(self) -> ExcessCell:
        """The cell with the largest pointwise difference."""
        return max(self.cells, key=lambda cell: abs(cell.worst) if np.isfinite(cell.worst) else -1.0)
