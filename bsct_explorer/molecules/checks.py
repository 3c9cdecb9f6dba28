"""What makes a structure a molecule that can be pulled apart; everything else is refused in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import MoleculeError
from bsct_explorer.words.atoms import atom_label
from bsct_explorer.words.numbers import decimal

MAX_ATOMS = 500
"""More than the largest molecule of BSCT-SPICE ten times over; scans beyond it take hours on a laptop."""

CLOSEST = 0.4
"""Å. No two nuclei of a molecule come closer: the shortest bond, H-H, has 0.74 Å; an X-ray O-H about 0.7 Å."""


def check_size(name: str, n_atoms: int) -> None:
    """2 to `MAX_ATOMS` atoms, or a `MoleculeError`."""
    if n_atoms == 0:
        raise MoleculeError(f"{name} has no atoms. Give a molecule with at least one bond.")
    if n_atoms == 1:
        raise MoleculeError(
            f"{name} is a single atom and has no bond to pull. Give a molecule with at least two atoms."
        )
    if n_atoms > MAX_ATOMS:
        raise MoleculeError(
            f"{name} has {n_atoms} atoms, more than the {MAX_ATOMS} that a scan takes. "
            "Cut the part around the bond out of it and saturate the ends with hydrogen."
        )


def check_geometry(name: str, symbols: Sequence[str], positions: Floats) -> None:
    """Finite positions and no two atoms on top of each other, or a `MoleculeError`."""
    bad = np.flatnonzero(~np.isfinite(positions).all(axis=1))
    if len(bad):
        raise MoleculeError(
            f"{name}: the position of atom {symbols[bad[0]]}{bad[0]} is not a finite number "
            f"({len(bad)} such atom{'s' if len(bad) > 1 else ''}). Correct the coordinates in the file."
        )
    from scipy.spatial import cKDTree

    pairs = cKDTree(positions).query_pairs(CLOSEST, output_type="ndarray")
    if len(pairs):
        i, j = (int(index) for index in sorted(map(tuple, pairs))[0])
        distance = float(np.linalg.norm(positions[i] - positions[j]))
        raise MoleculeError(
            f"{name}: atoms {atom_label(symbols, i)} and {atom_label(symbols, j)} overlap, {decimal(distance, 3)} Å "
            "apart. Check the unit of the coordinates (Å are expected) and remove duplicate atoms."
        )


def check_one_piece(name: str, symbols: Sequence[str], parts: Sequence[Sequence[int]]) -> None:
    """One connected piece, or a `MoleculeError` that names the pieces."""
    if len(parts) <= 1:
        return
    from ase.formula import Formula

    names = [str(Formula.from_list([symbols[a] for a in part]).format("hill")) for part in parts]
    shown = " + ".join(names[:6]) + (" + …" if len(names) > 6 else "")
    raise MoleculeError(
        f"{name} has {len(parts)} separate pieces ({shown}). A bond stretch moves two fragments, and the other pieces "
        "would belong to neither. Give one connected molecule: leave out counter-ions and solvent."
    )


def check_not_periodic(name: str, cell: Floats | None, periodic: bool) -> None:
    """No periodic cell, or a `MoleculeError`. `cell` is (3, 3) in Å or None."""
    if not periodic:
        return
    size = "" if cell is None else f" ({' × '.join(decimal(x, 2) for x in np.linalg.norm(cell, axis=1))} Å)"
    raise MoleculeError(
        f"{name} has a periodic cell{size}. The bond test needs a molecule in vacuum: its fragments would meet their "
        'own images. Take one molecule out of the cell and save it without a lattice (or with pbc="F F F").'
    )


def spin_state(name: str, numbers: Ints, charge: int, multiplicity: int | None) -> int:
    """The multiplicity, checked against the electrons; 1 for an even number of them and 2 for an odd one where None.

    Raises
    ------
    MoleculeError
        The charge leaves no electrons, or the multiplicity does not go with their number.
    """
    electrons = int(np.sum(numbers)) - charge
    if electrons < 1:
        raise MoleculeError(f"{name}: charge {charge:+d} leaves {electrons} electrons. Check the charge.")
    lowest = 1 + electrons % 2
    if multiplicity is None:
        return lowest
    if multiplicity < 1 or (multiplicity - lowest) % 2 or multiplicity > electrons + 1:
        raise MoleculeError(
            f"{name}: multiplicity {multiplicity} is impossible with {electrons} electrons (charge {charge:+d}). "
            f"Use {lowest}, {lowest + 2}, … or another charge."
        )
    return multiplicity


def electrons_note(multiplicity: int, given: bool) -> tuple[str, ...]:
    """A sentence where an odd number of electrons decided the multiplicity."""
    if given or multiplicity == 1:
        return ()
    return (
        "It has an odd number of electrons and is taken as a doublet (multiplicity 2); give a charge if that is wrong.",
    )
