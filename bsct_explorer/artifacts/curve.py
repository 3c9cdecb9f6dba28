"""What every detector is given: one curve, its reference, and how well both are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bsct_explorer.artifacts.equilibrium import Equilibrium, own_equilibrium
from bsct_explorer.artifacts.known_shape import SINGLE_BOND, KnownShape
from bsct_explorer.artifacts.numerics import defect, end_correction, jumps, robust_sigma, running_median
from bsct_explorer.artifacts.thresholds import Thresholds
from bsct_explorer.data import Floats
from bsct_explorer.metrics.curve_measures import segments

SHORTEST = 8
"""Frames that a piece between two gaps must have before anything in it is differenced."""

DETREND = 7
"""Intervals of the running median that is taken off the quadrature's defect, so that its slow part is no step."""

_SWING = {"Å": 0.1, "°": 10.0}


@dataclass(frozen=True)
class Piece:
    """A stretch of a curve without a gap, and what is differenced on it.

    Attributes
    ----------
    start
        Its first frame on the whole grid.
    q, energies, forces
        As in `Curve`, all finite, shape (n,).
    """

    start: int
    q: Floats
    energies: Floats
    forces: Floats

    @cached_property
    def h(self) -> Floats:
        """Spacing of each interval, shape (n − 1,)."""
        return np.diff(self.q)

    @cached_property
    def correction(self) -> Floats:
        """`numerics.end_correction` of the force, eV, shape (n − 1,)."""
        return end_correction(self.q, self.forces)

    @cached_property
    def defect(self) -> Floats:
        """`numerics.defect`: energy that the force does not account for, eV, shape (n − 1,)."""
        return defect(self.q, self.energies, self.forces, self.correction)

    @cached_property
    def step(self) -> Floats:
        """The defect without its slow part, eV, shape (n − 1,): what a step shows in."""
        return self.defect - running_median(self.defect, DETREND)

    @cached_property
    def jumps(self) -> Floats:
        """`numerics.jumps` of the force, eV per unit, shape (n − 1,)."""
        return jumps(self.q, self.forces)

    def every_other(self) -> Piece:
        """The same stretch on half the frames."""
        return Piece(self.start, self.q[::2], self.energies[::2], self.forces[::2])


@dataclass(frozen=True)
class Curve:
    """Energies and generalized forces on one grid.

    Attributes
    ----------
    values
        The coordinate q, shape (n_frames,), strictly increasing.
    energies
        eV, same shape; NaN where the frame failed.
    forces
        Generalized force, eV per unit of q, same shape; NaN where the frame failed or it is not known.
    thresholds
        When something counts.
    given_sigma_energy, sigma_force
        Noise of energies (eV) and generalized forces (eV per unit), where it was measured, else 0.
    unit
        Unit of q.
    shape
        Where its shape may be judged without a reference.
    """

    values: Floats
    energies: Floats
    forces: Floats
    thresholds: Thresholds
    given_sigma_energy: float = 0.0
    sigma_force: float = 0.0
    unit: str = "Å"
    shape: KnownShape = SINGLE_BOND

    @cached_property
    def spacing(self) -> float:
        return float(np.median(np.diff(self.values)))

    @property
    def range(self) -> float:
        return float(self.values[-1] - self.values[0])

    @property
    def force_unit(self) -> str:
        return f"eV/{self.unit}"

    @property
    def swing(self) -> float:
        """How far the coordinate swings at 300 K: about 0.1 Å from turn to turn for a bond, 10° for an angle."""
        return _SWING.get(self.unit, 0.05 * self.range)

    @property
    def coarseness(self) -> float:
        """Factor on the thresholds of detectors that difference: (coarse_points / n)², at least 1."""
        return max(1.0, (self.thresholds.coarse_points / len(self.values)) ** 2)

    def coarseness_of(self, piece: Piece) -> float:
        """The same for a stretch with a spacing of its own, as if the whole range had it."""
        frames = self.range / float(np.median(piece.h)) + 1.0
        return max(1.0, (self.thresholds.coarse_points / frames) ** 2)

    @cached_property
    def pieces(self) -> list[Piece]:
        """Stretches without a gap, long enough for differences."""
        runs = segments(np.isfinite(self.energies) & np.isfinite(self.forces), SHORTEST)
        return [Piece(run.start, self.values[run], self.energies[run], self.forces[run]) for run in runs]

    @cached_property
    def sigma_energy(self) -> float:
        """Noise of the energies in eV: the given one, their quantum, or what the curve itself shows, the largest.

        The curve's own is the spread of the quadrature's defect; on a coarse grid that is truncation, and is not taken.
        """
        seen = 0.0
        if self.pieces and self.coarseness == 1.0:
            seen = robust_sigma(np.concatenate([piece.step for piece in self.pieces])) / np.sqrt(2)
        return float(max(self.given_sigma_energy, quantum(self.energies) / np.sqrt(12), seen))

    @cached_property
    def equilibrium(self) -> Equilibrium | None:
        return own_equilibrium(self.values, self.energies, self.shape.own, self.prominence)

    @property
    def prominence(self) -> float:
        """Depth that a minimum must have, eV."""
        return max(self.thresholds.prominence, self.thresholds.prominence_noise * self.sigma_energy)

    @property
    def dead_band(self) -> float:
        """Force below which there is no sign, eV per unit."""
        return max(self.thresholds.dead_band, self.thresholds.dead_band_noise * self.sigma_force)

    def kink_floor(self, place: Floats | float, force: Floats | float) -> Floats:
        """Smallest jump of the force worth following, eV per unit: `kink`, and more on the wall (`kink_wall`)."""
        t = self.thresholds
        middle = self.equilibrium.value if self.equilibrium is not None else -np.inf
        wall = np.clip(t.kink_wall * np.abs(force), t.kink, t.kink_wall_most * t.kink)
        return np.asarray(np.where(np.asarray(place) < middle, wall, t.kink))

    @property
    def extremum(self) -> float:
        """By how much an extremum of the force must stand out, eV per unit."""
        return max(self.thresholds.extremum, self.thresholds.extremum_noise * self.sigma_force)


