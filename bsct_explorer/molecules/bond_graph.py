"""The graph of bonds: pieces, rings, and the rigid groups that cutting a bond leaves. Plain Python, no rdkit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bsct_explorer.data import Ints
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.molecule import Bond, Molecule
from bsct_explorer.words.atoms import atom_label, atoms_label
from bsct_explorer.words.numbers import decimal

Pair = tuple[int, int]

ON_AXIS = 0.0175
"""Sine of an angle below which three atoms count as lying on one line: 1°."""


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
        back = _way_around(i, j, table)
        reason = None
        if back is not None:
            reason = (
                f"In a ring of {back + 1} atoms: with the bond cut, {atom_label(symbols, i)} and "
                f"{atom_label(symbols, j)} still hang together through the rest of the ring, "
                "so there are no two rigid fragments to pull apart."
            )
        bonds.append(Bond(i, j, (symbols[i], symbols[j]), ordered[i, j], reason))
    return tuple(bonds)


def _way_around(i: int, j: int, table: Sequence[Sequence[int]]) -> int | None:
    """Number of bonds from i to j without the bond i-j, None where there is no such way; it ends where j is met."""
    seen, level, length = {i}, [i], 0
    while level:
        length += 1
        following = []
        for atom in level:
            for other in table[atom]:
                if other == j and atom != i:
                    return length
                if other not in seen and not (atom == i and other == j):
                    seen.add(other)
                    following.append(other)
        level = following
    return None


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


def angle_groups(molecule: Molecule, i: int, j: int, k: int) -> tuple[Ints, int]:
    """The two groups that turn against each other when the angle i-j-k is bent.

    The bond j-i is cut: what hangs on i is one group, and all the rest, j and its other neighbours with k, the other.
    Where j-i is in a ring, j-k is cut instead.

    Parameters
    ----------
    molecule
        A molecule with perceived bonds.
    i, j, k
        0-based indices, i and k bonded to j.

    Returns
    -------
    labels
        0 for the group of i, 1 for that of k, shape (n_atoms,). Atom j lies on the axis: its label moves nothing.
    cut
        The atom, i or k, whose fragment was cut off.

    Raises
    ------
    DeformationError
        The atoms do not exist or are not bonded to j, both bonds are in rings, or some atom belongs to neither group.
    """
    _check_atoms(molecule, (i, j, k), "An angle needs three different atoms")
    bonds = [(end, molecule.bond(j, end)) for end in (i, k)]
    for end, bond in bonds:
        if bond is None:
            raise DeformationError(f"An angle needs two bonds of its middle atom. {_not_bonded(molecule, j, end)}")
    free = [end for end, bond in bonds if bond is not None and bond.scannable]
    if not free:
        name = atoms_label(molecule.symbols, (i, j, k))
        raise DeformationError(
            f"Angle {name} of {molecule.name} cannot be bent: both of its bonds are in a ring, so neither end can turn "
            "without tearing it. Choose an angle with an end outside of the ring."
        )
    cut = free[0]
    labels = fragments(molecule, i, j) if cut == i else 1 - fragments(molecule, k, j)
    return labels, cut


def torsion_groups(molecule: Molecule, i: int, j: int, k: int, l: int) -> Ints:  # noqa: E741
    """The two fragments of the bond j-k, which turn about it when the torsion i-j-k-l is driven.

    Returns
    -------
    Ints
        0 for the fragment of j, which i belongs to, 1 for that of k, which l belongs to, shape (n_atoms,).

    Raises
    ------
    DeformationError
        The atoms do not exist, j and k are not bonded or in a ring, i or l is not on its side, or lies on the axis.
    """
    _check_atoms(molecule, (i, j, k, l), "A torsion needs four different atoms")
    bond = molecule.bond(j, k)
    symbols = molecule.symbols
    if bond is None:
        raise DeformationError(f"A torsion turns about the bond of its middle atoms. {_not_bonded(molecule, j, k)}")
    if bond.reason is not None:
        raise DeformationError(
            f"{molecule.name} cannot be turned about {bond.label}: the bond is in a ring, whose other atoms hold both "
            f"sides together. {_offer(molecule, 'Bonds that are in no ring')}"
        )
    labels = fragments(molecule, j, k)
    for atom, here, there, side in ((i, j, k, 0), (l, k, j, 1)):
        if labels[atom] != side:
            raise DeformationError(
                f"{atom_label(symbols, atom)} of {molecule.name} is not on {atom_label(symbols, here)}'s side of the "
                f"bond {bond.label}. Name an atom of that side."
            )
        arm = molecule.positions[atom] - molecule.positions[here]
        axis = molecule.positions[here] - molecule.positions[there]
        sine = np.linalg.norm(np.cross(arm, axis)) / (np.linalg.norm(arm) * np.linalg.norm(axis))
        if sine < ON_AXIS:
            raise DeformationError(
                f"{atom_label(symbols, atom)} of {molecule.name} lies on the axis {bond.label} (the angle is linear), "
                "so it does not say how far the bond is turned. Name an atom beside the axis."
            )
    return labels


def _check_atoms(molecule: Molecule, atoms: tuple[int, ...], what: str) -> None:
    for index in atoms:
        if not 0 <= index < len(molecule):
            raise DeformationError(
                f"Atom {index} does not exist: {molecule.name} has atoms 0 to {len(molecule) - 1}. "
                "`bsct-explorer bonds` lists them."
            )
    if len(set(atoms)) < len(atoms):
        raise DeformationError(f"{what}, not {'-'.join(map(str, atoms))}.")


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
        f"{atom_label(symbols, i)} and {atom_label(symbols, j)} of {molecule.name} are not bonded "
        f"({decimal(distance, 2)} Å apart). {_offer(molecule)}"
    )


def _offer(molecule: Molecule, what: str = "Bonds that can be pulled") -> str:
    """A sentence with bonds that can be pulled, those between heavy atoms first."""
    good = [bond for bond in molecule.bonds if bond.scannable]
    if not good:
        return "None of its bonds can be pulled: take another molecule."
    good.sort(key=lambda bond: ("H" in bond.symbols, bond.atoms))
    names = ", ".join(f"{bond.i}-{bond.j} ({bond.label})" for bond in good[:6])
    return f"{what}: {names}{', …' if len(good) > 6 else ''}."
