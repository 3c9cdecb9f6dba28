"""A molecule on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.cli.text_tables import wrapped
from bsct_explorer.words.numbers import signed

if TYPE_CHECKING:
    from bsct_explorer.molecules import Molecule


def headline(molecule: Molecule) -> str:
    """Name, formula and what is sent to the potentials."""
    sent = f"{len(molecule)} atoms, charge {signed(molecule.charge)}, multiplicity {molecule.multiplicity}"
    return f"{molecule.name}  {molecule.formula}  {sent}\n" + "".join(wrapped(note, "  ") for note in molecule.notes)
