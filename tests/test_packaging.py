"""What a wheel must carry is declared: the page's JavaScript, the library's geometries, the opening case."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bsct_explorer"


def test_every_data_file_is_package_data() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert {path.suffix for path in files} >= {".js", ".css", ".npz", ".extxyz", ".json"}
    left_out = [path for path in files if not any(fnmatch(path.name, pattern) for pattern in patterns)]
    assert left_out == []


def test_every_folder_with_files_is_a_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert settings["tool"]["setuptools"]["packages"]["find"]["include"] == ["bsct_explorer*"]
    # A folder of data alone is found as a namespace package only when its parent is one that is listed.
    for folder in (path for path in PACKAGE.rglob("*") if path.is_dir() and path.name != "__pycache__"):
        has_code = any(folder.glob("*.py"))
        assert not has_code or (folder / "__init__.py").exists(), folder


def test_versions_agree() -> None:
    import bsct_explorer

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert settings["project"]["version"] == bsct_explorer.__version__
    assert f"version: {bsct_explorer.__version__}" in (ROOT / "CITATION.cff").read_text()


def test_the_checkouts_page_is_the_packages() -> None:
    def code(path: Path) -> str:
        return path.read_text().split('"""')[2]

    assert code(ROOT / "app.py") == code(PACKAGE / "app" / "app.py")
