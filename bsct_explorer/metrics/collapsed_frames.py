"""Frames of a compressed bond that are no part of its curve: far below the molecule, behind a jump of the energy.

A method that iterates to self-consistency can fall into a state without a meaning when two atoms are pressed together:
GFN2-xTB on P–C of a methylenephosphorane lies 130 eV below the molecule from 1.03 Å inwards. Taken for the curve, such
frames are its lowest ones, so that k* of FSD, the equilibrium and every depth would be theirs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.data import Floats

FAR_BELOW = 10.0
"""eV. No bond gains as much by being compressed from a geometry that holds together: the strongest one, N≡N, is worth
9.8 eV in all."""

_UNEXPLAINED = 0.5
"""Share of the rise out of the collapsed frames that the force must leave unexplained: a jump, and no steep slope."""


class Collapse(NamedTuple):
    """Where a curve collapses.

    Attributes
    ----------
    frame
        The first frame from the short end that is part of the curve; all before it are not.
    turn, end
        Its coordinate, and that of the first frame with an energy; of the lowest one where the first lies higher.
    fall
        By how much the energy falls from the one to the other, eV.
    below_own
        By how much the lowest collapsed frame lies below the molecule's own geometry, eV.
    """

    frame: int
    turn: float
    end: float
    fall: float
    below_own: float


def find_collapse(values: Floats, energies: Floats, forces: Floats, own: float) -> Collapse | None:
    """Where the frames begin that are no part of a bond's curve; None where all are.

    Parameters
    ----------
    values
        Bond length in Å, shape (n_frames,), increasing.
    energies, forces
        eV and eV/Å, same shape; NaN where a frame failed. Where no force is known, a rise by `FAR_BELOW` from one frame
        to the next counts as a jump.
    own
        Bond length of the molecule's own geometry, inside the range.
    """
    known = np.flatnonzero(np.isfinite(energies))
    if len(known) < 3:
        return None
    q, e, g = values[known], energies[known], forces[known]
    level = float(np.interp(own, q, e)) - FAR_BELOW
    deep = np.flatnonzero((q < own) & (e < level))
    if not len(deep) or deep[-1] + 1 >= len(q):
        return None
    last = int(deep[-1])
    rise = float(e[last + 1] - e[last])
    left = rise + 0.5 * float((g[last] + g[last + 1]) * (q[last + 1] - q[last]))
    jumps = rise > FAR_BELOW and not (np.isfinite(left) and left < _UNEXPLAINED * rise)
    if not jumps:
        return None
    lowest = int(e[: last + 1].argmin())
    end = 0 if e[last + 1] - e[0] > FAR_BELOW else lowest
    fall, below = float(e[last + 1] - e[end]), float(level + FAR_BELOW - e[lowest])
    return Collapse(int(known[last + 1]), float(q[last + 1]), float(q[end]), fall, below)
