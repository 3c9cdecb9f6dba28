"""What a person reads first: severe before minor, reachable before far up the wall, causes before symptoms."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.artifacts import KT_300K, detect, make_curve
from bsct_explorer.artifacts.artifact import severity_of_trap
from bsct_explorer.artifacts.reading_order import REACH, worst_first


def morse_with_wells(*wells: tuple[float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A Morse curve (6 eV deep, minimum at 1.5 Å) with Gaussian wells 0.08 Å wide of (place in Å, depth in eV)."""
    q = np.linspace(0.75, 3.75, 201)
    depth, width = 6.0, 1.6
    x = np.exp(-width * (q - 1.5))
    energy, force = depth * (1 - x) ** 2, -2 * depth * width * (1 - x) * x
    for place, deep in wells:
        bump = deep * np.exp(-(((q - place) / 0.08) ** 2))
        energy = energy - bump
        force = force - 2 * (q - place) / 0.08**2 * bump
    return q, energy, force


def test_the_false_minimum_is_read_before_the_wrong_force_that_it_makes() -> None:
    found = detect(make_curve(*morse_with_wells((3.2, 0.8))))
    assert found[0].kind == "artificial-minimum"
    assert found[0].location == pytest.approx(3.2, abs=0.02)
    assert {"spurious-force", "rough-force"} <= {artifact.kind for artifact in found[1:]}


def test_what_no_simulation_reaches_comes_after_what_it_does() -> None:
    found = detect(make_curve(*morse_with_wells((0.8, 14.0), (3.2, 0.8))))
    severe = [artifact for artifact in found if artifact.severity == "severe"]
    heights = [artifact.evidence["energy_above_minimum_eV"] for artifact in severe]
    assert any(height > REACH for height in heights)
    assert any(height < REACH for height in heights)
    assert [height > REACH for height in heights] == sorted(height > REACH for height in heights)
    assert found == tuple(sorted(found, key=worst_first))


def test_height_is_judged_by_the_reference() -> None:
    q, energy, force = morse_with_wells((3.2, 0.8))
    _, straight, pull = morse_with_wells()
    own = next(a for a in detect(make_curve(q, energy, force)) if a.kind == "artificial-minimum")
    judged = next(
        a for a in detect(make_curve(q, energy, force), make_curve(q, straight, pull)) if a.kind == "artificial-minimum"
    )
    difference = judged.evidence["energy_above_minimum_eV"] - own.evidence["energy_above_minimum_eV"]
    assert difference == pytest.approx(0.8, abs=0.02)


def test_a_trap_deeper_than_kt_is_severe() -> None:
    assert [severity_of_trap(depth * KT_300K) for depth in (1.01, 0.5, 0.2)] == ["severe", "moderate", "minor"]
