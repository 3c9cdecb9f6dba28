"""Every built-in potential: the contract, the packages' own one-by-one path, elements, charge, precision."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms

from bsct_explorer.deformations import BondStretch
from bsct_explorer.errors import PotentialError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import available, check_potential, load_potential
from bsct_explorer.potentials.families import gfn2

NAMES = [info.name for info in available()]
FAMILIES = ["ani1x", "so3lr", "7net-0", "chgnet", "gfn2-xtb", "morse", "lennard-jones"]


@pytest.mark.parametrize("name", FAMILIES)
def test_keeps_the_contract(loaded, name):
    check_potential(loaded(name))


@pytest.mark.parametrize("name", NAMES)
def test_information_is_complete(name):
    info = next(info for info in available() if info.name == name)
    assert info.level_of_theory
    assert info.training_data
    assert info.licence
    assert info.citation
    assert {1, 6, 7, 8} <= info.elements
    assert "cpu" in info.devices


def calculator_of(name: str):
    """The package's own ASE calculator in float64, made as its documentation says."""
    if name.startswith("ani"):
        return load_potential(name).model.ase()
    if name == "so3lr":
        from so3krates_torch.calculator.so3 import SO3LRCalculator

        return SO3LRCalculator(default_dtype="float64")
    if name == "gfn2-xtb":
        from tblite.ase import TBLite

        return TBLite(method="GFN2-xTB", accuracy=0.01, mixer_memory=20, verbosity=0, cache_api=False)
    raise AssertionError(name)


def one_by_one(calculator, numbers, frames) -> tuple[np.ndarray, np.ndarray]:
    """Energies and forces of the frames, one ASE call each."""
    atoms = Atoms(numbers=numbers, positions=frames[0])
    atoms.calc = calculator
    energies, forces = [], []
    for frame in frames:
        calculator.reset()
        atoms.positions = frame
        energies.append(atoms.get_potential_energy())
        forces.append(atoms.get_forces())
    return np.array(energies), np.array(forces)


