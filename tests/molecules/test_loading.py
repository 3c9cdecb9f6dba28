"""`load_molecule`: which door a name goes through, SMILES, charge and multiplicity, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.molecules.smiles import molecule_from_smiles


def test_heavy_atoms_come_in_the_order_written_then_hydrogens() -> None:
    molecule = load_molecule("OCCN", relax=False)
    assert molecule.symbols == ("O", "C", "C", "N", *"HHHHHHH")
    assert [bond.atoms for bond in molecule.bonds][:3] == [(0, 1), (0, 4), (1, 2)]
    # Written hydrogens and atom maps do not change that.
    assert load_molecule("[H]OCCN", relax=False).symbols == molecule.symbols
    assert load_molecule("[OH:4][CH2:3][CH2:2][NH2:1]", relax=False).symbols == molecule.symbols


def test_bond_orders_are_those_of_the_smiles() -> None:
    molecule = load_molecule("OC(=O)c1ccccc1", relax=False)
    assert molecule.bond(0, 1).order == 1
    assert molecule.bond(2, 1).order == 2
    assert molecule.bond(3, 4).order == 1.5
    assert molecule.bond(0, 2) is None


def test_one_smiles_is_one_geometry() -> None:
    first = molecule_from_smiles("CCOC", relaxed=False)
    from bsct_explorer.molecules import smiles

    smiles._cached.cache_clear()
    again = molecule_from_smiles("CCOC", relaxed=False)
    assert first is not again
    np.testing.assert_array_equal(first.positions, again.positions)
    assert "not relaxed" in " ".join(again.notes)


def test_smiles_is_relaxed_with_gfn2_and_cached() -> None:
    pytest.importorskip("tblite")
    from tblite.ase import TBLite

    molecule = load_molecule("COF")
    assert molecule is load_molecule("COF")
    atoms = molecule.atoms
    atoms.calc = TBLite(method="GFN2-xTB", verbosity=0)
    assert np.linalg.norm(atoms.get_forces(), axis=1).max() < 0.0101
    atoms.set_positions(load_molecule("COF", relax=False).positions)
    assert np.linalg.norm(atoms.get_forces(), axis=1).max() > 0.1


def test_failed_relaxation_keeps_the_embedded_geometry(monkeypatch: pytest.MonkeyPatch) -> None:
    from bsct_explorer.molecules import smiles

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no self-consistency")

    monkeypatch.setattr(smiles, "relax", fail)
    smiles._cached.cache_clear()
    molecule = load_molecule("CCF")
    smiles._cached.cache_clear()
    assert "GFN2-xTB failed on it (no self-consistency)" in molecule.notes[0]
    np.testing.assert_array_equal(molecule.positions, load_molecule("CCF", relax=False).positions)


def test_zwitterion_whose_proton_moves_says_so() -> None:
    pytest.importorskip("tblite")
    molecule = load_molecule("O=C([O-])C[NH3+]")
    assert "broke bonds" in molecule.notes[0]
    hydrogens = [bond for bond in molecule.bonds if bond.type == "H-O"]
    assert len(hydrogens) == 1, "the proton sits on the oxygen in vacuum"


def test_charge_and_multiplicity() -> None:
    cation = load_molecule("C[NH3+]", relax=False)
    assert (cation.charge, cation.multiplicity) == (1, 1)
    assert cation.atoms.info == {"charge": 1, "spin": 1}
    radical = load_molecule("[CH3]", relax=False)
    assert (radical.charge, radical.multiplicity) == (0, 2)
    assert any("doublet" in note for note in radical.notes)
    triplet = load_molecule("O=O", multiplicity=3, relax=False)
    assert triplet.multiplicity == 3
    ion = load_molecule("water", charge=1)
    assert (ion.charge, ion.multiplicity) == (1, 2)
    assert load_molecule("water").charge == 0
    np.testing.assert_array_equal(ion.positions, load_molecule("water").positions)


@pytest.mark.parametrize(
    ("spec", "options", "words"),
    [
        ("asprin", {}, ["'asprin'", "not a valid SMILES", "did you mean aspirin"]),
        ("C1CC", {}, ["'C1CC'", "unclosed ring"]),
        ("CO(C)(C)C", {}, ["valence", "O"]),
        ("CCX", {}, ["position 3"]),
        ("", {}, ["No molecule"]),
        ("[Na+].[Cl-]", {}, ["2 separate pieces", "Na + Cl"]),
        ("CC.O", {}, ["C2H6 + H2O", "neither"]),
        ("[He]", {}, ["single atom"]),
        ("C*", {}, ["no chemical element"]),
        ("C" * 200, {}, ["602 atoms", "500"]),
        ("water", {"multiplicity": 2}, ["multiplicity 2", "10 electrons", "Use 1, 3"]),
        ("water", {"multiplicity": 13}, ["multiplicity 13"]),
        ("water", {"charge": 1, "multiplicity": 1}, ["9 electrons"]),
        ("water", {"charge": 10}, ["0 electrons"]),
        ("CCO", {"charge": 1, "multiplicity": 1, "relax": False}, ["25 electrons"]),
        ("C-C/7648", {}, ["bsct-spice:C-C/7648"]),
        ("nowhere.xyz", {}, ["nowhere.xyz", "No such file"]),
        ("nowhere/at/all.sdf", {}, ["cannot be read"]),
    ],
)
def test_refusals_name_value_cause_and_next_step(spec: str, options: dict, words: list[str]) -> None:
    with pytest.raises(MoleculeError) as caught:
        load_molecule(spec, **options)
    for word in words:
        assert word in str(caught.value)


def test_a_file_goes_before_a_name_and_smiles_slashes_are_no_paths(tmp_path: Path) -> None:
    path = tmp_path / "water.xyz"
    path.write_text("2\n\nH 0 0 0\nF 0 0 0.92\n")
    assert load_molecule(str(path)).formula == "HF"
    assert load_molecule(path).source == "file"
    assert load_molecule("F/C=C/F", relax=False).source == "smiles"


def test_a_path_without_a_known_suffix_is_read_by_its_content_or_refused_by_its_suffix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "water.doc"
    path.write_text("2\n\nH 0 0 0\nF 0 0 0.92\n")
    assert load_molecule(path).formula == "HF"
    assert [note.kind.name for note in load_molecule(path).notes] == ["format-by-content"]
    (tmp_path / "geometry").write_text(path.read_text())
    monkeypatch.chdir(tmp_path)
    assert load_molecule("geometry").formula == "HF"
    path.write_text("Dear all,\nplease find the structure attached.\n")
    with pytest.raises(MoleculeError, match=r"\.doc.*Use one of \.xyz"):
        load_molecule(path)
