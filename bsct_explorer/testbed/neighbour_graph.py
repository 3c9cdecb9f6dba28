"""Which neighbours an atom attends to, and how much of each: hard and differentiable k nearest neighbours.

    rank(i, j) = Σ_{m ≠ i, j} step((d_ij - d_im) / s)           how many atoms are nearer to i than j is
    x_ij = ε log[exp(rank(i, j)/kε) + exp(rank(j, i)/kε) + exp(d_ij/rε)]
    envelope e(x) = exp(-x² / (1 - x²)) for x < 1, else 0

(arXiv:2602.04861, Diff-kNN.) With Heaviside's step the rank is the place among the neighbours, 0 for the nearest, and
x, as ε → 0, the largest of the three. The pair fades out smoothly as any of them nears its end, whereas a hard
selection lets it vanish at once where two neighbours swap the k-th place.

All functions are on dense batches: distances (b, n, n), `mask` (b, n) True for real atoms, which the rest of the batch
pads. What they say of the diagonal and of padding has no meaning; `neighbour_graph` masks it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from bsct_explorer.testbed.model_config import ModelConfig

CLOSED = -1e9
"""Log-envelope of a pair that is none: exp of it is 0 in every precision, and its gradient too."""

_FAR = 1e6
"""Å. No atom is nearer than one at this distance."""

_EDGE = 1.0 - 1e-4
"""From here on the envelope is e^-5000, which no precision holds: exactly 0, without the pole at 1."""


class NeighbourGraph(NamedTuple):
    """Pairs of a batch.

    Attributes
    ----------
    vectors
        r_j - r_i in Å, shape (b, n, n, 3).
    distances
        Å, shape (b, n, n); 0 on the diagonal, with no gradient there.
    log_envelope, envelope
        Shape (b, n, n); `CLOSED` and 0 where there is no edge, on the diagonal and for padding.
    """

    vectors: Tensor
    distances: Tensor
    log_envelope: Tensor
    envelope: Tensor


def pair_distances(positions: Tensor) -> tuple[Tensor, Tensor]:
    """Vectors r_j - r_i (b, n, n, 3) and their lengths (b, n, n), both differentiable, the diagonal of length 0."""
    vectors = positions[:, None, :, :] - positions[:, :, None, :]
    eye = torch.eye(positions.shape[1], dtype=positions.dtype, device=positions.device)
    # Two padded atoms may lie on each other: a floor that no two nuclei reach keeps the root differentiable.
    squared = vectors.square().sum(-1).clamp_min(1e-12)
    return vectors, torch.sqrt(squared + eye) * (1 - eye)


def sigmoid_step(u: Tensor) -> Tensor:
    """1 / (1 + e^-u), Fermi's step; infinitely smooth, and never quite 0 or 1."""
    return torch.sigmoid(u)


def sine_step(u: Tensor) -> Tensor:
    """1/2 + (u + sin u) / 2π for |u| < π, else exactly 0 or 1; two continuous derivatives."""
    inside = u.clamp(-math.pi, math.pi)
    return 0.5 + (inside + torch.sin(inside)) / (2 * math.pi)


STEPS = {"sigmoid": sigmoid_step, "sine": sine_step}


def soft_ranks(distances: Tensor, mask: Tensor, scale: float, step: str = "sigmoid") -> Tensor:
    """rank(i, j), each over all atoms m ≠ i, j.

    Parameters
    ----------
    distances
        Å, shape (b, n, n).
    mask
        True for real atoms, shape (b, n).
    scale
        s in Å.
    step
        ``sigmoid`` or ``sine``.

    Returns
    -------
    Tensor
        Shape (b, n, n), dimensionless.
    """
    # An atom that does not count, m = i or padding, is put far away, where every step is 0; m = j adds step(0) = 1/2.
    itself = torch.eye(distances.shape[1], dtype=torch.bool, device=distances.device)
    others = distances.masked_fill(itself | ~mask[:, None, :], _FAR)
    nearer = STEPS[step]((distances / scale)[:, :, :, None] - (others / scale)[:, :, None, :])  # (b, i, j, m)
    return nearer.sum(-1) - 0.5


