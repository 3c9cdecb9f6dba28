"""Ring bonds, fragments, pieces: checked on graphs small enough to see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules import fragments, load_molecule, read_structure
from bsct_explorer.molecules.bond_graph import make_bonds, pieces


def test_ring_bonds_of_aspirin_are_disabled_with_the_reason() -> None:
    aspirin = load_molecule("aspirin")
    ring = [bond for bond in aspirin.bonds if not bond.scannable]
    assert len(ring) == 6
    assert {bond.type for bond in ring} == {"C-C"}
    assert all("ring of 6 atoms" in bond.reason for bond in ring)
    with pytest.raises(DeformationError, match=r"ring of 6 atoms.*Bonds that can be pulled: 0-1"):
        fragments(aspirin, *ring[0].atoms)


def test_fused_and_bridged_rings() -> None:
    # Two triangles that share an edge, and a tail: all five edges of the rings are ring bonds, the tail is none.
    bonds = make_bonds("CCCCC", dict.fromkeys([(0, 1), (1, 2), (2, 0), (1, 3), (2, 3), (4, 3)], 1.0))
    assert [(bond.atoms, bond.scannable) for bond in bonds] == [
        ((0, 1), False),
        ((0, 2), False),
        ((1, 2), False),
        ((1, 3), False),
        ((2, 3), False),
        ((3, 4), True),
    ]
    assert "ring of 3 atoms" in bonds[0].reason


def test_ring_bonds_agree_with_rdkit() -> None:
    from bsct_explorer.molecules.smiles import parse_smiles

    for name in ("caffeine", "nicotine", "biphenyl", "pyrrolidine"):
        molecule = load_molecule(name)
        mol = parse_smiles(molecule.smiles)
        for bond in molecule.bonds:
            assert bond.scannable is not mol.GetBondBetweenAtoms(*bond.atoms).IsInRing()


def test_fragments_of_ethanol() -> None:
    ethanol = load_molecule("ethanol")
    labels = fragments(ethanol, 1, 2)
    # C-C-O: the hydroxyl group leaves with its hydrogen, the last atom.
    assert labels.tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 1]
    np.testing.assert_array_equal(fragments(ethanol, 2, 1), 1 - labels)


@pytest.mark.parametrize(
    ("pair", "words"),
    [((0, 2), "not bonded"), ((0, 9), "atoms 0 to 8"), ((-1, 0), "Atom -1 does not exist"), ((1, 1), "1 twice")],
)
def test_pairs_that_are_no_bond(pair: tuple[int, int], words: str) -> None:
    with pytest.raises(DeformationError, match=words):
        fragments(load_molecule("ethanol"), *pair)


def test_pieces_that_belong_to_neither_fragment() -> None:
    ethanol = load_molecule("ethanol")
    torn = replace(ethanol, bonds=tuple(bond for bond in ethanol.bonds if bond.atoms != (1, 2)))
    with pytest.raises(DeformationError, match=r"Atoms 2, 8 .* neither fragment"):
        fragments(torn, 0, 1)
    assert pieces(4, [(0, 2)]) == [[0, 2], [1], [3]]


def test_perceived_bonds_are_those_of_the_library() -> None:
    for name in ("caffeine", "trimethyl phosphate", "dimethyl disulfide", "acetonitrile", "hexafluoroethane"):
        stored = load_molecule(name)
        rows = [f"{s} {x} {y} {z}" for s, (x, y, z) in zip(stored.symbols, stored.positions, strict=True)]
        read = read_structure("\n".join([str(len(stored)), "", *rows]), "xyz", name)
        assert {bond.atoms for bond in read.bonds} == {bond.atoms for bond in stored.bonds}, name
        assert read.notes == ()
