"""How well a potential knows its own energies and forces: jitter and quantisation.

Calling a potential twice measures nothing on a CPU, where both answers are equal bit by bit. What limits it is
rounding, which shows when the coordinate moves by less than the surface can change: over ±0.2 mÅ a smooth curve is a
cubic to 1e-12 eV, and what is left is noise. Where a few of the points make most of it, as a jump or a bend inside the
jitter does (an ANI network's CELU has a jump in its second derivative), a robust measure is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.curve import quantum as common_step
from bsct_explorer.artifacts.equilibrium import find_equilibrium
from bsct_explorer.artifacts.live_curve import Answer, Question
from bsct_explorer.artifacts.numerics import MAD_TO_SIGMA
from bsct_explorer.data import Floats
from bsct_explorer.words.numbers import number
from bsct_explorer.words.units import units_per_angstrom

JITTER = 2e-4
"""Å, half the width of the jitter."""

_POINTS = 14
_FAR_ABOVE = 5.0
"""Ratio of the rms to the robust σ from which a jump or a bend inside the jitter is taken to make it."""

_FOURTH = np.array([1.0, -4.0, 6.0, -4.0, 1.0])

FINEST, FINEST_SINGLE = 1e-7, 1e-5
"""Å. Smallest spacing worth looking at. Positions in single precision are rounded to about 2e-7 Å at 2 Å, so below
1e-5 Å a smooth force comes in stairs."""

_SINGLE = 1e-7
"""eV/Å. Force noise from which a potential is taken to compute in single precision (double shows 1e-10 or less)."""


@dataclass(frozen=True)
class Noise:
    """The noise floor of a potential along one scan; nothing below it is flagged.

    Attributes
    ----------
    energy, force
        σE in eV and σg in eV per unit of the coordinate: the larger of the two places.
    quantum
        eV. The step in which energies come: the last digit of the total in the precision it is computed in.
    spacing
        Smallest spacing of the coordinate at which two values can still be distinguished.
    unit
        Unit of the coordinate.
    minimum, energy_at_minimum, force_at_minimum
        Where it was measured near the equilibrium, and what was found there (NaN where frames failed).
    wall, energy_on_wall, force_on_wall
        The same on the repulsive wall.
    evaluations
        Frames that this took.
    """

    energy: float
    force: float
    quantum: float
    spacing: float = FINEST
    unit: str = "Å"
    minimum: float = float("nan")
    energy_at_minimum: float = float("nan")
    force_at_minimum: float = float("nan")
    wall: float = float("nan")
    energy_on_wall: float = float("nan")
    force_on_wall: float = float("nan")
    evaluations: int = 0

    @property
    def sentence(self) -> str:
        """The floor in words."""
        return (
            f"Noise: {number(self.energy, 2)} eV in the energy and {number(self.force, 2)} eV/{self.unit} in the "
            "force; nothing near it is flagged."
        )

    def at_least(self, energy: float, force: float) -> Noise:
        """This floor, or a higher one that is known from elsewhere: σE in eV, σg in eV per unit."""
        if energy <= self.energy and force <= self.force:
            return self
        energies = [
            float(np.fmax(known, energy)) for known in (self.energy, self.energy_at_minimum, self.energy_on_wall)
        ]
        forces = [float(np.fmax(known, force)) for known in (self.force, self.force_at_minimum, self.force_on_wall)]
        return replace(
            self,
            energy=energies[0],
            energy_at_minimum=energies[1],
            energy_on_wall=energies[2],
            force=forces[0],
            force_at_minimum=forces[1],
            force_on_wall=forces[2],
        )

    def force_at(self, place: float) -> float:
        """σg at a place: on the wall's side of the equilibrium the larger one, elsewhere that of the equilibrium."""
        if np.isfinite(self.force_at_minimum) and np.isfinite(self.minimum) and place > self.minimum:
            return self.force_at_minimum
        return self.force


