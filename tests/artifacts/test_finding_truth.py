"""The benchmark's own judge: what is true of a curve is told from what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts import Artifact, Thresholds, certify, detect, make_curve
from bsct_explorer.planted import LiveCurve, dive, extra_force, let_go, smooth_curves, well
from bsct_explorer.planted.smooth_curves import morse_curve
from bsct_explorer.planted.true_claims import fine_curve, is_true

MORSE = smooth_curves()[0]


def turned_down(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = np.clip(q - 2.3, 0, None)
    return -3.0 * x**2, 6.0 * x


def turned_in(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = np.clip(1.2 - q, 0, None)
    return -1500.0 * x**3, -4500.0 * x**2


CURVES = (
    LiveCurve(MORSE, (well(2.6, 0.6, 0.12),)),
    LiveCurve(MORSE, (turned_down,)),
    LiveCurve(MORSE, (turned_in,)),
    LiveCurve(MORSE, (extra_force(0.3),)),
)


def found() -> dict[str, tuple[Artifact, LiveCurve]]:
    """One certified finding of each kind that is no jump, and its curve."""
    kinds: dict[str, tuple[Artifact, LiveCurve]] = {}
    q, t = MORSE.grid(100), Thresholds.live()
    for live in CURVES:
        candidates = detect(make_curve(q, *live(q), t))
        for artifact in certify(candidates, live, make_curve(q, *live(q), t)).artifacts:
            kinds.setdefault(artifact.kind, (artifact, live))
    return kinds


FOUND = found()


HELD = LiveCurve(MORSE)
PULLS = {
    "overpull": LiveCurve(MORSE, (dive(2.4, 10.0, 0.08),)),
    "lets-go-early": LiveCurve(MORSE, (let_go(MORSE, 2.0, 2.6),)),
    "misplaced-pull": LiveCurve(MORSE._replace(curve=morse_curve(8.0, 1.0, MORSE.r0))),
}


@pytest.mark.parametrize("kind", sorted(PULLS))
def test_a_kind_without_a_check_of_its_own_is_looked_for_by_its_record(kind: str) -> None:
    """So that nothing has to be added here with a new kind."""
    live, t = PULLS[kind], Thresholds.live()
    q = MORSE.grid(100)
    curve = make_curve(q, *live(q), t)
    certified = certify(detect(curve, make_curve(q, *HELD(q), t)), live, curve).artifacts
    (artifact,) = [artifact for artifact in certified if artifact.kind == kind]
    fine, theirs = (fine_curve(each, MORSE.lo, MORSE.hi, ()) for each in (live, HELD))
    spacing = float(q[1] - q[0])
    assert is_true(artifact, fine, spacing, theirs)
    assert not is_true(replace(artifact, size=1.1 * artifact.size), fine, spacing, theirs), "larger than it is"
    assert not is_true(moved(artifact, 3e-3), fine, spacing, theirs), "somewhere else"
    assert not is_true(artifact, theirs, spacing, theirs), "of a clean curve"


def moved(artifact: Artifact, by: float) -> Artifact:
    lo, hi = artifact.interval
    return replace(artifact, location=artifact.location + by, interval=(lo + by, hi + by))


def test_every_kind_is_there() -> None:
    kinds = {"artificial-minimum", "outer-fall", "wall-collapse", "spurious-force", "rough-force", "non-conservative"}
    assert set(FOUND) == kinds


@pytest.mark.parametrize("kind", sorted(FOUND))
def test_what_is_claimed(kind: str) -> None:
    artifact, live = FOUND[kind]
    spacing = float(np.diff(MORSE.grid(100))[0])
    curve = fine_curve(live, MORSE.lo, MORSE.hi, ())
    assert is_true(artifact, curve, spacing)
    assert not is_true(replace(artifact, size=1.1 * artifact.size + 0.01), curve, spacing), "larger than it is"
    assert not is_true(artifact, fine_curve(LiveCurve(MORSE), MORSE.lo, MORSE.hi, ()), spacing), "of a clean curve"
    if kind != "non-conservative":
        far = 2 * spacing if kind == "rough-force" else 2e-3
        assert any(not is_true(moved(artifact, by), curve, spacing) for by in (far, -far)), "somewhere else"
