"""The frames of a profile that are its curve: all but those that failed and those that collapsed."""

from __future__ import annotations

import numpy as np

from bsct_explorer.analysis.shape_known import own_in_range
from bsct_explorer.data import Floats
from bsct_explorer.metrics.collapsed_frames import Collapse, find_collapse
from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import with_unit


def collapse_of(profile: Profile) -> Collapse | None:
    """Where a bond's curve collapses when it is compressed (`find_collapse`); None where it does not."""
    own = own_in_range(profile.scan)
    if profile.scan.kind != "bond" or own is None:
        return None
    return find_collapse(profile.values, *profile.clean_curve(), own)


def kept_curve(profile: Profile) -> tuple[Floats, Floats]:
    """Energies (eV) and generalized forces (eV per unit), shape (n_frames,); NaN where a frame failed or collapsed."""
    energies, forces = profile.clean_curve()
    collapse = collapse_of(profile)
    if collapse is not None:
        energies[: collapse.frame] = forces[: collapse.frame] = np.nan
    return energies, forces


def collapse_sentence(profile: Profile) -> str:
    """Which frames collapsed, and that they are left out; empty where none did."""
    collapse = collapse_of(profile)
    if collapse is None:
        return ""
    count = int(np.isfinite(profile.clean_curve()[0][: collapse.frame]).sum())
    places = f"below {with_unit(decimal(collapse.turn, 2), profile.scan.unit)}"
    return (
        f"{count} of {len(profile.scan)} frames, {places}, lie up to {number(collapse.below_own, 2)} eV below the "
        "molecule itself, behind a jump of the energy. They are no part of the curve: metrics (k* of FSD among them), "
        "equilibrium and all other findings are those of the other frames."
    )
