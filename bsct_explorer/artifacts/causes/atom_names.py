"""Names and places in the sentences of causes."""

from __future__ import annotations

from collections.abc import Sequence

from bsct_explorer.words.atoms import atom_label, atoms_label
from bsct_explorer.words.numbers import decimal, listed
from bsct_explorer.words.units import with_unit


class Names:
    """Atoms by symbol and 0-based index, as on the page: ``O0``, ``O0–H3``."""

    def __init__(self, symbols: Sequence[str], unit: str) -> None:
        self.symbols, self.unit = tuple(symbols), unit

    def atom(self, i: int) -> str:
        return atom_label(self.symbols, i)

    def pair(self, i: int, j: int) -> str:
        return atoms_label(self.symbols, (i, j))

    def place(self, value: float) -> str:
        return with_unit(decimal(value, 2 if self.unit == "°" else 4), self.unit)

    def several(self, words: Sequence[str]) -> str:
        """``a``, ``a and b``, ``a, b and c``."""
        return listed(words)


def shift(value: float, unit: str) -> str:
    """A small change of the coordinate: mÅ for a length, thousandths of a degree for an angle."""
    return f"{decimal(1e3 * value, 3)} m{unit}" if unit == "Å" else f"{decimal(value, 4)}{unit}"
