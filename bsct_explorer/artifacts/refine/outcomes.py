"""From what the live potential said to artifacts: confirmed ones with their exact place and size, and refuted ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact, Kind, severity_of, severity_of_trap
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.curve_shape import Anchor, detect_minima, find_anchor
from bsct_explorer.artifacts.equilibrium import deep_wells
from bsct_explorer.artifacts.refine.jump_search import Certified, Interval
from bsct_explorer.artifacts.refine.zoom import Found, Quantity
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.artifacts.simulation_impact import in_simulation
from bsct_explorer.metrics.extrema import Well

_KIND: dict[Quantity, Kind] = {"energy": "energy-step", "force": "force-kink"}
_QUANTITY: dict[str, Quantity] = {kind: quantity for quantity, kind in _KIND.items()}

_NOUN = {
    "artificial-minimum": "a second minimum",
    "wall-collapse": "an energy that falls inward",
    "outer-fall": "an energy that falls outward",
    "spurious-force": "a force of the wrong sign",
    "rough-force": "a bump of the force",
    "non-conservative": "a force that is not the energy's slope",
}


_HINT = 0.3
"""Share of the depth that counts which an interpolated minimum must have to be looked at."""


_FLAT = 4.0
"""Standard deviations of the energies within which a minimum's bottom is flat."""


class Jump(NamedTuple):
    """A certified jump."""

    kind: Kind
    refinement: Refinement

    def same(self, other: Jump) -> bool:
        a, b = self.refinement, other.refinement
        return self.kind == other.kind and abs(a.location - b.location) <= 2 * (a.location_error + b.location_error)


@dataclass
class Judge:
    """Turns refinements into artifacts and tells of each as it comes.

    Attributes
    ----------
    curve
        The scan with its thresholds and noise.
    candidates
        What was asked about.
    decided
        Called with (index, artifact).
    reduced_mass, force_mae
        For the severity; see `severity.in_simulation`.
    """

    curve: Curve
    candidates: tuple[Artifact, ...]
    decided: Callable[[int, Artifact], None] | None = None
    reduced_mass: float | None = None
    force_mae: float | None = None
    _jumps: list[Jump] = field(default_factory=list)
    _results: dict[int, Artifact] = field(default_factory=dict)

    def verdicts(self) -> tuple[list[Artifact], list[Artifact]]:
        """What was confirmed and what was refuted, in the order of the candidates."""
        for index, artifact in list(self._results.items()):
            if artifact.kind == "non-conservative" and artifact.certified:
                self._less_the_steps(index, artifact)
        results = [artifact for _, artifact in sorted(self._results.items())]
        return [a for a in results if a.certified], [a for a in results if not a.certified]

    def interval(self, interval: Interval, found: list[Found]) -> None:
        """What a zoom found in an interval: each jump is told once; candidates without one are refuted."""
        fresh: list[Jump] = []
        for f in found:
            jump = Jump(_KIND[f.quantity], f.refinement)
            if f.refinement.verdict == "jump" and not any(jump.same(other) for other in self._jumps):
                self._jumps.append(jump)
                fresh.append(jump)
        for index in interval.candidates:
            candidate = self.candidates[index]
            own = [jump for jump in fresh if jump.kind == candidate.kind]
            if own:
                best = max(own, key=lambda jump: abs(jump.refinement.size))
                fresh.remove(best)
                self._tell(index, self._jump(candidate, best))
            else:
                self._tell(index, self._refuted_jump(candidate, found))
        for jump in fresh:
            self._tell(self._next(), self._jump(None, jump))

    def _less_the_steps(self, index: int, artifact: Artifact) -> None:
        """Refute a non-conservative stretch that is no more than the energy steps in it, each told for itself."""
        r, (lo, hi) = artifact.refinement, artifact.interval
        steps = sum(j.size for j in self.jumps if j.quantity == "energy" and lo < j.place < hi)
        if r is None or not steps:
            return
        excess = r.size - steps / (hi - lo)
        less = replace(r, size=excess, evidence={**r.evidence, "energy_steps_inside_eV": steps})
        if abs(excess) > self.curve.thresholds.curl:
            self._tell(index, self._shape(artifact, less))
            return
        less = replace(less, verdict="smooth")
        text = self._words.not_there(_NOUN[artifact.kind], artifact.interval, "smooth", excess, r.unit)
        self._tell(index, replace(artifact, certified=False, refinement=less, explanation=text))

    @property
    def jumps(self) -> list[Certified]:
        """Every jump so far."""
        return [Certified(_QUANTITY[j.kind], j.refinement.location, j.refinement.size) for j in self._jumps]

    def shape(self, index: int | None, candidate: Artifact, refinement: Refinement) -> None:
        """What a polish said of a candidate that is no jump; its index is None where certification came upon it."""
        artifact = self._shape(candidate, refinement)
        if index is None:
            self._tell(self._next(), self._with_height(artifact))
        else:
            self._tell(index, artifact)

    def hidden_minima(self, known: Curve) -> list[Artifact]:
        """Minima between the frames, seen now that more places are known.

        Not those that the scan's frames show, which were judged against the reference already, and not where the energy
        steps: its step is told for itself.
        """
        seen = [self._bottom(well) for well in deep_wells(self.curve.energies, self.curve.prominence)]
        told = [a for a in self._results.values() if a.certified or a.kind == "artificial-minimum"]
        seen += [(a.location, a.location) for a in told if a.kind in ("artificial-minimum", "energy-step")]
        anchor = find_anchor(self.curve, None)
        t = self.curve.thresholds
        generous = replace(known, thresholds=replace(t, prominence=_HINT * t.prominence))
        return [
            artifact
            for artifact in detect_minima(generous, None, Anchor(anchor.value, -1, False))
            if not any(lo - self.curve.spacing <= artifact.location <= hi + self.curve.spacing for lo, hi in seen)
        ]

    def _bottom(self, well: Well) -> tuple[float, float]:
        """Where a minimum of the frames is flat within the noise: quantised energies can be so over many frames."""
        energies = self.curve.energies
        level = energies[well.frame] + _FLAT * self.curve.sigma_energy
        first = last = well.frame
        while first > 0 and energies[first - 1] <= level:
            first -= 1
        while last < len(energies) - 1 and energies[last + 1] <= level:
            last += 1
        return float(self.curve.values[first]), float(self.curve.values[last])

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

    def _jump(self, candidate: Artifact | None, jump: Jump) -> Artifact:
        """A certified jump; it keeps what its candidate knew of the grid."""
        r, words = jump.refinement, self._words
        kink = jump.kind == "force-kink"
        at_stake = abs(r.size) * (self.curve.swing if kink else 1.0)
        spacing = r.levels[-1].spacing
        tell = words.certified_kink if kink else words.certified_step
        q = self.curve.values
        k = int(np.clip(np.searchsorted(q, r.location), 1, len(q) - 1))
        evidence = dict(candidate.evidence) if candidate is not None else self._place_evidence(r.location, k - 1)
        artifact = Artifact(
            kind=jump.kind,
            location=r.location,
            interval=(float(q[k - 1]), float(q[k])),
            size=r.size,
            unit=r.unit,
            severity=severity_of(at_stake),
            explanation=tell(r.location, r.location_error, r.size, spacing),
            certified=True,
            refinement=r,
            evidence={**evidence, "at_stake_eV": at_stake, "frame": k - 1},
        )
        return self._in_simulation(artifact)

    def _place_evidence(self, place: float, frame: int) -> dict[str, float | int | str]:
        """Height above the minimum, for a jump that no candidate pointed at."""
        finite = np.isfinite(self.curve.energies)
        known = self.curve.energies[finite]
        equilibrium = self.curve.equilibrium
        lowest = self.curve.energies[equilibrium.frame] if equilibrium is not None else known.min()
        height = float(np.interp(place, self.curve.values[finite], known) - lowest)
        return {"energy_above_minimum_eV": height, "frame": frame}

    def _refuted_jump(self, candidate: Artifact, found: list[Found]) -> Artifact:
        """A candidate without a jump of its kind: smooth, noise, steep, undecided, or the doing of another jump."""
        words = self._words
        quantity = _QUANTITY[candidate.kind]
        what = f"the {quantity}"
        others = [f for f in found if f.refinement.verdict == "jump"]
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
        else:
            spacing = own.levels[-1].spacing if own.levels else hi - lo
            width = own.width if own.width is not None else hi - lo
            r, text = own, words.refuted(what, (lo, hi), own.verdict, spacing, width)
        return replace(candidate, certified=False, refinement=r, explanation=text)

    def _shape(self, candidate: Artifact, r: Refinement) -> Artifact:
        if not r.confirmed:
            text = self._words.not_there(_NOUN[candidate.kind], candidate.interval, r.verdict, r.size, r.unit)
            return replace(candidate, certified=False, refinement=r, explanation=text)
        middle = find_anchor(self.curve, None).value
        return self._in_simulation(_polished(candidate, r, self._words, middle))

    def _in_simulation(self, artifact: Artifact) -> Artifact:
        numbers = in_simulation(artifact, self.curve.unit, self.reduced_mass, self.force_mae)
        return replace(artifact, evidence={**artifact.evidence, **numbers})


