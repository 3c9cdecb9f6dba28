"""What the rules of the house measure: `python scripts/house.py` prints it, tests/test_house.py holds it.

Sources are read, nothing is imported, so what stands inside functions and under TYPE_CHECKING counts as well:

- the order of the rooms (`ROOMS`) and imports that go up,
- modules that import each other in a circle,
- modules above `MOST_LINES` lines, functions above `MOST_PARAMETERS` parameters,
- file stems and names of public classes that stand twice.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "bsct_explorer"
NAME = "bsct_explorer"
MOST_LINES = 400
MOST_PARAMETERS = 7

# From the ground up: a room may import itself and what stands before it.
ROOMS = (
    "errors",
    "packages",
    "data",
    "words",
    "remarks",
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
    "planted",
    "training",
    "plots",
    "export",
    "app",
    "cli",
)
LATER = {"dynamics": "potentials", "benchmark": "export"}
"""Rooms that other work adds, with the highest room they may call."""


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the package, in the order of their paths."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """A module, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """A module's dotted name inside the package; of the package itself, its name."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(path: Path) -> str:
    """The room that a module stands in: a folder of the package, or a module of its top."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(node: ast.AST, *, type_checking: bool = False) -> Iterator[str]:
    """Names that are imported anywhere below a node, also inside functions.

    Parameters
    ----------
    node
        A parsed module or a part of it.
    type_checking
        Whether what only a type checker imports counts.

    Raises
    ------
    ValueError
        An import is relative, which hides where an arrow goes.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test) and not type_checking:
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            if child.level:
                raise ValueError(f"line {child.lineno}: relative imports hide where an arrow goes")
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        yield from imported(child, type_checking=type_checking)


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Modules of ours that each module imports, wherever that stands; a package stands for its ``__init__``."""
    names = {name_of(path) for path in modules()}
    found: dict[str, frozenset[str]] = {}
    for path in modules():
        targets = set()
        for name in imported(tree(path), type_checking=True):
            if not name.startswith(f"{NAME}."):
                continue
            targets.add(name if name in names else name.rpartition(".")[0])
        found[name_of(path)] = frozenset(targets & names - {name_of(path), NAME})
    return found


def room_arrows() -> set[tuple[str, str]]:
    """Pairs of a room and another that it imports when it runs: not for type checkers only."""
    found = set()
    for path in modules():
        room = room_of(path)
        for name in imported(tree(path)):
            parts = name.split(".")
            if parts[0] == NAME and len(parts) > 1 and not parts[1].startswith("__") and parts[1] != room:
                found.add((room, parts[1]))
    return {(room, target) for room, target in found if not room.startswith("__")}


def upward() -> list[str]:
    """Imports that go up, or to or from a room that `ROOMS` does not place, also those for type checkers only."""
    found = []
    for path in modules():
        room = room_of(path)
        if room.startswith("__"):
            continue  # the package's names are looked up when they are used
        top = LATER.get(room, room)
        below = {*ROOMS[: ROOMS.index(top) + 1], room} if top in ROOMS else set()
        for name in sorted(set(imported(tree(path), type_checking=True))):
            parts = name.split(".")
            if parts[0] == NAME and len(parts) > 1 and not parts[1].startswith("__") and parts[1] not in below:
                found.append(f"{path.relative_to(PACKAGE)} imports {name}: {room} stands below {parts[1]}")
    return found


def circles(graph: Mapping[str, Iterable[str]] | None = None) -> list[tuple[str, ...]]:
    """Groups of nodes that reach each other along arrows (strongly connected, Tarjan), of the modules by default."""
    arrow: Mapping[str, Iterable[str]] = arrows() if graph is None else graph
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[tuple[str, ...]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(arrow.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            at = stack.index(node)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                groups.append(tuple(sorted(group)))

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 10 * len(arrow) + 1000))
    try:
        for node in sorted(arrow):
            if node not in index:
                visit(node)
    finally:
        sys.setrecursionlimit(limit)
    return sorted(groups)


