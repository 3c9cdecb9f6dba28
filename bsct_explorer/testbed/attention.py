"""Attention of an atom's tokens among themselves, with an envelope and a temperature.

    a_jl = softmax_l[(q_j · k_l / √w + Σ_p c_p(j) P_p(cos θ_jl)) / τ + log e_l]

q and k are optionally brought to unit mean square before (query-key normalisation), so that the first term lies
between -√w and √w whatever the weights: with a temperature τ softmax then cannot become a switch (arXiv:2602.04861).
The envelope enters as an added log e_l: a neighbour that fades out loses all attention, smoothly. P_p are Legendre
polynomials of the angle between the directions to two neighbours, weighted by the query's own coefficients.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


def inverse_root_mean_square(x: Tensor) -> Tensor:
    """1 / √(mean x² + 1e-6) over the last axis."""
    return torch.rsqrt((x * x).mean(-1) + 1e-6)  # x.square() has a slow gradient, a power


def unit_mean_square(x: Tensor) -> Tensor:
    """Divide by the root mean square over the last axis: x / √(mean x² + 1e-6)."""
    return x * inverse_root_mean_square(x)[..., None]


def legendre(cosines: Tensor, degree: int) -> Tensor:
    """P_1 … P_degree, shape (..., degree), by (p + 1) P_{p+1} = (2p + 1) x P_p - p P_{p-1}."""
    polynomials = [torch.ones_like(cosines), cosines]
    for p in range(1, degree):
        polynomials.append(((2 * p + 1) * cosines * polynomials[p] - p * polynomials[p - 1]) / (p + 1))
    return torch.stack(polynomials[1 : degree + 1], dim=-1)


def attention_weights(
    queries: Tensor, keys: Tensor, log_envelope: Tensor, tau: float, normalise: bool, bias: Tensor | None = None
) -> Tensor:
    """Share of attention that each token gives to each.

    Parameters
    ----------
    queries, keys
        Shape (a, heads, t, w) for a atoms of t tokens.
    log_envelope
        log e of each token, shape (a, t).
    tau
        Temperature.
    normalise
        Whether queries and keys are brought to unit mean square.
    bias
        Added to the logits before they are divided by τ, shape (a, heads, t, t), or None.

    Returns
    -------
    Tensor
        Shape (a, heads, t, t); sums to 1 over the last axis.
    """
    # Keys down, queries across: softmax over an axis that is not the last was measured to be five times as quick.
    logits = keys @ queries.transpose(-1, -2) / math.sqrt(queries.shape[-1])
    if normalise:  # as if queries and keys were divided, for less work: there are fewer logits than entries of those
        logits = logits * inverse_root_mean_square(keys)[..., :, None] * inverse_root_mean_square(queries)[..., None, :]
    if bias is not None:
        logits = logits + bias.transpose(-1, -2)
    return torch.softmax(logits / tau + log_envelope[:, None, :, None], dim=-2).transpose(-1, -2)


class RootMeanSquareNorm(nn.Module):
    """Root-mean-square norm, x / √(mean x² + 1e-6), times a learned gain (Zhang and Sennrich, arXiv:1910.07467)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return unit_mean_square(x) * self.gain


class Attention(nn.Module):
    """Multi-head attention among an atom's tokens."""

    def __init__(self, width: int, heads: int, tau: float, normalise: bool, angular: int) -> None:
        super().__init__()
        self.heads, self.tau, self.normalise, self.angular = heads, tau, normalise, angular
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width)
        self.coefficients = nn.Linear(width, heads * angular) if angular else None

    def forward(self, tokens: Tensor, log_envelope: Tensor, polynomials: Tensor | None) -> Tensor:
        """New tokens of the same shape (a, t, width); `polynomials` (a, t, t, angular) or None."""
        weights, values = self.weights_and_values(tokens, log_envelope, polynomials)
        a, t, width = tokens.shape
        mixed: Tensor = self.out((weights @ values).transpose(1, 2).reshape(a, t, width))
        return mixed

    def weights_and_values(
        self, tokens: Tensor, log_envelope: Tensor, polynomials: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Attention (a, heads, t, t) and the values (a, heads, t, w) that it mixes."""
        a, t, width = tokens.shape
        # One after the other: the gradient then needs no copy of all three side by side.
        queries, keys, values = (
            linear(tokens, part).view(a, t, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv.weight.chunk(3)
        )
        bias = None
        if self.coefficients is not None and polynomials is not None:
            c = self.coefficients(tokens).view(a, t, self.heads, self.angular)
            bias = torch.einsum("athp,atsp->ahts", c, polynomials)
        return attention_weights(queries, keys, log_envelope, self.tau, self.normalise, bias), values


__all__ = ["Attention", "RootMeanSquareNorm", "attention_weights", "legendre", "unit_mean_square"]
