"""All metrics of one profile in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bsct_explorer.metrics import curve
from bsct_explorer.metrics.fsd import (
    DEFAULT_EPS,
    RANGES,
    FSDResult,
    empty_reason,
    energy_mae,
    equilibrium_frame,
    forces_mae,
    fsd,
    range_masks,
)
from bsct_explorer.metrics.table import METRICS
from bsct_explorer.molecules.molecule import Floats
from bsct_explorer.profiles import Profile

Value = float | int | None


@dataclass(frozen=True)
class Metrics:
    """Numbers of one profile.

    Attributes
    ----------
    values
        Every key of `METRICS`; None where there is no figure.
    notes
        Reason for each None, as a sentence without its full stop.
    eps, spacing
        What FSD was taken with: ε in eV/Å, and the median distance of frames in the unit of the coordinate.
    fsd, fsd_own
        The curves behind FSD, official and with the model's own F(k*); None without a reference that has forces.
    """

    values: Mapping[str, Value]
    notes: Mapping[str, str]
    eps: float
    spacing: float
    fsd: FSDResult | None = field(default=None, repr=False)
    fsd_own: FSDResult | None = field(default=None, repr=False)

    def __getitem__(self, key: str) -> Value:
        return self.values[key]


class _Collector:
    """Values and reasons as they come; every key of the table gets one or the other."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.notes: dict[str, str] = {}

    def put(self, key: str, value: Value, reason: str = "") -> None:
        self.values[key] = value
        if value is None:
            self.notes[key] = reason


def compute_metrics(profile: Profile, reference: Profile | None = None, eps: float = DEFAULT_EPS) -> Metrics:
    """Every metric of the table.

    Parameters
    ----------
    profile
        The model's curve.
    reference
        A curve on the same frames, or None: then those that need one are None with the reason.
    eps
        FSD's ε in eV/Å.

    Returns
    -------
    Metrics
    """
    found = _Collector()
    official = own = None
    if reference is None:
        for row in METRICS.values():
            if row.needs_reference:
                found.put(row.key, None, "there is no reference to compare with")
    else:
        _put_energy_errors(found, profile, reference)
        official, own = _put_force_errors(found, profile, reference, eps)
    _put_curve_measures(found, profile.values, *clean_curve(profile))
    return Metrics(
        values={key: found.values[key] for key in METRICS},
        notes=found.notes,
        eps=eps,
        spacing=float(np.median(np.diff(profile.values))),
        fsd=official,
        fsd_own=own,
    )


def clean_curve(profile: Profile) -> tuple[Floats, Floats]:
    """Energies (eV) and generalized forces (eV per unit), shape (n_frames,), with failed frames NaN in both."""
    energies, forces = profile.energies.copy(), profile.generalized_forces.copy()
    failed = list(profile.failed_frames)
    energies[failed] = forces[failed] = np.nan
    return energies, forces


def _put_energy_errors(found: _Collector, profile: Profile, reference: Profile) -> None:
    ours, theirs = clean_curve(profile)[0], clean_curve(reference)[0]
    known = np.isfinite(theirs)
    both = known & np.isfinite(ours)
    if not both.any():
        for side in RANGES:
            found.put(f"energy_mae_{side}", None, "the model and the reference have no frame in common")
        return
    equilibrium = float(reference.values[equilibrium_frame(theirs)])
    for side, mask in range_masks(reference.values, equilibrium).items():
        inside = mask & both
        if inside.sum() < 2:
            found.put(f"energy_mae_{side}", None, empty_reason(side, reference.values[known], equilibrium))
        else:
            found.put(f"energy_mae_{side}", energy_mae(ours[inside], theirs[inside]))


def _put_force_errors(
    found: _Collector, profile: Profile, reference: Profile, eps: float
) -> tuple[FSDResult | None, FSDResult | None]:
    keys = [key for key, row in METRICS.items() if row.needs_reference and not key.startswith("energy_")]

    def nothing(reason: str) -> tuple[None, None]:
        for key in keys:
            found.put(key, None, reason)
        return None, None

    if reference.forces is None:
        return nothing("the reference has no atomic forces")
    if profile.forces is None:
        return nothing("the profile has no atomic forces")
    if profile.scan.unit != "Å":
        return nothing("FSD and its force errors are defined for bonds")
    ours, theirs = clean_curve(profile)[0], clean_curve(reference)[0]
    both = np.isfinite(ours) & np.isfinite(theirs)
    if not both.any():
        return nothing("the model and the reference have no frame in common")

    arrays = (profile.values, theirs, reference.forces, ours, profile.forces)
    official, own = fsd(*arrays, eps=eps), fsd(*arrays, eps=eps, own=True)
    for side, mask in range_masks(profile.values, official.equilibrium).items():
        reason = official.notes.get(side, "")
        found.put(f"fsd_{side}", getattr(official, side), reason)
        found.put(f"fsd_own_{side}", getattr(own, side), own.notes.get(side, ""))
        inside = mask & both
        error = None if side in official.notes else forces_mae(profile.forces[inside], reference.forces[inside])
        found.put(f"forces_mae_{side}", error, reason)
    found.put("fsd_location", official.location, official.notes.get("full", ""))
    return official, own


def _put_curve_measures(found: _Collector, values: Floats, energies: Floats, forces: Floats) -> None:
    short = "too few neighbouring frames have an energy"
    enough = bool(np.isfinite(energies).sum() >= 3)
    found.put("tortuosity", curve.tortuosity(energies), "the energy does not change along the scan")
    found.put("energy_jump", curve.energy_jump(energies) if enough else None, short)
    found.put("n_minima", len(curve.minima(energies)) if enough else None, short)
    smooth = bool(curve.segments(np.isfinite(energies), 5))
    found.put("n_inflections", curve.inflections(values, energies) if smooth else None, short)

    end = "the branch has fewer than two frames, because the lowest point is at an end of the range"
    repulsion, attraction = curve.spearman_branches(values, energies)
    found.put("spearman_repulsion_energy", repulsion, end)
    found.put("spearman_attraction_energy", attraction, end)

    if not np.isfinite(forces).any():
        for key in (
            "force_flips",
            "spearman_descending_force",
            "spearman_ascending_force",
            "conservation_deviation",
        ):
            found.put(key, None, "there is no force along the coordinate")
        return
    found.put("force_flips", curve.force_flips(forces))
    descending, ascending = curve.spearman_branches(values, forces)
    found.put("spearman_descending_force", descending, end)
    found.put("spearman_ascending_force", ascending, end)
    deviation = curve.conservation_deviation(values, energies, forces)
    found.put("conservation_deviation", deviation, "no two neighbouring frames have both an energy and a force")
