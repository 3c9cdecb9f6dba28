"""Causes of planted jumps: each is named right, with its atoms, and tested; and none is named where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.artifacts.causes import context_of, explain
from bsct_explorer.artifacts.causes.geometric_switches import rates
from bsct_explorer.artifacts.causes.relocate import jumps_at, relocate, relocate_all
from bsct_explorer.deformations import AngleBend, BondStretch, Torsion
from bsct_explorer.molecules import load_molecule
from bsct_explorer.planted.flawed_potentials import (
    VARIABLE,
    Curl,
    FlawlessPotential,
    HardCutoff,
    HardNeighbours,
    InternalSwitch,
    LiveFlawed,
    Rounded,
    certified,
    jumps_of,
    pairs_and_vectors,
)
from bsct_explorer.study import evaluate_profile

MOST_FRAMES = 200
MOST_FRAMES_BLIND = 260
"""Where nothing is declared and several jumps lie within a few mÅ."""


@pytest.fixture(scope="module")
def scan():
    return BondStretch(0, 1).scan(load_molecule("ethanol"))


def live_of(potential, scan):
    return LiveFlawed(scan, potential)


def explained(potential, scan, artifacts):
    """(artifact, cause, frames) for each artifact."""
    live, context, found = live_of(potential, scan), context_of(evaluate_profile(scan, potential)), []
    for artifact in artifacts:
        before = live.count.frames
        found.append((artifact, explain(artifact, live, context), live.count.frames - before))
    return found


def distances_at(scan, place):
    return pairs_and_vectors(scan.at([place]).positions)[0][0]


PLANTED = {
    "cutoff-pair": (lambda: HardCutoff(3.0), "energy"),
    "undeclared cutoff-pair": (lambda: HardCutoff(3.0, declared=False), "energy"),
    "neighbour-switch": (lambda: HardNeighbours(3), "energy"),
    "undeclared neighbour-switch": (lambda: HardNeighbours(3, declared=False), "energy"),
    "internal-variable": (lambda: InternalSwitch(1.0, 2), "force"),
    "float-precision": (Rounded, "energy"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_every_planted_jump_has_its_cause_tested_and_no_other(scan, name):
    """The diagonal of the confusion matrix, and nothing beside it."""
    make, measure = PLANTED[name]
    potential = make()
    artifacts = jumps_of(live_of(potential, scan), measure, least=1e-3 if measure == "energy" else 0.02)
    assert artifacts
    for artifact, cause, frames in explained(potential, scan, artifacts[-12:]):
        assert cause.kind == name.removeprefix("undeclared "), (artifact.location, cause)
        assert cause.confidence == "tested"
        assert frames <= (MOST_FRAMES_BLIND if name.startswith("undeclared") else MOST_FRAMES)
        assert cause.statement.count(". ") == 1
        assert cause.statement.endswith(".")


@pytest.mark.parametrize("declared", [True, False])
def test_the_pair_is_the_one_at_the_cutoff(scan, declared):
    potential = HardCutoff(3.0, declared)
    for artifact, cause, _ in explained(potential, scan, jumps_of(live_of(potential, scan))):
        (pair,) = cause.pairs
        assert distances_at(scan, artifact.location)[pair] == pytest.approx(3.0, abs=1e-6)
        assert cause.evidence["distance_Å"] == pytest.approx(3.0, abs=1e-6)
        assert "–".join(f"{scan.molecule.symbols[a]}{a}" for a in pair) in cause.statement


def test_measured_and_predicted_shift_are_told(scan):
    potential = HardCutoff(3.0)
    live = live_of(potential, scan)
    artifact = jumps_of(live)[3]
    ((_, cause, _),) = explained(potential, scan, [artifact])
    evidence = cause.evidence
    assert abs(evidence["predicted_shift_Å"]) > 1e-3
    assert evidence["measured_shift_Å"] == pytest.approx(evidence["predicted_shift_Å"], abs=5e-6)
    # The potential itself says the same: moved so, the jump is there and no longer at its old place.
    atom = next(a for a in cause.atoms if evidence["moved_atom"].endswith(str(a)))
    move = np.zeros((len(scan.molecule), 3))
    other = next(a for a in cause.atoms if a != atom)
    x = scan.at([artifact.location]).positions[0]
    direction = x[atom] - x[other]
    move[atom] = evidence["moved_by_Å"] * direction / np.linalg.norm(direction)
    moved = live.displaced(move)
    places = artifact.location + np.array([0.0, evidence["measured_shift_Å"], -evidence["measured_shift_Å"]])
    sizes = np.abs(jumps_at(moved, places, 5e-6).energy)
    assert sizes[0] < 1e-6
    assert sizes[1:].max() == pytest.approx(abs(artifact.size), rel=1e-3)


@pytest.mark.parametrize("declared", [True, False])
def test_the_neighbours_are_those_that_change(scan, declared):
    k = 3
    potential = HardNeighbours(k, declared)
    for artifact, cause, _ in explained(potential, scan, jumps_of(live_of(potential, scan))):
        centre, leaving, entering = cause.atoms
        before, after = (
            set(np.argsort(distances_at(scan, artifact.location + side)[centre])[1 : k + 1]) for side in (-1e-4, 1e-4)
        )
        assert before - after == {leaving}
        assert after - before == {entering}
        assert cause.evidence["rank"] == k


def test_the_atom_is_the_one_whose_variable_crosses_zero(scan):
    potential = InternalSwitch(1.0, 2)
    ((artifact, cause, _),) = explained(potential, scan, jumps_of(live_of(potential, scan), "force", least=0.02))
    assert cause.atoms == (2,)
    assert VARIABLE.name in cause.statement
    assert VARIABLE.effect in cause.statement
    assert cause.source == VARIABLE.source
    around = scan.at(artifact.location + np.array([-1e-5, 1e-5])).positions
    x = potential.internals(scan.molecule.numbers, around)[VARIABLE.name][:, 2]
    assert x[0] * x[1] < 0


def test_what_is_declared_by_nobody_is_unknown(scan):
    potential = InternalSwitch(1.0, 2, declared=False)
    ((_, cause, frames),) = explained(potential, scan, jumps_of(live_of(potential, scan), "force", least=0.02))
    assert (cause.kind, cause.confidence) == ("unknown", "none")
    assert "not known" in cause.statement
    assert any("no pair's distance" in str(reason) for reason in cause.evidence.values())
    assert frames <= MOST_FRAMES


# Decoys: at the jump's place something else switches as well, and is not what makes the jump.


def test_a_cutoff_that_happens_to_lie_there_is_not_named(scan):
    """A neighbour switch, and a declared cutoff that a pair crosses at the very same place."""
    potential = HardNeighbours(3)
    artifact = jumps_of(live_of(potential, scan))[0]
    d = distances_at(scan, artifact.location)
    potential.info = replace(potential.info, cutoffs={"decoy": float(d[3, 8])})
    ((_, cause, _),) = explained(potential, scan, [artifact])
    assert (cause.kind, cause.confidence) == ("neighbour-switch", "tested")
    assert cause.evidence["candidates"] == 2
    assert cause.evidence["ruled_out"] == 1


def test_a_variable_that_happens_to_cross_zero_there_is_not_named(scan):
    """A hard cutoff, and a declared variable of another pair that changes sign at the very same place."""

    class Decoy(HardCutoff):
        def _internals(self, numbers, positions, charge, multiplicity):
            d = pairs_and_vectors(positions)[0]
            return {VARIABLE.name: d[:, 3, 8] - self.level}

    potential = Decoy(3.0)
    artifact = jumps_of(live_of(potential, scan))[2]
    potential.level = distances_at(scan, artifact.location)[3, 8]
    potential.info = replace(potential.info, internals=(VARIABLE,))
    ((_, cause, _),) = explained(potential, scan, [artifact])
    assert (cause.kind, cause.confidence) == ("cutoff-pair", "tested")
    assert (3, 8) not in cause.pairs
    assert cause.evidence["ruled_out"] == 1


def test_only_decoys_leave_the_cause_unknown(scan):
    potential = InternalSwitch(1.0, 2, declared=False)
    (artifact,) = jumps_of(live_of(potential, scan), "force", least=0.02)
    d = distances_at(scan, artifact.location)
    potential.info = replace(potential.info, cutoffs={"decoy": float(d[3, 8]), "another": float(d[4, 7])})
    ((_, cause, _),) = explained(potential, scan, [artifact])
    assert cause.kind == "unknown"
    assert "H3–H8" in " ".join(map(str, cause.evidence.values()))


def test_a_smooth_cutoff_is_no_cause_of_anything(scan):
    """No jump is there to explain: what was claimed cannot be found again."""
    potential = FlawlessPotential(cutoffs={"network": 3.0})
    ((_, cause, _),) = explained(potential, scan, [certified("energy-step", 1.8, 0.05, "eV")])
    assert cause.kind == "unknown"
    assert "could not be found again" in str(cause.evidence)


def symmetric_ethane():
    """Ethane of exact D3d symmetry, with the atoms and bonds of the library's."""
    molecule = load_molecule("ethane")
    turns = np.radians([0.0, 120.0, 240.0])
    circle = np.stack([1.02 * np.cos(turns), 1.02 * np.sin(turns), np.full(3, 0.39)], axis=1)
    positions = np.zeros((8, 3))
    positions[1, 2] = 1.53
    first = [b.i + b.j for b in molecule.bonds if 0 in b.atoms and b.atoms != (0, 1)]
    second = [b.i + b.j - 1 for b in molecule.bonds if 1 in b.atoms and b.atoms != (0, 1)]
    positions[first] = circle * [1, 1, -1]
    positions[second] = circle * [-1, -1, 1] + [0, 0, 1.53]
    return replace(molecule, positions=positions)


