"""A model file imports the files beside it, as ``python model.py`` does, and nobody else gets them."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import load_potential

HF = np.array([9, 1])
FRAMES = np.array([[[0.0, 0, 0], [0, 0, r]] for r in (0.8, 1.0, 1.4)])

MODEL = """
{top}
from ase.calculators.calculator import Calculator, all_changes
import numpy as np

class Plain(Calculator):
    implemented_properties = ("energy", "forces")

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        {inside}
        self.results = dict(energy=DEPTH * np.ptp(self.atoms.positions), forces=np.zeros((2, 3)))
"""
AT_THE_TOP = MODEL.format(top="from pairs import DEPTH", inside="pass")
LATE = MODEL.format(top="", inside="from pairs import DEPTH")
PACKAGE = MODEL.format(top="from parts.pairs import DEPTH", inside="pass")
BARE_FOLDER = MODEL.format(top="from parts import pairs\nDEPTH = pairs.DEPTH", inside="pass")
OWN_PATH = MODEL.format(
    top="import os, sys; sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'parts')); from pairs import DEPTH",
    inside="pass",
)


def written(folder, text, depth):
    """A model file with a neighbour `pairs` in all places where the texts above look for it."""
    (folder / "parts").mkdir(parents=True)
    (folder / "model.py").write_text(text)
    places = [folder / "parts"] if "parts" in text else [folder]
    if text is PACKAGE:
        (folder / "parts" / "__init__.py").write_text("")
    for place in places:
        (place / "pairs.py").write_text(f"DEPTH = {depth}")
    return folder / "model.py"


def depth_of(spec):
    """What the model took from its neighbour."""
    return load_potential(spec).evaluate(HF, FRAMES).energies / FRAMES[:, 1, 2]


@pytest.mark.parametrize("text", [AT_THE_TOP, LATE, PACKAGE, BARE_FOLDER, OWN_PATH])
def test_two_models_have_each_their_own_neighbour_of_one_name(tmp_path, text):
    before, modules = list(sys.path), set(sys.modules)
    first, second = written(tmp_path / "a", text, 1.0), written(tmp_path / "b", text, 2.0)
    for _ in range(2):
        np.testing.assert_allclose(depth_of(f"{first}:Plain"), 1.0)
        np.testing.assert_allclose(depth_of(f"{second}:Plain"), 2.0)
    assert sys.path == before
    assert {name.partition(".")[0] for name in set(sys.modules) - modules} <= {"ase", *_user_files()}


def _user_files():
    return {name for name in sys.modules if name.startswith("bsct_user_")}


def test_a_neighbour_of_another_program_is_hidden_only_while_the_model_runs(tmp_path, monkeypatch):
    import types

    theirs = types.ModuleType("pairs")
    theirs.DEPTH = 7.0
    monkeypatch.setitem(sys.modules, "pairs", theirs)
    model = written(tmp_path / "a", LATE, 1.0)
    np.testing.assert_allclose(depth_of(f"{model}:Plain"), 1.0)
    assert sys.modules["pairs"] is theirs


def test_a_neighbour_that_is_named_like_an_installed_package_hides_nothing(tmp_path):
    import numpy

    model = written(tmp_path / "a", AT_THE_TOP, 1.0)
    (model.parent / "numpy.py").write_text("raise RuntimeError('not this one')")
    (model.parent / "random.py").write_text("raise RuntimeError('nor this')")
    np.testing.assert_allclose(depth_of(f"{model}:Plain"), 1.0)
    assert sys.modules["numpy"] is numpy


def test_a_module_is_found_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", os.getcwd())])
    for name, depth in (("a", 1.0), ("b", 2.0)):
        model = written(tmp_path / name, AT_THE_TOP, depth)
        monkeypatch.chdir(model.parent)
        np.testing.assert_allclose(depth_of("model:Plain"), depth)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pairs.py").write_text("DEPTH = 3.0")
    np.testing.assert_allclose(depth_of("a.model:Plain"), 3.0)  # python's rule: `pairs` is looked for here


def test_a_model_that_imports_itself_back_or_what_is_not_there_says_so(tmp_path):
    model = written(tmp_path / "a", MODEL.format(top="import nothing_there", inside="pass"), 1.0)
    with pytest.raises(PotentialError, match="No module named 'nothing_there'"):
        load_potential(f"{model}:Plain")
    assert str(model.parent) not in sys.path


def test_an_edited_model_takes_its_edited_neighbour(tmp_path):
    model = written(tmp_path / "a", AT_THE_TOP, 1.0)
    np.testing.assert_allclose(depth_of(f"{model}:Plain"), 1.0)
    (model.parent / "pairs.py").write_text("DEPTH = 44.0")
    os.utime(model, ns=(10**18, 10**18))
    np.testing.assert_allclose(depth_of(f"{model}:Plain"), 44.0)