def truncated_ranks(distances: Tensor, mask: Tensor, scale: float, nearest: int) -> Tensor:
    """As `soft_ranks` with the sine step, over the `nearest` nearest atoms of i only: memory b·n²·nearest, not b·n³.

    Equal to the full sum for every j for which all atoms nearer than d_ij + π s are among the nearest; where they are
    not, the rank is at least `nearest` less those within π s, and the pair no edge. Which atoms are taken may change
    along a scan, but those at the end of the list contribute 0 to every edge, with two derivatives, so nothing jumps.
    """
    n = distances.shape[1]
    if nearest >= n - 1:
        return soft_ranks(distances, mask, scale, "sine")
    far = torch.zeros_like(distances).masked_fill(~mask[:, None, :], torch.inf)
    far = far + torch.diag_embed(distances.new_full((n,), torch.inf))
    with torch.no_grad():
        _, taken = (distances + far).topk(nearest, dim=-1, largest=False)  # (b, i, nearest)
        real = torch.isfinite((distances + far).gather(-1, taken))
    near = distances.gather(-1, taken)
    nearer = sine_step((distances[:, :, :, None] - near[:, :, None, :]) / scale)  # (b, i, j, m)
    itself = taken[:, :, None, :] == torch.arange(n, device=distances.device)[None, None, :, None]
    return (nearer * (real[:, :, None, :] & ~itself)).sum(-1)


def hard_ranks(distances: Tensor, mask: Tensor) -> Tensor:
    """Place of j among the neighbours of i by distance, 0 for the nearest; equal ones by index. Shape (b, n, n)."""
    n = distances.shape[1]
    with torch.no_grad():
        far = torch.zeros_like(distances).masked_fill(~mask[:, None, :], torch.inf)
        far = far + torch.diag_embed(distances.new_full((n,), torch.inf))
        return (distances + far).argsort(dim=-1, stable=True).argsort(dim=-1).to(distances.dtype)


def soft_maximum(values: Tensor, scale: float) -> Tensor:
    """ε log Σ exp(v/ε) over the last axis: at least the maximum, and at most ε log(n) more."""
    return scale * torch.logsumexp(values / scale, dim=-1)


def log_envelope(x: Tensor) -> Tensor:
    """-x² / (1 - x²) for x < 1, else `CLOSED`; the gradient is finite everywhere."""
    open_ = x < _EDGE
    # The formula never sees the pole: a masked infinity would still make its gradient NaN.
    inside = torch.where(open_, x, torch.zeros_like(x)).square()
    return torch.where(open_, -inside / (1 - inside), torch.full_like(x, CLOSED))


def ranks_of(distances: Tensor, mask: Tensor, config: ModelConfig) -> Tensor:
    """rank(i, j) of Diff-kNN by the config's step, over all atoms or as many as it says, shape (b, n, n)."""
    if config.rank_reach is None:
        return soft_ranks(distances, mask, config.rank_scale, config.rank_step)
    return truncated_ranks(distances, mask, config.rank_scale, config.k + config.rank_reach)


def envelope_coordinate(distances: Tensor, mask: Tensor, config: ModelConfig) -> Tensor:
    """x_ij of Diff-kNN, symmetric in i and j, shape (b, n, n)."""
    ranks = ranks_of(distances, mask, config)
    ends = (ranks / config.k, ranks.transpose(1, 2) / config.k, distances / config.cutoff)
    return soft_maximum(torch.stack(ends, dim=-1), config.lse_scale)


def neighbour_graph(positions: Tensor, mask: Tensor, config: ModelConfig) -> NeighbourGraph:
    """The pairs that attend to each other and how much of each, by the config's kind of graph.

    Parameters
    ----------
    positions
        Å, shape (b, n, 3); those of padding may be anything finite.
    mask
        True for real atoms, shape (b, n).

    Returns
    -------
    NeighbourGraph
    """
    vectors, distances = pair_distances(positions)
    pairs = mask[:, :, None] & mask[:, None, :]
    pairs = pairs & ~torch.eye(positions.shape[1], dtype=torch.bool, device=positions.device)
    if config.graph == "diff-knn":
        logs = log_envelope(envelope_coordinate(distances, mask, config))
    elif config.graph == "radius-no-envelope":
        pairs = pairs & (distances < config.cutoff)
        logs = torch.zeros_like(distances)
    else:
        logs = log_envelope(distances / config.cutoff)
        if config.graph == "hard-knn":
            ranks = hard_ranks(distances, mask)
            pairs = pairs & (torch.maximum(ranks, ranks.transpose(1, 2)) < config.k)
    logs = torch.where(pairs, logs, torch.full_like(logs, CLOSED))
    return NeighbourGraph(vectors, distances, logs, torch.exp(logs))
