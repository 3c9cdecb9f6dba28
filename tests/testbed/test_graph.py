"""Ranks, Diff-kNN and the envelope: values by hand, and how smooth they are where neighbours swap."""

from __future__ import annotations

import math

import pytest
import torch

from bsct_explorer.testbed.model_config import ModelConfig
from bsct_explorer.testbed.neighbour_graph import (
    CLOSED,
    envelope_coordinate,
    hard_ranks,
    log_envelope,
    neighbour_graph,
    pair_distances,
    sine_step,
    soft_maximum,
    soft_ranks,
    truncated_ranks,
)


def line(*places: float) -> torch.Tensor:
    """Atoms on a line, positions (1, n, 3)."""
    positions = torch.zeros(1, len(places), 3, dtype=torch.float64)
    positions[0, :, 0] = torch.tensor(places, dtype=torch.float64)
    return positions


def everyone(positions: torch.Tensor) -> torch.Tensor:
    return torch.ones(positions.shape[:2], dtype=torch.bool)


def cloud(n: int, seed: int = 0, spread: float = 3.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(1, n, 3, generator=generator, dtype=torch.float64)


def test_soft_rank_is_the_sum_of_steps_by_hand():
    _, d = pair_distances(line(0.0, 1.0, 1.5, 4.0))
    rank = soft_ranks(d, everyone(d[..., 0, None]), scale=0.2)

    def step(u: float) -> float:
        return 1 / (1 + math.exp(-u / 0.2))

    # From atom 0: its neighbours are 1, 1.5 and 4 Å away.
    assert rank[0, 0, 1].item() == pytest.approx(step(1 - 1.5) + step(1 - 4), rel=1e-12)
    assert rank[0, 0, 2].item() == pytest.approx(step(1.5 - 1) + step(1.5 - 4), rel=1e-12)
    assert rank[0, 0, 3].item() == pytest.approx(step(4 - 1) + step(4 - 1.5), rel=1e-12)


def test_soft_ranks_become_hard_ones_for_a_sharp_step():
    positions = cloud(8)
    _, d = pair_distances(positions)
    off = ~torch.eye(8, dtype=torch.bool)
    sharp = soft_ranks(d, everyone(positions), scale=1e-6)
    assert torch.allclose(sharp[:, off], hard_ranks(d, everyone(positions))[:, off], atol=1e-6)


def test_padding_counts_in_no_rank():
    positions = cloud(6)
    padded = torch.cat([positions, torch.zeros(1, 3, 3, dtype=torch.float64)], dim=1)
    mask = torch.arange(9)[None] < 6
    _, d = pair_distances(positions)
    _, more = pair_distances(padded)
    for ranks in (lambda d, m: soft_ranks(d, m, 0.2), hard_ranks, lambda d, m: truncated_ranks(d, m, 0.2, 4)):
        off = ~torch.eye(6, dtype=torch.bool)
        assert torch.allclose(ranks(d, everyone(positions))[:, off], ranks(more, mask)[:, :6, :6][:, off], atol=1e-12)


def test_sine_step_is_exactly_0_and_1_beyond_pi_and_has_two_continuous_derivatives():
    assert sine_step(torch.tensor([-4.0, -math.pi, math.pi, 4.0])).tolist() == pytest.approx([0, 0, 1, 1], abs=1e-7)
    ends = torch.tensor([-math.pi + 1e-6, math.pi - 1e-6], dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(sine_step(ends).sum(), ends, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), ends)
    assert first.abs().max() < 1e-12
    assert second.abs().max() < 1e-6


def test_truncated_ranks_are_the_full_ones_wherever_there_is_an_edge():
    positions = cloud(30, spread=2.5)
    config = ModelConfig(rank_step="sine", cutoff=50.0)
    cut = ModelConfig(rank_step="sine", rank_reach=14, cutoff=50.0)
    _, d = pair_distances(positions)
    mask = everyone(positions)
    full, short = envelope_coordinate(d, mask, config), envelope_coordinate(d, mask, cut)
    off = ~torch.eye(30, dtype=torch.bool)[None]
    edges = (full < 1) & off
    assert edges.sum() > 100
    assert (full[edges] - short[edges]).abs().max() < 1e-12
    assert ((short < 1) & off == edges).all()


def test_soft_maximum_lies_between_the_maximum_and_a_little_more():
    values = torch.tensor([[0.2, 0.9, 0.5], [0.7, 0.7, 0.7]], dtype=torch.float64)
    found = soft_maximum(values, 0.1)
    assert (found >= values.amax(-1)).all()
    assert found[1].item() == pytest.approx(0.7 + 0.1 * math.log(3), rel=1e-12)


def test_envelope_by_hand_and_its_gradient_at_the_edge():
    x = torch.tensor([0.0, 0.5, 0.9, 1 - 1e-5, 1.0, 1.5], dtype=torch.float64, requires_grad=True)
    logs = log_envelope(x)
    assert logs[:3].tolist() == pytest.approx([0.0, -0.25 / 0.75, -0.81 / 0.19], rel=1e-12)
    assert (logs[3:] == CLOSED).all()
    (gradient,) = torch.autograd.grad(torch.exp(logs).sum() + logs.sum(), x, create_graph=True)
    assert torch.isfinite(gradient).all()
    (second,) = torch.autograd.grad(gradient.sum(), x)
    assert torch.isfinite(second).all()
    assert gradient[3:].abs().max() == 0


def swap(kind: str, t: torch.Tensor) -> torch.Tensor:
    """Envelope of the pairs of atom 0 when two atoms swap its k-th place at t = 0; k = 2.

    Atom 1 is always near, atoms 2 and 3 lie on other sides at 1.6 ± t/2 Å; all see atom 0 as one of their two nearest.
    """
    zero = torch.zeros_like(t)
    places = [
        torch.stack([zero, zero, zero]),
        torch.stack([zero + 1.0, zero, zero]),
        torch.stack([zero, 1.6 + 0.5 * t, zero]),
        torch.stack([zero, zero, 1.6 - 0.5 * t]),
    ]
    positions = torch.stack(places)[None]
    return neighbour_graph(positions, everyone(positions), ModelConfig(graph=kind, k=2)).envelope[0, 0]


def test_the_hard_graph_jumps_by_the_analytic_amount_at_a_swap():
    below, above = (swap("hard-knn", torch.tensor(t, dtype=torch.float64)) for t in (-1e-9, 1e-9))
    x = 1.6 / 5.0
    full = math.exp(-(x**2) / (1 - x**2))
    assert (below[2].item(), below[3].item()) == pytest.approx((full, 0.0), abs=1e-8)
    assert (above[2].item(), above[3].item()) == pytest.approx((0.0, full), abs=1e-8)


def derivatives(t: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Envelope of 0-2 and its first two derivatives with t, of Diff-kNN."""
    at = torch.tensor(t, dtype=torch.float64, requires_grad=True)
    value = swap("diff-knn", at)[2]
    (first,) = torch.autograd.grad(value, at, create_graph=True)
    (second,) = torch.autograd.grad(first, at, create_graph=True)
    return value.detach(), first.detach(), second.detach()


def test_the_differentiable_graph_and_two_derivatives_are_continuous_through_the_swap():
    width = 1e-6
    below, here, above = derivatives(-width), derivatives(0.0), derivatives(width)
    assert here[0] > 1e-3  # there is an edge to be continuous
    assert abs(here[1]) > 1e-3
    for b, h, a in zip(below, here, above, strict=True):
        assert abs(a - b) < 1e-3 * max(1.0, abs(h))  # a jump would stay, whatever the width
    # And they are what finite differences of the values say, so they are the derivatives on both sides.
    step = 1e-4
    values = [derivatives(k * step)[0] for k in (-1, 0, 1)]
    assert float(values[2] - values[0]) / (2 * step) == pytest.approx(float(here[1]), rel=1e-5)
    assert float(values[2] - 2 * values[1] + values[0]) / step**2 == pytest.approx(float(here[2]), rel=1e-3)


@pytest.mark.parametrize("kind", ["radius", "radius-no-envelope", "hard-knn", "diff-knn"])
def test_graphs_are_symmetric_without_diagonal_and_padding(kind):
    positions = torch.cat([cloud(9), torch.zeros(1, 2, 3, dtype=torch.float64)], dim=1)
    mask = torch.arange(11)[None] < 9
    graph = neighbour_graph(positions, mask, ModelConfig(graph=kind, k=3))
    e = graph.envelope[0]
    assert torch.allclose(e, e.T, atol=1e-14)
    assert e.diagonal().abs().max() == 0
    assert e[9:].abs().max() == 0
    assert (e > 0).sum(-1)[:9].max() <= (3 if kind.endswith("knn") else 8)
    assert (e > 0).sum() > 0


def test_only_without_an_envelope_does_a_pair_end_at_once():
    ends = {}
    for kind in ("radius", "radius-no-envelope"):
        positions = line(0.0, 5.0 - 1e-6)
        ends[kind] = neighbour_graph(positions, everyone(positions), ModelConfig(graph=kind)).envelope[0, 0, 1].item()
    assert ends == {"radius": 0.0, "radius-no-envelope": 1.0}
