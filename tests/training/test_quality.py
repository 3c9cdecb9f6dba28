"""Geometries, wavenumbers, barriers and invariance on potentials that are known."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.testbed.learning.rotations import random_rotations
from bsct_explorer.training.quality import (
    bond_length_error,
    relaxed,
    root_mean_square_deviation,
    rotation_error,
    torsion_barrier_error,
    wavenumbers,
)
from bsct_explorer.training.smoothness_test import FunctionPotential


def test_rmsd_forgives_rotation_and_not_reflection():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(7, 3))
    turned = x @ random_rotations(1, 0, 0)[0].T + [3.0, 4.0, 5.0]
    assert root_mean_square_deviation(x, turned) == pytest.approx(0.0, abs=1e-7)
    assert root_mean_square_deviation(x, x * [1, 1, -1]) > 0.1
    stretched = np.array([[0, 0, 0], [1.0, 0, 0]]), np.array([[0, 0, 0], [0, 1.2, 0]])
    assert root_mean_square_deviation(*stretched) == pytest.approx(0.1)


def test_wavenumbers_of_a_diatomic_by_its_formula():
    """ν = √(k/μ) / 2πc: H₂ with k = 36 eV/Å² and μ = 0.504 u."""
    h2 = load_molecule("[H][H]")
    r0 = np.linalg.norm(h2.positions[1] - h2.positions[0])

    def spring(numbers, x):
        v = x[:, 1] - x[:, 0]
        d = np.linalg.norm(v, axis=1)
        f = -36.0 * ((d - r0) / d)[:, None] * v
        return 18 * (d - r0) ** 2, np.stack([-f, f], axis=1)

    found = wavenumbers(h2, FunctionPotential(spring, uses_torch=False))
    assert found == pytest.approx([521.4709 * np.sqrt(36 / 0.504)], rel=1e-4)


def test_the_reference_is_as_good_as_itself():
    reference = load_potential("gfn2-xtb")
    water = load_molecule("water")
    again = relaxed(water, reference)
    assert bond_length_error(water, again) < 2e-3
    assert len(wavenumbers(again, reference)) == 3
    assert 1400 < wavenumbers(again, reference)[0] < 1700
    assert torsion_barrier_error(load_molecule("ethane"), reference, reference, points=20) == 0.0
    assert np.isnan(torsion_barrier_error(water, reference, reference))


def test_a_barrier_that_is_wrong_is_seen():
    reference = load_potential("gfn2-xtb")

    def twice(numbers, x):
        found = reference.evaluate(numbers, x)
        return 2 * found.energies, 2 * found.forces

    ethane = load_molecule("ethane")
    error = torsion_barrier_error(ethane, FunctionPotential(twice, uses_torch=False), reference, points=37)
    assert 0.05 < error < 0.25  # GFN2-xTB's barrier itself


def test_rotation_error_of_an_invariant_and_of_a_field():
    water = load_molecule("water")

    def field(strength):
        def compute(numbers, x):
            forces = np.zeros_like(x)
            forces[:, 0, 2], forces[:, 1, 2] = strength, -strength
            return strength * (x[:, 1, 2] - x[:, 0, 2]), forces

        return FunctionPotential(compute, uses_torch=False)

    assert rotation_error(water, field(0.0)) == (0.0, 0.0)
    energy, force = rotation_error(water, field(0.3), turns=400)
    length = np.linalg.norm(water.positions[1] - water.positions[0])
    assert energy == pytest.approx(1e3 * 0.3 * length / np.sqrt(3) / 3, rel=0.1)
    # Two of three atoms feel a vector of length 0.3 from everywhere: mean square 0.3² · 2/9 of a component.
    assert force == pytest.approx(1e3 * 0.3 * np.sqrt(2 / 9), rel=0.1)
