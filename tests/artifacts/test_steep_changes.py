"""Steep but smooth changes of the force: listed with their width, never as jumps."""

from __future__ import annotations

import pytest

from bsct_explorer.artifacts import Artifact, Certification, Thresholds, certify, detect, make_curve
from bsct_explorer.artifacts.simulation_impact import md_step
from bsct_explorer.planted import CurveFunction, LiveCurve, kink, smooth_curves, steep, steep_step

LIVE = Thresholds.live()
BASES = smooth_curves()
MORSE = BASES[0]


def look(base, *planted: CurveFunction, **options: float) -> Certification:
    live = LiveCurve(base, planted)
    q = base.grid(100)
    curve = make_curve(q, *live(q), LIVE)
    return certify(detect(curve), live, curve, **options)  # type: ignore[arg-type]


def of_kind(result: Certification, kind: str) -> list[Artifact]:
    return [artifact for artifact in result.artifacts if artifact.kind == kind]


@pytest.mark.parametrize("width", [4e-4, 1e-4, 1e-5])
@pytest.mark.parametrize("size", [5.7, -0.4])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.4, 0.99], ids=["on a frame", "beside it", "between", "before one"])
def test_a_steep_change_is_listed_with_its_width(width: float, size: float, part: float) -> None:
    """5.7 eV/Å within 0.8 mÅ, where one step of molecular dynamics goes 6 mÅ."""
    place = MORSE.between(100, 1.6, part)
    result = look(MORSE, steep(place, size, width))
    assert not of_kind(result, "force-kink")
    (found,) = of_kind(result, "steep-force")
    r = found.refinement
    assert r is not None
    assert r.verdict == "steep"
    assert found.certified is True
    assert found.location == pytest.approx(place, abs=width)
    assert abs(found.size - size) <= r.size_error
    assert r.width == pytest.approx(2 * width, rel=0.2)  # of tanh(q/w), size over steepest slope
    assert "no jump, and steep" in found.explanation
    assert "mÅ: smooth" in found.explanation
    assert r.evidence["width"] == r.width


@pytest.mark.parametrize("base", BASES[1:5], ids=[base.name for base in BASES[1:5]])
def test_a_step_of_the_energy_that_the_force_knows_of(base) -> None:
    place = base.between(100, 1.5, 0.37)
    (found,) = of_kind(look(base, steep_step(place, 0.02, 2e-4)), "steep-force")
    assert abs(found.size) == pytest.approx(0.5 * 0.02 / 2e-4, rel=0.02)
    assert found.location == pytest.approx(place, abs=4e-4)


@pytest.mark.parametrize("width", [5e-3, 1e-2, 3e-2])
def test_what_a_step_resolves_is_not_steep(width: float) -> None:
    for fraction in (0.82, 1.1, 1.6):
        assert not of_kind(look(MORSE, steep(MORSE.between(100, fraction, 0.4), 0.6, width)), "steep-force")


def test_how_far_one_step_goes_is_a_matter_of_the_mass() -> None:
    assert md_step("Å") == pytest.approx(6.4e-3, rel=0.02)
    place = MORSE.between(100, 1.6, 0.4)
    light = look(MORSE, steep(place, 0.6, 3e-3), reduced_mass=0.5)
    heavy = look(MORSE, steep(place, 0.6, 3e-3), reduced_mass=40.0)
    assert of_kind(light, "steep-force")
    assert not of_kind(heavy, "steep-force")


def test_a_jump_is_no_steep_change() -> None:
    for base in BASES:
        result = look(base, kink(base.between(100, 1.6, 0.4), 0.3))
        assert of_kind(result, "force-kink")
        assert not of_kind(result, "steep-force")
        assert not of_kind(look(base), "steep-force")
