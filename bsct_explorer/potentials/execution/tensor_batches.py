"""A batch of frames as torch's graph networks take it, all atoms in one row, and their answer as numpy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.potentials.execution.chunks import Batch

if TYPE_CHECKING:
    from torch import Tensor


def frame_of_atom(b: int, n: int, device: str) -> Tensor:
    """Index of the frame of each of the b·n atoms, shape (b·n,), int64."""
    import torch

    return torch.arange(b, device=device).repeat_interleave(n)


def answer_of(energies: Tensor, forces: Tensor, positions: Floats) -> Batch:
    """A network's tensors as float64 arrays.

    Parameters
    ----------
    energies
        eV, b numbers in any shape.
    forces
        eV/Å, 3·b·n numbers in any shape, frame by frame.
    positions
        What was asked, shape (b, n, 3).
    """
    return Batch(as_floats(energies).reshape(len(positions)), as_floats(forces).reshape(positions.shape))


def as_floats(tensor: Tensor) -> Floats:
    """The numbers of a tensor, without its gradient; on the CPU first, since MPS has no float64."""
    return np.asarray(tensor.detach().cpu().double().numpy())
