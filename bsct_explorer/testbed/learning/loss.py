"""The loss, and smoothness as a loss.

    L = w_F mean_a h(|ΔF_a| / s(|F_a|)) + w_E mean_s h(|ΔE_s| / n_s s(max_a |F_a|)),   s(f) = √(1 + (f/f₀)²)

h is Huber's function: linear, so that the wall does not rule, and quadratic near 0. With s a force of 100 eV/Å may be
wrong by twenty times as much as one at the minimum (f₀ = 5 eV/Å): both are then as wrong as they look.
"""

from __future__ import annotations

import torch
from torch import Tensor

from bsct_explorer.testbed.learning.batches import PaddedBatch
from bsct_explorer.testbed.learning.training_config import TrainingConfig


def huber(x: Tensor, delta: float) -> Tensor:
    """x²/2δ for |x| < δ, else |x| - δ/2."""
    size = x.abs()
    return torch.where(size < delta, 0.5 * x * x / delta, size - 0.5 * delta)


def softened(force: Tensor, soft: float) -> Tensor:
    """s(f) = √(1 + (f/f₀)²)."""
    return torch.sqrt(1 + (force / soft).square())


def labelled_loss(energies: Tensor, forces: Tensor, batch: PaddedBatch, config: TrainingConfig) -> Tensor:
    """The loss of a batch's answers, energies (b,) and forces (b, n, 3), against its labels; dimensionless."""
    real = batch.numbers > 0
    size = batch.forces.square().sum(-1).sqrt()
    # The root of a sum of squares has no gradient at 0, where padding is.
    wrong = ((forces - batch.forces).square().sum(-1) + 1e-10).sqrt()
    force = huber(wrong / softened(size, config.soft_force), config.huber)[real].mean()
    per_atom = (energies - batch.energies) / real.sum(-1)
    energy = huber(per_atom / softened(size.amax(-1), config.soft_force), config.huber).mean()
    return config.force_weight * force + config.energy_weight * energy


def roughness(forces: Tensor, spacing: float, scale: float) -> Tensor:
    """Penalty on the third derivative of the generalized force along a scan, by third differences; dimensionless.

        mean_k h(Δ³g_k / h³ C (1 + |g_k|/5)),   Δ³g_k = g_{k+3} - 3 g_{k+2} + 3 g_{k+1} - g_k

    Needs no labels. The wall, where a true curve is steep too, counts less.

    Parameters
    ----------
    forces
        g in eV/Å, shape (..., n) with n ≥ 4, at evenly spaced values.
    spacing
        h in Å.
    scale
        C in eV/Å⁴: what counts as 1.
    """
    third = torch.diff(forces, n=3, dim=-1) / spacing**3
    # Not differentiated: else a large force would be a way to make the penalty small.
    middle = forces.detach()[..., 1:-2].abs()
    return huber(third / (scale * (1 + middle / 5.0)), 1.0).mean()


def soft_fsd(
    model: Tensor, reference: Tensor, values: Tensor, origin: Tensor, eps: float = 1.0, power: float = 8.0
) -> Tensor:
    """A differentiable Force Smoothness Deviation: its maximum over intervals becomes a power mean, in Å⁻¹.

    Parameters
    ----------
    model, reference
        Forces in eV/Å, shape (n_frames, n_atoms, 3).
    values
        Bond lengths in Å, shape (n_frames,).
    origin
        The reference's force F(k*) in eV/Å at its lowest energy, shape (n_atoms, 3); k* need not be among the frames.
    eps
        ε in eV/Å, as in FSD.
    power
        p of the mean; FSD itself as p → ∞.
    """

    def log_norm(forces: Tensor) -> Tensor:
        square = (forces - origin).square().sum((-2, -1))
        return torch.log(torch.clamp_min(square, eps * eps))

    slope = torch.diff(log_norm(model) - log_norm(reference)) / torch.diff(values)
    largest = slope.abs().max().detach().clamp_min(1e-12)
    # The power mean of numbers up to 1, so that no power overflows.
    return largest * (slope.abs() / largest).pow(power).mean().pow(1.0 / power)
