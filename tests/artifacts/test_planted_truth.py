"""Planted artifacts come out certified, in their place, with their size; nothing else does. On nine smooth curves."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import Artifact, Certification, Thresholds, certify, detect, make_curve
from bsct_explorer.metrics.extrema import wells
from bsct_explorer.planted import (
    CurveFunction,
    LiveCurve,
    SmoothCurve,
    extra_force,
    kink,
    smooth_curves,
    steep,
    steep_step,
    step,
    well_of_prominence,
)

LIVE = Thresholds.live()
JUMPS = ("energy-step", "force-kink")
every_base = pytest.mark.parametrize("base", smooth_curves(), ids=[base.name for base in smooth_curves()])


def certified(base: SmoothCurve, points: int, *planted: CurveFunction, **options: object) -> Certification:
    live = LiveCurve(base, planted, **options)  # type: ignore[arg-type]
    q = base.grid(points)
    answer = live(q)
    candidates = detect(make_curve(q, *answer, LIVE))
    return certify(candidates, live, make_curve(q, *answer, LIVE))


def jumps(result: Certification) -> list[Artifact]:
    return [artifact for artifact in result.artifacts if artifact.kind in JUMPS]


@every_base
@pytest.mark.parametrize("points", [100, 200])
@pytest.mark.parametrize("sign", [1, -1], ids=["up", "down"])
@pytest.mark.parametrize(
    ("kind", "fraction", "size"),
    [
        ("energy-step", 0.84, 0.002),
        ("energy-step", 1.07, 0.01),
        ("energy-step", 1.6, 0.002),
        ("force-kink", 0.84, 0.3),
        ("force-kink", 1.07, 0.05),
        ("force-kink", 1.6, 0.05),
    ],
)
def test_one_jump(base: SmoothCurve, kind: str, fraction: float, size: float, sign: int, points: int) -> None:
    place = base.between(points, fraction, 0.37)
    plant = (step if kind == "energy-step" else kink)(place, sign * size)
    found = jumps(certified(base, points, plant))
    assert [artifact.kind for artifact in found] == [kind]
    assert found[0].location == pytest.approx(place, abs=1e-6)
    assert found[0].size == pytest.approx(sign * size, rel=1e-6)
    assert found[0].interval[0] < place < found[0].interval[1]
    refinement = found[0].refinement
    assert refinement is not None
    assert refinement.verdict == "jump"
    assert abs(refinement.location - place) <= refinement.location_error
    assert refinement.levels[-1].spacing <= 1e-7
    assert all(a.spacing > b.spacing for a, b in zip(refinement.levels, refinement.levels[1:], strict=False))


@every_base
def test_on_fifty_points(base: SmoothCurve) -> None:
    for plant, kind, place in (
        (step, "energy-step", base.between(50, 1.6, 0.4)),
        (kink, "force-kink", base.between(50, 1.3, 0.4)),
    ):
        found = jumps(certified(base, 50, plant(place, 0.05)))
        assert [(a.kind, pytest.approx(a.location, abs=1e-6)) for a in found] == [(kind, place)]


@every_base
@pytest.mark.parametrize("apart", [0.003, 0.008, 0.03])
@pytest.mark.parametrize("second", [1, -1])
def test_two_jumps_close_by_are_told_apart(base: SmoothCurve, apart: float, second: int) -> None:
    size = 0.1 if second > 0 else 0.7
    place = base.between(100, 1.6, 0.2)
    found = jumps(certified(base, 100, kink(place, size), kink(place + apart, second * size)))
    places = sorted((a.location, a.size) for a in found if a.kind == "force-kink")
    assert places == [
        (pytest.approx(place, abs=1e-6), pytest.approx(size)),
        (pytest.approx(place + apart, abs=1e-6), pytest.approx(second * size)),
    ]
    assert len(found) == 2


@every_base
@pytest.mark.parametrize(("width", "depth"), [(0.02, 0.01), (0.05, 0.03)])
@pytest.mark.parametrize("inside", [0.05, 0.5])
def test_narrow_wells_on_a_slope(base: SmoothCurve, width: float, depth: float, inside: float) -> None:
    place = base.between(100, 1.4, inside)
    plant = well_of_prominence(base, place, width, depth)
    fine = np.arange(place - width, place + width, 2e-6)
    energies = LiveCurve(base, (plant,))(fine).energies
    truth = min((float(fine[w.frame]) for w in wells(energies)), key=lambda x: abs(x - place))
    minima = [a for a in certified(base, 100, plant).artifacts if a.kind == "artificial-minimum"]
    assert len(minima) == 1
    assert minima[0].location == pytest.approx(truth, abs=1e-4)
    assert minima[0].size == pytest.approx(depth, rel=0.02)


@every_base
@pytest.mark.parametrize("size", [0.1, -0.3])
def test_a_force_that_is_no_gradient(base: SmoothCurve, size: float) -> None:
    found = [a for a in certified(base, 100, extra_force(size)).artifacts if a.kind == "non-conservative"]
    assert len(found) == 1
    assert found[0].size == pytest.approx(size, rel=0.01)


@every_base
@pytest.mark.parametrize("points", [50, 100, 200])
def test_nothing_on_clean_rounded_or_noisy_curves(base: SmoothCurve, points: int) -> None:
    assert certified(base, points).artifacts == ()
    for offset in (-2e3, -7e4, -2.5e5):
        assert certified(base, points, offset=offset).artifacts == ()
    noisy = certified(base, points, sigma_energy=2e-3, sigma_force=5e-3)
    assert noisy.artifacts == ()
    assert noisy.noise.energy == pytest.approx(2e-3, rel=0.7)
    assert noisy.noise.force == pytest.approx(5e-3, rel=0.7)


@every_base
@pytest.mark.parametrize("width", [1e-2, 1e-3, 1e-5])
def test_steep_but_smooth_is_no_jump(base: SmoothCurve, width: float) -> None:
    seen = 0
    for fraction, sign in ((0.82, 1), (1.1, -1), (1.6, 1)):
        place = base.between(100, fraction, 0.4)
        for plant in (steep(place, sign * 0.6, width), steep_step(place, sign * 0.02, width)):
            result = certified(base, 100, plant)
            assert jumps(result) == []
            seen += len([a for a in result.refuted if a.kind in JUMPS])
    assert seen, "the grid shows candidates here, which must be refuted"


def test_the_width_of_what_is_smooth() -> None:
    base = smooth_curves()[0]
    place = base.between(100, 1.6, 0.4)
    for width in (1e-3, 1e-4):
        refuted = [a for a in certified(base, 100, steep(place, 0.3, width)).refuted if a.kind == "force-kink"]
        assert refuted[0].refinement is not None
        assert refuted[0].refinement.width == pytest.approx(2 * width, rel=0.3)
