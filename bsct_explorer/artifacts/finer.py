"""A finer look, in one batch, at stretches where the grid cannot tell a jump from its own resolution.

What neighbouring frames do not predict of a smooth force falls with h⁵ (`prediction`), so the middles of the intervals
are worth a factor of 32 where the force is smooth at all: a jump that a bumpy wall hides on the scan shows there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import SHORTEST, Curve, Piece
from bsct_explorer.artifacts.numerics import clusters, midpoints
from bsct_explorer.artifacts.prediction import visible
from bsct_explorer.artifacts.smoothness import detect_curl
from bsct_explorer.artifacts.zoom import Memory
from bsct_explorer.molecules.molecule import Floats

_MOST = 40
"""Intervals of one scan that are halved for their own sake, the worst first: 0.1 s of ANI-1x on 20 atoms."""

_MARGIN = 2
"""Intervals halved on each side of those, which a prediction inside takes along (`prediction.response`)."""


def unresolved(curve: Curve) -> NDArray[np.bool_]:
    """Intervals of the scan in which a jump worth finding could hide, with a margin, shape (n − 1,).

    Those where what neighbours do not predict of the force exceeds the largest of the smallest kinks,
    kink_unpredicted × background > kink_wall_most × kink; on a coarse grid all.
    """
    t = curve.thresholds
    hidden = np.zeros(len(curve.values) - 1)
    for piece in curve.pieces:
        seen = t.kink_unpredicted * visible(piece.q, np.diff(piece.forces))
        hidden[piece.start : piece.start + len(seen)] = np.inf if curve.coarseness > 1.0 else seen
    least = max(t.kink_wall_most * t.kink, t.kink_noise * curve.sigma_force)
    worst = np.argsort(-hidden, kind="stable")
    chosen = hidden > least
    chosen[worst[_MOST:]] &= np.isinf(hidden[worst[_MOST:]])
    wide = np.convolve(chosen, np.ones(2 * _MARGIN + 1), mode="same") > 0
    return np.asarray(wide & _usable(curve))


def _usable(curve: Curve) -> NDArray[np.bool_]:
    """Intervals between two frames that gave an answer, shape (n − 1,)."""
    known = np.isfinite(curve.energies) & np.isfinite(curve.forces)
    return np.asarray(known[1:] & known[:-1])


def middles(curve: Curve, halved: NDArray[np.bool_]) -> Floats:
    """Middles of the intervals to halve, in the unit of the coordinate."""
    return midpoints(curve.values)[halved]


def finer_pieces(curve: Curve, halved: NDArray[np.bool_], memory: Memory) -> list[Piece]:
    """Halved stretches as pieces of their own, so that each has its own spacing and background.

    `memory` holds the scan's frames and the middles; a stretch in which one failed is left out.
    """
    pieces = []
    for first, last in clusters(np.flatnonzero(halved), 1):
        frames = curve.values[first : last + 2]
        q = np.sort(np.concatenate((frames, midpoints(frames))))
        energies, forces = memory(q)
        if len(q) >= SHORTEST and np.isfinite(energies).all() and np.isfinite(forces).all():
            pieces.append(Piece(first, q, energies, forces))
    return pieces


def curl_between(curve: Curve, halved: NDArray[np.bool_], memory: Memory, known: Sequence[Artifact]) -> list[Artifact]:
    """Stretches of a coarse scan where the force is no gradient, seen on the halved grid, beside the `known` ones."""
    if curve.coarseness == 1.0 or not halved.any():
        return []
    q = np.sort(np.concatenate((curve.values, middles(curve, halved))))
    place = {value: i for i, value in enumerate(q.tolist())}
    energies, forces = np.full(len(q), np.nan), np.full(len(q), np.nan)
    for piece in finer_pieces(curve, halved, memory):
        at = [place[value] for value in piece.q.tolist()]
        energies[at], forces[at] = piece.energies, piece.forces
    told = [a.interval for a in known if a.kind == "non-conservative"]
    found = detect_curl(replace(curve, values=q, energies=energies, forces=forces))
    return [a for a in found if not any(a.interval[0] < hi and lo < a.interval[1] for lo, hi in told)]
