"""The frame whose energy is called zero."""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.words.energy_zeros import EnergyZero


def zero_frame(
    energies: Floats, zero: EnergyZero, equilibrium: int | None = None, reference_equilibrium: int | None = None
) -> int | None:
    """The frame whose energy is called zero.

    ``minimum`` is the curve's own equilibrium, ``reference`` the frame of the reference's, ``longest`` the last frame
    that has an energy. Where the wanted frame is not there or has no energy, it is the curve's own equilibrium, and
    without one the frame of lowest energy.

    Parameters
    ----------
    energies
        eV, shape (n_frames,), NaN where a frame failed.
    equilibrium, reference_equilibrium
        Frames of the interior minima of the curve and of its reference; None where there is none.

    Returns
    -------
    int or None
        None where no frame has an energy.
    """
    finite = np.flatnonzero(np.isfinite(energies))
    if not finite.size:
        return None
    wanted = {"reference": reference_equilibrium, "longest": int(finite[-1])}.get(zero)
    for frame in (wanted, equilibrium):
        if frame is not None and np.isfinite(energies[frame]):
            return int(frame)
    return int(finite[np.argmin(energies[finite])])
