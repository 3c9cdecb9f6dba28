"""Deformations: one internal coordinate, two rigid groups, and the scan of frames that they give.

A bond stretch cuts the bond; the two fragments that this leaves move rigidly, by half of the change each, in opposite
directions along the bond (BSCT protocol, arXiv:2602.04861). Nothing relaxes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bsct_explorer.molecules.molecule import Floats, Ints, Molecule, frozen_array

DEFAULT_RANGE = (0.5, 2.0)
DEFAULT_POINTS = 100
MIN_POINTS, MAX_POINTS = 20, 1000

Fixed = Literal["none", "first", "second"]


class Deformation(Protocol):
    """One internal coordinate of a molecule that can be driven."""

    kind: str
    unit: str

    @property
    def atoms(self) -> tuple[int, ...]: ...

    def scan(self, molecule: Molecule, points: int = DEFAULT_POINTS) -> Scan: ...

    def scan_at(self, molecule: Molecule, values: Floats) -> Scan: ...


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

    def at(self, values: Floats) -> Scan:
        """The same deformation at other values of the coordinate (used by refinement)."""
        if self.deformation is None:
            raise ValueError("this scan was read from files and cannot be made at other values")
        return self.deformation.scan_at(self.molecule, values)

    def with_values(self, **changes: object) -> Scan:
        return replace(self, **changes)  # type: ignore[arg-type]
