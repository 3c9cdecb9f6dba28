"""CSV and extended xyz of a study."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from html import escape

import numpy as np
import pytest
from ase.io import read

from bsct_explorer.deformations import BondStretch
from bsct_explorer.export.curves_csv import csv_text
from bsct_explorer.export.frames_xyz import xyz_text
from bsct_explorer.export.html_report import html_text
from bsct_explorer.export.study_json import study_document
from bsct_explorer.molecules import load_molecule
from bsct_explorer.study import StudySettings, run_study
from bsct_explorer.words.energy_zeros import ENERGY_ZEROS


@pytest.fixture(scope="module")
def study():
    scan = BondStretch(0, 1).scan(load_molecule("hydrogen peroxide"), points=30)
    return run_study(scan, ["morse"], StudySettings("gfn2-xtb"))


def with_gap(study, frame):
    """The study with the forces of one frame missing, its energy still there."""
    analysis = study.analyses[0]
    forces = analysis.profile.forces.copy()
    forces[frame] = np.nan
    profile = replace(analysis.profile, evaluation=replace(analysis.profile.evaluation, forces=forces))
    return replace(study, analyses=(replace(analysis, profile=profile),))


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def asked(study, zero):
    return replace(study, settings=replace(study.settings, energy_zero=zero))


def test_energies_are_relative_to_what_the_column_says(study):
    reference, own = (a.equilibrium.frame for a in (study.reference_analysis, study.analyses[0]))
    assert reference != own, "else this test shows nothing"
    raw = study.analyses[0].profile.energies
    for zero, frame in (("minimum", own), ("reference", reference), ("longest", 29)):
        rows = rows_of(csv_text(asked(study, zero)))
        assert {row["energy_zero"] for row in rows} == {zero}
        assert [float(row["morse_relative_energy_eV"]) for row in rows] == (raw - raw[frame]).tolist()
        assert [float(row["morse_energy_eV"]) for row in rows] == raw.tolist()


def test_csv_and_json_and_report_show_one_set_of_energies(study):
    for zero, words in ENERGY_ZEROS.items():
        one = asked(study, zero)
        rows, document = rows_of(csv_text(one)), study_document(one)
        assert document["settings"]["energy_zero"] == rows[0]["energy_zero"] == zero
        (profile,) = document["profiles"]
        frame, energy = profile["energy_zero"]["frame"], profile["energy_zero"]["energy"]
        assert profile["energies"][frame] == energy
        assert float(rows[frame]["morse_relative_energy_eV"]) == 0.0
        assert profile["path_energies"] == [float(row["morse_path_energy_eV"]) for row in rows]
        assert escape(words) in html_text(one)
    assert study_document(study)["settings"]["energy_zero"] == "minimum"


def test_path_energy_is_the_integral_of_the_forces(study):
    rows = rows_of(csv_text(study))
    path = np.array([float(row["morse_path_energy_eV"]) for row in rows])
    energy = np.array([float(row["morse_relative_energy_eV"]) for row in rows])
    force = np.array([float(row["morse_generalized_force_eV_per_A"]) for row in rows])
    values = np.array([float(row["coordinate_A"]) for row in rows])
    assert np.diff(path) == pytest.approx(-0.5 * (force[1:] + force[:-1]) * np.diff(values), abs=1e-9)
    assert path[-10:] == pytest.approx(energy[-10:], abs=0.05)


def test_a_frame_without_forces_is_empty_in_both_columns(study):
    row = rows_of(csv_text(with_gap(study, 7)))[7]
    assert row["morse_energy_eV"] == row["morse_generalized_force_eV_per_A"] == ""
    assert row["reference_energy_eV"] != ""


def test_two_models_of_one_name_have_columns_of_their_own(study):
    (analysis,) = study.analyses
    rows = rows_of(csv_text(replace(study, analyses=(analysis, analysis))))
    assert "morse_energy_eV" in rows[0]
    assert rows[3]["morse#2_energy_eV"] == rows[3]["morse_energy_eV"]


def test_xyz_of_a_failed_frame_has_positions_only(study):
    frames = read(io.StringIO(xyz_text(with_gap(study, 7))), format="extxyz", index=":")
    assert len(frames) == 60
    assert [frame.info["role"] for frame in frames] == ["reference"] * 30 + ["model"] * 30
    broken = frames[37]
    assert broken.info["failed"] is np.True_ or broken.info["failed"] is True
    assert broken.calc is None
    assert np.array_equal(broken.positions, study.scan.positions[7])
    assert "failed" not in frames[36].info


def test_xyz_says_what_the_frame_is(study):
    frame = read(io.StringIO(xyz_text(study)), format="extxyz", index=31)
    assert frame.info["model"] == "morse"
    assert (frame.info["frame"], frame.info["charge"], frame.info["spin"]) == (1, 0, 1)
    assert frame.info["coordinate"] == study.scan.values[1] == pytest.approx(frame.get_distance(0, 1))
    assert frame.info["atoms"] == "0-1"


def test_names_with_quotes_and_spaces_survive(study):
    (analysis,) = study.analyses
    info = replace(analysis.profile.info, name='my "best" model\n.py:x')
    profile = replace(analysis.profile, evaluation=replace(analysis.profile.evaluation, info=info))
    named = replace(study, analyses=(replace(analysis, profile=profile),), reference_analysis=None)
    frames = read(io.StringIO(xyz_text(named)), format="extxyz", index=":")
    assert frames[0].info["model"] == 'my "best" model .py:x'
    assert len(rows_of(csv_text(named))) == 30


def test_zero_moves_where_the_equilibrium_frame_has_failed(study):
    zero = study.reference_analysis.equilibrium.frame
    gap = asked(with_gap(study, zero), "reference")
    rows = rows_of(csv_text(gap))
    own = gap.analyses[0].equilibrium.frame
    assert own != zero
    assert rows[zero]["morse_relative_energy_eV"] == ""
    assert float(rows[own]["morse_relative_energy_eV"]) == 0
