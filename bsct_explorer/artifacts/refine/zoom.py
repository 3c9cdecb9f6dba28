"""Zooming into intervals of a live curve: does a jump stay a jump however close one looks?

Each level cuts a window into equal parts and takes, per part,

    step of the energy   ΔE + h/2 (g_i + g_{i+1})      what the force does not account for
    jump of the force    Δg

less a robust line through all parts (Siegel's repeated medians: up to half of the parts may hold jumps). On a smooth
curve what is left falls with h² at least, a jump keeps its size. Parts that stand out are the windows of the next
level, so several jumps in one window are followed side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.artifacts.live_curve import Answer, Question
from bsct_explorer.artifacts.numerics import MAD_TO_SIGMA, clusters
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.outliers import against_neighbours, robust_line
from bsct_explorer.artifacts.refinement import QUANTITIES, Quantity, Refinement, Verdict, ZoomLevel
from bsct_explorer.data import Floats

_STANDS_OUT = 6.0
"""Standard deviations of its siblings that a jump must exceed at the finest level."""

_SETTLED = (0.7, 1.4)
"""Range of the ratio of a jump's sizes at the last two levels."""


@dataclass(frozen=True)
class ZoomSettings:
    """Settings of a zoom.

    Attributes
    ----------
    energy, force
        Smallest step (eV) and jump (eV per unit) worth following.
    spacing
        Spacing at which a zoom ends.
    noise_energy, noise_force
        σE and σg at the place.
    unit
        Unit of the coordinate.
    faint
        eV. Steps of the energy down to this are followed where they may be the sum of two opposite jumps of the force
        in one part, that is, from force × spacing on.
    parts
        Parts of a window at each level.
    budget
        Frames for one interval.
    near
        Spacing from which on a jump that has settled is one, where frames closer to it give no answer: a
        self-consistent field often fails just where its solution changes.
    """

    energy: float
    force: float
    spacing: float
    noise_energy: float = 0.0
    noise_force: float = 0.0
    unit: str = "Å"
    faint: float = 2e-5
    parts: int = 8
    budget: int = 300
    near: float = 0.0

    def threshold(self, quantity: Quantity) -> float:
        return self.energy if quantity == "energy" else self.force

    def noise(self, quantity: Quantity) -> float:
        return self.noise_energy if quantity == "energy" else self.noise_force

    def unit_of(self, quantity: Quantity) -> str:
        return "eV" if quantity == "energy" else f"eV/{self.unit}"


class ZoomResult(NamedTuple):
    """What a zoom says of one quantity in one place."""

    quantity: Quantity
    refinement: Refinement

    @property
    def stood_out(self) -> bool:
        """Whether it exceeded its threshold at some level."""
        least = float(self.refinement.evidence[f"threshold_{self.refinement.unit}"])
        return any(abs(level.size) > least for level in self.refinement.levels)


@dataclass(frozen=True)
class _Window:
    """A window with its way from the first level."""

    lo: float
    hi: float
    parts: int
    levels: dict[Quantity, tuple[ZoomLevel, ...]] = field(default_factory=dict)

    @property
    def values(self) -> Floats:
        return np.linspace(self.lo, self.hi, self.parts + 1)

    @property
    def spacing(self) -> float:
        return (self.hi - self.lo) / self.parts


def zoom(lo: float, hi: float, settings: ZoomSettings, memory: Memory | None = None) -> Question[list[ZoomResult]]:
    """Find every jump between lo and hi.

    Parameters
    ----------
    lo, hi
        The interval, one spacing of the grid or a few.
    settings
        See `ZoomSettings`.
    memory
        What is known already; answers are added to it.

    Returns
    -------
    list of ZoomResult
        Each jump, and for each quantity without one the verdict that the interval as a whole gets. Never empty.
    """
    memory = memory or Memory()
    start = memory.asked
    windows = [_Window(lo, hi, settings.parts)]
    found: list[ZoomResult] = []
    while windows:
        over = memory.asked - start > settings.budget
        if not over:
            yield from memory.ask([window.values for window in windows])
        following: list[_Window] = []
        for window in windows:
            if over:
                spent = f"{settings.budget} frames did not suffice"
                found += [_end(window, quantity, "unresolved", settings, spent) for quantity in QUANTITIES]
                continue
            deeper, ended = _look(window, memory(window.values), settings)
            following += deeper
            found += ended
        windows = following
    return _summary(found, memory.asked - start)


