"""What an energy can be relative to, as a person chooses and reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

EnergyZero = Literal["minimum", "reference", "longest"]

ENERGY_ZEROS: Mapping[EnergyZero, str] = {
    "minimum": "each curve's minimum",
    "reference": "the reference's equilibrium",
    "longest": "the end of the range",
}
"""Every choice, with what a person reads behind "relative to"; `analysis.zero_frame` finds the frame that it means."""

DEFAULT_ZERO: EnergyZero = "minimum"
"""What page, report, CSV, JSON and terminal take where nobody chose."""
