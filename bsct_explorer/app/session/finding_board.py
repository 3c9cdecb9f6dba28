"""The board of findings: what stands where while refinement decides.

A finding keeps its key and its place from the moment its candidate is seen, whatever the live potential then says of
it: nothing jumps under a person's hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bsct_explorer.analysis import Analysis
from bsct_explorer.artifacts import SEVERITIES, Artifact

State = Literal["checking", "candidate", "certified", "stored", "refuted", "noise", "undecided"]
"""``checking``: refinement has not come to it; ``candidate``: refinement was stopped before it; ``stored``: read off
the curve and by its kind or for want of a live potential not refined; ``undecided``: it could not be looked at."""

FOLDED: frozenset[State] = frozenset({"refuted", "noise"})
"""What no longer counts as a finding once everything is checked."""


@dataclass(frozen=True)
class Finding:
    """One line of the list.

    Attributes
    ----------
    key
        Stays the same while verdicts arrive.
    potential
        Name of the potential, or ``reference``.
    artifact
        As it is known now.
    checking
        Refinement has not decided it yet.
    stopped
        Refinement was stopped before it.
    known
        It stands at the thresholds for stored curves, too: what is weaker is listed behind it.
    """

    key: str
    potential: str
    artifact: Artifact
    checking: bool = False
    stopped: bool = False
    known: bool = True

    @property
    def state(self) -> State:
        artifact = self.artifact
        if artifact.undecided:
            return "undecided"
        if artifact.certified is None:
            return "checking" if self.checking else "candidate" if self.stopped else "stored"
        if artifact.certified:
            return "certified"
        verdict = artifact.refinement.verdict if artifact.refinement else "smooth"
        return "noise" if verdict == "noise" else "refuted"


class Board:
    """The findings of all potentials that are shown, in their places."""

    def __init__(self) -> None:
        self._found: dict[str, list[Finding]] = {}
        self._labels: dict[str, object] = {}
        self._order: list[str] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order of the list."""
        by_key = {finding.key: finding for found in self._found.values() for finding in found}
        return tuple(by_key[key] for key in self._order if key in by_key)

    @property
    def checking(self) -> int:
        """How many candidates refinement has still to decide."""
        return sum(finding.state == "checking" for finding in self.findings)

    def place(self, analyses: Mapping[str, Analysis], candidates: Mapping[str, Sequence[Artifact]]) -> None:
        """Take up what new results show.

        Parameters
        ----------
        analyses
            What is shown, by potential.
        candidates
            For each potential that is about to be refined, what refinement will look at. Others keep their places
            where their analysis is the one placed last.
        """
        self._found = {name: found for name, found in self._found.items() if name in analyses}
        new = False
        for name, analysis in analyses.items():
            if self._labels.get(name) is analysis and name in self._found:
                if name in candidates:
                    self._found[name] = [
                        replace(f, checking=f.checking or f.stopped, stopped=False) for f in self._found[name]
                    ]
                continue
            new = True
            self._labels[name] = analysis
            if name in candidates:
                self._found[name] = _waiting(name, analysis.artifacts, candidates[name])
            else:
                self._found[name] = _as_lines(name, (*analysis.artifacts, *analysis.undecided, *analysis.refuted))
        if new:
            self._order = [finding.key for finding in _worst_first(self._found)]

    def decide(self, name: str, artifact: Artifact) -> None:
        """Note a verdict, or the cause of what was certified."""
        found = self._found.get(name)
        if found is None:
            return
        slot = _slot(found, artifact)
        if slot is None:
            finding = Finding(_free_key(name, artifact, self._order), name, artifact)
            found.append(finding)
            self._order.append(finding.key)
        else:
            found[slot] = replace(found[slot], artifact=artifact, checking=False, stopped=False)

    def settle(self, name: str, analysis: Analysis) -> None:
        """Everything of a potential is decided: what is not in its analysis is gone, what is new comes last."""
        if name not in self._found:
            return
        decided = (*analysis.artifacts, *analysis.undecided, *analysis.refuted)
        for artifact in decided:
            self.decide(name, artifact)
        said = {id(artifact) for artifact in decided}
        self._found[name] = [finding for finding in self._found[name] if id(finding.artifact) in said]
        self._labels[name] = analysis

    def give_up(self, name: str) -> None:
        """Refinement cannot be had: what the stored curve shows stays, as it was read off it."""
        found = self._found.get(name, [])
        self._found[name] = [replace(finding, checking=False) for finding in found if finding.known]

    def stop(self) -> None:
        """Refinement was stopped: what it did not come to says so."""
        for found in self._found.values():
            found[:] = [replace(f, checking=False, stopped=True) if f.checking else f for f in found]


def key_of(potential: str, artifact: Artifact) -> str:
    return f"{potential}/{artifact.kind}/{artifact.location:.6f}"


def _as_lines(name: str, artifacts: Iterable[Artifact]) -> list[Finding]:
    """Lines for what is known already, each with a key of its own."""
    found: list[Finding] = []
    for artifact in artifacts:
        found.append(Finding(_free_key(name, artifact, [finding.key for finding in found]), name, artifact))
    return found


def _free_key(name: str, artifact: Artifact, taken: Iterable[str]) -> str:
    key, others = key_of(name, artifact), set(taken)
    return next(k for k in (key, *(f"{key}/{n}" for n in range(2, len(others) + 3))) if k not in others)


def _waiting(name: str, stored: Sequence[Artifact], candidates: Sequence[Artifact]) -> list[Finding]:
    """Candidates with whether the stored curve's own thresholds show them too."""

    def known(candidate: Artifact) -> bool:
        return any(other.kind == candidate.kind and _gap(other.interval, candidate) == 0 for other in stored)

    found = [replace(f, checking=True, known=known(f.artifact)) for f in _as_lines(name, candidates)]
    return sorted(found, key=lambda finding: not finding.known)


def _gap(interval: tuple[float, float], artifact: Artifact) -> float:
    """Distance of an artifact's place from an interval; 0 inside."""
    low, high = interval
    return max(low - artifact.location, artifact.location - high, 0.0)


def _slot(found: Sequence[Finding], artifact: Artifact) -> int | None:
    """Which line an artifact belongs to: the one that it was told at before, else the nearest open one of its kind."""
    same = [k for k, finding in enumerate(found) if finding.artifact.kind == artifact.kind]
    for k in same:
        old = found[k].artifact
        if not found[k].checking and (old.location, old.size) == (artifact.location, artifact.size):
            return k
    waiting = [k for k in same if found[k].checking]
    if not waiting:
        return None

    def distance(k: int) -> tuple[float, float]:
        old = found[k].artifact
        return _gap(old.interval, artifact), abs(old.location - artifact.location)

    best = min(waiting, key=distance)
    low, high = found[best].artifact.interval
    return best if distance(best)[0] <= high - low else None


def _worst_first(found: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Known before weak, refuted last; within a severity one of each potential after the other, its worst first."""
    ranked = [(k, finding) for findings in found.values() for k, finding in enumerate(findings)]

    def order(item: tuple[int, Finding]) -> tuple[bool, bool, int, int]:
        k, finding = item
        return finding.state in FOLDED, not finding.known, SEVERITIES.index(finding.artifact.severity), k

    return [finding for _, finding in sorted(ranked, key=order)]
