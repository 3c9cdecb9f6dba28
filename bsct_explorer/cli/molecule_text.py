"""A molecule on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.cli.text_tables import wrapped
from bsct_explorer.words.numbers import signed
from bsct_explorer.words.units import EV, EnergyUnit, in_unit

if TYPE_CHECKING:
    from bsct_explorer.molecules import Molecule


def headline(molecule: Molecule, shown: EnergyUnit = EV) -> str:
    """Name, formula, what is sent to the potentials, and notes with energies in `shown`."""
    sent = f"{len(molecule)} atoms, charge {signed(molecule.charge)}, multiplicity {molecule.multiplicity}"
    notes = "".join(wrapped(in_unit(note, shown), "  ") for note in molecule.notes)
    return f"{molecule.name}  {molecule.formula}  {sent}\n{notes}"
