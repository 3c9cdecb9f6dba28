"""Interventions: atoms are moved a little, each switch says where the jump must be then, the potential where it is.

Two of them, since a jump can be where a switch predicts it by chance once but hardly twice:

1. All atoms are moved at random by at most 0.01 Å. Every switch that is consistent with the jump's first place predicts
   another new place, also pairs that are equal by symmetry, so this tells them apart. Four frames a switch.
2. One atom of the switch that is left is moved, along the direction that moves its place most, and the measured shift
   is held against the predicted one. The jump is looked for where it is predicted first; where it is not there, in a
   wide window that leaves its old place out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.artifacts.causes.geometric_switches import Switch, frames_at, gradient, root
from bsct_explorer.artifacts.causes.relocate import Jumps, jumps_at, relocate
from bsct_explorer.artifacts.refinement import Quantity
from bsct_explorer.data import Floats
from bsct_explorer.words.units import units_per_angstrom

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan
    from bsct_explorer.deformations import Scan

AMPLITUDES = (0.01, 0.003, 0.03)
"""Å, by how much an atom is moved at most, in the order tried."""

WINDOW = 0.05
"""Å. How far from its old place a jump is looked for."""

_SEEDS, _SEEDS_ASKING = 12, 2
_APART, _TOLD = 1e-3, 3e-4
"""Å by which predicted places should be apart from each other and from the old one, and by which they must be."""

_NEAR = 1e-4
"""Å around the predicted place in which the measured one is looked for first."""

SHARE = 0.1
"""Share of the jump that a switch must make at its predicted place; by symmetry several can make one jump."""
TOTAL = (0.5, 2.0)
"""Range of the sum of what the switches make, in units of the jump."""


@dataclass(frozen=True)
class JumpToExplain:
    """The jump that is to be explained.

    Attributes
    ----------
    place
        In the coordinate's unit.
    quantity
        Whether it is one of the energy or of the force.
    size
        eV or eV per unit, signed.
    gap
        Half the gap across which it is measured (`relocate.gap_of`), in the coordinate's unit.
    """

    place: float
    quantity: Quantity
    size: float
    gap: float


@dataclass(frozen=True)
class Trial:
    """Where each switch predicted the jump after one displacement, and what was found there.

    Attributes
    ----------
    largest
        Å, by how much the atom that was moved most was moved.
    predicted
        Shape (n_switches,), in the coordinate's unit; NaN where the switch predicts no jump near.
    sizes
        Jumps found there, in the jump's unit; NaN where none was predicted.
    left
        What is left at the old place.
    distinct
        Whether all predicted places lie apart from each other and from the old one.
    """

    largest: float
    predicted: Floats
    sizes: Floats
    left: float
    distinct: bool

    def confirmed(self, jump: JumpToExplain) -> NDArray[np.bool_]:
        """Which switches have the jump, or their share of it, where they predicted it; bool, shape (n_switches,).

        All False where what they make together is not the jump, or the jump stayed where it was.
        """
        has: NDArray[np.bool_] = np.abs(self.sizes) >= max(SHARE * abs(jump.size), 2 * self.noise(jump))
        places = {round(float(p), 7): float(s) for p, s in zip(self.predicted[has], self.sizes[has], strict=True)}
        share = sum(places.values()) / jump.size
        fine = TOTAL[0] <= share <= TOTAL[1] and abs(self.left) < TOTAL[0] * abs(jump.size)
        return has if fine else np.zeros_like(has)

    def noise(self, jump: JumpToExplain) -> float:
        """What the measurement shows where there is no jump, as far as the old place tells."""
        return abs(self.left) if abs(self.left) < SHARE * abs(jump.size) else 0.0


def window_around(scan: Scan, place: float) -> tuple[float, float]:
    """Where a moved jump is looked for: WINDOW to both sides, within the scan's range."""
    width = WINDOW * units_per_angstrom(scan.unit)
    return max(place - width, float(scan.values[0])), min(place + width, float(scan.values[-1]))


def predictions(
    switches: Sequence[Switch], scan: Scan, displacement: Floats, window: tuple[float, float], near: float
) -> Floats:
    """Where each switch happens after a displacement, shape (n_switches,); NaN where it does not in the window."""
    found = np.full(len(switches), np.nan)
    for s, switch in enumerate(switches):
        place = root(switch, scan, displacement, window, near)
        if place is not None and switch.happens(frames_at(scan, displacement, np.array([place]))[0]):
            found[s] = place
    return found


