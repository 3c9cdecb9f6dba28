"""A curve as every door shows it: energies above their zero, the path integral of the forces, an ensemble's spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsct_explorer.analysis.curve_analysis import Analysis
from bsct_explorer.analysis.zero_frame import zero_frame
from bsct_explorer.data import Floats, frozen_array
from bsct_explorer.metrics.ensemble_spread import force_spread, relative_energy_spread
from bsct_explorer.profiles import Profile
from bsct_explorer.words.energy_zeros import DEFAULT_ZERO, EnergyZero


@dataclass(frozen=True)
class RelativeCurve:
    """One potential's curve relative to its zero; arrays have shape (n_frames,) and NaN for gaps.

    Attributes
    ----------
    zero
        Which zero was asked for, a key of `ENERGY_ZEROS`.
    zero_frame
        The frame at which `energies` is zero; None where no frame has an energy, and then all energies are NaN.
    energies
        E(k) − E(zero), eV.
    path_energies
        −∫ F·dx by the trapezoid rule, eV, zero by the same rule: at the same frame where that has a path energy. A
        failed frame cuts off what lies beyond it.
    forces
        Generalized forces, eV per unit of the coordinate.
    relative_energy_spread
        Standard deviation over an ensemble's members of their energies relative to the zero, eV; None for a single
        model.
    force_spread
        That of the members' forces along the coordinate, eV per unit; None for a single model. Each member's force is
        the derivative of its energy along the scan by central differences: it serves a band, no number.
    """

    zero: EnergyZero
    zero_frame: int | None
    energies: Floats
    path_energies: Floats
    forces: Floats
    relative_energy_spread: Floats | None
    force_spread: Floats | None

    def __post_init__(self) -> None:
        for name in ("energies", "path_energies", "forces", "relative_energy_spread", "force_spread"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, frozen_array(value))

    @property
    def path_departure(self) -> float | None:
        """Greatest |path energy − energy| in eV; None where no frame has both.

        For a gradient field that is the error of the trapezoid rule, which is largest on the wall.
        """
        return _greatest(self.path_energies - self.energies)

    @property
    def largest_energy_spread(self) -> float | None:
        """Greatest `relative_energy_spread`, eV; None for a single model."""
        return _greatest(self.relative_energy_spread)

    @property
    def largest_force_spread(self) -> float | None:
        """Greatest `force_spread`, eV per unit of the coordinate; None for a single model."""
        return _greatest(self.force_spread)


def relative_curve(
    analysis: Analysis, zero: EnergyZero = DEFAULT_ZERO, reference_frame: int | None = None
) -> RelativeCurve:
    """The curve of an analysis relative to a zero.

    Parameters
    ----------
    zero
        See `ENERGY_ZEROS`.
    reference_frame
        Frame of the reference's own equilibrium (`equilibrium_frame`), for the zero ``reference``; None where there is
        no reference or it has none.
    """
    profile, own = analysis.profile, equilibrium_frame(analysis)
    energies, forces = profile.clean_curve()
    frame = zero_frame(energies, zero, own, reference_frame)
    path = _path_energies(profile, energies, own)
    path_frame = zero_frame(path, zero, own, reference_frame)
    members = profile.evaluation.member_energies
    spread = members if members is not None and len(members) > 1 else None
    return RelativeCurve(
        zero=zero,
        zero_frame=frame,
        energies=energies - (np.nan if frame is None else energies[frame]),
        path_energies=path - (np.nan if path_frame is None else path[path_frame]),
        forces=forces,
        relative_energy_spread=None if spread is None or frame is None else relative_energy_spread(spread, frame),
        force_spread=None if spread is None else force_spread(spread, profile.values),
    )


def equilibrium_frame(analysis: Analysis | None) -> int | None:
    """Frame of the curve's own minimum; None where it has none, or there is no curve."""
    return None if analysis is None or analysis.equilibrium is None else analysis.equilibrium.frame


def _greatest(values: Floats | None) -> float | None:
    if values is None or not np.isfinite(values).any():
        return None
    return float(np.nanmax(np.abs(values)))


def _path_energies(profile: Profile, energies: Floats, equilibrium: int | None) -> Floats:
    """Integrated from the well outward, so that a failed frame on the wall or far out does not cut off the well."""
    start = zero_frame(energies, "minimum", equilibrium)
    return np.full(len(energies), np.nan) if start is None else profile.path_energies(start)
