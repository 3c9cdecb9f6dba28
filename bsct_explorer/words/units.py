"""Units that a person reads: energies in the unit that was chosen, lengths and angles as they are.

Everything computes, and every file stores, eV, Å and degrees. Only text and plots are shown in another unit of energy:
numbers through `factor_of` and `unit_in`, finished sentences through `in_unit`. A further unit is one record in
`ENERGY_UNITS`; command line, page and address offer what stands there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bsct_explorer.words.numbers import decimal, in_powers, magnitude, number

_ELEMENTARY_CHARGE = 1.602176634e-19  # C, exact since the SI of 2019, as in CODATA 2018 and 2022
_AVOGADRO = 6.02214076e23  # 1/mol, exact
_KJ_PER_MOL = _ELEMENTARY_CHARGE * _AVOGADRO / 1e3  # 96.485332… for 1 eV
EV_PER_HARTREE = 27.211386245988
ANGSTROM_PER_BOHR = 0.529177210903
EV_PER_KELVIN = 8.617333262e-5
EV_PER_WAVENUMBER = 1.2398419843320026e-4
"""CODATA 2018: one hartree, one bohr, k of one kelvin, and hc of 1 cm⁻¹."""

_KJ_PER_KCAL = 4.184  # the thermochemical calorie, exact


@dataclass(frozen=True)
class EnergyUnit:
    """A unit of energy.

    Attributes
    ----------
    name
        As it is written, chosen and put into an address.
    per_ev
        How many of it 1 eV is.
    smaller
        A thousandth of it, a thousandth of that, and so on, as far as they have names.
    """

    name: str
    per_ev: float
    smaller: tuple[str, ...] = ()

    def places(self, in_ev: int) -> int:
        """Decimal places that say as much as `in_ev` places do in eV."""
        return max(0, in_ev - math.floor(math.log10(self.per_ev)))


EV = EnergyUnit("eV", 1.0, ("meV", "µeV", "neV"))

ENERGY_UNITS: tuple[EnergyUnit, ...] = (
    EV,
    EnergyUnit("kJ/mol", _KJ_PER_MOL, ("J/mol", "mJ/mol", "µJ/mol")),
    EnergyUnit("kcal/mol", _KJ_PER_MOL / _KJ_PER_KCAL, ("cal/mol",)),
)

ENERGY_UNIT_NAMES = tuple(unit.name for unit in ENERGY_UNITS)


def energy_unit(name: str) -> EnergyUnit:
    """The unit of that name.

    Raises
    ------
    ValueError
        There is none; the message lists those that there are.
    """
    for unit in ENERGY_UNITS:
        if unit.name == name:
            return unit
    raise ValueError(f"{name!r} is no unit of energy. There are: {', '.join(ENERGY_UNIT_NAMES)}.")


_ENERGY = re.compile(r"(?P<prefix>m|µ)?eV(?![\w⁻^])")
_PREFIXES = {None: 1.0, "m": 1e-3, "µ": 1e-6}


def factor_of(unit: str, shown: EnergyUnit) -> float:
    """What a value in `unit`, such as ``eV/Å`` or ``meV``, is multiplied by; 1 where it holds no energy.

    A whole 1, so that what is counted stays whole and is written without decimals.
    """
    found = _ENERGY.match(unit)
    return 1 if found is None or shown == EV else _PREFIXES[found["prefix"]] * shown.per_ev


def unit_in(unit: str, shown: EnergyUnit) -> str:
    """A unit after `factor_of`: ``eV/Å`` becomes ``kcal/mol/Å``; ``Å`` and all others stay."""
    found = _ENERGY.match(unit)
    return unit if found is None or shown == EV else shown.name + unit[found.end() :]


def with_unit(text: str, unit: str) -> str:
    """A number and its unit; the sign of degrees stands close: ``1.53 Å``, ``109.5°``."""
    return f"{text}{'' if unit == '°' else ' '}{unit}".rstrip()


def quantity(value: float | None, unit: str, shown: EnergyUnit = EV, digits: int = 3) -> str:
    """A measured value in `unit`, written in the unit that is shown: ``0.720 eV``, ``16.6 kcal/mol``."""
    shown_value = value if value is None or isinstance(value, int) else value * factor_of(unit, shown)
    return with_unit(number(shown_value, digits), unit_in(unit, shown))


def scaled(value: float, unit: str, shown: EnergyUnit = EV, digits: int = 3) -> str:
    """As `quantity`, with the prefix that suits the value: ``12.0 mÅ``, ``1.20 meV``, ``27.7 cal/mol``."""
    energy = _ENERGY.match(unit)
    value, rest = value * factor_of(unit, shown), unit[energy.end() :] if energy else ""
    names = [shown.name, *shown.smaller] if energy else [unit, f"m{unit}", f"µ{unit}", f"n{unit}"]
    if value == 0:
        return with_unit("0", names[0] + rest)
    for k, name in enumerate(names):
        if abs(value) >= 0.1 * 1e-3**k:
            return with_unit(number(value * 1e3**k, digits), name + rest)
    return with_unit(number(value, digits), names[0] + rest)


_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_NUMBER = (
    rf"(?:(?<![\w.])[−+-])?(?<![\w.])"
    rf"(?:(?:\d+(?:\.\d+)? × )?10[{_RAISED}]+|(?:\d{{1,3}}(?: \d{{3}})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?)"
)
_QUANTITIES = re.compile(
    rf"(?P<numbers>\b[Bb]etween {_NUMBER} and {_NUMBER}|{_NUMBER}(?:(?: to | or | ± | – |–){_NUMBER})?)"
    rf"(?P<space> ?)(?P<unit>{_ENERGY.pattern})"
)
_ONE_NUMBER = re.compile(_NUMBER)
_PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def in_unit(sentence: str, shown: EnergyUnit, exact: Iterable[float] = ()) -> str:
    """A finished sentence with its energies in another unit.

    Whatever is written in eV, meV or µeV, and per Å, degree or atom, is rewritten, in ranges too: ``0.72 eV`` becomes
    ``16.6 kcal/mol``. Each number keeps the precision that stood there, and has two significant digits or more: it
    can be taken back to the number that stood there. All other text stays.

    Parameters
    ----------
    sentence
        Energies in eV, numbers as `words.numbers` writes them, or with an ``e``.
    exact
        Values in eV and eV per unit, in full, that numbers of the sentence are roundings of. These are rounded anew:
        0.113 eV that reads ``0.11 eV`` becomes ``2.6 kcal/mol``, as 2.606 kcal/mol does beside it, and not ``2.5``.
    """
    if shown == EV:
        return sentence
    known = [abs(float(value)) for value in exact if math.isfinite(value)]

    def rewritten(found: re.Match[str]) -> str:
        factor, prefix = factor_of(found["unit"], shown), _PREFIXES[found["prefix"]]
        full = [value / prefix for value in known]
        numbers = _ONE_NUMBER.sub(lambda each: _converted(_Written.read(each[0]), factor, full), found["numbers"])
        return f"{numbers}{found['space']}{unit_in(found['unit'], shown)}"

    return _QUANTITIES.sub(rewritten, sentence)


@dataclass(frozen=True)
class _Written:
    """A number as it stands in a text: its value, and the power of ten that its last digit counts."""

    value: float
    step: int

    @classmethod
    def read(cls, text: str) -> _Written:
        mantissa, _, power = text.replace(" × 10", "×").partition("×")
        if not power and any(sign in text for sign in _RAISED):  # 10⁻⁷
            mantissa, power = f"{text[0] if text[0] in '−-+' else ''}1", text.lstrip("−+-").removeprefix("10")
        mantissa, _, small = mantissa.replace(" ", "").translate(_PLAIN).lower().partition("e")
        exponent = int(power.translate(_PLAIN) or small or 0)
        return cls(float(f"{mantissa}e{exponent}"), exponent - len(mantissa.partition(".")[2]))

    def full(self, known: Sequence[float]) -> float | None:
        """The nearest of the known magnitudes that this is a rounding of, with this sign; None where there is none."""
        near = [value for value in known if abs(value - abs(self.value)) <= 0.501 * 10.0**self.step]
        best = min(near, key=lambda value: abs(value - abs(self.value)), default=None)
        return best if best is None else math.copysign(best, self.value)


def _converted(written: _Written, factor: float, known: Sequence[float]) -> str:
    """A written number times a factor: as precise as it was, or the full number with as many digits."""
    full = written.full(known)
    if full is not None and written.value != 0:
        return number(full * factor, max(2, magnitude(written.value, 15) - written.step + 1))
    value = written.value * factor
    places = math.ceil(-(written.step + math.log10(factor)) - 1e-9)
    if value == 0:
        return decimal(0.0, max(0, places))
    places = max(places, 1 - magnitude(value, 2))
    if in_powers(value):
        return number(value, max(2, places + magnitude(value, 2) + 1))
    return decimal(value, max(0, places))


_UNITS_PER_ANGSTROM = {"Å": 1.0, "°": 180.0 / math.pi}


def units_per_angstrom(unit: str) -> float:
    """How much of a coordinate moves its atoms by about 1 Å: 1 for a bond, 57.3° for an angle with an arm of 1 Å."""
    return _UNITS_PER_ANGSTROM.get(unit, 1.0)
