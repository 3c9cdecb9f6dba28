"""Attention: what temperature, normalisation and envelope do to it."""

from __future__ import annotations

import math

import pytest
import torch

from bsct_explorer.testbed.attention import Attention, attention_weights, legendre, unit_mean_square
from bsct_explorer.testbed.neighbour_graph import CLOSED


def queries(scale: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    q, k = torch.randn(2, 3, 2, 5, 8, generator=generator, dtype=torch.float64) * scale
    return q, k


def test_weights_by_hand():
    q = torch.tensor([[[[1.0, 2.0], [0.0, 1.0]]]], dtype=torch.float64)
    logs = torch.tensor([[0.0, math.log(0.5)]], dtype=torch.float64)
    found = attention_weights(q, q, logs, tau=2.0, normalise=False)[0, 0, 0]
    first, second = math.exp(5 / math.sqrt(2) / 2), 0.5 * math.exp(2 / math.sqrt(2) / 2)
    assert found.tolist() == pytest.approx([first / (first + second), second / (first + second)], rel=1e-12)


def test_a_closed_neighbour_gets_exactly_nothing_and_a_fading_one_its_share():
    q, k = queries()
    logs = torch.zeros(3, 5, dtype=torch.float64)
    logs[:, 4] = CLOSED
    without = attention_weights(q, k, logs, 1.0, False)
    assert without[..., 4].abs().max() == 0
    assert torch.allclose(without[..., :4], attention_weights(q, k[:, :, :4], logs[:, :4], 1.0, False), atol=1e-14)
    logs[:, 4] = -30.0
    assert 0 < attention_weights(q, k, logs, 1.0, False)[..., 4].max() < 1e-8


def test_temperature_flattens():
    q, k = queries(3.0)
    logs = torch.zeros(3, 5, dtype=torch.float64)
    peaks = [attention_weights(q, k, logs, tau, False).amax(-1).mean().item() for tau in (0.5, 1.0, 2.0, 50.0)]
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[-1] == pytest.approx(0.2, abs=0.08)


def test_with_normalisation_no_weights_make_softmax_a_switch():
    logs = torch.zeros(3, 5, dtype=torch.float64)
    found = [attention_weights(*queries(scale), logs, 2.0, True) for scale in (1.0, 1e4)]
    assert torch.allclose(*found, atol=1e-5)
    # Logits lie between -√8/2 and √8/2, so the ratio of two weights is at most e^√8.
    ratio = (found[1].amax(-1) / found[1].amin(-1)).max()
    assert ratio < math.exp(math.sqrt(8)) * 1.001
    raw = attention_weights(*queries(1e2), logs, 2.0, False)
    assert raw.amax(-1).min() > 0.999


def test_unit_mean_square():
    x = torch.randn(4, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    assert unit_mean_square(x).square().mean(-1).tolist() == pytest.approx([1.0] * 4, abs=1e-4)


def test_legendre_against_scipy():
    from scipy.special import eval_legendre

    x = torch.linspace(-1, 1, 11, dtype=torch.float64)
    found = legendre(x, 4)
    for p in range(1, 5):
        assert found[:, p - 1].tolist() == pytest.approx(eval_legendre(p, x.numpy()).tolist(), abs=1e-14)


def test_attention_does_not_depend_on_the_order_of_tokens():
    torch.manual_seed(0)
    attention = Attention(8, 2, 2.0, True, 2).double()
    tokens = torch.randn(3, 5, 8, dtype=torch.float64)
    logs, polynomials = -torch.rand(3, 5, dtype=torch.float64), torch.rand(3, 5, 5, 2, dtype=torch.float64)
    order = torch.tensor([3, 0, 4, 1, 2])
    turned = attention(tokens[:, order], logs[:, order], polynomials[:, order][:, :, order])
    assert torch.allclose(turned, attention(tokens, logs, polynomials)[:, order], atol=1e-14)