@pytest.fixture
def float64_default():
    """Some calculators return what torch's default dtype can hold."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.mark.parametrize("name", ["ani1x", "ani1ccx", "so3lr", "gfn2-xtb"])
def test_batches_equal_the_packages_own_calculator(loaded, ethanol_stretch, float64_default, name):
    numbers, frames = ethanol_stretch
    answer = loaded(name).evaluate(numbers, frames)
    energies, forces = one_by_one(calculator_of(name), numbers, frames)
    np.testing.assert_allclose(answer.energies, energies, rtol=0, atol=1e-6)
    np.testing.assert_allclose(answer.forces, forces, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["7net-0", "7net-l3i5"])
def test_sevennet_batches_equal_its_own_calculator(loaded, ethanol_stretch, monkeypatch, name):
    """Its calculator is float32 inside; given float64 inputs and our float64 model it computes in that."""
    potential = loaded(name)
    import sevenn.util
    import torch
    from sevenn.calculator import SevenNetCalculator

    numbers, frames = ethanol_stretch[0], ethanol_stretch[1][::3]
    answer = potential.evaluate(numbers, frames)
    correct = sevenn.util.dtype_correct
    monkeypatch.setattr(sevenn.util, "dtype_correct", lambda v: correct(v, float_dtype=torch.float64))
    calculator = SevenNetCalculator(model=potential.model, file_type="model_instance", device="cpu")
    try:
        energies, forces = one_by_one(calculator, numbers, frames)
    finally:
        potential.model.set_is_batch_data(True)
    np.testing.assert_allclose(answer.energies, energies, rtol=0, atol=1e-6)
    np.testing.assert_allclose(answer.forces, forces, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["chgnet", "chgnet-r2scan"])
def test_chgnet_batches_equal_its_own_calculator(loaded, ethanol_stretch, monkeypatch, name):
    """Its calculator wants a cell and is float32 inside; in a wide box and with float64 graphs it gives the same."""
    potential = loaded(name)
    import chgnet.graph.converter
    import torch
    from chgnet.model.dynamics import CHGNetCalculator

    numbers, frames = ethanol_stretch
    answer = potential.evaluate(numbers, frames)
    monkeypatch.setattr(chgnet.graph.converter, "TORCH_DTYPE", torch.float64)
    composition = potential.model.composition_model
    monkeypatch.setattr(
        composition,
        "_assemble_graphs",
        lambda graphs: torch.stack(
            [torch.bincount(g.atomic_number - 1, minlength=94).double() / len(g.atomic_number) for g in graphs]
        ),
    )
    calculator = CHGNetCalculator(potential.model, use_device="cpu")
    calculate = calculator.calculate
    monkeypatch.setattr(calculator, "calculate", lambda *args: calculate(*args, task="ef"))
    atoms = Atoms(numbers=numbers, positions=frames[0], cell=[40.0] * 3, pbc=True)
    atoms.calc = calculator
    for k in (0, 6):
        atoms.positions = frames[k]
        assert atoms.get_potential_energy() == pytest.approx(answer.energies[k], abs=1e-6)
        np.testing.assert_allclose(answer.forces[k], atoms.get_forces(), rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", FAMILIES[:4])
def test_float32_is_near_float64(loaded, ethanol_stretch, name):
    numbers, frames = ethanol_stretch
    double, single = loaded(name).evaluate(numbers, frames), loaded(name, "float32").evaluate(numbers, frames)
    assert (double.dtype, single.dtype) == ("float64", "float32")
    difference = np.abs(single.forces - double.forces).max()
    assert 0 < difference < 2e-2  # not the same object twice, and no other function


@pytest.mark.parametrize("name", ["7net-0", "chgnet", "so3lr", "ani1x"])
def test_atoms_beyond_every_cutoff_do_not_break_a_batch(loaded, name):
    """The last atom of a batch without neighbours made CHGNet fail."""
    numbers = np.array([1, 8, 1])
    frames = np.array([[[0.0, 0, 0], [0.96, 0, 0], [r, 0, 0]] for r in (30.0, 1.9, 40.0)])
    answer = loaded(name).evaluate(numbers, frames)
    assert not answer.failed
    np.testing.assert_allclose(answer.forces[[0, 2], 2], 0, atol=1e-9)
    assert answer.energies[0] == pytest.approx(answer.energies[2], abs=1e-7)


@pytest.mark.parametrize("name", ["7net-0", "chgnet", "so3lr", "ani1x"])
def test_atoms_without_any_pair_are_computed(loaded, name):
    answer = loaded(name).evaluate([8, 8], [[[0.0, 0, 0], [50.0, 0, 0]]] * 2)
    assert not answer.failed
    np.testing.assert_allclose(answer.forces, 0, atol=1e-9)


@pytest.mark.parametrize(("name", "element", "words"), [("ani1x", 9, "F"), ("so3lr", 35, "Br"), ("chgnet", 86, "Rn")])
def test_uncovered_elements_are_refused(loaded, name, element, words):
    potential = loaded(name)
    with pytest.raises(PotentialError, match=f"{potential.info.display_name} does not cover {words}"):
        potential.evaluate([1, element], [[[0, 0, 0], [0, 0, 1.5]]])


def test_ani_gives_the_energy_of_each_of_its_eight_networks(loaded, ethanol_stretch):
    potential = loaded("ani1x")
    import torch
    import torchani

    numbers, frames = ethanol_stretch
    answer = potential.evaluate(numbers, frames)
    assert answer.member_energies.shape == (8, len(frames))
    np.testing.assert_allclose(answer.member_energies.mean(0), answer.energies, rtol=0, atol=1e-8)
    third = potential.model[2](
        (torch.tensor(numbers)[None].expand(len(frames), -1), torch.tensor(frames))
    ).energies.detach()
    np.testing.assert_allclose(
        answer.member_energies[2], third.numpy() * torchani.units.HARTREE_TO_EV, rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("name", ["gfn2-xtb", "so3lr"])
def test_charge_and_multiplicity_reach_the_potential(loaded, name):
    potential = loaded(name)
    numbers, frame = [8, 1], [[[0.0, 0, 0], [0.97, 0, 0]]]
    anion = potential.evaluate(numbers, frame, charge=-1)
    radical = potential.evaluate(numbers, frame, charge=0, multiplicity=2)
    assert (anion.charge, radical.multiplicity) == (-1, 2)
    assert abs(anion.energies[0] - radical.energies[0]) > 1e-3


def test_so3lr_spin_is_the_number_that_its_own_calculator_takes(loaded, float64_default):
    potential = loaded("so3lr")
    atoms = Atoms("OH", [[0, 0, 0], [0.97, 0, 0]], info={"charge": 0, "total_spin": 0.5})
    atoms.calc = calculator_of("so3lr")
    answer = potential.evaluate([8, 1], [atoms.positions], multiplicity=2)
    assert answer.energies[0] == pytest.approx(atoms.get_potential_energy(), abs=1e-6)
    assert answer.energies[0] != pytest.approx(potential.evaluate([8, 1], [atoms.positions]).energies[0], abs=1e-3)


def test_gfn2_refuses_a_multiplicity_that_the_electrons_cannot_have(loaded):
    with pytest.raises(PotentialError, match=r"9 electrons .* cannot have multiplicity 1; give multiplicity 2"):
        loaded("gfn2-xtb").evaluate([8, 1], [[[0, 0, 0], [0.97, 0, 0]]])


def test_gfn2_frame_without_convergence_is_a_named_gap(loaded):
    frames = np.array([[[0.0, 0, 0], [0, 0, r]] for r in (0.7, 0.0, 0.9)])  # two nuclei in one place
    answer = loaded("gfn2-xtb").evaluate([1, 1], frames)
    assert list(answer.failed) == [1]
    assert np.isfinite(answer.energies[[0, 2]]).all()


def test_gfn2_with_more_iterations_answers_more_frames_and_none_otherwise(loaded, monkeypatch):
    """Methanol's C-O bond far apart; tblite's own limit is 250 iterations."""
    molecule = load_molecule("methanol")
    scan = BondStretch(0, 1).scan(molecule)
    far = scan.at(np.concatenate([scan.values[::10], np.geomspace(3.0, 20.0, 40)])).positions
    potential = loaded("gfn2-xtb")
    patient = potential.evaluate(molecule.numbers, far)
    monkeypatch.setattr(gfn2, "MOST_ITERATIONS", 250)
    plain = potential.evaluate(molecule.numbers, far)
    assert len(plain.failed) > 10
    assert len(patient.failed) < 5
    assert all("converge" in reason.lower() for reason in {**plain.failed, **patient.failed}.values())
    both = np.isfinite(plain.energies)
    np.testing.assert_allclose(patient.energies[both], plain.energies[both], rtol=0, atol=1e-9)
    np.testing.assert_allclose(patient.forces[both], plain.forces[both], rtol=0, atol=1e-9)


def test_gfn2_does_not_depend_on_the_direction_of_the_scan(loaded, ethanol_stretch):
    numbers, frames = ethanol_stretch
    potential = loaded("gfn2-xtb")
    forward, backward = potential.evaluate(numbers, frames), potential.evaluate(numbers, frames[::-1])
    np.testing.assert_allclose(forward.energies, backward.energies[::-1], rtol=0, atol=1e-9)


def test_so3lr_long_range_cutoff_is_the_documented_one(loaded):
    potential = loaded("so3lr")
    assert potential.model.r_max_lr == potential.info.cutoffs["electrostatics and dispersion"] == 12.0
    assert potential.info.parameters["long-range cutoff (Å)"] == 12.0


def test_ani1x_has_its_known_false_minimum_on_ethanes_stretched_bond(loaded):
    """Barrier near 2.15 Å, minimum near 3.24 Å: the page opens on this."""
    from ase.build import molecule

    ethane = molecule("C2H6")
    first, second = ethane.positions[:2]
    length = np.linalg.norm(second - first)
    axis = (second - first) / length
    moved = (ethane.positions @ axis > (first + second) @ axis / 2)[:, None]
    r = np.linspace(1.2, 3.6, 100)
    frames = ethane.positions + moved * axis * (r - length)[:, None, None]
    energies = loaded("ani1x").evaluate(ethane.numbers, frames).energies
    inner = slice(1, -1)
    minima = r[inner][(energies[inner] < energies[:-2]) & (energies[inner] < energies[2:])]
    maxima = r[inner][(energies[inner] > energies[:-2]) & (energies[inner] > energies[2:])]
    np.testing.assert_allclose(minima, [1.53, 3.25], atol=0.05)
    np.testing.assert_allclose(maxima, [2.15], atol=0.05)
