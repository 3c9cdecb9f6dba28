"""Pulling a bond: its two fragments move apart along it (BSCT protocol, arXiv:2602.04861)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats, Ints
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
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.bond_graph import check_pair, fragments
from bsct_explorer.molecules.molecule import Molecule

DEFAULT_RANGE = (0.5, 2.0)

CLOSEST = 0.05
"""Sums of covalent radii. Closer, the nuclei are all but in one place, where no potential has an answer."""

WIDEST = 10.0
"""Sums of covalent radii. Beyond it every potential's cutoff is long past."""


@dataclass(frozen=True)
class BondStretch:
    """Pull one bond: both fragments rigid, moved along the bond's unit vector (arXiv:2602.04861).

    With r the bond length, r₀ that of the molecule, and u the unit vector from i to j,
    x_a(r) = x_a(r₀) + s_a (r - r₀) u, where s is -1/2 on the fragment of i and +1/2 on that of j, or 0 and 1 where the
    first is held fixed, or -1 and 0 where the second is.

    Attributes
    ----------
    i, j
        0-based indices of the two bonded atoms.
    range
        Shortest and longest bond length in units of the sum of the atoms' covalent radii (`ase.data.covalent_radii`).
    fixed
        Fragment that stays in place: ``none`` (the protocol), ``first`` (that of i) or ``second`` (that of j). It moves
        the picture, and changes nothing for a potential that is invariant to translation.
    labels
        Fragment of each atom, 0 with i and 1 with j, where it is known (BSCT-SPICE); None to cut the molecule's graph.

    Raises
    ------
    DeformationError
        At construction for a range or `fixed` that makes no sense; in `scan` for a bond that cannot be pulled.
    """

    i: int
    j: int
    range: tuple[float, float] = DEFAULT_RANGE
    fixed: Fixed = "none"
    labels: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        lo, hi = checked_pair_of_numbers(self.range, "0.5:2.0")
        if not (np.isfinite([lo, hi]).all() and CLOSEST <= lo < hi <= WIDEST):
            raise DeformationError(
                f"Range {lo:g} to {hi:g} cannot be scanned: it is in sums of covalent radii, must begin at "
                f"{CLOSEST:g} or above, rise, and end by {WIDEST:g}. The protocol's is {DEFAULT_RANGE[0]:g} to "
                f"{DEFAULT_RANGE[1]:g}."
            )
        checked_fixed(self.fixed)
        object.__setattr__(self, "range", (lo, hi))

    @property
    def kind(self) -> str:
        return "bond"

    @property
    def unit(self) -> str:
        return "Å"

    @property
    def atoms(self) -> tuple[int, ...]:
        return (self.i, self.j)

    def limits(self, molecule: Molecule) -> tuple[float, float]:
        """Shortest and longest bond length in Å."""
        check_pair(molecule, self.i, self.j)
        unit = sum_of_radii(molecule, self.i, self.j)
        return self.range[0] * unit, self.range[1] * unit

    def measure(self, positions: ArrayLike) -> Floats:
        """Bond lengths of frames of shape (n, n_atoms, 3), Å, shape (n,)."""
        x = np.asarray(positions, dtype=np.float64)
        return np.asarray(np.linalg.norm(x[:, self.j] - x[:, self.i], axis=1))

    def scan(self, molecule: Molecule, points: int = DEFAULT_POINTS) -> Scan:
        """Scan at `points` evenly spaced bond lengths.

        Raises
        ------
        DeformationError
            `points` is not a whole number from 20 to 1000, or the bond cannot be pulled.
        """
        count = checked_points(points)
        return self.scan_at(molecule, np.linspace(*self.limits(molecule), count))

    def scan_at(self, molecule: Molecule, values: ArrayLike) -> Scan:
        """Scan at the given bond lengths.

        Parameters
        ----------
        values
            Å, shape (n_frames,), positive and strictly increasing; inside or outside `range`.

        Raises
        ------
        DeformationError
            The values do not rise, or the bond cannot be pulled.
        """
        lengths = _checked_values(values)
        labels = self._fragments(molecule)
        start = molecule.positions
        axis = start[self.j] - start[self.i]
        length = float(np.linalg.norm(axis))
        # s_a: -1/2 and 1/2; holding one fragment adds the same displacement to both.
        tangent = shares_of(labels, self.fixed)[:, None] * (axis / length)
        return Scan(
            molecule=molecule,
            kind=self.kind,
            atoms=self.atoms,
            unit=self.unit,
            values=lengths,
            positions=start + (lengths - length)[:, None, None] * tangent,
            tangents=np.broadcast_to(tangent, (len(lengths), *tangent.shape)),
            labels=labels,
            deformation=self,
        )

    def _fragments(self, molecule: Molecule) -> Ints:
        if self.labels is None:
            return fragments(molecule, self.i, self.j)
        check_pair(molecule, self.i, self.j)
        labels = np.array(self.labels, dtype=np.int64)
        if labels.shape != (len(molecule),) or labels[self.i] != 0 or labels[self.j] != 1 or set(labels) != {0, 1}:
            raise DeformationError(
                f"labels must be 0 or 1 for each of the {len(molecule)} atoms of {molecule.name}, 0 for atom {self.i} "
                f"and 1 for atom {self.j}. Leave them out to cut the molecule's own bond."
            )
        return labels


def sum_of_radii(molecule: Molecule, i: int, j: int) -> float:
    """Sum of the covalent radii of two atoms in Å (`ase.data.covalent_radii`, Cordero et al. 2008)."""
    from ase.data import covalent_radii

    return float(covalent_radii[molecule.numbers[i]] + covalent_radii[molecule.numbers[j]])


def spice_scan(molecule: Molecule) -> Scan:
    """The official scan of a BSCT-SPICE system: its own bond, fragments, range and number of frames.

    Raises
    ------
    DeformationError
        The molecule is no BSCT-SPICE system.
    MoleculeError
        Its `partition.npz` cannot be read.
    """
    from bsct_explorer.molecules.bsct_spice import read_partition

    if molecule.folder is None:
        raise DeformationError(
            f"{molecule.name} is no BSCT-SPICE system, so it has no scan of its own. "
            "Choose a bond, or load bsct-spice:<bond type>/<number>."
        )
    partition = read_partition(molecule.folder)
    i, j = partition.bond
    unit = sum_of_radii(molecule, i, j)
    stretch = BondStretch(
        i, j, range=(partition.lo / unit, partition.hi / unit), labels=tuple(int(x) for x in partition.labels)
    )
    return stretch.scan_at(molecule, np.linspace(partition.lo, partition.hi, partition.points))


def _checked_values(values: ArrayLike) -> Floats:
    lengths = np.array(values, dtype=np.float64)
    if lengths.ndim != 1 or not len(lengths) or not np.isfinite(lengths).all() or lengths.min() <= 0:
        raise DeformationError("Bond lengths must be a list of positive finite numbers in Å.")
    return checked_rising(lengths, "Bond lengths", "Å")
