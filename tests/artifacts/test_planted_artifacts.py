"""Planted artifacts of known kind, place and size are found where they are, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import Artifact, Thresholds, detect, make_curve
from bsct_explorer.planted import GRIDS, R0, SampledCurve, sampled_morse

WALL, NEAR, FAR = 1.1, 1.6, 2.4
both_signs = pytest.mark.parametrize("sign", [1, -1], ids=["up", "down"])


def found(curve: SampledCurve, kind: str, **options: object) -> list[Artifact]:
    return [artifact for artifact in detect(make_curve(*curve.arrays, **options)) if artifact.kind == kind]  # type: ignore[arg-type]


def between_frames(curve: SampledCurve, place: float) -> float:
    """A place inside an interval, a third of the way: not where any formula is symmetric."""
    k = int(np.searchsorted(curve.q, place))
    return float(curve.q[k - 1] + 0.33 * curve.spacing)


@both_signs
@pytest.mark.parametrize("place", [WALL, NEAR, FAR])
@pytest.mark.parametrize(("points", "size"), [(50, 0.1), (100, 0.01), (100, 0.3), (1000, 0.01)])
def test_an_energy_step(points: int, size: float, place: float, sign: int) -> None:
    curve = sampled_morse(points)
    place = between_frames(curve, place)
    curve = curve.energy_step(place, sign * size)
    step = found(curve, "energy-step")
    assert len(step) == 1
    lo, hi = step[0].interval
    assert lo < place < hi
    assert hi - lo == pytest.approx(curve.spacing)
    assert step[0].location == pytest.approx((lo + hi) / 2)
    assert step[0].size == pytest.approx(sign * size, abs=0.1 * size + 1e-3)
    assert step[0].unit == "eV"
    assert step[0].certified is None


def test_a_large_step_on_a_coarse_grid() -> None:
    curve = sampled_morse(20)
    place = between_frames(curve, FAR)
    step = found(curve.energy_step(place, 0.5), "energy-step")
    assert len(step) == 1
    assert step[0].interval[0] < place < step[0].interval[1]


@both_signs
@pytest.mark.parametrize(
    ("points", "place", "size"),
    [(100, WALL, 3.0), (100, NEAR, 0.5), (100, FAR, 0.1), (1000, WALL, 0.3), (1000, NEAR, 0.1), (1000, FAR, 0.06)],
)
def test_a_force_kink(points: int, place: float, size: float, sign: int) -> None:
    curve = sampled_morse(points)
    place = between_frames(curve, place)
    curve = curve.force_kink(place, sign * size)
    kink = found(curve, "force-kink")
    assert len(kink) == 1
    assert kink[0].interval[0] < place < kink[0].interval[1]
    assert kink[0].size == pytest.approx(sign * size, rel=0.15)
    assert kink[0].unit == "eV/Å"
    assert not found(curve, "energy-step")
    assert not found(curve, "non-conservative")


def test_a_live_potential_is_held_to_less() -> None:
    curve = sampled_morse()
    small = curve.force_kink(between_frames(curve, FAR), 0.04).energy_step(between_frames(curve, 2.7), 0.003)
    assert detect(make_curve(*small.arrays)) == ()
    kinds = {artifact.kind for artifact in detect(make_curve(*small.arrays, Thresholds.live()))}
    assert kinds == {"force-kink", "energy-step"}


def test_two_kinks_close_together_are_two() -> None:
    curve = sampled_morse()
    places = between_frames(curve, FAR), between_frames(curve, FAR) + 4 * curve.spacing
    kinks = found(curve.force_kink(places[0], 0.5).force_kink(places[1], -0.3), "force-kink")
    assert sorted(kink.size for kink in kinks) == pytest.approx([-0.3, 0.5], rel=0.1)
    for place, kink in zip(places, sorted(kinks, key=lambda k: k.location), strict=True):
        assert kink.interval[0] < place < kink.interval[1]


@pytest.mark.parametrize("points", GRIDS)
def test_an_extra_minimum_outside(points: int) -> None:
    curve = sampled_morse(points).well(2.6, 0.6, 0.12)
    minimum = found(curve, "artificial-minimum")
    assert len(minimum) == 1
    exact = sampled_morse(200_001).well(2.6, 0.6, 0.12)
    k = int(np.argmin(np.where(exact.q > 2.4, exact.energy, np.inf)))
    barrier = exact.energy[(exact.q > R0) & (exact.q < exact.q[k])].max()
    coarse = curve.spacing / 0.03
    assert minimum[0].location == pytest.approx(exact.q[k], abs=2e-3 if points >= 100 else 0.5 * curve.spacing)
    assert minimum[0].size == pytest.approx(barrier - exact.energy[k], rel=0.02 * max(1.0, coarse**2))
    lo, hi = minimum[0].interval
    assert lo < 2.6 < hi
    # The basin is where the energy lies below the barrier: both ends stand at the barrier's height.
    assert np.interp(hi, exact.q, exact.energy) == pytest.approx(barrier, abs=0.02 * max(1.0, coarse**2))
    assert "stretched bond would be trapped" in minimum[0].explanation
    # The barrier on the way in is a force of the wrong sign, and its turns are bumps: the same thing, said as a force.
    others = {artifact.kind for artifact in detect(make_curve(*curve.arrays))} - {"artificial-minimum"}
    assert others == {"spurious-force", "rough-force"}


def test_an_extra_minimum_inside() -> None:
    minimum = found(sampled_morse().well(1.2, 1.5, 0.04), "artificial-minimum")
    assert len(minimum) == 1
    assert minimum[0].location == pytest.approx(1.227, abs=0.005)
    assert "compressed bond would be trapped" in minimum[0].explanation


def test_the_deepest_well_is_the_equilibrium_without_a_reference() -> None:
    curve = sampled_morse().well(2.6, 6.0, 0.12)
    assert found(curve, "artificial-minimum")[0].location == pytest.approx(R0, abs=0.02)


@pytest.mark.parametrize("points", GRIDS)
def test_a_wall_that_collapses(points: int) -> None:
    # E = wall − c/r¹² turns over where the slopes cancel.
    curve = sampled_morse(points)
    hole = 0.5 * curve.q**-16.0
    curve = SampledCurve(curve.q, curve.energy - hole, curve.force - 16 * hole / curve.q)
    fine = sampled_morse(200_001)
    energy = fine.energy - 0.5 * fine.q**-16.0
    inside = fine.q < R0
    top = float(fine.q[inside][energy[inside].argmax()])
    fall = float(energy[inside].max() - energy[0])
    collapse = found(curve, "wall-collapse")
    assert len(collapse) == 1
    assert collapse[0].location == pytest.approx(top, abs=0.5 * curve.spacing)
    assert collapse[0].size == pytest.approx(fall, rel=0.1)
    assert collapse[0].interval == (pytest.approx(curve.q[0]), collapse[0].location)
    pull = found(curve, "spurious-force")
    assert len(pull) == 1
    assert pull[0].location == pytest.approx(top, abs=0.5 * curve.spacing)
    assert "pulls the atoms together" in pull[0].explanation


@pytest.mark.parametrize("points", GRIDS)
def test_an_energy_that_falls_outside(points: int) -> None:
    curve = sampled_morse(points)
    fall = 0.8 * np.clip(curve.q - 2.0, 0, None) ** 2
    slope = 1.6 * np.clip(curve.q - 2.0, 0, None)
    curve = SampledCurve(curve.q, curve.energy - fall, curve.force + slope)
    outer = found(curve, "outer-fall")
    assert len(outer) == 1
    fine = sampled_morse(200_001)
    energy = fine.energy - 0.8 * np.clip(fine.q - 2.0, 0, None) ** 2
    outside = fine.q > R0
    top = float(fine.q[outside][energy[outside].argmax()])
    assert outer[0].location == pytest.approx(top, abs=0.5 * curve.spacing)
    assert outer[0].size == pytest.approx(float(energy[outside].max() - energy[-1]), rel=0.03)
    assert outer[0].interval[1] == pytest.approx(3.0)


@pytest.mark.parametrize("points", GRIDS)
def test_a_force_of_the_wrong_sign(points: int) -> None:
    curve = sampled_morse(points).well(2.45, -0.5, 0.12)
    wrong = found(curve, "spurious-force")
    assert len(wrong) == 1
    fine = sampled_morse(200_001).well(2.45, -0.5, 0.12)
    bad = fine.q[(fine.force > 0) & (fine.q > 2.0)]
    coarse = max(1.0, (curve.spacing / 0.03) ** 2)
    assert wrong[0].interval == (pytest.approx(bad[0], abs=0.01 * coarse), pytest.approx(bad[-1], abs=0.01 * coarse))
    assert wrong[0].location == wrong[0].interval[0]
    assert wrong[0].size == pytest.approx(float(fine.force[fine.q > 2.0].max()), rel=0.03 if points >= 50 else 0.7)
    assert wrong[0].unit == "eV/Å"
    # The energy lost there is the energy that the hump falls by.
    assert wrong[0].evidence["at_stake_eV"] == pytest.approx(
        float(np.trapezoid(fine.force[np.isin(fine.q, bad)], bad)), rel=0.1 if points >= 50 else 0.7
    )


@pytest.mark.parametrize("points", [50, 100, 1000])
def test_a_bumpy_force(points: int) -> None:
    curve = sampled_morse(points).wiggle(2.2, 2.6, 0.8, 0.2)
    rough = found(curve, "rough-force")
    assert len(rough) == 1
    assert 2.1 < rough[0].interval[0] < rough[0].location < rough[0].interval[1] < 2.7
    assert 0.5 < rough[0].size < 2.0
    assert rough[0].evidence["extra_extrema"] >= 2


@pytest.mark.parametrize("points", [100, 1000])
@pytest.mark.parametrize("size", [0.06, 0.3, -0.3])
def test_a_force_that_is_no_gradient(points: int, size: float) -> None:
    artifacts = detect(make_curve(*sampled_morse(points).extra_force(size).arrays))
    curl = [artifact for artifact in artifacts if artifact.kind == "non-conservative"]
    assert len(curl) == 1
    assert curl[0].size == pytest.approx(size, rel=0.15)
    assert curl[0].interval[1] - curl[0].interval[0] > 1.5
    assert not {"force-kink", "energy-step"} & {artifact.kind for artifact in artifacts}


def test_the_larger_of_two_severe_ones_comes_first() -> None:
    curve = sampled_morse()
    for place, size in ((2.0, 0.2), (2.3, -0.4), (2.7, 0.3)):
        curve = curve.energy_step(between_frames(curve, place), size)
    steps = [a.size for a in detect(make_curve(*curve.arrays)) if a.kind == "energy-step"]
    assert steps == pytest.approx([-0.4, 0.3, 0.2], rel=0.01)


@pytest.mark.parametrize("frame", [1, 97])
def test_a_step_at_the_end_must_be_three_times_as_large(frame: int) -> None:
    curve = sampled_morse(width=1.0)
    place = float(curve.q[frame]) + 0.33 * curve.spacing
    assert not found(curve.energy_step(place, 0.012), "energy-step")
    assert found(curve.energy_step(place, 0.1), "energy-step")


def test_worst_comes_first_and_severity_follows_kt() -> None:
    curve = sampled_morse()
    places = [between_frames(curve, place) for place in (2.0, 2.3, 2.7)]
    for place, size in zip(places, (0.012, 0.2, -0.05), strict=True):
        curve = curve.energy_step(place, size)
    steps = [a for a in detect(make_curve(*curve.arrays)) if a.kind == "energy-step"]
    assert [step.size for step in steps] == pytest.approx([0.2, -0.05, 0.012], rel=0.05)
    assert [step.severity for step in steps] == ["severe", "moderate", "minor"]


@pytest.mark.parametrize("points", [100, 1000])
def test_nothing_is_differenced_across_a_gap(points: int) -> None:
    # The step lies where frames are missing: what is beside it on either side is smooth.
    curve = sampled_morse(points)
    k = int(np.searchsorted(curve.q, FAR))
    step = curve.energy_step(float(curve.q[k]) + 1e-6, 0.5).force_kink(float(curve.q[k]) + 1e-6, 0.5)
    assert found(step, "energy-step")
    gap = step.without(k - 1, k, k + 1)
    assert not {"energy-step", "force-kink", "non-conservative"} & {a.kind for a in detect(make_curve(*gap.arrays))}
    assert detect(make_curve(*curve.without(k - 1, k, k + 1, 0, points - 1).arrays)) == ()


def test_minima_are_found_beside_a_gap() -> None:
    curve = sampled_morse().well(2.6, 0.6, 0.12)
    whole = found(curve, "artificial-minimum")[0]
    k = int(np.searchsorted(curve.q, 2.45))
    gap = found(curve.without(k, k + 1), "artificial-minimum")[0]
    assert gap.location == pytest.approx(whole.location, abs=1e-9)
    assert gap.evidence["frame"] == whole.evidence["frame"]


def test_short_pieces_are_not_differenced() -> None:
    curve = sampled_morse()
    place = between_frames(curve, FAR)
    k = int(np.searchsorted(curve.q, place))
    step = curve.energy_step(place, 0.5)
    assert not found(step.without(k - 4, k + 4), "energy-step")  # seven frames
    assert found(step.without(k - 5, k + 4), "energy-step")  # eight


def test_a_failed_frame_with_a_force_of_zero_is_masked() -> None:
    curve = sampled_morse()
    energy, force = curve.energy.copy(), curve.force.copy()
    energy[20], force[20] = np.nan, 0.0
    assert detect(make_curve(curve.q, energy, force)) == ()


def test_bad_arrays_are_refused() -> None:
    curve = sampled_morse()
    with pytest.raises(ValueError, match="one shape"):
        detect(make_curve(curve.q, curve.energy[1:], curve.force))
    with pytest.raises(ValueError, match="increase"):
        detect(make_curve(curve.q[::-1], curve.energy, curve.force))
