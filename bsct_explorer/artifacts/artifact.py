"""What an artifact is: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from bsct_explorer.artifacts.refinement import Cause, Refinement
from bsct_explorer.words.units import EV_PER_KELVIN

Severity = Literal["severe", "moderate", "minor"]

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""Worst first."""

KT_300K = EV_PER_KELVIN * 300.0
"""Thermal energy at 300 K in eV, 0.0259 eV (CODATA 2018 Boltzmann constant)."""


@dataclass(frozen=True)
class Artifact:
    """Something on a curve that a smooth potential energy surface does not have.

    Attributes
    ----------
    kind
        Name of its record in `artifacts.kinds`, as in the JSON contract.
    location
        The coordinate of the jump, of the extra minimum, or of the interval's worst point.
    interval
        (lo, hi) of the coordinate.
    size
        Signed where a sign means something (a step up is +, a drop of the force at a kink is -), else positive.
    unit
        Unit of `size`, for a person: ``eV``, ``eV/Å``.
    severity
        For sorting and for a first glance: what is at stake against the thermal energy (`severity_of`).
    explanation
        One sentence that a student understands, with place and size in it.
    certified
        True where refinement with the live potential confirmed it, False where it disproved it (then it stands under
        `Analysis.refuted`); None where nothing refined it, or where refinement could not decide (`undecided`, then it
        stands under `Analysis.undecided`).
    cause
        The most likely cause, or None while none was looked for.
    refinement
        What the live potential said, with its evidence; None where nothing refined it.
    evidence
        Named numbers behind the finding (threshold, prominence, frames), units in the keys. Always there:
        ``at_stake_eV``, the energy that `severity` judges, and ``energy_above_minimum_eV``, how high the place lies
        (by the reference, where it has an energy there).
    """

    kind: str
    location: float
    interval: tuple[float, float]
    size: float
    unit: str
    severity: Severity
    explanation: str
    certified: bool | None = None
    cause: Cause | None = None
    refinement: Refinement | None = None
    evidence: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def undecided(self) -> bool:
        """Whether refinement tried and could not look: it is neither confirmed nor disproved."""
        return self.certified is None and self.refinement is not None


def severity_of(at_stake: float) -> Severity:
    """Severity of an artifact by the energy at stake, in eV.

    ``severe`` from 4 kT at 300 K (0.10 eV: a simulation at room temperature is thrown off or trapped), ``moderate``
    from 1 kT (0.026 eV: it notices), else ``minor``.
    """
    if at_stake >= 4 * KT_300K:
        return "severe"
    return "moderate" if at_stake >= KT_300K else "minor"


def severity_of_trap(depth: float) -> Severity:
    """Severity of an extra minimum by its depth in eV.

    It is wrong in kind, not only in size: a minimum that should not be there counts as four times its depth, so that
    one deeper than kT at 300 K, which holds an atom for a while, is ``severe``.
    """
    return severity_of(4 * depth)
