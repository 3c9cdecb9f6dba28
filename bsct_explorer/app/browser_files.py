"""JavaScript and CSS of the page, as Panel's components take them.

Panel hands a component one module, and the browser gets it from a place that has no neighbours to import from. So the
files are ordinary ES modules that import each other by their path, and `script` joins them: what is imported stands
before what imports it, each in a scope of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

APP = Path(__file__).parent

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def script(name: str) -> str:
    """A component's module with all that it imports.

    Parameters
    ----------
    name
        Path below `bsct_explorer/app`, ``components/player.js``.

    Returns
    -------
    str
        One module, which exports what the named file exports.

    Raises
    ------
    ValueError
        A file imports or exports in another way than ``import { a, b } from "./other.js";`` and ``export function``,
        ``class`` or ``const``; imports a name that is not exported; or imports itself through others.
    """
    scopes: dict[Path, str] = {}
    parts: list[str] = []
    code = _joined(APP / name, scopes, parts, ())
    return "\n".join([*parts, code])


def styles(*names: str) -> list[str | Path]:
    """Style sheets below `bsct_explorer/app`, the page's colours and type (``components/shared.css``) before them."""
    return [APP / "components" / "shared.css", *(APP / name for name in names)]


def exported(code: str) -> list[str]:
    """Names that a module exports, in their order."""
    return _EXPORT.findall(code)


def _joined(path: Path, scopes: dict[Path, str], parts: list[str], importers: tuple[Path, ...]) -> str:
    """A module's code with its imports taken from the scopes of those that it imports, which are added to `parts`."""
    if path in importers:
        raise ValueError(f"{path.name} imports itself through {', '.join(file.name for file in importers)}")
    code = path.read_text(encoding="utf-8")

    def from_scope(found: re.Match[str]) -> str:
        target = (path.parent / found[2]).resolve()
        names = [name.strip() for name in found[1].split(",") if name.strip()]
        missing = set(names) - set(exported(target.read_text(encoding="utf-8")))
        if missing:
            raise ValueError(f"{path.name} imports {', '.join(sorted(missing))}, which {target.name} does not export")
        if target not in scopes:
            parts.append(_scope(target, scopes, parts, (*importers, path)))
        return f"const {{ {', '.join(names)} }} = {scopes[target]};\n"

    code = _IMPORT.sub(from_scope, code)
    for line in _OTHER.findall(_EXPORT.sub("", code)):
        raise ValueError(f"{path.name}: {line!r} is not understood here; see `script`")
    return code


def _scope(path: Path, scopes: dict[Path, str], parts: list[str], importers: tuple[Path, ...]) -> str:
    """An imported module as a function that is called once and gives what it exports."""
    code = _joined(path, scopes, parts, importers)
    scopes[path] = f"module{len(scopes)}"
    return (
        f"const {scopes[path]} = (() => {{ // {path.name}\n{_EXPORT.sub('', code)}\n"
        f"return {{ {', '.join(exported(code))} }};\n}})();"
    )
