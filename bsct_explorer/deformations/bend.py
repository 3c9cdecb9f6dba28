"""Bending an angle: the fragment of its first atom turns against the rest of the molecule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats
from bsct_explorer.deformations.scan import (
    DEFAULT_POINTS,
    Fixed,
    Scan,
    checked_fixed,
    checked_pair_of_numbers,
    checked_points,
    checked_rising,
    shares_of,
)
from bsct_explorer.deformations.turning import angles_of, turned, turned_groups, unit_vector
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.bond_graph import angle_groups
from bsct_explorer.molecules.molecule import Molecule

LOWEST, HIGHEST = 60.0, 180.0
"""Degrees. The range where none is asked for and the molecule's own angle lies well inside."""

MARGIN = 20.0
"""Degrees that the molecule's own angle must have to both ends of that range, so that its minimum is inside."""

LINEAR = 1.0
"""Degrees. An angle that differs less from 180° counts as linear: its plane would be that of rounding errors."""


class _Bend(NamedTuple):
    """Where a bend starts: positions in Å, the axis through j, and the angle there in degrees."""

    positions: Floats
    axis: Floats
    start: float


@dataclass(frozen=True)
class AngleBend:
    """Bend the angle i-j-k: two rigid groups turn about the axis through j that is perpendicular to the plane i-j-k.

    With n the unit vector of (x_i - x_j) × (x_k - x_j) and θ₀ the molecule's own angle,
    x_a(θ) = x_j + R(n, s_a (θ - θ₀)) (x_a - x_j), where s is -1/2 on the group of i and +1/2 on that of k, or 0 and 1
    where the first is held fixed, or -1 and 0 where the second is. dx_a/dθ = s_a (π/180) n × (x_a - x_j), Å per degree.

    Groups. The bond j-i is cut: what hangs on i turns one way, all the rest, with k and every other neighbour of j, the
    other way. So `AngleBend(i, j, k)` bends i against the rest, and `AngleBend(k, j, i)` bends k against the rest: they
    differ where j has more than two neighbours. Where j-i is in a ring, j-k is cut instead, and the group of k turns
    against the rest. Atom j lies on the axis and never moves. Bond lengths stay, and so do all angles and torsions but
    those between the cut bond and other neighbours of j.

    Linear angles. From 179° on the plane is not defined by i, j and k: the bend then goes towards the atom that is
    farthest from their line (the first of them where several are; any direction where all atoms lie on the line), and
    starts from exactly 180°, for which the group that was cut off is turned by the up to 1° that is missing.

    Beyond 180° the atoms go on through the line: 200° is measured as 160°, on the other side.

    Attributes
    ----------
    i, j, k
        0-based indices; i and k are bonded to j.
    range
        Smallest and largest angle in degrees; None for 60 to 180, or, where the molecule's own angle is within 20° of
        an end of that or beyond, 60° to both sides of it (so that its minimum lies inside the range).
    fixed
        Group that stays in place: ``none`` (both turn by half), ``first`` (that of i) or ``second`` (that of k). It
        moves the picture, and changes nothing for a potential that is invariant to rotation.

    Raises
    ------
    DeformationError
        At construction for a range or `fixed` that makes no sense; in `scan` for an angle that cannot be bent.
    """

    i: int
    j: int
    k: int
    range: tuple[float, float] | None = None
    fixed: Fixed = "none"

    def __post_init__(self) -> None:
        if self.range is not None:
            lo, hi = checked_pair_of_numbers(self.range, "60:180")
            if not (np.isfinite([lo, hi]).all() and 0 < lo < hi < 360):
                raise DeformationError(
                    f"Range {lo:g} to {hi:g} cannot be scanned: an angle's is in degrees, must begin above 0, rise, "
                    f"and end below 360. {LOWEST:g} to {HIGHEST:g} is usual."
                )
            object.__setattr__(self, "range", (lo, hi))
        checked_fixed(self.fixed)

    @property
    def kind(self) -> str:
        return "angle"

    @property
    def unit(self) -> str:
        return "°"

    @property
    def atoms(self) -> tuple[int, ...]:
        return (self.i, self.j, self.k)

    def limits(self, molecule: Molecule) -> tuple[float, float]:
        """Smallest and largest angle in degrees."""
        if self.range is not None:
            return self.range
        angle_groups(molecule, self.i, self.j, self.k)
        own = float(self.measure(molecule.positions[None])[0])
        if LOWEST + MARGIN <= own <= HIGHEST - MARGIN:
            return LOWEST, HIGHEST
        middle = float(round(own))
        return max(middle - 60.0, 20.0), middle + 60.0

    def measure(self, positions: ArrayLike) -> Floats:
        """Angles of frames of shape (n, n_atoms, 3), 0 to 180 degrees, shape (n,)."""
        return angles_of(positions, self.i, self.j, self.k)

    def scan(self, molecule: Molecule, points: int = DEFAULT_POINTS) -> Scan:
        """Scan at `points` evenly spaced angles.

        Raises
        ------
        DeformationError
            `points` is not a whole number from 20 to 1000, or the angle cannot be bent.
        """
        count = checked_points(points)
        return self.scan_at(molecule, np.linspace(*self.limits(molecule), count))

    def scan_at(self, molecule: Molecule, values: ArrayLike) -> Scan:
        """Scan at the given angles.

        Parameters
        ----------
        values
            Degrees, shape (n_frames,), above 0, below 360, strictly increasing; inside or outside `range`.

        Raises
        ------
        DeformationError
            The values do not rise, or the angle cannot be bent.
        """
        angles = checked_rising(values, "Angles", self.unit)
        if angles[0] <= 0 or angles[-1] >= 360:
            raise DeformationError(
                f"Angles must lie above 0 and below 360°, and they go from {angles[0]:g} to {angles[-1]:g}°. "
                "Choose another range."
            )
        labels, _ = angle_groups(molecule, self.i, self.j, self.k)
        bend = self._start(molecule)
        positions, tangents = turned_groups(
            bend.positions,
            bend.positions[self.j],
            bend.axis,
            shares_of(labels, self.fixed),
            angles - bend.start,
        )
        return Scan(
            molecule=molecule,
            kind=self.kind,
            atoms=self.atoms,
            unit=self.unit,
            values=angles,
            positions=positions,
            tangents=tangents,
            labels=labels,
            deformation=self,
        )

    def _start(self, molecule: Molecule) -> _Bend:
        """The molecule and its axis; where the angle is linear, straightened and with the axis that the class names."""
        positions = molecule.positions
        centre = positions[self.j]
        u, v = positions[self.i] - centre, positions[self.k] - centre
        start = float(angles_of(positions[None], self.i, self.j, self.k)[0])
        if start < 180.0 - LINEAR:
            if start < LINEAR:
                raise DeformationError(
                    f"Atoms {self.i} and {self.k} of {molecule.name} lie in one direction from atom {self.j}, so the "
                    "angle has no plane to bend in. Take another geometry."
                )
            return _Bend(positions, unit_vector(np.cross(u, v)), start)
        labels, cut = angle_groups(molecule, self.i, self.j, self.k)
        line = unit_vector(v - u)
        straight = positions.copy()
        moving, target = (labels == 0, -unit_vector(v)) if cut == self.i else (labels == 1, -unit_vector(u))
        arm = unit_vector(u if cut == self.i else v)
        axis = np.cross(arm, target)
        if np.linalg.norm(axis) > 1e-12:
            missing = np.arctan2(np.linalg.norm(axis), arm @ target)
            group = positions[moving] - centre
            straight[moving] = centre + turned(group, unit_vector(axis), np.full((1, len(group)), missing))[0]
            line = unit_vector(straight[self.k] - straight[self.i])
        return _Bend(straight, unit_vector(np.cross(_away_from(line, straight - centre), line)), 180.0)


def _away_from(line: Floats, arms: Floats) -> Floats:
    """Unit vector perpendicular to a line, towards the atom farthest from it; arms in Å, shape (n_atoms, 3)."""
    across = arms - np.outer(arms @ line, line)
    distances = np.linalg.norm(across, axis=1)
    # The first within 1 mÅ of the farthest: rounding must not decide between equal atoms.
    farthest = int(np.argmax(distances > distances.max() - 1e-3))
    if distances[farthest] > 0.1:
        return unit_vector(across[farthest])
    side = np.eye(3)[int(np.argmin(np.abs(line)))]
    return unit_vector(side - (side @ line) * line)


__all__ = ["HIGHEST", "LINEAR", "LOWEST", "AngleBend"]
