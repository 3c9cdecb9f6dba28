"""What the energy gains and the force does not account for: jumps of the energy, or a force that is no gradient.

In an interval from a to b, known jumps taken off,

    Q = E(b) − E(a) + ∫_a^b g dq

is zero for a gradient field. Either the force differs from the slope at the places in between,

    d(x) = g(x) + [E(x + δ) − E(x − δ)] / 2δ,

and ∫d makes up Q; or it does not, and the energy jumps somewhere in between. The first makes a stretch in which the
force is no gradient, judged by the largest partial integrals: stretches of one sign, so that what is gained in one and
lost in the next does not cancel. The second is an interval to be zoomed into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bsct_explorer.artifacts.curve import DETREND, Curve, Piece
from bsct_explorer.artifacts.detect.differences import runs_of_one_sign
from bsct_explorer.artifacts.live_curve import Answer, Question
from bsct_explorer.artifacts.refine.excess_cells import ExcessCell, NoGradient
from bsct_explorer.artifacts.refine.jump_search import Interval, KnownJump, without
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.noise_floor import Noise
from bsct_explorer.artifacts.refine.path_integral import romberg
from bsct_explorer.artifacts.refinement import NO_ANSWER, Refinement, ZoomLevel
from bsct_explorer.data import Floats
from bsct_explorer.words.numbers import number
from bsct_explorer.words.units import units_per_angstrom

_FEWEST, _MOST = 2, 32
"""Parts of an interval for its path integral."""

_CLOSEST_LOOK = 512
"""The same for an interval that is about to be called undecided: parts far below the width of a steep force."""

_FEW = 3
"""Intervals up to which a stretch is looked at that closely."""

_ALL = 32
"""Parts of a long stretch that is judged as one."""

_ENOUGH = 0.1
"""Share of the excess, or of what counts, that the integral's error must fall below."""

_CLEAR = 3.0
"""Multiple of its error that an excess must exceed."""

_STEP = 1e-4
"""Å. Smallest δ of a pointwise difference."""

_LEAST_GAIN = 5.0
"""Multiple of the smallest step of the energy that a stretch must gain or lose."""

_LESSER = 0.2
"""Share of the largest gain beside it that a stretch must reach to be told."""

_MOST_ZOOMED = 64
"""Intervals that are zoomed into at once for their own sake, the largest excess first."""


