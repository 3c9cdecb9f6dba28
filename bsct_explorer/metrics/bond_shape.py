"""What a bond's curve is made of: stiffness at the equilibrium, strongest pull beyond it, depth, wall.

    k = −dg/dr at r_e        F = max −g(r), r > r_e        D = E(r_last) − E(r_e)        W = E(r_first) − E(r_e)

For a Morse curve D (1 − e^{−a (r − r_e)})², k = 2 D a² and F = D a / 2, so that F²/(k D) = 1/8.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bsct_explorer.data import Floats

STENCIL = 5
"""Frames whose polynomial gives the slope of the force: exact for a force of fourth degree."""


class Ends(NamedTuple):
    """Energies of the ends of a range above the equilibrium's, eV: what compressing and stretching cost."""

    wall: float
    depth: float


def stiffness(values: Floats, forces: Floats, equilibrium: float) -> float | None:
    """The force constant k = −dg/dq at the equilibrium, from the polynomial through the five nearest frames.

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,), increasing.
    forces
        Generalized force, eV per unit, same shape; NaN where there is none.
    equilibrium
        The coordinate of the energy's minimum.

    Returns
    -------
    float or None
        eV per unit²; None where fewer than five frames have a force.
    """
    finite = np.flatnonzero(np.isfinite(forces))
    if len(finite) < STENCIL:
        return None
    near = np.sort(finite[np.argsort(np.abs(values[finite] - equilibrium), kind="stable")[:STENCIL]])
    force = np.polynomial.Polynomial.fit(values[near], forces[near], STENCIL - 1)
    return -float(force.deriv()(equilibrium))


def ends_of(values: Floats, energies: Floats, equilibrium: float) -> Ends | None:
    """Energies of the first and the last frame above that of the frame nearest to the equilibrium.

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,), increasing.
    energies
        eV, same shape; NaN where a frame failed.
    equilibrium
        The coordinate of the energy's minimum.

    Returns
    -------
    Ends or None
        None where no frame has an energy, or the equilibrium lies outside of those that do.
    """
    finite = np.flatnonzero(np.isfinite(energies))
    if not len(finite) or not values[finite[0]] < equilibrium < values[finite[-1]]:
        return None
    bottom = energies[finite[np.abs(values[finite] - equilibrium).argmin()]]
    return Ends(float(energies[finite[0]] - bottom), float(energies[finite[-1]] - bottom))
