"""What a finding on GFN2-xTB's own curve is worth, judged on frames of the survey's own (`independent_frames`).

Every claim is tested as what it says: a jump by one-sided energies and slopes at its place, a minimum, a fall or a
force by the lower of two continued curves on a dense grid. Forces are slopes of energies there, never tblite's.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from independent_frames import Atoms, Floats, Sweep, frame_at, side_of, single_point, sweep

DENSE = 81
"""Frames of the dense grid over a finding's interval."""

SAME = 0.25
"""Share by which a size may differ from the finding's: both are read off curves that other frames make."""

TWO = 1e-4
"""eV, from which two solutions are two."""

SMALL_GAP = 0.6
"""eV. Orbitals this close exchange their electrons at 300 K: an electronic change."""

CONTACT = 1.3
"""Sums of covalent radii within which two atoms that have no bond meet."""

ELECTRONIC, SECOND, FAULT, OPEN = "real electronic change", "real second minimum", "fault of ours", "not checked"

MINIMA = ("artificial-minimum", "second-minimum")
WHOLE = ("rough-force", *MINIMA)


class Verdict(NamedTuple):
    """What came out, why, and what the independent curve has instead of the finding's size."""

    verdict: str
    why: str
    size: float | None = None


def judge(atoms: Atoms, driven: tuple[int, ...], found: dict[str, Any], limits: tuple[float, float]) -> Verdict:
    """Is it there on an independent curve, and what is it?

    Parameters
    ----------
    driven
        Two atoms for a bond, three for an angle, four for a torsion.
    found
        The finding as the survey logs it: kind, location, interval, size.
    limits
        The range of the scan.
    """
    if found["kind"] in ("energy-step", "force-kink"):
        return _jump(atoms, driven, found)
    lo, hi = found["interval"]
    margin = max(0.15 * (hi - lo), 0.02 * (limits[1] - limits[0]))
    values = np.linspace(max(limits[0], lo - margin), min(limits[1], hi + margin), DENSE)
    if found["kind"] in WHOLE:  # what stands out does so against the whole curve
        values = np.union1d(np.linspace(*limits, 2 * DENSE), values)
    curve = sweep(atoms, driven, values, lead=margin, steps=5)
    seen = _shape(found, curve)
    if seen is None:
        return Verdict(OPEN, f"no independent test of {found['kind']}")
    claimed = abs(float(found["size"]))
    apart = float(np.nanmax(curve.apart))
    if (
        found["kind"] == "wall-collapse" and apart >= (1 - SAME) * claimed
    ):  # the lower curve may be collapsed throughout
        return Verdict(ELECTRONIC, f"two solutions, {apart:.0f} eV apart", apart)
    if not abs(seen - claimed) <= SAME * claimed + 0.02:
        return Verdict(FAULT, "the independent curve does not have it", seen)
    return _what_it_is(atoms, driven, found, curve, seen)


def _what_it_is(atoms: Atoms, driven: tuple[int, ...], found: dict[str, Any], curve: Sweep, seen: float) -> Verdict:
    lo, hi = found["interval"]
    inside = (curve.values >= lo) & (curve.values <= hi)
    apart, gap = float(np.nanmax(curve.apart[inside])), float(np.nanmin(curve.gaps[inside]))
    if apart > TWO:
        return Verdict(ELECTRONIC, f"two solutions, {1000 * apart:.1f} meV apart", seen)
    if gap < SMALL_GAP:
        return Verdict(ELECTRONIC, f"the gap closes to {gap:.2f} eV", seen)
    meeting = contacts(atoms, driven, found["location"])
    if found["kind"] == "second-minimum":  # it claims no more than that it is there
        return Verdict(SECOND, f"atoms meet: {meeting}" if meeting else f"a gap of {gap:.1f} eV", seen)
    if found["kind"] in MINIMA and meeting:
        return Verdict(SECOND, f"atoms meet: {meeting}", seen)
    if meeting:
        return Verdict(FAULT, f"the shape is true, for atoms meet: {meeting}", seen)
    return Verdict(FAULT, f"the shape is the method's own, with a gap of {gap:.1f} eV", seen)