def _look(window: _Window, answer: Answer, settings: ZoomSettings) -> tuple[list[_Window], list[ZoomResult]]:
    """One window at one level: the windows of the next, and what is decided."""
    values, h = window.values, window.spacing
    finest = h <= settings.spacing * (1 + 1e-9)
    deeper: dict[tuple[int, int], list[Quantity]] = {}
    sizes: dict[Quantity, Floats] = {}
    raws: dict[Quantity, Floats] = {}
    ended: list[ZoomResult] = []
    for quantity in QUANTITIES:
        raw = np.diff(answer.forces)
        if quantity == "energy":
            raw = np.diff(answer.energies) + 0.5 * h * (answer.forces[1:] + answer.forces[:-1])
        size = sizes[quantity] = raw - robust_line(raw)
        if np.isfinite(size).sum() < 5:
            level = ZoomLevel(values, *answer, h, float("nan"))
            ended.append(_without_answers(window, quantity, level, settings))
            continue
        worst = int(np.nanargmax(np.abs(size)))
        level = ZoomLevel(values, *answer, h, float(size[worst]))
        here = _with(window, quantity, level)
        runs = _standing_out(size, raw, settings.threshold(quantity))
        if not runs:
            all_known = bool(np.isfinite(size).all())
            ended.append(
                _end(here, quantity, "smooth", settings)
                if all_known
                else _without_answers(window, quantity, level, settings)
            )
        elif finest:
            ended.append(_end(here, quantity, _last_verdict(here.levels[quantity], quantity, size, worst), settings))
        else:
            for run in runs:
                deeper.setdefault(run, []).append(quantity)
        raws[quantity] = raw
    if not finest and "energy" in raws:
        # Two opposite jumps in one part cancel in the force and leave size × distance in the energy.
        for run in _standing_out(sizes["energy"], raws["energy"], max(settings.faint, settings.force * h)):
            if not any(run[0] <= last and first <= run[1] for first, last in deeper):
                deeper[run] = list(QUANTITIES)
    children = []
    for (first, last), why in deeper.items():
        # A longer run needs more parts for the spacing to fall to a quarter.
        parts = max(settings.parts, 4 * (last - first + 1))
        part, trail = slice(first, last + 1), dict(window.levels)
        for quantity in why:
            own = sizes[quantity][part]
            largest = float(own[np.nanargmax(np.abs(own))])
            trail[quantity] = (*window.levels.get(quantity, ()), ZoomLevel(values, *answer, h, largest))
        children.append(_Window(float(values[first]), float(values[last + 1]), parts, trail))
    return children, ended


def _without_answers(window: _Window, quantity: Quantity, level: ZoomLevel, settings: ZoomSettings) -> ZoomResult:
    """A window in which frames failed: still a jump where it was one at a spacing that is small enough."""
    trail = window.levels.get(quantity, ())
    if trail and trail[-1].spacing <= settings.near:
        sizes = _parts(trail[-1], quantity)
        inside = np.flatnonzero((trail[-1].values[:-1] >= window.lo) & (trail[-1].values[1:] <= window.hi))
        one = len(inside) == 1 and sizes[inside[0]] == trail[-1].size
        if one and _last_verdict(trail, quantity, sizes, int(inside[0])) == "jump":
            return _end(_Window(window.lo, window.hi, 1, {quantity: trail}), quantity, "jump", settings)
    failed = int((~np.isfinite(level.energies) | ~np.isfinite(level.forces)).sum())
    reason = f"{failed} of {len(level.values)} frames there gave no answer"
    return _end(_with(window, quantity, level), quantity, "unresolved", settings, reason)


def _with(window: _Window, quantity: Quantity, level: ZoomLevel) -> _Window:
    trail = {**window.levels, quantity: (*window.levels.get(quantity, ()), level)}
    return _Window(window.lo, window.hi, window.parts, trail)


def _standing_out(size: Floats, raw: Floats, threshold: float) -> list[tuple[int, int]]:
    """Runs of neighbouring parts, (first, last), that exceed the threshold and do not continue their siblings."""
    with np.errstate(invalid="ignore"):
        suspected: NDArray[np.bool_] = np.abs(size) > threshold
    local = against_neighbours(raw, suspected)
    local = np.where(np.isfinite(local), local, size)
    with np.errstate(invalid="ignore"):
        out = suspected & (np.abs(local) > threshold / 3)
    return clusters(np.flatnonzero(out), 1)


