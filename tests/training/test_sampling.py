"""Structures to train on: what kinds there are, how far they go, that a seed repeats them."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.deformations import sum_of_radii
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.testbed.learning.data_set import KINDS, DataSet, read_dataset
from bsct_explorer.training.labelled_structures import make_dataset, structures_of
from bsct_explorer.training.sampling import (
    KB,
    SOFTEST,
    Mix,
    ShortMd,
    deformed,
    hessian,
    snapshots,
    thermal_displacement,
)


def test_hessian_of_a_spring_is_its_stiffness(label):
    def spring(numbers, x):
        d = np.linalg.norm(x[1] - x[0])
        f = -7.0 * (d - 1.0) * (x[1] - x[0]) / d
        return 3.5 * (d - 1) ** 2, np.array([-f, f])

    found = hessian(np.array([1, 1]), np.array([[0.0, 0, 0], [1.0, 0, 0]]), spring)
    assert found[0, 0] == pytest.approx(7.0, rel=1e-4)
    assert found[0, 3] == pytest.approx(-7.0, rel=1e-4)
    assert found[1, 1] == pytest.approx(0.0, abs=1e-3)


def test_thermal_displacements_have_the_classical_variance():
    rng = np.random.default_rng(0)
    stiff = np.diag([4.0, 9.0, 0.0])
    draws = np.array([thermal_displacement(stiff, 600.0, rng)[0] for _ in range(20_000)])
    kt = KB * 600.0
    assert draws.var(0) == pytest.approx([kt / 4, kt / 9, kt / SOFTEST], rel=0.05)


def test_md_conserves_energy_and_stops_where_a_frame_fails(label):
    numbers, x = np.array([8, 1, 1]), np.array([[0, 0, 0], [1.0, 0, 0], [0, 1.0, 0]])
    found = snapshots(numbers, x, label, ShortMd(300.0, 10, every=3, step=0.5), np.random.default_rng(0))
    assert len(found) == 10
    assert np.ptp([s.energy for s in found]) < 0.5
    calls = iter(range(100))

    def failing(z, at):
        if next(calls) > 12:
            raise RuntimeError("no self-consistency")
        return label(z, at)

    assert len(snapshots(numbers, x, failing, ShortMd(300.0, 10, every=3), np.random.default_rng(0))) == 4


def test_bonds_are_stretched_over_the_whole_range():
    molecule = load_molecule("ethane")
    rng = np.random.default_rng(1)
    ratios = []
    for _ in range(300):
        x = deformed(molecule, "bond", Mix(), rng)
        if np.abs(np.linalg.norm(x[0] - x[1]) - np.linalg.norm(molecule.positions[0] - molecule.positions[1])) > 1e-9:
            ratios.append(np.linalg.norm(x[0] - x[1]) / sum_of_radii(molecule, 0, 1))
    assert len(ratios) > 100  # every second is the one bond of two heavy atoms
    assert 0.5 <= min(ratios) < 0.55
    assert 1.95 < max(ratios) <= 2.0


def test_a_molecule_without_a_torsion_gives_none():
    assert deformed(load_molecule("water"), "torsion", Mix(), np.random.default_rng(0)) is None


def test_structures_are_the_same_for_the_same_seed_and_labelled_with_gfn2():
    from bsct_explorer.potentials.families.gfn2 import single_point

    numbers, first = structures_of("CO", 24, seed=3)
    _, again = structures_of("CO", 24, seed=3)
    _, other = structures_of("CO", 24, seed=4)
    assert {s.kind for s in first} >= {"relaxed", "bond", "thermal", "md"}
    assert {s.kind for s in first} <= set(KINDS)
    assert all(np.array_equal(a.positions, b.positions) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[3].positions, other[3].positions)
    energy, forces = single_point(numbers, first[5].positions, 0, 1)
    assert first[5].energy == pytest.approx(energy, abs=1e-5)
    assert first[5].forces == pytest.approx(forces, abs=1e-4)


def test_a_data_set_is_kept_in_a_file_and_named_by_its_contents(tmp_path):
    seen = []
    data = make_dataset(
        12, split=(["O", "CO"], ["N"], ["CCO"]), progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    data.save(tmp_path / "d.npz")
    again = read_dataset(tmp_path / "d.npz")
    assert isinstance(again, DataSet)
    assert again.sha256 == data.sha256
    assert [again.smiles[m] for m in np.unique(again.molecule[again.of("held-out")])] == ["CCO"]
    numbers, positions, energy, forces = again.structure(0)
    assert sorted(numbers) == [1, 1, 8]
    assert positions.shape == forces.shape == (3, 3)
    assert -150 < energy < -130  # GFN2-xTB's water, eV
    again.energies[0] += 1e-9
    assert again.sha256 != data.sha256


def test_a_file_that_is_no_data_set_is_said(tmp_path):
    with pytest.raises(ReferenceDataError, match=r"gone.npz cannot be read as training data.*make_testbed_data"):
        read_dataset(tmp_path / "gone.npz")
    for content in (b"", b"PK\x03\x04 cut off", b"words"):
        (tmp_path / "other.npz").write_bytes(content)
        with pytest.raises(ReferenceDataError, match=r"other.npz cannot be read as training data"):
            read_dataset(tmp_path / "other.npz")
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(ReferenceDataError, match=r"array.npy cannot be read as training data"):
        read_dataset(tmp_path / "array.npy")


def test_short_bonds_are_drawn_more_often_as_the_exponent_says():
    molecule, rng = load_molecule("ethane"), np.random.default_rng(0)
    carbons = [d for d in (deformed(molecule, "bond", Mix(), rng) for _ in range(1500)) if moved(molecule, d)]
    lengths = np.array([np.linalg.norm(d[1] - d[0]) for d in carbons]) / sum_of_radii(molecule, 0, 1)
    assert len(lengths) > 500
    assert lengths.min() >= 0.5
    assert lengths.max() <= 2.0
    # u^1.5 of 0.5 … 2.0: below 0.65, u < 0.1^(1/1.5).
    assert np.mean(lengths < 0.65) == pytest.approx(0.1 ** (1 / 1.5), abs=0.04)


def moved(molecule, positions):
    """Whether it is the bond between the carbons that was pulled."""
    before = np.linalg.norm(molecule.positions[1] - molecule.positions[0])
    return abs(np.linalg.norm(positions[1] - positions[0]) - before) > 1e-9