@pytest.mark.parametrize(("deformation", "place"), [(BondStretch(0, 1), 1e-4), (AngleBend(0, 1, 2), 1e-3)])
def test_a_rate_beside_zero_needs_nothing_below_it(scan, deformation, place):
    here, rate = rates(deformation.scan(scan.molecule), place, deformation.measure, 1e-2)
    assert here == pytest.approx(place, abs=1e-6)
    assert rate == pytest.approx(1.0, rel=1e-3)


def test_pairs_that_are_equal_by_symmetry_are_all_named():
    scan = BondStretch(0, 1).scan(symmetric_ethane())
    potential = HardCutoff(3.0)
    found = explained(potential, scan, jumps_of(live_of(potential, scan)))
    # C–C, C–H (6), H–H of the two torsions (6 and 3).
    assert sorted(len(cause.pairs) for _, cause, _ in found) == [1, 3, 6, 6]
    for artifact, cause, frames in found:
        d = distances_at(scan, artifact.location)
        i, j = np.triu_indices(len(d), 1)
        there = np.abs(d[i, j] - 3.0) < 1e-5
        expected = {(int(a), int(b)) for a, b in zip(i[there], j[there], strict=True)}
        assert set(cause.pairs) == expected
        assert set(cause.atoms) == {a for pair in expected for a in pair}
        assert cause.confidence == "tested"
        assert frames <= MOST_FRAMES


