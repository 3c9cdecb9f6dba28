"""Names, entry points, the settings, and what a browser may name."""

from __future__ import annotations

import importlib.util
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import (
    available,
    info_of,
    is_installed,
    load_offered,
    load_potential,
    offered,
    registry,
    why_not_installed,
)

MODELS = Path(__file__).with_name("my_models.py")


def test_the_designs_names_are_there_with_the_fields_display_names():
    names = {info.name: info.display_name for info in available()}
    assert set(names) >= {
        *("ani1x", "ani1ccx", "so3lr", "7net-0", "7net-l3i5", "chgnet", "chgnet-r2scan"),
        *("gfn2-xtb", "morse", "lennard-jones"),
    }
    assert (names["ani1x"], names["so3lr"], names["gfn2-xtb"]) == ("ANI-1x", "SO3LR", "GFN2-xTB")


@pytest.mark.parametrize("spelling", ["ani1x", "ANI-1x", "ani 1X"])
def test_spelling_is_forgiven(spelling):
    assert info_of(spelling).name == "ani1x"


def test_an_unknown_name_gives_close_ones():
    with pytest.raises(PotentialError, match=r"no potential is called 'ani2x'\. Did you mean .*ani1x"):
        load_potential("ani2x")


def test_a_package_that_is_not_installed_is_said_with_how_to_install_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not is_installed("so3lr")
    assert why_not_installed("so3lr") == (
        "SO3LR needs so3krates-torch, which is not installed: pip install 'bsct-explorer[models]'"
    )
    assert why_not_installed("morse") is None
    with pytest.raises(PotentialError, match="needs so3krates-torch"):
        load_potential("so3lr")


def test_loading_tells_what_it_does(fresh_registry):
    said = []
    load_potential("morse", status=said.append)
    assert any("Loading Morse on cpu" in sentence for sentence in said)


def test_a_device_or_precision_that_cannot_be_had_is_refused():
    with pytest.raises(PotentialError, match="Morse runs on cpu only"):
        load_potential("morse", device="cuda")
    with pytest.raises(PotentialError, match="Morse cannot compute in 'float32'"):
        load_potential("morse", dtype="float32")


def test_weights_that_cannot_be_read_are_one_clear_error(monkeypatch, fresh_registry):
    from bsct_explorer.potentials.families import pair_potentials as toys

    def broken():
        raise OSError("weights are truncated")

    monkeypatch.setattr(toys, "MorsePotential", broken)
    with pytest.raises(PotentialError, match=r"Morse could not be loaded.*OSError: weights are truncated"):
        load_potential("morse")


@pytest.fixture
def plugin(monkeypatch, fresh_registry):
    """An installed package's entry points."""
    points = [
        EntryPoint("their-model", "ase.calculators.emt:EMT", registry.ENTRY_POINTS),
        EntryPoint("gone", "no_such_package:make", registry.ENTRY_POINTS),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points if group == registry.ENTRY_POINTS else [])


def test_entry_points_are_listed_without_being_imported_and_can_be_loaded(plugin):
    assert "their-model" in {info.name for info in available()}
    answer = load_potential("their-model").evaluate([6, 8], [[[0, 0, 0], [0, 0, 1.1]]])
    assert answer.info.display_name == "their-model"


def test_an_entry_point_that_cannot_be_imported_is_said(plugin):
    with pytest.raises(PotentialError, match="entry point gone = no_such_package:make could not be loaded"):
        load_potential("gone")


def test_models_of_the_variable_are_offered_by_a_name_without_folders(monkeypatch, fresh_registry):
    monkeypatch.setenv("BSCT_MODELS", f"{MODELS}:emt, ase.calculators.lj:LennardJones")
    names = [info.name for info in offered()]
    assert names[-2:] == ["my_models:emt", "ase.calculators.lj:LennardJones"]
    assert load_offered("my_models:emt").evaluate([6, 8], [[[0, 0, 0], [0, 0, 1.1]]]).info.name == "my_models:emt"


def test_a_settings_file_names_and_describes_models(monkeypatch, tmp_path, fresh_registry):
    (tmp_path / "mine.py").write_text(MODELS.read_text())
    (tmp_path / "models.toml").write_text(
        '[[model]]\nspec = "mine.py:emt"\nname = "my-emt"\ndisplay_name = "My EMT"\n'
        'level_of_theory = "EMT"\nelements = ["C", "O"]\n[[model]]\nspec = "mace:water.model"\n'
    )
    monkeypatch.setenv("BSCT_MODELS", str(tmp_path / "models.toml"))
    mine, mace = offered()[-2:]
    assert (mine.name, mine.display_name, mine.level_of_theory) == ("my-emt", "My EMT", "EMT")
    assert mace.name == "mace:water"
    potential = load_potential("my-emt")
    with pytest.raises(PotentialError, match="My EMT does not cover H: it covers C, O"):
        potential.evaluate([6, 1], [[[0, 0, 0], [0, 0, 1.1]]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model = 3", "under its own"),
        ("[[model]]\nname = 'x'", "line 1: spec is None"),
        ("[[model]]\nspec = 'a.py:b'\nelements = ['Xx']", "elements holds 'Xx'"),
        ("not toml", "no valid TOML"),
    ],
)
def test_a_settings_file_with_a_mistake_is_said(monkeypatch, tmp_path, text, words):
    (tmp_path / "models.toml").write_text(text)
    monkeypatch.setenv("BSCT_MODELS", str(tmp_path / "models.toml"))
    with pytest.raises(PotentialError, match=words):
        offered()


def test_a_settings_file_that_is_not_there_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("BSCT_MODELS", str(tmp_path / "gone.toml"))
    with pytest.raises(PotentialError, match=r"BSCT_MODELS names .*gone.toml, which cannot be read: No such file"):
        offered()


def test_nothing_is_loaded_that_a_browser_names_and_the_server_does_not_offer(tmp_path):
    harm = tmp_path / "harm.py"
    harm.write_text(f"open({str(tmp_path / 'was_run')!r}, 'w')")
    with pytest.raises(PotentialError, match="no potential is called"):
        load_offered(f"{harm}:make")
    assert not (tmp_path / "was_run").exists()


@pytest.mark.parametrize("name", ["ani1x", "so3lr", "7net-0", "chgnet"])
def test_weights_are_named_so_that_a_result_can_be_traced(name):
    from bsct_explorer.provenance import weights_digest

    if not is_installed(name):
        pytest.skip(f"{name} is not installed")
    potential = load_potential(name)
    digest, reason = weights_digest(potential)
    assert all(path.is_file() for path in potential.weights)
    assert len(digest) == 64
    assert reason == ""


def test_broken_settings_cost_nobody_the_shipped_potentials(monkeypatch, tmp_path):
    monkeypatch.setenv("BSCT_MODELS", str(tmp_path / "missing.toml"))
    assert load_potential("morse").info.name == "morse"
    with pytest.raises(PotentialError, match=r"missing\.toml"):
        load_potential("my-model")