def _jump(atoms: Atoms, driven: tuple[int, ...], found: dict[str, Any]) -> Verdict:
    """One-sided limits at the place: each side is continued from its own side, and from the other, the lower kept."""
    place, claimed = float(found["location"]), float(found["size"])
    unit = 1.0 if len(driven) == 2 else 50.0  # degrees are about 50 times finer than Å
    near, far = 1e-4 * unit, 0.03 * unit
    left = place - np.geomspace(far, near, 14)
    right = place + np.geomspace(near, far, 14)
    # From far enough that each side has settled on a solution where there is but one.
    curve = sweep(atoms, driven, np.concatenate([left, right]), lead=10 * far, steps=15)
    ends = [np.polyfit(curve.values[side] - place, curve.energies[side], 3) for side in (slice(0, 14), slice(14, None))]
    step, kink = (float(ends[1][power] - ends[0][power]) for power in (-1, -2))
    seen = step if found["kind"] == "energy-step" else -kink
    if np.isfinite(seen) and abs(seen - claimed) <= SAME * abs(claimed) + 1e-4:
        apart, gap = float(np.nanmax(curve.apart)), float(np.nanmin(curve.gaps))
        return Verdict(ELECTRONIC, f"{1000 * apart:.1f} meV between solutions, gap {gap:.2f} eV", seen)
    return Verdict(FAULT, "the independent curve has no such jump", seen)


def _shape(found: dict[str, Any], curve: Sweep) -> float | None:
    """The size that the independent curve gives to a finding of this kind; None for a kind without a test."""
    energies, kind = curve.energies, found["kind"]
    good = np.isfinite(energies)
    q, e = curve.values[good], energies[good]
    slopes = -np.gradient(e, q)
    if kind in MINIMA:
        return _depth(q, e, float(found["location"]))
    lo, hi = found["interval"]
    inside = (q >= lo) & (q <= hi)
    if kind == "rough-force":
        return _bump(q, slopes, (lo, hi), abs(float(found["size"])))
    if kind == "wall-collapse":  # the fall may be a jump at the interval's very end
        return float(np.max(np.maximum.accumulate(e[::-1]) - e[::-1]))
    if kind == "outer-fall" and inside.any():
        return float(np.max(np.maximum.accumulate(e[inside]) - e[inside]))
    if kind == "spurious-force" and inside.any():
        return float(np.max(np.abs(slopes[inside])))
    return None


def _depth(q: Floats, e: Floats, place: float) -> float:
    """Depth of the minimum nearest a place below the lower barrier on the way to what is lower; 0 without a minimum."""
    inner = np.flatnonzero((e[1:-1] <= e[:-2]) & (e[1:-1] <= e[2:])) + 1
    if not len(inner):
        return 0.0
    k = int(inner[np.argmin(np.abs(q[inner] - place))])
    barriers = []
    for way in (e[:k][::-1], e[k + 1 :]):
        lower = np.flatnonzero(way < e[k])
        barriers.append(way[: lower[0] if len(lower) else len(way)].max(initial=e[k]))
    return float(min(barriers) - e[k])


def _bump(q: Floats, force: Floats, interval: tuple[float, float], claimed: float) -> float:
    """By how much an extremum of the force in the interval stands out (eV per unit): the one nearest to the claim."""
    from scipy.signal import find_peaks, peak_prominences

    reach = 2 * float(np.diff(q).max())
    sizes = [0.0]
    for curve in (force, -force):
        peaks = find_peaks(curve)[0]
        near = peaks[(q[peaks] > interval[0] - reach) & (q[peaks] < interval[1] + reach)]
        sizes += peak_prominences(curve, near)[0].tolist()
    return float(min(sizes, key=lambda size: abs(size - claimed)))


def contacts(atoms: Atoms, driven: tuple[int, ...], value: float) -> str:
    """Pairs of atoms of the two groups that have no bond and are closer than `CONTACT` radii, as text."""
    from ase.data import chemical_symbols, covalent_radii

    x = frame_at(atoms, driven, value)
    keep, start = {2: (0, 1), 3: (1, 0), 4: (1, 2)}[len(driven)]
    moving = side_of(atoms, driven[keep], driven[start])
    if moving is None:
        moving = side_of(atoms, driven[1], driven[2]) or []
    found = []
    for a in moving:
        for b in set(range(len(x))) - set(moving):
            bonded = (a, b) in atoms.bonds or (b, a) in atoms.bonds
            limit = CONTACT * (covalent_radii[atoms.numbers[a]] + covalent_radii[atoms.numbers[b]])
            if not bonded and np.linalg.norm(x[a] - x[b]) < limit:
                found.append(f"{chemical_symbols[atoms.numbers[a]]}{a}–{chemical_symbols[atoms.numbers[b]]}{b}")
    return ", ".join(sorted(found)[:3])


def frames_agree(atoms: Atoms, driven: tuple[int, ...], values: Floats, energies: Floats) -> tuple[float, float]:
    """How far independent frames, each from a fresh guess, lie below and above a scan's energies at most, eV.

    Above is another solution where the frame has two. Below would be a lower one that the scan does not have.
    """
    fresh = np.array([single_point(atoms, frame_at(atoms, driven, float(value))).energy for value in values])
    above = (fresh - energies)[np.isfinite(fresh - energies)]
    return float(max(0.0, -above.min(initial=0.0))), float(max(0.0, above.max(initial=0.0)))
