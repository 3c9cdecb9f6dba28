"""Overpull, lets-go-early, misplaced pull: a smooth curve that pulls too much, too briefly or elsewhere is found so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts import Answer, Artifact, Certification, Curve, Thresholds, certify, detect, make_curve
from bsct_explorer.artifacts.known_shape import KnownShape
from bsct_explorer.data import Floats
from bsct_explorer.planted import (
    LiveCurve,
    SmoothCurve,
    dive,
    let_go,
    smooth_curves,
    step,
)
from bsct_explorer.planted.smooth_curves import morse_curve

NEW = ("overpull", "lets-go-early", "misplaced-pull")
BASES = {base.name: base for base in smooth_curves()}
MORSE = BASES["Morse, C–C like"]
BONDS = [base for base in BASES.values() if "Lennard" not in base.name and "Rydberg" not in base.name]
every_bond = pytest.mark.parametrize("base", BONDS, ids=[base.name for base in BONDS])
LIVE = Thresholds.live()


def frames(live: LiveCurve, points: int = 100, unit: str = "Å") -> Curve:
    q = live.base.grid(points)
    return make_curve(q, *live(q), LIVE, unit=unit)


def seen(live: LiveCurve, reference: Curve | None, points: int = 100) -> dict[str, Artifact]:
    return of_new_kinds(detect(frames(live, points), reference))


def of_new_kinds(found: tuple[Artifact, ...]) -> dict[str, Artifact]:
    chosen = [artifact for artifact in found if artifact.kind in NEW]
    assert len({artifact.kind for artifact in chosen}) == len(chosen)
    return {artifact.kind: artifact for artifact in chosen}


def certified(live: LiveCurve, reference: Curve | None, points: int = 100) -> tuple[dict[str, Artifact], Certification]:
    curve = frames(live, points)
    result = certify(detect(curve, reference), live, curve)
    return of_new_kinds(result.artifacts), result


def fine(live: LiveCurve, start: float) -> tuple[Floats, Floats]:
    """The pull from `start` on, ten thousand times."""
    q = np.linspace(start, live.base.hi, 200_001)
    return q, -live(q).forces


def truth(live: LiveCurve) -> tuple[float, float]:
    """Place and strength of the strongest pull."""
    q, pull = fine(live, live.base.r0)
    return float(q[pull.argmax()]), float(pull.max())


def gapped(curve: Curve, lo: float, hi: float) -> Curve:
    gone = (curve.values > lo) & (curve.values < hi)
    return make_curve(curve.values, np.where(gone, np.nan, curve.energies), np.where(gone, np.nan, curve.forces), LIVE)


@every_bond
@pytest.mark.parametrize("points", [50, 100])
def test_a_dive_of_the_force_is_an_overpull_of_its_true_place_and_strength(base: SmoothCurve, points: int) -> None:
    _, usual = truth(LiveCurve(base))
    live = LiveCurve(base, (dive(1.55 * base.r0, 2.2 * usual, 0.08),))
    place, strength = truth(live)
    found, _ = certified(live, frames(LiveCurve(base), points), points)
    overpull = found["overpull"]
    assert overpull.certified
    assert overpull.refinement is not None
    assert overpull.location == pytest.approx(place, abs=overpull.refinement.location_error + 1e-5)
    assert overpull.size == pytest.approx(strength, abs=overpull.refinement.size_error + 1e-9)
    assert overpull.refinement.location_error <= 1e-4
    assert overpull.refinement.size_error < 1e-4 * strength
    assert "the reference pulls by up to" in overpull.explanation
    assert "misplaced-pull" not in found  # the same dive, said once


@every_bond
def test_without_a_reference_a_bond_as_stiff_and_as_deep_judges(base: SmoothCurve) -> None:
    _, usual = truth(LiveCurve(base))
    live = LiveCurve(base, (dive(1.55 * base.r0, 5 * usual, 0.05),))
    overpull = certified(live, None)[0]["overpull"]
    assert overpull.size == pytest.approx(truth(live)[1], rel=1e-5)
    assert "as stiff and as deep" in overpull.explanation
    assert not seen(LiveCurve(base), None)


@pytest.mark.parametrize(
    "base", [base for base in BONDS if "GFN2" not in base.name or "C" in base.name], ids=lambda base: base.name
)
@pytest.mark.parametrize("ends", [1.7, 1.85])
def test_a_bond_that_is_let_go_is_found_from_where_it_is_not_held(base: SmoothCurve, ends: float) -> None:
    live = LiveCurve(base, (let_go(base, 1.4 * base.r0, ends * base.r0),))
    reference = frames(LiveCurve(base))
    if -reference.forces[-1] <= 0.13 * -reference.forces.min():
        pytest.skip("the reference lets go as well")
    found, _ = certified(live, reference)
    (early,) = found.values()
    assert early.kind == "lets-go-early"
    q, pull = fine(live, truth(live)[0])
    start = float(q[np.flatnonzero(pull >= 0.03 * pull.max())[-1]])
    assert early.refinement is not None
    assert early.location == pytest.approx(start, abs=early.refinement.location_error + 1e-5)
    judged = reference.values <= 2.1 * base.r0
    assert early.interval == (early.location, reference.values[judged][-1])
    assert early.size == pytest.approx(-reference.forces[judged][-1], abs=1e-6)


def soft(width: float, depth: float) -> LiveCurve:
    """A bond that yields later: Morse's strongest pull lies ln 2 / a beyond the equilibrium."""
    return LiveCurve(MORSE._replace(curve=morse_curve(depth, width, MORSE.r0)))


