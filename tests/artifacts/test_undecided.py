"""Undecided is not refuted: where a live potential gives no answer, a candidate is neither confirmed nor disproved."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import Artifact, Certification, Thresholds, certify, detect, make_curve
from bsct_explorer.planted import CurveFunction, LiveCurve, kink, smooth_curves, step, well
from bsct_explorer.planted.plants import steep_step

LIVE = Thresholds.live()
MORSE = smooth_curves()[0]
PLACE = 2.4531


def look(fails: tuple[float, float] | None, *planted: CurveFunction) -> Certification:
    q = MORSE.grid(100)
    answer = LiveCurve(MORSE, planted)(q)
    candidates = detect(make_curve(q, *answer, LIVE))
    return certify(candidates, LiveCurve(MORSE, planted, fails=fails), make_curve(q, *answer, LIVE))


def kinds(artifacts: tuple[Artifact, ...]) -> list[str]:
    return sorted(artifact.kind for artifact in artifacts)


@pytest.mark.parametrize(
    ("plant", "kind"),
    [(kink(PLACE, 0.3), "force-kink"), (kink(PLACE, -0.1), "force-kink"), (step(PLACE, 0.02), "energy-step")],
)
@pytest.mark.parametrize("half", [1e-3, 3e-4])
def test_a_jump_where_frames_fail_is_undecided(plant: CurveFunction, kind: str, half: float) -> None:
    result = look((PLACE - half, PLACE + half), plant)
    assert result.artifacts == ()
    assert kind in kinds(result.undecided)
    assert kind not in kinds(result.refuted)
    for artifact in result.undecided:
        assert artifact.undecided
        assert "frames there gave no answer" in artifact.refinement.evidence["reason"]  # type: ignore[union-attr, operator]
        assert "undecided: it could not be looked at, since" in artifact.explanation


@pytest.mark.parametrize("plant", [kink(PLACE, 0.3), step(PLACE, 0.02)])
def test_what_fails_only_at_the_jump_itself_hides_nothing(plant: CurveFunction) -> None:
    """GFN2-xTB on propyne: 8.5 eV/Å down to 1.4e-6 Å, and closer no frame converges."""
    result = look((PLACE - 4e-7, PLACE + 4e-7), plant)
    (found,) = result.artifacts
    assert found.refinement is not None
    assert found.refinement.verdict == "jump"
    assert abs(found.location - PLACE) <= found.refinement.location_error
    assert 4e-7 < found.refinement.location_error < 1e-5
    assert abs(found.size) == pytest.approx(0.3 if found.kind == "force-kink" else 0.02, rel=1e-3)
    assert result.undecided == ()


def test_what_no_candidate_spoke_of_is_undecided_too() -> None:
    """A step of the energy that stands beside a kink, and was seen only while zooming into that."""
    result = look((PLACE - 2e-4, PLACE + 2e-4), kink(PLACE, 8.0), step(PLACE, -0.06))
    assert kinds(result.undecided) == ["energy-step", "force-kink"]
    assert result.refuted == ()
    energy = next(artifact for artifact in result.undecided if artifact.kind == "energy-step")
    assert {"at_stake_eV", "energy_above_minimum_eV"} <= set(energy.evidence)


def test_what_is_elsewhere_is_decided_all_the_same() -> None:
    result = look((PLACE - 1e-3, PLACE + 1e-3), kink(PLACE, 0.3), kink(2.8, 0.2), well(2.1, 0.01, 2e-3))
    assert [artifact.location for artifact in result.artifacts] == [pytest.approx(2.8, abs=1e-6)]
    assert [artifact.interval[0] < PLACE < artifact.interval[1] for artifact in result.undecided] == [True]


def test_a_smooth_curve_with_frames_that_fail_has_nothing_undecided() -> None:
    q = MORSE.grid(100)
    for fails in ((1.0, 1.02), (float(q[0]) + 1e-4, float(q[0]) + 2e-3), (2.45, 2.46)):
        result = look(fails)
        assert result.artifacts == result.undecided == ()
    assert np.isfinite(MORSE.curve(q)[0]).all()


@pytest.mark.parametrize("place", [0.86, 1.2, 2.2071])
@pytest.mark.parametrize(("size", "width"), [(0.02, 1e-4), (0.02, 1e-3), (0.2, 3e-4)])
def test_a_steep_and_exact_force_leaves_nothing_undecided(place: float, size: float, width: float) -> None:
    assert look(None, steep_step(place, size, width)).undecided == ()
