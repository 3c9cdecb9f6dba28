"""Where FSD's maximum lies says what it measures: known truths, and the limits between the answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.metrics.fsd import FSDResult, fsd
from bsct_explorer.metrics.fsd_maximum import NEAR_EQUILIBRIUM, ROUGH, fsd_maximum

R = np.linspace(0.8, 3.0, 221)
WELL = 1.5


def answers(forces: np.ndarray) -> np.ndarray:
    """Forces of a diatomic along x, shape (n, 2, 3)."""
    atoms = np.zeros((len(R), 2, 3))
    atoms[:, 0, 0], atoms[:, 1, 0] = -forces, forces
    return atoms


def judged(model: np.ndarray) -> FSDResult:
    pull = -8.0 * (R - WELL)
    energies = 4.0 * (R - WELL) ** 2
    return fsd(R, (energies, answers(pull)), (energies, answers(pull + model)))


def test_a_shifted_minimum_is_an_error_of_the_force_there() -> None:
    place = fsd_maximum(judged(np.full(len(R), 1.5)))  # a constant error: a perfectly smooth well, shifted by 0.19 Å
    assert place is not None
    assert place.measures == "force-error"
    assert place.from_equilibrium <= NEAR_EQUILIBRIUM
    assert not place.abrupt
    assert place.alarm("X") == ""
    assert "an error of the force, not roughness" in place.sentence


def test_a_dive_of_the_force_far_out_is_roughness() -> None:
    place = fsd_maximum(judged(-12.0 / (1.0 + np.exp((R - 2.4) / -0.004))))
    assert place is not None
    assert place.location == pytest.approx(2.4, abs=0.05)
    assert place.from_equilibrium == pytest.approx(0.9, abs=0.05)
    assert place.measures == "roughness"
    assert "0.9" in place.sentence
    assert "measures roughness" in place.sentence


@pytest.mark.parametrize(("size", "away", "abrupt"), [(100.0, 0.9, True), (100.0, 0.1, False), (10.0, 0.9, False)])
def test_only_a_large_one_away_from_the_minimum_deserves_a_word(size: float, away: float, abrupt: bool) -> None:
    result = judged(np.zeros(len(R)))
    place = fsd_maximum(replace(result, full=size, location=result.equilibrium + away))
    assert place is not None
    assert place.abrupt is abrupt
    assert (size > ROUGH and away > NEAR_EQUILIBRIUM) is abrupt
    assert place.alarm("Morse").startswith("But the force of Morse") is abrupt


def test_there_is_none_without_fsd_and_along_an_arc() -> None:
    result = judged(np.ones(len(R)))
    assert fsd_maximum(None) is None
    assert fsd_maximum(replace(result, arc=True)) is None
    assert fsd_maximum(replace(result, full=None, location=None)) is None
