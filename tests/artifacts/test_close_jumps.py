"""Jumps that the grid all but hides: opposite ones, at the ends of a scan, on a bumpy wall, on a coarse grid."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import Artifact, Certification, Thresholds, certify, detect
from bsct_explorer.artifacts.curve import Piece, make_curve
from bsct_explorer.artifacts.detect.neighbour_prediction import visible
from bsct_explorer.artifacts.live_curve import Answer, drive
from bsct_explorer.artifacts.refine.finer_grid import look_finer, unresolved
from bsct_explorer.artifacts.refine.jump_search import further_intervals
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.zoom import ZoomSettings, zoom
from bsct_explorer.metrics.extrema import wells
from bsct_explorer.planted import (
    CurveFunction,
    LiveCurve,
    SmoothCurve,
    extra_force,
    kink,
    smooth_curves,
    steep_step,
    step,
    well_of_prominence,
)

LIVE = Thresholds.live()
MORSE, BUMPY = smooth_curves()[0], smooth_curves()[-1]
every_base = pytest.mark.parametrize("base", smooth_curves(), ids=[base.name for base in smooth_curves()])


def look(live: LiveCurve, points: int, told: dict[int, Artifact] | None = None) -> Certification:
    q = live.base.grid(points)
    answer = live(q)
    if live.batches is not None:
        live.batches.clear()

    def decided(index: int, artifact: Artifact) -> None:
        if told is not None:
            told[index] = artifact

    candidates = detect(make_curve(q, *answer, LIVE))
    return certify(candidates, live, make_curve(q, *answer, LIVE), decided=decided)


def jumps(result: Certification) -> list[tuple[str, float, float]]:
    found = [a for a in result.artifacts if a.kind in ("energy-step", "force-kink")]
    return sorted((a.kind, a.location, a.size) for a in found)


def exactly(*expected: tuple[str, float, float]) -> list[tuple[str, object, object]]:
    return [(kind, pytest.approx(place, abs=1e-6), pytest.approx(size, rel=1e-4)) for kind, place, size in expected]


@every_base
@pytest.mark.parametrize("points", [50, 100])
@pytest.mark.parametrize(
    ("fraction", "size", "apart"),
    [(0.7, 0.3, 0.003), (1.07, -0.3, 0.005), (1.6, 0.1, 0.003), (1.6, -0.1, 0.008), (1.6, 0.3, 0.001)],
)
def test_opposite_kinks_that_nearly_cancel(
    base: SmoothCurve, fraction: float, size: float, apart: float, points: int
) -> None:
    assert abs(size) * apart < 2e-3, "what is left is an energy step that does not count"
    place = base.between(points, fraction, 0.33)
    found = jumps(look(LiveCurve(base, (kink(place, size), kink(place + apart, -size))), points))
    assert found == exactly(("force-kink", place, size), ("force-kink", place + apart, -size))


@every_base
@pytest.mark.parametrize("points", [50, 100])
@pytest.mark.parametrize(("frame", "size"), [(0, 0.3), (1, 0.3), (-3, 0.05), (-2, 0.05)])
def test_the_intervals_at_both_ends(base: SmoothCurve, frame: int, size: float, points: int) -> None:
    q = base.grid(points)
    for part in (0.03, 0.6):
        place = float(q[frame] + part * (q[frame + 1] - q[frame]))
        assert jumps(look(LiveCurve(base, (kink(place, -size),)), points)) == exactly(("force-kink", place, -size))
        assert jumps(look(LiveCurve(base, (step(place, 2e-3),)), points)) == exactly(("energy-step", place, 2e-3))


@every_base
@pytest.mark.parametrize("points", [50, 100])
@pytest.mark.parametrize("apart", [0.008, 0.03, 0.06])
def test_a_small_kink_beside_a_large_one_on_the_wall(base: SmoothCurve, apart: float, points: int) -> None:
    for inside, sign in ((0.1, 1), (0.5, -1), (0.85, 1)):
        place = base.between(points, 0.7, inside)
        found = jumps(look(LiveCurve(base, (kink(place, 1.0), kink(place + apart, sign * 0.3))), points))
        assert found == exactly(("force-kink", place, 1.0), ("force-kink", place + apart, sign * 0.3))


@every_base
@pytest.mark.parametrize("fraction", [0.62, 0.8])
def test_a_small_step_on_the_wall_of_a_coarse_scan(base: SmoothCurve, fraction: float) -> None:
    place = base.between(50, fraction, 0.33)
    assert jumps(look(LiveCurve(base, (step(place, -2e-3),)), 50)) == exactly(("energy-step", place, -2e-3))


@every_base
def test_a_weak_force_that_is_no_gradient_on_a_coarse_scan(base: SmoothCurve) -> None:
    q = base.grid(50)
    live = LiveCurve(base, (extra_force(0.06),))
    seen = [a.kind for a in detect(make_curve(q, *live(q), LIVE))]
    assert "non-conservative" not in seen, "the coarse grid itself does not show it"
    (found,) = look(live, 50).artifacts
    assert found.kind == "non-conservative"
    assert found.size == pytest.approx(0.06, rel=0.02)
    assert 0 <= found.evidence["frame"] < 50
    lo, hi = found.interval
    assert lo < 0.5 * (q[0] + q[-1]) < hi


def test_what_is_seen_on_both_grids_is_told_once() -> None:
    live = LiveCurve(MORSE, (extra_force(0.3),))
    found = [a.kind for a in look(live, 50).artifacts]
    assert found == ["non-conservative"]


def test_two_jumps_in_one_part_of_a_zoom() -> None:
    """They cancel in the force on the first level; 0.1 meV is left of the energy."""
    places = 2.4441, 2.4451
    live = LiveCurve(MORSE, (kink(places[0], 0.1), kink(places[1], -0.1)))
    settings = ZoomSettings(1e-3, 0.02, 1e-7)
    first = np.diff(live(np.linspace(2.44, 2.463, settings.parts + 1)).forces)
    assert np.abs(first - np.median(first)).max() < settings.force
    (found,) = drive([zoom(2.44, 2.463, settings)], live)
    kinks = sorted(f.refinement.location for f in found if f.quantity == "force")
    assert kinks == pytest.approx(places, abs=1e-7)
    assert all(f.refinement.levels[0].spacing == pytest.approx(0.023 / 8) for f in found if f.quantity == "force")


def test_a_step_that_does_not_count_is_not_told() -> None:
    place = MORSE.between(100, 1.6, 0.4)
    assert look(LiveCurve(MORSE, (step(place, 5e-4),)), 100).artifacts == ()


def test_a_smooth_scan_is_hardly_asked_more() -> None:
    """28 frames for the noise, 2 to compare, 7 in the interval at each end."""
    batches: list[int] = []
    live = LiveCurve(MORSE, batches=batches)
    look(live, 100)
    assert sum(batches) == 28 + 2 + 2 * 7
    look(live, 50)
    assert sum(batches) == 28 + 2 + 49 + 2 * 6


def test_only_what_the_grid_does_not_resolve_is_halved() -> None:
    def halved(base: SmoothCurve, points: int) -> np.ndarray:
        q = base.grid(points)
        return unresolved(make_curve(q, *base.curve(q), LIVE))

    assert not halved(MORSE, 100).any()
    bumpy = np.flatnonzero(halved(BUMPY, 100))
    assert len(bumpy) > 15
    assert BUMPY.grid(100)[bumpy.max()] < BUMPY.r0, "the bumps are on the wall"
    alone = bumpy[~np.isin(bumpy - 1, bumpy) | ~np.isin(bumpy + 1, bumpy)]
    q = BUMPY.grid(100)
    hidden = LIVE.kink_unpredicted * visible(q, np.diff(BUMPY.curve(q)[1]))
    inner = [k for k in alone if 2 <= k < len(hidden) - 2]
    assert (hidden[inner] < LIVE.kink_wall_most * LIVE.kink).all(), "a margin beyond those that are hidden"
    assert not halved(BUMPY, 400).any()
    q = np.linspace(0.75, 3.0, 300)
    rough = make_curve(q, 0 * q, np.random.default_rng(1).normal(size=300), LIVE)
    assert 32 <= unresolved(rough).sum() <= 5 * 32, "no more than the worst, with a margin"


def test_a_stretch_with_a_failed_middle_is_left_out() -> None:
    q = BUMPY.grid(100)
    curve = make_curve(q, *BUMPY.curve(q), LIVE)
    memory = Memory()
    memory.add(q, Answer(curve.energies, curve.forces))
    assert len(drive([look_finer(curve, memory)], LiveCurve(BUMPY))[0].pieces) == 2
    gap = float(q[10])
    memory = Memory()
    memory.add(q, Answer(curve.energies, curve.forces))
    failing = LiveCurve(BUMPY, fails=(gap, float(q[11])))
    assert len(drive([look_finer(curve, memory)], failing)[0].pieces) == 1
    place = float(0.37 * q[10] + 0.63 * q[11])
    assert jumps(look(LiveCurve(BUMPY, (kink(place, 2.0),), fails=(gap, float(q[11]))), 100)) == []


def test_a_middle_that_fails_on_a_coarse_scan_is_a_gap() -> None:
    place = MORSE.between(50, 1.6, 0.4)
    q = MORSE.grid(50)
    live = LiveCurve(MORSE, (kink(place, 0.1),), fails=(float(q[40]) + 1e-3, float(q[41]) - 1e-3))
    assert jumps(look(live, 50)) == exactly(("force-kink", place, 0.1))


def test_an_interval_is_looked_into_once_though_both_grids_show_it() -> None:
    place = BUMPY.between(100, 0.7, 0.4)
    live = LiveCurve(BUMPY, (kink(place, 5.0),))
    q = BUMPY.grid(100)
    curve = make_curve(q, *live(q), LIVE)
    memory = Memory()
    memory.add(q, live(q))
    pieces = drive([look_finer(curve, memory)], live)[0].pieces
    around = [i for i in further_intervals(curve, pieces, [], []) if i.lo < place < i.hi]
    assert len(around) == 1
    assert around[0].hi - around[0].lo == pytest.approx(curve.spacing)


@pytest.mark.parametrize("size", [0.1, -0.1, 0.2])
@pytest.mark.parametrize(("points", "place"), [(200, 1.485), (400, 1.506)])
def test_the_noisy_bottom_of_the_minimum_is_one_minimum(points: int, place: float, size: float) -> None:
    """What is asked beside the equilibrium may lie lower than its frames by the noise: that is no second minimum."""
    live = LiveCurve(MORSE, (kink(place, size),), sigma_energy=2e-3, sigma_force=1e-3)
    assert [a.kind for a in look(live, points).artifacts] in ([], ["force-kink"])


def test_what_is_found_meanwhile_is_told_under_an_index_of_its_own() -> None:
    """A minimum between frames and a jump that no candidate pointed at, seen in the same round."""
    told: dict[int, Artifact] = {}
    hidden = well_of_prominence(MORSE, MORSE.between(100, 1.4, 0.05), 0.02, 0.01)
    places = MORSE.between(100, 1.75, 0.33), MORSE.between(100, 1.75, 0.33) + 0.003
    result = look(
        LiveCurve(MORSE, (hidden, *(kink(x, s) for x, s in zip(places, (0.1, -0.1), strict=True)))), 100, told
    )
    kinds = sorted(a.kind for a in result.artifacts if a.kind in ("artificial-minimum", "force-kink"))
    assert kinds == ["artificial-minimum", "force-kink", "force-kink"]
    assert sorted(map(id, told.values())) == sorted(map(id, result.artifacts + result.refuted))


@pytest.mark.parametrize(
    ("base", "fraction", "size", "width"),
    [
        (smooth_curves()[0], 1.6, 0.05, 1e-4),
        (smooth_curves()[1], 0.7, 0.05, 1e-5),
        (smooth_curves()[2], 1.6, -0.05, 1e-4),
        (smooth_curves()[2], 1.1, -0.05, 1e-5),
    ],
)
def test_a_minimum_beside_a_steep_step_is_where_it_is(
    base: SmoothCurve, fraction: float, size: float, width: float
) -> None:
    for inside in (0.1, 0.33, 0.5, 0.85):
        for sign in (1, -1):
            place = base.between(100, fraction, inside)
            live = LiveCurve(base, (steep_step(place, sign * size, width),))
            near = np.concatenate((place + width * np.linspace(-12, 12, 4001), np.linspace(base.lo, base.hi, 100_001)))
            q = np.unique(near)
            truth = [(float(q[w.frame]), w.prominence) for w in wells(live(q).energies)]
            for found in look(live, 100).artifacts:
                if found.kind == "artificial-minimum":
                    where, depth = min(truth, key=lambda well: abs(well[0] - found.location))
                    assert found.location == pytest.approx(where, abs=1e-4)
                    assert found.size == pytest.approx(depth, rel=0.02, abs=1e-4)


def test_many_curves_at_once_without_a_false_jump() -> None:
    """Bumps, wells and walls of every width: nothing of them is a jump, on any grid."""
    rng = np.random.default_rng(7)

    def bumps() -> CurveFunction:
        places, widths = rng.uniform(0.8, 2.9, 4), rng.uniform(0.02, 0.2, 4)
        heights = rng.uniform(-0.1, 0.1, 4)

        def curve(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            x = (q[:, None] - places) / widths
            shape = heights * np.exp(-0.5 * x * x)
            return shape.sum(axis=1), (shape * x / widths).sum(axis=1)

        return curve

    for _ in range(20):
        plant = bumps()
        for points in (50, 100, 200):
            assert jumps(look(LiveCurve(MORSE, (plant,)), points)) == []


def test_the_spacing_of_a_stretch_decides_whether_it_is_coarse() -> None:
    q, fine = MORSE.grid(50), MORSE.grid(99)
    curve = make_curve(q, *MORSE.curve(q), LIVE)
    assert curve.coarseness_of(curve.pieces[0]) == pytest.approx(curve.coarseness) == pytest.approx(1.2**2)
    assert curve.coarseness_of(Piece(0, fine[:12], *(a[:12] for a in MORSE.curve(fine)))) == 1.0


def test_a_rough_but_smooth_surface_is_not_asked_everywhere() -> None:
    """The slope of the force jumps at random places, as that of a network of CELU does; the force itself does not."""
    rng = np.random.default_rng(11)
    places, sizes = rng.uniform(0.75, 3.0, 200), rng.normal(0.0, 3.0, 200)

    def rough(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = np.clip(q[:, None] - places, 0, None)
        return -(sizes * x**2 / 2).sum(axis=1), (sizes * x).sum(axis=1)

    live = LiveCurve(MORSE, (rough,), batches=[])
    q = MORSE.grid(100)
    curve = make_curve(q, *live(q), LIVE)
    memory = Memory()
    memory.add(q, live(q))
    pieces = drive([look_finer(curve, memory)], live)[0].pieces
    assert len(further_intervals(curve, pieces, [], [])) <= 8
    assert jumps(look(live, 100)) == []
    assert live.batches is not None
    assert sum(live.batches) < 300, "within 1 s for 20 atoms of ANI-1x"
