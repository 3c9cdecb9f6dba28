"""Bonds from coordinates and from rdkit molecules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bsct_explorer.data import Floats
from bsct_explorer.molecules.bond_graph import Pair

ORDERS_UP_TO = 150
"""Atoms. Beyond it only connectivity is perceived: the search for bond orders can take minutes."""

ORDER_TRIES = 20_000
"""Combinations of bond orders tried before settling for connectivity."""


def orders_of(mol: Any) -> dict[Pair, float | None]:
    """Bond orders of an rdkit molecule by pair of atoms; 0 (dative, unspecified) becomes None."""
    orders: dict[Pair, float | None] = {}
    for bond in mol.GetBonds():
        order = float(bond.GetBondTypeAsDouble())
        orders[bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()] = order if order > 0 else None
    return orders


def perceive_bonds(
    symbols: Sequence[str], positions: Floats, charge: int
) -> tuple[dict[Pair, float | None], tuple[str, ...]]:
    """Bonds and their orders from a geometry, with rdkit (`DetermineBonds`, after xyz2mol).

    Where bond orders cannot be assigned (radicals, unusual valences, large molecules) the connectivity alone is kept.

    Parameters
    ----------
    symbols
        Chemical symbols, length n_atoms.
    positions
        Å, shape (n_atoms, 3).
    charge
        Total charge in e, which decides the bond orders.

    Returns
    -------
    orders
        Order by pair of atoms, None where only connectivity is known.
    notes
        A sentence where orders are missing.
    """
    from rdkit import rdBase
    from rdkit.Chem import rdDetermineBonds

    mol = bare_mol(symbols, positions)
    with rdBase.BlockLogs():
        rdDetermineBonds.DetermineConnectivity(mol)
        connected = dict.fromkeys(orders_of(mol), None)
        if len(symbols) > ORDERS_UP_TO:
            return connected, (f"Bond orders are not assigned beyond {ORDERS_UP_TO} atoms; connectivity is.",)
        try:
            rdDetermineBonds.DetermineBonds(mol, charge=charge, maxIterations=ORDER_TRIES)
        except Exception:
            # rdkit raises ValueError, RuntimeError or its own MaxFindBondOrdersItersExceeded, by version.
            return connected, ("Bond orders could not be assigned, so bonds are known by connectivity alone.",)
    orders = orders_of(mol)
    if set(map(frozenset, orders)) != set(map(frozenset, connected)):
        return connected, ("Bond orders could not be assigned, so bonds are known by connectivity alone.",)
    return orders, ()


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
