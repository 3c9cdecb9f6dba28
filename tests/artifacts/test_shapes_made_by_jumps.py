"""A minimum or a fall that a jump of the energy makes is that jump, and not a shape of its own."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import Answer, Certification, Thresholds, certify, detect, make_curve
from bsct_explorer.artifacts.refine.steps_taken_off import deepest_inside, falls_inside, without_steps
from bsct_explorer.planted import LiveCurve, smooth_curves, step, well

LIVE = Thresholds.live()
MORSE = smooth_curves()[0]


def look(live: LiveCurve) -> Certification:
    q = live.base.grid(100)
    answer: Answer = live(q)
    curve = make_curve(q, *answer, LIVE)
    return certify(detect(curve), live, curve)


def kinds(found: tuple) -> list[str]:
    return sorted(artifact.kind for artifact in found)


@pytest.mark.parametrize("place", [2.0, 2.4523, 2.9])
@pytest.mark.parametrize("size", [-0.3, -0.1])
def test_a_step_down_is_a_step_and_no_trap(place: float, size: float) -> None:
    found = look(LiveCurve(MORSE, (step(place, size),)))
    assert kinds(found.artifacts) == ["energy-step"]
    told_twice = [a for a in found.refuted if a.kind in ("artificial-minimum", "outer-fall")]
    assert all("jump of the energy" in a.explanation for a in told_twice)


@pytest.mark.parametrize("place", [2.1, 2.9])
def test_a_well_stays_beside_a_step(place: float) -> None:
    plain = [a for a in look(LiveCurve(MORSE, (well(2.6, 0.6, 0.12),))).artifacts if a.kind == "artificial-minimum"]
    both = look(LiveCurve(MORSE, (well(2.6, 0.6, 0.12), step(place, -0.05)))).artifacts
    minima = [a for a in both if a.kind == "artificial-minimum"]
    assert [a.location for a in minima] == pytest.approx([a.location for a in plain], abs=1e-4)
    assert "energy-step" in kinds(both)


def test_what_is_left_without_the_steps() -> None:
    q = np.linspace(1.0, 3.0, 201)
    curve = make_curve(q, q - 0.5 * (q > 2.0045), np.full_like(q, -1.0), LIVE)
    assert deepest_inside(curve, (1.5, 2.5)) == pytest.approx(0.49, abs=1e-9)
    assert falls_inside(curve, (1.5, 2.02), inward=False) == pytest.approx(0.48, abs=1e-9)
    smooth = without_steps(curve, [2.0045], [-0.5])
    assert smooth.energies == pytest.approx(q, abs=1e-12)
    assert deepest_inside(smooth, (1.5, 2.5)) == 0
