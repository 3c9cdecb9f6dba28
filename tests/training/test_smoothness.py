"""The smoothness test on potentials whose faults are known, and the short run at constant energy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.metrics.fsd import fsd
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile
from bsct_explorer.testbed.learning.penalty import FsdPenalty, ScanPenalty, ScanPieces
from bsct_explorer.training.nve import NveRun, conservation
from bsct_explorer.training.smoothness_test import FunctionPotential, SmoothnessTest, cases_of, measure
from bsct_explorer.training.training_run import reference_scans


def spoiled(jump: float = 0.0, ripple: float = 0.0):
    """GFN2-xTB plus a step of the energy where atoms 0 and 1 are 1.7 Å apart, and a ripple of their distance."""
    base = load_potential("gfn2-xtb")

    def compute(numbers, positions):
        answer = base.evaluate(numbers, positions)
        v = positions[:, 1] - positions[:, 0]
        d = np.linalg.norm(v, axis=1)
        energy = answer.energies + jump * (d > 1.7) + ripple * np.sin(d / 0.03)
        forces = np.array(answer.forces)
        push = -(ripple / 0.03 * np.cos(d / 0.03))[:, None] * v / d[:, None]
        forces[:, 1] += push
        forces[:, 0] -= push
        return energy, forces

    return FunctionPotential(compute, uses_torch=False)


@pytest.fixture(scope="module")
def cases():
    return cases_of(["methanol"], 1, points=60)


def test_cases_take_heavy_bonds_first_and_molecules_in_turn():
    found = cases_of(["methanol", "ethane"], 3, points=20)
    assert [(case.scan.molecule.name, case.scan.atoms) for case in found[:2]] == [
        ("methanol", (0, 1)),
        ("ethane", (0, 1)),
    ]
    assert found[2].scan.molecule.name == "methanol"
    assert all(case.info.name == "gfn2-xtb" for case in found)


def test_the_reference_itself_is_smooth(cases):
    found = measure(spoiled(), cases, nve_time=0)
    # The reference was continued from frame to frame and this begins afresh: they agree to the SCF's tolerance.
    assert found.fsd == pytest.approx(0.0, abs=1e-4)
    assert (found.jumps, found.extra_minima) == (0, 0)


def test_a_jump_is_certified_with_its_size_and_no_minimum(cases):
    found = measure(spoiled(jump=0.02), cases, nve_time=0)
    assert (found.jumps, found.bonds_with_jumps) == (1, 1)
    assert found.largest_jump == pytest.approx(20.0, rel=0.02)


def test_a_ripple_makes_minima_and_fsd_and_no_jump(cases):
    found = measure(spoiled(ripple=0.1), cases, nve_time=0)
    assert found.jumps == 0
    assert found.extra_minima >= 2
    assert found.fsd > 5


def test_the_callback_names_units(cases):
    row = SmoothnessTest(cases, lambda model: model, nve_time=0.005)(7, spoiled())
    assert {"fsd_median_1/Å", "certified_jumps", "largest_jump_meV", "nve_drift_meV/atom/ps"} <= set(row)


def test_a_gradient_conserves_energy_and_a_curl_does_not():
    molecule = load_molecule("water")

    def spring(curl: float):
        def compute(numbers, positions):
            moved = positions - molecule.positions
            forces = -20 * moved
            forces[..., 0] += curl * moved[..., 1]  # no gradient of anything
            return 10 * (moved**2).sum((1, 2)), forces

        return FunctionPotential(compute, uses_torch=False)

    good, bad = (conservation(molecule, spring(curl), NveRun(time=0.2, step=0.2)) for curl in (0.0, 10.0))
    assert good.spread < 0.5  # of about 80 meV/atom; (ω Δt)²/8 of it is what velocity Verlet leaves
    assert abs(good.drift) < 2.0
    assert bad.drift > 50 * good.drift
    assert good.time == pytest.approx(0.2)
    assert 100 < good.temperature < 1500


def test_a_run_that_blows_up_ends_there():
    def explode(numbers, positions):
        return np.zeros(len(positions)), 1e4 * np.sign(positions)

    found = conservation(load_molecule("water"), FunctionPotential(explode, uses_torch=False), NveRun(time=0.1))
    assert found.time < 0.1
    assert found.temperature > 20_000


def test_the_penalty_scans_pieces_of_bonds_and_has_a_gradient():
    import torch

    from bsct_explorer.testbed.model import Transformer
    from bsct_explorer.testbed.model_config import ModelConfig

    penalty = ScanPenalty([load_molecule("ethanol")], 100.0, ScanPieces(frames=6, pieces=3))
    _, positions, tangents = penalty.piece(4)
    assert positions.shape == tangents.shape == (18, 9, 3)
    pieces = positions.reshape(3, 6, 9, 3)
    steps = np.diff(pieces, axis=1)
    assert steps == pytest.approx(np.broadcast_to(steps[:, :1], steps.shape), abs=1e-12)
    assert steps == pytest.approx(penalty.look_at.spacing * tangents.reshape(3, 6, 9, 3)[:, 1:], abs=1e-12)
    assert not np.allclose(positions, penalty.piece(5)[1])
    torch.manual_seed(0)
    model = Transformer(ModelConfig(width=16, heads=2, sigma=0.02))
    value = penalty(4, model)
    value.backward()
    assert value.item() > 0
    assert model.radial.weight.grad.abs().max() > 0


def test_the_penalty_from_fsd_is_that_of_the_scan_and_nothing_for_the_reference_itself():
    import torch

    class Spring(torch.nn.Module):
        """Forces that pull every atom to the origin, and turn with the molecule."""

        def __init__(self):
            super().__init__()
            self.strength = torch.nn.Parameter(torch.tensor(7.0, dtype=torch.float64))

        def energies_and_forces(self, numbers, positions, train):
            return 0.5 * self.strength * positions.square().sum((1, 2)), -self.strength * positions

    (case,) = cases_of(["ethanol"], 1, points=20)
    model, values = Spring(), case.scan.values
    forces = -7.0 * case.scan.positions
    (known,) = reference_scans([case])
    whole = FsdPenalty([known], 10.0, frames=20, pieces=1)(3, model)
    largest = fsd(values, (case.evaluation.energies, case.evaluation.forces), (case.evaluation.energies, forces)).full
    # A power mean of nineteen slopes lies between their largest and that over 19^(1/8).
    assert np.log1p(largest / 19 ** (1 / 8) / 10) < whole.item() < np.log1p(largest / 10)
    (slope,) = torch.autograd.grad(whole, model.strength)
    assert abs(slope.item()) > 0
    itself = Profile(case.scan, replace(case.evaluation, forces=forces))
    assert FsdPenalty(reference_scans([itself]), 10.0)(3, model).item() == pytest.approx(0.0, abs=1e-9)
    some = FsdPenalty([known], 10.0, frames=4)
    assert some(3, model).item() != some(4, model).item()
    lost = np.array(forces)
    lost[4] = np.nan
    assert reference_scans([Profile(case.scan, replace(case.evaluation, forces=lost))]) == []
    with pytest.raises(ValueError, match="no scan"):
        FsdPenalty([], 10.0)
