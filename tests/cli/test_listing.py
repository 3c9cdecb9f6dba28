"""`molecules`, `bonds`, `models`, `serve`, and what they refuse."""

from __future__ import annotations

import json

import bsct_explorer.app
from bsct_explorer.molecules import library
from bsct_explorer.potentials import available


def test_molecules_lists_the_library(run):
    result = run("molecules")
    assert result.code == 0
    lines = result.out.splitlines()
    for entry in library():
        assert any(line.startswith(entry.name) and entry.formula in line for line in lines)


def test_molecules_lists_bsct_spice(run, bsct_spice_dir):
    found = json.loads(run("molecules", "--data", bsct_spice_dir, "--json", "-").out)
    assert "bsct-spice:C-C/7648" in found["bsct_spice"]
    assert {entry["name"] for entry in found["library"]} == {entry.name for entry in library()}
    assert run("molecules", "--data", "/no/such/folder").code == 2


def test_an_old_folder_of_bsct_spice_costs_no_library(run, monkeypatch):
    monkeypatch.setenv("BSCT_SPICE_DIR", "/no/such/folder")
    result = run("molecules")
    assert result.code == 0
    assert "ethane" in result.out
    (line,) = result.err.splitlines()
    assert line.startswith("bsct-explorer: warning: BSCT-SPICE folder /no/such/folder does not exist.")
    assert json.loads(run("molecules", "--json", "-").out)["bsct_spice"] == []


def test_bonds_says_which_can_be_pulled_and_why_not(run):
    result = run("bonds", "toluene")
    assert result.code == 0
    rows = [line.split() for line in result.out.splitlines() if "–" in line]
    pulled = {row[0]: row[5:] for row in rows}
    found = json.loads(run("bonds", "toluene", "--json", "-").out)
    assert len(found["bonds"]) == 15 == len(pulled)
    for bond in found["bonds"]:
        words = pulled["-".join(map(str, bond["atoms"]))]
        assert (words == ["yes"]) is bond["scannable"] is (bond["reason"] is None)
    ring = [bond for bond in found["bonds"] if not bond["scannable"]]
    assert len(ring) == 6
    assert all("ring" in bond["reason"] for bond in ring)
    lengths = {bond["type"]: bond["length"] for bond in found["bonds"]}
    assert 1.05 < lengths["C-H"] < 1.12, "Å"


def test_bonds_of_a_smiles_that_is_none(run):
    result = run("bonds", "not a molecule")
    assert result.code == 2
    assert result.err.startswith("bsct-explorer: error: ")
    assert len(result.err.splitlines()) == 1


def test_models_lists_every_potential(run):
    result = run("models")
    assert result.code == 0
    names = [line.split()[0] for line in result.out.splitlines()[1:] if line.strip()]
    assert names[: len(available())] == [info.name for info in available()]


def test_models_describes_one(run):
    result = run("models", "ani1x")
    assert result.code == 0
    for words in ("ANI-1x", "ωB97X/6-31G*", "H C N O", "gradient of the energy", "licence:", "citation:", "cutoffs:"):
        assert words in result.out
    (found,) = json.loads(run("models", "ANI-1x", "--json", "-").out)["models"]
    assert found["name"] == "ani1x"
    assert found["elements"] == ["H", "C", "N", "O"]
    unknown = run("models", "ani1y")
    assert unknown.code == 2
    assert "ani1x" in unknown.err


def test_serve_passes_its_options_on(run, monkeypatch):
    seen = []
    monkeypatch.setattr(bsct_explorer.app, "serve", lambda *args, **options: seen.append((args, options)))
    assert run("serve").code == 0
    assert run("serve", "--port", "0", "--address", "0.0.0.0", "--no-show", "--allow-origin", "host:1").code == 0
    assert seen == [
        ((5006, "localhost"), {"show": None, "allow_origin": ()}),
        ((0, "0.0.0.0"), {"show": False, "allow_origin": ("host:1",)}),
    ]
    assert run("serve", "--port", "http").code == 2
