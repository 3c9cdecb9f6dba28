"""What one step of molecular dynamics gets wrong where it crosses a place that is not smooth.

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

from bsct_explorer.artifacts.artifact import KT_300K

TIME_STEP = 1.0
"""fs."""

_EV_PER_AMU = 9.648533e-3
"""Å²/fs² for 1 eV/amu (CODATA 2018)."""


def thermal_speed(mass: float) -> float:
    """√(kT/μ) at 300 K in Å/fs for a mass in amu: 0.0064 Å/fs for 6 amu; in °/fs for one in amu Å²/°²."""
    return math.sqrt(KT_300K / mass * _EV_PER_AMU)


def error_of_energy_step(size: float, way: float) -> float:
    """eV, of a step of the energy (eV) that the force does not know of: all of it, whatever the `way` of one step."""
    return abs(size)


def error_of_force_jump(size: float, way: float) -> float:
    """EV at most, of a jump of the force (eV per unit) that a step of length `way` crosses: |ΔF| v Δt/2."""
    return 0.5 * abs(size) * way


def error_of_steady_excess(size: float, way: float) -> float:
    """eV, of a force that is off the energy's slope by `size` (eV per unit) over a step of length `way`."""
    return abs(size) * way
