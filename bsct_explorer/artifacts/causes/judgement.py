"""What one hypothesis comes to, and which of several is believed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bsct_explorer.artifacts.verdict import Cause, CauseKind, Confidence

CONFIDENCES: tuple[Confidence, ...] = ("tested", "likely", "possible", "none")

SPECIFIC: tuple[CauseKind, ...] = (
    "internal-variable",
    "cutoff-pair",
    "neighbour-switch",
    "float-precision",
    "direct-forces",
    "electronic-state",
    "missing-core-repulsion",
    "extrapolation",
    "unknown",
)
"""Of causes of equal confidence the one that says most comes first: a place in the code, then a property of the model,
then what it was not taught."""


class Judgement(NamedTuple):
    """One hypothesis: the cause it makes, or None where it was ruled out or does not apply; and why, in a sentence.

    The sentence is empty where there was nothing to look at.
    """

    cause: Cause | None
    why: str = ""


def rank(cause: Cause) -> tuple[int, int]:
    """Sort key: confidence first (tested, likely, possible, none), then how much the cause says (`SPECIFIC`)."""
    return CONFIDENCES.index(cause.confidence), SPECIFIC.index(cause.kind)


def best_of(judgements: Iterable[Judgement]) -> Cause | None:
    """The first by `rank`; None where every hypothesis was ruled out."""
    return min((j.cause for j in judgements if j.cause is not None), key=rank, default=None)
