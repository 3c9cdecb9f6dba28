"""Refinement of a study: what a live potential certifies, refutes and explains, from the scan to the JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from bsct_explorer.analysis import analyse
from bsct_explorer.artifacts import Thresholds
from bsct_explorer.deformations import BondStretch
from bsct_explorer.errors import Cancelled, PotentialError
from bsct_explorer.export.plain_json import json_text
from bsct_explorer.export.study_json import schema, study_document
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import Batch
from bsct_explorer.potentials.families.pair_potentials import MorsePotential
from bsct_explorer.remarks import Remark
from bsct_explorer.study import Hooks, StudySettings, evaluate_profile, live_thresholds, refine_analysis, run_study

PLACE, STEP = 1.4142, 0.02


class Planted(MorsePotential):
    """Morse between all pairs, and a smooth or sudden step of the energy of the first pair at `PLACE`."""

    def __init__(self, width=0.0):
        super().__init__()
        self.info = replace(
            self.info, name="planted", display_name="Planted", cutoffs={"step": PLACE}, parameters={"width_Å": width}
        )
        self.width = width
        self.frames = 0

    def _compute(self, numbers, positions, charge, multiplicity):
        self.frames += len(positions)
        batch = super()._compute(numbers, positions, charge, multiplicity)
        bond = positions[:, 1] - positions[:, 0]
        r = np.linalg.norm(bond, axis=1)
        if not self.width:
            return replace(batch, energies=batch.energies + STEP * (r > PLACE))
        x = (r - PLACE) / self.width
        slope = STEP / self.width / np.cosh(np.clip(x, -300, 300)) ** 2 / 2
        forces = np.array(batch.forces)
        push = -slope[:, None] * bond / r[:, None]
        forces[:, 1] += push
        forces[:, 0] -= push
        return replace(batch, energies=batch.energies + STEP / 2 * (1 + np.tanh(x)), forces=forces)


class Spring(MorsePotential):
    """E = c r of the first two atoms: with c above 0 they only attract each other, below it they only repel."""

    def __init__(self, c):
        super().__init__()
        self.info = replace(self.info, name="spring", display_name="Spring")
        self.c = c

    def _compute(self, numbers, positions, charge, multiplicity):
        bond = positions[:, 1] - positions[:, 0]
        r = np.linalg.norm(bond, axis=1)
        forces = np.zeros_like(positions)
        forces[:, 0] = self.c * bond / r[:, None]
        forces[:, 1] = -forces[:, 0]
        return Batch(self.c * r, forces)


class Broken(MorsePotential):
    """Answers on the grid, and not between."""

    def __init__(self, allowed):
        super().__init__()
        self.info = replace(self.info, name="broken", display_name="Broken")
        self.allowed = allowed

    def _compute(self, numbers, positions, charge, multiplicity):
        batch = super()._compute(numbers, positions, charge, multiplicity)
        r = np.linalg.norm(positions[:, 1] - positions[:, 0], axis=1)
        known = np.abs(r[:, None] - self.allowed).min(axis=1) < 1e-9
        energies = batch.energies + STEP * (r > PLACE)
        return replace(batch, energies=np.where(known, energies, np.nan))


@pytest.fixture(scope="module")
def scan():
    return BondStretch(0, 1).scan(load_molecule("ethane"))


def refined(scan, potential, **hooks):
    profile = evaluate_profile(scan, potential)
    return refine_analysis(analyse(profile), potential, Hooks(**hooks))


def test_a_step_is_certified_where_it_is_with_its_cause(scan):
    analysis = refined(scan, Planted())
    steps = [artifact for artifact in analysis.artifacts if artifact.kind == "energy-step"]
    assert len(steps) == 1
    step = steps[0]
    assert step.certified is True
    assert step.refinement.verdict == "jump"
    assert step.location == pytest.approx(PLACE, abs=1e-6)
    assert step.size == pytest.approx(STEP, abs=1e-5)
    assert step.cause.kind == "cutoff-pair"
    assert step.cause.confidence == "tested"
    assert (0, 1) in step.cause.pairs
    assert analysis.noise is not None


def test_a_narrow_but_smooth_step_is_refuted(scan):
    analysis = refined(scan, Planted(width=0.003))
    assert [a for a in analysis.artifacts if a.kind in ("energy-step", "force-kink")] == []
    assert {a.refinement.verdict for a in analysis.refuted} <= {"smooth", "steep"}
    assert analysis.refuted
    assert all(a.certified is False for a in analysis.refuted)


def test_a_smooth_potential_costs_next_to_nothing(scan):
    potential = MorsePotential()
    analysis = refined(scan, potential)
    assert analysis.artifacts == analysis.refuted == ()
    assert analysis.refined_frames <= 64


def test_frames_that_fail_between_the_grid_lose_no_curve(scan):
    potential = Broken(scan.values)
    analysis = refined(scan, potential)
    assert np.isfinite(analysis.profile.energies).all()
    assert not any(artifact.certified for artifact in analysis.artifacts)
    assert {a.refinement.verdict for a in analysis.undecided} == {"unresolved"}
    assert analysis.undecided
    assert not any(a.refinement.verdict == "unresolved" for a in analysis.refuted)
    (remark,) = [note for note in analysis.notes if isinstance(note, Remark) and note.kind.name == "undecided"]
    assert remark.kind.doubt
    assert "energy step between 1.405 and 1.428 Å" in remark
    assert not any("could not be refined" in note for note in analysis.notes)


def test_every_candidate_is_told_as_it_is_decided(scan):
    told, steps = [], []
    analysis = refined(scan, Planted(), decided=told.append, progress=lambda *a: steps.append(a))
    assert any(artifact.certified for artifact in told)
    assert told[-1].cause is not None
    assert steps[-1][1] == steps[-1][2]
    assert {a.kind for a in analysis.artifacts} <= {a.kind for a in told}


def test_refinement_can_be_stopped(scan):
    potential = Planted()
    analysis = analyse(evaluate_profile(scan, potential))
    with pytest.raises(Cancelled):
        refine_analysis(analysis, potential, Hooks(cancel=lambda: True))


def test_stored_frames_are_left_as_they_are_with_the_reason(scan):
    potential = Planted()
    analysis = analyse(evaluate_profile(scan, potential))
    assert "Nothing live" in refine_analysis(analysis, None).notes[-1]
    stored = replace(scan, deformation=None)
    left = refine_analysis(analyse(evaluate_profile(stored, potential)), potential)
    assert "read from a file" in left.notes[-1]
    assert all(artifact.certified is None for artifact in left.artifacts)


def test_live_thresholds_keep_what_a_person_set():
    own = live_thresholds(Thresholds(step=0.1))
    assert own.step == 0.1
    assert own.kink == Thresholds.live().kink
    assert live_thresholds(Thresholds()) == Thresholds.live()


def test_the_json_says_what_was_certified_and_what_refuted(scan):
    study = run_study(scan, [Planted(), Planted(width=0.003)], StudySettings(refine=True))
    document = json.loads(json_text(study_document(study)))
    jsonschema.validate(document, schema())
    step = next(a for a in document["profiles"][0]["artifacts"] if a["kind"] == "energy-step")
    assert step["certified"] is True
    assert step["cause"] == "cutoff-pair"
    assert step["cause_details"]["confidence"] == "tested"
    assert len(step["refinement"]["levels"]) > 2
    assert document["profiles"][1]["refuted"][0]["verdict"] in ("smooth", "steep")
    assert document["profiles"][0]["noise"]["energy"] >= 0


def test_two_potentials_of_one_name_are_each_asked_themselves(scan):
    study = run_study(scan, [Planted(), Planted(width=0.003)], StudySettings(refine=True))
    sudden, smooth = study.analyses
    assert any(a.certified for a in sudden.artifacts)
    assert not any(a.kind == "energy-step" for a in smooth.artifacts)


def test_the_far_field_is_looked_at_when_asked(scan):
    study = run_study(scan, [MorsePotential()], StudySettings(far_field=True))
    document = json.loads(json_text(study_document(study)))
    jsonschema.validate(document, schema())
    far = document["profiles"][0]["far_field"]
    assert far["values"][-1] == pytest.approx(20.0)
    assert far["size_consistent"] is True
    assert {key for key, value in far.items() if value is None} == set(far["reasons"])
    assert run_study(scan, [MorsePotential()]).analyses[0].far_field is None


def test_a_far_field_that_cannot_be_had_is_said():
    from bsct_explorer.deformations import AngleBend

    angle = AngleBend(1, 0, 2).scan(load_molecule("water"))
    analysis = run_study(angle, [MorsePotential()], StudySettings(far_field=True)).analyses[0]
    assert analysis.far_field is None
    assert any("No far field: " in note for note in analysis.notes)


def test_another_potential_certifies_nothing(scan):
    analysis = analyse(evaluate_profile(scan, Planted()))
    with pytest.raises(PotentialError, match="The curve is of Planted, and Morse cannot certify"):
        refine_analysis(analysis, MorsePotential())


@pytest.mark.parametrize(("c", "words"), [(1.0, "pulls the atoms together"), (-1.0, "pushes the atoms apart")])
def test_a_curve_that_only_attracts_or_only_repels_is_wrong_without_a_reference_too(c, words):
    """Its force never changes its sign: on one side of the molecule's own length it points the wrong way."""
    scan = BondStretch(0, 1).scan(load_molecule("ethane"))
    potential = Spring(c)
    profile = evaluate_profile(scan, potential)
    (artifact,) = refine_analysis(analyse(profile), potential).artifacts
    assert artifact.kind == "spurious-force"
    assert artifact.certified is True
    assert words in artifact.explanation
    assert artifact.size == pytest.approx(1.0)
    own = scan.own_value
    assert artifact.interval == pytest.approx((scan.values[0], own) if c > 0 else (own, scan.values[-1]))
    assert analyse(profile, profile).artifacts == (), "a reference that does the same has the last word"


@pytest.mark.parametrize(("c", "span"), [(1.0, (0.9, 2.0)), (-1.0, (0.5, 1.1))])
def test_a_range_that_ends_beside_the_own_length_says_nothing_of_a_missing_minimum(c, span):
    scan = BondStretch(0, 1, range=span).scan(load_molecule("ethane"))
    assert analyse(evaluate_profile(scan, Spring(c))).artifacts == ()
