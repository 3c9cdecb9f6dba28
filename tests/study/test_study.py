"""Studies: what is computed, what fails, and in which order it comes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bsct_explorer.artifacts import Thresholds
from bsct_explorer.deformations import AngleBend, BondStretch, Torsion, spice_scan
from bsct_explorer.errors import Cancelled, DeformationError, PotentialError, ReferenceDataError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import Batch, Potential, load_potential
from bsct_explorer.potentials.families.pair_potentials import MorsePotential
from bsct_explorer.provenance import gather, weights_digest
from bsct_explorer.study import (
    Hooks,
    Potentials,
    Pull,
    StudySettings,
    UploadedFile,
    all_bonds,
    evaluate_profile,
    make_grid,
    remarks_of,
    resolve_reference,
    run_map,
    run_study,
    score,
)


@pytest.fixture
def scan():
    return BondStretch(0, 1).scan(load_molecule("water"), points=30)


class Counting(MorsePotential):
    """Morse that remembers how many frames it was asked for."""

    def __init__(self, name="counting", **parameters):
        super().__init__(**parameters)
        self.info = replace(self.info, name=name, display_name=name)
        self.frames = 0

    def _compute(self, numbers, positions, charge, multiplicity):
        self.frames += len(positions)
        return super()._compute(numbers, positions, charge, multiplicity)


class Failing(Potential):
    """Raises whatever it is given."""

    def __init__(self, error):
        self.info = replace(MorsePotential().info, name="failing", display_name="Failing")
        self.error = error

    def _compute(self, numbers, positions, charge, multiplicity):
        raise self.error


def test_a_profile_is_the_potentials_answer_on_the_scan(scan):
    told = []
    profile = evaluate_profile(scan, load_potential("morse"), Hooks(progress=lambda *a: told.append(a)))
    direct = load_potential("morse").evaluate(scan.molecule.numbers, scan.positions)
    assert np.array_equal(profile.energies, direct.energies)
    assert profile.scan is scan
    assert told[-1] == ("Morse", 30, 30)


def test_charge_and_multiplicity_are_sent():
    seen = []

    class Watching(Counting):
        def _compute(self, numbers, positions, charge, multiplicity):
            seen.append((charge, multiplicity))
            return super()._compute(numbers, positions, charge, multiplicity)

    molecule = load_molecule("water", charge=1)
    scan = BondStretch(0, 1).scan(molecule, points=20)
    study = run_study(scan, [Watching()])
    assert set(seen) == {(1, 2)}
    assert any("charge" in note for note in study.analyses[0].profile.evaluation.notes)


def test_order_is_as_asked_and_repeats_count_once(scan):
    study = run_study(scan, ["lennard-jones", "morse", "Morse", "morse"])
    assert [analysis.profile.info.name for analysis in study.analyses] == ["lennard-jones", "morse"]


def test_two_loaded_potentials_may_share_a_name(scan):
    study = run_study(scan, [Counting("mine"), Counting("mine", depth=2.0)])
    deep, shallow = study.analyses
    assert deep.profile.energies.min() < shallow.profile.energies.min()


def test_the_reference_that_is_also_a_model_is_computed_once(scan):
    potential = Counting()
    store = Potentials(given={"counting": potential})
    study = run_study(scan, ["counting"], StudySettings("counting"), potentials=store)
    assert 30 <= potential.frames < 60  # once, and a few frames again
    assert study.analyses[0].metrics["energy_mae_full"] == 0


@pytest.mark.parametrize("error", [RuntimeError("no weights"), ValueError("no weights"), PotentialError("no weights")])
def test_a_failing_potential_is_listed_and_the_rest_is_kept(scan, error):
    study = run_study(scan, [Failing(error), "morse", "no-such-model"])
    assert [analysis.profile.info.name for analysis in study.analyses] == ["morse"]
    assert [failure.model for failure in study.failed] == ["failing", "no-such-model"]
    assert "no weights" in study.failed[0].error
    study.require_a_curve()


def test_a_potential_that_returns_only_nan_has_failed(scan):
    class Nothing(Counting):
        def evaluate(self, *args, **kwargs):
            evaluation = super().evaluate(*args, **kwargs)
            return replace(evaluation, energies=np.full(30, np.nan))

    study = run_study(scan, [Nothing(), "morse"])
    assert "no finite energy" in study.failed[0].error


def test_no_curve_at_all_is_an_error_with_every_reason(scan):
    study = run_study(scan, [Failing(RuntimeError("no weights")), "no-such-model"])
    with pytest.raises(PotentialError, match=r"No potential gave a curve.*no weights.*no-such-model"):
        study.require_a_curve()


def test_cancel_stops_the_study_and_is_no_failure(scan):
    with pytest.raises(Cancelled):
        run_study(scan, ["morse"], hooks=Hooks(cancel=lambda: True))


def test_references(scan, tmp_path):
    assert resolve_reference(scan, StudySettings(None)) == (None, "no reference was asked for")
    assert resolve_reference(scan, StudySettings("none"))[0] is None
    profile, note = resolve_reference(scan, StudySettings("morse"))
    assert (profile.info.name, note) == ("morse", "")
    profile, _ = resolve_reference(scan, StudySettings("auto"), models=["morse"])
    assert profile.info.name == "gfn2-xtb"
    assert resolve_reference(scan, StudySettings("auto"), models=["morse", "gfn2-xtb"])[0] is not None
    assert resolve_reference(scan, StudySettings("auto"), models=["gfn2-xtb"])[0] is None
    with pytest.raises(ReferenceDataError, match="no DFT reference"):
        resolve_reference(scan, StudySettings("dft"))
    with pytest.raises(PotentialError, match="no-such-model"):
        resolve_reference(scan, StudySettings("no-such-model"))
    path = tmp_path / "mine.csv"
    path.write_text("r,e\n" + "".join(f"{r},{r * r}\n" for r in np.linspace(0.4, 2.1, 50)))
    profile, _ = resolve_reference(scan, StudySettings(path, reference_level="HF/STO-3G"))
    assert profile.info.level_of_theory == "HF/STO-3G"
    assert profile.energies == pytest.approx(scan.values**2, abs=1e-6)


def test_a_default_reference_that_fails_loses_nothing_but_itself(scan):
    store = Potentials(broken={("gfn2-xtb", "auto", None): PotentialError("tblite is not installed")})
    study = run_study(scan, ["morse"], StudySettings("auto"), potentials=store)
    assert study.reference is None
    assert "tblite is not installed" in study.reference_note
    assert study.analyses[0].metrics["fsd_full"] is None
    with pytest.raises(PotentialError, match="tblite is not installed"):
        run_study(scan, ["morse"], StudySettings("gfn2-xtb"), potentials=store)


def test_bsct_spice_has_its_own_reference_on_its_own_frames_only(bsct_spice_dir):
    molecule = load_molecule("bsct-spice:C-O/21541", data=bsct_spice_dir)
    own = spice_scan(molecule)
    study = run_study(own, ["morse"], StudySettings("auto"))
    assert study.reference.info.name == "dft"
    assert study.reference_analysis.artifacts == ()
    other = BondStretch(*own.atoms).scan(molecule, points=30)
    assert resolve_reference(other, StudySettings("auto"), models=["morse"])[0].info.name == "gfn2-xtb"
    with pytest.raises(ReferenceDataError, match=r"its own 100 frames"):
        resolve_reference(other, StudySettings("dft"))


def test_thresholds_and_eps_are_used_and_recorded(scan):
    usual = run_study(scan, ["morse"], StudySettings("lennard-jones"))
    asked = StudySettings("lennard-jones", eps=0.1, thresholds=Thresholds(prominence=0.5))
    other = run_study(scan, ["morse"], asked)
    assert (usual.eps, usual.thresholds) == (1.0, Thresholds())
    assert (other.eps, other.thresholds.prominence) == (0.1, 0.5)
    assert other.analyses[0].thresholds.prominence == 0.5
    assert other.analyses[0].metrics["fsd_full"] != usual.analyses[0].metrics["fsd_full"]


class OnlyFirst(Counting):
    """Morse with a step of 0.3 eV in the distance of atoms 0 and 1."""

    def _compute(self, numbers, positions, charge, multiplicity):
        batch = super()._compute(numbers, positions, charge, multiplicity)
        r = np.linalg.norm(positions[:, 0] - positions[:, 1], axis=-1)
        return Batch(batch.energies + 0.3 * (r > 1.5), batch.forces)


def test_all_bonds_come_worst_first():
    molecule = load_molecule("methanol")
    survey = all_bonds(molecule, [OnlyFirst()], pull=Pull(points=60))
    assert len(survey.studies) == len(molecule.bonds)
    assert survey.studies[0].scan.atoms == (0, 1)
    scores = [score(study) for study in survey.studies]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1]


def test_score_counts_the_worst_potential_not_their_sum(scan):
    clean, stepped = Counting("clean"), OnlyFirst("stepped")
    long = BondStretch(0, 1).scan(load_molecule("water"), points=60)
    alone, both = run_study(long, [stepped]), run_study(long, [stepped, clean])
    assert score(alone) == score(both) > score(run_study(long, [clean]))
    none = run_study(scan, [Failing(RuntimeError("no"))])
    assert score(none) > score(alone), "a bond without any curve comes first"


def test_all_bonds_tells_of_each_as_it_comes():
    molecule = load_molecule("water")
    told: list[tuple[tuple[int, ...], ...]] = []
    survey = all_bonds(
        molecule,
        ["morse"],
        pull=Pull(points=20),
        found=lambda so_far: told.append(tuple(s.scan.atoms for s in so_far.studies)),
    )
    assert [len(atoms) for atoms in told] == [1, 2]
    assert told[-1] == tuple(study.scan.atoms for study in survey.studies)


@pytest.mark.parametrize(
    "kind", ["mine.csv", "mine.json", Path("a.xyz"), UploadedFile("up.dat", b""), "dft", "DFT", "curve"]
)
def test_a_reference_of_one_scan_is_refused_for_all_bonds_and_maps(scan, kind):
    spec = resolve_reference(scan, StudySettings("morse"))[0] if kind == "curve" else kind
    water = load_molecule("water")
    with pytest.raises(ReferenceDataError, match=r"The reference is .* belongs to one scan.*such as gfn2-xtb, or none"):
        all_bonds(water, ["morse"], StudySettings(spec))
    grid = make_grid(water, BondStretch(0, 1), AngleBend(1, 0, 2), (9, 9))
    with pytest.raises(ReferenceDataError, match=r"The reference is .*no frames of a map"):
        run_map(grid, "morse", StudySettings(spec))


def test_all_bonds_refuses_what_cannot_be():
    ring = load_molecule("benzene")
    survey = all_bonds(ring, ["morse"], pull=Pull(points=20))
    assert {bond.type for bond in survey.skipped} == {"C-C"}
    only_ring = replace(ring, bonds=survey.skipped)
    with pytest.raises(DeformationError, match=r"No bond of benzene can be pulled apart: .*ring"):
        all_bonds(only_ring, ["morse"])


def test_all_bonds_loads_each_potential_once(monkeypatch):
    import bsct_explorer.potentials as potentials

    loads = []
    real = potentials.load_potential
    monkeypatch.setattr(potentials, "load_potential", lambda name, *a: loads.append(name) or real(name, *a))
    all_bonds(load_molecule("water"), ["morse", "no-such-model"], pull=Pull(points=20))
    assert sorted(loads) == ["morse", "no-such-model"]


def test_provenance(scan, tmp_path):
    weights = tmp_path / "weights.pt"
    weights.write_bytes(b"1234")
    potential = Counting()
    potential.weights = weights
    provenance = run_study(scan, [potential, "morse"], StudySettings(command="bsct-explorer scan")).provenance
    assert provenance.weights_sha256 == {"counting": hashlib.sha256(b"1234").hexdigest(), "morse": None}
    assert provenance.notes["weights_sha256.morse"]
    assert provenance.command == "bsct-explorer scan"
    assert provenance.packages["numpy"] == np.__version__
    assert gather({}).notes["command"]
    weights.write_bytes(b"12345")
    assert weights_digest(potential)[0] == hashlib.sha256(b"12345").hexdigest(), "changed weights are hashed again"
    potential.weights = (weights, tmp_path / "gone.pt")
    digest, reason = weights_digest(potential)
    assert digest is None
    assert "gone.pt" in reason


@pytest.mark.parametrize(
    ("factor", "question"),
    [(1.0, ""), (23.0605, "kcal/mol?"), (96.485, "kJ/mol?"), (1 / 27.2114, "hartree?"), (2.0, ""), (-23.06, "")],
)
def test_a_torsion_s_unit_is_told_beside_the_potential_s_curve(factor, question):
    turn = Torsion(0, 1, 2, 3).scan(load_molecule("butane"), 40)
    energies = evaluate_profile(turn, load_potential("lennard-jones")).energies
    rows = "".join(f"{q},{factor * (e - energies.min())}\n" for q, e in zip(turn.values, energies, strict=True))
    settings = StudySettings(UploadedFile("mine.csv", rows.encode()))
    said = [each.remark for each in remarks_of(run_study(turn, ["lennard-jones"], settings))]
    doubts = [remark for remark in said if remark.kind.name == "unit-doubted"]
    assert [question in doubt for doubt in doubts] == ([True] if question else [])
