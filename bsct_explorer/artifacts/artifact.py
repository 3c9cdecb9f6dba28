"""What an artifact is: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "energy-step",
    "force-kink",
    "artificial-minimum",
    "wall-collapse",
    "outer-fall",
    "spurious-force",
    "rough-force",
    "non-conservative",
]

Severity = Literal["severe", "moderate", "minor"]


@dataclass(frozen=True)
class Artifact:
    """Something on a curve that a smooth potential energy surface does not have.

    Attributes
    ----------
    kind
        One of the names of the JSON contract.
    location
        The coordinate of the jump, of the extra minimum, or of the interval's worst point.
    interval
        (lo, hi) of the coordinate.
    size
        Signed where a sign means something (a step up is +, a drop of the force at a kink is -), else positive.
    unit
        Unit of `size`, for a person: ``eV``, ``eV/Å``, ``sign changes``.
    severity
        For sorting and for a first glance.
    explanation
        One sentence that a student understands, with place and size in it.
    certified
        True when refinement with the live potential confirmed it; None where nothing refined it.
    cause
        The tested cause, or None while none was tested.
    evidence
        Named numbers behind the finding (threshold, prominence, frames), units in the keys.
    """

    kind: Kind
    location: float
    interval: tuple[float, float]
    size: float
    unit: str
    severity: Severity
    explanation: str
    certified: bool | None = None
    cause: str | None = None
    evidence: Mapping[str, float | int | str] = field(default_factory=dict)
