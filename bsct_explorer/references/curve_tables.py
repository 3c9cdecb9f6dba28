"""A stored curve splined onto a scan's grid, inside what it covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.full_turns import on_a_turn
from bsct_explorer.references.table_points import MIN_ROWS, StoredTable
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import PARTLY_COVERED, SPLINED
from bsct_explorer.words.numbers import number, short
from bsct_explorer.words.units import with_unit

Bools = NDArray[np.bool_]

EDGE = 1e-6
"""Coordinates this far outside the table still count as inside: files are written with six digits and more."""


@dataclass(frozen=True)
class Splined:
    """A curve on a grid; arrays have shape (n_frames,), `failed` gives the reason for each NaN."""

    energies: Floats
    generalized_forces: Floats
    failed: dict[int, str]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Grid:
    """Where a stored curve is wanted.

    Attributes
    ----------
    values
        The scan's coordinate, shape (n_frames,).
    unit
        Its unit.
    period
        After how much of it the molecule is the same again; None where it never is.
    mirrored
        The file says that E(−φ) = E(φ).
    """

    values: Floats
    unit: str
    period: float | None = None
    mirrored: bool = False


def spline_onto(stored: StoredTable, grid: Grid, name: str) -> Splined:
    """Cubic spline of a curve at the grid's values, inside the range that it covers.

    The spline is not-a-knot; that of a torsion's table of a whole turn is periodic. Values outside the range, or
    between the neighbours of a missing energy, are NaN: nothing is extrapolated, and no gap is bridged.

    Raises
    ------
    ReferenceDataError
        Too few energies, or no value of the grid is covered.
    """
    known = np.isfinite(stored.energies)
    if known.sum() < MIN_ROWS:
        raise ReferenceDataError(
            f"{name} has {int(known.sum())} energies that are numbers, and a curve needs {MIN_ROWS}."
        )
    values, period, remarks = grid.values, None, stored.remarks
    if grid.period is not None:
        turned = on_a_turn(stored, grid.values, grid.period, name, mirrored=grid.mirrored)
        stored, values, period = turned.stored, turned.values, turned.period
        remarks = (*remarks, *turned.remarks)
        known = np.isfinite(stored.energies)
    x = stored.coordinate[known]
    inside = np.ones(len(values), dtype=bool)
    if period is None:
        inside = (values >= x[0] - EDGE) & (values <= x[-1] + EDGE)
    covered = inside & ~_in_gap(stored.coordinate, known, values, period)
    if not covered.any():
        raise ReferenceDataError(
            f"{name} covers {short(x[0])} to {short(x[-1])} {grid.unit}, the scan {short(grid.values[0])} to "
            f"{short(grid.values[-1])} {grid.unit}. Choose a range inside the table's, and check its unit."
        )
    spline = _spline(x, stored.energies[known], period)
    with np.errstate(all="ignore"):
        energies = np.where(covered, spline(values), np.nan)
        forces = np.where(covered, -spline(values, 1), np.nan)
    how = "The generalized force is minus the derivative of the spline through the energies."
    if stored.generalized_forces is not None:
        forces, how = _spline_forces(stored, values, covered, period, name)
    steps = np.diff(x) if period is None else np.diff(np.append(x, x[0] + period))
    widest = with_unit(number(float(steps.max())), grid.unit)
    said = [*remarks, SPLINED.say(f"Cubic spline through {len(x)} energies, at most {widest} apart. {how}")]
    failed = {
        int(k): "outside the range of the table" if not inside[k] else "beside a missing value of the table"
        for k in np.flatnonzero(~covered | ~np.isfinite(forces) | ~np.isfinite(energies))
    }
    if failed:
        gone = f"{len(failed)} of {len(values)} frames have no reference"
        said.append(PARTLY_COVERED.say(f"It covers {short(x[0])} to {short(x[-1])} {grid.unit}: {gone}."))
    return Splined(energies, forces, failed, tuple(said))


def _spline(x: Floats, y: Floats, period: float | None):  # type: ignore[no-untyped-def]
    from scipy.interpolate import CubicSpline

    if period is None:
        return CubicSpline(x, y)
    return CubicSpline(np.append(x, x[0] + period), np.append(y, y[0]), bc_type="periodic")


def _spline_forces(
    stored: StoredTable, values: Floats, covered: Bools, period: float | None, name: str
) -> tuple[Floats, str]:
    assert stored.generalized_forces is not None
    known = np.isfinite(stored.generalized_forces)
    x = stored.coordinate[known]
    if len(x) < MIN_ROWS:
        raise ReferenceDataError(
            f"{name} has {len(x)} generalized forces; give at least {MIN_ROWS} or leave the column out."
        )
    inside = ~_in_gap(stored.coordinate, known, values, period)
    if period is None:
        inside &= (values >= x[0] - EDGE) & (values <= x[-1] + EDGE)
    with np.errstate(all="ignore"):
        forces = _spline(x, stored.generalized_forces[known], period)(values)
    return np.where(covered & inside, forces, np.nan), "The generalized force is a spline through its own column."


def _in_gap(coordinate: Floats, known: Bools, values: Floats, period: float | None) -> Bools:
    """Which values lie strictly between the two known points around a missing one."""
    gap = np.zeros(len(values), dtype=bool)
    turns = (0.0,) if period is None else (-period, 0.0, period)
    x = np.concatenate([coordinate[known] + turn for turn in turns])
    for missing in coordinate[~known]:
        at = int(np.searchsorted(x, missing))
        if 0 < at < len(x):
            # A turn's first gap reaches back before the first point.
            for turn in turns:
                gap |= (values > x[at - 1] + turn) & (values < x[at] + turn)
    return gap