def folder_circles() -> list[tuple[str, ...]]:
    """Folders and modules that stand beside each other in one folder and import each other in a circle.

    What stands inside a folder counts as the folder, so this finds two folders that own each other although no two of
    their modules do. A circle of modules alone is `circles`' to name.
    """
    found = []
    for parent in sorted({path.parent for path in modules()}):
        at = len(name_of(parent / "__init__.py").split("."))
        graph: dict[str, set[str]] = defaultdict(set)
        for name, targets in arrows().items():
            # Only what stands below this folder; the folder's own __init__ has no part after it.
            ours = [part for part in (name, *targets) if part.startswith(f"{name_of(parent / '__init__.py')}.")]
            if name in ours:
                here = ".".join(name.split(".")[: at + 1])
                graph[here] |= {".".join(part.split(".")[: at + 1]) for part in ours if part != name} - {here}
        found += [group for group in circles(graph) if any(is_folder(name) for name in group)]
    return found


def is_folder(name: str) -> bool:
    """Whether a dotted name is a package."""
    return (PACKAGE.parent / name.replace(".", "/")).is_dir()


def long_modules() -> dict[str, int]:
    """Modules above `MOST_LINES`, with their lines."""
    lines = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    return {name: count for name, count in lines.items() if count > MOST_LINES}


def functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function below a node with its qualified name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{child.name}", child
            yield from functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, f"{prefix}{child.name}.")
        else:
            yield from functions(child, prefix)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Names of a function's parameters, without ``self`` and ``cls``; ``*args`` and ``**kwargs`` count as one each."""
    given = function.args
    names = [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    names += [arg.arg for arg in (given.vararg, given.kwarg) if arg]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def long_signatures() -> dict[str, int]:
    """Functions above `MOST_PARAMETERS` as ``module.py:qualified.name``, with how many they take."""
    found = {}
    for path in modules():
        for name, function in functions(tree(path)):
            count = len(parameters(function))
            if count > MOST_PARAMETERS:
                found[f"{path.relative_to(PACKAGE)}:{name}"] = count
    return found


def twice(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Names that stand in several places, with the places."""
    places: dict[str, list[str]] = defaultdict(list)
    for name, place in pairs:
        places[name].append(place)
    return {name: sorted(where) for name, where in sorted(places.items()) if len(where) > 1}


def stems_twice() -> dict[str, list[str]]:
    """Stems of modules and names of folders that stand in several places of the package."""
    files = [(path.stem, str(path.relative_to(PACKAGE))) for path in modules() if not path.stem.startswith("__")]
    folders = {path.parent for path in modules()} - {PACKAGE}
    return twice([*files, *((folder.name, f"{folder.relative_to(PACKAGE)}/") for folder in folders)])


def classes_twice() -> dict[str, list[str]]:
    """Public classes of one name in several modules."""
    return twice(
        (node.name, str(path.relative_to(PACKAGE)))
        for path in modules()
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def report() -> str:
    """All measures as text."""
    lines: list[str] = []

    def part(title: str, found: Iterable[object]) -> None:
        found = list(found)
        lines.append(f"{title}: {len(found)}")
        lines.extend(f"  {item}" for item in found)

    part(f"modules above {MOST_LINES} lines", (f"{count:4d} {name}" for name, count in long_modules().items()))
    part(
        f"functions above {MOST_PARAMETERS} parameters",
        (f"{count:4d} {name}" for name, count in sorted(long_signatures().items(), key=lambda item: -item[1])),
    )
    part("imports that go up", upward())
    part("circles of modules", (" · ".join(group) for group in circles()))
    part("circles of folders", (" · ".join(group) for group in folder_circles()))
    part("file names that stand twice", (f"{name}: {', '.join(where)}" for name, where in stems_twice().items()))
    part("public classes that stand twice", (f"{name}: {', '.join(where)}" for name, where in classes_twice().items()))
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())
