"""The screened repulsion of two nuclei (Ziegler, Biersack, Littmark): what any two atoms do when they are close enough.

    V(r) = (Z₁ Z₂ e² / 4πε₀ r) φ(r / a),   a = 0.46850 Å / (Z₁^0.23 + Z₂^0.23)

J. F. Ziegler, J. P. Biersack, U. Littmark, The Stopping and Range of Ions in Matter, Pergamon (1985).
"""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Floats, Ints

COULOMB = 14.3996454
"""e² / 4πε₀ in eV Å (CODATA 2018)."""

_SCREENING = ((0.18175, 3.19980), (0.50986, 0.94229), (0.28022, 0.40290), (0.02817, 0.20162))


def zbl_energy(numbers: Ints, positions: Floats) -> Floats:
    """Sum of the ZBL repulsion over all pairs.

    Parameters
    ----------
    numbers
        Atomic numbers, shape (n_atoms,).
    positions
        Å, shape (n_frames, n_atoms, 3).

    Returns
    -------
    Floats
        eV, shape (n_frames,).
    """
    i, j = np.triu_indices(len(numbers), 1)
    r = np.linalg.norm(positions[:, i] - positions[:, j], axis=-1)
    z1, z2 = numbers[i].astype(float), numbers[j].astype(float)
    x = r * (z1**0.23 + z2**0.23) / 0.46850
    screening = sum(c * np.exp(-d * x) for c, d in _SCREENING)
    return np.asarray((COULOMB * z1 * z2 / r * screening).sum(-1))
