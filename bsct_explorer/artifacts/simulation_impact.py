"""What an artifact means for a simulation, as numbers: against kT, against the potential's own error, per MD step."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import KT_300K, Artifact
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.verlet_step import TIME_STEP, thermal_speed
from bsct_explorer.words.units import units_per_angstrom

USUAL_MASS = 6.0
"""amu. Reduced mass of two carbon atoms, taken where none is known."""


def step_error(kind: str, size: float, mass: float, time_step: float = TIME_STEP) -> float | None:
    """Largest error of the total energy in one velocity-Verlet step across an artifact, in eV (`verlet_step`).

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
    error = kind_of(kind).step_error
    return None if error is None else error(size, thermal_speed(mass) * time_step)


def md_step(unit: str, mass: float | None = None) -> float:
    """Way of one step of molecular dynamics (1 fs) at the thermal speed, in units of the coordinate; mass as above."""
    return thermal_speed(_mass(unit, mass)) * TIME_STEP


def _mass(unit: str, mass: float | None) -> float:
    return mass if mass is not None else USUAL_MASS / units_per_angstrom(unit) ** 2


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
    used = _mass(unit, mass)
    error = step_error(artifact.kind, artifact.size, used)
    if error is not None:
        found["energy_error_of_1_fs_step_eV"] = error
    if force_mae is not None and force_mae > 0 and artifact.unit.startswith("eV/"):
        found["size_over_force_mae"] = abs(artifact.size) / force_mae
    return found
