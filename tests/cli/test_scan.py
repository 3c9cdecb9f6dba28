"""`scan`: exit codes, files, units and values."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from ase.io import read

import bsct_explorer as be
from bsct_explorer.errors import DeformationError
from bsct_explorer.export.study_json import schema

WATER = ("scan", "water", "--bond", "0-1", "--points", "40", "--reference", "none")


def document(text):
    """The object, checked against the schema where jsonschema is there, with no NaN in the text."""
    assert not re.search(r"\b(NaN|Infinity)\b", text)
    found = json.loads(text)
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    jsonschema.Draft202012Validator(schema()).validate(found)
    return found


def one_line(err):
    return len(err.splitlines()) == 1 and err.startswith("bsct-explorer: error: ")


def test_json_on_stdout_is_the_librarys_answer(run):
    result = run(*WATER, "--model", "morse", "--json", "-")
    assert result.code == 0
    found = document(result.out)
    scan = be.BondStretch(0, 1).scan(be.load_molecule("water"), points=40)
    potential = be.load_potential("morse")
    evaluation = potential.evaluate(scan.molecule.numbers, scan.positions)
    analysis = be.analyse(be.Profile(scan, evaluation))
    (profile,) = found["profiles"]
    assert found["coordinate"]["values"] == scan.values.tolist()
    assert profile["energies"] == evaluation.energies.tolist()
    assert profile["generalized_forces"] == pytest.approx(analysis.profile.generalized_forces.tolist(), abs=1e-12)
    assert profile["metrics"]["tortuosity"] == pytest.approx(analysis.metrics["tortuosity"], abs=1e-12)
    assert [a["kind"] for a in profile["artifacts"]] == [a.kind for a in analysis.artifacts]


def test_json_says_what_was_computed(run):
    found = document(run(*WATER, "--model", "morse", "--eps", "0.5", "--json", "-").out)
    assert found["molecule"]["name"] == "water"
    assert found["molecule"]["formula"] == "H2O"
    assert (found["molecule"]["charge"], found["molecule"]["multiplicity"], found["molecule"]["n_atoms"]) == (0, 1, 3)
    assert found["coordinate"]["kind"] == "bond"
    assert found["coordinate"]["atoms"] == [0, 1]
    assert found["coordinate"]["unit"] == "Å"
    # 0.5 and 2.0 times the covalent radii of O and H, 0.66 + 0.31 Å
    assert found["coordinate"]["values"][0] == pytest.approx(0.485, abs=1e-9)
    assert found["coordinate"]["values"][-1] == pytest.approx(1.94, abs=1e-9)
    assert found["settings"]["eps"] == 0.5
    assert found["settings"]["points"] == 40
    assert found["settings"]["spacing"] == pytest.approx((1.94 - 0.485) / 39)
    assert found["settings"]["thresholds"]["prominence"] == be.Thresholds().prominence
    assert found["provenance"]["version"] == be.__version__
    assert found["provenance"]["command"].startswith("bsct-explorer scan water --bond 0-1")
    assert found["provenance"]["packages"]["numpy"] == np.__version__


def test_what_could_not_be_had_is_null_with_a_reason(run):
    found = document(run(*WATER, "--model", "morse", "--json", "-").out)
    (profile,) = found["profiles"]
    assert found["reference"] is None
    assert found["notes"]["reference"] == "no reference was asked for"
    assert profile["metrics"]["fsd_full"] is None
    assert "reference" in profile["notes"]["fsd_full"]
    assert profile["charge"] is None
    assert profile["notes"]["charge"]
    assert profile["refuted"] == []
    assert found["provenance"]["weights_sha256"] == {"morse": None}
    assert found["provenance"]["notes"]["weights_sha256.morse"]
    assert all(profile["notes"][key] for key, value in profile["metrics"].items() if value is None)


def test_default_reference_is_gfn2_and_carries_its_own_findings(run):
    found = document(run("scan", "water", "--bond", "0-1", "--points", "40", "--model", "morse", "--json", "-").out)
    assert found["reference"]["model"] == "gfn2-xtb"
    assert found["reference"]["artifacts"] == []
    assert found["reference"]["metrics"]["fsd_full"] is None
    assert found["reference"]["charge"] == 0
    assert found["profiles"][0]["metrics"]["fsd_full"] > 0
    assert len(found["profiles"][0]["fsd_curve"]) == 40
    alone = document(run("scan", "water", "--bond", "0-1", "--points", "40", "--model", "gfn2-xtb", "--json", "-").out)
    assert alone["reference"] is None
    assert "only potential" in alone["notes"]["reference"]


def test_a_failed_frame_is_null_and_named(run, own):
    found = document(run(*WATER, "--points", "100", "--model", own("Gap"), "--json", "-").out)
    (profile,) = found["profiles"]
    values = np.array(found["coordinate"]["values"])
    gaps = np.flatnonzero(((values > 1.00) & (values < 1.03)) | ((values > 1.30) & (values < 1.33))).tolist()
    assert len(gaps) >= 3
    assert profile["failed_frames"] == gaps
    assert [k for k, value in enumerate(profile["energies"]) if value is None] == gaps
    assert [k for k, value in enumerate(profile["generalized_forces"]) if value is None] == gaps
    assert len(profile["energies"]) == len(profile["generalized_forces"]) == 100
    assert sorted(profile["failures"]) == sorted(str(k) for k in gaps)
    assert any("SCF did not converge" in reason for reason in profile["failures"].values())


def test_one_failing_potential_keeps_the_rest(run, own):
    models = [f for name in (own("Broken"), "morse", own("unloadable"), "ani1xx") for f in ("--model", name)]
    result = run(*WATER, *models, "--json", "-")
    assert result.code == 0
    found = document(result.out)
    assert [profile["model"] for profile in found["profiles"]] == ["morse"]
    errors = {failure["model"]: failure["error"] for failure in found["failed"]}
    assert list(errors) == [own("Broken"), own("unloadable"), "ani1xx"]
    assert "no weights for this" in errors[own("Broken")]
    assert "weights.pt is missing" in errors[own("unloadable")]
    assert "ani1x" in errors["ani1xx"]
    assert result.err.count("bsct-explorer: warning: ") == 3


def test_all_failing_is_exit_2_and_the_json_says_why(run, own, tmp_path):
    path = tmp_path / "scan.json"
    result = run(*WATER, "--model", own("Broken"), "--json", path, "--csv", tmp_path / "scan.csv")
    assert result.code == 2
    assert one_line(result.err)
    assert "no weights for this" in result.err
    found = document(path.read_text(encoding="utf-8"))
    assert found["profiles"] == []
    assert found["failed"][0]["model"] == own("Broken")
    assert not (tmp_path / "scan.csv").exists()


def test_noise_does_not_reach_stdout(run, own):
    result = run(*WATER, "--model", own("Noisy"), "--json", "-")
    assert len(document(result.out)["profiles"]) == 1
    assert "python noise" in result.err
    assert "compiled noise" in result.err


def test_ctrl_c_is_130_with_one_line(run, own, tmp_path):
    path = tmp_path / "scan.json"
    result = run(*WATER, "--model", own("Interrupted"), "--json", path)
    assert result.code == 130
    assert result.err == "bsct-explorer: interrupted: stopped by Ctrl-C; nothing was written\n"
    assert not path.exists()


def test_csv_values(run, tmp_path):
    result = run(*WATER, "--model", "morse", "--json", "-", "--csv", tmp_path / "scan.csv")
    profile = document(result.out)["profiles"][0]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "scan.csv").read_text(encoding="utf-8"))))
    assert list(rows[0]) == [
        "atoms",
        "frame",
        "coordinate_A",
        "morse_energy_eV",
        "morse_relative_energy_eV",
        "morse_generalized_force_eV_per_A",
        "morse_path_energy_eV",
        "energy_zero",
    ]
    assert [float(row["morse_energy_eV"]) for row in rows] == profile["energies"]
    assert [float(row["morse_generalized_force_eV_per_A"]) for row in rows] == profile["generalized_forces"]
    zero = profile["equilibrium"]["frame"]
    assert float(rows[zero]["morse_relative_energy_eV"]) == 0 == float(rows[zero]["morse_path_energy_eV"])
    assert {row["atoms"] for row in rows} == {"0-1"}


def test_csv_leaves_a_gap_empty(run, own):
    result = run(*WATER, "--points", "100", "--model", own("Gap"), "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    column = next(name for name in rows[0] if name.endswith("_relative_energy_eV"))
    empty = [float(row["coordinate_A"]) for row in rows if row[column] == ""]
    assert empty
    assert all(1.00 < r < 1.03 or 1.30 < r < 1.33 for r in empty)


def test_xyz_reads_back_identically(run, tmp_path):
    path = tmp_path / "scan.extxyz"
    run(*WATER, "--model", "morse", "--model", "gfn2-xtb", "--xyz", path)
    frames = read(path, index=":")
    scan = be.BondStretch(0, 1).scan(be.load_molecule("water"), points=40)
    assert [frame.info["model"] for frame in frames] == ["morse"] * 40 + ["gfn2-xtb"] * 40
    for name, some in (("morse", frames[:40]), ("gfn2-xtb", frames[40:])):
        evaluation = be.load_potential(name).evaluate(scan.molecule.numbers, scan.positions)
        assert np.array_equal([frame.positions for frame in some], scan.positions)
        assert np.array_equal([frame.info["coordinate"] for frame in some], scan.values)
        assert np.array_equal([frame.numbers for frame in some], [scan.molecule.numbers] * 40)
        # Along a scan GFN2-xTB is continued from its neighbours: the same solution, converged from elsewhere.
        tolerance = 0 if name == "morse" else 1e-8
        energies = [frame.get_potential_energy() for frame in some]
        assert energies == pytest.approx(evaluation.energies.tolist(), abs=tolerance, rel=0)
        assert np.allclose([frame.get_forces() for frame in some], evaluation.forces, atol=1000 * tolerance, rtol=0)
        assert not any(frame.pbc.any() for frame in some)


def test_an_exported_scan_is_a_reference_and_its_own_frames_are_the_scan(run, tmp_path):
    path = tmp_path / "mine.extxyz"
    run(*WATER, "--points", "30", "--range", "0.6:1.8", "--model", "morse", "--xyz", path)
    arguments = ("scan", "water", "--bond", "0-1", "--reference", path, "--reference-level", "CCSD(T)/CBS")
    found = document(run(*arguments, "--model", "morse", "--json", "-").out)
    assert len(found["coordinate"]["values"]) == 30
    assert found["reference"]["level_of_theory"] == "CCSD(T)/CBS"
    assert found["profiles"][0]["metrics"]["energy_mae_full"] == pytest.approx(0, abs=1e-9)
    assert found["profiles"][0]["metrics"]["fsd_full"] == pytest.approx(0, abs=1e-6)


def test_csv_reference_has_energies_but_no_fsd(run, tmp_path):
    values = np.linspace(0.45, 2.0, 60)
    path = tmp_path / "dft.csv"
    path.write_text("r,energy\n" + "".join(f"{r},{(r - 1) ** 2}\n" for r in values), encoding="utf-8")
    found = document(run(*WATER[:-2], "--reference", path, "--model", "morse", "--json", "-").out)
    assert len(found["coordinate"]["values"]) == 40
    assert found["reference"]["energies"][0] == pytest.approx((0.485 - 1) ** 2, abs=1e-6)
    metrics = found["profiles"][0]["metrics"]
    assert metrics["energy_mae_full"] > 0
    assert metrics["fsd_full"] is None


def test_a_reference_in_hartree_is_read_in_ev_where_somebody_says_so(run, tmp_path):
    values = np.linspace(0.45, 2.0, 60)
    path = tmp_path / "dft.csv"
    path.write_text("".join(f"{r},{(2 * (r - 1)) ** 2 / 27.211386245988}\n" for r in values), encoding="utf-8")
    arguments = (*WATER[:-2], "--reference", path, "--model", "morse", "--json", "-")
    plain, stated = document(run(*arguments).out), document(run(*arguments, "--reference-unit", "hartree").out)
    assert stated["reference"]["energies"][0] == pytest.approx((2 * (0.485 - 1)) ** 2, abs=1e-5)
    assert stated["reference"]["energies"][0] == pytest.approx(27.211386 * plain["reference"]["energies"][0], rel=1e-6)
    wrong = run(*arguments, "--reference-unit", "ell")
    assert wrong.code == 2
    assert "'ell'" in wrong.err


def test_charge_is_sent_and_shown(run):
    arguments = ("scan", "[NH4+]", "--bond", "0-1", "--points", "30", "--no-relax", "--reference", "none")
    found = document(run(*arguments, "--model", "gfn2-xtb", "--json", "-").out)
    assert found["molecule"]["charge"] == 1 == found["profiles"][0]["charge"]
    neutral = run(*WATER, "--charge", "1", "--multiplicity", "2", "--model", "gfn2-xtb", "--json", "-")
    charged = document(neutral.out)
    assert (charged["molecule"]["charge"], charged["molecule"]["multiplicity"]) == (1, 2)
    assert charged["profiles"][0]["charge"] == 1
    plain = document(run(*WATER, "--model", "gfn2-xtb", "--json", "-").out)
    assert min(charged["profiles"][0]["energies"]) > min(plain["profiles"][0]["energies"]) + 5


def test_thresholds_and_fixed_reach_the_study(run, own, tmp_path):
    stepped = (*WATER, "--points", "100", "--model", own("Stepped"))
    found = document(run(*stepped, "--json", "-").out)
    step = next(a for a in found["profiles"][0]["artifacts"] if a["kind"] == "energy-step")
    assert step["size"] == pytest.approx(0.3, abs=0.02)
    assert step["unit"] == "eV"
    assert step["certified"] is True
    assert step["refinement"]["verdict"] == "jump"
    assert step["location"] == pytest.approx(1.6, abs=1e-6)
    assert step["interval"][0] <= 1.6 <= step["interval"][1]
    blind = document(run(*stepped, "--thresholds", "step=0.5", "--fixed", "first", "--json", "-").out)
    assert blind["settings"]["thresholds"]["step"] == 0.5
    assert blind["coordinate"]["fixed"] == "first"
    assert "energy-step" not in [a["kind"] for a in blind["profiles"][0]["artifacts"]]


def test_findings_stay_as_read_off_the_frames_when_asked(run, own):
    found = document(run(*WATER, "--points", "100", "--model", own("Stepped"), "--no-refine", "--json", "-").out)
    profile = found["profiles"][0]
    step = next(a for a in profile["artifacts"] if a["kind"] == "energy-step")
    assert step["certified"] is step["refinement"] is step["cause"] is None
    assert "not refined" in step["notes"]["certified"]
    assert profile["refuted"] == []
    assert profile["noise"] is None
    assert profile["refined_frames"] == 0


def test_a_person_reads_verdict_and_cause(run, own):
    text = run(*WATER, "--points", "100", "--model", own("Stepped")).out
    assert "Certified." in text
    assert "Cause" in text
    assert "not refined" in run(*WATER, "--points", "100", "--model", own("Stepped"), "--no-refine").out


def test_all_bonds_worst_first(run, own, tmp_path):
    arguments = ("scan", "hydrogen peroxide", "--all-bonds", "--points", "60", "--reference", "none")
    result = run(*arguments, "--model", own("Stepped"), "--json", "-", "--csv", tmp_path / "all.csv")
    found = document(result.out)
    bonds = [tuple(study["coordinate"]["atoms"]) for study in found["studies"]]
    library = be.load_molecule("hydrogen peroxide")
    assert sorted(bonds) == [bond.atoms for bond in library.bonds]
    scores = [study["score"] for study in found["studies"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    assert set(bonds[0]) == {0, 1}, "only the bond of atoms 0 and 1 passes the step"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 60 * len(bonds)
    assert list(dict.fromkeys(row["atoms"] for row in rows)) == [f"{i}-{j}" for i, j in bonds]


def test_all_bonds_names_what_it_skips(run):
    arguments = ("scan", "benzene", "--all-bonds", "--points", "20", "--reference", "none", "--model", "morse")
    found = document(run(*arguments, "--json", "-").out)
    assert len(found["studies"]) == 6
    assert len(found["skipped"]) == 6
    assert all("ring" in bond["reason"] for bond in found["skipped"])


def test_bsct_spice_system_needs_no_bond(run, bsct_spice_dir, official_metrics_dir):
    system = "C-O/21541"
    arguments = ("scan", f"bsct-spice:{system}", "--data", bsct_spice_dir)
    found = document(run(*arguments, "--model", "ani1x", "--model", "gfn2-xtb", "--json", "-").out)
    assert found["reference"]["model"] == "dft"
    assert "ωB97M-D3(BJ)" in found["reference"]["level_of_theory"]
    assert len(found["coordinate"]["values"]) == 100
    for profile, name in zip(found["profiles"], ("ani1x", "gfn2"), strict=True):
        official = json.loads((official_metrics_dir / f"sample_{name}.json").read_text())[system]
        assert profile["metrics"]["fsd_full"] == pytest.approx(official["full_smoothness"], rel=1e-4)
        assert profile["metrics"]["forces_mae_stretch"] == pytest.approx(official["stretch_forces_mae"], rel=1e-4)
    refused = run(*arguments, "--points", "50")
    assert refused.code == 2
    assert "--points cannot change the scan" in refused.err


def test_the_table_for_a_person(run, own):
    result = run(*WATER, "--points", "100", "--model", own("Stepped"), "--model", "morse")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "water  H2O  3 atoms, charge 0, multiplicity 1"
    assert "Bond O0–H1, 0.485 to 1.94 Å, 100 frames" in lines
    assert "Reference: none (no reference was asked for)" in lines
    assert re.search(r"Stepped  energy-step at 1\.\d+ Å, 0\.\d+ eV", result.out)
    assert re.search(r"^  tortuosity +\d", result.out, re.MULTILINE)
    assert result.err == "", "no progress where stderr is no terminal"


def test_html_is_one_file_that_needs_no_network(run, own, tmp_path):
    path = tmp_path / "report.html"
    result = run("scan", "O", "--bond", "0-1", "--points", "40", "--model", own("Stepped"), "--html", path)
    assert result.code == 0
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)\s*=", text)
    assert "energy step" in text
    assert "GFN2-xTB (reference)" in text
    assert f"BSCT Explorer</th><td><code>{be.__version__}" in text
    assert "Tortuosity" in text


def test_html_escapes_what_a_user_named(run, tmp_path):
    model = tmp_path / "evil.py"
    model.write_text(
        "from ase.calculators.emt import EMT\n"
        "from dataclasses import replace\n"
        "from bsct_explorer.potentials.families.pair_potentials import MorsePotential\n"
        "evil = MorsePotential()\n"
        "evil.info = replace(evil.info, name='evil', display_name='<script>alert(1)</script>')\n",
        encoding="utf-8",
    )
    path = tmp_path / "report.html"
    run(*WATER, "--model", f"{model}:evil", "--html", path)
    text = path.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<b><script>alert" not in text
    assert "<script>alert(1)</script>" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scan", "C1CC"), ("C1CC", "SMILES")),
        (("scan", "ethan", "--bond", "0-1"), ("ethan", "ethane")),
        (("scan", "ethane"), ("No bond is named", "0-1", "--all-bonds")),
        (("scan", "benzene", "--bond", "0-1"), ("ring",)),
        (("scan", "ethane", "--bond", "2-3"), ("2", "3", "bond")),
        (("scan", "ethane", "--bond", "0-99"), ("99",)),
        (("scan", "ethane", "--bond", "0:1"), ("0:1", "for instance 0-1")),
        (("scan", "ethane", "--bond", "1-1"), ("1-1", "twice")),
        (("scan", "ethane", "--bond", "0-1", "--range", "2.0:0.5"), ("2", "0.5")),
        (("scan", "ethane", "--bond", "0-1", "--range", "2.0"), ("LO:HI",)),
        (("scan", "ethane", "--bond", "0-1", "--points", "5"), ("5 points", "20", "1000")),
        (("scan", "ethane", "--bond", "0-1", "--points", "many"), ("many",)),
        (("scan", "ethane", "--bond", "0-1", "--all-bonds"), ("not allowed",)),
        (("scan", "ethane", "--bond", "0-1", "--model", "ani1y"), ("ani1y", "ani1x")),
        (
            ("scan", "phosphine", "--bond", "0-1", "--model", "ani1x", "--reference", "none"),
            ("ANI-1x", "P", "H, C, N, O"),
        ),
        (("scan", "ethane", "--bond", "0-1", "--reference", "dft"), ("DFT", "BSCT-SPICE")),
        (("scan", "ethane", "--bond", "0-1", "--reference", "nowhere.csv"), ("nowhere.csv",)),
        (("scan", "ethane", "--all-bonds", "--reference", "mine.csv"), ("mine.csv", "one scan")),
        (("scan", "ethane", "--bond", "0-1", "--reference", "gfn3"), ("gfn3", "gfn2-xtb")),
        (("scan", "ethane", "--bond", "0-1", "--thresholds", "prominance=1"), ("prominance", "prominence")),
        (("scan", "ethane", "--bond", "0-1", "--thresholds", "step"), ("KEY=VALUE",)),
        (("scan", "ethane", "--bond", "0-1", "--thresholds", "step=-1"), ("negative",)),
        (("scan", "ethane", "--bond", "0-1", "--eps", "0"), ("0", "above 0")),
        (("scan", "ethane", "--bond", "0-1", "--multiplicity", "2"), ("multiplicity",)),
        (("scan", "ethane", "--bond", "0-1", "--json", "-", "--csv", "-"), ("--json", "--csv", "stdout")),
        (
            ("scan", "ethane", "--bond", "0-1", "--json", "/no/such/folder/x.json"),
            ("/no/such/folder", "does not exist"),
        ),
        (("scan", "ethane", "--bond", "0-1", "--html", "-"), ("--html",)),
        (("scan", "bsct-spice:C-C/1", "--data", "/no/such/folder"), ("/no/such/folder",)),
        (("scan", "-"), ("-",)),
        (("scan",), ("MOLECULE",)),
        ((), ("COMMAND",)),
        (("scam",), ("scam", "scan")),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) and value[:1] == ("scan",) else None,
)
def test_refusals_are_one_line_and_exit_2(run, arguments, words):
    result = run(
        *arguments, *(["--model", "morse"] if arguments[:1] == ("scan",) and "--model" not in arguments else [])
    )
    assert result.code == 2
    assert result.out == ""
    assert one_line(result.err), result.err
    for word in words:
        assert word in result.err
    assert "fault of BSCT Explorer" not in result.err


def test_debug_shows_the_traceback(run):
    with pytest.raises(DeformationError, match="No bond is named"):
        run("scan", "ethane", "--debug")
