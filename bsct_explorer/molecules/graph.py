"""The graph of bonds: pieces, rings, and the two fragments that cutting a bond leaves. Plain Python, no rdkit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.molecule import Bond, Ints, Molecule

Pair = tuple[int, int]


def neighbours(n_atoms: int, pairs: Iterable[Pair]) -> list[list[int]]:
    """Bonded partners of each atom."""
    table: list[list[int]] = [[] for _ in range(n_atoms)]
    for i, j in pairs:
        table[i].append(j)
        table[j].append(i)
    return table


def distances_from(start: int, table: Sequence[Sequence[int]], cut: Pair | None = None) -> dict[int, int]:
    """Number of bonds from `start` to every atom that it reaches without walking over the bond `cut`."""
    seen = {start: 0}
    queue = deque([start])
    while queue:
        atom = queue.popleft()
        for other in table[atom]:
            if other in seen or (cut is not None and {atom, other} == set(cut)):
                continue
            seen[other] = seen[atom] + 1
            queue.append(other)
    return seen


def pieces(n_atoms: int, pairs: Iterable[Pair]) -> list[list[int]]:
    """Connected pieces, each as ascending atom indices, in the order of their first atoms."""
    table = neighbours(n_atoms, pairs)
    found: list[list[int]] = []
    seen: set[int] = set()
    for atom in range(n_atoms):
        if atom not in seen:
            piece = sorted(distances_from(atom, table))
            seen.update(piece)
            found.append(piece)
    return found


def make_bonds(symbols: Sequence[str], orders: Mapping[Pair, float | None]) -> tuple[Bond, ...]:
    """Bonds sorted by (i, j), ring bonds with the reason why they cannot be pulled apart rigidly.

    Parameters
    ----------
    symbols
        Chemical symbol of each atom, length n_atoms.
    orders
        Bond order, or None where unknown, by pair of atoms in either order.
    """
    ordered = {(min(pair), max(pair)): order for pair, order in orders.items()}
    table = neighbours(len(symbols), ordered)
    bonds = []
    for i, j in sorted(ordered):
        back = distances_from(i, table, cut=(i, j)).get(j)
        reason = None
        if back is not None:
            reason = (
                f"In a ring of {back + 1} atoms: with the bond cut, {symbols[i]}{i} and {symbols[j]}{j} still hang "
                "together through the rest of the ring, so there are no two rigid fragments to pull apart."
            )
        bonds.append(Bond(i, j, (symbols[i], symbols[j]), ordered[i, j], reason))
    return tuple(bonds)


def fragments(molecule: Molecule, i: int, j: int) -> Ints:
    """The two fragments that cutting the bond i-j leaves.

    Parameters
    ----------
    molecule
        A molecule with perceived bonds.
    i, j
        0-based indices of two bonded atoms.

    Returns
    -------
    Ints
        0 for the atoms that stay with i, 1 for those that stay with j, shape (n_atoms,).

    Raises
    ------
    DeformationError
        The atoms do not exist, are not bonded, are in a ring, or some atom belongs to neither fragment.
    """
    check_pair(molecule, i, j)
    bond = molecule.bond(i, j)
    if bond is None:
        raise DeformationError(_not_bonded(molecule, i, j))
    if bond.reason is not None:
        raise DeformationError(
            f"Bond {bond.label} of {molecule.name} cannot be pulled. {bond.reason} {_offer(molecule)}"
        )
    table = neighbours(len(molecule), (b.atoms for b in molecule.bonds))
    labels = np.full(len(molecule), -1, dtype=np.int64)
    labels[list(distances_from(i, table, cut=(i, j)))] = 0
    labels[list(distances_from(j, table, cut=(i, j)))] = 1
    stray = np.flatnonzero(labels < 0)
    if len(stray):
        raise DeformationError(
            f"Atoms {', '.join(map(str, stray[:8]))} of {molecule.name} belong to neither fragment of {bond.label}: "
            "they are not bonded to the rest. Take a molecule of one piece."
        )
    return labels


def check_pair(molecule: Molecule, i: int, j: int) -> None:
    """Two different atoms of the molecule, or a `DeformationError`."""
    for index in (i, j):
        if not 0 <= index < len(molecule):
            raise DeformationError(
                f"Atom {index} does not exist: {molecule.name} has atoms 0 to {len(molecule) - 1}. {_offer(molecule)}"
            )
    if i == j:
        raise DeformationError(f"A bond needs two different atoms, not {i} twice. {_offer(molecule)}")


def _not_bonded(molecule: Molecule, i: int, j: int) -> str:
    symbols = molecule.symbols
    distance = float(np.linalg.norm(molecule.positions[j] - molecule.positions[i]))
    return (
        f"{symbols[i]}{i} and {symbols[j]}{j} of {molecule.name} are not bonded ({distance:.2f} Å apart). "
        f"{_offer(molecule)}"
    )


def _offer(molecule: Molecule) -> str:
    """A sentence with bonds that can be pulled, those between heavy atoms first."""
    good = [bond for bond in molecule.bonds if bond.scannable]
    if not good:
        return "None of its bonds can be pulled: take another molecule."
    good.sort(key=lambda bond: ("H" in bond.symbols, bond.atoms))
    names = ", ".join(f"{bond.i}-{bond.j} ({bond.label})" for bond in good[:6])
    return f"Bonds that can be pulled: {names}{', …' if len(good) > 6 else ''}."