@dataclass
class Balance:
    """The books of energy and work along a scan.

    Attributes
    ----------
    curve
        The scan as it is searched (`finer_grid.Finer.curve`), with the thresholds for a live potential.
    memory
        What the live potential answered; holds the scan's frames.
    noise
        Its floor.
    """

    curve: Curve
    memory: Memory
    noise: Noise
    _parts: dict[tuple[float, float], int] = field(default_factory=dict)
    _probes: dict[tuple[float, float], int] = field(default_factory=dict)
    _halved: set[tuple[float, float]] = field(default_factory=set)

    def unexplained(self, jumps: Sequence[KnownJump], looked: Sequence[Interval]) -> Question[list[Interval]]:
        """Intervals with an excess that neither known jumps nor pointwise differences explain, to be zoomed into."""
        cells = yield from self._asked(jumps)
        seen = {(interval.lo, interval.hi) for interval in looked}
        wanted: list[tuple[float, Interval]] = []
        for cell in cells:
            place = cell.lo, cell.hi
            if not self._hides_a_jump(cell):
                continue
            if place not in seen:
                wanted.append((abs(cell.excess), Interval(cell.lo, cell.hi, (), frozenset({"energy"}))))
            elif self._probes.get(place, 0) < 4:
                self._probes[place] = 4
            elif self._width(place) > 0.2:
                self._halved.add(place)
        wanted.sort(key=lambda item: -item[0])
        return [interval for _, interval in wanted[:_MOST_ZOOMED]]

    def stretches(
        self, jumps: Sequence[KnownJump], suspected: Sequence[tuple[float, float]]
    ) -> Question[tuple[list[NoGradient], list[ExcessCell]]]:
        """Where the force is no gradient, and cells whose excess nothing explains in the end, or frames failed.

        `suspected` are long stretches that the scan points at: where noise hides what a single interval gains, each is
        judged as one.
        """
        cells = yield from self._asked(jumps)
        by_place = {(cell.lo, cell.hi): cell for cell in cells}
        # A few intervals that gain alone may hold a force that is steep, and exact.
        alone = [cell for run in self._runs(by_place, jumps) if len(run.cells) <= _FEW for cell in run.cells]
        again = yield from self._finer(alone, jumps)
        by_place |= {(cell.lo, cell.hi): cell for cell in again}
        cells = list(by_place.values())
        found = self._runs(by_place, jumps)
        for lo, hi in suspected:
            if self._noisy(lo, hi) and not any(lo < run.interval[1] and run.interval[0] < hi for run in found):
                found += yield from self._as_one(lo, hi, jumps)
        hidden = yield from self._finer([cell for cell in cells if self._hides_a_jump(cell)], jumps)
        left = [cell for cell in hidden if self._hides_a_jump(cell)]
        return found, [*left, *(cell for cell in [*cells, *hidden] if not np.isfinite(cell.excess))]

    def _runs(self, by_place: Mapping[tuple[float, float], ExcessCell], jumps: Sequence[KnownJump]) -> list[NoGradient]:
        """Stretches of every piece that count, from the cells that were asked and the frames of all others."""
        found: list[NoGradient] = []
        for piece in self.curve.pieces:
            rest = without(piece, jumps)
            every = [
                by_place.get((lo, hi))
                or ExcessCell(lo, hi, float(rest.defect[k]), 0.25 * abs(float(rest.correction[k])))
                for k, (lo, hi) in enumerate(zip(rest.q[:-1].tolist(), rest.q[1:].tolist(), strict=True))
            ]
            found += self._stretches_of(every)
        return found

    def _finer(self, cells: Sequence[ExcessCell], jumps: Sequence[KnownJump]) -> Question[list[ExcessCell]]:
        """The same cells, their integrals taken far finer: a steep force only looks like an excess."""
        for cell in cells:
            self._parts[cell.lo, cell.hi] = _CLOSEST_LOOK
            self._probes.setdefault((cell.lo, cell.hi), 1)
        if cells:
            yield from self.memory.ask([self._places(cell.lo, cell.hi) for cell in cells])
        return [self._cell((cell.lo, cell.hi), jumps) for cell in cells]

    def _noisy(self, lo: float, hi: float) -> bool:
        """Whether noise hides what an interval of the grid may gain at least."""
        h = self.curve.spacing
        return self._bound(lo, lo + h) > 0.5 * self.curve.thresholds.curl * h and hi - lo > 4 * h

    def _as_one(self, lo: float, hi: float, jumps: Sequence[KnownJump]) -> Question[list[NoGradient]]:
        """A long stretch whose quarters all gain, or all lose, well above the noise of the whole."""
        q = np.linspace(lo, hi, _ALL + 1)
        yield from self.memory.ask([q])
        rest = without(Piece(0, q, *self.memory(q)), jumps)
        work, change = romberg(rest.forces, (hi - lo) / _ALL)
        whole = float(rest.energies[-1] - rest.energies[0]) + work
        ends = np.linspace(0, _ALL, 5).astype(int)
        parts = [
            float(rest.energies[b] - rest.energies[a]) + float(np.trapezoid(rest.forces[a : b + 1], q[a : b + 1]))
            for a, b in pairwise(ends.tolist())
        ]
        steady = all(part * whole > 0 and abs(part) > 0.1 * abs(whole) for part in parts)
        run = NoGradient((ExcessCell(lo, hi, whole, change),))
        return [run] if steady and abs(whole) > self._least_gain(run) else []

    def refinement(self, stretch: NoGradient) -> Refinement:
        """What is said of a stretch in which the force is no gradient."""
        unit, length, worst = self.curve.force_unit, stretch.length, stretch.worst
        q, answer = self._known(*stretch.interval)
        size = stretch.gained / length
        level = ZoomLevel(q, *answer, length / max(len(q) - 1, 1), size)
        pointwise: dict[str, float | int | str] = {
            f"largest_difference_{unit}": worst.worst,
            f"largest_difference_error_{unit}": worst.worst_error,
            f"largest_at_{self.curve.unit}": worst.worst_at,
        }
        known = bool(np.isfinite(worst.worst))
        return Refinement(
            verdict="real",
            location=worst.worst_at if known else 0.5 * (worst.lo + worst.hi),
            location_error=0.5 * (worst.hi - worst.lo),
            size=size,
            size_error=(stretch.error + self._noise_over(length)) / length,
            unit=unit,
            width=length,
            levels=(level,),
            evaluations=self.memory.asked,
            evidence={
                "points": len(q),
                "energy_gained_eV": stretch.gained,
                **(pointwise if known else {}),
                f"threshold_{unit}": self.curve.thresholds.curl,
                "energy_noise_eV": self.noise.energy,
            },
        )

    def refuted(self, interval: tuple[float, float], jumps: Sequence[KnownJump]) -> Refinement:
        """What is said of a stretch that the grid showed and that is none: smooth, or without an answer."""
        lo, hi = interval
        q, answer = self._known(lo, hi)
        there = np.isfinite(answer.energies)
        size, length = float("nan"), hi - lo
        if there.sum() > 1:
            rest = without(Piece(0, q[there], answer.energies[there], answer.forces[there]), jumps)
            work = float(np.trapezoid(rest.forces, rest.q))
            size = (float(rest.energies[-1] - rest.energies[0]) + work) / length
        lost = len(q) < 2 or bool((~there).any())
        return Refinement(
            verdict="unresolved" if lost else "smooth",
            location=0.5 * (lo + hi),
            location_error=0.5 * length,
            size=size,
            size_error=abs(size),
            unit=self.curve.force_unit,
            width=length,
            evidence={"reason": NO_ANSWER} if lost else {"points": len(q)},
        )

    def unresolved(self, cell: ExcessCell) -> Refinement:
        """What is said of an interval whose excess nothing explains."""
        q, answer = self._known(cell.lo, cell.hi)
        reason = f"the energy changes by {number(cell.excess, 2)} eV more than the force accounts for"
        reason += ", and no single jump of it could be found"
        excess = cell.excess if np.isfinite(cell.excess) else self._on_grid(cell.lo, cell.hi)
        return Refinement(
            verdict="unresolved",
            location=0.5 * (cell.lo + cell.hi),
            location_error=0.5 * (cell.hi - cell.lo),
            size=excess,
            size_error=abs(excess),
            unit="eV",
            levels=(ZoomLevel(q, *answer, (cell.hi - cell.lo) / max(len(q) - 1, 1), cell.excess),),
            evidence={"reason": reason if np.isfinite(cell.excess) else NO_ANSWER},
        )

    def _on_grid(self, lo: float, hi: float) -> float:
        """Q of an interval as the scan's frames show it, by the trapezoid rule."""
        q, energies, forces = self.curve.values, self.curve.energies, self.curve.forces
        (e0, e1), (g0, g1) = (np.interp((lo, hi), q, y).tolist() for y in (energies, forces))
        return float(e1 - e0 + 0.5 * (hi - lo) * (g0 + g1))

    def _known(self, lo: float, hi: float) -> tuple[Floats, Answer]:
        """All that was asked from lo to hi."""
        q, answer = self.memory.everything()
        inside = (q >= lo) & (q <= hi)
        return q[inside], Answer(answer.energies[inside], answer.forces[inside])

    def _noise_over(self, length: float) -> float:
        """Noise of a path integral over a length on the grid, eV."""
        return float(2.0 * self.noise.energy + np.sqrt(length * self.curve.spacing) * self.noise.force)

    def _stretches_of(self, cells: Sequence[ExcessCell]) -> list[NoGradient]:
        """Stretches of one piece: runs of one sign, those that gain enough."""
        signs = np.array([self._sign(cell) for cell in cells], dtype=np.int64)
        runs = [NoGradient(tuple(cells[a : b + 1])) for a, b in runs_of_one_sign(signs, DETREND)]
        counted = [run for run in runs if self._counts(run)]
        most = max((abs(run.gained) for run in counted), default=0.0)
        return [run for run in counted if abs(run.gained) >= _LESSER * most]

    def _counts(self, run: NoGradient) -> bool:
        """Whether a stretch is a finding: gain and mean difference exceed thresholds, errors and noise."""
        worst = run.worst
        sure = abs(worst.worst) > max(self.curve.thresholds.curl, _CLEAR * worst.worst_error)
        return bool(sure and abs(run.gained) > self._least_gain(run))

    def _least_gain(self, run: NoGradient) -> float:
        t, length = self.curve.thresholds, run.length
        return max(_LEAST_GAIN * t.step, t.curl * length, _CLEAR * run.error, t.step_noise * self._noise_over(length))

    def _sign(self, cell: ExcessCell) -> int:
        """Sign of an excess that is there and that pointwise differences explain, else 0."""
        least = max(self.curve.thresholds.curl * (cell.hi - cell.lo), _CLEAR * cell.error)
        return int(np.sign(cell.excess)) if abs(cell.excess) > least and cell.explained else 0

    def _hides_a_jump(self, cell: ExcessCell) -> bool:
        if not np.isfinite(cell.excess):
            return False
        t = self.curve.thresholds
        least = max(t.step, _CLEAR * cell.error, t.jump_noise * self.noise.energy, self._bound(cell.lo, cell.hi))
        return abs(cell.excess) > least and not cell.explained

    def _width(self, place: tuple[float, float]) -> float:
        """In spacings of the grid."""
        return (place[1] - place[0]) / self.curve.spacing

    def _bound(self, lo: float, hi: float) -> float:
        """Excess of an interval below which nothing is asked, eV."""
        t, h = self.curve.thresholds, hi - lo
        noise = 2.0 * self.noise.energy + h * self.noise.force_at(0.5 * (lo + hi))
        return float(max(0.5 * t.curl * h, t.step_noise * noise))

    def _asked(self, jumps: Sequence[KnownJump]) -> Question[list[ExcessCell]]:
        """Every interval whose excess is more than its bound, known well enough."""
        cells = [place for piece in self.curve.pieces for place in self._suspected(piece, jumps)]
        for place in cells:
            self._parts.setdefault(place, _FEWEST)
            self._probes.setdefault(place, 1)
        todo = list(cells)
        while todo:
            yield from self.memory.ask([self._places(*place) for place in todo])
            coarse = [place for place in todo if not self._converged(place, jumps)]
            for place in coarse:
                self._parts[place] *= 2
            todo = coarse
        return [self._cell(place, jumps) for place in cells]

    def _suspected(self, piece: Piece, jumps: Sequence[KnownJump]) -> list[tuple[float, float]]:
        """Intervals of a piece, halved where a look at the whole did not explain them."""
        rest = without(piece, jumps)
        q, found = rest.q.tolist(), list[tuple[float, float]]()
        for k in range(len(q) - 1):
            place = q[k], q[k + 1]
            resolution = self.curve.thresholds.step_resolution * abs(float(rest.correction[k]))
            if abs(float(rest.defect[k])) > self.curve.coarseness_of(piece) * max(self._bound(*place), resolution):
                found += self._whole_or_halves(place)
        return found

    def _whole_or_halves(self, place: tuple[float, float]) -> list[tuple[float, float]]:
        if place not in self._halved:
            return [place]
        middle = 0.5 * (place[0] + place[1])
        halves = (place[0], middle), (middle, place[1])
        return [cell for half in halves for cell in self._whole_or_halves(half)]

    def _nodes(self, place: tuple[float, float]) -> Floats:
        return np.linspace(*place, self._parts[place] + 1)

    def _delta(self, place: tuple[float, float]) -> float:
        per = units_per_angstrom(self.curve.unit)
        wanted = 7.0 * self.noise.energy / self.curve.thresholds.curl
        return float(np.clip(wanted, min(_STEP * per, (place[1] - place[0]) / 32), (place[1] - place[0]) / 8))

    def _probed(self, place: tuple[float, float]) -> Floats:
        """Places of an interval where force and slope are compared."""
        count = self._probes[place]
        return np.linspace(*place, 2 * count + 1)[1::2]

    def _places(self, lo: float, hi: float) -> Floats:
        place = lo, hi
        centres, delta = self._probed(place), self._delta(place)
        return np.concatenate((self._nodes(place), centres, centres - delta, centres + delta))

    def _integral(self, place: tuple[float, float], jumps: Sequence[KnownJump]) -> tuple[float, float]:
        """Q and its error."""
        q = self._nodes(place)
        energies, forces = self.memory(q)
        rest = without(Piece(0, q, energies, forces), jumps)
        work, change = romberg(rest.forces, float(q[1] - q[0]))
        return float(rest.energies[-1] - rest.energies[0]) + work, change

    def _converged(self, place: tuple[float, float], jumps: Sequence[KnownJump]) -> bool:
        excess, error = self._integral(place, jumps)
        enough = _ENOUGH * max(abs(excess), self._bound(*place))
        return not np.isfinite(excess) or error <= enough or self._parts[place] >= _MOST

    def _cell(self, place: tuple[float, float], jumps: Sequence[KnownJump]) -> ExcessCell:
        excess, error = self._integral(place, jumps)
        centres, delta = self._probed(place), self._delta(place)
        around = np.sort(np.concatenate((centres, centres - delta, centres + delta)))
        rest = without(Piece(0, around, *self.memory(around)), jumps)
        below, at, above = (rest.energies[0::3], rest.forces[1::3], rest.energies[2::3])
        differences = at + (above - below) / (2 * delta)
        ends = self.memory(np.array(place)).forces
        middle = self.memory(centres).forces[len(centres) // 2]
        # Truncation δ²E‴/6 with E‴ = −g″, and rounding.
        bend = abs(float(ends[0] - 2 * middle + ends[1])) * 4 / (place[1] - place[0]) ** 2
        own = delta**2 / 6 * bend + self.noise.energy / (np.sqrt(2) * delta) + self.noise.force
        k = int(np.abs(differences).argmax()) if np.isfinite(differences).all() else 0
        whole = float(differences.mean()) * (place[1] - place[0])
        return ExcessCell(*place, excess, error, whole, float(differences[k]), float(own), float(centres[k]))
