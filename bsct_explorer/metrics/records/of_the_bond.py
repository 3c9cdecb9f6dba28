"""A bond's own numbers, its equilibrium, stiffness, depth and wall, and how far they are from the reference's.

A smooth curve can be wrong in all of them. None is a finding: two good methods differ as well, in depth by up to a
factor of 3.2 (GFN2-xTB against ωB97M-D3(BJ), 311 bonds of BSCT-SPICE).
"""

from __future__ import annotations

from collections.abc import Callable

from bsct_explorer.metrics.bond_shape import STENCIL, Ends, ends_of, stiffness
from bsct_explorer.metrics.measured_curve import (
    LEAST_DEPTH_COMPARED,
    NO_MINIMUM,
    NO_REFERENCE,
    CurvePair,
    MeasuredCurve,
    Missing,
)
from bsct_explorer.metrics.metric_record import OWN, Metric, Value

NO_SLOPE = Missing(f"fewer than {STENCIL} frames have a force along the bond")
FLAT = Missing(f"the reference rises by less than {LEAST_DEPTH_COMPARED:g} eV there, so that a ratio means nothing")
SOFT = Missing("the reference has no force that drives the bond back to its equilibrium")

Compute = Callable[[CurvePair], Value | Missing]


def _own(both: CurvePair) -> Value | Missing:
    return both.curve.no_equilibrium or both.curve.bottom


def _difference(both: CurvePair) -> Value | Missing:
    if both.no_equilibria is not None or both.reference is None:
        return both.no_equilibria or NO_REFERENCE
    return both.curve.bottom - both.reference.bottom


def _stiffness(both: CurvePair) -> Value | Missing:
    return both.curve.no_equilibrium or _slope(both.curve) or NO_SLOPE


def _stiffness_ratio(both: CurvePair) -> Value | Missing:
    if both.no_equilibria is not None or both.reference is None:
        return both.no_equilibria or NO_REFERENCE
    ours, theirs = _slope(both.curve), _slope(both.reference)
    if ours is None or theirs is None:
        return NO_SLOPE if ours is None else Missing("the reference has no force along the bond")
    return ours / theirs if theirs > 0 else SOFT


def _slope(curve: MeasuredCurve) -> float | None:
    return stiffness(curve.values, curve.generalized_forces, curve.bottom)


def _end(which: Callable[[Ends], float]) -> Compute:
    def compute(both: CurvePair) -> Value | Missing:
        curve = both.curve
        if curve.no_equilibrium is not None:
            return curve.no_equilibrium
        ends = ends_of(curve.values, curve.energies, curve.bottom)
        return NO_MINIMUM if ends is None else which(ends)

    return compute


def _end_ratio(which: Callable[[Ends], float]) -> Compute:
    """The ratio of what an end costs, at the outermost frames that both curves have."""

    def compute(both: CurvePair) -> Value | Missing:
        ends = both.bond_ends
        if isinstance(ends, Missing):
            return ends
        ours, theirs = map(which, ends)
        return ours / theirs if theirs >= LEAST_DEPTH_COMPARED else FLAT

    return compute


def depth(ends: Ends) -> float:
    return ends.depth


def wall(ends: Ends) -> float:
    return ends.wall


METRICS = (
    Metric(
        key="depth",
        order=65,
        label="Depth",
        unit="eV",
        description="Energy that it costs to pull the bond from its equilibrium to the end of the range.",
        source=OWN,
        formula="E(r_last) − E(r_e)",
        needs_reference=False,
        lower_is_better=None,
        compute=_end(depth),
    ),
    Metric(
        key="depth_ratio",
        order=65,
        label="Depth, ratio",
        unit="",
        description="Depth against the reference's, to the last frame that both have; GFN2-xTB against DFT is between "
        "0.31 and 1.14.",
        source=OWN,
        formula="[E(r_last) − E(r_e)] / [E_ref(r_last) − E_ref(r_e,ref)]",
        needs_reference=True,
        lower_is_better=None,
        compute=_end_ratio(depth),
        ideal=1.0,
    ),
    Metric(
        key="equilibrium",
        order=65,
        label="Equilibrium",
        unit="Å",
        description="Bond length at the energy's minimum.",
        source=OWN,
        formula="r_e, the vertex of the parabola through the lowest frame and its neighbours",
        needs_reference=False,
        lower_is_better=None,
        compute=_own,
    ),
    Metric(
        key="equilibrium_difference",
        order=65,
        label="Equilibrium, difference",
        unit="Å",
        description="By how much the equilibrium is longer than the reference's; GFN2-xTB against DFT is within 0.03 Å "
        "on 99 of 100 bonds.",
        source=OWN,
        formula="r_e − r_e,ref",
        needs_reference=True,
        lower_is_better=None,
        compute=_difference,
        ideal=0.0,
    ),
    Metric(
        key="stiffness",
        order=65,
        label="Stiffness",
        unit="eV/Å²",
        description="Force constant of the bond at its equilibrium, from which its vibration's wavenumber follows.",
        source=OWN,
        formula="k = −dg/dr at r_e, from the polynomial through the five nearest frames",
        needs_reference=False,
        lower_is_better=None,
        compute=_stiffness,
    ),
    Metric(
        key="stiffness_ratio",
        order=65,
        label="Stiffness, ratio",
        unit="",
        description="Stiffness against the reference's; GFN2-xTB against DFT is between 0.76 and 1.12 on 98 of 100 "
        "bonds.",
        source=OWN,
        formula="k / k_ref, each at its own equilibrium",
        needs_reference=True,
        lower_is_better=None,
        compute=_stiffness_ratio,
        ideal=1.0,
    ),
    Metric(
        key="wall",
        order=65,
        label="Wall",
        unit="eV",
        description="Energy that it costs to push the bond from its equilibrium to the beginning of the range.",
        source=OWN,
        formula="E(r_first) − E(r_e)",
        needs_reference=False,
        lower_is_better=None,
        compute=_end(wall),
    ),
    Metric(
        key="wall_ratio",
        order=65,
        label="Wall, ratio",
        unit="",
        description="Wall against the reference's, from the first frame that both have.",
        source=OWN,
        formula="[E(r_first) − E(r_e)] / [E_ref(r_first) − E_ref(r_e,ref)]",
        needs_reference=True,
        lower_is_better=None,
        compute=_end_ratio(wall),
        ideal=1.0,
    ),
)
