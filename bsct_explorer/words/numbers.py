"""Numbers as a person reads them: significant digits, a true minus sign, powers of ten.

One family for page, plots, report, terminal and sentences. Programs read numbers from JSON and CSV, in full.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

NONE = "–"
"""What stands where there is no number."""

SMALLEST, LARGEST = 1e-3, 1e6
"""A number with a magnitude below the first, or from the second on, is written with a power of ten."""

_TYPESET = str.maketrans("-", "−")
_RAISED = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = 3) -> str:
    """A measured number with `digits` significant digits: ``0.720``, ``−12.3``, ``1.20 × 10⁻⁴``; ``–`` where none is.

    Digits before the decimal point are never rounded away: 1975.3 is ``1975`` with three digits as well. An `int` is
    a count, and written in full.
    """
    if value is None or math.isnan(value):
        return NONE
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ").translate(_TYPESET)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if in_powers(value):
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa} × {power_of_ten(int(exponent))}".translate(_TYPESET)
    return decimal(value, max(0, digits - 1 - magnitude(value, digits)))


def short(value: float | None, digits: int = 4) -> str:
    """A number that somebody chose, such as a range or a limit: as `number`, without zeros at its end."""
    text = number(value, digits)
    mantissa, times, power = text.partition(" × ")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}{times}{power}"


def decimal(value: float, places: int) -> str:
    """A number with that many decimal places and a true minus sign: ``−1.50``."""
    return f"{value:.{places}f}".translate(_TYPESET)


def signed(value: float) -> str:
    """A whole number with its sign, such as a charge: ``+1``, ``−2``, and ``0``."""
    return f"{value:+.0f}".translate(_TYPESET) if value else "0"


def power_of_ten(exponent: int) -> str:
    """``10⁻⁷``."""
    return f"10{str(exponent).translate(_RAISED)}"


def nearest_power(value: float) -> str:
    """The power of ten that is nearest to a positive number: ``10⁻⁷`` for 0.8e-7."""
    return power_of_ten(round(math.log10(value)))


def magnitude(value: float, digits: int = 3) -> int:
    """Exponent of a number's first digit once it is rounded to `digits`: −1 for 0.72, 0 for 0.9999."""
    return int(f"{value:.{max(digits - 1, 0)}e}".partition("e")[2])


def in_powers(value: float) -> bool:
    """Whether a finite number is written with a power of ten."""
    return value != 0 and not SMALLEST <= abs(value) < LARGEST


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
