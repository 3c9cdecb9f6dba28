"""The library and the command line without the page's packages, and what is said where a package is missing."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bsct_explorer.errors import MissingPackageError
from bsct_explorer.packages import PAGE, Package, require
from bsct_explorer.potentials.families import FAMILIES

ROOT = Path(__file__).resolve().parents[1]
OPTIONAL = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]

PAGES_MODULES = sorted(
    {package.module for package in PAGE}
    | {"param", "pyviz_comms", "ipywidgets", "ipywidgets_bokeh", "jupyter_bokeh", "IPython", "ipykernel", "jupyterlab"}
)

BLOCK = f"""
import importlib.util, sys

BLOCKED = {PAGES_MODULES}

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {{name!r}} (blocked)", name=name)

find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in BLOCKED else find_spec(name, package)
sys.meta_path.insert(0, Blocker())
"""

FIVE_LINES = """
import bsct_explorer as be

molecule = be.load_molecule("CCO")
scan = be.BondStretch(0, 1).scan(molecule, points=24)
potential = be.load_potential("ani1x", device="cpu")
evaluation = potential.evaluate(molecule.numbers, scan.positions)
analysis = be.refine_analysis(be.analyse(be.Profile(scan, evaluation), reference=None), potential)
print(analysis.profile.info.name, len(analysis.artifacts) > 0)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python in an environment where the page's packages cannot be imported."""
    return subprocess.run([sys.executable, "-c", BLOCK + code], capture_output=True, text=True, check=False)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in such an environment."""
    return run(f"from bsct_explorer.cli import main; sys.exit(main({list(arguments)}))")


def test_the_blocking_blocks():
    done = run("import panel")
    assert "No module named 'panel' (blocked)" in done.stderr


def test_the_librarys_five_lines_need_no_page():
    done = run(FIVE_LINES)
    assert done.stdout == "ani1x True\n", done.stderr


def test_a_scan_needs_no_page(tmp_path):
    csv = tmp_path / "scan.csv"
    done = command("scan", "ethane", "--bond", "0-1", "--model", "morse", "--points", "20", "--csv", str(csv))
    assert done.returncode == 0, done.stderr
    assert "Morse" in done.stdout
    assert csv.is_file()


@pytest.mark.parametrize("arguments", [["models", "--json", "-"], ["molecules", "--json", "-"], ["bonds", "CCO"]])
def test_lists_need_no_page(arguments):
    done = command(*arguments)
    assert done.returncode == 0, done.stderr
    if "--json" in arguments:
        assert json.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "--port", "0"], "The page needs panel, which is not installed"),
        (
            ["scan", "ethane", "--bond", "0-1", "--model", "morse", "--html", "report.html"],
            "--html needs bokeh, which is not installed",
        ),
    ],
)
def test_what_needs_the_page_says_which_extra_to_install(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = command(*arguments)
    assert done.returncode == 2
    assert f"{said}: pip install 'bsct-explorer[page]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("package", [*PAGE, *(family.package for family in FAMILIES if family.package)], ids=str)
def test_each_package_is_where_its_message_says(package):
    """In the extra that it names, or without one among what every installation has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = OPTIONAL[package.extra] if package.extra else project["dependencies"]
    assert package.distribution in {text.split(">")[0].split("=")[0].strip() for text in listed}


def test_a_limit_of_pythons_is_the_markers():
    limits = {
        f.package.distribution: f.package.newest_python for f in FAMILIES if f.package and f.package.newest_python
    }
    marked = {text.partition(">=")[0]: text.partition(";")[2] for text in OPTIONAL["models"] if ";" in text}
    assert {name: f" python_version < '{major}.{minor + 1}'" for name, (major, minor) in limits.items()} == marked


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ((3, 12), "no-such-thing, which is not installed: pip install 'bsct-explorer[models]'"),
        (
            (3, 13),
            "no-such-thing, which has no wheel for Python 3.13 and newer, and this is Python 3.13: use Python 3.12",
        ),
    ],
)
def test_what_is_missing_says_why(monkeypatch, python, said):
    monkeypatch.setattr(sys, "version_info", (*python, 0, "final", 0))
    package = Package("no-such-thing", "no_such_thing", extra="models", newest_python=(3, 12))
    assert package.why_missing().startswith(said)


def test_advice_stands_behind_the_command():
    package = Package("no-such-thing", "no_such_thing", extra="x", advice="in an environment of its own")
    assert package.why_missing().endswith("pip install 'bsct-explorer[x]' in an environment of its own")


def test_what_is_there_is_not_asked_for():
    require("This test", [Package("pytest", "pytest")])
    with pytest.raises(MissingPackageError, match="This test needs no-such-thing, which is not installed"):
        require("This test", [Package("pytest", "pytest"), Package("no-such-thing", "no_such_thing")])
