"""The table of metrics: what each number is, for tooltips, column heads, and the documentation.

Measures of a curve in eV/Å and eV/Å² take a bond's own length as it is. For angles and torsions they are taken along
the arc length s = ∫ |dx/dq| dq of all atoms (`Scan.arc_lengths`), so that units and dead-bands mean the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BSCT = "Liu et al., arXiv:2602.04861 (2026); github.com/ryanliu30/bsct"
ARENA = "MLIP Arena; github.com/atomind-ai/mlip-arena (homonuclear diatomics)"
ML_PEG = "ML-PEG; github.com/ddmms/ml-peg (physicality/diatomics)"
OWN = "BSCT Explorer"


@dataclass(frozen=True)
class Metric:
    """One row of the table.

    Attributes
    ----------
    key
        Name in the JSON contract and in `Metrics.values`.
    label
        Short name for a person.
    unit
        Unit, empty for a pure number.
    description
        One sentence for a tooltip.
    source
        Who defined it.
    formula
        The definition in one line.
    needs_reference
        Whether it has no meaning without a reference.
    lower_is_better
        True, False, or None where neither is better (a place, or a count that has a right value).
    ideal
        The value of a perfect curve, where there is one.
    integer
        Whether it is a count.
    """

    key: str
    label: str
    unit: str
    description: str
    source: str
    formula: str
    needs_reference: bool
    lower_is_better: bool | None
    ideal: float | None = None
    integer: bool = False


_SIDE = {
    "full": ("", "over the whole range"),
    "compress": (", compressed", "from the shortest bond to the reference's minimum"),
    "stretch": (", stretched", "from the reference's minimum to the longest bond"),
}


def _fsd(side: str) -> Metric:
    label, where = _SIDE[side]
    return Metric(
        f"fsd_{side}",
        f"FSD{label}",
        "Å⁻¹",
        f"Fastest relative change of the force error {where}: large where the force is rough, and also where it is "
        "merely off near the minimum.",
        BSCT,
        "max_k |L(k+1) − L(k)| / (r(k+1) − r(k)), L = ln max(|F − F_ref(k*)|², ε²) − ln max(|F_ref − F_ref(k*)|², ε²)",
        True,
        True,
        0.0,
    )


def _fsd_own(side: str) -> Metric:
    label, where = _SIDE[side]
    return Metric(
        f"fsd_own_{side}",
        f"FSD, own F(k*){label}",
        "Å⁻¹",
        f"FSD {where} with the model's own force at the minimum subtracted, so that a constant force error does not "
        "count as roughness; not the official figure.",
        OWN,
        "as FSD, with L = ln max(|F − F(k*)|², ε²) − ln max(|F_ref − F_ref(k*)|², ε²)",
        True,
        True,
        0.0,
    )


def _fsd_arc(side: str) -> Metric:
    label, where = _SIDE[side]
    return Metric(
        f"fsd_arc_{side}",
        f"FSD per arc length{label}",
        "Å⁻¹",
        f"FSD {where} per length of the path that all atoms take together, so that bonds, angles and torsions can be "
        "compared; for a bond with both fragments moved by half it is 2/√n_atoms of the official figure.",
        OWN,
        "as FSD, with s(k+1) − s(k) = ∫ |dx/dq| dq (all atoms) in place of r(k+1) − r(k)",
        True,
        True,
        0.0,
    )


def _energy_mae(side: str) -> Metric:
    label, where = _SIDE[side]
    return Metric(
        f"energy_mae_{side}",
        f"Energy MAE{label}",
        "eV",
        f"Mean energy error {where}, energies compared raw: a model with another energy zero looks wrong here, though "
        "its curve may be right.",
        BSCT,
        "mean_k |E(k) − E_ref(k)|",
        True,
        True,
        0.0,
    )


def _forces_mae(side: str) -> Metric:
    label, where = _SIDE[side]
    return Metric(
        f"forces_mae_{side}",
        f"Force MAE{label}",
        "eV/Å",
        f"Mean error of a force component {where}, over all atoms.",
        BSCT,
        "mean |F − F_ref| over frames, atoms and components",
        True,
        True,
        0.0,
    )


_ROWS = (
    *(make(side) for make in (_fsd, _energy_mae, _forces_mae, _fsd_own, _fsd_arc) for side in _SIDE),
    Metric(
        "fsd_location",
        "Place of FSD's maximum",
        "Å",
        "Bond length at which FSD takes its value: near the minimum it mostly shows an inaccurate force there, far "
        "from it a rough one.",
        OWN,
        "midpoint of the interval with the largest |L(k+1) − L(k)| / (r(k+1) − r(k))",
        True,
        None,
    ),
    Metric(
        "tortuosity",
        "Tortuosity",
        "",
        "How much longer the energy's way up and down is than the shortest way through its minimum; 1 is a curve with "
        "one minimum and no detour.",
        ARENA,
        "Σ|ΔE| / (|E_first − E_min| + |E_last − E_min|)",
        False,
        True,
        1.0,
    ),
    Metric(
        "energy_jump",
        "Energy jump",
        "eV",
        "Sum of the energy differences on both sides of every turn of the curve; it misses a step in the direction the "
        "curve goes anyway.",
        ARENA,
        "Σ(|ΔE_i| + |ΔE_{i+1}|) where sign ΔE flips, |ΔE| < 1 meV left out",
        False,
        True,
    ),
    Metric(
        "force_flips",
        "Force flips",
        "",
        "How often the force along the bond changes its direction; a bond has exactly one such place, its equilibrium.",
        ARENA,
        "sign changes of g, |g| ≤ 10 meV/Å left out",
        False,
        None,
        1.0,
        True,
    ),
    Metric(
        "spearman_repulsion_energy",
        "ρ(E), repulsion",
        "",
        "Rank correlation of energy and bond length inside the minimum; −1 when the energy only falls towards it.",
        ARENA,
        "Spearman's ρ of (r, E) for r ≤ argmin E",
        False,
        True,
        -1.0,
    ),
    Metric(
        "spearman_attraction_energy",
        "ρ(E), attraction",
        "",
        "Rank correlation of energy and bond length outside the minimum; +1 when the energy only rises.",
        ARENA,
        "Spearman's ρ of (r, E) for r > argmin E",
        False,
        False,
        1.0,
    ),
    Metric(
        "spearman_descending_force",
        "ρ(F), descending",
        "",
        "Rank correlation of force and bond length up to the strongest attraction; −1 when the force only falls.",
        ARENA,
        "Spearman's ρ of (r, g) for r ≤ argmin g",
        False,
        True,
        -1.0,
    ),
    Metric(
        "spearman_ascending_force",
        "ρ(F), ascending",
        "",
        "Rank correlation of force and bond length beyond the strongest attraction; +1 when the force only dies out.",
        ARENA,
        "Spearman's ρ of (r, g) for r > argmin g",
        False,
        False,
        1.0,
    ),
    Metric(
        "conservation_deviation",
        "Conservation deviation",
        "eV/Å",
        "Mean difference of the force from the energy's slope on the grid; on the repulsive wall mostly the grid's own "
        "error.",
        ARENA,
        "⟨|g + dE/dr|⟩, dE/dr by central differences",
        False,
        True,
        0.0,
    ),
    Metric(
        "n_minima",
        "Energy minima",
        "",
        "Number of energy minima at least 0.1 eV deep inside the range; a bond has one.",
        ML_PEG,
        "interior minima of E with prominence ≥ 0.1 eV",
        False,
        None,
        1.0,
        True,
    ),
    Metric(
        "n_inflections",
        "Energy inflections",
        "",
        "Number of places where the energy's curvature changes its sign; a bond has one.",
        ML_PEG,
        "sign changes of d²E/dr², |d²E/dr²| ≤ 0.5 eV/Å² left out",
        False,
        None,
        1.0,
        True,
    ),
    Metric(
        "periodicity_error",
        "Energy after a full turn",
        "eV",
        "Difference of the energies at both ends of a full turn of a torsion, which are the same molecule.",
        OWN,
        "|E(φ + 360°) − E(φ)|",
        False,
        True,
        0.0,
    ),
    Metric(
        "periodicity_force_error",
        "Force after a full turn",
        "eV/Å",
        "Difference of the forces along the torsion at both ends of a full turn, per arc length.",
        OWN,
        "|g(φ + 360°) − g(φ)| / |dx/dφ|",
        False,
        True,
        0.0,
    ),
)

METRICS: Mapping[str, Metric] = {row.key: row for row in _ROWS}
"""Every metric by its key, the official nine first."""
