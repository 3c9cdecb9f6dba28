"""Frames of a molecule driven along two coordinates at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from bsct_explorer.data import Floats, Ints, frozen_array
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.words.numbers import number
from bsct_explorer.words.units import with_unit

if TYPE_CHECKING:
    from bsct_explorer.deformations import Deformation, Scan

DEFAULT_GRID = (31, 31)
FEWEST, MOST = 9, 121
"""Values of a coordinate on a map: below 9 nothing can be differenced, 121 × 121 frames are an hour for some models."""

MOST_NUMBERS = 30_000_000
"""Frames × atoms × 3 of a map, 240 MB a copy."""

_STEP = {"Å": 1e-4, "°": 1e-2}
"""Central differences of positions, which are smooth functions of the coordinate: exact to about 1e-9."""

_SAME = {"Å": 1e-7, "°": 1e-5}
"""By how much a coordinate may depart from its value when the other one is driven."""

Along = Literal["x", "y"]


@dataclass(frozen=True)
class CoordinateGrid:
    """Frames of a molecule driven along two coordinates.

    Attributes
    ----------
    molecule
        The molecule that was deformed.
    x, y
        The coordinates.
    x_values, y_values
        Their values, shapes (nx,) and (ny,), strictly increasing.
    positions
        Å, shape (ny, nx, n_atoms, 3).
    x_tangents, y_tangents
        dx/dq of each coordinate with the other one held, Å per its unit, same shape.
    x_labels, y_labels
        Rigid group of each atom, 0 or 1, shape (n_atoms,).
    """

    molecule: Molecule
    x: Deformation
    y: Deformation
    x_values: Floats
    y_values: Floats
    positions: Floats
    x_tangents: Floats
    y_tangents: Floats
    x_labels: Ints
    y_labels: Ints

    def __post_init__(self) -> None:
        for name in ("x_values", "y_values", "positions", "x_tangents", "y_tangents"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx)."""
        return len(self.y_values), len(self.x_values)

    def line(self, along: Along, index: int) -> Scan:
        """The frames along one coordinate at value number `index` of the other one, as a scan.

        Its molecule is the frame nearest to the molecule's own value of the coordinate.
        """
        from bsct_explorer.deformations import Scan

        moving = self.x if along == "x" else self.y
        here = (index, slice(None)) if along == "x" else (slice(None), index)
        values = self.x_values if along == "x" else self.y_values
        own = float(moving.measure(self.molecule.positions[None])[0])
        nearest = int(np.abs(values - own).argmin())
        return Scan(
            molecule=replace(self.molecule, positions=self.positions[here][nearest]),
            kind=moving.kind,
            atoms=moving.atoms,
            unit=moving.unit,
            values=values,
            positions=self.positions[here],
            tangents=(self.x_tangents if along == "x" else self.y_tangents)[here],
            labels=self.x_labels if along == "x" else self.y_labels,
        )


