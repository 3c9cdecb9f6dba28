"""environment.yml names what pyproject.toml needs, through a written map: conda-forge calls some things otherwise.

No solve of environment.yml is run here.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

CONDA_NAME = {"torch": "pytorch", "tblite": "tblite-python", "jupyter-bokeh": "jupyter_bokeh"}
"""conda-forge's name, where it is not PyPI's."""

FROM_PIP = {
    "torchani": "2.0 from PyPI is the last whose package carries ANI's weights",
    "so3krates-torch": "its weights are known to be inside PyPI's wheel",
    "sevenn": "its weights are known to be inside PyPI's wheel",
    "chgnet": "its weights are known to be inside PyPI's wheel",
    "torch-geometric": "comes with so3krates-torch",
    "nglview": "the page was tested with PyPI's package, whose JavaScript it serves",
    "panel-material-ui": "the page was tested with PyPI's package, whose JavaScript it serves",
    "ipywidgets-bokeh": "the notebook was tested with PyPI's wheel",
}
"""What is taken from PyPI inside the environment, with the reason."""

EXTRAS = ("page", "models", "notebooks")
"""Extras that a conda user gets: what `make app` installs, and the notebooks."""

CONDA_ONLY = {"python", "pip"}


def requirement(text: str) -> tuple[str, str]:
    """Name and version constraint, without extras and spaces."""
    match = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(.*)", text.strip())
    assert match, text
    return match[1].lower(), match[2].replace(" ", "")


@pytest.fixture(scope="module")
def wanted() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [*project["dependencies"], *(t for extra in EXTRAS for t in project["optional-dependencies"][extra])]
    return dict(requirement(text) for text in texts if not text.startswith("bsct-explorer["))


@pytest.fixture(scope="module")
def environment() -> tuple[dict[str, str], dict[str, str], dict]:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    document = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = dict(requirement(item) for item in document["dependencies"] if isinstance(item, str))
    (pip,) = [item["pip"] for item in document["dependencies"] if isinstance(item, dict)]
    assert "-e ." in pip, "the environment installs the project itself"
    return conda, dict(requirement(item) for item in pip if item != "-e ."), document


def test_every_dependency_is_there_with_its_constraint(wanted, environment):
    conda, pip, _ = environment
    for name, constraint in wanted.items():
        where, its_name = (pip, name) if name in FROM_PIP else (conda, CONDA_NAME.get(name, name))
        assert its_name in where, f"environment.yml lacks {its_name}"
        assert where[its_name] == constraint, f"{its_name} in environment.yml, {name} in pyproject.toml"


def test_nothing_else_is_there(wanted, environment):
    conda, pip, _ = environment
    expected = {CONDA_NAME.get(name, name) for name in wanted if name not in FROM_PIP}
    assert set(conda) - CONDA_ONLY == expected
    assert set(pip) == {name for name in wanted if name in FROM_PIP}


def test_python_is_the_projects(environment):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert environment[0]["python"] == project["requires-python"]


def test_channels_and_name(environment):
    document = environment[2]
    assert document["channels"] == ["conda-forge"]
    assert document["name"] == "bsct-explorer"


def test_the_map_holds_nothing_that_is_not_needed(wanted):
    assert set(CONDA_NAME) | set(FROM_PIP) <= set(wanted)


def test_citation_and_version_agree_with_the_package():
    import bsct_explorer

    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == bsct_explorer.__version__
    assert f"version: {bsct_explorer.__version__}\n" in citation
    assert project["urls"]["Paper"] in citation
