"""With a reference, what the reference has as well is no artifact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts import Thresholds, detect, find_equilibrium, make_curve
from bsct_explorer.artifacts.known_shape import KnownShape
from bsct_explorer.planted import SampledCurve, sampled_morse


def kinds(curve: SampledCurve, reference: SampledCurve | None) -> set[str]:
    theirs = None if reference is None else make_curve(*reference.arrays)
    return {a.kind for a in detect(make_curve(*curve.arrays), theirs)}


def test_a_second_minimum_that_the_reference_has() -> None:
    curve = sampled_morse().well(2.6, 0.6, 0.12)
    assert kinds(curve, sampled_morse()) == {"artificial-minimum", "spurious-force", "rough-force"}
    assert kinds(curve, sampled_morse().well(2.63, 0.5, 0.12)) == set()


def test_a_fall_that_the_reference_has() -> None:
    q = sampled_morse().q
    slope = 1.6 * np.clip(q - 2.0, 0, None)

    def falling(scale: float) -> SampledCurve:
        base = sampled_morse()
        return SampledCurve(q, base.energy - scale * 0.8 * np.clip(q - 2.0, 0, None) ** 2, base.force + scale * slope)

    assert {"outer-fall", "spurious-force"} <= kinds(falling(1.0), sampled_morse())
    assert not {"outer-fall", "spurious-force"} & kinds(falling(1.0), falling(1.0))


def test_the_equilibrium_is_the_minimum_nearest_the_references() -> None:
    # The false well is far deeper than the true one.
    curve = sampled_morse().well(2.6, 6.0, 0.12)
    found = detect(make_curve(*curve.arrays), make_curve(*sampled_morse().arrays))
    extra = [a for a in found if a.kind == "artificial-minimum"]
    assert len(extra) == 1
    assert extra[0].location == pytest.approx(2.6, abs=0.02)
    assert find_equilibrium(curve.q, curve.energy, near=1.5).value == pytest.approx(1.5, abs=0.01)  # type: ignore[union-attr]
    assert find_equilibrium(curve.q, curve.energy).value == pytest.approx(2.6, abs=0.02)  # type: ignore[union-attr]


def test_a_minimum_far_from_the_references_is_not_the_equilibrium() -> None:
    q = sampled_morse().q
    decay = np.exp(-3.0 * (q - 2.5))
    far = SampledCurve(q, 4 * ((1 - decay) ** 2 - 1), -24 * decay * (1 - decay))
    assert find_equilibrium(q, far.energy) is not None
    assert find_equilibrium(q, far.energy, near=1.5) is None
    assert "artificial-minimum" in kinds(far, sampled_morse())


@pytest.mark.parametrize(("place", "side"), [(2.5, "stretched"), (2.0, "stretched"), (1.05, "compressed")])
def test_an_only_minimum_in_another_place_is_no_second_one(place: float, side: str) -> None:
    q = sampled_morse().q
    decay = np.exp(-3.0 * (q - place))
    far = make_curve(q, 4 * ((1 - decay) ** 2 - 1), -24 * decay * (1 - decay))
    found = detect(far, make_curve(*sampled_morse().arrays))
    text = next(a.explanation for a in found if a.kind == "artificial-minimum")
    assert f"only minimum is at {place:.2f} Å" in text
    assert "not at 1.50 Å, where the reference's is" in text
    assert f"a {side} bond" in text
    assert "second" not in text


@pytest.mark.parametrize(("place", "width", "side"), [(0.95, 0.05, "compressed"), (2.6, 0.12, "stretched")])
def test_words_follow_the_place_and_not_the_depth(place: float, width: float, side: str) -> None:
    """Also where the false minimum is the deeper one: the molecule's own geometry says where the equilibrium is."""
    deep = sampled_morse().well(place, 25.0, width)
    found = detect(replace(make_curve(*deep.arrays), shape=KnownShape(own=1.5)))
    assert [f"a {side} bond" in a.explanation for a in found if a.kind == "artificial-minimum"] == [True]


def test_a_shifted_equilibrium_is_an_error_but_no_artifact() -> None:
    shifted = sampled_morse(r0=1.5)
    q = shifted.q
    decay = np.exp(-2.0 * (q - 1.58))
    moved = SampledCurve(q, 4 * ((1 - decay) ** 2 - 1), -16 * decay * (1 - decay))
    assert kinds(moved, shifted) == set()


def test_a_curve_without_the_references_minimum() -> None:
    # Attraction only: no wall at all.
    q = sampled_morse().q
    curve = SampledCurve(q, -4 / q**2, -8 / q**3)
    found = detect(make_curve(*curve.arrays), make_curve(*sampled_morse().arrays))
    assert {a.kind for a in found} == {"wall-collapse", "spurious-force"}
    collapse = next(a for a in found if a.kind == "wall-collapse")
    assert collapse.size == pytest.approx(4 / 0.75**2 - 4 / 1.5**2, rel=0.05)
    pull = next(a for a in found if a.kind == "spurious-force")
    assert pull.interval == (0.75, pytest.approx(1.5, abs=1e-3))
    assert pull.location == pull.interval[1]
    assert find_equilibrium(q, curve.energy, near=1.5) is None
    assert detect(make_curve(*curve.arrays)) == ()  # without a reference it may be the outer branch of something


def test_the_equilibrium_is_never_an_end_frame_and_lies_between_frames() -> None:
    curve = sampled_morse(50)
    place = find_equilibrium(*curve.arrays[:2])
    assert place is not None
    assert place.value == pytest.approx(1.5, abs=2e-3)
    assert 0 < place.frame < 49
    assert find_equilibrium(curve.q, curve.q) is None


def test_a_reference_with_gaps_and_without_forces() -> None:
    curve = sampled_morse().well(2.6, 0.6, 0.12)
    reference = sampled_morse().without(3, 40, 41)
    assert "artificial-minimum" in {a.kind for a in detect(make_curve(*curve.arrays), make_curve(*reference.arrays))}
    energies_only = make_curve(curve.q, sampled_morse().energy, np.full(100, np.nan))
    found = detect(make_curve(*curve.arrays), energies_only)
    assert {a.kind for a in found} >= {"artificial-minimum", "spurious-force"}


def test_thresholds_are_frozen_and_used() -> None:
    curve = sampled_morse().well(2.6, 0.6, 0.12)
    blunt = Thresholds(prominence=10.0, dead_band=10.0, extremum=10.0)
    assert detect(make_curve(*curve.arrays, blunt)) == ()
    with pytest.raises(AttributeError):
        blunt.prominence = 0.0  # type: ignore[misc]
