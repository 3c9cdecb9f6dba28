"""How far the members of an ensemble disagree along a curve.

Standard deviations have n − 1 in the denominator; all are NaN where there is one member.
"""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Floats


def energy_spread(members: Floats) -> Floats:
    """Standard deviation of the raw energies, sqrt(Σ_m (E_m − Ē)² / (M − 1)).

    Parameters
    ----------
    members
        eV, shape (n_members, n_frames).

    Returns
    -------
    Floats
        eV, shape (n_frames,).
    """
    return _spread(members)


def relative_energy_spread(members: Floats, origin: int) -> Floats:
    """As `energy_spread`, of each member's energy relative to its own at frame `origin`: 0 there.

    A constant by which two members differ is no disagreement about the curve.
    """
    return _spread(members - members[:, origin : origin + 1])


def force_spread(members: Floats, values: Floats) -> Floats:
    """Standard deviation of −dE_m/dq, by central differences along the scan.

    Parameters
    ----------
    members
        eV, shape (n_members, n_frames).
    values
        The coordinate, shape (n_frames,).

    Returns
    -------
    Floats
        eV per unit of the coordinate, shape (n_frames,).
    """
    # Only how members differ counts; without their mean the differences keep their digits.
    return _spread(np.gradient(members - members.mean(axis=0), values, axis=1))


def _spread(values: Floats) -> Floats:
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    return np.asarray(np.std(values, axis=0, ddof=1))
