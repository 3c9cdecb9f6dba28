"""`scan`, `check` and `bonds` with angles and torsions."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from bsct_explorer.export.study_json import schema


def test_an_angle_as_json(run):
    done = run(
        "scan", "water", "--angle", "1-0-2", "--range", "80:150", "--points", 30, "--model", "morse", "--json", "-"
    )
    assert done.code == 0
    document = json.loads(done.out)
    jsonschema.validate(document, schema())
    coordinate = document["coordinate"]
    assert (coordinate["kind"], coordinate["atoms"], coordinate["unit"]) == ("angle", [1, 0, 2], "°")
    np.testing.assert_allclose(coordinate["values"], np.linspace(80, 150, 30))
    profile = document["profiles"][0]
    rate = np.array(coordinate["arc_length_rate"])
    np.testing.assert_allclose(np.array(profile["forces_along_path"]) * rate, profile["generalized_forces"], rtol=1e-12)
    # The two hydrogens turn by half each, 0.96 Å from the axis.
    np.testing.assert_allclose(rate, np.radians(0.5) * 0.96 * np.sqrt(2), rtol=0.01)
    slope = (profile["energies"][16] - profile["energies"][14]) / (coordinate["values"][16] - coordinate["values"][14])
    assert profile["generalized_forces"][15] == pytest.approx(-slope, rel=0.02)
    assert profile["metrics"]["fsd_full"] is None
    assert "fsd_arc_full" in profile["notes"]["fsd_full"]
    assert profile["metrics"]["fsd_arc_full"] > 0


def test_a_torsion_on_the_terminal_and_as_csv(run, tmp_path):
    file = tmp_path / "turn.csv"
    done = run(
        "scan", "ethanol", "--torsion", "0-1-2-8", "--model", "lennard-jones", "--reference", "none", "--csv", file
    )
    assert done.code == 0
    assert "Torsion C0–C1–O2–H8, 0 to 360°, 100 frames" in done.out
    assert "periodicity_error" in done.out
    head, first, *_ = file.read_text().splitlines()
    assert "coordinate_deg" in head
    assert "lennard-jones_generalized_force_eV_per_deg" in head
    assert first.startswith("0-1-2-8,0,0.0,")


def test_a_range_may_begin_with_a_minus_sign(run):
    options = ("scan", "ethanol", "--torsion", "0-1-2-8", "--model", "morse", "--reference", "none", "--json", "-")
    for written in (("--range", "-180:180"), ("--range=-180:180",)):
        done = run(*options, *written)
        assert done.code == 0, done.err
        values = json.loads(done.out)["coordinate"]["values"]
        assert [values[0], values[-1]] == [-180.0, 180.0]


def test_a_check_of_a_torsion(run):
    options = ("check", "ethanol", "--torsion", "0-1-2-8", "--points", 40, "--model", "lennard-jones")
    assert run(*options, "--reference", "none", "--max", "periodicity_error=1e-6", "--max", "energy-step=0").code == 0
    done = run(*options, "--reference", "none", "--max", "fsd_full=60")
    assert done.code == 2
    assert run(*options, "--reference", "gfn2-xtb", "--max", "fsd_arc_full=1e-9").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scan", "water", "--angle", "1-0"), "is no angle"),
        (("scan", "water", "--angle", "1-0-1"), "names one atom twice"),
        (("scan", "water", "--angle", "1-0-9"), "Atom 9 does not exist"),
        (("scan", "water", "--angle", "0-1-2"), "not bonded"),
        (("scan", "water", "--angle", "1-0-2", "--range", "0:100"), "must begin above 0"),
        (("scan", "water", "--angle", "1-0-2", "--bond", "0-1"), "not allowed with"),
        (("scan", "benzene", "--angle", "0-1-2"), "both of its bonds are in a ring"),
        (("scan", "benzene", "--torsion", "0-1-2-3"), "in a ring"),
        (("scan", "ethanol", "--torsion", "0-1-2-8", "--range", "0:400"), "more than one full turn"),
        (("scan", "acetonitrile", "--torsion", "3-0-1-2"), "lies on the axis"),
        (("scan", "ethanol", "--torsion", "0-1-2-8", "--reference", "frames.extxyz"), "cannot be read"),
    ],
)
def test_bad_input_is_one_line_and_code_2(run, arguments, words):
    done = run(*arguments, "--model", "morse")
    assert done.code == 2
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert done.out == ""


def test_frames_are_no_reference_of_an_angle(run, tmp_path):
    frames = tmp_path / "frames.extxyz"
    run("scan", "water", "--bond", "0-1", "--points", 20, "--model", "morse", "--reference", "none", "--xyz", frames)
    done = run("scan", "water", "--angle", "1-0-2", "--model", "morse", "--reference", frames)
    assert done.code == 2
    assert "coordinate in degrees" in done.err
    # A table in degrees serves.
    curve = tmp_path / "curve.csv"
    values = np.linspace(55.0, 185.0, 60)
    curve.write_text("coordinate,energy\n" + "".join(f"{q},{(q - 105) ** 2 * 1e-3}\n" for q in values))
    done = run("scan", "water", "--angle", "1-0-2", "--model", "morse", "--reference", curve, "--json", "-")
    assert done.code == 0, done.err
    assert json.loads(done.out)["reference"]["equilibrium"]["location"] == pytest.approx(105.0, abs=0.5)


def test_lists_of_angles_and_torsions(run):
    done = run("bonds", "toluene", "--angles", "--torsions")
    assert done.code == 0
    assert "both of its bonds are in a ring" in done.out
    assert "the bond is in a ring" in done.out
    assert "Angles" not in run("bonds", "toluene").out
    document = json.loads(run("bonds", "toluene", "--torsions", "--json", "-").out)
    assert "angles" not in document
    free = [entry for entry in document["torsions"] if entry["scannable"]]
    assert len(free) == 1
    assert free[0]["atoms"][1:3] == [0, 1]
    assert all("ring" in entry["reason"] for entry in document["torsions"] if not entry["scannable"])
