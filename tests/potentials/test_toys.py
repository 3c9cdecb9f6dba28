"""Analytic pair potentials against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from ase.data import covalent_radii
from ase.data.vdw import vdw_radii

from bsct_explorer.potentials.families.pair_potentials import LennardJonesPotential, MorsePotential


def pair(potential, z, r):
    answer = potential.evaluate([z, z], [[[0, 0, 0], [0, 0, x]] for x in np.atleast_1d(r)])
    return answer.energies, answer.forces[:, 1, 2]


def test_morse_is_its_formula():
    r0 = 2 * covalent_radii[6]
    energies, forces = pair(MorsePotential(depth=3.0, stiffness=1.5), 6, [r0, r0 + np.log(2) / 1.5, 60.0])
    # At r0: -D, no force. Where e^{-a (r - r0)} = 1/2: D (1/4 - 1) and F = -2 D a (1/2) (1/2). Far away: 0.
    np.testing.assert_allclose(energies, [-3.0, -2.25, 0.0], atol=1e-12)
    np.testing.assert_allclose(forces, [0.0, -2.25, 0.0], atol=1e-12)


def test_lennard_jones_is_its_formula():
    sigma = 2 * vdw_radii[6] / 2 ** (1 / 6)
    energies, forces = pair(LennardJonesPotential(epsilon=0.01), 6, [2 * vdw_radii[6], sigma])
    np.testing.assert_allclose(energies, [-0.01, 0.0], atol=1e-12)
    np.testing.assert_allclose(forces, [0.0, 24 * 0.01 / sigma], atol=1e-12)


def test_parameters_are_told():
    assert MorsePotential(depth=3.0).info.parameters == {"D (eV)": 3.0, "a (1/Å)": 2.0}
    assert LennardJonesPotential().info.parameters == {"epsilon (eV)": 0.005}


def test_morse_along_a_bond_has_one_minimum():
    r = np.linspace(0.5, 4, 200)
    energies, _ = pair(MorsePotential(), 6, r)
    assert np.sum((energies[1:-1] < energies[:-2]) & (energies[1:-1] < energies[2:])) == 1
    assert r[energies.argmin()] == pytest.approx(1.52, abs=0.02)
