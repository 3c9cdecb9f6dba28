"""Stories: findings that one cause or one phenomenon explains, told together.

One sharp cutoff makes a hundred jumps, and a false minimum comes with the fall into it and a force of the wrong sign:
a person has one thing to understand each time. Every door counts stories, and lists the findings as their parts.

Two rules make a story. *One cause*: jumps whose causes say the same thing of the potential (the same cutoff, whichever
pair crosses it; the same internal variable; rounding; forces of their own). *One phenomenon*: shapes of the curve that
lie over each other, told by the one that explains the others (`KindOfFinding.reading`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bsct_explorer.artifacts.artifact import Artifact, Severity
from bsct_explorer.artifacts.kinds import KINDS, kind_of
from bsct_explorer.artifacts.reading_order import worst_first
from bsct_explorer.artifacts.refinement import Cause
from bsct_explorer.words.numbers import listed, number, short
from bsct_explorer.words.units import with_unit

OVERLAP = 0.5
"""Share of the shorter of two intervals that must lie within the other, so that both are one phenomenon."""

SAME_PLACE = 1e-5
"""Å or degrees between jumps that are one event."""

SYMPTOM = 2
"""`KindOfFinding.reading` of what is often a symptom."""

Signature = tuple[str, str]
"""What a cause says of the potential: its kind, and what is the same in all findings that it explains."""


@dataclass(frozen=True)
class Story:
    """Findings that one cause or one phenomenon explains.

    Attributes
    ----------
    sentence
        What happens, in one or two sentences with places and sizes; energies in eV.
    parts
        The findings, worst first; the first one tells the others.
    """

    sentence: str
    parts: tuple[Artifact, ...]

    @property
    def lead(self) -> Artifact:
        """The finding that explains the others, or is the worst of them."""
        return self.parts[0]

    @property
    def severity(self) -> Severity:
        """That of the worst part."""
        return min(self.parts, key=worst_first).severity

    @property
    def interval(self) -> tuple[float, float]:
        """From the first part's begin to the last one's end, in the coordinate's unit."""
        return min(part.interval[0] for part in self.parts), max(part.interval[1] for part in self.parts)


def stories_of(artifacts: Sequence[Artifact], unit: str) -> tuple[Story, ...]:
    """The stories of one curve's findings, worst first; each finding is part of exactly one.

    Parameters
    ----------
    artifacts
        Findings of one curve, in any order.
    unit
        Unit of the coordinate, Å or °.
    """
    by_cause: dict[Signature, list[Artifact]] = {}
    rest: list[Artifact] = []
    for artifact in sorted(artifacts, key=worst_first):
        same = None if artifact.cause is None else signature(artifact.cause)
        if same is None:
            rest.append(artifact)
        else:
            by_cause.setdefault(same, []).append(artifact)
    shapes = [artifact for artifact in rest if not kind_of(artifact.kind).is_jump]
    jumps = [artifact for artifact in rest if kind_of(artifact.kind).is_jump]
    groups = [*by_cause.values(), *_phenomena(shapes), *_at_one_place(jumps)]
    stories = [Story(_sentence(group, unit), tuple(group)) for group in groups]
    return tuple(sorted(stories, key=lambda story: min(map(worst_first, story.parts))))


def signature(cause: Cause) -> Signature | None:
    """What findings with this cause have in common, or None where each is a thing of its own."""
    told = _TOLD.get(cause.kind)
    return None if told is None else (cause.kind, told.same(cause))


def _phenomena(shapes: Sequence[Artifact]) -> list[list[Artifact]]:
    """Shapes that lie over each other, what explains the others first."""
    groups: list[list[Artifact]] = []
    for shape in sorted(shapes, key=lambda a: (kind_of(a.kind).reading, worst_first(a))):
        best = max(groups, key=lambda group: _within(group, shape), default=None)
        if best is not None and _within(best, shape) >= OVERLAP and not _twins(best, shape):
            best.append(shape)
        else:
            groups.append([shape])
    return groups


