"""Detectors of a curve's shape: extra minima, falling ends, wrong-way and bumpy forces. Failed frames are skipped."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact, severity_of, severity_of_trap
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.equilibrium import MATCH, deep_wells, find_equilibrium
from bsct_explorer.artifacts.numerics import basin, clusters, crossing, vertex
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.data import Floats, Ints
from bsct_explorer.metrics.extrema import Well, wells

_NEARBY = 0.1
"""Share of the range within which extra extrema of the force are one artifact, and within which a wrong-way force lies
where the reference's own does."""


_BESIDE_OWN = 0.2
"""Share of the molecule's own length: by more than this no potential that holds it together misplaces its minimum."""


class Anchor(NamedTuple):
    """What "inside" and "outside" mean on a curve.

    Attributes
    ----------
    value
        The coordinate of the equilibrium, or of what stands in for it.
    frame
        The frame nearest to it.
    found
        Whether the curve itself has an equilibrium there.
    """

    value: float
    frame: int
    found: bool


def find_anchor(curve: Curve, reference: Curve | None) -> Anchor:
    """The curve's equilibrium; without one the reference's; without that the lowest frame.

    A range that begins beyond the equilibrium has its lowest energy at its first frame and is all "outside".
    """
    near = reference.equilibrium.value if reference is not None and reference.equilibrium is not None else None
    own = find_equilibrium(curve.values, curve.energies, near, curve.prominence)
    if own is not None:
        return Anchor(own.value, own.frame, True)
    if near is not None:
        finite = np.flatnonzero(np.isfinite(curve.energies))
        return Anchor(near, int(finite[np.abs(curve.values[finite] - near).argmin()]), False)
    lowest = int(np.nanargmin(curve.energies))
    return Anchor(float(curve.values[lowest]), lowest, False)


def anchor_of_forces(curve: Curve, anchor: Anchor, own: float | None) -> Anchor:
    """Where the force must change its sign: a curve that only attracts, or only repels, would be wrong nowhere.

    Parameters
    ----------
    anchor
        From `find_anchor`.
    own
        The coordinate of the molecule's own geometry, which stands in for an equilibrium that the curve does not have
        where the range goes well beyond it to both sides; None where it stands for nothing.
    """
    if anchor.found or own is None:
        return anchor
    margin = _BESIDE_OWN * own
    if not curve.values[0] < own - margin < own + margin < curve.values[-1]:
        return anchor
    finite = np.flatnonzero(np.isfinite(curve.energies))
    return Anchor(own, int(finite[np.abs(curve.values[finite] - own).argmin()]), False)


def unmatched(places: Floats, expected: Iterable[float], tolerance: float) -> Ints:
    """Indices of `places` that are left when each expected place has taken the nearest one within `tolerance`."""
    left = set(range(len(places)))
    for place in expected:
        best = min(left, key=lambda i: abs(places[i] - place), default=None)
        if best is not None and abs(places[best] - place) <= tolerance:
            left.discard(best)
    return np.array(sorted(left), dtype=np.int64)


def detect_minima(curve: Curve, reference: Curve | None, anchor: Anchor) -> list[Artifact]:
    """Minima of the energy beyond the equilibrium and beyond those that the reference has as well."""
    words, found = Words(curve), []
    finite = np.flatnonzero(np.isfinite(curve.energies))
    q, energies = curve.values[finite], curve.energies[finite]
    extra = [
        well for well in deep_wells(curve.energies, curve.prominence) if not anchor.found or well.frame != anchor.frame
    ]
    if reference is not None:
        theirs = deep_wells(reference.energies, reference.prominence)
        own = reference.equilibrium
        others = [float(reference.values[w.frame]) for w in theirs if own is None or w.frame != own.frame]
        places = curve.values[[well.frame for well in extra]]
        extra = [extra[i] for i in unmatched(places, others, MATCH * curve.range)]
    for well in extra:
        local = Well(int(np.searchsorted(finite, well.frame)), well.prominence)
        interval = basin(q, energies, local)
        place = vertex(q, energies, local.frame)
        found.append(
            Artifact(
                kind="artificial-minimum",
                location=place,
                interval=interval,
                size=well.prominence,
                unit="eV",
                severity=severity_of_trap(well.prominence),
                explanation=words.artificial_minimum(place, well.prominence, place > anchor.value),
                evidence={
                    "at_stake_eV": well.prominence,
                    "prominence_eV": well.prominence,
                    "energy_above_lowest_eV": float(energies[local.frame] - energies.min()),
                    f"width_{curve.unit}": interval[1] - interval[0],
                    "frame": well.frame,
                },
            )
        )
    return found


class Fall(NamedTuple):
    """How the energy falls towards an end of the range, from the highest frame on that side of the equilibrium."""

    frame: int
    depth: float


