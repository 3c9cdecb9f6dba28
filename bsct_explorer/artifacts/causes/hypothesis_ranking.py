"""What one hypothesis comes to, and which of several is believed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bsct_explorer.artifacts.refinement import Cause, CauseKind, Confidence

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
    """What one hypothesis came to.

    Attributes
    ----------
    cause
        The cause it makes; None where it was ruled out, could not be tested, or does not apply.
    why
        Why there is none, as a sentence; empty where it does not apply.
    untested
        What could not be tested, as the subject of a sentence; empty where it was.
    """

    cause: Cause | None
    why: str = ""
    untested: str = ""


def rank(cause: Cause) -> tuple[int, int]:
    """Sort key: confidence first (tested, likely, possible, none), then how much the cause says (`SPECIFIC`)."""
    return CONFIDENCES.index(cause.confidence), SPECIFIC.index(cause.kind)


def best_of(judgements: Iterable[Judgement]) -> Cause | None:
    """The first by `rank`; None where every hypothesis was ruled out."""
    return min((j.cause for j in judgements if j.cause is not None), key=rank, default=None)
