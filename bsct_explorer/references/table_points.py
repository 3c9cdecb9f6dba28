"""The points of a curve that was stored as a table: put in order, held for numbers, what failed left out by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.reference_units import StatedUnits
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import POINTS_DOUBTED, POINTS_LEFT_OUT, POINTS_MERGED
from bsct_explorer.words.numbers import listed, number, short
from bsct_explorer.words.units import with_unit

MIN_ROWS = 4
"""Points that a cubic spline needs."""

SAME_POINT, SAME_ENERGY = 1e-7, 1e-5
"""Å or degrees, and eV, by which two rows may differ and be one."""

MOST_NAMED = 6
LARGEST_COORDINATE, LARGEST_ENERGY = 1e6, 1e12
"""Å or degrees, and eV. What is larger is no coordinate, and no energy."""

_PLACEHOLDERS = (0.0, 999.0, 9999.0, 99999.0, 999999.0, 999.99, 9999.99, 99999.99, 999.999, 9999.999)
"""What programs and people write where a calculation failed, with either sign."""


@dataclass(frozen=True)
class StoredTable:
    """A curve sorted by its coordinate; arrays have shape (n_rows,), missing values are NaN.

    Attributes
    ----------
    coordinate
        Å or degrees, strictly rising.
    energies
        eV.
    generalized_forces
        eV per unit of the coordinate, or None.
    remarks
        What was done to get it.
    """

    coordinate: Floats
    energies: Floats
    generalized_forces: Floats | None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class WrittenPoints:
    """Points as a file has them: in its order and its units, NaN for what is missing.

    Attributes
    ----------
    coordinate, energies
        Shape (n_rows,).
    generalized_forces
        Shape (n_rows,), or None.
    failed
        What stands in the place of an energy, by row; for the words.
    """

    coordinate: Floats
    energies: Floats
    generalized_forces: Floats | None = None
    failed: tuple[tuple[int, str], ...] = ()


def stored_points(written: WrittenPoints, stated: StatedUnits, unit: str, name: str) -> StoredTable:
    """The points in eV and Å or degrees, sorted, with what failed named and left out.

    Raises
    ------
    ReferenceDataError
        Too few points, one without a coordinate, or two energies at one coordinate.
    """
    with np.errstate(all="ignore"):
        coordinate = written.coordinate * stated.coordinate_factor()
        energies = written.energies * stated.energy_factor()
        forces = None if written.generalized_forces is None else written.generalized_forces * stated.force_factor()
    if len(coordinate) < MIN_ROWS:
        raise ReferenceDataError(
            f"{name} has {len(coordinate)} rows of numbers, and a curve needs at least {MIN_ROWS}. "
            "Give one row a point: coordinate, energy in eV, and if you have it the generalized force."
        )
    if not np.isfinite(coordinate).all():
        raise ReferenceDataError(f"{name} has a row without a coordinate. Fill it in or take the row out.")
    if np.abs(coordinate).max() > LARGEST_COORDINATE:
        worst = coordinate[int(np.abs(coordinate).argmax())]
        raise ReferenceDataError(f"{name} has the coordinate {short(worst)} {unit}, which cannot be. Correct the row.")
    remarks = _missing(written, coordinate, unit)
    energies = np.where(np.abs(energies) < LARGEST_ENERGY, energies, np.nan)
    if forces is not None:
        forces = np.where(np.abs(forces) < LARGEST_ENERGY, forces, np.nan)
    order = np.argsort(coordinate, kind="stable")
    coordinate, energies, raw = coordinate[order], energies[order], written.energies[order]
    forces = None if forces is None else forces[order]
    placeholders = placeholders_in(raw)
    if placeholders.any():
        places = places_in_words(coordinate[placeholders], unit)
        remarks.append(
            POINTS_DOUBTED.say(
                f"{name}: the energy at {places} is {listed(sorted({short(x) for x in raw[placeholders]}))}, far off "
                "its neighbours: taken for a calculation that failed, and left out."
            )
        )
        energies = np.where(placeholders, np.nan, energies)
        forces = None if forces is None else np.where(placeholders, np.nan, forces)
    keep, merged = _merged(coordinate, energies, unit, name)
    if merged:
        remarks.append(
            POINTS_MERGED.say(
                f"{name} has the point at {places_in_words(np.array(merged), unit)} more than once; one is kept."
            )
        )
    return StoredTable(coordinate[keep], energies[keep], None if forces is None else forces[keep], tuple(remarks))


def _missing(written: WrittenPoints, coordinate: Floats, unit: str) -> list[Remark]:
    gone = np.flatnonzero(~np.isfinite(written.energies))
    if not len(gone):
        return []
    words = dict(written.failed)
    said = sorted({repr(words[int(k)]) for k in gone if words.get(int(k))})
    given = f" ({listed(said[:3])})" if said else ""
    count = f"{len(gone)} of {len(coordinate)} points of the file have no energy{given}"
    return [POINTS_LEFT_OUT.say(f"{count}: those at {places_in_words(coordinate[gone], unit)} are left out.")]


def places_in_words(values: Floats, unit: str) -> str:
    """Values of a coordinate in words, the first of many: ``1.2, 1.3 and 1.4 Å``."""
    shown = [short(float(value)) for value in values[:MOST_NAMED]]
    more = f" and {len(values) - MOST_NAMED} more places" if len(values) > MOST_NAMED else ""
    return f"{with_unit(listed(shown) if not more else ', '.join(shown), unit)}{more}"


def placeholders_in(energies: Floats) -> NDArray[np.bool_]:
    """Which energies stand for a failure: 0 or a row of nines that no curve through the neighbours comes near.

    A point is taken for one if it is five times as far from its neighbours as these are from each other and from
    theirs, and further than a tenth of what the whole curve spans, so that the 0 of a relative energy's minimum, which
    its neighbours lead to, is none. The only 0 of a table without negative energies is its zero.
    """
    suspect = np.isin(np.abs(energies), _PLACEHOLDERS)
    good = np.flatnonzero(np.isfinite(energies) & ~suspect)
    found = np.zeros(len(energies), dtype=bool)
    if len(good) < MIN_ROWS or suspect.sum() * 2 > len(energies):
        return found
    span = float(np.ptp(energies[good]))
    zero = suspect & (energies == 0)
    if zero.sum() == 1 and (energies[good] > 0).all():
        suspect = suspect & ~zero
    for k in np.flatnonzero(suspect):
        at = int(np.searchsorted(good, k))
        near = energies[good[max(0, at - 2) : at + 2]]
        off = float(np.abs(near - energies[k]).min())
        found[k] = off > 5 * float(np.abs(np.diff(near)).max()) and off > 0.1 * span
    return found


def _merged(coordinate: Floats, energies: Floats, unit: str, name: str) -> tuple[NDArray[np.int64], list[float]]:
    """Rows to keep where a coordinate is there more than once with one energy, and the coordinates of such."""
    keep, merged = [0], []
    for k in range(1, len(coordinate)):
        if coordinate[k] - coordinate[keep[-1]] > SAME_POINT:
            keep.append(k)
            continue
        first, second = energies[keep[-1]], energies[k]
        if np.isnan(first):
            keep[-1] = k
        elif np.isfinite(second) and abs(first - second) > SAME_ENERGY:
            raise ReferenceDataError(
                f"{name} has the coordinate {short(coordinate[k])} twice, with energies that differ by "
                f"{number(abs(float(first - second)), 2)} eV. Keep one row of it."
            )
        merged.append(float(coordinate[k]))
    return np.array(keep, dtype=np.int64), list(dict.fromkeys(merged))


def rows_failed(cells: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Row and word of those whose energy is no number."""
    return tuple((k, cell) for k, cell in enumerate(cells) if cell)