def inner_fall(energies: Floats, anchor: int) -> Fall:
    """Fall towards the first frame, eV; finite energies, shape (n,)."""
    frame = int(energies[: anchor + 1].argmax())
    return Fall(frame, float(energies[frame] - energies[0]))


def outer_fall(energies: Floats, anchor: int) -> Fall:
    """Fall towards the last frame, eV; finite energies, shape (n,)."""
    frame = anchor + int(energies[anchor:].argmax())
    return Fall(frame, float(energies[frame] - energies[-1]))


def detect_falls(curve: Curve, reference: Curve | None, anchor: Anchor) -> list[Artifact]:
    """wall-collapse and outer-fall: the energy falls towards an end by more than the reference's does."""
    words, found = Words(curve), []
    threshold = max(curve.thresholds.fall, curve.thresholds.prominence_noise * curve.sigma_energy)
    finite = np.flatnonzero(np.isfinite(curve.energies))
    q, energies = curve.values[finite], curve.energies[finite]
    frame = int(np.searchsorted(finite, anchor.frame))
    theirs: tuple[Floats, int] | None = None
    if reference is not None and np.isfinite(reference.energies).any():
        known = np.flatnonzero(np.isfinite(reference.energies))
        at = find_anchor(reference, None).frame
        theirs = reference.energies[known], int(np.searchsorted(known, at))
    for inward, measure in ((True, inner_fall), (False, outer_fall)):
        fall = measure(energies, frame)
        allowed = measure(*theirs).depth if theirs is not None else 0.0
        if fall.depth - allowed <= threshold:
            continue
        turn = vertex(q, energies, fall.frame)
        found.append(
            Artifact(
                kind="wall-collapse" if inward else "outer-fall",
                location=turn,
                interval=(float(q[0]), turn) if inward else (turn, float(q[-1])),
                size=fall.depth,
                unit="eV",
                severity=severity_of(fall.depth),
                explanation=(words.wall_collapse if inward else words.outer_fall)(turn, fall.depth),
                evidence={
                    "at_stake_eV": fall.depth,
                    "threshold_eV": threshold,
                    "reference_fall_eV": allowed,
                    "frame": int(finite[fall.frame]),
                },
            )
        )
    return found


class Wrong(NamedTuple):
    """A stretch where the force points away from the equilibrium; first and last are frames of the finite ones."""

    first: int
    last: int
    outside: bool


def force_zero(q: Floats, g: Floats, near: float, dead_band: float) -> float:
    """The place nearest `near` where the force turns from + (pushing apart) to −; `near` where there is none.

    For a gradient field this is the minimum of the energy itself, found from the force.
    """
    sure = np.flatnonzero(np.abs(g) > dead_band)
    turns = [(int(a), int(b)) for a, b in pairwise(sure) if g[a] > 0 > g[b]]
    if not turns:
        return near
    places = []
    for a, b in turns:
        k = a + int(np.flatnonzero(g[a : b + 1] <= 0)[0]) - 1
        places.append(crossing(q, g, 0.0, k))
    return min(places, key=lambda place: abs(place - near))


def wrong_way(q: Floats, g: Floats, zero: float, dead_band: float) -> list[Wrong]:
    """Runs of frames with a force of the wrong sign: + outside of `zero`, − inside; q and g finite, shape (n,)."""
    sure = np.flatnonzero(np.abs(g) > dead_band)
    runs = []
    for side in (False, True):
        wrong = (q[sure] > zero) & (g[sure] > 0) if side else (q[sure] < zero) & (g[sure] < 0)
        chosen = np.flatnonzero(wrong)
        runs += [Wrong(int(sure[a]), int(sure[b]), side) for a, b in clusters(chosen, 1)]
    return runs


def wrong_interval(q: Floats, g: Floats, run: Wrong, zero: float) -> tuple[float, float]:
    """Where the sign is wrong around a run of frames: to a zero crossing, the equilibrium, or an end of the range."""
    sign = np.sign(g[run.first])
    a, b = run.first, run.last
    while a > 0 and g[a - 1] * sign > 0:
        a -= 1
    while b < len(g) - 1 and g[b + 1] * sign > 0:
        b += 1
    lo = crossing(q, g, 0.0, a - 1) if a > 0 else float(q[0])
    hi = crossing(q, g, 0.0, b) if b < len(g) - 1 else float(q[-1])
    return (max(lo, zero), hi) if run.outside else (lo, min(hi, zero))


