"""analyse(): one call from a profile to numbers and artifacts."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

import bsct_explorer as be
from bsct_explorer.artifacts import Thresholds
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.profiles import Profile

INFO = PotentialInfo(name="toy", display_name="Toy", level_of_theory="analytic")
DFT = replace(INFO, name="dft", training_data="none: computed, closed shell")
SCAN: Scan = BondStretch(0, 1).scan(load_molecule("ethane"), points=100)


def toy(scan: Scan = SCAN, r0: float = 1.5, false_well: float = 0.0, info: PotentialInfo = INFO) -> Profile:
    """A Morse curve between the two bonded atoms, with a Gaussian well at 2.6 Å."""
    q = scan.values
    decay = np.exp(-2.0 * (q - r0))
    hole = false_well * np.exp(-(((q - 2.6) / 0.12) ** 2) / 2)
    g = -16.0 * decay * (1 - decay) - hole * (q - 2.6) / 0.12**2
    forces = np.zeros_like(scan.positions)
    for atom in (0, 1):
        tangent = scan.tangents[:, atom]
        forces[:, atom] = 0.5 * g[:, None] * tangent / (tangent**2).sum(axis=1, keepdims=True)
    return Profile(scan, Evaluation(info, 4.0 * ((1 - decay) ** 2 - 1) - hole, forces))


def test_a_clean_curve() -> None:
    analysis = be.analyse(toy())
    assert analysis.artifacts == ()
    assert analysis.refuted == ()
    assert analysis.reference is None
    assert analysis.fsd is None
    assert analysis.equilibrium is not None
    assert analysis.equilibrium.value == pytest.approx(1.5, abs=1e-3)
    assert abs(SCAN.values[analysis.equilibrium.frame] - 1.5) <= 0.5 * (SCAN.values[1] - SCAN.values[0]) + 1e-9
    assert analysis.thresholds == Thresholds()
    assert analysis.notes == ()
    assert analysis.metrics["n_minima"] == 1


def test_a_false_well_with_and_without_a_reference() -> None:
    profile = toy(false_well=0.6)
    for reference in (None, toy()):
        analysis = be.analyse(profile, reference)
        kinds = {artifact.kind for artifact in analysis.artifacts}
        assert kinds == {"artificial-minimum", "rough-force", "spurious-force"}
        assert (analysis.fsd is None) == (reference is None)
    assert analysis.fsd is not None
    assert analysis.fsd.full == analysis.metrics["fsd_full"] > 0
    assert analysis.fsd.location == analysis.metrics["fsd_location"]
    assert analysis.fsd_own is analysis.metrics.fsd_own
    assert be.analyse(profile, profile).artifacts == ()


def test_the_equilibrium_is_the_one_nearest_the_references_or_the_molecules_own_and_not_the_deepest() -> None:
    profile = toy(false_well=6.0)
    for analysis in (be.analyse(profile), be.analyse(profile, toy())):
        assert analysis.equilibrium is not None
        assert analysis.equilibrium.value == pytest.approx(1.5, abs=0.01)


def test_eps_and_thresholds_are_passed_on_and_kept() -> None:
    blunt = Thresholds(prominence=9.0, dead_band=9.0, extremum=9.0)
    analysis = be.analyse(toy(false_well=0.6), toy(), thresholds=blunt, eps=0.25)
    assert analysis.thresholds is blunt
    assert analysis.artifacts == ()
    assert analysis.fsd is not None
    assert analysis.fsd.eps == analysis.metrics.eps == 0.25


def test_a_reference_on_another_grid_is_refused() -> None:
    molecule = load_molecule("ethane")
    with pytest.raises(ReferenceDataError, match="50 frames and the profile 100"):
        be.analyse(toy(), toy(BondStretch(0, 1).scan(molecule, points=50)))
    shifted = BondStretch(0, 1).scan_at(molecule, SCAN.values + 1e-3)
    with pytest.raises(ReferenceDataError, match=r"up to 0\.00100 Å"):
        be.analyse(toy(), toy(shifted))
    be.analyse(toy(), toy(BondStretch(0, 1).scan_at(molecule, SCAN.values + 1e-9)))


def test_a_reference_of_another_molecule_is_refused() -> None:
    other = BondStretch(0, 1).scan_at(load_molecule("methanol"), SCAN.values)
    with pytest.raises(ReferenceDataError, match="6 atoms and the profile 8"):
        be.analyse(toy(), toy(other))


def test_a_reference_along_another_bond_is_refused() -> None:
    """Ethane's C-H bonds have the same range: the numbers alone do not tell them apart."""
    one, other = (BondStretch(0, k).scan(load_molecule("ethane")) for k in (2, 3))
    with pytest.raises(ReferenceDataError, match="along the bond 0-3 and the profile along the bond 0-2"):
        be.analyse(toy(one), toy(other))
    swapped = BondStretch(2, 0).scan(load_molecule("ethane"))
    assert be.analyse(toy(one), toy(swapped)).reference is not None