def _at_one_place(jumps: Sequence[Artifact]) -> list[list[Artifact]]:
    """Where the energy jumps its slope does as well: one event, whatever made it."""
    groups: list[list[Artifact]] = []
    for jump in jumps:
        here = [group for group in groups if abs(group[0].location - jump.location) <= SAME_PLACE]
        if here:
            here[0].append(jump)
        else:
            groups.append([jump])
    return groups


def _within(group: Sequence[Artifact], shape: Artifact) -> float:
    """By how much a shape lies over those of a group that explain something; a symptom draws in no other symptoms."""
    explaining = [part for part in group if kind_of(part.kind).reading < SYMPTOM] or group[:1]
    return max(_overlap(part, shape) for part in explaining)


def _twins(group: Sequence[Artifact], shape: Artifact) -> bool:
    """Whether a shape that explains others stands in the group already: two minima are two stories."""
    return kind_of(shape.kind).reading == 0 and any(part.kind == shape.kind for part in group)


def _overlap(one: Artifact, other: Artifact) -> float:
    """Share of the shorter interval that lies within the other; 1 for a point inside an interval."""
    (a, b), (c, d) = one.interval, other.interval
    shorter = min(b - a, d - c)
    common = min(b, d) - max(a, c)
    if shorter <= 0:
        return float(common >= 0)
    return max(0.0, common) / shorter


# words


@dataclass(frozen=True)
class _Told:
    """How findings with one cause are told.

    Attributes
    ----------
    same
        What is the same in all of them.
    title
        What the cause is, of the first one.
    """

    same: Callable[[Cause], str]
    title: Callable[[Cause], str]


def _cutoff(cause: Cause) -> str:
    return short(float(cause.evidence.get("cutoff_Å", cause.evidence.get("distance_Å", 0.0))), 3)


_TOLD = {
    "cutoff-pair": _Told(_cutoff, lambda cause: f"Sharp cutoff at {with_unit(_cutoff(cause), 'Å')}"),
    "neighbour-switch": _Told(
        lambda cause: str(cause.evidence.get("rank", "")), lambda cause: "Neighbours are exchanged at once"
    ),
    "internal-variable": _Told(
        lambda cause: str(cause.evidence.get("variable", "")),
        lambda cause: f"The {cause.evidence.get('variable', 'internal variable')} passes through zero",
    ),
    "float-precision": _Told(lambda cause: "", lambda cause: "Rounding"),
    "direct-forces": _Told(lambda cause: "", lambda cause: "The forces are predicted directly and are no gradient"),
}


def _sentence(parts: Sequence[Artifact], unit: str) -> str:
    lead = parts[0]
    if len(parts) == 1:
        return lead.explanation
    if lead.cause is not None and signature(lead.cause) is not None:
        lo, hi = min(part.location for part in parts), max(part.location for part in parts)
        title = _TOLD[lead.cause.kind].title(lead.cause)
        return f"{title}: {listed(_counted(parts))}, from {number(lo)} to {with_unit(number(hi), unit)}."
    return f"{lead.explanation} With it: {listed(_counted(parts[1:]))}."


def _counted(parts: Sequence[Artifact]) -> list[str]:
    """``58 energy steps of up to 0.42 eV``, a phrase a kind, in the kinds' order."""
    phrases = []
    for name, kind in KINDS.items():
        sizes = [part for part in parts if part.kind == name]
        if sizes:
            largest = max(sizes, key=lambda part: abs(part.size))
            size = with_unit(number(abs(largest.size)), largest.unit)
            many = len(sizes) > 1
            plural = f"{kind.title[:-2]}a" if kind.title.endswith("minimum") else f"{kind.title}s"
            phrases.append(f"{len(sizes)} {plural} of up to {size}" if many else f"{_an(kind.title)} of {size}")
    return phrases


def _an(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