def _polished(candidate: Artifact, r: Refinement, words: Words, middle: float) -> Artifact:
    """A confirmed shape with place, size, text and severity from its refinement; `middle` is the equilibrium."""
    interval, size, location = candidate.interval, r.size, r.location
    severity, text = candidate.severity, candidate.explanation
    at_stake = float(candidate.evidence["at_stake_eV"])
    if candidate.kind == "artificial-minimum":
        at_stake, severity = size, severity_of_trap(size)
        text = words.artificial_minimum(location, size, location > middle)
    elif candidate.kind in ("wall-collapse", "outer-fall"):
        inward = candidate.kind == "wall-collapse"
        at_stake, severity = size, severity_of(size)
        interval = (interval[0], location) if inward else (location, interval[1])
        text = (words.wall_collapse if inward else words.outer_fall)(location, size)
    elif candidate.kind == "spurious-force":
        interval = (float(r.evidence[f"from_{words.unit}"]), float(r.evidence[f"to_{words.unit}"]))
        outside = location == interval[0] or abs(location - interval[0]) < abs(location - interval[1])
        text = words.spurious_force(interval, size, outside)
    elif candidate.kind == "rough-force":
        count = int(candidate.evidence.get("extra_extrema", 1))
        at_stake *= size / candidate.size if candidate.size and math.isfinite(size) else 1.0
        severity = severity_of(at_stake)
        interval = (min(interval[0], location), max(interval[1], location))
        text = words.rough_force(interval, count, size)
    elif candidate.kind == "non-conservative":
        at_stake = abs(size) * (interval[1] - interval[0])
        severity, text = severity_of(at_stake), words.non_conservative(interval, size)
    return replace(
        candidate,
        location=location,
        interval=interval,
        size=size,
        severity=severity,
        explanation=text,
        certified=True,
        refinement=r,
        evidence={**candidate.evidence, "at_stake_eV": at_stake},
    )
