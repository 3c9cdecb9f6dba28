"""ASE calculators as people write them: odd forms are used where they are clear, odd deeds are undone and said."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import load_potential
from bsct_explorer.potentials.ase_potential import frame_atoms
from bsct_explorer.potentials.own_models import adapt
from tests.potentials import odd_calculators as odd

FILE = Path(odd.__file__)
WATER = np.array([8, 1, 1])
BENT = np.array([[0.0, 0.0, 0.0], [0.0, 0.9, 0.6], [0.1, -0.8, 0.6]])
FRAMES = np.array([BENT, 1.1 * BENT, 1.3 * BENT])
ENERGIES = np.array([odd.morse(frame)[0] for frame in FRAMES])
FORCES = np.array([odd.morse(frame)[1] for frame in FRAMES])


def kinds(answer):
    return [note.kind.name for note in answer.notes]


def adapted(calculator):
    return adapt(calculator, PotentialInfo(name="odd", display_name="Odd", level_of_theory=""))


@pytest.mark.parametrize("form", odd.FORMS)
def test_a_form_with_one_meaning_is_used(form):
    answer = adapted(odd.in_form(odd.FORMS[form])).evaluate(WATER, FRAMES)
    single = 1e-6 if form.startswith("tensors") else 1e-12
    np.testing.assert_allclose(answer.energies, ENERGIES, rtol=single)
    np.testing.assert_allclose(answer.forces, FORCES, rtol=single, atol=single)
    assert not answer.failed
    assert kinds(answer) == []


@pytest.mark.parametrize("wrong", odd.WRONG)
def test_a_form_without_one_meaning_is_refused_in_words(wrong):
    form, words = odd.WRONG[wrong]
    with pytest.raises(PotentialError) as error:
        adapted(odd.in_form(form)).evaluate(WATER, FRAMES)
    assert words in str(error.value)


@pytest.mark.parametrize("name", ["EnergyOnly", "ForcesNotThere", "NotImplementedForces"])
def test_forces_of_a_model_without_any_are_differences_and_said_with_their_cost(name):
    answer = load_potential(f"{FILE}:{name}").evaluate(WATER, FRAMES)
    np.testing.assert_allclose(answer.forces, FORCES, atol=1e-3)
    (note,) = answer.notes
    assert note.kind.name == "numerical-forces"
    assert "±0.001 Å in all coordinates, 19 energies a frame" in note


def test_differences_of_an_energy_in_single_precision_take_a_longer_step():
    answer = load_potential(f"{FILE}:EnergyOnlySingle").evaluate(WATER, FRAMES)
    np.testing.assert_allclose(answer.forces, FORCES, atol=2e-2)
    assert "±0.01 Å" in answer.notes[0]


@pytest.mark.parametrize(
    ("name", "kind"), [("Shakes", "atoms-moved"), ("ShakesItsCopy", "atoms-moved"), ("Centers", "atoms-shifted")]
)
def test_a_model_that_moves_its_atoms_is_named_and_changes_no_other_frame(name, kind):
    potential = load_potential(f"{FILE}:{name}")
    frames = FRAMES.copy()
    answer = potential.evaluate(WATER, frames)
    assert kinds(answer) == [kind]
    np.testing.assert_array_equal(frames, FRAMES)
    again = potential.evaluate(WATER, FRAMES[::-1])
    np.testing.assert_allclose(again.energies[::-1], answer.energies, rtol=1e-12)


def test_a_box_around_the_molecule_is_taken_off_again():
    answer = load_potential(f"{FILE}:Boxes").evaluate(WATER, FRAMES)
    np.testing.assert_allclose(answer.energies, ENERGIES)


def test_a_potential_that_moves_the_frames_in_place_is_named():
    from bsct_explorer.potentials.families.pair_potentials import MorsePotential

    class Moves(MorsePotential):
        def _compute(self, numbers, positions, charge, multiplicity):
            positions[:, 0] += 0.2
            return super()._compute(numbers, positions, charge, multiplicity)

    frames = FRAMES.copy()
    answer = Moves().evaluate(WATER, frames, batch_size=1)
    assert kinds(answer) == ["atoms-moved"]
    np.testing.assert_array_equal(frames, FRAMES)


@pytest.mark.parametrize(("name", "dtype"), [("Half", "float16"), ("HalfWhenMade", "float64")])
def test_a_model_keeps_the_default_dtype_that_it_sets_and_nobody_else_has_it(name, dtype):
    torch = pytest.importorskip("torch")
    before = torch.get_default_dtype()
    potential = load_potential(f"{FILE}:{name}")
    answer = potential.evaluate(WATER, FRAMES)
    assert torch.get_default_dtype() == before
    assert kinds(answer) == ["default-dtype"]
    assert f"default precision to {dtype} for the whole process" in answer.notes[0]
    np.testing.assert_allclose(answer.energies, ENERGIES)


@pytest.mark.parametrize("name", ["Wanders", "wanders_when_made"])
def test_folder_warnings_and_numpys_errors_are_put_back(name):
    before = Path.cwd(), np.geterr(), list(warnings.filters)
    answer = load_potential(f"{FILE}:{name}").evaluate(WATER, FRAMES)
    np.testing.assert_allclose(answer.energies, ENERGIES)
    assert (Path.cwd(), np.geterr(), list(warnings.filters)) == before


@pytest.mark.parametrize("name", ["Sums", "Keys", "OtherKeys"])
@pytest.mark.parametrize(("charge", "multiplicity"), [(0, 1), (1, 2), (-1, 1), (-2, 3), (3, 4)])
def test_charge_and_spin_reach_calculators_wherever_they_look(name, charge, multiplicity):
    potential = load_potential(f"{FILE}:{name}")
    answer = potential.evaluate(WATER, FRAMES, charge=charge, multiplicity=multiplicity)
    shift = 10.0 * charge + 0.1 * (multiplicity - 1)
    np.testing.assert_allclose(answer.energies, ENERGIES + shift, rtol=1e-12)


@pytest.mark.parametrize("atoms", [1, 2, 3, 6, 7, 11, 13, 49])
def test_initial_charges_sum_to_the_charge_to_the_last_digit(atoms):
    for charge in (-3, -1, 1, 2):
        frame = frame_atoms(np.ones(atoms, dtype=np.int64), np.zeros((atoms, 3)), charge, 4)
        assert frame.get_initial_charges().sum() == charge
        assert frame.get_initial_magnetic_moments().sum() == 3
        assert np.ptp(frame.get_initial_charges()) < 1e-12


def test_tblites_own_calculator_gets_the_charge_of_methylammonium():
    """-208.61 eV, as GFN2-xTB with charge +1; the neutral molecule has -217.2 eV."""
    pytest.importorskip("tblite", reason="needs tblite")
    from bsct_explorer.molecules import load_molecule

    molecule = load_molecule("[NH3+]C")
    potential = load_potential("tblite.ase:TBLite")
    energies = potential.evaluate(molecule.numbers, molecule.positions[None], charge=molecule.charge).energies
    theirs = load_potential("gfn2-xtb").evaluate(molecule.numbers, molecule.positions[None], charge=1).energies
    assert energies[0] == pytest.approx(theirs[0], abs=1e-4)
