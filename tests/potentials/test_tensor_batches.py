"""From torch's tensors to the arrays of a batch."""

from __future__ import annotations

import numpy as np
import torch

from bsct_explorer.potentials.execution.tensor_batches import answer_of, as_floats, frame_of_atom


def test_an_answer_has_the_frames_shape_and_float64_whatever_the_network_gives():
    positions = np.zeros((2, 3, 3))
    energies = torch.tensor([[1.5], [2.5]], dtype=torch.float32, requires_grad=True)
    forces = torch.arange(18, dtype=torch.float32).reshape(6, 3)
    batch = answer_of(energies, forces, positions)
    assert batch.energies.dtype == batch.forces.dtype == np.float64
    assert batch.energies.tolist() == [1.5, 2.5]
    assert batch.forces.shape == (2, 3, 3)
    assert batch.forces[1, 0].tolist() == [9.0, 10.0, 11.0]


def test_atoms_know_their_frame():
    assert frame_of_atom(3, 2, "cpu").tolist() == [0, 0, 1, 1, 2, 2]


def test_no_double_is_asked_of_a_device_that_has_none(monkeypatch):
    """MPS has float32 only: numbers come to the CPU before they become float64."""
    steps = []
    for name in ("cpu", "double"):
        real = getattr(torch.Tensor, name)
        monkeypatch.setattr(torch.Tensor, name, lambda self, name=name, real=real: (steps.append(name), real(self))[1])
    as_floats(torch.ones(2))
    assert steps == ["cpu", "double"]
