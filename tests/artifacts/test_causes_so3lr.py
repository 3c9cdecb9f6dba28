"""SO3LR's kinks: a Hirshfeld ratio crosses zero, and moving an atom moves both."""

from __future__ import annotations

import pytest

from bsct_explorer.artifacts.causes import context_of, explain
from bsct_explorer.artifacts.causes.relocate import relocate
from bsct_explorer.deformations import spice_scan
from bsct_explorer.molecules import load_molecule
from bsct_explorer.planted.flawed_potentials import certified
from bsct_explorer.potentials import load_potential, why_not_installed
from bsct_explorer.study import evaluate_profile
from bsct_explorer.study.live_potential import LivePotential

PLACE, SIZE = 2.452556, 0.0723


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_methanol(bsct_spice_dir, dtype):
    missing = why_not_installed("so3lr")
    if missing:
        pytest.skip(missing)
    potential = load_potential("so3lr", device="cpu", dtype=dtype)
    scan = spice_scan(load_molecule("bsct-spice:C-O/21541", data=bsct_spice_dir))
    live = LivePotential(scan, potential)
    found = relocate(live, 2.44, 2.46, "force", 1e-6 if dtype == "float64" else 1e-5)
    assert found.place == pytest.approx(PLACE, abs=2e-6 if dtype == "float64" else 2e-5)
    artifact = certified("force-kink", found.place, found.size, "eV/Å", error=found.error)
    before = live.count.frames
    cause = explain(artifact, live, context_of(evaluate_profile(scan, potential)))
    assert (cause.kind, cause.confidence) == ("internal-variable", "tested")
    assert cause.atoms == (0,)
    assert "Hirshfeld ratio of O0" in cause.statement
    assert "torch.abs" in cause.source
    assert cause.evidence["jump_before_eV/Å"] == pytest.approx(SIZE, rel=0.05)
    assert abs(cause.evidence["predicted_shift_Å"]) > 1e-3
    assert cause.evidence["measured_shift_Å"] == pytest.approx(cause.evidence["predicted_shift_Å"], rel=1e-3)
    assert live.count.frames - before <= 200
