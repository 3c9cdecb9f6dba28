"""Names of atoms and elements."""

from __future__ import annotations

from bsct_explorer.molecules import load_molecule
from bsct_explorer.words.atoms import atom_label, atoms_label, coordinate_label, element_symbols, elements_in_words


def test_atoms_are_named_by_symbol_and_index() -> None:
    symbols = ("C", "C", "H")
    assert atom_label(symbols, 2) == "H2"
    assert atoms_label(symbols, (2, 0, 1)) == "H2–C0–C1"
    assert coordinate_label(symbols, "bond", (0, 1)) == "C0–C1 distance"
    assert coordinate_label(symbols, "angle", (2, 0, 1)) == "H2–C0–C1 angle"


def test_a_bond_has_the_label_of_its_atoms() -> None:
    molecule = load_molecule("ethanol")
    for bond in molecule.bonds:
        assert bond.label == atoms_label(molecule.symbols, bond.atoms)


def test_elements() -> None:
    assert element_symbols([1, 6, 8]) == ["H", "C", "O"]
    assert elements_in_words({8, 6, 1}) == "H, C, O"
    assert elements_in_words(range(1, 90)) == "89 elements, H to Ac (not all between)"
