"""The JSON of a study: the contract and its schema."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.deformations import AngleBend, BondStretch
from bsct_explorer.export.plain_json import json_text, plain
from bsct_explorer.export.study_json import schema, study_document
from bsct_explorer.molecules import load_molecule
from bsct_explorer.study import StudySettings, run_study

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")


@pytest.fixture(scope="module")
def document():
    scan = BondStretch(0, 1).scan(load_molecule("water"), points=30)
    return study_document(run_study(scan, ["morse"], StudySettings("lennard-jones")))


def errors(document):
    return [error.message for error in jsonschema.Draft202012Validator(schema()).iter_errors(document)]


def test_the_schema_is_one_and_takes_a_study(document):
    jsonschema.Draft202012Validator.check_schema(schema())
    assert errors(json.loads(json_text(document))) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("failed"),
        lambda d: d.pop("reference"),
        lambda d: d["profiles"][0].pop("generalized_forces"),
        lambda d: d["profiles"][0]["metrics"].pop("fsd_full"),
        lambda d: d["profiles"][0]["metrics"].update(fsd_full="large"),
        lambda d: d["profiles"][0]["energies"].append("nan"),
        lambda d: d["reference"].pop("artifacts"),
        lambda d: d["coordinate"].update(unit="nm"),
        lambda d: d["provenance"].update(weights_sha256={"morse": "none"}),
        lambda d: d["settings"].update(thresholds={}),
        lambda d: d.update(extra=1),
    ],
)
def test_the_schema_refuses_what_breaks_the_contract(document, spoil):
    spoiled = json.loads(json_text(document))
    spoil(spoiled)
    assert errors(spoiled)


def test_artifacts_of_the_reference_are_its_own(document):
    # Lennard-Jones at bond lengths is one long wall: no minimum, its energy only falls.
    assert document["reference"]["model"] == "lennard-jones"
    assert document["reference"]["equilibrium"] is None
    assert document["reference"]["notes"]["equilibrium"]
    assert document["reference"]["metrics"]["fsd_full"] is None
    assert document["profiles"][0]["metrics"]["energy_mae_full"] > 0


def test_energies_are_raw_and_every_frame_is_there(document):
    scan = BondStretch(0, 1).scan(load_molecule("water"), points=30)
    study = run_study(scan, ["morse"])
    raw = study.analyses[0].profile.energies
    assert document["profiles"][0]["energies"] == raw.tolist()
    assert len(document["profiles"][0]["energies"]) == len(document["coordinate"]["values"]) == 30


def test_the_forces_sign_is_positive_where_the_bond_is_pushed_apart(document):
    profile = document["profiles"][0]
    forces, energies = profile["generalized_forces"], profile["energies"]
    values = document["coordinate"]["values"]
    assert forces[0] > 0 > forces[-1]
    slope = (energies[21] - energies[19]) / (values[21] - values[19])
    assert forces[20] == pytest.approx(-slope, rel=0.02)


def test_an_ensembles_spread():
    scan = BondStretch(0, 1).scan(load_molecule("water"), points=30)
    study = run_study(scan, ["morse"])
    analysis = study.analyses[0]
    members = np.stack([analysis.profile.energies - 1, analysis.profile.energies + 1])
    evaluation = replace(analysis.profile.evaluation, member_energies=members)
    profile = replace(analysis.profile, evaluation=evaluation)
    document = study_document(replace(study, analyses=(replace(analysis, profile=profile),)))
    (shown,) = document["profiles"]
    assert shown["energy_spread"] == pytest.approx([2**0.5] * 30)
    # A constant by which members differ is no disagreement about the curve.
    assert shown["relative_energy_spread"] == pytest.approx([0.0] * 30, abs=1e-9)
    assert shown["force_spread"] == pytest.approx([0.0] * 30, abs=1e-9)
    assert not {"energy_spread", "relative_energy_spread", "force_spread"} & set(shown["notes"])
    assert errors(json.loads(json_text(document))) == []
    single = study_document(study)["profiles"][0]
    assert single["force_spread"] is single["relative_energy_spread"] is None
    assert single["notes"]["force_spread"] == "not an ensemble"


def test_where_fsds_maximum_lies_is_told_as_number_and_as_sentence():
    scan = BondStretch(0, 1).scan(load_molecule("water"), points=60)
    study = run_study(scan, ["morse"], StudySettings("gfn2-xtb"))
    document = study_document(study)
    place = document["profiles"][0]["fsd_maximum"]
    assert place["size"] == document["profiles"][0]["metrics"]["fsd_full"]
    assert place["location"] == document["profiles"][0]["metrics"]["fsd_location"]
    assert place["measures"] in ("force-error", "roughness")
    assert study.analyses[0].fsd_maximum.sentence in document["profiles"][0]["remarks"]
    assert document["reference"]["fsd_maximum"] is None
    assert document["reference"]["notes"]["fsd_maximum"]
    bent = run_study(AngleBend(1, 0, 2).scan(scan.molecule, 30), ["morse"], StudySettings("gfn2-xtb"))
    turned = study_document(bent)["profiles"][0]
    assert turned["fsd_maximum"] is None
    assert "bond" in turned["notes"]["fsd_maximum"]
    assert errors(json.loads(json_text(study_document(bent)))) == []


def test_plain_makes_nan_null_and_numpy_python():
    value = {"a": np.array([1.0, np.nan, np.inf]), 2: (np.int64(3), np.bool_(True), float("nan")), "s": {1}}
    assert plain(value) == {"a": [1.0, None, None], "2": [3, True, None], "s": [1]}
    assert type(plain(np.int64(3))) is int


def test_text_keeps_lists_of_numbers_on_one_line_and_every_digit():
    text = json_text({"a": [0.1 + 0.2, None], "b": [{"c": []}], "d": {}, "e": "Å"})
    assert '"a": [0.30000000000000004, null]' in text.splitlines()[1]
    assert json.loads(text) == {"a": [0.1 + 0.2, None], "b": [{"c": []}], "d": {}, "e": "Å"}
    assert "Å" in text


def test_a_nan_that_was_missed_is_an_error_not_a_file():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"a": float("nan")})


def test_a_frame_without_forces_is_null_in_both_lists():
    scan = BondStretch(0, 1).scan(load_molecule("water"), points=30)
    study = run_study(scan, ["morse"])
    (analysis,) = study.analyses
    forces = analysis.profile.forces.copy()
    forces[7, 2, 0] = np.nan
    profile = replace(analysis.profile, evaluation=replace(analysis.profile.evaluation, forces=forces))
    document = study_document(replace(study, analyses=(replace(analysis, profile=profile),)))["profiles"][0]
    assert document["energies"][7] is document["generalized_forces"][7] is None
    assert document["failed_frames"] == [7]
    assert document["failures"]["7"]
