"""Mean absolute errors of energies and forces, on the ranges of the BSCT package.

Energies have no zero of their own: those of two potentials may differ by thousands of eV though their curves are one.
So they are compared from the reference's minimum on; the official figure, which compares them raw, is a detail.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bsct_explorer.metrics.fsd import (
    RANGES,
    Range,
    empty_reason,
    energy_mae,
    equilibrium_frame,
    forces_mae,
    range_masks,
)
from bsct_explorer.metrics.measured_curve import NO_REFERENCE, NOTHING_IN_COMMON, CurvePair, Missing
from bsct_explorer.metrics.metric_record import BSCT, OWN, SIDES, Metric, Value


def _energy_error(side: Range, aligned: bool) -> Callable[[CurvePair], Value | Missing]:
    def compute(both: CurvePair) -> Value | Missing:
        reference = both.reference
        if reference is None:
            return NO_REFERENCE
        ours, theirs = both.common
        there = np.isfinite(ours)
        if not there.any():
            return NOTHING_IN_COMMON
        no_side = both.no_side(side)
        if no_side is not None:
            return no_side
        known = np.isfinite(reference.energies)
        equilibrium = float(reference.values[equilibrium_frame(reference.energies)])
        inside = range_masks(reference.values, equilibrium)[side] & there
        if inside.sum() < 2:
            return Missing(empty_reason(side, reference.values[known], equilibrium))
        zero = int(np.nanargmin(theirs)) if aligned else None
        offset = 0.0 if zero is None else ours[zero] - theirs[zero]
        return energy_mae(ours[inside] - offset, theirs[inside])

    return compute


def _force_error(side: Range) -> Callable[[CurvePair], Value | Missing]:
    def compute(both: CurvePair) -> Value | Missing:
        missing = both.no_forces or both.no_side(side)
        if missing is not None:
            return missing
        reference, along = both.reference, both.fsd_along_path
        assert along is not None  # `no_forces` would say why
        assert reference is not None
        assert reference.forces is not None
        assert both.curve.forces is not None
        if side in along.notes:
            return Missing(along.notes[side])
        inside = range_masks(both.curve.values, along.equilibrium)[side] & np.isfinite(both.common[0])
        return forces_mae(both.curve.forces[inside], reference.forces[inside])

    return compute


def _energy_mae_aligned(side: Range) -> Metric:
    label, where = SIDES[side]
    return Metric(
        key=f"energy_mae_aligned_{side}",
        order=20,
        label=f"Energy MAE{label}",
        unit="eV",
        description=f"Mean energy error {where}, both energies taken from the reference's minimum on, so that another "
        "energy zero is no error.",
        source=OWN,
        formula="mean_k |(E(k) − E(k*)) − (E_ref(k) − E_ref(k*))|, k* = argmin E_ref of the frames that both have",
        needs_reference=True,
        lower_is_better=True,
        compute=_energy_error(side, aligned=True),
        ideal=0.0,
    )


def _energy_mae(side: Range) -> Metric:
    label, where = SIDES[side]
    return Metric(
        key=f"energy_mae_{side}",
        order=100,
        label=f"Raw energy MAE{label}",
        unit="eV",
        description=f"Mean energy error {where}, energies compared raw as the BSCT package does: a model with another "
        "energy zero looks wrong here, though its curve may be right.",
        source=BSCT,
        formula="mean_k |E(k) − E_ref(k)|",
        needs_reference=True,
        lower_is_better=True,
        compute=_energy_error(side, aligned=False),
        ideal=0.0,
        detail=True,
    )


def _forces_mae(side: Range) -> Metric:
    label, where = SIDES[side]
    return Metric(
        key=f"forces_mae_{side}",
        order=30,
        label=f"Force MAE{label}",
        unit="eV/Å",
        description=f"Mean error of a force component {where}, over all atoms.",
        source=BSCT,
        formula="mean |F − F_ref| over frames, atoms and components",
        needs_reference=True,
        lower_is_better=True,
        compute=_force_error(side),
        ideal=0.0,
    )


METRICS = tuple(make(side) for make in (_energy_mae_aligned, _forces_mae, _energy_mae) for side in RANGES)
