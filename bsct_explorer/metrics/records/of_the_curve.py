"""Measures of one curve without a reference, as MLIP Arena and ML-PEG define them.

They are taken along a length in Å (`MeasuredCurve.along_path`), so that units and dead-bands mean the same for bonds,
angles and torsions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.metrics import curve_measures as curve
from bsct_explorer.metrics.measured_curve import CurvePair, Missing
from bsct_explorer.metrics.metric_record import ARENA, ML_PEG, Metric, Value

TOO_FEW = Missing("too few neighbouring frames have an energy")
NO_FORCE = Missing("there is no force along the coordinate")
NO_BRANCHES = Missing("a torsion has no repulsive and no attractive branch")
SHORT_BRANCH = Missing("the branch has fewer than two frames, because the lowest point is at an end of the range")

Compute = Callable[[CurvePair], Value | Missing]


def _of_energies(measure: Callable[[Floats], Value]) -> Compute:
    """A measure of the energies, where three frames have one."""

    def compute(both: CurvePair) -> Value | Missing:
        energies = both.curve.energies
        return measure(energies) if np.isfinite(energies).sum() >= 3 else TOO_FEW

    return compute


def _tortuosity(both: CurvePair) -> Value | Missing:
    found = curve.tortuosity(both.curve.energies)
    return Missing("the energy does not change along the scan") if found is None else found


def _inflections(both: CurvePair) -> Value | Missing:
    places, energies, _ = both.curve.along_path
    return curve.inflections(places, energies) if curve.segments(np.isfinite(energies), 5) else TOO_FEW


def _branch(of_force: bool, inside: bool) -> Compute:
    """Spearman's ρ of the energy or the force inside or outside of its lowest value."""

    def compute(both: CurvePair) -> Value | Missing:
        places, energies, forces = both.curve.along_path
        if of_force and not np.isfinite(forces).any():
            return NO_FORCE
        if both.curve.periodic:
            return NO_BRANCHES
        found = curve.spearman_branches(places, forces if of_force else energies)[0 if inside else 1]
        return SHORT_BRANCH if found is None else found

    return compute


def _force_flips(both: CurvePair) -> Value | Missing:
    forces = both.curve.along_path.forces
    return curve.force_flips(forces) if np.isfinite(forces).any() else NO_FORCE


def _conservation(both: CurvePair) -> Value | Missing:
    places, energies, forces = both.curve.along_path
    if not np.isfinite(forces).any():
        return NO_FORCE
    found = curve.conservation_deviation(places, energies, forces)
    return Missing("no two neighbouring frames have both an energy and a force") if found is None else found


METRICS = (
    Metric(
        key="tortuosity",
        order=70,
        label="Tortuosity",
        unit="",
        description="How much longer the energy's way up and down is than the shortest way through its minimum; 1 is a "
        "curve with one minimum and no detour.",
        source=ARENA,
        formula="Σ|ΔE| / (|E_first − E_min| + |E_last − E_min|)",
        needs_reference=False,
        lower_is_better=True,
        compute=_tortuosity,
        ideal=1.0,
    ),
    Metric(
        key="energy_jump",
        order=70,
        label="Energy jump",
        unit="eV",
        description="Sum of the energy differences on both sides of every turn of the curve; it misses a step in the "
        "direction the curve goes anyway.",
        source=ARENA,
        formula="Σ(|ΔE_i| + |ΔE_{i+1}|) where sign ΔE flips, |ΔE| < 1 meV left out",
        needs_reference=False,
        lower_is_better=True,
        compute=_of_energies(curve.energy_jump),
    ),
    Metric(
        key="force_flips",
        order=70,
        label="Force flips",
        unit="",
        description="How often the force along the bond changes its direction; a bond has exactly one such place, its "
        "equilibrium.",
        source=ARENA,
        formula="sign changes of g, |g| ≤ 10 meV/Å left out",
        needs_reference=False,
        lower_is_better=None,
        compute=_force_flips,
        ideal=1.0,
        integer=True,
    ),
    Metric(
        key="spearman_repulsion_energy",
        order=70,
        label="ρ(E), repulsion",
        unit="",
        description="Rank correlation of energy and bond length inside the minimum; −1 when the energy only falls "
        "towards it.",
        source=ARENA,
        formula="Spearman's ρ of (r, E) for r ≤ argmin E",
        needs_reference=False,
        lower_is_better=True,
        compute=_branch(of_force=False, inside=True),
        ideal=-1.0,
    ),
    Metric(
        key="spearman_attraction_energy",
        order=70,
        label="ρ(E), attraction",
        unit="",
        description="Rank correlation of energy and bond length outside the minimum; +1 when the energy only rises.",
        source=ARENA,
        formula="Spearman's ρ of (r, E) for r > argmin E",
        needs_reference=False,
        lower_is_better=False,
        compute=_branch(of_force=False, inside=False),
        ideal=1.0,
    ),
    Metric(
        key="spearman_descending_force",
        order=70,
        label="ρ(F), descending",
        unit="",
        description="Rank correlation of force and bond length up to the strongest attraction; −1 when the force only "
        "falls.",
        source=ARENA,
        formula="Spearman's ρ of (r, g) for r ≤ argmin g",
        needs_reference=False,
        lower_is_better=True,
        compute=_branch(of_force=True, inside=True),
        ideal=-1.0,
    ),
    Metric(
        key="spearman_ascending_force",
        order=70,
        label="ρ(F), ascending",
        unit="",
        description="Rank correlation of force and bond length beyond the strongest attraction; +1 when the force only "
        "dies out.",
        source=ARENA,
        formula="Spearman's ρ of (r, g) for r > argmin g",
        needs_reference=False,
        lower_is_better=False,
        compute=_branch(of_force=True, inside=False),
        ideal=1.0,
    ),
    Metric(
        key="conservation_deviation",
        order=70,
        label="Conservation deviation",
        unit="eV/Å",
        description="Mean difference of the force from the energy's slope on the grid; on the repulsive wall mostly "
        "the grid's own error.",
        source=ARENA,
        formula="⟨|g + dE/dr|⟩, dE/dr by central differences",
        needs_reference=False,
        lower_is_better=True,
        compute=_conservation,
        ideal=0.0,
    ),
    Metric(
        key="n_minima",
        order=80,
        label="Energy minima",
        unit="",
        description="Number of energy minima at least 0.1 eV deep inside the range; a bond has one.",
        source=ML_PEG,
        formula="interior minima of E with prominence ≥ 0.1 eV",
        needs_reference=False,
        lower_is_better=None,
        compute=_of_energies(lambda energies: len(curve.minima(energies))),
        ideal=1.0,
        integer=True,
    ),
    Metric(
        key="n_inflections",
        order=80,
        label="Energy inflections",
        unit="",
        description="Number of places where the energy's curvature changes its sign; a bond has one.",
        source=ML_PEG,
        formula="sign changes of d²E/dr², |d²E/dr²| ≤ 0.5 eV/Å² left out",
        needs_reference=False,
        lower_is_better=None,
        compute=_inflections,
        ideal=1.0,
        integer=True,
    ),
)
