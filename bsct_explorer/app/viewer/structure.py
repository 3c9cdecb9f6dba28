"""A molecule as text that NGL reads without guessing bonds of its own."""

from __future__ import annotations

from bsct_explorer.molecules.molecule import Bond, Molecule

# What an uncharged atom of an aromatic ring has to give: one more than its bonds means it can take a double bond.
VALENCE = {"B": 3, "C": 4, "N": 3, "P": 3, "As": 3, "O": 2, "S": 2, "Se": 2}
MOST_TRIES = 20_000


def sdf(molecule: Molecule) -> str:
    """The molecule with exactly its perceived bonds, as an MDL molfile.

    NGL adds bonds by distance to PDB and mol2, but takes a molfile's bond block as it stands. V2000 has room for 999
    atoms and bonds; above that the block is V3000.
    """
    bonds = [
        (bond.i + 1, bond.j + 1, order) for bond, order in zip(molecule.bonds, drawn_orders(molecule), strict=True)
    ]
    atoms = list(zip(molecule.symbols, molecule.positions, strict=True))
    head = [molecule.name.replace("\n", " ")[:80], "  BSCT Explorer", ""]
    if max(len(atoms), len(bonds)) <= 999:
        lines = [
            f"{len(atoms):3d}{len(bonds):3d}  0  0  0  0  0  0  0  0999 V2000",
            *(f"{x:10.4f}{y:10.4f}{z:10.4f} {symbol:<3} 0  0" for symbol, (x, y, z) in atoms),
            *(f"{i:3d}{j:3d}{order:3d}  0" for i, j, order in bonds),
        ]
    else:
        lines = [
            "  0  0  0     0  0            999 V3000",
            "M  V30 BEGIN CTAB",
            f"M  V30 COUNTS {len(atoms)} {len(bonds)} 0 0 0",
            "M  V30 BEGIN ATOM",
            *(f"M  V30 {n} {symbol} {x:.4f} {y:.4f} {z:.4f} 0" for n, (symbol, (x, y, z)) in enumerate(atoms, 1)),
            "M  V30 END ATOM",
            "M  V30 BEGIN BOND",
            *(f"M  V30 {n} {order} {i} {j}" for n, (i, j, order) in enumerate(bonds, 1)),
            "M  V30 END BOND",
            "M  V30 END CTAB",
        ]
    return "\n".join([*head, *lines, "M  END", "$$$$", ""])


def drawn_orders(molecule: Molecule) -> list[int]:
    """Number of lines to draw for each bond: 1, 2 or 3; aromatic bonds alternate (one Kekulé structure)."""
    doubled = _kekule(molecule)
    return [_lines(bond, doubled) for bond in molecule.bonds]


def _lines(bond: Bond, doubled: set[tuple[int, int]]) -> int:
    if bond.order is None:
        return 1
    if _aromatic(bond):
        return 2 if bond.atoms in doubled else 1
    return min(3, max(1, round(bond.order)))


def _aromatic(bond: Bond) -> bool:
    return bond.order is not None and 1 < bond.order < 2


def _kekule(molecule: Molecule) -> set[tuple[int, int]]:
    """Aromatic bonds to draw double: as many as fit with no atom in two of them (a maximum matching)."""
    room = {atom: VALENCE.get(symbol, 0) for atom, symbol in enumerate(molecule.symbols)}
    for bond in molecule.bonds:
        for atom in bond.atoms:
            room[atom] -= 1 if _aromatic(bond) else round(bond.order or 1)
    neighbours: dict[int, set[int]] = {}
    for bond in molecule.bonds:
        if _aromatic(bond) and room[bond.i] > 0 and room[bond.j] > 0:
            neighbours.setdefault(bond.i, set()).add(bond.j)
            neighbours.setdefault(bond.j, set()).add(bond.i)

    best: list[tuple[int, int]] = []
    tries = 0

    def search(free: set[int], pairs: list[tuple[int, int]]) -> bool:
        """Depth first, the atom with the fewest partners first: real ring systems need next to no going back."""
        nonlocal best, tries
        tries += 1
        if len(pairs) > len(best):
            best = pairs
        open_atoms = [atom for atom in free if neighbours[atom] & free]
        if not open_atoms:
            return not free or tries > MOST_TRIES
        atom = min(open_atoms, key=lambda a: (len(neighbours[a] & free), a))
        for partner in sorted(neighbours[atom] & free, key=lambda a: (len(neighbours[a] & free), a)):
            if search(free - {atom, partner}, [*pairs, (min(atom, partner), max(atom, partner))]):
                return True
        return search(free - {atom}, pairs)

    search(set(neighbours), [])
    return set(best)
