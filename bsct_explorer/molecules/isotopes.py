"""One rule for isotopes, whatever the source: they are computed as their element, and that is said.

Isotopes differ in mass alone. Energies and forces are those of the element (Born and Oppenheimer), so a potential is
asked for hydrogen where a file has deuterium.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import ISOTOPES

HYDROGEN_ISOTOPES = {"D": 2, "T": 3}
"""Symbols that stand for isotopes of hydrogen, with their mass numbers."""


def element_of(symbol: str) -> str:
    """The element's symbol: ``H`` for D and T, any other symbol as it is."""
    return "H" if symbol in HYDROGEN_ISOTOPES else symbol


def without_isotopes(symbols: Sequence[str]) -> tuple[tuple[str, ...], tuple[Remark, ...]]:
    """Elements of symbols that may be isotopes of hydrogen, and what to say of them."""
    heavy = [HYDROGEN_ISOTOPES[symbol] for symbol in symbols if symbol in HYDROGEN_ISOTOPES]
    elements = tuple(element_of(symbol) for symbol in symbols)
    return elements, isotope_remark([("H", mass) for mass in heavy])


def isotope_remark(isotopes: Iterable[tuple[str, int]]) -> tuple[Remark, ...]:
    """What to say of atoms with a mass number, given as pairs of element and mass number; nothing where there are none.

    Deuterium is said by its name, others as ``13C``.
    """
    found = list(isotopes)
    if not found:
        return ()
    names = {("H", 2): "deuterium", ("H", 3): "tritium"}
    parts = [
        f"{found.count(each)} {names.get(each, f'{each[1]}{each[0]}')}" for each in sorted(set(found), reverse=True)
    ]
    ones = "is" if len(found) == 1 else "are"
    return (
        ISOTOPES.say(
            f"Isotopes ({', '.join(parts)}) {ones} computed as the element: its energies and forces are the same, "
            "masses play no part."
        ),
    )
