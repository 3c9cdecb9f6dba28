"""What `benchmarks/planted_truth.py` plants: artifacts of known kind, place and size, and controls with none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.metrics.extrema import wells
from bsct_explorer.planted import plants as planting
from bsct_explorer.planted.asked_curve import LiveCurve
from bsct_explorer.planted.smooth_curves import CurveFunction, Pair, SmoothCurve, morse_curve, rydberg_curve

WALL, NEAR, FAR = (0.62, 0.8), (1.07,), (1.5, 1.85)


class PlantedTruth(NamedTuple):
    """What must come out: the kind, the place, and how far off it may be (Å)."""

    kind: str
    place: float
    tolerance: float


@dataclass
class PlantedCase:
    """One curve with what is planted on it."""

    row: str
    live: LiveCurve
    truths: tuple[PlantedTruth, ...]
    narrow: tuple[tuple[float, float], ...] = ()
    """(place, width) in Å of what is planted too narrow for a fine grid to show."""


def places(base: SmoothCurve, points: int, fractions: tuple[float, ...], quick: bool) -> Iterator[tuple[float, int]]:
    """(place, sign) for each place and sign, at different parts of an interval."""
    inside = (0.1, 0.5) if quick else (0.1, 0.33, 0.5, 0.85)
    for fraction in fractions:
        for i, part in enumerate(inside):
            for sign in (1, -1) if not quick else (1 if i % 2 else -1,):
                place = base.between(points, fraction, part)
                if place > base.lo + 2 * (base.hi - base.lo) / points:
                    yield place, sign


def hidden_minimum(live: LiveCurve, place: float, width: float) -> float:
    """Where the planted well truly has its minimum."""
    q = np.arange(max(place - 2 * width, live.base.lo), min(place + 2 * width, live.base.hi), 2e-6)
    found = [q[well.frame] for well in wells(live(q).energies)]
    return float(min(found, key=lambda x: abs(x - place)))


def jump_cases(base: SmoothCurve, points: int, quick: bool) -> Iterator[PlantedCase]:
    """Single jumps, and pairs of kinks close to each other."""
    fractions: tuple[float, ...]
    for size in (0.002, 0.01, 0.05, 0.3):
        for label, fractions in (("wall", WALL), ("minimum and outside", NEAR + FAR)):
            for place, sign in places(base, points, fractions, quick):
                plant = planting.step(place, sign * size)
                yield PlantedCase(
                    f"energy step {1e3 * size:g} meV, {label}",
                    LiveCurve(base, (plant,)),
                    (PlantedTruth("energy-step", place, 1e-6),),
                )
    kinks: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...] = (
        ("wall", WALL, (0.3, 1.0)),
        ("minimum and outside", NEAR + FAR, (0.05, 0.1, 0.3, 1.0)),
    )
    for label, fractions, sizes in kinks:
        for size in sizes:
            for place, sign in places(base, points, fractions, quick):
                plant = planting.kink(place, sign * size)
                yield PlantedCase(
                    f"force kink {size:g} eV/Å, {label}",
                    LiveCurve(base, (plant,)),
                    (PlantedTruth("force-kink", place, 1e-6),),
                )
    pairs: tuple[tuple[tuple[float, ...], float], ...] = (((0.7,), 1.0), ((1.6,), 0.3))
    for apart in (0.003, 0.005, 0.008, 0.03):
        for fractions, size in pairs:
            for place, sign in places(base, points, fractions, quick):
                if sign < 0 and size * apart < 2e-3:
                    continue  # they cancel: what is left is an energy step below 2 meV
                plants = planting.kink(place, size), planting.kink(place + apart, sign * size)
                truths = tuple(PlantedTruth("force-kink", x, 1e-6) for x in (place, place + apart))
                yield PlantedCase(f"two kinks {1e3 * apart:g} mÅ apart", LiveCurve(base, plants), truths)
    yield from close_cases(base, points, quick)
    yield from edge_cases(base, points, quick)


def two_kinks(row: str, base: SmoothCurve, place: float, size: float, apart: float, other: float) -> PlantedCase:
    """A kink of `size` eV/Å at `place` and one of `other` eV/Å `apart` Å further out."""
    plants = planting.kink(place, size), planting.kink(place + apart, other)
    return PlantedCase(
        row, LiveCurve(base, plants), tuple(PlantedTruth("force-kink", x, 1e-6) for x in (place, place + apart))
    )


def close_cases(base: SmoothCurve, points: int, quick: bool) -> Iterator[PlantedCase]:
    """Opposite kinks that leave an energy step below 2 meV, and small ones beside large ones."""
    for label, fractions, sizes in (("wall", (0.7,), (0.3,)), ("minimum and outside", (1.07, 1.6), (0.1, 0.3))):
        for size in sizes:
            for apart in (0.003, 0.005, 0.008):
                if size * apart < 2e-3:
                    for place, sign in places(base, points, fractions, True):
                        row = f"opposite kinks ±{size:g} eV/Å, {1e3 * apart:g} mÅ apart, {label}"
                        yield two_kinks(row, base, place, sign * size, apart, -sign * size)
    for apart in (0.008, 0.03, 0.06):
        for place, sign in places(base, points, (0.7,), quick):
            row = f"force kink 0.3 eV/Å, {1e3 * apart:g} mÅ beside one of 1 eV/Å, wall"
            yield two_kinks(row, base, place, 1.0, apart, sign * 0.3)


def edge_cases(base: SmoothCurve, points: int, quick: bool) -> Iterator[PlantedCase]:
    """Jumps in the two intervals at each end of the range, where neighbours predict least."""
    q = base.grid(points)
    for k, name in ((0, "first"), (1, "second"), (points - 3, "last but one"), (points - 2, "last")):
        kink = 0.3 if k < 2 else 0.05
        for i, part in enumerate((0.1, 0.5) if quick else (0.03, 0.33, 0.6, 0.97)):
            place = float(q[k] + part * (q[k + 1] - q[k]))
            for sign in (1 if i % 2 else -1,):
                live = LiveCurve(base, (planting.step(place, sign * 0.002),))
                yield PlantedCase(
                    f"energy step 2 meV, {name} interval", live, (PlantedTruth("energy-step", place, 1e-6),)
                )
                live = LiveCurve(base, (planting.kink(place, sign * kink),))
                yield PlantedCase(
                    f"force kink {kink:g} eV/Å, {name} interval", live, (PlantedTruth("force-kink", place, 1e-6),)
                )


def shape_cases(base: SmoothCurve, points: int, quick: bool) -> Iterator[PlantedCase]:
    """Wells, forces that are no slope, falls at both ends, rough stretches."""
    for width, depth in ((0.02, 0.01), (0.02, 0.03), (0.05, 0.01), (0.05, 0.1), (0.1, 0.03)):
        for place, _ in places(base, points, (0.8, 1.4, 1.7), True):
            live = LiveCurve(base, (planting.well_of_prominence(base, place, width, depth),))
            truth = PlantedTruth("artificial-minimum", hidden_minimum(live, place, width), 1e-4)
            yield PlantedCase(f"well {1e3 * depth:g} meV, {1e3 * width:g} mÅ wide", live, (truth,))
    for size in (0.05, 0.3):
        truth = PlantedTruth("non-conservative", 0.5 * (base.lo + base.hi), 0.5 * (base.hi - base.lo))
        yield PlantedCase(
            f"non-conservative {1.2 * size:g} eV/Å", LiveCurve(base, (planting.extra_force(1.2 * size),)), (truth,)
        )
    fine = np.linspace(base.lo, base.hi, 200_001)
    for outward in (True, False):
        live = LiveCurve(base, (falling(base, outward),))
        side = fine > base.r0 if outward else fine < base.r0
        energies = live(fine).energies
        top = float(fine[side][energies[side].argmax()])
        kind = "outer-fall" if outward else "wall-collapse"
        yield PlantedCase(kind, live, (PlantedTruth(kind, top, 1e-3), PlantedTruth("spurious-force", top, 1e-3)))
    for fraction in (1.5, 1.7):
        bump = planting.well(fraction * base.r0, 0.03, 0.05)
        yield PlantedCase(
            "rough force", LiveCurve(base, (bump,)), (PlantedTruth("rough-force", fraction * base.r0, 0.15),)
        )


def falling(base: SmoothCurve, outward: bool) -> CurveFunction:
    """A parabola or a power that turns the curve down towards one end."""
    if outward:
        start = base.r0 + 0.5 * (base.hi - base.r0)
        drop = float(base.curve(np.array([base.hi]))[0][0] - base.curve(np.array([start]))[0][0]) + 0.5
        scale = drop / (base.hi - start) ** 2

        def curve(q: Floats) -> Pair:
            x = np.clip(q - start, 0, None)
            return -scale * x**2, 2 * scale * x

        return curve
    start = base.r0 - 0.5 * (base.r0 - base.lo)
    rise = float(base.curve(np.array([base.lo]))[0][0] - base.curve(np.array([start]))[0][0]) * 1.2 + 0.5
    cubic = rise / (start - base.lo) ** 3

    def inner(q: Floats) -> Pair:
        x = np.clip(start - q, 0, None)
        return -cubic * x**3, -3 * cubic * x**2

    return inner


def random_base(rng: np.random.Generator) -> SmoothCurve:
    """A Morse or Rydberg curve with random depth, width and minimum, every other one with random bumps on its wall."""
    depth, a, r0 = float(rng.uniform(1, 8)), float(rng.uniform(1.2, 3)), float(rng.uniform(0.9, 2.2))
    make = morse_curve if rng.random() < 0.5 else rydberg_curve
    smooth = make(depth, a, r0)
    count = int(rng.integers(2, 5)) if rng.random() < 0.5 else 0
    bumps = [
        planting.well(
            float(rng.uniform(0.55, 0.85)) * r0, float(rng.uniform(-0.1, 0.1)), float(rng.uniform(0.04, 0.06))
        )
        for _ in range(count)
    ]

    def curve(q: Floats) -> Pair:
        energy, force = smooth(q)
        for bump in bumps:
            more = bump(q)
            energy, force = energy + more[0], force + more[1]
        return energy, force

    return SmoothCurve("random", 0.5 * r0, 2.0 * r0, r0, curve)


def held_out(points: int, count: int) -> Iterator[PlantedCase]:
    """Curves, places and sizes drawn at random, with a seed that was not used before; looked at once, at the end."""
    rng = np.random.default_rng(902_617_345)
    for _ in range(count):
        base = random_base(rng)
        place = float(rng.uniform(base.lo + 1e-4, base.hi - 1e-4))
        sign = float(rng.choice([-1, 1]))
        size = sign * 10 ** float(rng.uniform(np.log10(0.002), np.log10(0.3)))
        truth = PlantedTruth("energy-step", place, 1e-6)
        yield PlantedCase(
            "held out: energy step, 2 to 300 meV", LiveCurve(base, (planting.step(place, size),)), (truth,)
        )
        least, most = (0.3, 3.0) if place < base.r0 else (0.05, 1.0)
        size = sign * 10 ** float(rng.uniform(np.log10(least), np.log10(most)))
        truth = PlantedTruth("force-kink", place, 1e-6)
        where = "wall, 0.3 to 3 eV/Å" if place < base.r0 else "outside, 0.05 to 1 eV/Å"
        yield PlantedCase(f"held out: force kink, {where}", LiveCurve(base, (planting.kink(place, size),)), (truth,))
        width, depth = float(rng.uniform(0.02, 0.1)), float(rng.uniform(0.01, 0.1))
        fraction = float(rng.choice([rng.uniform(0.7, 0.85), rng.uniform(1.3, 1.9)]))
        live = LiveCurve(base, (planting.well_of_prominence(base, fraction * base.r0, width, depth),))
        truth = PlantedTruth("artificial-minimum", hidden_minimum(live, fraction * base.r0, width), 1e-4)
        yield PlantedCase("held out: well, 10 to 100 meV, 20 to 100 mÅ wide", live, (truth,))
        apart = float(rng.uniform(0.003, 0.03))
        place = float(rng.uniform(base.lo + 1e-4, base.hi - apart - 1e-4))
        least = 0.3 if place < base.r0 else 0.1
        pair = least * 10 ** rng.uniform(0, 1, 2) * rng.choice([-1, 1], 2)
        row = "held out: two kinks, 3 to 30 mÅ apart, 0.1 to 1 eV/Å (0.3 to 3 on the wall)"
        yield two_kinks(row, base, place, float(pair[0]), apart, float(pair[1]))
        row = "held out: opposite kinks that leave less than 2 meV, 3 to 8 mÅ apart, from 0.1 eV/Å (0.3 on the wall)"
        apart = float(rng.uniform(0.003, 0.008))
        most = max(least, 2e-3 / apart)
        size = sign * float(rng.uniform(least, most))
        if abs(size) * apart < 2e-3:
            yield two_kinks(row, base, place, size, apart, -size)
        yield PlantedCase("held out: nothing planted (some with a bumpy wall)", LiveCurve(base), ())


def controls(base: SmoothCurve, points: int, quick: bool) -> Iterator[PlantedCase]:
    """Curves on which nothing may be found: clean, rounded, noisy, steep but smooth."""
    yield PlantedCase("clean", LiveCurve(base), ())
    for offset in (-2e3, -2e4, -7e4, -2.5e5):
        yield PlantedCase("energies rounded to float32", LiveCurve(base, offset=offset), ())
    for energy, force in ((2e-3, 5e-3), (1e-4, 1e-3), (1e-5, 1e-2)):
        yield PlantedCase("noise", LiveCurve(base, sigma_energy=energy, sigma_force=force), ())
    for width in (1e-2, 1e-3, 1e-4, 1e-5):
        for size in (0.1, 1.0):
            for place, sign in places(base, points, (0.7, 1.1, 1.6), True):
                narrow = ((place, width),)
                live = LiveCurve(base, (planting.steep(place, sign * size, width),))
                yield PlantedCase("steep but smooth force", live, (), narrow)
                live = LiveCurve(base, (planting.steep_step(place, sign * 0.05 * size, width),))
                yield PlantedCase("steep but smooth energy", live, (), narrow)
