"""A finer look, in one batch, at stretches where the grid cannot tell a jump from its own resolution.

What neighbouring frames do not predict of a smooth force falls with h⁵ (`prediction`), so the middles of the intervals
are worth a factor of 32 where the force is smooth at all: a jump that a bumpy wall hides on the scan shows there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.artifacts.curve import SHORTEST, Curve, Piece
from bsct_explorer.artifacts.detect.neighbour_prediction import visible
from bsct_explorer.artifacts.live_curve import Question
from bsct_explorer.artifacts.numerics import clusters, midpoints
from bsct_explorer.artifacts.refine.memory import Memory

_MOST = 32
"""Intervals of one scan that are halved for their own sake, the worst first: 0.1 s of ANI-1x on 20 atoms."""

_MARGIN = 2
"""Intervals halved on each side of those, which a prediction inside takes along (`prediction.response`)."""


class Finer(NamedTuple):
    """The scan as it is searched for jumps.

    Attributes
    ----------
    curve
        The scan, or, where its grid is coarse, the scan with the middles of all intervals.
    pieces
        The curve's pieces, and those where it was halved once more.
    """

    curve: Curve
    pieces: list[Piece]


def look_finer(curve: Curve, memory: Memory) -> Question[Finer]:
    """Ask the middles of all intervals of a coarse scan, then of those intervals that are unresolved.

    `memory` knows the scan's frames.
    """
    if curve.coarseness > 1.0:
        everywhere = _answered(curve)
        yield from _ask_middles(curve, everywhere, memory)
        q = np.sort(np.concatenate((curve.values, midpoints(curve.values)[everywhere])))
        energies, forces = (np.array(a) for a in memory.where_known(q))
        curve = replace(curve, values=q, energies=energies, forces=forces)
    halved = unresolved(curve)
    yield from _ask_middles(curve, halved, memory)
    return Finer(curve, [*curve.pieces, *_halves(curve, halved, memory)])


def _ask_middles(curve: Curve, chosen: NDArray[np.bool_], memory: Memory) -> Question[None]:
    if chosen.any():
        yield from memory.ask([midpoints(curve.values)[chosen]])


def unresolved(curve: Curve) -> NDArray[np.bool_]:
    """Intervals in which a jump worth finding could hide, the worst `_MOST` with a margin, shape (n − 1,).

    Those where what neighbours do not predict of the force exceeds the largest of the smallest kinks:
    kink_unpredicted × background > kink_wall_most × kink.
    """
    t = curve.thresholds
    hidden = np.zeros(len(curve.values) - 1)
    for piece in curve.pieces:
        background = visible(piece.q, np.diff(piece.forces))
        hidden[piece.start : piece.start + len(background)] = t.kink_unpredicted * background
    chosen = hidden > max(t.kink_wall_most * t.kink, t.kink_noise * curve.sigma_force)
    chosen[np.argsort(-hidden, kind="stable")[_MOST:]] = False
    wide = np.convolve(chosen, np.ones(2 * _MARGIN + 1), mode="same") > 0
    return np.asarray(wide & _answered(curve))


def _answered(curve: Curve) -> NDArray[np.bool_]:
    """Intervals between two frames that gave an answer, shape (n − 1,)."""
    known = np.isfinite(curve.energies) & np.isfinite(curve.forces)
    return np.asarray(known[1:] & known[:-1])


def _halves(curve: Curve, halved: NDArray[np.bool_], memory: Memory) -> list[Piece]:
    """Halved stretches as pieces of their own, so that each has its own spacing and background.

    A stretch in which a middle failed is left out.
    """
    pieces = []
    for first, last in clusters(np.flatnonzero(halved), 1):
        frames = curve.values[first : last + 2]
        q = np.sort(np.concatenate((frames, midpoints(frames))))
        energies, forces = memory(q)
        if len(q) >= SHORTEST and np.isfinite(energies).all() and np.isfinite(forces).all():
            pieces.append(Piece(first, q, energies, forces))
    return pieces
