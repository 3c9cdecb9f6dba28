"""Tables of a torsion on whatever window they were made: 180° and −180° are one place, and a whole turn is closed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.table_points import SAME_POINT, StoredTable
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import NOT_CLOSED, TURNED
from bsct_explorer.words.numbers import number, short

CLOSES = 2e-3
"""eV. Energies that differ less after a turn are one: optimizations end about so far from each other."""

WIDEST_STEP, STEPS = 45.0, 1.5
"""A table covers a whole turn where the step from its last point on to its first is no wider than this many degrees,
and than so many times its widest step inside, or than its usual step; a wider step inside is a hole."""


@dataclass(frozen=True)
class OnATurn:
    """A torsion's table and a scan's values in one window.

    Attributes
    ----------
    stored
        The table, strictly rising; of a whole turn without the point that closes it.
    values
        The scan's values, each moved by whole turns into the table's window, shape (n_frames,).
    period
        Degrees after which the table begins anew; None where it does not cover a whole turn.
    remarks
        What was done.
    """

    stored: StoredTable
    values: Floats
    period: float | None
    remarks: tuple[Remark, ...] = ()


def on_a_turn(stored: StoredTable, values: Floats, period: float, name: str, *, mirrored: bool = False) -> OnATurn:
    """A torsion's table beside a scan's values, wherever each has its window.

    Parameters
    ----------
    stored
        Coordinate in degrees.
    values
        Of the scan, degrees, shape (n_frames,).
    period
        360°.
    mirrored
        The file says that E(−φ) = E(φ): a half turn is completed by its mirror image. Nothing is mirrored unasked.

    Raises
    ------
    ReferenceDataError
        The table turns on beyond itself, with other energies.
    """
    remarks: list[Remark] = []
    if mirrored:
        stored, said = _with_mirror_image(stored, period, name)
        remarks += said
    if float(np.ptp(stored.coordinate)) > period + SAME_POINT:
        stored = _one_turn(stored, period, name)
    x = stored.coordinate
    ends = abs(float(x[-1] - x[0]) - period) < 1e-3
    if ends:
        off = float(abs(stored.energies[-1] - stored.energies[0]))
        if off > CLOSES:
            words = f"{name} ends after a turn with an energy that differs from its first by {number(off, 2)} eV"
            open_turn = NOT_CLOSED.say(f"{words}, though it is the same molecule: it is read as it is, not closed.")
            return OnATurn(stored, _into(values, float(x[0]), period, float(x[-1])), None, (*remarks, open_turn))
        # NaN at one end: the other is the value.
        last = stored.energies[-1]
        stored = _rows(stored, np.arange(len(x) - 1))
        if np.isnan(stored.energies[0]) and np.isfinite(last):
            energies = stored.energies.copy()
            energies[0] = last
            stored = replace(stored, energies=energies)
        x = stored.coordinate
    steps = np.diff(x)
    closing, usual = period - float(x[-1] - x[0]), float(np.median(steps))
    closes = ends or closing <= max(1.01 * usual, min(WIDEST_STEP, STEPS * float(steps.max())))
    if closes and steps.max() <= max(WIDEST_STEP, STEPS * usual):
        text = f"{name} covers a whole turn, from {short(x[0])} to {short(x[-1])}°, and is taken as periodic."
        return OnATurn(stored, _into(values, float(x[0]), period, np.inf), period, (*remarks, TURNED.say(text)))
    if steps.max() > closing:  # the window cuts the arc that the table covers: begin behind the hole
        first = int(steps.argmax()) + 1
        order = np.roll(np.arange(len(x)), -first)
        stored = _rows(replace(stored, coordinate=np.where(np.arange(len(x)) < first, x + period, x)), order)
        x = stored.coordinate
    return OnATurn(stored, _into(values, float(x[0]), period, float(x[-1])), None, tuple(remarks))


def _into(values: Floats, start: float, period: float, end: float) -> Floats:
    """Values moved by whole turns to where they are inside [start, end], or into [start, start + period)."""
    moved = start + np.mod(values - start, period)
    # Rounding must not move the first point a turn on.
    back = (moved > end) & (moved - period >= start - 1e-6)
    return np.where(back, moved - period, moved)


def _rows(stored: StoredTable, order: np.ndarray) -> StoredTable:
    forces = stored.generalized_forces
    return replace(
        stored,
        coordinate=stored.coordinate[order],
        energies=stored.energies[order],
        generalized_forces=None if forces is None else forces[order],
    )


def _one_turn(stored: StoredTable, period: float, name: str) -> StoredTable:
    """A table of more than one turn as one turn, where all turns agree."""
    start = float(stored.coordinate[0])
    turned = replace(stored, coordinate=start + np.mod(stored.coordinate - start + 1e-9, period) - 1e-9)
    turned = _rows(turned, np.argsort(turned.coordinate, kind="stable"))
    keep = [0]
    for k in range(1, len(turned.coordinate)):
        last = keep[-1]
        if turned.coordinate[k] - turned.coordinate[last] > 1e-3:
            keep.append(k)
            continue
        off = abs(turned.energies[k] - turned.energies[last])
        if off > CLOSES:
            raise ReferenceDataError(
                f"{name} goes on for more than a turn, and at {short(turned.coordinate[k])}° its energies differ by "
                f"{number(float(off), 2)} eV from turn to turn. Keep one turn of it."
            )
        if np.isnan(turned.energies[last]):
            keep[-1] = k
    return _rows(turned, np.array(keep))


def _with_mirror_image(stored: StoredTable, period: float, name: str) -> tuple[StoredTable, list[Remark]]:
    """A table from one mirror plane (0° or 180°) to the other, completed; others stay as they are."""
    x, half = stored.coordinate, period / 2
    planes = np.abs(x[[0, -1]] / half - np.round(x[[0, -1]] / half)) * half
    if planes.max() > 1e-3 or abs(float(x[-1] - x[0]) - half) > 1e-3:
        return stored, []
    inner = np.arange(len(x) - 2, 0, -1)
    forces = stored.generalized_forces
    whole = replace(
        stored,
        coordinate=np.concatenate((x, 2 * x[-1] - x[inner])),
        energies=np.concatenate((stored.energies, stored.energies[inner])),
        generalized_forces=None if forces is None else np.concatenate((forces, -forces[inner])),
    )
    said = f"{name} says that it is symmetric: its half turn from {short(x[0])} to {short(x[-1])}° is mirrored."
    return whole, [TURNED.say(said)]
