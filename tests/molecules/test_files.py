"""Structure files: what is read from each format, and what is refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import Molecule, load_molecule, read_structure, read_structure_file
from bsct_explorer.molecules.xyz_format import XYZError, parse_info, parse_xyz

ETHANOL = load_molecule("ethanol")


def xyz_text(molecule: Molecule, comment: str = "") -> str:
    rows = [f"{s} {x:.8f} {y:.8f} {z:.8f}" for s, (x, y, z) in zip(molecule.symbols, molecule.positions, strict=True)]
    return "\n".join([str(len(molecule)), comment, *rows]) + "\n"


def same_bonds(one: Molecule, other: Molecule) -> bool:
    return [(b.atoms, b.order) for b in one.bonds] == [(b.atoms, b.order) for b in other.bonds]


@pytest.mark.parametrize("format", ["xyz", "extxyz", "proteindatabank"])
def test_files_written_by_ase_come_back(tmp_path: Path, format: str) -> None:
    from ase.io import write

    path = tmp_path / {"proteindatabank": "ethanol.pdb"}.get(format, f"ethanol.{format}")
    write(path, ETHANOL.atoms, format=format)
    molecule = load_molecule(str(path))
    assert (molecule.name, molecule.source, molecule.formula) == ("ethanol", "file", "C2H6O")
    np.testing.assert_allclose(molecule.positions, ETHANOL.positions, atol=1.1e-3)
    assert same_bonds(molecule, ETHANOL)
    assert (molecule.charge, molecule.multiplicity) == (0, 1)


@pytest.mark.parametrize("suffix", ["mol", "sdf"])
def test_mol_file_keeps_bonds_orders_and_charge(suffix: str) -> None:
    from rdkit import Chem
    from rdkit.Chem import AllChem

    mol = Chem.AddHs(Chem.MolFromSmiles("C[NH2+]CC=O"))
    AllChem.EmbedMolecule(mol, randomSeed=1)
    text = Chem.MolToMolBlock(mol) + ("$$$$\n" if suffix == "sdf" else "")
    molecule = read_structure(text.encode(), suffix, "ion")
    assert (molecule.charge, molecule.multiplicity) == (1, 1)
    assert molecule.bond(3, 4).order == 2
    assert len(molecule.bonds) == mol.GetNumBonds()
    np.testing.assert_allclose(molecule.positions, mol.GetConformer().GetPositions(), atol=1e-4)


def test_flat_drawing_gets_a_geometry() -> None:
    from rdkit import Chem
    from rdkit.Chem import AllChem

    mol = Chem.MolFromSmiles("CCO")
    AllChem.Compute2DCoords(mol)
    molecule = read_structure(Chem.MolToMolBlock(mol), "mol", "drawn", relax=False)
    assert molecule.formula == "C2H6O"
    assert any("flat drawing" in note for note in molecule.notes)
    assert np.abs(molecule.positions[:, 2]).max() > 0.5


def test_charge_and_spin_of_extended_xyz() -> None:
    hydroxide = "2\nProperties=species:S:1:pos:R:3 charge=-1 spin=1\nO 0 0 0\nH 0 0 0.97\n"
    assert read_structure(hydroxide, "extxyz", "x").charge == -1
    radical = "2\ncharge=0 multiplicity=4\nO 0 0 0\nH 0 0 0.97\n"
    assert read_structure(radical, "xyz", "x").multiplicity == 4
    assert read_structure(radical, "xyz", "x", multiplicity=2).multiplicity == 2
    plain = read_structure("2\nhydroxyl\nO 0 0 0\nH 0 0 0.97\n", "xyz", "x")
    assert plain.multiplicity == 2
    assert "doublet" in plain.notes[-1]


def test_connectivity_alone_where_orders_fail() -> None:
    # A radical: no assignment of bond orders satisfies the valences, the bonds are there all the same.
    ethyl = load_molecule("C[CH2]", relax=False)
    molecule = read_structure(xyz_text(ethyl), "xyz", "ethyl")
    assert {bond.atoms for bond in molecule.bonds} == {bond.atoms for bond in ethyl.bonds}
    assert len(molecule.bonds) == 6


def test_orders_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from bsct_explorer.molecules import perception

    monkeypatch.setattr(perception, "ORDERS_UP_TO", 5)
    molecule = read_structure(xyz_text(ETHANOL), "xyz", "big")
    assert {bond.order for bond in molecule.bonds} == {None}
    assert {bond.atoms for bond in molecule.bonds} == {bond.atoms for bond in ETHANOL.bonds}
    assert any("connectivity" in note for note in molecule.notes)


def test_several_structures_give_the_first_with_a_note() -> None:
    text = xyz_text(ETHANOL) + xyz_text(load_molecule("water"))
    molecule = read_structure(text, "xyz", "two")
    assert molecule.formula == "C2H6O"
    assert "this is the first" in molecule.notes[0]


def test_pdb_models_and_placeholder_cell(tmp_path: Path) -> None:
    from ase.io import write

    path = tmp_path / "two.pdb"
    write(path, [ETHANOL.atoms, ETHANOL.atoms], format="proteindatabank")
    path.write_text("CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1\n" + path.read_text())
    molecule = read_structure_file(path)
    assert len(molecule) == 9
    assert "this is the first" in molecule.notes[0]


WATER_ROWS = "O 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n"


@pytest.mark.parametrize(
    ("text", "format", "words"),
    [
        ('3\nLattice="9 0 0 0 9 0 0 0 9"\n' + WATER_ROWS, "extxyz", ["periodic cell", "9.00", "vacuum"]),
        ('3\npbc="T F F"\n' + WATER_ROWS, "extxyz", ["periodic"]),
        (
            "CRYST1   10.000   10.000   10.000  90.00  90.00  90.00 P 1\n"
            "ATOM      1  O   HOH A   1       0.000   0.000   0.000  1.00  0.00           O\n",
            "pdb",
            ["periodic cell", "10.00"],
        ),
        ("1\n\nHe 0 0 0\n", "xyz", ["single atom"]),
        ("2\n\nNa 0 0 0\nCl 0 0 9\n", "xyz", ["2 separate pieces"]),
        ("2\n\nH 0 0 0\nF 0 0 0.1\n", "xyz", ["overlap", "0.100 Å"]),
        ("2\n\nH 0 0 0\nF 0 0 nan\n", "xyz", ["F1", "not a finite number"]),
        ("2\n\nH 0 0 0\nXx 0 0 0.9\n", "xyz", ["'Xx'", "no chemical element"]),
        ("2\nspin=3\nH 0 0 0\nO 0 0 0.97\n", "xyz", ["multiplicity 3", "9 electrons"]),
        ("2\ncharge=much\nH 0 0 0\nF 0 0 0.92\n", "xyz", ["charge=much"]),
        ("2\ncharge=0.5\nH 0 0 0\nF 0 0 0.92\n", "xyz", ["whole number"]),
        ("hello\n", "xyz", ["line 1", "'hello'"]),
        ("3\n\nH 0 0 0\n", "xyz", ["announces 3 atoms"]),
        ("2\n\nH 0 0\nF 0 0 0.92\n", "xyz", ["line 3", "3 columns"]),
        ("2\n\nH 0 0 a\nF 0 0 0.92\n", "xyz", ["line 3", "'a'"]),
        ("", "xyz", ["empty"]),
        ("no mol", "mol", ["not a mol or sdf file"]),
        ("no pdb", "pdb", ["not a pdb file"]),
        ("x", "cif", ["'cif'", ".pdb"]),
        (b"\xff\xfe\x00\x01", "xyz", ["not a text file"]),
        ("501\n\n" + "".join(f"H 0 0 {k}\n" for k in range(501)), "xyz", ["501 atoms", "500"]),
    ],
)
def test_refusals(text: str | bytes, format: str, words: list[str]) -> None:
    with pytest.raises(MoleculeError) as caught:
        read_structure(text, format, "upload")
    for word in ["upload", *words]:
        assert word in str(caught.value)


def test_too_large_a_file_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bsct_explorer.molecules import structure_files as files

    monkeypatch.setattr(files, "MAX_BYTES", 100)
    (tmp_path / "big.xyz").write_text(" " * 101)
    with pytest.raises(MoleculeError, match=r"big\.xyz has .* MB"):
        read_structure_file(tmp_path / "big.xyz")
    with pytest.raises(MoleculeError, match="MB"):
        read_structure(b" " * 101, "xyz", "big")


def test_box_without_periodicity_is_no_cell() -> None:
    text = '3\nLattice="9 0 0 0 9 0 0 0 9" pbc="F F F"\n' + WATER_ROWS
    assert read_structure(text, "extxyz", "boxed").formula == "H2O"


def test_info_line_keys_and_quotes() -> None:
    info = parse_info("""a=1 b="two words" c='x y' flag d=[1, 2] smiles="C[C@H](N)C(=O)O" energy=-1.5e2""")
    assert info == {
        "a": "1",
        "b": "two words",
        "c": "x y",
        "flag": "T",
        "d": "[1, 2]",
        "smiles": "C[C@H](N)C(=O)O",
        "energy": "-1.5e2",
    }


def test_parser_agrees_with_ase(tmp_path: Path) -> None:
    from ase.calculators.singlepoint import SinglePointCalculator
    from ase.io import read, write

    atoms = ETHANOL.atoms
    forces = np.random.default_rng(0).normal(size=(9, 3))
    atoms.calc = SinglePointCalculator(atoms, energy=-4.25, forces=forces)
    path = tmp_path / "frames.extxyz"
    write(path, [atoms, atoms])
    frames, more = parse_xyz(path.read_text())
    other = read(path, index=1)
    assert (len(frames), more) == (2, False)
    assert frames[1].symbols == tuple(other.get_chemical_symbols())
    np.testing.assert_array_equal(frames[1].positions, other.positions)
    np.testing.assert_array_equal(frames[1].columns["forces"], other.get_forces())
    assert frames[1].number("energy") == -4.25


def test_broken_properties_are_named() -> None:
    with pytest.raises(XYZError, match=r"line 2: Properties=species:S"):
        parse_xyz("1\nProperties=species:S\nH 0 0 0\n")