@pytest.mark.parametrize("deformation", [AngleBend(0, 1, 2), Torsion(0, 1, 2, 8)], ids=["angle", "torsion"])
def test_in_degrees_as_well(deformation):
    molecule = load_molecule("ethanol")
    scan = deformation.scan(molecule)
    potential = HardCutoff(2.6)
    found = explained(potential, scan, jumps_of(live_of(potential, scan)))
    assert found
    for artifact, cause, _ in found:
        assert (cause.kind, cause.confidence) == ("cutoff-pair", "tested")
        for pair in cause.pairs:
            assert distances_at(scan, artifact.location)[pair] == pytest.approx(2.6, abs=1e-6)
        assert "°" in cause.statement


def test_an_artifact_that_was_not_refined_is_found_in_its_interval(scan):
    potential = HardCutoff(3.0)
    artifact = jumps_of(live_of(potential, scan))[4]
    rough = replace(artifact, location=artifact.location + 0.004, certified=None, refinement=None)
    ((_, cause, _),) = explained(potential, scan, [rough])
    assert (cause.kind, cause.confidence) == ("cutoff-pair", "tested")


def test_a_jump_that_depends_on_the_batch_is_said_to():
    """The answer of the first frame of a batch is different: nothing physical."""

    class Batchy(FlawlessPotential):
        def _compute(self, numbers, positions, charge, multiplicity):
            batch = super()._compute(numbers, positions, charge, multiplicity)
            late = np.arange(len(positions)) >= len(positions) / 2
            return replace(batch, energies=batch.energies + 0.05 * late * (len(positions) > 1))

    scan = BondStretch(0, 1).scan(load_molecule("ethanol"))
    ((_, cause, _),) = explained(Batchy(), scan, [certified("energy-step", 1.8, 0.05, "eV")])
    assert (cause.kind, cause.confidence) == ("float-precision", "tested")
    assert "one frame at a time" in cause.statement


