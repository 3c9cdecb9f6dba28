"""Importing the core imports neither torch nor panel, and the rooms call downwards only."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "bsct_explorer"

# From the ground up: a room may import itself and what stands before it.
ROOMS = (
    "errors",
    "data",
    "words",
    "molecules",
    "deformations",
    "testbed",
    "potentials",
    "profiles",
    "references",
    "metrics",
    "artifacts",
    "analysis",
    "provenance",
    "study",
    "training",
    "plots",
    "export",
    "app",
    "cli",
)
LATER = {"dynamics": "potentials", "benchmark": "export"}
"""Rooms that other work adds, with the highest room they may call."""

ONLY_UNDER = {
    "torch": {"potentials", "testbed", "dynamics"},
    "panel": {"app"},
    "panel_material_ui": {"app"},
    "bokeh": {"app", "plots", "export"},
    "holoviews": {"app"},
    "nglview": {"app"},
}
NUMBERS_ONLY = {"metrics", "artifacts"}
CORE = [
    "bsct_explorer",
    "bsct_explorer.molecules",
    "bsct_explorer.deformations",
    "bsct_explorer.potentials",
    "bsct_explorer.profiles",
    "bsct_explorer.references.stored_curves",
    "bsct_explorer.metrics",
    "bsct_explorer.artifacts",
    "bsct_explorer.analysis",
    "bsct_explorer.provenance",
    "bsct_explorer.study",
    "bsct_explorer.export",
    "bsct_explorer.cli",
    "bsct_explorer.cli.scan_command",
    "bsct_explorer.cli.check_command",
]


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.stem != "__main__"]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(node: ast.AST) -> Iterator[str]:
    """Names of modules imported anywhere below, also inside functions; not those for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "relative imports hide where an arrow goes"
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        yield from imported(child)


def imports_of(path: Path) -> set[str]:
    return set(imported(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("module", CORE)
def test_importing_the_core_imports_neither_torch_nor_panel(module):
    code = f"import sys, {module}; print(*(name for name in {list(ONLY_UNDER)} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_name_of_the_package_can_be_had():
    import bsct_explorer

    for name in bsct_explorer.__all__:
        assert getattr(bsct_explorer, name) is not None
    assert dir(bsct_explorer) == sorted(bsct_explorer.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = bsct_explorer.no_such_name


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_of_the_rooms_go_down(path):
    room = room_of(path)
    if room == "__init__":
        return  # looks names up when they are used
    top = LATER.get(room, room)
    assert top in ROOMS, f"{path.name}: say in this test where the room {room!r} stands"
    below = {*ROOMS[: ROOMS.index(top) + 1], room}
    for name in imports_of(path):
        if not name.startswith("bsct_explorer."):
            continue
        target = name.split(".")[1]
        if target.startswith("__"):
            continue  # __version__
        assert target in below, f"{path.relative_to(PACKAGE)} imports {name}: {room} stands below {target}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_packages_stay_in_their_rooms(path):
    room = room_of(path)
    packages = {name.split(".")[0] for name in imports_of(path)}
    for package, rooms in ONLY_UNDER.items():
        assert package not in packages or room in rooms, f"{path.relative_to(PACKAGE)} imports {package}"
    if room in NUMBERS_ONLY:
        foreign = packages - set(sys.stdlib_module_names) - {"numpy", "scipy", "bsct_explorer"}
        assert not foreign, f"{path.relative_to(PACKAGE)} imports {foreign}"
