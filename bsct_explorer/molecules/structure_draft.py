"""What a reader takes out of a structure file, before it is checked and made a molecule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bsct_explorer.data import Floats
from bsct_explorer.molecules.bond_graph import Pair
from bsct_explorer.molecules.charge_and_spin import StateText
from bsct_explorer.remarks import Remark


@dataclass(frozen=True)
class StructureDraft:
    """Atoms as a file has them.

    Attributes
    ----------
    symbols
        Chemical symbols as written, D and T among them, length n_atoms.
    positions
        Å, shape (n_atoms, 3).
    orders
        Bonds that the file lists; None to perceive them.
    extra
        Bonds that are known beside those to be perceived.
    charge, multiplicity
        What the format itself says in its own fields; None where it says nothing.
    said
        What is said beside: comments, data fields, columns.
    smiles
        Its SMILES, where one is known.
    drawing
        An rdkit molecule with all hydrogens where the coordinates are a flat drawing and a geometry has to be made.
    notes
        What a person should know of how it was read.
    """

    symbols: tuple[str, ...]
    positions: Floats
    orders: Mapping[Pair, float | None] | None = None
    extra: tuple[Pair, ...] = ()
    charge: int | None = None
    multiplicity: int | None = None
    said: StateText = field(default_factory=StateText)
    smiles: str | None = None
    drawing: Any = None
    notes: tuple[Remark, ...] = ()

    def noting(self, *notes: Remark) -> StructureDraft:
        """The same draft with further remarks."""
        return replace(self, notes=(*self.notes, *notes))
