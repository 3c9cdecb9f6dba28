"""Smearing of distances."""

from __future__ import annotations

import math

import pytest
import torch

from bsct_explorer.testbed.smearing import centres, gaussians


def test_values_by_hand():
    found = gaussians(torch.tensor([1.0], dtype=torch.float64), centres(4.0, 5), 0.5)[0]
    assert found.tolist() == pytest.approx([math.exp(-2 * (m - 1.0) ** 2) for m in range(5)], rel=1e-12)


@pytest.mark.parametrize("sigma", [0.04, 0.3])
def test_a_broad_smearing_bounds_the_slope(sigma):
    d = torch.linspace(0.5, 4.5, 2001, dtype=torch.float64)
    slope = torch.diff(gaussians(d, centres(5.0, 64), sigma), dim=0) / torch.diff(d)[:, None]
    bound = math.exp(-0.5) / sigma
    assert 0.98 * bound < slope.abs().max() <= bound * (1 + 1e-6)


def test_half_a_spacing_leaves_gaps_that_a_broad_one_does_not():
    d = torch.linspace(1.0, 4.0, 1001, dtype=torch.float64)
    spread = {}
    for sigma in (0.02, 0.3):
        total = gaussians(d, centres(5.0, 64), sigma).sum(-1)
        spread[sigma] = ((total.max() - total.min()) / total.mean()).item()
    assert spread[0.02] > 0.3
    assert spread[0.3] < 1e-3