def test_direct_forces_are_measured_and_not_believed(scan):
    for potential in (Curl(), Curl(conservative=True)):
        artifact = certified("non-conservative", 1.6, 0.2, "eV/Å")
        ((_, cause, _),) = explained(potential, scan, [artifact])
        assert (cause.kind, cause.confidence) == ("direct-forces", "tested")
    assert "although it says" in cause.statement
    ((_, cause, _),) = explained(FlawlessPotential(), scan, [artifact])
    assert cause.kind == "unknown"
    assert "agree" in str(cause.evidence)


def test_relocating_finds_the_jumps(scan):
    live = live_of(HardCutoff(3.0), scan)
    artifacts = jumps_of(live)
    first = artifacts[0]
    found = relocate(live, first.location - 0.02, first.location + 0.013, "energy", 1e-6)
    assert found.place == pytest.approx(first.location, abs=2e-6)
    assert found.size == pytest.approx(first.size, abs=1e-6)
    seen = relocate_all(live, 1.42, 1.45, "energy", 1e-6, 0.03)
    assert len(seen) == 2  # 4 mÅ apart
    for jump in seen:
        assert np.abs(distances_at(scan, jump.place) - 3.0).min() < 2e-6
    assert relocate_all(live_of(FlawlessPotential(), scan), 1.42, 1.45, "energy", 1e-6, 0.03) == []


@pytest.mark.filterwarnings("error")
def test_where_every_frame_fails_no_jump_is_found_and_nobody_is_warned():
    def failing(q):
        return np.full((2, len(q)), np.nan)

    assert relocate(failing, 1.4, 1.5, "energy", 1e-6) is None
    assert relocate_all(failing, 1.4, 1.5, "force", 1e-6, 0.03) is None


def test_a_minimum_that_a_jump_makes_has_that_jumps_cause(scan):
    """Refinement says that the minimum, or its barrier, is a jump: then that jump is what is explained."""
    potential = HardCutoff(3.0)
    step = jumps_of(live_of(potential, scan))[4]
    minimum = certified("artificial-minimum", step.location + 5e-5, 0.06, "eV")
    made = replace(minimum, refinement=replace(minimum.refinement, evidence={"minimum_is": "a jump of the energy"}))
    ((_, cause, _),) = explained(potential, scan, [made])
    assert (cause.kind, cause.confidence) == ("cutoff-pair", "tested")
    assert cause.evidence["made_by_step_at_Å"] == pytest.approx(step.location, abs=2e-6)
    assert cause.evidence["made_by_step_of_eV"] == pytest.approx(step.size, abs=1e-5)
    ((_, smooth, _),) = explained(potential, scan, [minimum])
    assert smooth.kind == "unknown"


def test_a_step_and_a_kink_in_one_place_are_tested_once(scan):
    potential = HardCutoff(3.0)
    live = live_of(potential, scan)
    step = jumps_of(live)[4]
    kink = float(jumps_at(live, [step.location], 5e-6).force[0])
    (_, first, frames), (_, second, again) = explained(
        potential, scan, [step, certified("force-kink", step.location, kink, "eV/Å")]
    )
    assert first.pairs == second.pairs
    assert again <= 2 < frames


def test_unknown_says_what_was_not_tested(scan):
    live = live_of(FlawlessPotential(), scan)
    cause = explain(
        certified("outer-fall", 2.6, 0.1, "eV"), live, context_of(evaluate_profile(scan, FlawlessPotential()))
    )
    assert cause.kind == "unknown"
    assert "could not be tested" in cause.statement
    assert "ruled out" not in cause.statement
