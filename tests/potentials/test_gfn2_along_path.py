"""GFN2-xTB along a scan: bonds with two self-consistent solutions have one curve, the same number at every door."""

from __future__ import annotations

import numpy as np
import pytest

import bsct_explorer as be
from bsct_explorer.data import Floats
from bsct_explorer.deformations import Scan
from bsct_explorer.potentials.families.gfn2 import Gfn2AlongPath, Gfn2Potential
from bsct_explorer.study import StudySettings, evaluate_profile, remarks_of, run_study
from bsct_explorer.study.live_potential import LivePotential

pytest.importorskip("tblite")

GEOMETRIES: dict[str, tuple[list[int], list[list[float]], int]] = {
    "acetyl cation": (
        [6, 6, 8, 1, 1, 1],
        [
            [-1.1812, 0, 0],
            [0.2322, 0, 0],
            [1.3487, 0, 0],
            [-1.5497, 1.0347, 0],
            [-1.5497, -0.5173, 0.8961],
            [-1.5497, -0.5173, -0.8961],
        ],
        1,
    ),
    "sulfur dioxide": ([8, 16, 8], [[-1.2296, 0.3623, 0], [0, -0.3623, 0], [1.2296, 0.3623, 0]], 0),
}


def scan_of(name: str, bond: tuple[int, int], values: Floats) -> Scan:
    numbers, positions, charge = GEOMETRIES[name]
    pairs = [(0, 1), (1, 2)] if len(numbers) == 3 else [(0, 1), (1, 2), (0, 3), (0, 4), (0, 5)]
    symbols = {1: "H", 6: "C", 8: "O", 16: "S"}
    bonds = tuple(be.Bond(i, j, (symbols[numbers[i]], symbols[numbers[j]])) for i, j in pairs)
    molecule = be.Molecule(name, np.array(numbers), np.array(positions), bonds, charge=charge)
    return be.BondStretch(*bond).scan_at(molecule, values)


