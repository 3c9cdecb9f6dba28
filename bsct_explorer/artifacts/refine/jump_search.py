"""Which intervals of a grid are zoomed into for jumps, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve, Piece
from bsct_explorer.artifacts.detect.differences import STEP_LIKENESS, unpredicted_step_threshold
from bsct_explorer.artifacts.detect.neighbour_prediction import find_unpredicted, unpredicted_threshold
from bsct_explorer.artifacts.live_curve import Question
from bsct_explorer.artifacts.numerics import midpoints
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.noise_floor import FINEST_SINGLE, Noise
from bsct_explorer.artifacts.refine.shape_polish import RefinementGrid
from bsct_explorer.artifacts.refine.zoom import ZoomResult, ZoomSettings, zoom
from bsct_explorer.artifacts.refinement import Quantity
from bsct_explorer.data import Floats
from bsct_explorer.words.units import units_per_angstrom

_CLUSTER = 2
"""Candidates this many intervals apart are one cluster: what lies between them is looked at too."""

_FAINTEST = 0.02
"""Share of the smallest step below which nothing is followed down, whatever it may be the sum of."""


_MANY = 3
"""Jumps of the energy from which more are looked for beside them."""


class Interval(NamedTuple):
    """An interval of the grid with the candidates that point at it.

    Attributes
    ----------
    lo, hi
        Its ends.
    candidates
        Indices of the candidates, none where it lies between others of a cluster.
    seen
        Of what no candidate speaks and something shows all the same.
    """

    lo: float
    hi: float
    candidates: tuple[int, ...]
    seen: frozenset[Quantity] = frozenset()

    def shifted(self, share: float) -> Interval:
        """An interval as wide, moved by a share of its width, that no candidate points at."""
        by = share * (self.hi - self.lo)
        return Interval(self.lo + by, self.hi + by, ())


def intervals_of(curve: Curve, jumps: Mapping[int, Artifact]) -> list[Interval]:
    """Intervals to zoom into: of all candidates that are jumps, what lies between close ones, and at both ends.

    In the first and the last interval of a piece neighbours predict nothing, so a jump there shows nowhere else.

    Parameters
    ----------
    curve
        The scan.
    jumps
        Candidates that are jumps, by their index among all candidates.
    """
    wanted: dict[tuple[float, float], list[int]] = {}
    for i, candidate in jumps.items():
        wanted.setdefault(candidate.interval, []).append(i)
    q = curve.values
    frames = sorted({int(np.searchsorted(q, 0.5 * (lo + hi))) - 1 for lo, hi in wanted})
    for a, b in pairwise(frames):
        for k in range(a + 1, b if b - a <= _CLUSTER else a + 1):
            wanted.setdefault((float(q[k]), float(q[k + 1])), [])
    for piece in curve.pieces:
        for a, b in (piece.q[:2].tolist(), piece.q[-2:].tolist()):
            wanted.setdefault((a, b), [])
    return [Interval(lo, hi, tuple(who)) for (lo, hi), who in sorted(wanted.items())]


def zoom_settings(grid: RefinementGrid, noise: Noise, place: float) -> ZoomSettings:
    """Smallest jumps worth following at a place: the thresholds, or a multiple of the noise there."""
    t, sigma = grid.curve.thresholds, noise.force_at(place)
    known = np.isfinite(grid.curve.forces)
    force = float(np.interp(place, grid.curve.values[known], grid.curve.forces[known]))
    return ZoomSettings(
        energy=max(t.step, t.jump_noise * noise.energy),
        force=max(float(grid.curve.kink_floor(place, force)), t.jump_noise * sigma),
        spacing=noise.spacing,
        noise_energy=noise.energy,
        noise_force=sigma,
        faint=max(_FAINTEST * t.step, t.jump_noise * noise.energy),
        unit=grid.curve.unit,
        near=max(noise.spacing, FINEST_SINGLE * units_per_angstrom(grid.curve.unit)),
    )


def examine(interval: Interval, grid: RefinementGrid, noise: Noise) -> Question[list[ZoomResult]]:
    """Every jump in an interval of the grid.

    Where there is none the middles of both neighbours are asked too: what looked like a jump may be one flank of a
    narrow well (`kinds._minima.minima_between_frames`).
    """
    memory = Memory(grid.memory)
    settings = zoom_settings(grid, noise, 0.5 * (interval.lo + interval.hi))
    found = yield from zoom(interval.lo, interval.hi, settings, memory)
    if interval.candidates and not any(f.refinement.verdict == "jump" for f in found):
        width = interval.hi - interval.lo
        flanks = np.array([interval.lo - 0.5 * width, interval.hi + 0.5 * width])
        q = grid.curve.values
        inside = flanks[(flanks > q[0]) & (flanks < q[-1])]
        if len(inside):
            yield from memory.ask([inside])
    return found


class KnownJump(NamedTuple):
    """A jump that is known: of the energy (eV) or of the force (eV per unit)."""

    quantity: Quantity
    place: float
    size: float


def without(piece: Piece, jumps: Sequence[KnownJump]) -> Piece:
    """A piece of a curve with known jumps taken off, each with what it does to the energy beyond it."""
    energies, forces = piece.energies.copy(), piece.forces.copy()
    for jump in jumps:
        beyond = piece.q > jump.place
        if jump.quantity == "energy":
            energies = energies - jump.size * beyond
        else:
            forces = forces - jump.size * beyond
            energies = energies + jump.size * (piece.q - jump.place) * beyond
    return Piece(piece.start, piece.q, energies, forces)


def beside_many(curve: Curve, jumps: Sequence[KnownJump], looked: Sequence[Interval]) -> list[Interval]:
    """Neighbours of intervals in which the energy jumps, where it does so in many: a hard cutoff is crossed by one pair
    after another, and opposite jumps in one interval leave nothing on the grid.
    """
    q = curve.values
    places = np.array([jump.place for jump in jumps if jump.quantity == "energy"])
    if len(places) < _MANY:
        return []
    seen = {(interval.lo, interval.hi) for interval in looked}
    own = np.clip(np.searchsorted(q, places) - 1, 0, len(q) - 2)
    near = np.unique(np.concatenate((own - 1, own, own + 1)))
    pairs = [(float(q[k]), float(q[k + 1])) for k in near if 0 <= k < len(q) - 1]
    return [Interval(lo, hi, ()) for lo, hi in pairs if (lo, hi) not in seen]


def further_intervals(
    curve: Curve, pieces: Sequence[Piece], jumps: Sequence[KnownJump], looked: Sequence[Interval]
) -> list[Interval]:
    """Intervals where something is unexplained by what was found so far, if anything was.

    Two jumps in neighbouring intervals can look like one between them, a large one can hide a small one, and opposite
    ones all but cancel: known jumps are taken off, intervals that were looked at are barred, and faint steps count.

    Parameters
    ----------
    curve
        The scan.
    pieces
        Its pieces, and those that were asked on a finer grid.
    jumps
        What is known.
    looked
        Where there is nothing more to find.
    """
    t = curve.thresholds
    if not t.kink_unpredicted:
        return []
    found: dict[tuple[float, float], set[Quantity]] = {}
    for piece in pieces:
        rest = without(piece, jumps)
        q = rest.q
        middle = midpoints(q)
        barred = np.zeros(len(middle), dtype=bool)
        for interval in looked:
            barred |= (middle > interval.lo) & (middle < interval.hi)
        step = np.minimum(*(unpredicted_step_threshold(curve, rest, faint) for faint in (False, True)))
        looks: tuple[tuple[Quantity, Floats, Floats, float], ...] = (
            ("force", np.diff(rest.forces), unpredicted_threshold(curve, rest), t.kink_likeness),
            ("energy", rest.defect, step, STEP_LIKENESS),
        )
        for quantity, differences, threshold, likeness in looks:
            seen = find_unpredicted(q, differences, threshold, likeness, barred)
            for k in (k for k, _ in seen if not barred[k]):
                found.setdefault((float(q[k]), float(q[k + 1])), set()).add(quantity)
    # What a halved interval shows may show on the scan as well: then the whole of it is looked into, once.
    whole = [(lo, hi) for lo, hi in found if not any(a <= lo and hi <= b and (a, b) != (lo, hi) for a, b in found)]
    return [Interval(lo, hi, (), frozenset(found[lo, hi])) for lo, hi in sorted(whole)]
