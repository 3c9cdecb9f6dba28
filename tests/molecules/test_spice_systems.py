"""BSCT-SPICE folders: where they are looked for, what is listed, what a system is as a molecule."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import find_data_dir, fragments, list_systems, load_molecule
from bsct_explorer.molecules.bsct_spice import BOND_TYPES, read_partition


def test_folder_is_found_by_argument_then_by_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BSCT_SPICE_DIR", raising=False)
    assert find_data_dir() is None
    assert list_systems() == []
    inner = tmp_path / "one" / "bsct_spice"
    (inner / "C-C" / "5").mkdir(parents=True)
    (inner / "C-C" / "12").mkdir()
    other = tmp_path / "two"
    (other / "N-N" / "1").mkdir(parents=True)
    monkeypatch.setenv("BSCT_SPICE_DIR", str(other))
    assert find_data_dir() == other
    assert find_data_dir(inner) == inner
    assert find_data_dir(tmp_path / "one") == inner
    assert list_systems(inner) == ["C-C/5", "C-C/12"]
    assert list_systems() == ["N-N/1"]


def test_wrong_folders_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BSCT_SPICE_DIR", raising=False)
    with pytest.raises(MoleculeError, match="does not exist"):
        find_data_dir(tmp_path / "nowhere")
    with pytest.raises(MoleculeError, match="no folder of a bond type"):
        find_data_dir(tmp_path)
    with pytest.raises(MoleculeError, match="--data DIR"):
        load_molecule("bsct-spice:C-C/7648")


def test_every_system_is_a_molecule_whose_graph_gives_the_official_fragments(bsct_spice_dir: Path) -> None:
    names = list_systems(bsct_spice_dir)
    assert {name.split("/")[0] for name in names} <= set(BOND_TYPES)
    assert len(names) >= 18
    for name in names[:60]:
        molecule = load_molecule(f"bsct-spice:{name}", data=bsct_spice_dir)
        assert (molecule.name, molecule.source) == (name, "bsct-spice")
        assert (molecule.charge, molecule.multiplicity) == (0, 1)
        partition = read_partition(molecule.folder)
        assert molecule.bond(*partition.bond).type == name.split("/")[0]
        assert partition.labels[list(partition.bond)].tolist() == [0, 1]
        np.testing.assert_array_equal(fragments(molecule, *partition.bond), partition.labels)


def test_smiles_is_plain_and_is_the_molecule(bsct_spice_dir: Path) -> None:
    molecule = load_molecule(f"bsct-spice:{list_systems(bsct_spice_dir)[0]}", data=bsct_spice_dir)
    assert ":" not in molecule.smiles
    assert load_molecule(molecule.smiles, relax=False).formula == molecule.formula


def test_missing_and_broken_systems(bsct_spice_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(MoleculeError, match=r"no system 'C-C/0'.*It has C-C/"):
        load_molecule("bsct-spice:C-C/0", data=bsct_spice_dir)
    with pytest.raises(MoleculeError, match="no system"):
        load_molecule("bsct-spice:../../etc", data=bsct_spice_dir)
    name = next(name for name in list_systems(bsct_spice_dir) if name.startswith("C-S/"))
    copy = tmp_path / name
    shutil.copytree(bsct_spice_dir / name, copy, copy_function=shutil.copyfile)
    (copy / "partition.npz").write_bytes(b"nonsense")
    with pytest.raises(MoleculeError, match=r"partition\.npz cannot be read"):
        load_molecule(f"bsct-spice:{name}", data=tmp_path)
    (copy / "unperturbed.xyz").write_text("6\n")
    with pytest.raises(MoleculeError, match=r"unperturbed\.xyz is not in the layout"):
        load_molecule(f"bsct-spice:{name}", data=tmp_path)
