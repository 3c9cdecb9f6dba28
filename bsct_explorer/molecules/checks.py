"""What makes a structure a molecule that can be pulled apart; everything else is refused in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.distance_units import BONDED, ratios, unit_question
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import ODD_ELECTRONS, OTHER_GROUND_STATE
from bsct_explorer.words.atoms import atom_label
from bsct_explorer.words.numbers import decimal

MOST_NEIGHBOURS = 32
"""Twice the largest coordination number, since large radii reach beyond the first shell."""

CHARGE_PER_ATOM = 4
"""e. No molecule has more on the average."""

GROUND_STATES = {
    ((8, 8), 0): 3,
    ((8, 16), 0): 3,
    ((16, 16), 0): 3,
    ((34, 34), 0): 3,
    ((8, 34), 0): 3,
    ((1, 7), 0): 3,
    ((1, 15), 0): 3,
    ((7, 9), 0): 3,
    ((7, 17), 0): 3,
    ((5, 5), 0): 3,
    ((14, 14), 0): 3,
    ((1, 1, 6), 0): 3,
    ((1, 1, 7), 1): 3,
    ((1, 8), 1): 3,
    ((7, 8), -1): 3,
}
"""Multiplicity of the ground state by atomic numbers and charge, where it is no singlet in spite of an even number of
electrons: O2, SO, S2, Se2, SeO, NH, PH, NF, NCl, B2, Si2, CH2, NH2+, OH+, NO- (Huber and Herzberg, Constants of
Diatomic Molecules, 1979; Bunker and Jensen, J. Chem. Phys. 79, 1224 (1983) for CH2)."""

MAX_ATOMS = 500
"""More than the largest molecule of BSCT-SPICE ten times over; scans beyond it take hours on a laptop."""

FARTHEST = 10_000.0
"""Å, from the first atom. No molecule of `MAX_ATOMS` atoms is so large."""

FARTHEST_ORIGIN = 1e6
"""Å. Beyond, coordinates have no digits left for bonds."""

_CHECK_UNIT = "Check the unit of the coordinates (Å are expected) and remove duplicate atoms."

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
    if np.abs(positions).max() > FARTHEST_ORIGIN:
        index = int(np.argmax(np.abs(positions).max(axis=1)))
        raise MoleculeError(
            f"{name}: atom {atom_label(symbols, index)} is over {decimal(FARTHEST_ORIGIN, 0)} Å away from the origin. "
            "Correct the coordinates in the file."
        )
    with np.errstate(over="ignore"):
        span = np.abs(positions - positions[0])
    if not np.all(span < FARTHEST):
        index = int(np.flatnonzero(~np.all(span < FARTHEST, axis=1))[0])
        raise MoleculeError(
            f"{name}: atom {atom_label(symbols, index)} is more than {decimal(FARTHEST, 0)} Å away from the first. "
            "Correct the coordinates in the file."
        )
    positions = positions - positions[0]
    from scipy.spatial import cKDTree

    pairs = cKDTree(positions).query_pairs(CLOSEST, output_type="ndarray")
    if len(pairs):
        i, j = (int(index) for index in sorted(map(tuple, pairs))[0])
        distance = float(np.linalg.norm(positions[i] - positions[j]))
        raise MoleculeError(
            f"{name}: atoms {atom_label(symbols, i)} and {atom_label(symbols, j)} overlap, {decimal(distance, 3)} Å "
            f"apart. {unit_question(symbols, positions) or _CHECK_UNIT}"
        )


def check_crowding(name: str, symbols: Sequence[str], positions: Floats) -> None:
    """No atom with more others within bonding distance than there is room for, or a `MoleculeError`.

    It comes before rdkit looks for bonds, which takes seconds where everything is close to everything.
    """
    i, j = np.triu_indices(len(symbols), 1)
    close = ratios(symbols, positions, np.column_stack((i, j))) < BONDED
    count = np.bincount(np.concatenate((i[close], j[close])), minlength=len(symbols))
    atom = int(np.argmax(count))
    if count[atom] > MOST_NEIGHBOURS:
        raise MoleculeError(
            f"{name}: {atom_label(symbols, atom)} is as close as a bond to {count[atom]} other atoms, more than "
            f"there is room for. {unit_question(symbols, positions) or _CHECK_UNIT}"
        )


def check_one_piece(
    name: str, symbols: Sequence[str], parts: Sequence[Sequence[int]], positions: Floats | None = None
) -> None:
    """One connected piece, or a `MoleculeError` that names the pieces, and the unit that the distances would fit."""
    if len(parts) <= 1:
        return
    from ase.formula import Formula

    names = [str(Formula.from_list([symbols[a] for a in part]).format("hill")) for part in parts]
    shown = " + ".join(names[:6]) + (" + …" if len(names) > 6 else "")
    question = "" if positions is None else unit_question(symbols, positions)
    if question:
        raise MoleculeError(f"{name} is {len(parts)} separate pieces ({shown}) as it stands. {question}")
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


def spin_state(name: str, numbers: Ints, charge: int, multiplicity: int | None, as_written: str = "") -> int:
    """The multiplicity, checked against the electrons; 1 for an even number of them and 2 for an odd one where None.

    `as_written` is the ``spin=3`` of a file that was read as 2S + 1.

    Raises
    ------
    MoleculeError
        The charge leaves no electrons, or the multiplicity does not go with their number.
    """
    electrons = int(np.sum(numbers)) - charge
    if abs(charge) > CHARGE_PER_ATOM * len(numbers):
        raise MoleculeError(f"{name}: charge {charge:+d} is no charge of {len(numbers)} atoms. Check the charge.")
    if electrons < 1:
        raise MoleculeError(f"{name}: charge {charge:+d} leaves {electrons} electrons. Check the charge.")
    lowest = 1 + electrons % 2
    if multiplicity is None:
        return lowest
    if multiplicity < 1 or (multiplicity - lowest) % 2 or multiplicity > electrons + 1:
        how = f" ({as_written}, read as 2S + 1)" if as_written else ""
        raise MoleculeError(
            f"{name}: multiplicity {multiplicity}{how} is impossible with {electrons} electrons (charge {charge:+d}). "
            f"Use {lowest}, {lowest + 2}, … or another charge."
        )
    return multiplicity


def electrons_note(numbers: Ints, charge: int, multiplicity: int, given: bool) -> tuple[Remark, ...]:
    """A remark where nobody gave a multiplicity and an odd number of electrons or a known ground state matters."""
    if given:
        return ()
    if multiplicity == 2:
        return (
            ODD_ELECTRONS.say(
                "It has an odd number of electrons and is taken as a doublet (multiplicity 2); give a charge if that "
                "is wrong."
            ),
        )
    ground = GROUND_STATES.get((tuple(sorted(int(number) for number in numbers)), charge))
    if ground is None or ground == multiplicity:
        return ()
    return (
        OTHER_GROUND_STATE.say(
            f"It is computed as a {_named(multiplicity)} (multiplicity {multiplicity}) since nobody gave one; its "
            f"ground state is a {_named(ground)}: give multiplicity {ground} for that."
        ),
    )


def _named(multiplicity: int) -> str:
    return {1: "singlet", 2: "doublet", 3: "triplet"}.get(multiplicity, "state")
