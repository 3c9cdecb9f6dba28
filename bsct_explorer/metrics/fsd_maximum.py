"""Where FSD's maximum lies, and what it therefore measures.

FSD is the steepest slope of

    L(k) = ln max(|F_model(k) − F_ref(k*)|², ε²) − ln max(|F_ref(k) − F_ref(k*)|², ε²)

Either term falls steeply to its floor ln ε² where that force passes F_ref(k*): the reference's at k*, the model's where
its own force vanishes. Where these are two places close together, the model's force is wrong at the minimum, and L is
steep there however smooth both curves are. Far from there only a force that leaves the reference's abruptly is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bsct_explorer.metrics.fsd import FSDResult
from bsct_explorer.words.numbers import number

Measures = Literal["force-error", "roughness"]

NEAR_EQUILIBRIUM = 0.15
"""Å from the reference's minimum within which FSD's maximum measures a force error there: all scans of SO3LR, SevenNet
and GFN2-xTB on 57 systems have it there, smooth as they are."""

ROUGH = 20.0
"""Å⁻¹ of FSD away from the minimum that is worth a sentence where nothing was found: a sine of 2 eV/Å and period 0.1 Å
has 18."""


@dataclass(frozen=True)
class FSDMaximum:
    """The steepest place of L.

    Attributes
    ----------
    size
        |dL/dq|, Å⁻¹: FSD itself.
    location
        The bond length there, Å.
    from_equilibrium
        How far that is from the reference's minimum, Å.
    """

    size: float
    location: float
    from_equilibrium: float

    @property
    def measures(self) -> Measures:
        """``force-error`` of the model at the reference's minimum, or ``roughness`` of its force elsewhere."""
        return "force-error" if self.from_equilibrium <= NEAR_EQUILIBRIUM else "roughness"

    @property
    def abrupt(self) -> bool:
        """Whether the force leaves the reference's so abruptly that a curve without a finding deserves a word."""
        return self.measures == "roughness" and self.size > ROUGH

    @property
    def in_short(self) -> str:
        """What it measures, in a few words."""
        return "force error at the minimum" if self.measures == "force-error" else "rough force"

    @property
    def sentence(self) -> str:
        """Where it lies and what it measures."""
        where = f"FSD's maximum, {number(self.size)} Å⁻¹, lies at {number(self.location)} Å"
        if self.measures == "force-error":
            return f"{where}, at the reference's minimum: there it measures an error of the force, not roughness."
        away = number(self.from_equilibrium, 2)
        return f"{where}, {away} Å from the reference's minimum: there it measures roughness."

    def alarm(self, name: str) -> str:
        """What to say of a curve without a finding, by the potential's name; empty where there is nothing to say.

        A smooth dive of the force is neither a jump nor a second minimum: only the comparison with the reference sees
        it.
        """
        return f"But the force of {name} leaves the reference's abruptly. {self.sentence}" if self.abrupt else ""


def fsd_maximum(fsd: FSDResult | None) -> FSDMaximum | None:
    """Where FSD's maximum lies; None without FSD, and for FSD per arc length, whose place is no bond length."""
    if fsd is None or fsd.arc or fsd.location is None or fsd.full is None:
        return None
    return FSDMaximum(fsd.full, fsd.location, abs(fsd.location - fsd.equilibrium))
