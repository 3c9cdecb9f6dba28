"""The loss, by hand; and the smoothness penalties: what they see and what they do not."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bsct_explorer.metrics.fsd import fsd
from bsct_explorer.testbed.learning.batches import PaddedBatch
from bsct_explorer.testbed.learning.loss import huber, labelled_loss, roughness, soft_fsd
from bsct_explorer.testbed.learning.training_config import TrainingConfig


def batch() -> PaddedBatch:
    """Two atoms with forces of 0 and 12 eV/Å, and one atom padded with another."""
    forces = torch.zeros(2, 2, 3, dtype=torch.float64)
    forces[0, 1, 0] = 12.0
    return PaddedBatch(
        torch.tensor([[6, 1], [8, 0]]), torch.zeros(2, 2, 3).double(), torch.tensor([1.0, 2.0]).double(), forces
    )


def test_loss_by_hand():
    labels = batch()
    config = TrainingConfig(force_weight=2.0, energy_weight=3.0, soft_force=5.0, huber=0.1)
    forces = labels.forces.clone()
    forces[0, 0, 1] += 0.5  # at a force of 0: counts as it is
    forces[0, 1, 2] -= 2.6  # at a force of 12: divided by √(1 + 2.4²) = 2.6
    forces[1, 1] = 7.0  # padding
    energies = torch.tensor([1.26, 2.0], dtype=torch.float64)
    found = labelled_loss(energies, forces, labels, config)
    force = ((0.5 - 0.05) + (1.0 - 0.05) + 0.0) / 3
    energy = 0.05**2 / 0.2 / 2  # 0.26 eV over two atoms and 2.6; below huber, so squared
    assert found.item() == pytest.approx(2 * force + 3 * energy, rel=1e-5)


def test_huber_is_smooth_where_it_changes():
    x = torch.tensor([0.1 - 1e-9, 0.1 + 1e-9], dtype=torch.float64, requires_grad=True)
    y = huber(x, 0.1)
    (slope,) = torch.autograd.grad(y.sum(), x)
    assert y.tolist() == pytest.approx([0.05, 0.05])
    assert slope.tolist() == pytest.approx([1.0, 1.0])


def test_roughness_does_not_see_a_parabola_and_sees_a_wiggle_by_its_third_derivative():
    q = torch.linspace(1.0, 1.4, 41, dtype=torch.float64)
    assert roughness(3.0 * (q - 1.2) ** 2 - q, 0.01, 1.0).item() == pytest.approx(0.0, abs=1e-12)
    cubic = roughness(q**3 / 6 * 0.5, 0.01, 100.0).item()  # third derivative 0.5, far below what counts as 1
    expected = torch.stack([0.5 * (0.5 / (100 * (1 + g / 5))) ** 2 for g in (q**3 / 12)[1:-2]]).mean().item()
    assert cubic == pytest.approx(expected, rel=1e-6)
    wiggle = 0.02 * torch.sin(q / 0.01)
    assert roughness(wiggle, 0.01, 100.0).item() > 1e4 * cubic


def test_roughness_pulls_a_wiggle_flat():
    q = torch.linspace(1.0, 1.4, 41, dtype=torch.float64)
    amplitude = torch.tensor(0.02, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(roughness(amplitude * torch.sin(q / 0.02), 0.01, 100.0), amplitude)
    assert slope.item() > 0


def test_soft_fsd_tends_to_the_official_one_and_has_a_gradient():
    rng = np.random.default_rng(0)
    values = np.linspace(0.8, 2.4, 40)
    energies = (values - 1.2) ** 2
    reference = np.zeros((40, 2, 3))
    reference[:, 0, 0] = -8 * (values - 1.2)
    model = reference + rng.normal(size=reference.shape) * 0.5
    official = fsd(values, (energies, reference), (energies, model)).full
    origin = torch.from_numpy(reference[energies.argmin()])
    tensors = torch.from_numpy(model).requires_grad_(), torch.from_numpy(reference), torch.from_numpy(values)
    soft = [soft_fsd(*tensors, origin, power=p).item() for p in (8.0, 64.0, 1000.0)]
    assert soft == sorted(soft)
    assert soft[-1] == pytest.approx(official, rel=0.01)
    value = soft_fsd(*tensors, origin)
    (gradient,) = torch.autograd.grad(value, tensors[0])
    assert torch.isfinite(gradient).all()
    less = soft_fsd(tensors[0] - 1e-3 * gradient / gradient.norm(), *tensors[1:], origin)
    assert less.item() < value.item()
    assert math.isclose(soft_fsd(tensors[1], *tensors[1:], origin).item(), 0.0, abs_tol=1e-9)
