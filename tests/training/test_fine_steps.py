"""Steps too small for a scan's certification are found with place and size, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.training.fine_steps import fine_steps

GRID = np.linspace(0.7, 2.8, 1500)


def curve(q, ripple=0.01, kink=2.0):
    """A bond with a steep wall, ripples of a narrow smearing, and a jump of the force."""
    wall = 5 * (1 - np.exp(-2 * (q - 1.5))) ** 2 + 200 * np.exp(-6 * (q - 0.7))
    return wall + ripple * np.sin(q / 0.02) + kink * np.maximum(q - 1.9, 0)


def test_a_smooth_and_a_kinked_curve_have_none():
    assert fine_steps(curve, GRID) == []


@pytest.mark.parametrize("size", [2e-5, -5e-5, 3e-3, 0.4])
def test_a_step_is_found_wherever_it_is(size):
    for place in (0.75, 1.7001, 2.3, 2.79):
        found = fine_steps(lambda q, at=place: curve(q) + size * (q > at), GRID)
        assert len(found) == 1, (place, found)
        assert found[0] == pytest.approx((place, size), rel=0.1, abs=1e-6)


def test_several_are_told_apart_and_small_ones_left_out():
    steps = {0.9: 1e-4, 1.2: -2e-5, 2.5: 5e-3, 2.0: 5e-6}
    found = fine_steps(lambda q: curve(q) + sum(size * (q > at) for at, size in steps.items()), GRID)
    assert [round(at, 4) for at, _ in found] == [0.9, 1.2, 2.5]