def separation(predicted: Floats, near: float) -> float:
    """The smallest distance between predicted places and from the old one; 0 where none is predicted."""
    places = np.sort(np.append(predicted[np.isfinite(predicted)], near))
    return float(np.diff(places).min()) if len(places) > 1 else 0.0


def displacements(scan: Scan, amplitude: float, seeds: int) -> list[Floats]:
    """Random displacements of all atoms, the largest of length `amplitude` (Å), each of shape (n_atoms, 3)."""
    moves = []
    for seed in range(seeds):
        move = np.random.default_rng(seed).normal(size=scan.molecule.positions.shape)
        moves.append(amplitude * move / np.linalg.norm(move, axis=1).max())
    return moves


def shake(switches: Sequence[Switch], live: LiveScan, jump: JumpToExplain) -> Trial | None:
    """The first intervention: all atoms at random, so that the switches' predictions differ.

    Returns
    -------
    Trial or None
        None where no displacement moves any prediction to a place of its own inside the window.
    """
    scan, per = live.scan, units_per_angstrom(live.scan.unit)
    window = window_around(scan, jump.place)
    seeds = _SEEDS_ASKING if any(switch.asks for switch in switches) else _SEEDS
    best: tuple[int, float, float, Floats, Floats] | None = None
    for amplitude in AMPLITUDES:
        for move in displacements(scan, amplitude, seeds):
            predicted = predictions(switches, scan, move, window, jump.place)
            found = int(np.isfinite(predicted).sum())
            score = (found, min(separation(predicted, jump.place), _APART * per))
            if found and (best is None or score > best[:2]):
                best = (*score, amplitude, move, predicted)
            if found == len(switches) and score[1] >= _APART * per:
                break
        else:
            continue
        break
    if best is None:
        return None
    _, apart, amplitude, move, predicted = best
    known = np.isfinite(predicted)
    sizes = np.full(len(switches), np.nan)
    seen: Jumps = jumps_at(live.displaced(move), np.append(predicted[known], jump.place), jump.gap)
    found_there = seen.of(jump.quantity)
    sizes[known] = found_there[:-1]
    return Trial(amplitude, predicted, sizes, float(found_there[-1]), apart >= _TOLD * per)


@dataclass(frozen=True)
class Nudge:
    """The second intervention: one atom moved, and by how much the jump went along.

    Attributes
    ----------
    atom, distance
        Which atom, and by how many Å.
    predicted, measured, error
        Shift of the jump's place in the coordinate's unit, and by how much the measured one may be off.
    size
        Of the jump found, in its unit.
    """

    atom: int
    distance: float
    predicted: float
    measured: float
    error: float
    size: float

    def agrees(self, jump: JumpToExplain) -> bool:
        """Measured shift = predicted one within 0.1 %, or what the search resolves."""
        allowed = max(1e-3 * abs(self.predicted), 3 * self.error, jump.gap)
        return abs(self.measured - self.predicted) <= allowed and abs(self.size) >= SHARE * abs(jump.size)


def nudge(switch: Switch, live: LiveScan, jump: JumpToExplain) -> Nudge | None:
    """Move one atom of a switch and look for the jump where it should be then.

    Returns
    -------
    Nudge or None
        None where no displacement moves the predicted place by a distance that can be measured.
    """
    scan, per = live.scan, units_per_angstrom(live.scan.unit)
    least = _APART * per
    window = window_around(scan, jump.place)
    here = frames_at(scan, None, np.array([jump.place]))[0]
    atom = switch.atoms[-1] if switch.atoms else scan.atoms[-1]
    slope = gradient(switch, here, atom)
    if not np.linalg.norm(slope) > 0:
        return None
    for amplitude in AMPLITUDES:
        for sign in (1.0, -1.0):
            move = np.zeros_like(here)
            move[atom] = sign * amplitude * slope / np.linalg.norm(slope)
            expected = float(predictions([switch], scan, move, window, jump.place)[0])
            predicted = expected - jump.place
            if not abs(predicted) >= least:
                continue
            moved = live.displaced(move)
            there = jumps_at(moved, np.array([expected]), jump.gap).of(jump.quantity)[0]
            half = _NEAR * per if abs(there) >= SHARE * abs(jump.size) else 0.4 * abs(predicted)
            # Off centre, so that what is measured is not the prediction by the symmetry of the search.
            found = relocate(moved, expected - half, expected + 0.8 * half, jump.quantity, jump.gap / 5)
            if found is None:
                return None
            return Nudge(atom, amplitude, predicted, found.place - jump.place, found.error, found.size)
    return None
