"""Polishing what is no jump: extra minima, falls, wrong-way and bumpy forces, confirmed by the live curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.live_curve import Question, together
from bsct_explorer.artifacts.refine.force_peaks import Prominence, Resolution, prominence, strongest_force
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.turning_points import Turning, turning_point
from bsct_explorer.artifacts.refinement import NO_ANSWER, Refinement, Verdict, ZoomLevel
from bsct_explorer.data import Floats
from bsct_explorer.words.units import units_per_angstrom

POLISHED = 1e-4
"""Å to which the place of a minimum or a turning point is polished."""

_CM_PER_ROOT = 521.47
"""√(k/μ)/(2πc) in cm⁻¹ for k in eV/Å² and μ in amu (CODATA 2018)."""

A_MINIMUM, A_MAXIMUM = "a minimum", "a maximum"
"""What an extremum of the force is, in a candidate's evidence."""

Evidence = dict[str, float | int | str]


@dataclass(frozen=True)
class RefinementGrid:
    """The scan as it stands, and what a polish may know of it.

    Attributes
    ----------
    curve
        The stored curve with its thresholds and the measured noise.
    memory
        Its frames, where the live potential agrees with them; else empty.
    reduced_mass
        amu (amu Å²/°² for an angle) of the motion along the coordinate, or None.
    reach
        Frames before and after a place between which it is polished.
    """

    curve: Curve
    memory: Memory
    reduced_mass: float | None = None
    reach: int = 1

    @property
    def tolerance(self) -> float:
        return POLISHED * units_per_angstrom(self.curve.unit)

    @property
    def resolution(self) -> Resolution:
        """How closely the force is looked at for its extrema."""
        return Resolution(0.1 * self.tolerance, self.curve.sigma_force)

    def around(self, place: float) -> tuple[float, float]:
        """The places of the frames that stand `reach` before and after a place."""
        q = self.curve.values
        k = int(np.searchsorted(q, place))
        nearest = min((i for i in (k - 1, k) if 0 <= i < len(q)), key=lambda i: abs(q[i] - place))
        return float(q[max(nearest - self.reach, 0)]), float(q[min(nearest + self.reach, len(q) - 1)])


def reduced_mass(masses: Floats, tangents: Floats) -> float:
    """Mass of the motion along a coordinate, centre of mass at rest.

        μ = Σ m_a |t_a|² − |Σ m_a t_a|² / Σ m_a,   so that the kinetic energy is μ q̇²/2

    Parameters
    ----------
    masses
        amu, shape (n_atoms,).
    tangents
        dx/dq at one frame, Å per unit of the coordinate, shape (n_atoms, 3).

    Returns
    -------
    float
        amu for a bond (M₁M₂/(M₁+M₂) of its two fragments), amu Å²/°² for an angle.
    """
    momentum = masses @ tangents
    return float(masses @ (tangents**2).sum(axis=1) - momentum @ momentum / masses.sum())


def wavenumber(curvature: float, mass: float) -> float:
    """ν̄ = √(k/μ)/(2πc) in cm⁻¹, k = `curvature` in eV per unit², μ = `mass` in amu; NaN where the curve bends down."""
    return float(_CM_PER_ROOT * np.sqrt(curvature / mass)) if curvature > 0 and mass > 0 else float("nan")


class Way(NamedTuple):
    """The lowest way out of a well: the frame of the barrier, and whether that is an end of the range."""

    frame: int
    at_end: bool


def way_out(energies: Floats, frame: int) -> Way:
    """The barrier that gives a well its prominence; finite energies, shape (n,)."""
    lower_left = np.flatnonzero(energies[:frame] < energies[frame])
    lower_right = np.flatnonzero(energies[frame + 1 :] < energies[frame])
    left = int(lower_left[-1]) if len(lower_left) else 0
    right = int(lower_right[0]) + frame + 1 if len(lower_right) else len(energies) - 1
    before = left + int(energies[left : frame + 1].argmax())
    after = frame + int(energies[frame : right + 1].argmax())
    best = before if energies[before] <= energies[after] else after
    return Way(best, best in (0, len(energies) - 1))