def make_curve(
    values: Floats,
    energies: Floats,
    forces: Floats,
    thresholds: Thresholds | None = None,
    sigma_energy: float = 0.0,
    sigma_force: float = 0.0,
    unit: str = "Å",
) -> Curve:
    """A curve from plain arrays, checked and masked.

    A frame without an energy has no force either, and the other way round: a failed reference frame may carry a force
    of exactly zero. Where no frame has a force, energies stay as they are.

    Parameters
    ----------
    values
        The coordinate, shape (n_frames,), strictly increasing, any spacing.
    energies
        eV, same shape; NaN where the frame failed.
    forces
        Generalized force, eV per unit of the coordinate, positive where the bond is pushed apart, same shape; NaN where
        the frame failed, all NaN where no force is known.
    thresholds
        Default: those for stored curves.
    sigma_energy, sigma_force
        Measured noise in eV and eV per unit; 0 where it is not known.
    unit
        Unit of the coordinate.

    Raises
    ------
    ValueError
        When shapes differ, or the coordinate does not increase.
    """
    q, e, g = (np.array(a, dtype=np.float64) for a in (values, energies, forces))
    if q.ndim != 1 or e.shape != q.shape or g.shape != q.shape:
        raise ValueError(f"values, energies and forces must have one shape (n,); got {q.shape}, {e.shape}, {g.shape}")
    if not (np.diff(q) > 0).all():
        raise ValueError("the coordinate must increase strictly from frame to frame")
    e[~np.isfinite(e)] = np.nan
    g[~np.isfinite(g) | np.isnan(e)] = np.nan
    if np.isfinite(g).any():
        e[np.isnan(g)] = np.nan
    return Curve(q, e, g, thresholds or Thresholds(), sigma_energy, sigma_force, unit)


_SMALLEST_QUANTUM = 1e-5
"""eV. Finer steps, as in files with six decimals, are below anything that is looked for."""

_ON_LATTICE = 1e-8
"""eV. An offset taken off in float64 leaves rounding of its own, of about this size at most."""


def quantum(energies: Floats) -> float:
    """The step in which energies come, in eV, or 0 where they come in none.

    Totals computed in float32 are multiples of their last digit, also when an offset is taken off afterwards in
    float64: at −20 000 eV that is 2 meV. So the step is the greatest common divisor of all differences. Where the
    total passes a power of two the step doubles: then it is the one of which three quarters of them are multiples.
    """
    steps = np.abs(np.diff(energies[np.isfinite(energies)]))
    steps = steps[steps > _ON_LATTICE]
    if len(steps) < SHORTEST:
        return 0.0

    def rest(divisor: float) -> Floats:
        return np.asarray(np.abs(steps - divisor * np.round(steps / divisor)))

    step = float(steps.min())
    while step > _SMALLEST_QUANTUM and bool((rest(step) > _ON_LATTICE).any()):  # Euclid's algorithm
        left = rest(step)
        step = float(left[left > _ON_LATTICE].min())
    if step <= _SMALLEST_QUANTUM:
        return 0.0
    while (rest(2 * step) <= _ON_LATTICE).mean() >= 0.75:
        step *= 2
    return step
