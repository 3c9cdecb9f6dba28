"""Importing the core imports neither torch nor panel, and the rooms call downwards only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.house import LATER, PACKAGE, ROOMS, arrows, imported, room_of, tree, upward

ONLY_UNDER = {
    "torch": {"potentials", "testbed", "dynamics"},
    "panel": {"app"},
    "panel_material_ui": {"app"},
    "bokeh": {"app", "plots", "export"},
    "holoviews": {"app"},
    "nglview": {"app"},
}
# The page from the ground up; what stands in one storey does not know of its neighbours.
STOREYS = (
    {"state", "browser_files", "icons", "layout", "serving"},
    {"work", "components", "viewer"},
    {"session"},
    {"notices", "views", "address"},
    {"downloads", "sidebar", "page_document"},
    {"tabs", "page_header"},
    {"lab"},
    {"page"},
    {"app", "in_jupyter"},
)
NUMBERS_ONLY = {"metrics", "artifacts"}
CORE = [
    "bsct_explorer",
    "bsct_explorer.molecules",
    "bsct_explorer.deformations",
    "bsct_explorer.potentials",
    "bsct_explorer.profiles",
    "bsct_explorer.references",
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


BARE = f"import sys; sys.path += {[path for path in sys.path if path]!r}\n"
"""With it a process started without `site` finds what this one finds, and no .pth file loads anything of its own."""


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.stem != "__main__"]


def imports_of(path: Path) -> set[str]:
    """Names imported anywhere in a module, also inside functions; not those for type checkers only."""
    return set(imported(tree(path)))


@pytest.mark.parametrize("module", CORE)
def test_importing_the_core_imports_neither_torch_nor_panel(module):
    code = f"import sys, {module}; print(*(name for name in {list(ONLY_UNDER)} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("module", "rooms"),
    [
        ("bsct_explorer.metrics.fsd", {"data", "metrics"}),
        ("bsct_explorer.metrics", {"data", "metrics"}),
        ("bsct_explorer.metrics.fsd_maximum", {"data", "words", "metrics"}),
        ("bsct_explorer.artifacts", {"data", "words", "metrics", "artifacts"}),
        ("bsct_explorer.artifacts.causes", {"data", "errors", "words", "metrics", "artifacts"}),
        ("bsct_explorer.artifacts.far_field", {"data", "errors", "words", "metrics", "artifacts"}),
    ],
)
def test_metrics_and_artifacts_load_numpy_scipy_and_the_rooms_below(module, rooms):
    code = f"""
import sys
import {module}
ours = {{name.split(".")[1] for name in sys.modules if name.startswith("bsct_explorer.")}}
foreign = {{name.partition(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names) - {{"bsct_explorer"}}
loaded = {{name for name in foreign if getattr(sys.modules[name], "__file__", None)}}
print(*sorted(ours), "|", *sorted(loaded - {{"numpy", "scipy"}}))
"""
    done = subprocess.run([sys.executable, "-S", "-c", BARE + code], capture_output=True, text=True, check=True)
    ours, foreign = done.stdout.split("|")
    assert set(ours.split()) == rooms
    assert foreign.split() == []


def test_every_name_of_the_package_can_be_had():
    import bsct_explorer

    for name in bsct_explorer.__all__:
        assert getattr(bsct_explorer, name) is not None
    assert dir(bsct_explorer) == sorted(bsct_explorer.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = bsct_explorer.no_such_name


def test_every_room_has_its_place():
    rooms = {room_of(path) for path in modules()} - {"__init__", "__main__"}
    assert rooms <= {*ROOMS, *LATER}, "say in scripts/house.py where a new room stands"
    assert set(LATER.values()) <= set(ROOMS)


def test_arrows_of_the_rooms_go_down():
    assert upward() == []


def test_the_page_stands_in_storeys():
    """State, session, views, page: each part imports itself and what stands below, also where only types are meant."""
    storey = {part: height for height, parts in enumerate(STOREYS) for part in parts}
    part_of = {name: name.split(".")[2] for name in arrows() if name.startswith("bsct_explorer.app.")}
    assert set(part_of.values()) <= set(storey), "say in STOREYS where a new part of the page stands"
    wrong = [
        f"{name} imports {target}"
        for name, part in part_of.items()
        for target in arrows()[name]
        if target in part_of and part_of[target] != part and storey[part_of[target]] >= storey[part]
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [p for p in modules() if p.parent.name in ("session", "work")], ids=lambda p: p.name)
def test_a_session_imports_nothing_that_draws(path):
    packages = {name.split(".")[0] for name in imported(tree(path), type_checking=True)}
    assert packages & {"panel", "panel_material_ui", "bokeh", "holoviews", "nglview"} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_packages_stay_in_their_rooms(path):
    room = room_of(path)
    packages = {name.split(".")[0] for name in imports_of(path)}
    for package, rooms in ONLY_UNDER.items():
        assert package not in packages or room in rooms, f"{path.relative_to(PACKAGE)} imports {package}"
    if room in NUMBERS_ONLY:
        foreign = packages - set(sys.stdlib_module_names) - {"numpy", "scipy", "bsct_explorer"}
        assert not foreign, f"{path.relative_to(PACKAGE)} imports {foreign}"