class Jitter(NamedTuple):
    """What no cubic over ±0.2 mÅ explains: σ of energy (eV) and force (eV per unit), and the energies seen."""

    energy: float
    force: float
    energies: Floats


def jitter(place: float, unit: str) -> Question[Jitter]:
    """Ask around a place, in steps of 0.03 mÅ."""
    answer: Answer = yield place + JITTER * units_per_angstrom(unit) * np.linspace(-1.0, 1.0, _POINTS)
    return Jitter(_spread(answer.energies), _spread(answer.forces), answer.energies)


def _spread(y: Floats) -> float:
    """σ of what no cubic explains: the rms residual of the fit, or, where a few points make most of it, the robust one.

    The robust one is the median of |fourth differences|, over what unit noise gives. It scatters by a factor of two, so
    it only stands in where the rms is far above it. NaN is left out.
    """
    there = np.isfinite(y)
    rest = np.convolve(y, _FOURTH, mode="valid")
    rest = rest[np.isfinite(rest)]
    if there.sum() < 8 or len(rest) < 3:
        return float("nan")
    robust = float(MAD_TO_SIGMA * np.median(np.abs(rest)) / np.sqrt(_FOURTH @ _FOURTH))
    x, known = np.linspace(-1.0, 1.0, len(y))[there], y[there] - y[there].mean()
    off = known - np.polynomial.polynomial.Polynomial.fit(x, known, 3)(x)
    rms = float(np.sqrt((off**2).sum() / (len(x) - 4)))
    return robust if robust and rms > _FAR_ABOVE * robust else rms


def noise_places(values: Floats, energies: Floats) -> tuple[float, float]:
    """Where noise is measured: just beside the equilibrium, and half-way up the wall (NaN where there is none).

    Both lie between frames, where nothing on the grid is suspected by itself.
    """
    known = np.flatnonzero(np.isfinite(energies))
    if not len(known):
        return float("nan"), float("nan")
    equilibrium = find_equilibrium(values, energies)
    frame = equilibrium.frame if equilibrium is not None else int(known[energies[known].argmin()])
    frame = min(max(frame, 0), len(values) - 2)
    wall = frame // 2 if frame >= 4 else -1
    place = float(0.37 * values[frame] + 0.63 * values[frame + 1])
    return place, float(0.37 * values[wall] + 0.63 * values[wall + 1]) if wall >= 0 else float("nan")


def noise_from(
    places: tuple[float, float], seen: tuple[Jitter | None, Jitter | None], energies: Floats, unit: str
) -> Noise:
    """The floor from what was seen at both places and the energies of the scan.

    σE = max(σ, q/√12), q the step in which energies come, at least the last digit of a double.
    """
    everything = np.concatenate([energies, *(j.energies for j in seen if j is not None)])
    finite = everything[np.isfinite(everything)]
    last_digit = float(np.spacing(np.abs(finite).max())) if len(finite) else 0.0
    step = max(common_step(energies), last_digit)
    found = [j if j is not None else Jitter(float("nan"), float("nan"), np.empty(0)) for j in seen]
    energy = [max(j.energy, step / np.sqrt(12)) if np.isfinite(j.energy) else float("nan") for j in found]
    force = [j.force for j in found]
    worst_energy = _largest(energy, step / np.sqrt(12))
    worst_force = _largest(force, 0.0)
    per = units_per_angstrom(unit)
    single = worst_force * per > _SINGLE
    return Noise(
        energy=worst_energy,
        force=worst_force,
        quantum=step,
        spacing=(FINEST_SINGLE if single else FINEST) * per,
        unit=unit,
        minimum=places[0],
        energy_at_minimum=energy[0],
        force_at_minimum=force[0],
        wall=places[1],
        energy_on_wall=energy[1],
        force_on_wall=force[1],
        evaluations=sum(len(j.energies) for j in found),
    )


def _largest(values: list[float], otherwise: float) -> float:
    known = [value for value in values if np.isfinite(value)]
    return max(known) if known else otherwise
