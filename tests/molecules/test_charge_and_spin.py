"""Charge and spin of a file: every usual spelling is read, contradictions are refused, nothing is dropped silently."""

from __future__ import annotations

import pytest

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import Molecule, load_molecule, read_structure

O2 = "O 0 0 0\nO 0 0 1.208\n"
OXALATE = "C 0 0.785 0\nC 0 -0.785 0\nO 1.135 1.34 0\nO -1.135 1.34 0\nO 1.135 -1.34 0\nO -1.135 -1.34 0\n"
OH = "O 0 0 0\nH 0 0 0.97\n"


def read(comment: str, rows: str = OXALATE, **given: int) -> Molecule:
    return read_structure(f"{len(rows.splitlines())}\n{comment}\n{rows}", "xyz", "upload", **given)


def kinds(molecule: Molecule) -> list[str]:
    return [note.kind.name for note in molecule.notes]


@pytest.mark.parametrize(
    "comment",
    [
        "charge=-2",
        "Charge=-2 Multiplicity=1",
        "CHARGE = -2",
        "total_charge=-2",
        "totalCharge=-2.0",
        "net_charge=-2",
        "net-charge=-2",
        "q=-2",
        "Q = -2",
        "mol_charge=-2",
        'charge="-2"',
        "charge=[-2]",
        "charge=2-",
        "charge=\u22122",
        "charge=-2, multiplicity=1",
        "charge=-2;mult=1",
        "charge=-2 total_charge=-2",
        'Properties=species:S:1:pos:R:3 total_charge=-2 total_spin=1 pbc="F F F"',
    ],
)
def test_keys_of_the_charge(comment: str) -> None:
    molecule = read(comment)
    assert (molecule.charge, molecule.multiplicity) == (-2, 1)
    assert molecule.notes == ()


@pytest.mark.parametrize(
    "comment",
    ["charge: -2", "oxalate, total charge: -2", "charge -2", "net charge is -2", "charge/multiplicity: -2 1"],
)
def test_a_charge_in_the_text_is_read_and_said(comment: str) -> None:
    molecule = read(comment)
    assert (molecule.charge, molecule.multiplicity) == (-2, 1)
    assert kinds(molecule) == ["charge-or-spin-found"]


@pytest.mark.parametrize(
    "comment",
    [
        "multiplicity=3",
        "Multiplicity=3",
        "spin_multiplicity=3",
        "spinMultiplicity=3",
        "mult=3",
        "MULT=3",
        "2S+1=3",
        "spin=3",
        "Spin=3",
        "total_spin=3",
        "multiplicity=triplet",
        "uhf=2",
        "nuhf=2",
        "nelec-unpaired=2",
        "n_unpaired=2",
        "unpaired_electrons=2",
        "multiplicity=3 uhf=2",
        "multiplicity=3 spin=2",
        "total_charge=0 total_spin=3",
    ],
)
def test_keys_of_the_spin(comment: str) -> None:
    molecule = read(comment, O2)
    assert (molecule.charge, molecule.multiplicity) == (0, 3)
    assert molecule.notes == ()


@pytest.mark.parametrize(("comment", "multiplicity"), [("spin=0.5", 2), ("spin=1.5", 4), ("spin=2", 2), ("uhf=1", 2)])
def test_a_spin_that_can_only_be_one_thing(comment: str, multiplicity: int) -> None:
    assert read(comment, OH).multiplicity == multiplicity


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("charge=0 total_charge=-2", ["charge=0", "total_charge=-2", "contradict"]),
        ("Charge=-2 q=-1", ["Charge=-2", "q=-1", "contradict"]),
        ("charge=-2 net charge: -1", ["contradict"]),
        ("multiplicity=1 uhf=2", ["multiplicity=1", "uhf=2", "contradict"]),
        ("multiplicity=3 spin=1", ["multiplicity=3", "spin=1", "contradict"]),
        ("mult=1 spin=3", ["mult=1", "spin=3", "contradict"]),
        ("charge=much", ["charge=much", "not a number"]),
        ("charge=-0.5", ["charge=-0.5", "whole number"]),
        ("mult=inf", ["mult=inf"]),
        ("mult=1e999", ["mult=1e999"]),
        ("charge=nan", ["charge=nan"]),
        ("charge=-1e30", ["charge=-1e30"]),
        ("charge=500", ["+500", "6 atoms"]),
        ("spin=2", ["multiplicity 2", "spin=2, read as 2S + 1"]),
        ("multiplicity=0", ["multiplicity 0"]),
        ("uhf=-3", ["multiplicity -2"]),
    ],
)
def test_contradictions_and_what_is_no_number_are_refused(comment: str, words: list[str]) -> None:
    with pytest.raises(MoleculeError) as caught:
        read(comment)
    for word in ["upload", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("comment", "named"),
    [
        ("initial_chargex=-2", "initial_chargex=-2"),
        ("charge_of_molecule=-2", "charge_of_molecule=-2"),
        ("chargeState_guess=-2", "chargeState_guess=-2"),
        ("magmom=2.0", "magmom=2.0"),
        ("n_electrons=46", "n_electrons=46"),
        ("nalpha=23", "nalpha=23"),
        ('{"charge": "two"}', "charge"),
        ("the charge is two", "charge"),
        ("charge=", "charge"),
        ("-2 1", "-2 1"),
        ("M=3", "M=3"),
        ("oxalate dianion", "dianion"),
        ("a radical cation", "radical cation"),
        ("triplet state", "triplet"),
    ],
)
def test_what_looks_like_a_charge_or_a_spin_is_named(comment: str, named: str) -> None:
    molecule = read(comment)
    assert "unread-charge-or-spin" in kinds(molecule)
    assert any(named in note for note in molecule.notes)


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "oxalate",
        "energy=-10.0 smiles=CC",
        "0 1",
        "E -12.5 eV, step 3",
        'quadrupole=1 dipole="0 0 1" mass=88',
        "spin_orbit=no charge_density=rho.cube",
        'mulliken_charges="0.1 0.2 -0.3"',
        "i = 7, time = 3.5, E = -12.3",
    ],
)
def test_what_is_neither_is_no_remark(comment: str) -> None:
    assert "unread-charge-or-spin" not in kinds(read(comment, "C 0 0 0\nO 0 0 1.13\n"))


