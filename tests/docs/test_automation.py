"""What guards a commit and a pull request: hooks of the environment only, and the commands of the Makefile."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def hooks() -> list[dict]:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"], "nothing is fetched"
    return config["repos"][0]["hooks"]


def test_hooks_take_the_tools_of_the_environment() -> None:
    installed = {re.split(r"[<>=\[]", text)[0] for text in project()["optional-dependencies"]["test"]} | {"python"}
    for hook in hooks():
        assert hook["language"] == "system"
        assert "additional_dependencies" not in hook
        tool = re.search(r"exec ([\w.-]+)", hook["entry"])
        assert tool, hook["entry"]
        assert tool[1] in installed, f"{tool[1]} is not in the extra `test`"


def test_every_check_of_make_is_a_hook() -> None:
    """`make lint types` and the hooks are two lists of the same tools."""
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    lint = re.search(r"^lint:.*?\n\n", made, re.MULTILINE | re.DOTALL)
    types = re.search(r"^types:.*?\n\n", made, re.MULTILINE | re.DOTALL)
    assert lint
    assert types
    tools = {name for name in re.findall(r"\$\(BIN\)/(\S+)", lint[0] + types[0]) if name != "python"}
    entries = " ".join(hook["entry"] for hook in hooks())
    assert [tool for tool in tools if f"exec {tool}" not in entries] == []


def test_the_hooks_run_and_a_bad_file_is_refused(tmp_path: Path) -> None:
    """Ruff's hook in a clone of its own: a commit with an unused import does not pass."""
    pytest.importorskip("pre_commit", reason="needs the extra `test`")
    git = shutil.which("git")
    if git is None:
        pytest.skip("needs git")
    for name in (".pre-commit-config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "bad.py").write_text('"""A module."""\n\nimport os\n', encoding="utf-8")
    subprocess.run([git, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([git, "add", "."], cwd=tmp_path, check=True)

    def ruff() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "run", "ruff", "--all-files"]
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin:{Path(git).parent}"
        environment = {"PATH": path, "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache")}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    refused = ruff()
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "F401" in refused.stdout
    (tmp_path / "bad.py").write_text('"""A module."""\n', encoding="utf-8")
    assert ruff().returncode == 0


@pytest.mark.parametrize(
    ("failing", "fails"), [("", False), ("--ignore", True), (" tests/browser", True), ("pytest", True), ("mypy", True)]
)
def test_make_test_runs_both_calls_and_fails_with_either(tmp_path: Path, failing: str, fails: bool) -> None:
    """With tools that only note how they were called, and fail where the call contains a word."""
    make = shutil.which("make")
    if make is None:
        pytest.skip("needs make")
    binary, log = tmp_path / "bin", tmp_path / "log.txt"
    binary.mkdir()
    for tool in ("python", "ruff", "oxlint", "oxfmt", "mypy"):
        lines = ["#!/bin/sh", f'echo "{tool} $*" >> "{log}"']
        if failing:
            lines += [f'case "{tool} $*" in *"{failing}"*) exit 1;; esac']
        (binary / tool).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (binary / tool).chmod(0o755)
    for stamp in (".stamp-app", ".stamp-test"):
        (tmp_path / stamp).touch()
    command = [make, "-C", str(ROOT), "test", f"VENV={tmp_path}", f"BIN={binary}"]
    done = subprocess.run(command, env={**os.environ, "CHROMIUM": sys.executable}, capture_output=True, text=True)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    calls = [line for line in log.read_text(encoding="utf-8").splitlines() if "pytest" in line]
    if failing == "mypy":
        assert calls == [], "what is not even typed is not tested"
        return
    others, browser = calls
    assert others.endswith("--ignore tests/browser")
    assert browser.endswith(" tests/browser")
    assert all("-m not slow -n 2" in call for call in calls)


def test_hosted_tests_run_what_a_desk_runs_on_every_python_that_is_named() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    pythons = job["strategy"]["matrix"]["python"]
    assert pythons == ["3.11", "3.12", "3.13"]
    assert project()["requires-python"] == f">={pythons[0]}"
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs[0].startswith("make test")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {run.split()[1] for run in runs} <= targets
    for step in job["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+(\.\d+)*", step["uses"]), "an action is pinned by its version"
    assert workflow["permissions"] == {"contents": "read"}


def test_the_changelog_has_the_version_and_room_for_the_next() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(project()['version'])}\] - \d{{4}}-\d\d-\d\d", heads[1])
    parts = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert parts <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_citation_names_the_version_and_its_date() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project()["version"]
    assert citation["title"] == "BSCT Explorer"
    dated = re.search(rf"## \[{re.escape(project()['version'])}\] - (\S+)", (ROOT / "CHANGELOG.md").read_text())
    assert dated
    assert str(citation["date-released"]) == dated[1]