CASES = {
    "C[C+]=O 1-2": ("acetyl cation", (1, 2), np.linspace(2.6, 2.95, 48)),
    "O=S=O 0-1": ("sulfur dioxide", (0, 1), np.linspace(2.9, 3.45, 24)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_curve_is_one_and_the_second_solution_is_remarked(case: tuple[str, tuple[int, int], Floats]) -> None:
    scan = scan_of(*case)
    profile = evaluate_profile(scan, Gfn2Potential())
    q, energies, forces = scan.values, profile.energies, profile.generalized_forces
    # What a jump would add to the trapezoid rule's own error, which is under 1 meV here.
    defect = np.diff(energies) + 0.5 * (forces[1:] + forces[:-1]) * np.diff(q)
    assert np.abs(defect).max() < 2e-3
    afresh = Gfn2Potential().evaluate(scan.molecule.numbers, scan.positions, charge=scan.molecule.charge)
    jumps = np.diff(afresh.energies) + 0.5 * (forces[1:] + forces[:-1]) * np.diff(q)
    assert np.abs(jumps).max() > 5e-3  # else the case shows nothing
    assert (energies <= afresh.energies + 1e-5).all()
    study = run_study(scan, [Gfn2Potential()], StudySettings(None))
    (said,) = [said.remark for said in remarks_of(study) if said.remark.kind.name == "two-solutions"]
    assert "two solutions" in said


def test_a_kink_where_two_solutions_cross_has_that_as_its_tested_cause() -> None:
    study = run_study(scan_of(*CASES["O=S=O 0-1"]), [Gfn2Potential()], StudySettings(None, refine=True))
    kinks = [a for a in study.analyses[0].artifacts if a.kind == "force-kink"]
    assert kinks
    for kink in kinks:
        assert kink.certified
        assert kink.cause is not None
        assert (kink.cause.kind, kink.cause.confidence) == ("electronic-state", "tested")
        assert "two self-consistent solutions" in kink.cause.statement


def test_a_curve_without_a_second_solution_has_no_remark_and_the_numbers_of_fresh_frames() -> None:
    water = be.load_molecule("water")
    scan = be.BondStretch(0, 1).scan(water, 20)
    potential = Gfn2Potential()
    profile = evaluate_profile(scan, potential)
    afresh = potential.evaluate(water.numbers, scan.positions)
    np.testing.assert_allclose(profile.energies, afresh.energies, atol=1e-8)
    assert profile.forces is not None
    assert afresh.forces is not None
    np.testing.assert_allclose(profile.forces, afresh.forces, rtol=1e-6, atol=5e-6)
    assert profile.evaluation.other_energies is not None
    assert not np.isfinite(profile.evaluation.other_energies).any()


def test_refinement_and_scan_have_one_number_at_a_frame_and_between_frames_in_any_batch() -> None:
    scan = scan_of(*CASES["C[C+]=O 1-2"])
    potential = Gfn2Potential()
    profile = evaluate_profile(scan, potential)
    live = LivePotential(scan, potential)
    np.testing.assert_array_equal(live(scan.values[10:30]).energies, profile.energies[10:30])
    between = scan.values[:-1] + 0.37 * np.diff(scan.values)
    together = live(between).energies
    alone = [LivePotential(scan, Gfn2Potential(), batch_size=1)(between[k : k + 1]).energies[0] for k in (19, 28)]
    np.testing.assert_allclose(together[[19, 28]], alone, atol=1e-8)


def test_a_path_is_walked_once_for_all_who_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scan = scan_of("sulfur dioxide", (0, 1), np.linspace(1.3, 1.7, 5))
    potential = Gfn2Potential()
    molecule = scan.molecule
    one = potential.along(molecule.numbers, scan.positions)
    assert one is potential.along(molecule.numbers, scan.positions)
    assert one is not potential.along(molecule.numbers, scan.positions[:4])
    assert isinstance(one, Gfn2AlongPath)
    monkeypatch.setattr("bsct_explorer.potentials.families.gfn2.PATHS_BYTES", one.nbytes)
    potential.along(molecule.numbers, scan.positions[:4])
    assert one is not potential.along(molecule.numbers, scan.positions)


def test_a_path_too_long_to_keep_is_walked_in_parts_with_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    scan = scan_of("sulfur dioxide", (0, 1), np.linspace(1.2, 2.2, 40))
    whole = evaluate_profile(scan, Gfn2Potential())
    monkeypatch.setattr("bsct_explorer.potentials.families.gfn2.PATHS_BYTES", 1)
    told: list[tuple[int, int]] = []
    potential = Gfn2Potential().along(scan.molecule.numbers, scan.positions)
    found = potential.evaluate(scan.molecule.numbers, scan.positions, progress=lambda *done: told.append(done))
    np.testing.assert_allclose(found.energies, whole.energies, atol=1e-8)
    assert (16, 40) in told
    assert told[-1] == (40, 40)
    assert isinstance(potential, Gfn2AlongPath)
    assert potential.nbytes == 0
    between = potential.evaluate(scan.molecule.numbers, scan.positions[10:12].mean(axis=0)[None])
    assert whole.energies[10:12].min() - 0.1 < between.energies[0] < whole.energies[10:12].max() + 0.1


def test_another_molecule_or_state_is_computed_afresh() -> None:
    scan = scan_of("sulfur dioxide", (0, 1), np.linspace(1.3, 1.7, 5))
    potential = Gfn2Potential()
    along = potential.along(scan.molecule.numbers, scan.positions)
    plain = potential.evaluate(scan.molecule.numbers, scan.positions[:1], charge=-1, multiplicity=2)
    found = along.evaluate(scan.molecule.numbers, scan.positions[:1], charge=-1, multiplicity=2)
    assert found.energies[0] == pytest.approx(plain.energies[0], abs=1e-8)
    assert (found.charge, found.multiplicity) == (-1, 2)