@pytest.mark.parametrize(("width", "depth"), [(1.0, 8.0), (0.9, 5.0), (0.8, 10.0)])
@pytest.mark.parametrize("points", [50, 100])
def test_a_strongest_pull_in_another_place(width: float, depth: float, points: int) -> None:
    live = soft(width, depth)
    found, _ = certified(live, frames(LiveCurve(MORSE), points), points)
    (misplaced,) = found.values()
    assert misplaced.kind == "misplaced-pull"
    assert misplaced.unit == "Å"
    assert misplaced.refinement is not None
    assert misplaced.location == pytest.approx(MORSE.r0 + np.log(2) / width, abs=misplaced.refinement.location_error)
    apart = np.log(2) / width - np.log(2) / 2.0
    assert misplaced.size == pytest.approx(apart, abs=misplaced.refinement.size_error)
    assert misplaced.refinement.size_error < 0.3 * (MORSE.hi - MORSE.lo) / points
    assert "further out" in misplaced.explanation


@every_bond
def test_nothing_is_found_where_two_good_methods_differ(base: SmoothCurve) -> None:
    reference = LiveCurve(base)
    for other in (
        LiveCurve(base),
        LiveCurve(base, (dive(1.4 * base.r0, 0.6 * truth(reference)[1], 0.3 * base.r0),)),
    ):
        for a, b in ((other, reference), (reference, other)):
            assert not seen(a, frames(b))
        assert not seen(other, None)


@pytest.mark.parametrize("factor", [0.54, 1.9])
def test_a_pull_within_a_factor_of_two_is_no_overpull(factor: float) -> None:
    stronger = MORSE._replace(curve=morse_curve(4.0 * factor, 2.0, 1.5))
    assert not seen(LiveCurve(stronger), frames(LiveCurve(MORSE)))


DIVING = LiveCurve(MORSE, (dive(2.4, 10.0, 0.08),))
LETTING_GO = LiveCurve(MORSE, (let_go(MORSE, 2.0, 2.6),))
LATE = soft(1.0, 8.0)


@pytest.mark.parametrize(("lo", "hi"), [(2.15, 3.1), (2.15, 2.5), (1.6, 1.9)], ids=["ends early", "gap at it", "gap"])
@pytest.mark.parametrize("live", [DIVING, LETTING_GO, LATE], ids=["dives", "lets go", "late"])
def test_nothing_is_compared_where_the_reference_says_nothing(live: LiveCurve, lo: float, hi: float) -> None:
    found = seen(live, gapped(frames(LiveCurve(MORSE)), lo, hi))
    at_the_end = hi == 2.5  # where lets-go-early compares; and at 1.85 both pull most
    assert set(found) <= {"overpull", *(["lets-go-early"] if at_the_end else [])}
    if "overpull" in found:
        assert "as stiff and as deep" in found["overpull"].explanation


@pytest.mark.parametrize("live", [DIVING, LETTING_GO, LATE], ids=["dives", "lets go", "late"])
def test_a_reference_whose_bond_does_not_hold_judges_nothing(live: LiveCurve) -> None:
    q = MORSE.grid(100)
    falling = make_curve(q, -4.0 * q, np.full_like(q, 4.0), LIVE)
    x = np.exp(-2.0 * (q - 1.5))
    sinking = 9.0 * np.clip(q - 1.9, 0.0, None) ** 2
    dissociates = make_curve(q, 4 * (1 - x) ** 2 - sinking, -16 * x * (1 - x) + 18 * np.clip(q - 1.9, 0.0, None), LIVE)
    for reference in (falling, dissociates):
        found = seen(live, reference)
        assert not {"misplaced-pull", "lets-go-early"} & set(found)
        assert "overpull" not in found or "as stiff" in found["overpull"].explanation


def test_a_pull_that_is_not_reached_inside_the_range_is_compared_with_nothing() -> None:
    short = MORSE._replace(hi=1.8)
    live = LiveCurve(short, (dive(1.75, 12.0, 0.05),))
    assert not seen(live, frames(LiveCurve(short)))


