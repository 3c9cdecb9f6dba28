"""What every deformation makes: a scan, and the checks of points, ranges and values that all share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats, Ints, frozen_array
from bsct_explorer.deformations.turning import angles_of, torsions_of
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.molecule import Molecule

DEFAULT_POINTS = 100
MIN_POINTS, MAX_POINTS = 20, 1000

FULL_TURN = 360.0
"""Degrees after which a torsion is the same molecule again."""

SAME_TURN = 1e-6
"""Degrees by which the ends of a scan may miss a full turn and still be the same frame."""

Fixed = Literal["none", "first", "second"]


class Deformation(Protocol):
    """One internal coordinate of a molecule that can be driven."""

    @property
    def kind(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def atoms(self) -> tuple[int, ...]: ...

    def limits(self, molecule: Molecule) -> tuple[float, float]:
        """First and last value of the coordinate, in its unit."""
        ...

    def measure(self, positions: ArrayLike) -> Floats:
        """The coordinate of frames of shape (n, n_atoms, 3), in its unit, shape (n,)."""
        ...

    def scan(self, molecule: Molecule, points: int = DEFAULT_POINTS) -> Scan: ...

    def scan_at(self, molecule: Molecule, values: ArrayLike) -> Scan: ...


@dataclass(frozen=True, eq=False)  # its arrays have no one truth: scans are told apart by what they are
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

    @property
    def arc_length_rate(self) -> Floats:
        """|dx/dq|, how far the molecule moves per unit of the coordinate: Å per unit, shape (n_frames,).

        The norm is over all atoms and components (Frobenius), so s = ∫ |dx/dq| dq is the length of the scan's path in
        the space of all 3n coordinates, and g / |dx/dq| is the component of the 3n forces along that path, in eV/Å
        whatever the coordinate's unit. For rigid groups it does not change along the scan; for a bond with both
        fragments moved by half it is √n_atoms / 2.
        """
        return np.asarray(np.sqrt((self.tangents**2).sum(axis=(1, 2))))

    @property
    def arc_lengths(self) -> Floats:
        """Length of the path from the first frame to each, s = ∫ |dx/dq| dq by the trapezoid rule, Å, (n_frames,)."""
        rate = self.arc_length_rate
        steps = 0.5 * (rate[1:] + rate[:-1]) * np.diff(self.values)
        return np.concatenate(([0.0], np.cumsum(steps)))

    @property
    def length_per_unit(self) -> float:
        """Å that one unit of the coordinate counts for where thresholds in eV/Å are held against it.

        1 for a bond, whose length itself is the coordinate and which the thresholds were calibrated on; for other
        coordinates the mean of `arc_length_rate`.
        """
        return 1.0 if self.unit == "Å" else float(self.arc_length_rate.mean())

    @property
    def own_value(self) -> float:
        """The coordinate of the molecule itself, in its unit."""
        if self.deformation is not None:
            return float(self.deformation.measure(self.molecule.positions[None])[0])
        frame = self.molecule.positions[None]
        if self.kind == "angle":
            return float(angles_of(frame, *self.atoms)[0])
        if self.kind == "torsion":
            return float(torsions_of(frame, *self.atoms)[0])
        i, j = self.atoms[:2]
        return float(np.linalg.norm(frame[0, i] - frame[0, j]))

    @property
    def period(self) -> float | None:
        """After how much of the coordinate the molecule is the same again, in its unit; None where it never is."""
        return FULL_TURN if self.kind == "torsion" else None

    @property
    def full_turn(self) -> bool:
        """Whether the last frame is the first one again."""
        return self.period is not None and abs(float(self.values[-1] - self.values[0]) - self.period) < SAME_TURN

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


def checked_points(points: int) -> int:
    """A number of frames that is possible, or a `DeformationError`."""
    if isinstance(points, bool) or points != int(points) or not MIN_POINTS <= points <= MAX_POINTS:
        raise DeformationError(
            f"{points} points are not possible: take a whole number from {MIN_POINTS} to {MAX_POINTS} "
            f"(the protocol's is {DEFAULT_POINTS})."
        )
    return int(points)


def checked_fixed(fixed: str) -> None:
    """One of `Fixed`, or a `DeformationError`."""
    if fixed not in get_args(Fixed):
        raise DeformationError(f"fixed={fixed!r} is not known. Use one of {', '.join(get_args(Fixed))}.")


def checked_pair_of_numbers(range: object, example: str) -> tuple[float, float]:
    """Two numbers, or a `DeformationError`."""
    try:
        lo, hi = (float(x) for x in range)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise DeformationError(f"A range has two numbers, not {range!r}. Write it as {example}.") from None
    return lo, hi


def checked_rising(values: ArrayLike, what: str, unit: str) -> Floats:
    """Finite numbers that rise from frame to frame, shape (n_frames,), or a `DeformationError`."""
    numbers = np.array(values, dtype=np.float64)
    space = "" if unit == "°" else " "
    if numbers.ndim != 1 or not len(numbers) or not np.isfinite(numbers).all():
        raise DeformationError(f"{what} must be a list of finite numbers in {unit}.")
    if len(numbers) > 1 and np.diff(numbers).min() <= 0:
        k = int(np.argmin(np.diff(numbers)))
        raise DeformationError(
            f"{what} must rise from frame to frame, but {numbers[k]:g}{space}{unit} is followed by "
            f"{numbers[k + 1]:g}. Sort them and remove repeated ones."
        )
    return numbers


def shares_of(labels: Ints, fixed: Fixed) -> Floats:
    """Share s of the change that each atom takes by its group, 0 or 1, shape (n_atoms,).

    -1/2 and 1/2; 0 and 1 where the first group is held; -1 and 0 where the second is.
    """
    return np.asarray(labels + {"none": -0.5, "first": 0.0, "second": -1.0}[fixed], dtype=np.float64)