def detect_wrong_way(curve: Curve, reference: Curve | None, anchor: Anchor) -> list[Artifact]:
    """spurious-force: stretches where the force points away from the equilibrium and the reference's does not."""
    words, found = Words(curve), []
    finite = np.flatnonzero(np.isfinite(curve.forces))
    if not len(finite):
        return []
    q, g = curve.values[finite], curve.forces[finite]
    zero = force_zero(q, g, anchor.value, curve.dead_band)
    allowed = _reference_wrong(reference)
    margin = _NEARBY * curve.range
    for run in wrong_way(q, g, zero, curve.dead_band):
        lo, hi = wrong_interval(q, g, run, zero)
        if any(lo < b + margin and hi > a - margin and side == run.outside for a, b, side in allowed):
            continue
        inside = slice(run.first, run.last + 1)
        worst = run.first + int(np.abs(g[inside]).argmax())
        peak = float(abs(g[worst]))
        # Triangles to the zero crossings close the trapezoid rule, also for a run of a single frame.
        work = float(
            np.trapezoid(np.abs(np.concatenate(([0.0], g[inside], [0.0]))), np.concatenate(([lo], q[inside], [hi])))
        )
        found.append(
            Artifact(
                kind="spurious-force",
                location=lo if run.outside else hi,
                interval=(lo, hi),
                size=peak,
                unit=curve.force_unit,
                severity=severity_of(work),
                explanation=words.spurious_force((lo, hi), peak, run.outside),
                evidence={
                    "at_stake_eV": work,
                    f"worst_at_{curve.unit}": float(q[worst]),
                    f"dead_band_{curve.force_unit}": curve.dead_band,
                    "frame": int(finite[worst]),
                },
            )
        )
    return found


def _reference_wrong(reference: Curve | None) -> list[tuple[float, float, bool]]:
    """Stretches where the reference's own force points away from its equilibrium: (lo, hi, outside)."""
    if reference is None or not np.isfinite(reference.forces).any() or not np.isfinite(reference.energies).any():
        return []
    finite = np.isfinite(reference.forces)
    q, g = reference.values[finite], reference.forces[finite]
    zero = force_zero(q, g, find_anchor(reference, None).value, reference.dead_band)
    return [(*wrong_interval(q, g, run, zero), run.outside) for run in wrong_way(q, g, zero, reference.dead_band)]


class Extremum(NamedTuple):
    """An extremum of the force: its place, by how much it stands out, and whether it is a minimum."""

    place: float
    prominence: float
    lowest: bool


def extrema(curve: Curve) -> list[Extremum]:
    """Extrema of the generalized force of at least `curve.extremum`, by place."""
    finite = np.isfinite(curve.forces)
    q, g = curve.values[finite], curve.forces[finite]
    found = [
        Extremum(vertex(q, g, well.frame), well.prominence, lowest)
        for lowest in (True, False)
        for well in wells(g if lowest else -g)
        if well.prominence > curve.extremum
    ]
    return sorted(found)


def extra_extrema(curve: Curve, reference: Curve | None, anchor: Anchor) -> list[Extremum]:
    """Extrema of the force beyond the reference's, or beyond the one strongest attraction outside the equilibrium."""
    ours = extrema(curve)
    theirs = extrema(reference) if reference is not None else []
    if not theirs:
        outside = [e for e in ours if e.lowest and e.place > anchor.value]
        usual = max(outside or ours, key=lambda e: e.prominence, default=None)
        return [e for e in ours if e is not usual]
    left: list[Extremum] = []
    for lowest in (True, False):
        same = [e for e in ours if e.lowest == lowest]
        expected = [e.place for e in theirs if e.lowest == lowest]
        kept = unmatched(np.array([e.place for e in same]), expected, curve.range)
        left += [same[i] for i in kept]
    return sorted(left)


def detect_bumps(curve: Curve, reference: Curve | None, anchor: Anchor) -> list[Artifact]:
    """rough-force: extra extrema of the generalized force; those near each other are one artifact."""
    words, found = Words(curve), []
    extra = extra_extrema(curve, reference, anchor)
    groups: list[list[Extremum]] = []
    for e in extra:
        if groups and e.place - groups[-1][-1].place <= _NEARBY * curve.range:
            groups[-1].append(e)
        else:
            groups.append([e])
    for group in groups:
        worst = max(group, key=lambda e: e.prominence)
        lo, hi = group[0].place, group[-1].place
        if hi - lo < 2 * curve.spacing:
            middle = 0.5 * (lo + hi)
            lo = max(middle - curve.spacing, float(curve.values[0]))
            hi = min(middle + curve.spacing, float(curve.values[-1]))
        at_stake = worst.prominence * min(hi - lo, curve.swing)
        found.append(
            Artifact(
                kind="rough-force",
                location=worst.place,
                interval=(lo, hi),
                size=worst.prominence,
                unit=curve.force_unit,
                severity=severity_of(at_stake),
                explanation=words.rough_force((lo, hi), len(group), worst.prominence),
                evidence={
                    "at_stake_eV": at_stake,
                    "extra_extrema": len(group),
                    f"threshold_{curve.force_unit}": curve.extremum,
                },
            )
        )
    return found
