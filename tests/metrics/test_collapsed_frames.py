"""Frames of a compressed bond that are no part of its curve."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.data import Floats
from bsct_explorer.metrics.collapsed_frames import find_collapse

Q = np.linspace(0.75, 3.0, 100)
OWN = 1.5


def morse() -> tuple[Floats, Floats]:
    decay = np.exp(-2.0 * (Q - OWN))
    return 4 * ((1 - decay) ** 2 - 1), -16 * decay * (1 - decay)


@pytest.mark.parametrize("frames", [1, 5, 20])
@pytest.mark.parametrize("forces", [True, False])
def test_frames_far_below_the_molecule_behind_a_jump_are_found(frames: int, forces: bool) -> None:
    energies, g = morse()
    energies[:frames] -= energies[:frames].max() + 100.0
    found = find_collapse(Q, energies, g if forces else np.full(100, np.nan), OWN)
    assert found is not None
    assert (found.frame, found.turn) == (frames, Q[frames])
    assert found.below_own == pytest.approx(-4.0 - energies[:frames].min(), abs=0.01)
    assert found.fall == pytest.approx(energies[frames] - energies[0])


def test_frames_that_failed_beside_the_jump() -> None:
    energies, g = morse()
    energies[:8] -= 130.0
    energies[5:7] = np.nan
    found = find_collapse(Q, energies, g, OWN)
    assert found is not None
    assert found.frame == 8


def test_what_is_no_collapse() -> None:
    energies, g = morse()
    assert find_collapse(Q, energies, g, OWN) is None
    # A wall that turns over smoothly is a fault of the curve, and part of it.
    hole = 40 * Q**-12.0
    assert (energies - hole)[0] < energies.min() - 10
    assert find_collapse(Q, energies - hole, g - 12 * hole / Q, OWN) is None
    # A step that leaves the frames above the molecule, or beyond it.
    stepped = energies - 5.0 * (Q < 1.0)
    assert find_collapse(Q, stepped, g, OWN) is None
    assert find_collapse(Q, energies - 130.0 * (Q > 2.5), g, OWN) is None
    assert find_collapse(Q, np.full(100, np.nan), g, OWN) is None
