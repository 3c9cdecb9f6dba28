"""Other people's packages that a part of this one needs: whether they are installed, and what to say where not.

``pip install bsct-explorer`` brings the library and the command line; extras of pyproject.toml bring the rest.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bsct_explorer.errors import MissingPackageError


@dataclass(frozen=True)
class Package:
    """A distribution that a part of this one needs.

    Attributes
    ----------
    distribution
        Its name on PyPI.
    module
        The module that importing it gives.
    extra
        The extra of ``bsct-explorer`` that installs it; empty where ``bsct-explorer`` itself does.
    advice
        What to know before installing it, as the rest of a sentence; empty where there is nothing to know.
    newest_python
        The newest Python that it has wheels for, where newer ones are about; None for no such limit.
    """

    distribution: str
    module: str
    extra: str = ""
    advice: str = ""
    newest_python: tuple[int, int] | None = None

    def why_missing(self) -> str | None:
        """What keeps it from being imported and what to do, as a clause; None where it can be. It is not imported."""
        if importlib.util.find_spec(self.module) is not None:
            return None
        if self.newest_python is not None and sys.version_info[:2] > self.newest_python:
            major, minor = self.newest_python
            return (
                f"{self.distribution}, which has no wheel for Python {major}.{minor + 1} and newer, and this is Python "
                f"{sys.version_info[0]}.{sys.version_info[1]}: use Python {major}.{minor} or older"
            )
        what = f"bsct-explorer[{self.extra}]" if self.extra else self.distribution
        return f"{self.distribution}, which is not installed: pip install '{what}'{self.advice and f' {self.advice}'}"

    def files(self, pattern: str) -> tuple[Path, ...]:
        """Files of the installed package that match a glob pattern, sorted; nothing is imported.

        Empty where the package is not installed or keeps them elsewhere: a result then says that it cannot name its
        weights.
        """
        spec = importlib.util.find_spec(self.module)
        folders = spec.submodule_search_locations if spec else None
        return tuple(sorted(path for folder in folders or () for path in Path(folder).glob(pattern) if path.is_file()))


PAGE = (
    Package("panel", "panel", extra="page"),
    Package("panel-material-ui", "panel_material_ui", extra="page"),
    Package("bokeh", "bokeh", extra="page"),
    Package("holoviews", "holoviews", extra="page"),
    Package("nglview", "nglview", extra="page"),
)
"""What the page needs."""

REPORT = tuple(package for package in PAGE if package.distribution == "bokeh")
"""What the report in one HTML file needs."""


def require(what: str, packages: Iterable[Package]) -> None:
    """Refuse to go on where one of the packages is missing, before anything is computed.

    Parameters
    ----------
    what
        What needs them, as the subject of a sentence: ``the page``.

    Raises
    ------
    MissingPackageError
        The first that is missing, and how to install it.
    """
    for package in packages:
        missing = package.why_missing()
        if missing:
            raise MissingPackageError(f"{what} needs {missing}")
