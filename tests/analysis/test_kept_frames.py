"""A curve that collapses when the bond is compressed: one finding, and no part of metrics and of other findings."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile
from bsct_explorer.remarks.of_curves import COLLAPSED_FRAMES

INFO = PotentialInfo(name="toy", display_name="Toy", level_of_theory="analytic")
SCAN = BondStretch(0, 1).scan(load_molecule("ethane"))
GONE = 9


def morse(r0: float = 1.52, collapsed: bool = False, failed: bool = False) -> Profile:
    q = SCAN.values
    decay = np.exp(-2.0 * (q - r0))
    energies, g = 4 * ((1 - decay) ** 2 - 1), -16 * decay * (1 - decay)
    if collapsed:
        energies[:GONE] = -130.0 + np.linspace(0, 5, GONE)
        g[:GONE] = 80.0
    if failed:
        energies[:GONE] = np.nan
    square = (SCAN.tangents**2).sum(axis=(1, 2))
    return Profile(SCAN, Evaluation(INFO, energies, SCAN.tangents * (g / square)[:, None, None]))


def kinds(analysis: Analysis) -> list[str]:
    return [artifact.kind for artifact in analysis.artifacts]


def test_a_collapse_is_one_finding() -> None:
    analysis = analyse(morse(collapsed=True))
    assert kinds(analysis) == ["wall-collapse"]
    (found,) = analysis.artifacts
    assert found.location == SCAN.values[GONE]
    assert found.interval == (SCAN.values[0], SCAN.values[GONE])
    assert "down to 126 eV below the molecule itself" in found.explanation
    assert analysis.equilibrium is not None
    assert analysis.equilibrium.value == pytest.approx(1.52, abs=0.01)
    assert [note for note in analysis.notes if getattr(note, "kind", None) is COLLAPSED_FRAMES]


def test_metrics_are_those_of_the_other_frames() -> None:
    ours = morse(1.55)
    collapsed, failed = analyse(ours, morse(collapsed=True)), analyse(ours, morse(failed=True))
    assert collapsed.metrics.values == failed.metrics.values
    assert collapsed.fsd is not None
    assert collapsed.fsd.equilibrium == pytest.approx(1.52, abs=0.02)
    assert kinds(collapsed) == []


def test_a_model_that_collapses_beside_a_sound_reference() -> None:
    analysis = analyse(morse(collapsed=True), morse())
    assert kinds(analysis) == ["wall-collapse"]
    assert analysis.metrics["n_minima"] == 1
