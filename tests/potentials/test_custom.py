"""The user's own: ASE calculators, TorchSim models, Potentials, from files and packages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.emt import EMT

from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import check_potential, load_potential
from bsct_explorer.potentials.own_models import AsePotential, TorchSimPotential

MODELS = Path(__file__).with_name("my_models.py")
CO = np.array([6, 8])
STRETCH = np.array([[[0.0, 0, 0], [0, 0, r]] for r in np.linspace(0.9, 2.5, 6)])


@pytest.mark.parametrize("name", ["emt", "calculator", "EMT"])
def test_an_ase_calculator_from_a_file_is_what_ase_computes(name):
    potential = load_potential(f"{MODELS}:{name}")
    assert isinstance(potential, AsePotential)
    answer = potential.evaluate(CO, STRETCH, charge=1)
    atoms = Atoms(CO, STRETCH[2])
    atoms.calc = EMT()
    assert answer.energies[2] == pytest.approx(atoms.get_potential_energy())
    np.testing.assert_allclose(answer.forces[2], atoms.get_forces())
    assert answer.charge == 1  # in atoms.info, for calculators that look


def test_an_ase_calculator_from_a_package():
    potential = load_potential("ase.calculators.lj:LennardJones")
    check_potential(potential, CO, STRETCH)


def test_an_ase_calculator_keeps_the_contract():
    check_potential(load_potential(f"{MODELS}:emt"), CO, STRETCH)


def test_an_ase_calculator_that_fails_on_one_frame_leaves_a_gap():
    class Sometimes(EMT):
        def calculate(self, atoms, properties, system_changes):
            if atoms.get_distance(0, 1) > 2.2:
                raise RuntimeError("not that far")
            super().calculate(atoms, properties, system_changes)

    from bsct_explorer.data import PotentialInfo
    from bsct_explorer.potentials.own_models import adapt

    potential = adapt(Sometimes(), PotentialInfo(name="s", display_name="S", level_of_theory=""))
    answer = potential.evaluate(CO, STRETCH)
    assert answer.failed == {5: "RuntimeError: not that far"}


def test_a_torchsim_model_is_computed_in_batches_and_keeps_the_contract():
    pytest.importorskip("torch_sim", reason="needs torch-sim-atomistic: pip install 'bsct-explorer[torchsim]'")
    potential = load_potential(f"{MODELS}:torchsim_springs")
    assert isinstance(potential, TorchSimPotential)
    assert potential.dtype == "float64"
    check_potential(potential, CO, STRETCH)
    potential.model.batches.clear()
    np.testing.assert_allclose(potential.evaluate(CO, STRETCH).energies, (STRETCH[:, 1, 2] - 1.2) ** 2 / 2)
    assert potential.model.batches == [len(STRETCH)]


def test_a_torchsim_model_of_the_package_itself():
    pytest.importorskip("torch_sim", reason="needs torch-sim-atomistic: pip install 'bsct-explorer[torchsim]'")
    energies = load_potential(f"{MODELS}:torchsim_morse").evaluate(CO, STRETCH).energies
    r = STRETCH[:, 1, 2]
    formula = 4.0 * ((1 - np.exp(-2.0 * (r - 1.2))) ** 2 - 1)
    np.testing.assert_allclose(energies - energies[0], formula - formula[0], atol=1e-6)


def test_a_torchsim_model_without_forces_is_refused():
    pytest.importorskip("torch_sim", reason="needs torch-sim-atomistic: pip install 'bsct-explorer[torchsim]'")
    with pytest.raises(PotentialError, match="compute_forces=True"):
        load_potential(f"{MODELS}:torchsim_energies_only")


def test_a_potential_class_and_a_callable_with_parameters():
    stiff = load_potential(f"{MODELS}:Stiff")
    assert stiff.info.parameters["a (1/Å)"] == 3.0
    picky = load_potential(f"{MODELS}:picky", device="cpu", dtype="float64")
    assert (picky.device, picky.dtype) == ("cpu", "float64")


def test_a_potential_without_information_gets_the_name_that_it_was_asked_by():
    potential = load_potential(f"{MODELS}:Half")
    assert potential.info.display_name == "Half"
    assert potential.evaluate(CO, STRETCH).info.name == f"{MODELS}:Half"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("{file}:nothing", "has no 'nothing'; it has .*emt"),
        ("{file}:not_a_model", "is a int: give an ASE calculator, a TorchSim model, a Potential"),
        ("{file}:broken", "FileNotFoundError: weights.pt"),
        ("/nowhere/models.py:make", "there is no file /nowhere/models.py"),
        ("no_such_package.models:make", "importing 'no_such_package.models' failed"),
    ],
)
def test_what_cannot_be_loaded_is_said(spec, words):
    with pytest.raises(PotentialError, match=words):
        load_potential(spec.format(file=MODELS))


def test_a_file_that_fails_to_import_is_said(tmp_path):
    path = tmp_path / "bad.py"
    path.write_text("import does_not_exist_here")
    with pytest.raises(PotentialError, match="ModuleNotFoundError: No module named 'does_not_exist_here'"):
        load_potential(f"{path}:make")


def test_an_edited_file_is_loaded_anew(tmp_path):
    import os

    path = tmp_path / "mine.py"
    source = "from bsct_explorer.potentials.families.pair_potentials import MorsePotential"
    text = source + "\ndef make():\n    return MorsePotential(depth={})\n"
    path.write_text(text.format(1.0))
    first = load_potential(f"{path}:make")
    assert load_potential(f"{path}:make") is first
    path.write_text(text.format(2.0))
    os.utime(path, ns=(10**18, 10**18))
    assert load_potential(f"{path}:make").info.parameters["D (eV)"] == 2.0


def test_a_precision_that_the_users_model_does_not_have_is_refused():
    with pytest.raises(PotentialError, match="computes in dtype 'float64', not 'float32'"):
        load_potential(f"{MODELS}:emt", dtype="float32")


def test_mace_without_its_package_says_how_to_install_it(monkeypatch, tmp_path):
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "mace" else find(name, *a))
    with pytest.raises(PotentialError, match=r"mace-torch, which is not installed.*bsct-explorer\[mace\]"):
        load_potential(f"mace:{tmp_path / 'model.pt'}")


def test_mace_file_that_is_not_there_or_no_model(tmp_path):
    pytest.importorskip(
        "mace", reason="needs mace-torch in an environment of its own: pip install 'bsct-explorer[mace]'"
    )
    with pytest.raises(PotentialError, match="there is no file"):
        load_potential(f"mace:{tmp_path / 'model.pt'}")
    (tmp_path / "text.pt").write_text("hello")
    with pytest.raises(PotentialError, match="could not be read as a MACE model"):
        load_potential(f"mace:{tmp_path / 'text.pt'}")
