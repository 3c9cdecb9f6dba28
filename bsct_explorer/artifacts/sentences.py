"""Sentences of the artifacts: place and size in the field's typography, for a student."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import with_unit


def verdict_in_words(artifact: Artifact) -> str:
    """What refinement said and what is thought to be the cause; a finding that was read off a grid says so."""
    if artifact.undecided:
        return "Undecided."
    if artifact.certified is None:
        return "Read off the frames, not refined."
    cause = artifact.cause
    if cause is None or cause.kind == "unknown":
        return "Certified. Cause unknown."
    return f"Certified. Cause ({cause.confidence}): {cause.statement}"


def refuted_in_words(refuted: Sequence[Artifact]) -> str:
    """How many candidates got which verdict, ``3 smooth, 1 noise``; empty where there are none."""
    verdicts = [artifact.refinement.verdict for artifact in refuted if artifact.refinement is not None]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))


class Words:
    """Places and nouns for one curve."""

    def __init__(self, curve: Curve) -> None:
        self.unit = curve.unit
        self.per_unit = curve.force_unit
        self.bond = curve.unit == "Å"
        least = 2 if self.bond else 0
        self.digits = max(least, math.ceil(-math.log10(curve.spacing) - 1e-9))

    def place(self, x: float) -> str:
        return with_unit(decimal(x, self.digits), self.unit)

    def span(self, lo: float, hi: float) -> str:
        return f"{decimal(lo, self.digits)} and {self.place(hi)}"

    def stretch(self, lo: float, hi: float) -> str:
        return f"{decimal(lo, self.digits)} to {self.place(hi)}"

    def refuted(self, what: str, interval: tuple[float, float], verdict: str, spacing: float, width: float) -> str:
        """Why a candidate is none; `what` as "the force"."""
        where = f"Between {self.span(*interval)}"
        if verdict == "smooth":
            return (
                f"{where} {what} seemed to jump between two frames; looked at every {self.length(spacing)} it is "
                f"smooth, and changes over {self.length(width)}."
            )
        if verdict == "steep":
            return (
                f"{where} {what} changes very steeply, over less than {self.length(10 * spacing)}, yet at the smallest "
                "spacing it still depends on the spacing: steep, and not shown to be a jump."
            )
        if verdict == "noise":
            return f"{where} {what} seemed to jump, but by no more than the potential's own noise there."
        return f"{where} {what} seemed to jump; a closer look finds no jump of it."

    def undecided(self, noun: str, interval: tuple[float, float], reason: str) -> str:
        """A candidate that could be neither confirmed nor refuted; `noun` with its article, `reason` as a clause."""
        where = f"Between {self.span(*interval)} the frames show {noun}"
        return f"{where}; undecided: it could not be looked at, since {reason}."

    def explained(self, what: str, interval: tuple[float, float], by: str, place: float, error: float) -> str:
        """A candidate that another jump accounts for."""
        return (
            f"Between {self.span(*interval)} {what} seemed to jump; what was seen is {by} at "
            f"{self.exact(place, error)}, which is a finding of its own."
        )

    def made_by_jump(self, noun: str, interval: tuple[float, float], place: float) -> str:
        """A shape that is nothing but a jump of the energy; `noun` with its article."""
        where = f"Between {self.span(*interval)} the frames show {noun}"
        jump = f"the jump of the energy at {self.place(place)}"
        return f"{where}; it is {jump}, of which the force knows nothing, and which is a finding of its own."

    def not_there(self, noun: str, interval: tuple[float, float], size_: float, unit: str) -> str:
        """A shape that the live potential does not show."""
        where = f"Between {self.span(*interval)} the frames show {noun}"
        if not math.isfinite(size_):
            return f"{where}; a closer look does not."
        return f"{where}; a closer look leaves {number(abs(size_))} {unit} of it, below what counts."

    def exact(self, x: float, error: float) -> str:
        """A place with as many decimals as are known, six at most."""
        digits = self.digits if error <= 0 else max(self.digits, min(6, math.ceil(-math.log10(2 * error) - 1e-9)))
        return with_unit(decimal(x, digits), self.unit)

    def length(self, x: float) -> str:
        """A small length with a unit that a person can read: mÅ below 0.1 Å."""
        if self.unit == "Å" and x < 0.1:
            return f"{number(1e3 * x, 2)} mÅ"
        return with_unit(number(x, 2), self.unit)
