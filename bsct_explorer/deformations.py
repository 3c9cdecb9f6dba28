"""Deformations: one internal coordinate, two rigid groups, and the scan of frames that they give.

A bond stretch cuts the bond; the two fragments that this leaves move rigidly, by half of the change each, in opposite
directions along the bond (BSCT protocol, arXiv:2602.04861). Nothing relaxes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.graph import check_pair, fragments
from bsct_explorer.molecules.molecule import Floats, Ints, Molecule, frozen_array

DEFAULT_RANGE = (0.5, 2.0)
DEFAULT_POINTS = 100
MIN_POINTS, MAX_POINTS = 20, 1000

WIDEST = 10.0
"""Sums of covalent radii. Beyond it every potential's cutoff is long past."""

Fixed = Literal["none", "first", "second"]


class Deformation(Protocol):
    """One internal coordinate of a molecule that can be driven."""

    @property
    def kind(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def atoms(self) -> tuple[int, ...]: ...

    def scan(self, molecule: Molecule, points: int = DEFAULT_POINTS) -> Scan: ...

    def scan_at(self, molecule: Molecule, values: ArrayLike) -> Scan: ...


@dataclass(frozen=True)
class Scan:
    """A molecule driven along one coordinate.

    Attributes
    ----------
    molecule
        The molecule that was deformed.
    kind
        ``bond``, ``angle`` or ``torsion``.
    atoms
        The atoms that define the coordinate, 0-based.
    unit
        Unit of `values`: ``Å`` or ``°``.
    values
        The coordinate q, shape (n_frames,), strictly increasing.
    positions
        Å, shape (n_frames, n_atoms, 3).
    tangents
        dx/dq, shape (n_frames, n_atoms, 3), Å per unit of the coordinate.
    labels
        Rigid group of each atom, 0 (with the first atom of the coordinate) or 1, shape (n_atoms,).
    deformation
        What made the scan and can make it at other values (`at`); None for frames that were read from files.
    """

    molecule: Molecule
    kind: str
    atoms: tuple[int, ...]
    unit: str
    values: Floats
    positions: Floats
    tangents: Floats
    labels: Ints
    deformation: Deformation | None = None

    def __post_init__(self) -> None:
        for name in ("values", "positions", "tangents"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))
        object.__setattr__(self, "labels", frozen_array(self.labels, int))

    def __len__(self) -> int:
        return len(self.values)

    def at(self, values: ArrayLike) -> Scan:
        """The same deformation at other values of the coordinate (used by refinement)."""
        if self.deformation is None:
            raise DeformationError(
                "This scan's frames were read from a file and are no rigid stretch: it cannot be made at other values. "
                "Refine on a scan of the molecule itself."
            )
        return self.deformation.scan_at(self.molecule, values)

    def with_values(self, **changes: object) -> Scan:
        return replace(self, **changes)  # type: ignore[arg-type]


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
        try:
            lo, hi = (float(x) for x in self.range)
        except (TypeError, ValueError):
            raise DeformationError(f"A range has two numbers, not {self.range!r}. Write it as 0.5:2.0.") from None
        if not (np.isfinite([lo, hi]).all() and 0 < lo < hi <= WIDEST):
            raise DeformationError(
                f"Range {lo:g} to {hi:g} cannot be scanned: it is in sums of covalent radii, must begin above 0, rise, "
                f"and end by {WIDEST:g}. The protocol's is {DEFAULT_RANGE[0]:g} to {DEFAULT_RANGE[1]:g}."
            )
        if self.fixed not in get_args(Fixed):
            raise DeformationError(f"fixed={self.fixed!r} is not known. Use one of {', '.join(get_args(Fixed))}.")
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

    def scan(self, molecule: Molecule, points: int = DEFAULT_POINTS) -> Scan:
        """Scan at `points` evenly spaced bond lengths.

        Raises
        ------
        DeformationError
            `points` is not a whole number from 20 to 1000, or the bond cannot be pulled.
        """
        if isinstance(points, bool) or points != int(points) or not MIN_POINTS <= points <= MAX_POINTS:
            raise DeformationError(
                f"{points} points are not possible: take a whole number from {MIN_POINTS} to {MAX_POINTS} "
                f"(the protocol's is {DEFAULT_POINTS})."
            )
        return self.scan_at(molecule, np.linspace(*self.limits(molecule), int(points)))

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
        held = {"none": -0.5, "first": 0.0, "second": -1.0}[self.fixed]
        tangent = (labels + held)[:, None] * (axis / length)
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
    from bsct_explorer.molecules.spice import read_partition

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
    if len(lengths) > 1 and np.diff(lengths).min() <= 0:
        k = int(np.argmin(np.diff(lengths)))
        raise DeformationError(
            f"Bond lengths must rise from frame to frame, but {lengths[k]:g} Å is followed by {lengths[k + 1]:g} Å. "
            "Sort them and remove repeated ones."
        )
    return lengths
