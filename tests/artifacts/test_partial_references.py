"""What is compared with a reference is so inside what it covers; elsewhere a curve is judged by its shape alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts import Artifact, Curve, Thresholds, detect, make_curve
from bsct_explorer.artifacts.detect.scene import scene_of
from bsct_explorer.artifacts.known_shape import KnownShape
from bsct_explorer.data import Floats
from bsct_explorer.planted import SampledCurve, sampled_morse

UNKNOWN = KnownShape(inside=False, outside=False)
TURN = KnownShape(inside=False, outside=False, turn=360.0)
ANGLES = np.linspace(0.0, 360.0, 121)


def found(curve: SampledCurve, reference: SampledCurve | None, shape: KnownShape) -> list[Artifact]:
    theirs = None if reference is None else replace(make_curve(*reference.arrays), shape=shape)
    return list(detect(replace(make_curve(*curve.arrays), shape=shape), theirs))


def known_from(lo: float, hi: float) -> SampledCurve:
    """The smooth curve, as a reference that has only frames from `lo` to `hi`."""
    base = sampled_morse()
    return base.without(*np.flatnonzero((base.q < lo) | (base.q > hi)).tolist())


WELL = sampled_morse().well(2.6, 0.6, 0.12)


@pytest.mark.parametrize(("lo", "hi"), [(0.0, 4.0), (1.0, 4.0), (0.0, 2.8)], ids=["all", "from 1.0", "to 2.8"])
def test_inside_what_the_reference_covers_it_judges(lo: float, hi: float) -> None:
    kinds = {a.kind: a for a in found(WELL, known_from(lo, hi), UNKNOWN)}
    assert {"artificial-minimum", "spurious-force", "rough-force"} <= set(kinds)
    assert "where the reference has none" in kinds["artificial-minimum"].explanation


@pytest.mark.parametrize(("lo", "hi"), [(0.0, 2.4), (2.65, 4.0)], ids=["ends before", "begins beyond"])
def test_where_it_ends_nothing_is_claimed_of_an_unknown_shape(lo: float, hi: float) -> None:
    (alone,) = found(WELL, known_from(lo, hi), UNKNOWN)
    assert (alone.kind, alone.severity) == ("second-minimum", "minor")
    assert "reference" not in alone.explanation.replace("no reference tells", "")


def test_a_reference_that_ends_in_a_minimum_judges_the_force_before_it() -> None:
    seen = {a.kind: a for a in found(WELL, known_from(0.0, 2.62), UNKNOWN)}
    assert set(seen) == {"second-minimum", "spurious-force", "rough-force"}
    lo, hi = seen["spurious-force"].interval
    assert 2.2 < lo < hi < 2.62 - 0.05 * 2.25


def test_nothing_is_claimed_across_a_gap() -> None:
    base = sampled_morse()
    gap = base.without(*np.flatnonzero((base.q > 2.45) & (base.q < 2.75)).tolist())
    assert [a.kind for a in found(WELL, gap, UNKNOWN)] == ["second-minimum"]


@pytest.mark.parametrize(("lo", "hi"), [(0.0, 2.4), (2.65, 4.0)])
def test_a_single_bond_is_judged_by_its_shape_where_the_reference_ends(lo: float, hi: float) -> None:
    kinds = {a.kind: a for a in found(WELL, known_from(lo, hi), KnownShape())}
    assert {"artificial-minimum", "spurious-force", "rough-force"} <= set(kinds)
    assert "where the reference has none" not in kinds["artificial-minimum"].explanation
    assert "which no real bond does" in kinds["artificial-minimum"].explanation


def test_a_fall_beyond_what_the_reference_covers() -> None:
    base = sampled_morse()
    x = np.clip(base.q - 2.5, 0, None)
    falling = SampledCurve(base.q, base.energy - 4 * x**2, base.force + 8 * x)
    assert "outer-fall" in {a.kind for a in found(falling, base, UNKNOWN)}
    assert {a.kind for a in found(falling, known_from(0.0, 2.4), UNKNOWN)} <= {"force-kink"}  # where the fall begins
    assert "outer-fall" in {a.kind for a in found(falling, known_from(0.0, 2.4), KnownShape())}


def test_a_fall_counts_by_what_exceeds_the_references() -> None:
    base = sampled_morse()

    def falling(by: float) -> SampledCurve:
        x = np.clip(base.q - 2.0, 0, None)
        return SampledCurve(base.q, base.energy - by * x**2, base.force + 2 * by * x)

    ours, theirs = falling(1.3), falling(1.2)
    (fall,) = [a for a in found(ours, theirs, UNKNOWN) if a.kind == "outer-fall"]
    depths = [float(curve.energy[55:].max() - curve.energy[-1]) for curve in (ours, theirs)]
    assert fall.size == pytest.approx(depths[0] - depths[1])
    assert fall.evidence["reference_fall_eV"] == pytest.approx(depths[1])
    assert "more than the reference's" in fall.explanation
    assert "instead of rising" not in fall.explanation
    assert "instead of held together" not in fall.explanation


@pytest.mark.parametrize("outside", [True, False])
def test_a_shape_is_claimed_on_the_side_where_it_is_known(outside: bool) -> None:
    inner = sampled_morse().well(0.95, 14.0, 0.05)
    for curve, known in ((WELL, outside), (inner, not outside)):
        kinds = {a.kind for a in found(curve, None, KnownShape(1.5, not outside, outside))}
        assert ("artificial-minimum" in kinds) == known
        assert ("second-minimum" in kinds) == (not known)
        assert ("rough-force" in kinds) == known


# turns


def threefold(shift: float = 60.0, extra: tuple[float, float] | None = None) -> tuple[Floats, Floats]:
    """Energy (eV) and force (eV/°) with three equal minima, and a fourth one of (place, depth)."""
    angle = np.radians(3 * (ANGLES - shift))
    energy, force = 0.075 * (1 - np.cos(angle)), -0.225 * np.radians(1) * np.sin(angle)
    if extra is not None:
        away = (ANGLES - extra[0] + 180) % 360 - 180
        hole = extra[1] * np.exp(-((away / 8.0) ** 2) / 2)
        energy, force = energy - hole, force - hole * away / 64.0
    return energy, force


def turned(energy: Floats, force: Floats, lo: float = 0.0, hi: float = 360.0) -> Curve:
    inside = (ANGLES - lo) * (hi - ANGLES) >= 0
    energy, force = np.where(inside, energy, np.nan), np.where(inside, force, np.nan)
    return replace(make_curve(ANGLES, energy, force, unit="°"), shape=TURN)


@pytest.mark.parametrize("shift", [0.0, 3.0, 57.0, 117.0, 180.0])
@pytest.mark.parametrize("theirs", [-4.0, 0.0, 4.0])
def test_a_turn_has_no_ends(shift: float, theirs: float) -> None:
    assert detect(turned(*threefold(shift)), turned(*threefold(shift + theirs))) == ()


@pytest.mark.parametrize(("lo", "hi"), [(0, 180), (180, 360), (40, 200), (0, 290), (100, 300)])
def test_a_reference_of_part_of_a_turn(lo: float, hi: float) -> None:
    kinds = {a.kind for a in detect(turned(*threefold()), turned(*threefold(), lo, hi))}
    assert kinds <= {"second-minimum"}  # which means nothing on a turn, and is left out by `has_meaning`


@pytest.mark.parametrize("place", [120.0, 240.0])
def test_a_minimum_too_many_is_found_inside_what_the_reference_covers_only(place: float) -> None:
    wrong = turned(*threefold(extra=(place, 0.12)))
    for lo, hi in ((0, 360), (0, 180), (180, 360)):
        seen = [a.location for a in detect(wrong, turned(*threefold(), lo, hi)) if a.kind == "artificial-minimum"]
        assert seen == ([pytest.approx(place, abs=3)] if lo < place < hi else [])


@pytest.mark.parametrize("place", [3.0, 357.0, 180.0])
def test_what_covers_a_place_goes_on_beyond_the_seam_of_a_turn(place: float) -> None:
    whole = scene_of(turned(*threefold()), turned(*threefold()))
    assert whole.covered(place)
    most = scene_of(turned(*threefold()), turned(*threefold(), 0.0, 350.0))
    assert most.covered(place) == (place == 180.0)
    assert not scene_of(turned(*threefold()), None).covered(place)


# bumps


def test_the_bonds_own_pull_may_be_the_weaker_side_of_a_bump() -> None:
    """Two attractions with a bump between them, the outer one the stronger: one finding, as large as the bump."""
    base = sampled_morse()
    q = base.q
    bump = 2.0 * np.exp(-(((q - 1.95) / 0.08) ** 2)) - 3.0 * np.exp(-(((q - 2.25) / 0.15) ** 2))
    energy = base.energy - np.concatenate(([0.0], np.cumsum(0.5 * (bump[1:] + bump[:-1]) * np.diff(q))))
    ours = SampledCurve(q, energy, base.force + bump)
    for reference in (base, None):
        (rough,) = [a for a in found(ours, reference, KnownShape()) if a.kind == "rough-force"]
        force = ours.force
        inner, outer = force[(q > 1.6) & (q < 1.95)].min(), force[q > 2.0].min()
        top = force[(q > 1.85) & (q < 2.05)].max()
        assert outer < inner < top
        assert rough.size == pytest.approx(top - inner, rel=1e-3)
        assert rough.location == pytest.approx(1.94, abs=0.03)


@pytest.mark.parametrize("top", [6.5, 7.5, 9.0])
def test_a_force_beyond_a_barrier_is_not_wrong_where_the_references_points_the_same_way(top: float) -> None:
    """A barrier near an end of a torsion's range: beyond it both forces lead to the next well, the weaker unsurely."""
    q = np.linspace(0.0, 120.0, 101)
    shape = KnownShape(inside=False, outside=False)
    band = make_curve(q, q, q, Thresholds.live(), unit="°").dead_band

    def curve(at: float, strength: float) -> Curve:
        angle = np.deg2rad(3 * (q - at))
        energies, forces = strength * np.cos(angle) / np.deg2rad(3), strength * np.sin(angle)
        return replace(make_curve(q, energies, forces, Thresholds.live(), unit="°"), shape=shape)

    ours, theirs = curve(top, 4.0 * band), curve(6.0, 2.9 * band)
    assert theirs.forces[0] > -theirs.dead_band
    assert [a for a in detect(ours, theirs) if a.kind == "spurious-force" and a.interval[0] < 5.0] == []
