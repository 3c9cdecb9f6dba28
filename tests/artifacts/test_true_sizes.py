"""Sizes of forces between the frames: within their stated error of what a dense grid shows."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import Artifact, Thresholds, certify, detect, make_curve
from bsct_explorer.data import Floats
from bsct_explorer.metrics.extrema import wells
from bsct_explorer.planted import CurveFunction, LiveCurve, kink, smooth_curves, well

LIVE = Thresholds.live()
BASES = smooth_curves()


def cusp(place: float, size: float, width: float) -> CurveFunction:
    """Force size · exp(−|q − place|/width) with its energy."""

    def curve(q: Floats) -> tuple[Floats, Floats]:
        x = (q - place) / width
        decay = np.exp(-np.abs(x))
        return -size * width * np.where(x < 0, decay, 2.0 - decay), size * decay

    return curve


def ripple(size: float, period: float) -> CurveFunction:
    def curve(q: Floats) -> tuple[Floats, Floats]:
        x = 2 * np.pi * (q - 1.9) / period
        return size * period / (2 * np.pi) * np.cos(x), size * np.sin(x)

    return curve


PLANTS = {
    "a narrow bump": (well(2.452, -0.02, 0.012),),
    "a bump between two frames": (well(2.4485, 0.02, 0.015),),
    "two in one stretch": (well(2.3, 0.25, 0.03), well(2.46, 0.2, 0.021)),
    "a cusp": (cusp(2.4533, 4.0, 0.03),),
    "a ripple": (ripple(2.5, 0.09),),
    "beside a jump of the force": (well(2.45, 0.03, 0.02), kink(2.4531, 0.8)),
    "on the wall": (
        well(1.13, -0.9, 0.015),
        well(2.45, 0.05, 0.05),
    ),
}


def found_on(live: LiveCurve) -> list[Artifact]:
    q = live.base.grid(100)
    curve = make_curve(q, *live(q), LIVE)
    return [a for a in certify(detect(curve), live, curve).artifacts if a.kind in ("rough-force", "spurious-force")]


def truth(artifact: Artifact, q: Floats, g: Floats) -> float:
    """The strongest wrong force in its interval, or how far its extremum stands out."""
    if artifact.kind == "spurious-force":
        lo, hi = artifact.interval
        inside = g[(q >= lo) & (q <= hi)]
        return float(max(inside.max(), 0.0) if inside.mean() > 0 else max(-inside.min(), 0.0))
    sign = 1 if artifact.evidence["extremum_is"] == "a minimum" else -1
    return max(w.prominence for w in wells(sign * g) if abs(q[w.frame] - artifact.location) < 5e-3)


@pytest.mark.parametrize("plants", PLANTS.values(), ids=PLANTS.keys())
@pytest.mark.parametrize("base", BASES[:2], ids=[base.name for base in BASES[:2]])
def test_within_the_stated_error(base, plants: tuple[CurveFunction, ...]) -> None:
    shift = base.between(100, 1.6, 0.0) - BASES[0].between(100, 1.6, 0.0)
    live = LiveCurve(base, tuple(lambda q, plant=plant: plant(q - shift) for plant in plants))
    artifacts = found_on(live)
    assert artifacts
    fine = np.linspace(base.lo, base.hi, 400_001)
    forces = live(fine).forces
    for artifact in artifacts:
        r = artifact.refinement
        assert r is not None
        true = truth(artifact, fine, forces)
        assert abs(artifact.size - true) <= r.size_error + 1e-5 * true, artifact.kind
        assert r.size_error < 2e-3 * abs(artifact.size) + 1e-2 * (artifact.kind == "rough-force")


def test_noise_is_part_of_the_error() -> None:
    live = LiveCurve(BASES[0], (well(2.45, 0.25, 0.04),), sigma_energy=1e-5, sigma_force=1e-2)
    exact = LiveCurve(BASES[0], (well(2.45, 0.25, 0.04),))
    fine = np.linspace(BASES[0].lo, BASES[0].hi, 400_001)
    artifacts = found_on(live)
    assert {artifact.kind for artifact in artifacts} == {"rough-force", "spurious-force"}
    for artifact in artifacts:
        if artifact.kind == "spurious-force":
            r = artifact.refinement
            assert r is not None
            assert 1e-2 < r.size_error < 0.2
            assert abs(artifact.size - truth(artifact, fine, exact(fine).forces)) <= r.size_error