def polish_minimum(artifact: Artifact, grid: RefinementGrid) -> Question[Refinement]:
    """Place, depth, barrier and curvature of an extra minimum; real where it is still deep enough."""
    curve, memory = grid.curve, Memory(grid.memory)
    finite = np.flatnonzero(np.isfinite(curve.energies))
    frame = int(np.searchsorted(finite, int(artifact.evidence["frame"])))
    way = way_out(curve.energies[finite], frame)
    top_frame = finite[way.frame]
    top_place = float(curve.values[top_frame])
    bottom: Turning | None
    top: Turning | None
    looks: list[Question[Turning | None]] = [
        turning_point(*grid.around(float(curve.values[finite[frame]])), True, grid.tolerance, memory)
    ]
    if way.at_end:
        looks.append(_end_of_range(top_place, memory))
    else:
        looks.append(turning_point(*grid.around(top_place), False, grid.tolerance, memory))
    bottom, top = yield from together(looks)
    if bottom is None or top is None:
        return no_answer(artifact, memory)
    depth = top.energy - bottom.energy
    noise = curve.given_sigma_energy
    evidence: Evidence = {
        "depth_eV": depth,
        "threshold_eV": curve.prominence,
        "noise_eV": noise,
        "energy_at_minimum_eV": bottom.energy,
        f"barrier_at_{curve.unit}": top.place,
        "barrier_energy_eV": top.energy,
        "barrier_is": "an end of the range" if way.at_end else "a maximum of the energy" if top.smooth else "a jump",
        **_bend(bottom, grid),
    }
    verdict: Verdict = "real" if bottom.inside and depth > curve.prominence else "smooth"
    return Refinement(
        verdict=verdict,
        location=bottom.place,
        location_error=bottom.error,
        size=depth if bottom.inside else 0.0,
        size_error=max(3.0 * noise, abs(top.force) * top.error + abs(bottom.force) * bottom.error),
        unit="eV",
        width=artifact.interval[1] - artifact.interval[0],
        levels=tuple(_relative(level, top.energy) for level in bottom.levels),
        evaluations=memory.asked,
        evidence=evidence,
    )


def polish_fall(artifact: Artifact, grid: RefinementGrid, inward: bool) -> Question[Refinement]:
    """Turning point of a wall that collapses (`inward`) or an energy that falls outside, and its excess of the fall."""
    curve, memory = grid.curve, Memory(grid.memory)
    end_place = artifact.interval[0 if inward else 1]
    turn: Turning | None
    end: Turning | None
    lo, hi = grid.around(artifact.location)
    turn, end = yield from together(
        [turning_point(lo, hi, False, grid.tolerance, memory), _end_of_range(end_place, memory)]
    )
    if turn is None or end is None:
        return no_answer(artifact, memory)
    allowed = float(artifact.evidence.get("reference_fall_eV", 0.0))
    threshold = float(artifact.evidence.get("threshold_eV", curve.thresholds.fall))
    depth = turn.energy - end.energy
    noise = curve.given_sigma_energy
    return Refinement(
        verdict="real" if turn.inside and depth - allowed > threshold else "smooth",
        location=turn.place,
        location_error=turn.error,
        size=depth - allowed,
        size_error=max(3.0 * noise, abs(turn.force) * turn.error),
        unit="eV",
        width=abs(turn.place - end_place),
        levels=tuple(_relative(level, end.energy) for level in turn.levels),
        evaluations=memory.asked,
        evidence={
            "depth_eV": depth,
            "threshold_eV": threshold,
            "noise_eV": noise,
            "energy_at_turn_eV": turn.energy,
            "energy_at_end_eV": end.energy,
            f"curvature_eV/{curve.unit}²": turn.curvature,
            "turn_is": "a maximum of the energy" if turn.smooth else "a jump of the energy",
        },
    )


