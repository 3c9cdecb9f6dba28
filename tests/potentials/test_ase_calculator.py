"""A potential as an ASE calculator: optimisers run on it, and charge and spin reach it."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.calculator import CalculationFailed, Calculator, PropertyNotImplementedError
from ase.optimize import BFGS

from bsct_explorer.potentials.families.pair_potentials import MorsePotential


def test_ase_relaxes_a_molecule_to_the_potentials_minimum():
    atoms = Atoms("CC", [[0, 0, 0], [0, 0, 1.9]])
    atoms.calc = MorsePotential().ase_calculator()
    assert isinstance(atoms.calc, Calculator)
    assert BFGS(atoms, logfile=None).run(fmax=1e-4, steps=60)
    assert atoms.get_distance(0, 1) == pytest.approx(1.52, abs=1e-4)
    assert atoms.get_potential_energy() == pytest.approx(-4.0, abs=1e-6)


def test_it_gives_what_evaluate_gives(loaded, ethanol_stretch):
    numbers, frames = ethanol_stretch
    potential = loaded("ani1x")
    answer = potential.evaluate(numbers, frames[:1])
    atoms = Atoms(numbers, frames[0])
    atoms.calc = potential.ase_calculator()
    assert atoms.get_potential_energy() == pytest.approx(answer.energies[0], abs=1e-9)
    np.testing.assert_allclose(atoms.get_forces(), answer.forces[0], atol=1e-9)


def test_charge_and_spin_of_the_atoms_reach_the_potential_and_a_change_is_noticed(loaded):
    potential = loaded("gfn2-xtb")
    atoms = Atoms("OH", [[0, 0, 0], [0.97, 0, 0]], info={"charge": -1})
    atoms.calc = potential.ase_calculator()
    anion = atoms.get_potential_energy()
    atoms.info.update(charge=0, spin=2)
    radical = atoms.get_potential_energy()
    expected = potential.evaluate(atoms.numbers, atoms.positions[None], multiplicity=2).energies[0]
    assert radical == pytest.approx(expected)
    assert abs(radical - anion) > 0.1


def test_a_refusal_is_ases_own_error():
    atoms = Atoms("C2", [[0, 0, 0], [0, 0, 0]])
    atoms.calc = MorsePotential().ase_calculator()
    with np.errstate(all="ignore"), pytest.raises(CalculationFailed, match="Morse gave no answer"):
        atoms.get_potential_energy()


def test_a_periodic_structure_is_refused():
    atoms = Atoms("C2", [[0, 0, 0], [0, 0, 1.5]], cell=[5, 5, 5], pbc=True)
    atoms.calc = MorsePotential().ase_calculator()
    with pytest.raises(PropertyNotImplementedError, match="vacuum"):
        atoms.get_potential_energy()
