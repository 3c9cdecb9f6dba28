"""Bonds from coordinates and from rdkit molecules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.molecules.bond_graph import Pair
from bsct_explorer.molecules.distance_units import ratios
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import BOND_ORDERS, BRIDGING_HYDROGEN, IMPLAUSIBLE_ORDERS
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import decimal

ORDERS_UP_TO = 150
"""Atoms. Beyond it only connectivity is perceived: the search for bond orders can take minutes."""

BRIDGE, BRIDGE_REACH = 1.15, 1.45
"""A hydrogen's further bond: at most so many times its shortest, and so many times the sum of the covalent radii. FHF⁻
has 1.29 of these, diborane 1.14, H₅O₂⁺ 1.24; the shortest hydrogen bonds that are none begin at 1.5."""

AS_SINGLE = {2.0: 0.99, 3.0: 0.9}
"""Double and triple bonds of C, N, O longer than this times the sum of the covalent radii are no such bonds: true ones
have 0.85 to 0.96 and 0.77 to 0.80."""

MOST_BONDS = 8
"""Of one atom, for which orders are tried."""

ORDER_TRIES = 20_000
"""Combinations of bond orders tried before settling for connectivity."""

TRIED_ATOMS = 400_000
"""Combinations times atoms at most: about half a second."""


def orders_of(mol: Any) -> dict[Pair, float | None]:
    """Bond orders of an rdkit molecule by pair of atoms; 0 (dative, unspecified) becomes None."""
    orders: dict[Pair, float | None] = {}
    for bond in mol.GetBonds():
        order = float(bond.GetBondTypeAsDouble())
        orders[bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()] = order if order > 0 else None
    return orders


def perceive_bonds(
    symbols: Sequence[str],
    positions: Floats,
    charge: int,
    known: Iterable[Pair] | None = None,
) -> tuple[dict[Pair, float | None], tuple[Remark, ...]]:
    """Bonds and their orders from a geometry, with rdkit (`DetermineBonds`, after xyz2mol).

    rdkit gives each hydrogen one bond; where it lies between two atoms at about the same distance it gets both
    (`bridges`). Where bond orders cannot be assigned (radicals, unusual valences, large molecules) the connectivity
    alone is kept.

    Parameters
    ----------
    symbols
        Chemical symbols, length n_atoms.
    positions
        Å, shape (n_atoms, 3).
    charge
        Total charge in e, which decides the bond orders.
    known
        All bonds where a file lists them without orders; None to find them by distances.

    Returns
    -------
    orders
        Order by pair of atoms, None where only connectivity is known.
    notes
        Remarks where orders are missing or implausible, and on bridging hydrogens.
    """
    from rdkit import rdBase
    from rdkit.Chem import rdDetermineBonds

    mol = bare_mol(symbols, positions)
    with rdBase.BlockLogs():
        rdDetermineBonds.DetermineConnectivity(mol)
        connected: dict[Pair, float | None] = dict.fromkeys(orders_of(mol), None)
        across = bridges(symbols, positions, connected)
        found = frozenset(map(frozenset, (*connected, *across)))
        listed = found if known is None else frozenset(map(frozenset, known))
        said = () if known is not None else bridge_remarks(symbols, positions, across)
        alone: dict[Pair, float | None] = {(min(pair), max(pair)): None for pair in listed}
        if len(symbols) > ORDERS_UP_TO:
            words = f"Bond orders are not assigned beyond {ORDERS_UP_TO} atoms; connectivity is."
            return alone, (BOND_ORDERS.say(words), *said)
        unknown = BOND_ORDERS.say("Bond orders could not be assigned, so bonds are known by connectivity alone.")
        if across or listed != found or _crowded(alone):
            return alone, (unknown, *said)
        try:
            rdDetermineBonds.DetermineBonds(
                mol, charge=charge, maxIterations=min(ORDER_TRIES, TRIED_ATOMS // len(symbols))
            )
        except Exception:
            # rdkit raises ValueError, RuntimeError or its own MaxFindBondOrdersItersExceeded, by version.
            return alone, (unknown, *said)
    orders = orders_of(mol)
    if frozenset(map(frozenset, orders)) != listed:
        return alone, (unknown, *said)
    return orders, implausible(symbols, positions, orders)


def bridges(symbols: Sequence[str], positions: Floats, bonds: Iterable[Pair]) -> list[Pair]:
    """Further bonds of hydrogens that lie between two atoms: FHF⁻, B₂H₆, H₅O₂⁺.

    The second bond may be up to `BRIDGE` times as long as the first and up to `BRIDGE_REACH` times the sum of the
    covalent radii: hydrogen bonds, which are longer, are none.
    """
    owner = {k: pair for pair in bonds for k in pair if symbols[k] == "H"}
    n_atoms = len(symbols)
    found: set[Pair] = set()
    for atom, pair in owner.items():
        others = [(min(atom, k), max(atom, k)) for k in range(n_atoms) if k != atom]
        lengths = ratios(symbols, positions, others)
        first = float(ratios(symbols, positions, [pair])[0])
        near = np.flatnonzero((lengths <= BRIDGE_REACH) & (lengths <= BRIDGE * first))
        found |= {others[k] for k in near} - {(min(pair), max(pair))}
    return sorted(found)


def bridge_remarks(symbols: Sequence[str], positions: Floats, across: Sequence[Pair]) -> tuple[Remark, ...]:
    """One remark on all hydrogens with more than one bond."""
    if not across:
        return ()
    names = [f"{atoms_label(symbols, pair)} ({decimal(_distance(positions, pair), 2)} Å)" for pair in across[:4]]
    more = f" and {len(across) - 4} more" if len(across) > 4 else ""
    return (
        BRIDGING_HYDROGEN.say(
            f"Hydrogen lies between two atoms and has both bonds; beside the shortest one: {', '.join(names)}{more}."
        ),
    )


def implausible(symbols: Sequence[str], positions: Floats, orders: Mapping[Pair, float | None]) -> tuple[Remark, ...]:
    """A remark where a double or triple bond of C, N, O is as long as a single one."""
    pairs = [pair for pair, order in orders.items() if order in AS_SINGLE and {symbols[k] for k in pair} <= set("CNO")]
    wrong = [
        pair
        for pair, ratio in zip(pairs, ratios(symbols, positions, pairs), strict=True)
        if ratio > AS_SINGLE[orders[pair] or 0]
    ]
    if not wrong:
        return ()
    pair = min(wrong)
    kind = "triple" if orders[pair] == 3 else "double"
    return (
        IMPLAUSIBLE_ORDERS.say(
            f"By atoms and charge {atoms_label(symbols, pair)} would be a {kind} bond, and its "
            f"{decimal(_distance(positions, pair), 2)} Å are those of a single one: atoms may be missing, or the "
            "charge or the multiplicity may be another one."
        ),
    )


def _distance(positions: Floats, pair: Pair) -> float:
    return float(np.linalg.norm(positions[pair[1]] - positions[pair[0]]))


def _crowded(bonds: Iterable[Pair]) -> bool:
    """Whether an atom has so many bonds that the search for orders cannot end well; it would take seconds."""
    count = Counter(k for pair in bonds for k in pair)
    return max(count.values(), default=0) > MOST_BONDS


def bare_mol(symbols: Sequence[str], positions: Floats) -> Any:
    """An rdkit molecule of atoms with one conformer and no bonds."""
    from rdkit import Chem
    from rdkit.Geometry import Point3D

    mol = Chem.RWMol()
    conformer = Chem.Conformer(len(symbols))
    for index, (symbol, position) in enumerate(zip(symbols, positions, strict=True)):
        atom = Chem.Atom(symbol)
        atom.SetNoImplicit(True)
        mol.AddAtom(atom)
        conformer.SetAtomPosition(index, Point3D(*map(float, position)))
    mol.AddConformer(conformer, assignId=True)
    return mol.GetMol()
