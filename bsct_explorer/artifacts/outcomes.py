"""From what the live potential said to artifacts: confirmed ones with their exact place and size, and refuted ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.kind_record import Sighting
from bsct_explorer.artifacts.kinds import JUMPS, KINDS, NO_GRADIENT, STEEP, kind_of
from bsct_explorer.artifacts.refine.conservation import Balance
from bsct_explorer.artifacts.refine.excess_cells import ExcessCell, NoGradient
from bsct_explorer.artifacts.refine.jump_search import Interval, KnownJump
from bsct_explorer.artifacts.refine.steep_change import OnTheEdge, steep_change
from bsct_explorer.artifacts.refine.steps_taken_off import without_steps
from bsct_explorer.artifacts.refine.zoom import ZoomResult
from bsct_explorer.artifacts.refinement import NO_ANSWER, Quantity, Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.artifacts.simulation_impact import in_simulation, md_step

_NEAR = 5
"""Spacings of the grid within which what is undecided for the same reason is told once."""


class CertifiedJump(NamedTuple):
    """A jump that the live potential confirmed."""

    quantity: Quantity
    refinement: Refinement

    def same(self, other: CertifiedJump) -> bool:
        a, b = self.refinement, other.refinement
        near = abs(a.location - b.location) <= 2 * (a.location_error + b.location_error)
        return self.quantity == other.quantity and near


@dataclass
class Judge:
    """Turns refinements into artifacts and reports each as it comes.

    Attributes
    ----------
    curve
        The scan with its thresholds and noise.
    candidates
        What was asked about.
    decided
        Called with (index, artifact).
    reduced_mass, force_mae
        For the severity; see `simulation_impact.in_simulation`.
    """

    curve: Curve
    candidates: tuple[Artifact, ...]
    decided: Callable[[int, Artifact], None] | None = None
    reduced_mass: float | None = None
    force_mae: float | None = None
    _jumps: list[CertifiedJump] = field(default_factory=list)
    _results: dict[int, Artifact] = field(default_factory=dict)
    _on_edges: list[Interval] = field(default_factory=list)

    def verdicts(self) -> tuple[list[Artifact], list[Artifact], list[Artifact]]:
        """What was confirmed, what was refuted, what is undecided, in the order of the candidates."""
        results = [artifact for _, artifact in sorted(self._results.items())]
        outcomes = (True, False, None)
        confirmed, refuted, undecided = ([a for a in results if a.certified is outcome] for outcome in outcomes)
        return confirmed, refuted, undecided

    def interval(self, interval: Interval, found: Sequence[ZoomResult]) -> None:
        """What a zoom found in an interval: each jump is one finding; candidates without one are refuted."""
        fresh: list[CertifiedJump] = []
        for result in found:
            jump = CertifiedJump(result.quantity, result.refinement)
            if result.refinement.verdict == "jump" and not any(jump.same(other) for other in self._jumps):
                self._jumps.append(jump)
                fresh.append(jump)
        for index in interval.candidates:
            candidate = self.candidates[index]
            own = [jump for jump in fresh if jump.quantity == kind_of(candidate.kind).quantity]
            if own:
                best = max(own, key=lambda jump: abs(jump.refinement.size))
                fresh.remove(best)
                self._tell(index, self._jump(candidate, best))
            else:
                self._tell(index, self._refuted_jump(candidate, found))
        for jump in fresh:
            self._tell(self._next(), self._jump(None, jump))
        self._steep_in(interval, found)
        asked = {kind_of(self.candidates[index].kind).quantity for index in interval.candidates}
        for result in found:
            seen = result.quantity in interval.seen or result.stood_out
            if result.refinement.verdict == "unresolved" and seen and result.quantity not in asked:
                where = interval.lo, interval.hi
                self._tell(self._next(), self._undecided(where, result.quantity, result.refinement))

    def _steep_in(self, interval: Interval, found: Sequence[ZoomResult]) -> None:
        """A finding of what melts, and far below the way of one step of molecular dynamics; one for each change."""
        way = md_step(self.curve.unit, self.reduced_mass)
        r = steep_change(found, way, self.curve.force_unit)
        if isinstance(r, OnTheEdge):
            self._on_edges.append(interval.shifted(0.5 * r.side))
        if r is None or isinstance(r, OnTheEdge):
            return
        same = [
            (index, other)
            for index, other in self._results.items()
            if other.kind == STEEP.name and abs(other.location - r.location) <= 2 * way
        ]
        if any(abs(other.size) >= abs(r.size) for _, other in same):
            return
        k = int(np.clip(np.searchsorted(self.curve.values, r.location), 1, len(self.curve.values) - 1))
        where = interval.lo, interval.hi
        seen = Sighting(r.location, where, r.size, 0.0, "", self._place_evidence(r.location, k - 1))
        index = same[0][0] if same else self._next()
        self._tell(index, self._settled(STEEP.artifact(seen, self.curve.unit), r))

    def on_edges(self, looked: Sequence[Interval]) -> list[Interval]:
        """Intervals around ends of those that were looked at, across which a steep change goes on."""
        lo, hi = float(self.curve.values[0]), float(self.curve.values[-1])
        seen = {(interval.lo, interval.hi) for interval in looked}
        wanted = {(max(i.lo, lo), min(i.hi, hi)): i for i in self._on_edges}
        return [i._replace(lo=a, hi=b) for (a, b), i in wanted.items() if (a, b) not in seen and b > a]

    @property
    def jumps(self) -> list[KnownJump]:
        """Every jump so far."""
        return [KnownJump(j.quantity, j.refinement.location, j.refinement.size) for j in self._jumps]

    def shape(self, index: int | None, candidate: Artifact, refinement: Refinement) -> None:
        """What a polish said of a candidate that is no jump; its index is None where certification came upon it."""
        artifact = self._shape(candidate, refinement)
        if index is None:
            self._tell(self._next(), self._with_height(artifact))
        else:
            self._tell(index, artifact)

    def balance(self, books: Balance, found: tuple[list[NoGradient], list[ExcessCell]]) -> None:
        """What a comparison of work and energy along the whole scan found, when all jumps are known."""
        left, unexplained = list(found[0]), found[1]
        kind = NO_GRADIENT
        for index, candidate in enumerate(self.candidates):
            if candidate.kind == kind.name:
                own = [s for s in left if _overlap(s.interval, candidate.interval)]
                if own:
                    best = max(own, key=lambda stretch: abs(stretch.gained))
                    left.remove(best)
                    self._tell(index, self._settled(replace(candidate, interval=best.interval), books.refinement(best)))
                else:
                    self._tell(index, self._shape(candidate, books.refuted(candidate.interval, self.jumps)))
        for stretch in left:
            r = books.refinement(stretch)
            k = int(np.clip(np.searchsorted(self.curve.values, r.location), 1, len(self.curve.values) - 1))
            seen = Sighting(r.location, stretch.interval, r.size, 0.0, "", self._place_evidence(r.location, k - 1))
            self._tell(self._next(), self._settled(kind.artifact(seen, self.curve.unit), r))
        for cell in unexplained:
            near = cell.lo - _NEAR * self.curve.spacing, cell.hi + _NEAR * self.curve.spacing
            if any(a.undecided and _overlap(a.interval, near) for a in self._results.values()):
                continue
            self._tell(self._next(), self._undecided((cell.lo, cell.hi), "energy", books.unresolved(cell)))

    def take_off_jumps(self, known: Curve) -> None:
        """Refute confirmed shapes of the energy that are gone without its jumps, which are findings of their own.

        Parameters
        ----------
        known
            The scan with everything that was asked meanwhile.
        """
        steps = [jump for jump in self.jumps if jump.quantity == "energy"]
        if not steps:
            return
        smooth = without_steps(known, [step.place for step in steps], [step.size for step in steps])
        for index, artifact in list(self._results.items()):
            kind, r = kind_of(artifact.kind), artifact.refinement
            if not artifact.certified or r is None or kind.left_without_steps is None:
                continue
            left = kind.left_without_steps(smooth, artifact)
            if left >= self.curve.prominence:
                continue
            place = r.location
            closest = min(steps, key=lambda step: abs(step.place - place))
            evidence = {f"explained_by_jump_at_{self.curve.unit}": closest.place, "left_without_jumps_eV": left}
            r = replace(r, verdict="smooth", evidence={**r.evidence, **evidence})
            text = self._words.made_by_jump(kind.noun, artifact.interval, closest.place)
            self._tell(index, replace(artifact, certified=False, refinement=r, explanation=text))

    def between_frames(self, known: Curve) -> list[Artifact]:
        """What the frames hide and `known`, a curve with all that was asked meanwhile, shows, if it is new."""
        decided = list(self._results.values())
        return [
            kind.artifact(seen, self.curve.unit)
            for kind in KINDS.values()
            if kind.between_frames is not None
            for seen in kind.between_frames(self.curve, known, decided)
        ]

    def _with_height(self, artifact: Artifact) -> Artifact:
        q = self.curve.values
        frame = int(np.abs(q - artifact.location).argmin())
        return replace(artifact, evidence={**artifact.evidence, **self._place_evidence(artifact.location, frame)})

    def _next(self) -> int:
        return max([len(self.candidates) - 1, *self._results]) + 1

    def _tell(self, index: int, artifact: Artifact) -> None:
        self._results[index] = artifact
        if self.decided is not None:
            self.decided(index, artifact)

    @property
    def _words(self) -> Words:
        return Words(self.curve)

    def _jump(self, candidate: Artifact | None, jump: CertifiedJump) -> Artifact:
        """A certified jump in its interval of the grid; it keeps what its candidate knew."""
        r, q = jump.refinement, self.curve.values
        k = int(np.clip(np.searchsorted(q, r.location), 1, len(q) - 1))
        if candidate is None:
            candidate = Artifact(
                kind=JUMPS[jump.quantity].name,
                location=r.location,
                interval=(r.location, r.location),
                size=r.size,
                unit=r.unit,
                severity="minor",
                explanation="",
                evidence=self._place_evidence(r.location, k - 1),
            )
        there = replace(candidate, interval=(float(q[k - 1]), float(q[k])))
        artifact = self._settled(there, r)
        return replace(artifact, evidence={**artifact.evidence, "frame": k - 1})

    def _place_evidence(self, place: float, frame: int) -> dict[str, float | int | str]:
        """Height above the minimum, for what no candidate pointed at."""
        finite = np.isfinite(self.curve.energies)
        known = self.curve.energies[finite]
        equilibrium = self.curve.equilibrium
        lowest = self.curve.energies[equilibrium.frame] if equilibrium is not None else known.min()
        height = float(np.interp(place, self.curve.values[finite], known) - lowest)
        return {"energy_above_minimum_eV": height, "frame": frame}

    def _refuted_jump(self, candidate: Artifact, found: Sequence[ZoomResult]) -> Artifact:
        """A candidate without a jump of its kind: smooth, noise, steep, undecided, or caused by another jump."""
        words = self._words
        quantity = kind_of(candidate.kind).quantity
        what = f"the {quantity}"
        others = [f for f in found if f.refinement.verdict == "jump"]
        lost = [f for f in found if f.quantity == quantity and f.refinement.verdict == "unresolved" and f.stood_out]
        others = [] if lost else others
        own = next((f.refinement for f in found if f.quantity == quantity and f.refinement.verdict != "jump"), None)
        lo, hi = candidate.interval
        if others:
            closest = min(others, key=lambda f: abs(f.refinement.location - candidate.location))
            nearest, by = closest.refinement, f"a jump of the {closest.quantity}"
            text = words.explained(what, (lo, hi), by, nearest.location, nearest.location_error)
            r = own or replace(nearest, verdict="smooth", size=0.0)
            r = replace(
                r, verdict="smooth", evidence={**r.evidence, f"explained_by_jump_at_{words.unit}": nearest.location}
            )
        elif own is None:
            r = found[0].refinement
            text = words.refuted(what, (lo, hi), r.verdict, hi - lo, hi - lo)
        elif own.verdict == "unresolved":
            r, text = own, words.undecided(kind_of(candidate.kind).noun, (lo, hi), _reason(own))
        else:
            spacing = own.levels[-1].spacing if own.levels else hi - lo
            width = own.width if own.width is not None else hi - lo
            r, text = own, words.refuted(what, (lo, hi), own.verdict, spacing, width)
        return replace(candidate, certified=_outcome(r), refinement=r, explanation=text)

    def _undecided(self, interval: tuple[float, float], quantity: Quantity, r: Refinement) -> Artifact:
        """What no candidate spoke of, was seen in an interval all the same, and could not be followed."""
        kind, q = JUMPS[quantity], self.curve.values
        k = int(np.clip(np.searchsorted(q, r.location), 1, len(q) - 1))
        text = self._words.undecided(kind.noun, interval, _reason(r))
        at_stake = abs(r.size) * (1.0 if kind.quantity == "energy" else self.curve.swing)
        return Artifact(
            kind=kind.name,
            location=r.location,
            interval=interval,
            size=r.size,
            unit=r.unit,
            severity=kind.severity(at_stake),
            explanation=text,
            refinement=r,
            evidence={"at_stake_eV": at_stake, **self._place_evidence(r.location, k - 1)},
        )

    def _shape(self, candidate: Artifact, r: Refinement) -> Artifact:
        if r.confirmed:
            return self._settled(candidate, r)
        noun = kind_of(candidate.kind).noun
        if r.verdict == "unresolved":
            text = self._words.undecided(noun, candidate.interval, _reason(r))
        else:
            text = self._words.not_there(noun, candidate.interval, r.size, r.unit)
        return replace(candidate, certified=_outcome(r), refinement=r, explanation=text)

    def _settled(self, candidate: Artifact, r: Refinement) -> Artifact:
        """A confirmed finding with place, size, sentence and severity from its refinement."""
        kind = kind_of(candidate.kind)
        settled = kind.settle(candidate, r, self.curve)
        artifact = replace(
            candidate,
            location=r.location,
            interval=settled.interval,
            size=r.size,
            severity=kind.severity(settled.at_stake),
            explanation=settled.explanation,
            certified=True,
            refinement=r,
            evidence={**candidate.evidence, "at_stake_eV": settled.at_stake},
        )
        numbers = in_simulation(artifact, self.curve.unit, self.reduced_mass, self.force_mae)
        return replace(artifact, evidence={**artifact.evidence, **numbers})


def _overlap(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _outcome(r: Refinement) -> bool | None:
    """What `Artifact.certified` says of a candidate that was not confirmed: disproved, or undecided."""
    return None if r.verdict == "unresolved" else False


def _reason(r: Refinement) -> str:
    return str(r.evidence.get("reason", NO_ANSWER))
