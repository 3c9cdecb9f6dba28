"""What an artifact means for a simulation, as numbers: against kT, against the potential's own error, per MD step.

A force jump and velocity Verlet. Let the force along the coordinate be F₋ before a place and F₊ beyond it, and let
one step of length Δt with speed v cross it after the fraction s of the way. The step takes the mean of the forces at
its two ends (Swope, Andersen, Berens and Wilson, J. Chem. Phys. 76, 637 (1982)), so the kinetic energy grows by

    ΔK = v Δt (F₋ + F₊)/2        while the potential energy falls by        −ΔU = v Δt (s F₋ + (1 − s) F₊),

and the total energy is off by  v Δt ΔF (s − 1/2),  ΔF = F₊ − F₋: at most |ΔF| v Δt/2, and |ΔF| v Δt/√12 in the root
mean square over s. The thermal speed along the coordinate is v = √(kT/μ). An energy step that the force does not know
of changes the total energy by its whole size, whatever the step; a force that is no gradient changes it by
(excess) v Δt in each step.
"""

from __future__ import annotations

import math

from bsct_explorer.artifacts.artifact import KT_300K, Artifact
from bsct_explorer.words.units import units_per_angstrom

TIME_STEP = 1.0
"""fs."""

USUAL_MASS = 6.0
"""amu. Reduced mass of two carbon atoms, taken where none is known."""

_EV_PER_AMU = 9.648533e-3
"""Å²/fs² for 1 eV/amu (CODATA 2018)."""


def thermal_speed(mass: float) -> float:
    """√(kT/μ) at 300 K in Å/fs for a mass in amu: 0.0064 Å/fs for 6 amu; in °/fs for one in amu Å²/°²."""
    return math.sqrt(KT_300K / mass * _EV_PER_AMU)


def step_error(kind: str, size: float, mass: float, time_step: float = TIME_STEP) -> float | None:
    """Largest error of the total energy in one velocity-Verlet step across an artifact, in eV; see the module.

    Parameters
    ----------
    kind
        Of the artifact.
    size
        eV for an energy step, eV per unit for a jump or an excess of the force.
    mass
        Reduced mass along the coordinate, amu (amu Å² per unit² for an angle).
    time_step
        fs.

    Returns
    -------
    float or None
        None for a kind that is smooth: there a step makes no error beyond the integrator's own.
    """
    if kind == "energy-step":
        return abs(size)
    way = thermal_speed(mass) * time_step
    if kind == "force-kink":
        return 0.5 * abs(size) * way
    return abs(size) * way if kind == "non-conservative" else None


def in_simulation(
    artifact: Artifact, unit: str, mass: float | None = None, force_mae: float | None = None
) -> dict[str, float]:
    """Numbers that tell a simulator how bad an artifact is, for `Artifact.evidence`.

    Parameters
    ----------
    artifact
        With ``at_stake_eV`` in its evidence.
    unit
        Unit of the coordinate.
    mass
        See `step_error`; None takes `USUAL_MASS` on an arm of 1 Å.
    force_mae
        The potential's own force error in eV per unit of the coordinate, where it is known.
    """
    at_stake = float(artifact.evidence["at_stake_eV"])
    found = {"at_stake_over_kT_300K": at_stake / KT_300K}
    used = mass if mass is not None else USUAL_MASS / units_per_angstrom(unit) ** 2
    error = step_error(artifact.kind, artifact.size, used)
    if error is not None:
        found["energy_error_of_1_fs_step_eV"] = error
    if force_mae is not None and force_mae > 0 and artifact.unit != "eV":
        found["size_over_force_mae"] = abs(artifact.size) / force_mae
    return found
