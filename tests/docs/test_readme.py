"""What the README says can be done: its commands parse, its settings file is read, its paths exist, its code runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from walks import blocks

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHECKED = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}


def commands() -> list[str]:
    """Every `bsct-explorer` command of the README's shell blocks, without comments."""
    lines = [line for block in blocks(README) if block.language == "sh" for line in block.text.splitlines()]
    found = [re.search(r"(?:^|\s)bsct-explorer (.*)", line) for line in lines if not line.startswith("pip")]
    return [match[1] for match in found if match]


def test_the_commands_are_found() -> None:
    assert len(commands()) > 12
    assert {command.split()[0] for command in commands()} >= {
        "scan",
        "check",
        "map",
        "serve",
        "train",
        "models",
        "bonds",
    }


@pytest.mark.parametrize("command", commands())
def test_every_command_parses(command: str) -> None:
    from bsct_explorer.cli.parser import build_parser

    build_parser().parse_args(shlex.split(command, comments=True))


@pytest.mark.parametrize("text", CHECKED)
def test_every_make_target_exists(text: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", CHECKED[text], re.MULTILINE)) <= targets


@pytest.mark.parametrize("text", CHECKED)
def test_every_path_exists(text: str) -> None:
    """Links, and folders and files in backquotes: from the root, in the package, or in one of its rooms."""
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", CHECKED[text])
    paths = re.findall(r"`([\w-]+(?:/[\w-]+)*(?:/|/[\w-]+\.(?:py|json|md|ipynb)))`", CHECKED[text])
    made = {"test-output/", "build/docs"}
    missing = [
        name
        for name in {*links, *paths} - made
        if not (ROOT / name).exists() and not any((ROOT / "bsct_explorer").glob(f"**/{name}"))
    ]
    assert missing == []


def test_every_room_stands_in_the_table() -> None:
    from scripts.house import ROOMS

    table = README[README.index("## Where things are") :]
    assert [room for room in ROOMS if not re.search(rf"`{room}(/|\.py)`", table)] == []


def test_the_settings_file_is_read(tmp_path: Path) -> None:
    from bsct_explorer.potentials.own_models_file import user_models

    (block,) = [block for block in blocks(README) if block.language == "toml"]
    (tmp_path / "models.toml").write_text(block.text, encoding="utf-8")
    first, second = user_models(str(tmp_path / "models.toml"))
    assert (first.info.name, first.info.display_name) == ("my-model", "My model")
    assert first.spec == f"{tmp_path / 'my_model.py'}:calculator"
    assert second.spec == f"mace:{tmp_path / 'runs' / 'second.model'}"


def test_the_librarys_lines_run() -> None:
    (code,) = [block.text for block in blocks(README) if block.text.startswith("import bsct_explorer as be")]
    pytest.importorskip("torchani")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "outer-fall" in done.stdout


def test_every_extra_that_is_named_exists() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {extra for text in re.findall(r"bsct-explorer\[([\w,]+)\]", README) for extra in text.split(",")}
    assert named <= set(project["optional-dependencies"])


def test_the_tests_that_contributing_names_exist() -> None:
    named = re.findall(r"-m pytest (tests/\S+)(?: -k (\w+))?", CHECKED["CONTRIBUTING.md"])
    assert len(named) >= 3
    for place, word in named:
        path = ROOT / place
        files = path.rglob("test_*.py") if path.is_dir() else [path]
        tests = [name for file in files for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))]
        assert any(word in name for name in tests), f"{place} has no test {word!r}"
