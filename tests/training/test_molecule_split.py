"""No held-out molecule is trained on, in any way of writing it."""

from __future__ import annotations

import pytest

from bsct_explorer.training.molecule_split import HELD_OUT, TRAINING, VALIDATION, canonical, check_split


def test_the_split_shares_no_molecule():
    check_split(TRAINING, VALIDATION, HELD_OUT.values())
    assert len(TRAINING) > 250


def test_held_out_are_the_nine_of_the_issue():
    names = [
        "ethanol",
        "acetamide",
        "glycine",
        "dimethyl_ether",
        "pyrrolidine",
        "ethyl_acetate",
        "alanine",
        "anisole",
        "aspirin",
    ]
    assert list(HELD_OUT) == [name.replace("_", " ") for name in names]


@pytest.mark.parametrize(
    ("name", "other"), [("ethanol", "OCC"), ("alanine", "C[C@H](N)C(O)=O"), ("anisole", "COC1=CC=CC=C1")]
)
def test_another_way_of_writing_a_held_out_molecule_is_found(name, other):
    assert canonical(other) == canonical(HELD_OUT[name])
    with pytest.raises(ValueError, match=r"is in the training and in the held-out molecules"):
        check_split([*TRAINING, other], VALIDATION, HELD_OUT.values())


def test_a_molecule_twice_in_one_part_is_found():
    with pytest.raises(ValueError, match="leave one out"):
        check_split(["CO", "OC"], [], [])


def test_only_hydrogen_carbon_nitrogen_and_oxygen_in_closed_shells():
    from rdkit import Chem

    for smiles in (*TRAINING, *VALIDATION, *HELD_OUT.values()):
        mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
        assert {atom.GetAtomicNum() for atom in mol.GetAtoms()} <= {1, 6, 7, 8}, smiles
        assert sum(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms()) == 0, smiles
