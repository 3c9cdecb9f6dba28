"""Names of atoms, of what is between them, and of elements, as a person reads them. Atoms are counted from 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Symbols = Sequence[str] | Mapping[int, str]
"""Chemical symbol of every atom of a molecule, or of those that are named, by index."""


def atom_label(symbols: Symbols, atom: int) -> str:
    """``C0``."""
    return f"{symbols[atom]}{atom}"


def atoms_label(symbols: Symbols, atoms: Iterable[int]) -> str:
    """Atoms that belong together, a bond, an angle or a torsion: ``C0–C1``, ``H2–C0–C1``."""
    return "–".join(atom_label(symbols, atom) for atom in atoms)


def coordinate_label(symbols: Symbols, kind: str, atoms: Iterable[int]) -> str:
    """A coordinate by its atoms: ``C0–C1 distance``, ``H1–O0–H2 angle``; `kind` is bond, angle or torsion."""
    return f"{atoms_label(symbols, atoms)} {'distance' if kind == 'bond' else kind}"


def element_symbols(numbers: Iterable[int]) -> list[str]:
    """Chemical symbols of atomic numbers."""
    from ase.data import chemical_symbols

    return [chemical_symbols[number] for number in numbers]


def elements_in_words(elements: Iterable[int], most: int = 12) -> str:
    """``H, C, N, O`` in the order of the table, or how many and which are first and last where there are many."""
    names = element_symbols(sorted(elements))
    if len(names) <= most:
        return ", ".join(names)
    return f"{len(names)} elements, {names[0]} to {names[-1]} (not all between)"
