"""Sentences: place, size, unit, and a minus sign that is one."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts import KINDS, Artifact, detect, make_curve
from bsct_explorer.artifacts.known_shape import KnownShape
from bsct_explorer.data import Floats
from bsct_explorer.planted import R0, SampledCurve, SmoothCurve, dive, let_go, sampled_morse
from bsct_explorer.planted.sampled_curve import DEPTH, WIDTH
from bsct_explorer.planted.smooth_curves import morse_curve
from bsct_explorer.words.units import quantity


def one_of_each() -> dict[str, Artifact]:
    base = sampled_morse()
    hole = 0.5 * base.q**-16.0
    curves = [
        base.energy_step(2.41, -0.012),
        base.force_kink(2.41, -0.35),
        base.well(2.6, 0.6, 0.12),
        SampledCurve(base.q, base.energy - hole, base.force - 16 * hole / base.q),
        SampledCurve(
            base.q, base.energy - np.clip(base.q - 2, 0, None) ** 2, base.force + 2 * np.clip(base.q - 2, 0, None)
        ),
        base.extra_force(0.3),
    ]
    seen = [make_curve(*curve.arrays) for curve in curves]
    seen.append(replace(seen[2], shape=KnownShape(outside=False)))
    found = {artifact.kind: artifact for curve in seen for artifact in detect(curve)}
    held = make_curve(*base.arrays)
    for energy, force in wrong_pulls(base.q):
        found |= {artifact.kind: artifact for artifact in detect(make_curve(base.q, energy, force), held)}
    return found


def wrong_pulls(q: Floats) -> list[tuple[Floats, Floats]]:
    """A bond that yields late, one that dives, and one that is let go."""
    bond = SmoothCurve("Morse", q[0], q[-1], R0, morse_curve(DEPTH, WIDTH, R0))
    plain = bond.curve(q)
    dived, gone = dive(2.4, 10.0, 0.08)(q), let_go(bond, 2.0, 2.6)(q)
    return [
        morse_curve(2 * DEPTH, 0.5 * WIDTH, R0)(q),
        (plain[0] + dived[0], plain[1] + dived[1]),
        (plain[0] + gone[0], plain[1] + gone[1]),
    ]


def test_every_kind_says_where_and_how_much() -> None:
    found = one_of_each()
    assert set(found) == set(KINDS) - {"steep-force"}, "which shows on no grid"
    for artifact in found.values():
        text = artifact.explanation
        assert text.endswith(".")
        assert text.count(".") - len(re.findall(r"\d\.\d", text)) == 1, "one sentence"
        assert re.search(r"\d\.\d\d Å", text), text
        assert quantity(abs(artifact.size), artifact.unit, digits=2) in text, text
        assert "-" not in text.replace("non-conservative", ""), text
        assert (artifact.evidence["at_stake_eV"] > 0) == (artifact.kind != "second-minimum")
        assert artifact.certified is None
        assert artifact.cause is None


def test_the_example_of_the_second_minimum() -> None:
    text = one_of_each()["artificial-minimum"].explanation
    assert re.fullmatch(
        r"The energy has a second minimum at 2\.5\d Å, 0\.\d\d eV deep: "
        r"a stretched bond would be trapped there, which no real bond does\.",
        text,
    ), text


def test_degrees() -> None:
    q = np.linspace(60.0, 180.0, 121)
    energy = 2e-3 * (q - 110) ** 2 - 3.0 * np.exp(-(((q - 160) / 6) ** 2))
    force = -4e-3 * (q - 110) - 3.0 * np.exp(-(((q - 160) / 6) ** 2)) * 2 * (q - 160) / 36
    found = detect(make_curve(q, energy, force, unit="°"))
    minimum = next(a for a in found if a.kind == "artificial-minimum")
    assert minimum.location == pytest.approx(159, abs=1)
    assert f"at {minimum.location:.0f}°, " in minimum.explanation
    assert "bond" not in minimum.explanation
    assert {a.unit for a in found} <= {"eV", "eV/°"}