def make_grid(
    molecule: Molecule, x: Deformation, y: Deformation, points: tuple[int, int] = DEFAULT_GRID
) -> CoordinateGrid:
    """Drive a molecule along two coordinates.

    One is driven first and the other one on the frames that this gives, in the order in which the second leaves the
    first as it was: two coordinates for which neither order does that (two angles that share both bonds, say) are no
    independent pair.

    Parameters
    ----------
    points
        (nx, ny), each from 9 to 121.

    Raises
    ------
    DeformationError
        The coordinates are one and the same or not independent, one cannot be driven, or the grid is too large.
    """
    for count in points:
        if isinstance(count, bool) or count != int(count) or not FEWEST <= count <= MOST:
            raise DeformationError(
                f"{count} values of a coordinate are not possible on a map: take a whole number from {FEWEST} to "
                f"{MOST} ({DEFAULT_GRID[0]} is usual)."
            )
    if 3 * points[0] * points[1] * len(molecule) > MOST_NUMBERS:
        raise DeformationError(
            f"A map of {points[0]} × {points[1]} frames of {len(molecule)} atoms is too large. Take fewer frames."
        )
    if x.kind == y.kind and x.atoms in (y.atoms, y.atoms[::-1]):
        raise DeformationError(f"Both coordinates of the map are the {x.kind} {_text(x)}. Choose two different ones.")
    x_values = np.linspace(*x.limits(molecule), points[0])
    y_values = np.linspace(*y.limits(molecule), points[1])
    problem: DeformationError | None = None
    for x_is_first in (False, True):
        first, second = (x, y) if x_is_first else (y, x)
        values, others = (x_values, y_values) if x_is_first else (y_values, x_values)
        try:
            frames, tangents, labels = _driven(molecule, first, second, values, others)
            _check_independent(molecule, first, second, values, others, frames)
        except DeformationError as error:
            problem = problem or error
            continue
        step = _STEP[first.unit]
        ahead, behind = (_driven(molecule, first, second, values + d, others)[0] for d in (step, -step))
        first_tangents = (ahead - behind) / (2 * step)
        swap = (1, 0, 2, 3) if x_is_first else (0, 1, 2, 3)
        by_first, by_second = first_tangents.transpose(swap), tangents.transpose(swap)
        first_labels = first.scan_at(molecule, values[:1]).labels
        return CoordinateGrid(
            molecule=molecule,
            x=x,
            y=y,
            x_values=x_values,
            y_values=y_values,
            positions=frames.transpose(swap),
            x_tangents=by_first if x_is_first else by_second,
            y_tangents=by_second if x_is_first else by_first,
            x_labels=first_labels if x_is_first else labels,
            y_labels=labels if x_is_first else first_labels,
        )
    assert problem is not None
    raise problem


def _driven(
    molecule: Molecule, first: Deformation, second: Deformation, values: Floats, others: Floats
) -> tuple[Floats, Floats, Ints]:
    """Frames (n_values, n_others, n_atoms, 3), the second coordinate's tangents, and its labels."""
    start = first.scan_at(molecule, values)
    scans = [second.scan_at(replace(molecule, positions=frame), others) for frame in start.positions]
    return np.array([s.positions for s in scans]), np.array([s.tangents for s in scans]), scans[0].labels


def _check_independent(
    molecule: Molecule, first: Deformation, second: Deformation, values: Floats, others: Floats, frames: Floats
) -> None:
    flat = frames.reshape(-1, len(molecule), 3)
    for coordinate, wanted in (
        (first, np.repeat(values, len(others))),
        (second, np.tile(others, len(values))),
    ):
        off = np.abs(_departure(coordinate, flat, wanted))
        if np.nanmax(off, initial=0.0) > _SAME[coordinate.unit] + _straightened(coordinate, molecule):
            other = second if coordinate is first else first
            raise DeformationError(
                f"The {coordinate.kind} {_text(coordinate)} does not stay when the {other.kind} {_text(other)} is "
                f"driven (it changes by up to {with_unit(number(float(np.nanmax(off)), 2), coordinate.unit)}), so they "
                "span no map. Choose two coordinates that do not share their moving atoms."
            )


def _departure(coordinate: Deformation, frames: Floats, wanted: Floats) -> Floats:
    """Measured minus wanted value; NaN for torsions of frames in which an end lies on the axis."""
    measured = coordinate.measure(frames)
    if coordinate.kind == "angle":
        wanted = 180.0 - np.abs(180.0 - wanted)
    if coordinate.kind != "torsion":
        return measured - wanted
    from bsct_explorer.deformations.turning import angles_of

    i, j, k, l = coordinate.atoms  # noqa: E741
    ends = np.stack([angles_of(frames, i, j, k), angles_of(frames, j, k, l)])
    off = (measured - wanted + 180.0) % 360.0 - 180.0
    return np.where((np.abs(ends - 90.0) < 89.0).all(axis=0), off, np.nan)


def _straightened(coordinate: Deformation, molecule: Molecule) -> float:
    """Room for a linear angle, which a bend straightens by what it lacks; degrees."""
    if coordinate.kind != "angle":
        return 0.0
    lacks = 180.0 - float(coordinate.measure(molecule.positions[None])[0])
    return lacks if lacks < 1.0 else 0.0


def _text(coordinate: Deformation) -> str:
    return "-".join(map(str, coordinate.atoms))
