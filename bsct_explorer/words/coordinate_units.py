"""How long a unit of a coordinate is, so that one set of settings serves bonds and angles."""

from __future__ import annotations

import math

_UNITS_PER_ANGSTROM = {"Å": 1.0, "°": 180.0 / math.pi}


def units_per_angstrom(unit: str) -> float:
    """How much of a coordinate moves its atoms by about 1 Å: 1 for a bond, 57.3° for an angle with an arm of 1 Å."""
    return _UNITS_PER_ANGSTROM.get(unit, 1.0)