def _last_verdict(levels: tuple[ZoomLevel, ...], quantity: Quantity, size: Floats, worst: int) -> Verdict:
    """What stays at the finest level: a jump that stands out of its siblings and has settled, or not.

    Noise that happens to be small among seven siblings is not so at the level before, and changes its sign.
    """
    spread = _spread_of_others(size, worst)
    if len(levels) > 1:
        before = _parts(levels[-2], quantity)
        spread = max(spread, _spread_of_others(before, int(np.nanargmax(np.abs(before)))))
    signs = {bool(level.size > 0) for level in levels[-3:]}
    if abs(size[worst]) < _STANDS_OUT * spread or len(signs) > 1:
        return "noise"
    last = levels[-2].size if len(levels) > 1 else levels[-1].size
    ratio = levels[-1].size / last if last else 0.0
    return "jump" if _SETTLED[0] < ratio < _SETTLED[1] else "steep"


def _spread_of_others(size: Floats, worst: int) -> float:
    """Robust standard deviation of what is left without the largest."""
    others = np.delete(size, worst)
    others = others[np.isfinite(others)]
    return MAD_TO_SIGMA * float(np.median(np.abs(others - np.median(others))))


def _end(window: _Window, quantity: Quantity, verdict: Verdict, settings: ZoomSettings, reason: str = "") -> ZoomResult:
    """What is said of a window; `reason` as a clause where nothing could be decided."""
    levels = window.levels.get(quantity, ())
    last = levels[-1] if levels else None
    steps = np.abs(_parts(last, quantity)) if last is not None else np.empty(0)
    k = int(np.nanargmax(steps)) if np.isfinite(steps).any() else -1
    place = (
        0.5 * float(last.values[k] + last.values[k + 1])
        if last is not None and k >= 0
        else 0.5 * (window.lo + window.hi)
    )
    jump = verdict == "jump"
    width = _width(levels, quantity) if verdict == "smooth" else None
    size = last.size if last is not None else float("nan")
    first = levels[0].size if levels else float("nan")
    noise = settings.noise(quantity)
    change = abs(levels[-1].size - levels[-2].size) if len(levels) > 1 else abs(size)
    unit = settings.unit_of(quantity)
    return ZoomResult(
        quantity,
        Refinement(
            verdict=verdict,
            location=place,
            location_error=0.5 * last.spacing if jump and last is not None else 0.5 * (window.hi - window.lo),
            size=size if jump else first,
            size_error=max(change, 3.0 * noise) if jump else abs(first),
            unit=unit,
            width=width,
            levels=levels,
            evidence={
                f"smallest_spacing_{settings.unit}": last.spacing if last is not None else float("nan"),
                f"size_at_smallest_spacing_{unit}": size,
                f"noise_{unit}": noise,
                f"threshold_{unit}": settings.threshold(quantity),
                **({"reason": reason} if reason else {}),
            },
        ),
    )


def _parts(level: ZoomLevel, quantity: Quantity) -> Floats:
    """What a level shows of a quantity in each part, less the robust line."""
    raw = np.diff(level.forces)
    if quantity == "energy":
        raw = np.diff(level.energies) + 0.5 * level.spacing * (level.forces[1:] + level.forces[:-1])
    return np.asarray(raw - robust_line(raw))


def _width(levels: tuple[ZoomLevel, ...], quantity: Quantity) -> float | None:
    """Over how much of the coordinate a change stretches: its size over its steepest excess slope; at most the window.

    For a step tanh(q/w) this is 2w. What melts at the first level already is as wide as the window, or wider.
    """
    if not levels or not np.isfinite(levels[0].size):
        return None
    first = levels[0]
    window = float(first.values[-1] - first.values[0])
    if len(levels) == 1:
        return window
    usual = np.nanmedian(_raw(first, quantity)) / first.spacing
    steepest = max(float(np.nanmax(np.abs(_raw(level, quantity) / level.spacing - usual))) for level in levels)
    return min(abs(first.size) / steepest, window) if steepest > 0 else window


def _raw(level: ZoomLevel, quantity: Quantity) -> Floats:
    raw = np.diff(level.forces)
    if quantity == "energy":
        raw = np.diff(level.energies) + 0.5 * level.spacing * (level.forces[1:] + level.forces[:-1])
    return np.asarray(raw)


_WORST: tuple[Verdict, ...] = ("unresolved", "steep", "noise", "smooth")
"""Which verdict speaks for an interval without a jump."""


def _summary(found: list[ZoomResult], evaluations: int) -> list[ZoomResult]:
    """Every jump, and one verdict for each quantity that has none."""
    result = []
    for quantity in QUANTITIES:
        own = [f for f in found if f.quantity == quantity]
        jumps = [f for f in own if f.refinement.verdict == "jump"]
        if not jumps and own:
            jumps = [min(own, key=lambda f: (_WORST.index(f.refinement.verdict), -len(f.refinement.levels)))]
        result += jumps
    return [ZoomResult(f.quantity, replace(f.refinement, evaluations=evaluations)) for f in result]