def test_words_that_agree_are_no_remark() -> None:
    assert kinds(read("oxalate dianion charge=-2")) == []
    assert kinds(read("triplet oxygen spin=3", O2)) == []


def test_what_a_person_gives_goes_before_the_file() -> None:
    molecule = read("charge=much mult=inf", charge=-2, multiplicity=1)
    assert (molecule.charge, molecule.multiplicity) == (-2, 1)


@pytest.mark.parametrize(
    ("column", "values", "state"),
    [
        ("initial_charges", (-1.0, 0.0), (-1, 1)),
        ("charges", (-0.6, -0.4), (-1, 1)),
        ("initial_magmoms", (1.0, 0.0), (0, 2)),
        ("forces", (1.0, 0.0), (0, 2)),
    ],
)
def test_columns_of_atoms(column: str, values: tuple[float, float], state: tuple[int, int]) -> None:
    text = f"2\nProperties=species:S:1:pos:R:3:{column}:R:1\nO 0 0 0 {values[0]}\nH 0 0 0.97 {values[1]}\n"
    molecule = read_structure(text, "extxyz", "x")
    assert (molecule.charge, molecule.multiplicity) == state
    assert ("charge-or-spin-found" in kinds(molecule)) == (column != "forces")


def test_columns_that_add_up_to_nothing_whole_or_to_something_else() -> None:
    layout = "Properties=species:S:1:pos:R:3:charges:R:1"
    text = f"2\n{layout}{{}}\nO 0 0 0 -0.5\nH 0 0 0.97 0.1\n"
    assert "unread-charge-or-spin" in kinds(read_structure(text.format(""), "extxyz", "x"))
    whole = f"2\n{layout} charge=0\nO 0 0 0 -0.5\nH 0 0 0.97 -0.5\n"
    molecule = read_structure(whole, "extxyz", "x")
    assert molecule.charge == 0
    assert "unread-charge-or-spin" in kinds(molecule)


# molecules whose ground state is no singlet


@pytest.mark.parametrize("smiles", ["O=O", "S=S", "S=O"])
def test_a_singlet_that_is_not_the_ground_state_gets_a_word(smiles: str) -> None:
    molecule = load_molecule(smiles, relax=False)
    assert molecule.multiplicity == 1
    assert "other-ground-state" in kinds(molecule)
    given = load_molecule(smiles, relax=False, multiplicity=1)
    assert "other-ground-state" not in kinds(given)
    assert "other-ground-state" not in kinds(load_molecule(smiles, relax=False, multiplicity=3))


@pytest.mark.parametrize(
    ("comment", "rows", "said"),
    [
        ("", O2, True),
        ("spin=1", O2, False),
        ("", "C 0 0 0.105\nH 0 0.989 -0.315\nH 0 -0.989 -0.315\n", True),
        ("", "C 0 0 0.105\nD 0 0.989 -0.315\nH 0 -0.989 -0.315\n", True),
        ("charge=-1", "N 0 0 0\nO 0 0 1.26\n", True),
        ("", "N 0 0 0\nN 0 0 1.10\n", False),
    ],
)
def test_the_word_comes_from_files_too(comment: str, rows: str, said: bool) -> None:
    assert ("other-ground-state" in kinds(read(comment, rows))) is said


@pytest.mark.parametrize(
    ("smiles", "multiplicity"),
    [
        ("[CH2]", 3),
        ("[O][O]", 3),
        ("[NH]", 3),
        ("[CH2]CC[CH2]", 3),
        ("[CH3]", 2),
        ("[OH]", 2),
        ("F[C]F", 1),
        ("[SiH2]", 1),
        ("CN1C=CN(C)[C]1", 1),
        ("[C]=O", 1),
        ("[C-]#[O+]", 1),
        ("CCO", 1),
    ],
)
def test_radical_electrons_of_a_smiles_count(smiles: str, multiplicity: int) -> None:
    molecule = load_molecule(smiles, relax=False)
    assert molecule.multiplicity == multiplicity
    if "[C-]" not in smiles and smiles != "CCO":
        assert {"radical-electrons", "odd-electrons"} & set(kinds(molecule))


def test_another_charge_leaves_the_radical_electrons_to_the_electrons() -> None:
    assert load_molecule("[O][O]", relax=False, charge=1).multiplicity == 2
