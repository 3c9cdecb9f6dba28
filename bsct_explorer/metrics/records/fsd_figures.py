"""Force Smoothness Deviation: official, with the model's own F(k*), and per arc length; where it has its maximum."""

from __future__ import annotations

from collections.abc import Callable

from bsct_explorer.metrics.fsd import RANGES, FSDResult, Range
from bsct_explorer.metrics.measured_curve import CurvePair, Missing
from bsct_explorer.metrics.metric_record import BSCT, OWN, SIDES, Metric, Value

NO_BOND = Missing("the official FSD is defined for bonds; the figure per arc length is fsd_arc_full")

Figure = Callable[[CurvePair], Value | Missing]


def _figure(side: Range, result: Callable[[CurvePair], FSDResult | None], bonds_only: bool) -> Figure:
    """One figure of a result, or why it has none."""

    def compute(both: CurvePair) -> Value | Missing:
        missing = both.no_forces or both.no_side(side) or (NO_BOND if bonds_only and not both.curve.is_bond else None)
        found = None if missing else result(both)
        if missing is not None or found is None:
            return missing or Missing("")
        value: float | None = getattr(found, side)
        return Missing(found.notes.get(side, "")) if value is None else value

    return compute


def _location(both: CurvePair) -> Value | Missing:
    if both.no_forces is not None:
        return both.no_forces
    if not both.curve.is_bond:
        return NO_BOND
    assert both.fsd is not None  # `no_forces` would say why
    return Missing(both.fsd.notes.get("full", "")) if both.fsd.location is None else both.fsd.location


def _fsd(side: Range) -> Metric:
    label, where = SIDES[side]
    return Metric(
        key=f"fsd_{side}",
        order=10,
        label=f"FSD{label}",
        unit="Å⁻¹",
        description=f"Fastest relative change of the force error {where}: large where the force is rough, and also "
        "where it is merely off near the minimum.",
        source=BSCT,
        formula="max_k |L(k+1) − L(k)| / (r(k+1) − r(k)), "
        "L = ln max(|F − F_ref(k*)|², ε²) − ln max(|F_ref − F_ref(k*)|², ε²)",
        needs_reference=True,
        lower_is_better=True,
        compute=_figure(side, lambda both: both.fsd, bonds_only=True),
        ideal=0.0,
    )


def _fsd_own(side: Range) -> Metric:
    label, where = SIDES[side]
    return Metric(
        key=f"fsd_own_{side}",
        order=40,
        label=f"FSD, own F(k*){label}",
        unit="Å⁻¹",
        description=f"FSD {where} with the model's own force at the minimum subtracted, so that a constant force error "
        "does not count as roughness; not the official figure.",
        source=OWN,
        formula="as FSD, with L = ln max(|F − F(k*)|², ε²) − ln max(|F_ref − F_ref(k*)|², ε²)",
        needs_reference=True,
        lower_is_better=True,
        compute=_figure(side, lambda both: both.fsd_own, bonds_only=True),
        ideal=0.0,
    )


def _fsd_arc(side: Range) -> Metric:
    label, where = SIDES[side]
    return Metric(
        key=f"fsd_arc_{side}",
        order=50,
        label=f"FSD per arc length{label}",
        unit="Å⁻¹",
        description=f"FSD {where} per length of the path that all atoms take together, so that bonds, angles and "
        "torsions can be compared; for a bond with both fragments moved by half it is 2/√n_atoms of the official "
        "figure.",
        source=OWN,
        formula="as FSD, with s(k+1) − s(k) = ∫ |dx/dq| dq (all atoms) in place of r(k+1) − r(k)",
        needs_reference=True,
        lower_is_better=True,
        compute=_figure(side, lambda both: both.fsd_along_path, bonds_only=False),
        ideal=0.0,
    )


METRICS = (
    *(make(side) for make in (_fsd, _fsd_own, _fsd_arc) for side in RANGES),
    Metric(
        key="fsd_location",
        order=60,
        label="Place of FSD's maximum",
        unit="Å",
        description="Bond length at which FSD takes its value: near the minimum it mostly shows an inaccurate force "
        "there, far from it a rough one.",
        source=OWN,
        formula="midpoint of the interval with the largest |L(k+1) − L(k)| / (r(k+1) − r(k))",
        needs_reference=True,
        lower_is_better=None,
        compute=_location,
    ),
)