def polish_wrong_way(artifact: Artifact, grid: RefinementGrid) -> Question[Refinement]:
    """Zero crossings and the worst point of a force of the wrong sign."""
    curve, memory = grid.curve, Memory(grid.memory)
    q = curve.values
    worst_at = float(artifact.evidence.get(f"worst_at_{curve.unit}", artifact.location))
    outside = artifact.location <= worst_at
    sign = 1.0 if outside else -1.0
    crossings = [place for place in artifact.interval if q[0] < place < q[-1]]
    # On the way out the energy has a maximum where the wrong force begins (as `polish_fall` asks) and a minimum where
    # it ends; on the way in the same, seen from the other side.
    looks = [
        turning_point(*grid.around(place), (place == artifact.interval[0]) != outside, grid.tolerance, memory)
        for place in crossings
    ]
    answer = yield from together(looks)
    turns: dict[float, Turning] = {
        place: turn for place, turn in zip(crossings, answer, strict=True) if turn is not None and turn.smooth
    }
    lo, hi = sorted(turns[x].place if x in turns else x for x in artifact.interval)
    peak = yield from strongest_force(lo, hi, sign, memory, grid.resolution)
    if peak is None:
        return no_answer(artifact, memory)
    strength = sign * peak.force
    location, error = artifact.location, 0.5 * curve.spacing
    if artifact.location in turns:
        location, error = turns[artifact.location].place, turns[artifact.location].error
    verdict: Verdict = "real" if strength > curve.dead_band else "smooth"
    return Refinement(
        verdict=verdict,
        location=location,
        location_error=error,
        size=max(strength, 0.0),
        size_error=peak.error + 3.0 * curve.sigma_force,
        unit=curve.force_unit,
        width=hi - lo,
        levels=(peak.level,),
        evaluations=memory.asked,
        evidence={
            f"from_{curve.unit}": lo,
            f"to_{curve.unit}": hi,
            f"worst_at_{curve.unit}": peak.place,
            f"dead_band_{curve.force_unit}": curve.dead_band,
            f"noise_{curve.force_unit}": curve.sigma_force,
        },
    )


def polish_bump(artifact: Artifact, grid: RefinementGrid) -> Question[Refinement]:
    """By how much the worst extra extremum of the force stands out, polished there and where one gets out of it."""
    curve, memory = grid.curve, Memory(grid.memory)
    lo, hi = grid.around(artifact.location)
    known = curve.values[np.isfinite(curve.forces)]
    values = np.linspace(lo, hi, 7)
    yield from memory.ask([values, known])
    energies, forces = memory(values)
    if np.isfinite(forces).sum() < 3:
        return no_answer(artifact, memory)
    which = {A_MINIMUM: True, A_MAXIMUM: False}.get(str(artifact.evidence.get("extremum_is")))
    seen = yield from prominence((lo, hi), which, known, memory, grid.resolution)
    found = seen or Prominence(artifact.location, 0.0, 0.0)
    return Refinement(
        verdict="real" if found.size > curve.extremum else "smooth",
        location=found.place,
        location_error=(hi - lo) / 6,
        size=found.size,
        size_error=found.error + 3.0 * curve.sigma_force,
        unit=curve.force_unit,
        width=artifact.interval[1] - artifact.interval[0],
        levels=(ZoomLevel(values, energies, forces, (hi - lo) / 6, found.size),),
        evaluations=memory.asked,
        evidence={
            f"threshold_{curve.force_unit}": curve.extremum,
            f"noise_{curve.force_unit}": curve.sigma_force,
        },
    )


def _end_of_range(place: float, memory: Memory) -> Question[Turning | None]:
    values = np.array([place])
    yield from memory.ask([values])
    energies, forces = memory(values)
    if not (np.isfinite(energies).all() and np.isfinite(forces).all()):
        return None
    return Turning(place, 0.0, float(energies[0]), float(forces[0]), float("nan"), True, ())


def _bend(bottom: Turning, grid: RefinementGrid) -> Mapping[str, float | int | str]:
    """Curvature and wavenumber at a minimum, where it is smooth."""
    unit = grid.curve.unit
    if not bottom.smooth:
        return {"minimum_is": "a jump of the energy"}
    found: Evidence = {"minimum_is": "smooth", f"curvature_eV/{unit}²": bottom.curvature}
    if grid.reduced_mass is not None:
        found["wavenumber_1/cm"] = wavenumber(bottom.curvature, grid.reduced_mass)
        found["reduced_mass_amu" if unit == "Å" else f"reduced_mass_amu·Å²/{unit}²"] = grid.reduced_mass
    return found


def _relative(level: ZoomLevel, energy: float) -> ZoomLevel:
    """A level whose size is the depth below (or height above) an energy, instead of an energy."""
    return ZoomLevel(level.values, level.energies, level.forces, level.spacing, abs(energy - level.size))


def no_answer(artifact: Artifact, memory: Memory) -> Refinement:
    """What is said of a candidate around which frames failed: undecided, place and size as on the grid."""
    lo, hi = artifact.interval
    return Refinement(
        verdict="unresolved",
        location=artifact.location,
        location_error=0.5 * (hi - lo),
        size=artifact.size,
        size_error=abs(artifact.size),
        unit=artifact.unit,
        evaluations=memory.asked,
        evidence={"reason": NO_ANSWER},
    )
