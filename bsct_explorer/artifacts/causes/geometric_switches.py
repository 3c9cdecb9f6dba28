"""Switches: conditions on the atoms' positions whose change of sign could make a jump, and where that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.refinement import CauseKind
from bsct_explorer.data import Floats

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan

Condition = Callable[[Floats], Floats]
"""Positions in Å, shape (n, n_atoms, 3), to numbers of shape (n,) whose sign is the branch."""


@dataclass(frozen=True)
class Switch:
    """One thing that could switch at the artifact's place.

    Attributes
    ----------
    kind
        The cause it would be.
    condition
        Changes sign where it switches.
    atoms, pairs
        As in `Cause`.
    first, second
        The two sentences for a student, without the place: what happens there, and why that makes a jump.
    asks
        Whether the condition asks the potential (then each frame costs).
    happens
        Whether a change of sign at these positions, shape (n_atoms, 3), is one that the potential would notice.
    evidence, source
        As in `Cause`.
    """

    kind: CauseKind
    condition: Condition
    atoms: tuple[int, ...]
    first: str
    second: str
    pairs: tuple[tuple[int, int], ...] = ()
    asks: bool = False
    happens: Callable[[Floats], bool] = lambda positions: True
    evidence: dict[str, float | int | str] = field(default_factory=dict)
    source: str = ""


def distances(positions: Floats) -> Floats:
    """Distances of all pairs, Å, shape (n, n_atoms, n_atoms), of positions (n, n_atoms, 3)."""
    return np.asarray(np.linalg.norm(positions[:, :, None] - positions[:, None], axis=-1))


def distance(positions: Floats, i: int, j: int) -> Floats:
    """Distance of one pair, Å, shape (n,)."""
    return np.asarray(np.linalg.norm(positions[:, i] - positions[:, j], axis=-1))


def frames_at(scan: Scan, displacement: Floats | None, values: Floats) -> Floats:
    """Positions at values of the coordinate, of a molecule whose atoms were moved first, shape (n, n_atoms, 3)."""
    positions = scan.at(values).positions
    return positions if displacement is None else positions + displacement


_GRID, _GRID_ASKING = 65, 17
_INSIDE, _LEVELS = 6, 2


def root(
    switch: Switch, scan: Scan, displacement: Floats | None, window: tuple[float, float], near: float
) -> float | None:
    """Where a switch's condition changes sign along a scan.

    Sign changes are bracketed on a grid over the window; the nearest to `near` is bisected (by parts of seven) until
    a straight line through its ends is exact to about 1e-9 of the window's unit.

    Parameters
    ----------
    displacement
        Å, shape (n_atoms, 3), or None.
    window
        Where to look.
    near
        Of several roots the nearest to this is taken.

    Returns
    -------
    float or None
        None where it does not switch inside the window.
    """
    q = np.linspace(*window, _GRID_ASKING if switch.asks else _GRID)
    c = switch.condition(frames_at(scan, displacement, q))
    for _ in range(_LEVELS):
        k = _bracket(q, c, near)
        if k is None:
            return None
        inner = np.linspace(q[k], q[k + 1], _INSIDE + 2)
        between = switch.condition(frames_at(scan, displacement, inner[1:-1]))
        q, c = inner, np.concatenate(([c[k]], between, [c[k + 1]]))
    k = _bracket(q, c, near)
    if k is None:
        return None
    return float(q[k] - c[k] * (q[k + 1] - q[k]) / (c[k + 1] - c[k]))


def _bracket(q: Floats, c: Floats, near: float) -> int | None:
    """The interval nearest to `near` in which c changes sign."""
    changes = np.flatnonzero((c[:-1] < 0) != (c[1:] < 0))
    changes = changes[np.isfinite(c[changes]) & np.isfinite(c[changes + 1])]
    if not len(changes):
        return None
    return int(changes[np.abs(0.5 * (q[changes] + q[changes + 1]) - near).argmin()])


def rates(scan: Scan, place: float, of: Callable[[Floats], Floats], step: float) -> tuple[Floats, Floats]:
    """A quantity of the positions at a place and its derivative with the coordinate, by central differences.

    `step` is in the coordinate's unit; shorter near 0, where lengths and angles end.
    """
    if scan.kind != "torsion":
        step = min(step, 0.5 * place)
    below, here, above = of(scan.at(place + step * np.array([-1.0, 0.0, 1.0])).positions)
    return here, (above - below) / (2 * step)


def gradient(switch: Switch, positions: Floats, atom: int, step: float = 1e-3) -> Floats:
    """How a switch's condition changes with one atom's position, per Å, shape (3,); six frames."""
    moved = np.repeat(positions[None], 6, axis=0)
    for axis in range(3):
        moved[2 * axis, atom, axis] -= step
        moved[2 * axis + 1, atom, axis] += step
    c = switch.condition(moved)
    return np.asarray((c[1::2] - c[::2]) / (2 * step))
