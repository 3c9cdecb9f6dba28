"""What a metric is computed from: one curve as plain arrays, beside its reference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.metrics.bond_shape import Ends, ends_of
from bsct_explorer.metrics.fsd import FSDResult, Range, fsd


@dataclass(frozen=True)
class MeasuredCurve:
    """A potential's curve along a scan (`analysis.measured` makes it from a profile).

    Attributes
    ----------
    values
        The coordinate q, Å or degrees, shape (n_frames,), increasing.
    energies
        eV, same shape; NaN where the frame failed.
    generalized_forces
        eV per unit of the coordinate, same shape; NaN where the frame failed or no force is known.
    forces
        Of the atoms, eV/Å, shape (n_frames, n_atoms, 3); None where there are none.
    unit
        Unit of the coordinate.
    arc_lengths
        Length of the atoms' path up to each frame, Å, shape (n_frames,).
    arc_length_rate
        |dx/dq| in Å per unit of the coordinate, shape (n_frames,).
    periodic
        Whether the coordinate is, as a torsion's.
    full_turn
        Whether the scan goes once around a periodic coordinate.
    equilibrium
        The coordinate of the energy's minimum that is the bond's own; None where there is none or it was not looked
        for.
    """

    values: Floats
    energies: Floats
    generalized_forces: Floats
    forces: Floats | None
    unit: str
    arc_lengths: Floats
    arc_length_rate: Floats
    periodic: bool = False
    full_turn: bool = False
    equilibrium: float | None = None

    @property
    def is_bond(self) -> bool:
        """Whether the coordinate is a length, for which the official figures are defined."""
        return self.unit == "Å"

    @property
    def no_equilibrium(self) -> Missing | None:
        """Why the numbers of a bond cannot be had; None where they can."""
        return NO_BOND if not self.is_bond else NO_MINIMUM if self.equilibrium is None else None

    @property
    def bottom(self) -> float:
        """The coordinate of the energy's minimum; NaN where `no_equilibrium` says why."""
        return float("nan") if self.equilibrium is None else self.equilibrium

    @cached_property
    def along_path(self) -> PathCurve:
        """The curve against a length in Å, so that dead-bands in eV/Å and eV/Å² mean the same for all coordinates.

        For a bond that is the curve itself. For others the place is the arc length s and the force is g divided by
        |dx/dq|.
        """
        if self.is_bond:
            return PathCurve(self.values, self.energies, self.generalized_forces)
        return PathCurve(self.arc_lengths, self.energies, self.generalized_forces / self.arc_length_rate)


class PathCurve(NamedTuple):
    """Places in Å, energies in eV and forces in eV/Å, each of shape (n_frames,); NaN where a frame failed."""

    places: Floats
    energies: Floats
    forces: Floats


class Missing(NamedTuple):
    """A metric that has no value here, with the reason as a sentence without its full stop."""

    reason: str


NO_REFERENCE = Missing("there is no reference to compare with")
NOTHING_IN_COMMON = Missing("the model and the reference have no frame in common")
NO_BOND = Missing("it is defined for bonds")
NO_MINIMUM = Missing("the energy has no minimum inside the range")
NO_SIDES = Missing("a torsion is periodic: it has no compressed and no stretched side")

LEAST_DEPTH_COMPARED = 0.1
"""eV. What the reference must rise to an end of the range for a ratio to mean something: a bond that falls apart by
itself has no depth."""


@dataclass(frozen=True)
class CurvePair:
    """A curve beside its reference on the same frames, with what several metrics share.

    Attributes
    ----------
    curve, reference
        The model's, and what it is compared with, or None.
    eps
        FSD's ε in eV/Å.
    """

    curve: MeasuredCurve
    reference: MeasuredCurve | None
    eps: float

    @cached_property
    def common(self) -> tuple[Floats, Floats]:
        """Energies of the curve and of the reference in eV, shape (n_frames,), both NaN where either is."""
        assert self.reference is not None
        ours, theirs = self.curve.energies, self.reference.energies
        both = np.isfinite(ours) & np.isfinite(theirs)
        return np.where(both, ours, np.nan), np.where(both, theirs, np.nan)

    @cached_property
    def no_forces(self) -> Missing | None:
        """Why errors of the forces cannot be had; None where they can."""
        if self.reference is None:
            return NO_REFERENCE
        if self.reference.forces is None:
            return Missing("the reference has no atomic forces")
        if self.curve.forces is None:
            return Missing("the profile has no atomic forces")
        return None if np.isfinite(self.common[0]).any() else NOTHING_IN_COMMON

    @cached_property
    def no_equilibria(self) -> Missing | None:
        """Why the numbers of two bonds cannot be compared; None where they can."""
        if self.reference is None:
            return NO_REFERENCE
        theirs = Missing("the reference's energy has no minimum inside the range")
        return self.curve.no_equilibrium or (theirs if self.reference.equilibrium is None else None)

    @cached_property
    def bond_ends(self) -> tuple[Ends, Ends] | Missing:
        """What it costs to compress and to stretch the bond to the outermost frames that both have: ours, theirs."""
        if self.no_equilibria is not None or self.reference is None:
            return self.no_equilibria or NO_REFERENCE
        curves = zip(self.common, (self.curve, self.reference), strict=True)
        ours, theirs = (ends_of(curve.values, energies, curve.bottom) for energies, curve in curves)
        if ours is None or theirs is None:
            return Missing("an equilibrium lies outside of the frames that model and reference share")
        return ours, theirs

    def no_side(self, side: Range) -> Missing | None:
        """Why a range has no meaning; None where it has."""
        return NO_SIDES if self.curve.periodic and side != "full" else None

    @cached_property
    def fsd_along_path(self) -> FSDResult | None:
        """FSD per arc length; None where `no_forces` says why."""
        return self._fsd(arc=True)

    @cached_property
    def fsd(self) -> FSDResult | None:
        """The official FSD; for a coordinate that is no bond the one per arc length."""
        return self._fsd(arc=False) if self.curve.is_bond else self.fsd_along_path

    @cached_property
    def fsd_own(self) -> FSDResult | None:
        """As `fsd`, with the model's own force at k* subtracted from its forces."""
        return self._fsd(arc=not self.curve.is_bond, own=True)

    def _fsd(self, *, arc: bool, own: bool = False) -> FSDResult | None:
        curve, reference = self.curve, self.reference
        if self.no_forces is not None or reference is None or reference.forces is None or curve.forces is None:
            return None
        theirs, ours = (reference.energies, reference.forces), (curve.energies, curve.forces)
        return fsd(curve.values, theirs, ours, eps=self.eps, own=own, arc=curve.arc_lengths if arc else None)
