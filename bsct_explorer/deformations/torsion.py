"""Turning a torsion: the two fragments of its middle bond turn about that bond."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats
from bsct_explorer.deformations.scan import (
    DEFAULT_POINTS,
    FULL_TURN,
    SAME_TURN,
    Fixed,
    Scan,
    checked_fixed,
    checked_pair_of_numbers,
    checked_points,
    checked_rising,
    shares_of,
)
from bsct_explorer.deformations.turning import torsions_of, turned_groups, unit_vector
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.bond_graph import torsion_groups
from bsct_explorer.molecules.molecule import Molecule

CLOSE_TO_CIS = 30.0
"""Degrees. A molecule whose own torsion is closer to 0° is scanned from −180° to 180°: its minimum is then inside."""


@dataclass(frozen=True)
class Torsion:
    """Turn the torsion i-j-k-l: the two fragments of the bond j-k turn about it, rigidly.

    With n the unit vector from j to k and φ₀ the molecule's own torsion, x_a(φ) = x_j + R(n, s_a (φ - φ₀)) (x_a - x_j),
    where s is -1/2 on the fragment of j and i, +1/2 on that of k and l, or 0 and 1 where the first is held fixed, or
    -1 and 0 where the second is. dx_a/dφ = s_a (π/180) n × (x_a - x_j), Å per degree. The sign of φ is IUPAC's.

    A torsion is periodic: after 360° the molecule is the same again, so energies and forces must be. All torsions about
    one bond turn together: another choice of i and l shifts the values and nothing else.

    Attributes
    ----------
    i, j, k, l
        0-based indices; j and k are bonded, i is any atom of j's fragment and l any of k's that is off the axis.
    range
        First and last value in degrees, at most 360 apart; None for one full turn, 0 to 360, or −180 to 180 where the
        molecule's own torsion is within 30° of 0 (so that its minimum lies inside the range).
    fixed
        Fragment that stays in place: ``none`` (both turn by half), ``first`` (that of j) or ``second`` (that of k). It
        moves the picture, and changes nothing for a potential that is invariant to rotation.

    Raises
    ------
    DeformationError
        At construction for a range or `fixed` that makes no sense; in `scan` for a torsion that cannot be turned.
    """

    i: int
    j: int
    k: int
    l: int  # noqa: E741
    range: tuple[float, float] | None = None
    fixed: Fixed = "none"

    def __post_init__(self) -> None:
        if self.range is not None:
            lo, hi = checked_pair_of_numbers(self.range, "0:360")
            if not (np.isfinite([lo, hi]).all() and -FULL_TURN <= lo < hi <= 2 * FULL_TURN):
                raise DeformationError(
                    f"Range {lo:g} to {hi:g} cannot be scanned: a torsion's is in degrees, must rise, and lie between "
                    "−360 and 720. 0 to 360 is one full turn."
                )
            if hi - lo > FULL_TURN + SAME_TURN:
                raise DeformationError(
                    f"Range {lo:g} to {hi:g} is more than one full turn: the molecule is the same again after 360°. "
                    f"Take {lo:g} to {lo + FULL_TURN:g}."
                )
            object.__setattr__(self, "range", (lo, hi))
        checked_fixed(self.fixed)

    @property
    def kind(self) -> str:
        return "torsion"

    @property
    def unit(self) -> str:
        return "°"

    @property
    def atoms(self) -> tuple[int, ...]:
        return (self.i, self.j, self.k, self.l)

    def limits(self, molecule: Molecule) -> tuple[float, float]:
        """First and last torsion in degrees."""
        if self.range is not None:
            return self.range
        torsion_groups(molecule, *self.atoms)
        own = float(self.measure(molecule.positions[None])[0])
        return (-180.0, 180.0) if min(own, FULL_TURN - own) < CLOSE_TO_CIS else (0.0, FULL_TURN)

    def measure(self, positions: ArrayLike) -> Floats:
        """Torsions of frames of shape (n, n_atoms, 3), 0 to 360 degrees, shape (n,)."""
        return torsions_of(positions, *self.atoms)

    def scan(self, molecule: Molecule, points: int = DEFAULT_POINTS) -> Scan:
        """Scan at `points` evenly spaced torsions, both ends included.

        Raises
        ------
        DeformationError
            `points` is not a whole number from 20 to 1000, or the torsion cannot be turned.
        """
        count = checked_points(points)
        return self.scan_at(molecule, np.linspace(*self.limits(molecule), count))

    def scan_at(self, molecule: Molecule, values: ArrayLike) -> Scan:
        """Scan at the given torsions.

        Parameters
        ----------
        values
            Degrees, shape (n_frames,), strictly increasing; any, as 370 is 10.

        Raises
        ------
        DeformationError
            The values do not rise, or the torsion cannot be turned.
        """
        angles = checked_rising(values, "Torsions", self.unit)
        labels = torsion_groups(molecule, *self.atoms)
        start = molecule.positions
        axis = unit_vector(start[self.k] - start[self.j])
        own = float(self.measure(start[None])[0])
        positions, tangents = turned_groups(start, start[self.j], axis, shares_of(labels, self.fixed), angles - own)
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