def test_failed_frames_are_gaps_and_are_mentioned() -> None:
    whole = toy()
    energies, forces = whole.energies.copy(), np.array(whole.forces)
    energies[30], forces[30] = np.nan, 0.0
    forces[60, 2, 1] = np.nan
    analysis = be.analyse(Profile(SCAN, Evaluation(INFO, energies, forces)), whole)
    assert analysis.artifacts == ()
    assert analysis.fsd is not None
    assert analysis.fsd.full == 0.0
    assert len(analysis.fsd.curve_values) == 98
    assert "2 of 100 frames have no answer" in analysis.notes[0]


def test_a_reference_with_energies_only() -> None:
    csv = Profile(SCAN, Evaluation(INFO, toy().energies, None))
    analysis = be.analyse(toy(false_well=0.6), csv)
    assert analysis.fsd is None
    assert analysis.metrics.notes["fsd_full"] == "the reference has no atomic forces"
    assert analysis.metrics["energy_mae_full"] > 0  # type: ignore[operator]
    assert "artificial-minimum" in {artifact.kind for artifact in analysis.artifacts}
    assert any("no force along the coordinate" in note for note in be.analyse(csv).notes)


def test_a_curve_without_a_minimum_says_so() -> None:
    flat = toy(r0=0.2)
    assert be.analyse(flat).equilibrium is None
    assert be.analyse(flat).notes == ("The energy has no minimum inside the range.",)
    assert any("no minimum near the reference's at 1.50 Å" in note for note in be.analyse(flat, toy()).notes)


def test_a_closed_shell_reference_is_named_where_it_is_stretched() -> None:
    assert any("closed-shell" in note for note in be.analyse(toy(), toy(info=DFT)).notes)
    assert not any("closed-shell" in note for note in be.analyse(toy(), toy()).notes)
    short = BondStretch(0, 1).scan_at(load_molecule("ethane"), np.linspace(1.0, 2.0, 50))
    assert not any("closed-shell" in note for note in be.analyse(toy(short), toy(short, info=DFT)).notes)


def test_an_analysis_of_100_frames_of_30_atoms_takes_less_than_20_ms() -> None:
    atoms = 30
    positions = np.zeros((100, atoms, 3))
    positions[:, :8] = SCAN.positions
    tangents = np.zeros_like(positions)
    tangents[:, :8] = SCAN.tangents
    scan = replace(SCAN, positions=positions, tangents=tangents, labels=np.zeros(atoms, int))
    reference = toy(scan)
    best = np.inf
    for _ in range(20):
        profile = toy(scan, false_well=0.6)
        start = time.process_time()  # not the clock on the wall: other work may share the processor
        be.analyse(profile, reference)
        best = min(best, time.process_time() - start)
    assert best < 0.020
