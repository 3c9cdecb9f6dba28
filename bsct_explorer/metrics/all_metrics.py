"""All metrics of one profile in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.metrics import curve_measures as curve
from bsct_explorer.metrics.fsd import (
    DEFAULT_EPS,
    RANGES,
    FSDResult,
    Range,
    empty_reason,
    energy_mae,
    equilibrium_frame,
    forces_mae,
    fsd,
    range_masks,
)
from bsct_explorer.metrics.metric_records import METRICS
from bsct_explorer.profiles import Profile

Value = float | int | None

_NO_BOND = "the official FSD is defined for bonds; the figure per arc length is fsd_arc_full"
_NO_SIDES = "a torsion is periodic: it has no compressed and no stretched side"


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
        The curves behind FSD, official and with the model's own F(k*); None without a reference that has forces. For a
        coordinate that is no bond both are per arc length.
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
    _put_curve_measures(found, *path_curve(profile), branches=profile.scan.period is None)
    _put_periodicity(found, profile)
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


def path_curve(profile: Profile) -> tuple[Floats, Floats, Floats]:
    """The curve against a length in Å: places in Å, energies in eV, forces in eV/Å, each (n_frames,), gaps NaN.

    For a bond that is the curve itself. For other coordinates the place is the arc length s and the force is g divided
    by |dx/dq|, so that dead-bands in eV/Å and eV/Å² mean the same for all of them.
    """
    energies, forces = clean_curve(profile)
    if profile.scan.unit == "Å":
        return profile.values, energies, forces
    return profile.scan.arc_lengths, energies, forces / profile.scan.arc_length_rate


def _sides(profile: Profile) -> tuple[Range, ...]:
    """Ranges that have a meaning: a periodic coordinate has no compressed and no stretched side."""
    return RANGES if profile.scan.period is None else ("full",)


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
        if side not in _sides(profile):
            found.put(f"energy_mae_{side}", None, _NO_SIDES)
        elif inside.sum() < 2:
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
    ours, theirs = clean_curve(profile)[0], clean_curve(reference)[0]
    both = np.isfinite(ours) & np.isfinite(theirs)
    if not both.any():
        return nothing("the model and the reference have no frame in common")

    arrays = (profile.values, theirs, reference.forces, ours, profile.forces)
    along = fsd(*arrays, eps=eps, arc=profile.scan.arc_lengths)
    bond = profile.scan.unit == "Å"
    if bond:
        official, own = fsd(*arrays, eps=eps), fsd(*arrays, eps=eps, own=True)
    else:
        official, own = along, fsd(*arrays, eps=eps, own=True, arc=profile.scan.arc_lengths)
    for side, mask in range_masks(profile.values, along.equilibrium).items():
        reason = along.notes.get(side, "")
        if side not in _sides(profile):
            for key in ("fsd", "fsd_own", "fsd_arc", "forces_mae"):
                found.put(f"{key}_{side}", None, _NO_SIDES)
            continue
        found.put(f"fsd_{side}", getattr(official, side) if bond else None, reason if bond else _NO_BOND)
        found.put(
            f"fsd_own_{side}", getattr(own, side) if bond else None, own.notes.get(side, "") if bond else _NO_BOND
        )
        found.put(f"fsd_arc_{side}", getattr(along, side), reason)
        inside = mask & both
        error = None if reason else forces_mae(profile.forces[inside], reference.forces[inside])
        found.put(f"forces_mae_{side}", error, reason)
    found.put("fsd_location", official.location if bond else None, along.notes.get("full", "") if bond else _NO_BOND)
    return official, own


def _put_periodicity(found: _Collector, profile: Profile) -> None:
    """How far the last frame of a full turn is from the first, which is the same molecule."""
    keys = ("periodicity_error", "periodicity_force_error")
    if not profile.scan.full_turn:
        for key in keys:
            found.put(key, None, "the scan is no full turn of a torsion")
        return
    _, energies, forces = path_curve(profile)
    for key, ends in zip(keys, (energies[[0, -1]], forces[[0, -1]]), strict=True):
        there = bool(np.isfinite(ends).all())
        found.put(key, float(abs(ends[1] - ends[0])) if there else None, "an end of the turn has no answer")


def _put_curve_measures(
    found: _Collector, values: Floats, energies: Floats, forces: Floats, *, branches: bool = True
) -> None:
    short = "too few neighbouring frames have an energy"
    enough = bool(np.isfinite(energies).sum() >= 3)
    found.put("tortuosity", curve.tortuosity(energies), "the energy does not change along the scan")
    found.put("energy_jump", curve.energy_jump(energies) if enough else None, short)
    found.put("n_minima", len(curve.minima(energies)) if enough else None, short)
    smooth = bool(curve.segments(np.isfinite(energies), 5))
    found.put("n_inflections", curve.inflections(values, energies) if smooth else None, short)

    end = "the branch has fewer than two frames, because the lowest point is at an end of the range"
    if not branches:
        end = "a torsion has no repulsive and no attractive branch"
    repulsion, attraction = curve.spearman_branches(values, energies) if branches else (None, None)
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
    descending, ascending = curve.spearman_branches(values, forces) if branches else (None, None)
    found.put("spearman_descending_force", descending, end)
    found.put("spearman_ascending_force", ascending, end)
    deviation = curve.conservation_deviation(values, energies, forces)
    found.put("conservation_deviation", deviation, "no two neighbouring frames have both an energy and a force")