@pytest.mark.parametrize(("usual", "end"), [(None, 2.9), (None, 2.7), (2.8, 3.0), (3.3, 3.0)])
def test_an_end_is_judged_where_ends_usually_are(usual: float | None, end: float) -> None:
    """The thresholds were measured at 2.0 sums of radii: not on a range that ends well before, nor far beyond."""
    base = MORSE._replace(hi=end)
    live = LiveCurve(base, (let_go(base, 1.9, 2.3),))
    shape = KnownShape(own=1.5, usual_end=usual)
    curve, reference = (replace(frames(each), shape=shape) for each in (live, LiveCurve(base)))
    found = of_new_kinds(detect(curve, reference))
    assert ("lets-go-early" in found) == (end >= 0.93 * (usual or 2.1 * 1.5))
    if found:
        assert found["lets-go-early"].interval[1] <= (usual or end)


def test_a_range_that_ends_early_says_nothing_of_a_depth() -> None:
    """At its strongest pull a Morse bond has a quarter of its depth: F²/(k D) is 1/2 there, with nothing wrong."""
    for end in (1.85, 2.0, 2.4, 2.8):
        assert not seen(LiveCurve(MORSE._replace(hi=end)), None)


def test_a_force_that_pushes_at_the_end_is_said_once() -> None:
    pushed = LiveCurve(MORSE, (let_go(MORSE, 1.9, 2.3), dive(3.0, -1.0, 0.2)))
    kinds = [artifact.kind for artifact in detect(frames(pushed), frames(LiveCurve(MORSE)))]
    assert "spurious-force" in kinds
    assert "lets-go-early" not in kinds


def test_a_second_pull_beside_the_references_is_a_rough_force_and_not_misplaced() -> None:
    twice = LiveCurve(MORSE, (dive(2.5, 4.2, 0.06),))
    kinds = [artifact.kind for artifact in detect(frames(twice), frames(LiveCurve(MORSE)))]
    assert "rough-force" in kinds
    assert "misplaced-pull" not in kinds


@pytest.mark.parametrize("live", [DIVING, LETTING_GO, LATE], ids=["dives", "lets go", "late"])
def test_bonds_only(live: LiveCurve) -> None:
    curve, reference = frames(live, unit="°"), frames(LiveCurve(MORSE), unit="°")
    assert not of_new_kinds(detect(curve, reference))


@pytest.mark.parametrize("live", [DIVING, LETTING_GO, LATE], ids=["dives", "lets go", "late"])
def test_what_the_live_potential_does_not_show_is_refuted(live: LiveCurve) -> None:
    """The frames are of another curve: a clean one is asked."""
    curve = frames(live)
    candidates = [a for a in detect(curve, frames(LiveCurve(MORSE))) if a.kind in NEW]
    assert candidates
    clean = LiveCurve(MORSE)
    result = certify(candidates, clean, curve)
    assert not of_new_kinds(result.artifacts)
    assert {a.kind for a in result.refuted} >= {a.kind for a in candidates}


def test_a_tail_with_a_pull_between_its_frames_is_refuted() -> None:
    q = MORSE.grid(100)

    def comb(places: Floats) -> Answer:
        energy, force = LETTING_GO(places)
        return Answer(energy, force - 2.0 * (places > 2.65) * np.sin(np.pi * (places - q[0]) / (q[1] - q[0])) ** 2)

    curve = make_curve(q, *comb(q), LIVE)
    candidates = [a for a in detect(curve, frames(LiveCurve(MORSE))) if a.kind == "lets-go-early"]
    assert candidates
    assert not of_new_kinds(certify(candidates, comb, curve).artifacts)


@pytest.mark.parametrize("live", [DIVING, LETTING_GO, LATE], ids=["dives", "lets go", "late"])
def test_frames_that_fail_leave_it_undecided(live: LiveCurve) -> None:
    curve = frames(live)
    candidates = [a for a in detect(curve, frames(LiveCurve(MORSE))) if a.kind in NEW]

    def silent(places: Floats) -> Answer:
        return Answer(np.full_like(places, np.nan), np.full_like(places, np.nan))

    result = certify(candidates, silent, curve)
    assert not result.artifacts
    assert {a.kind for a in result.undecided} == {a.kind for a in candidates}


def test_noise_and_an_energy_step_do_not_move_an_overpull() -> None:
    noisy = LiveCurve(MORSE, (dive(2.4, 10.0, 0.08), step(2.2, 0.05)), sigma_energy=1e-4, sigma_force=1e-3)
    overpull = certified(noisy, frames(LiveCurve(MORSE)))[0]["overpull"]
    place, strength = truth(DIVING)
    assert overpull.refinement is not None
    assert abs(overpull.location - place) <= overpull.refinement.location_error + 1e-4
    assert abs(overpull.size - strength) <= overpull.refinement.size_error + 1e-6


def test_thresholds_decide() -> None:
    reference = frames(LiveCurve(MORSE))
    for changed, live, kind in (
        (Thresholds(overpull=4.0), DIVING, "overpull"),
        (Thresholds(let_go=0.0), LETTING_GO, "lets-go-early"),
        (Thresholds(held=0.5), LETTING_GO, "lets-go-early"),
        (Thresholds(misplaced=0.6), LATE, "misplaced-pull"),
    ):
        assert kind in seen(live, reference)
        strict = replace(frames(live), thresholds=changed)
        assert kind not in of_new_kinds(detect(strict, reference))
