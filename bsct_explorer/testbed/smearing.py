"""A distance as a vector of Gaussians.

    g_n(d) = exp(-(d - μ_n)² / 2σ²),   μ_n evenly spaced from 0 to the cutoff

With σ below the spacing of the centres a distance lights one or two of them: what is learned of it can change from one
to the next, and radial features get rough. A broad σ bounds how fast they change, |g'| ≤ e^(-1/2)/σ (arXiv:2602.04861).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def centres(cutoff: float, count: int) -> Tensor:
    """μ, Å, shape (count,), float64."""
    return torch.linspace(0.0, cutoff, count, dtype=torch.float64)


def gaussians(distances: Tensor, means: Tensor, sigma: float) -> Tensor:
    """Smear distances.

    Parameters
    ----------
    distances
        Å, shape (...).
    means
        μ in Å, shape (n,).
    sigma
        σ in Å.

    Returns
    -------
    Tensor
        Shape (..., n), between 0 and 1.
    """
    scale = 1 / (math.sqrt(2) * sigma)
    x = (scale * distances)[..., None] - scale * means
    return torch.exp(-(x * x))  # x.square() has a slow gradient, a power
