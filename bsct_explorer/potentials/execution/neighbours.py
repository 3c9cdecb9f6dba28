"""The folder of a person's own model, on the path while its code runs, and the modules that it imports from there.

``python model.py`` finds the files beside it, and so does a model that is named ``model.py:NAME``. Two models in two
folders may each have their own ``pairs.py``: a module that comes from a model's folder is known to the process only
while that model's code runs.
"""

from __future__ import annotations

import importlib
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

INSTALLED = ("site-packages", "dist-packages")
"""Names of folders whose modules belong to an environment, also where that lies inside the model's own folder."""


class Neighbourhood:
    """A folder whose modules belong to one model.

    Parameters
    ----------
    folder
        Where the model's file lies.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._modules: dict[str, ModuleType] = {}
        self._paths: list[str] = []

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let imports find the folder first; hold torch's lock, since path and modules belong to the whole process."""
        paths, known = list(sys.path), set(sys.modules)
        hidden = self._hide_others_of_the_same_name()
        sys.modules.update(self._modules)
        sys.path[:0] = [str(self.folder), *self._paths]
        importlib.invalidate_caches()
        try:
            yield
        finally:
            self._paths = [path for path in dict.fromkeys(sys.path) if path not in {*paths, str(self.folder)}]
            sys.path[:] = paths
            self._take_own(set(sys.modules) - known)
            sys.modules.update(hidden)

    def _hide_others_of_the_same_name(self) -> dict[str, ModuleType]:
        """Take modules of other folders out of the process whose names stand for files of this one."""
        others = {name for name in self._names() if name in sys.modules and not self._stays(sys.modules[name])}
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in others}

    def _take_own(self, fresh: set[str]) -> None:
        """Take what was imported from this folder out of the process, and keep it for the next time."""
        tops = {name.partition(".")[0] for name in fresh | set(self._modules)}
        own = {top for top in tops if top in self._modules or self._is_here(sys.modules.get(top))}
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            self._modules[name] = sys.modules.pop(name)

    def _names(self) -> set[str]:
        """What can be imported from this folder as a file or as a package with an ``__init__.py``."""
        try:
            found = list(self.folder.iterdir())
        except OSError:
            return set()
        files = {path.stem for path in found if path.suffix == ".py"}
        return files | {path.name for path in found if (path / "__init__.py").is_file()}

    def _is_here(self, module: ModuleType | None) -> bool:
        """Whether a module was imported from this folder, and not from an environment inside it."""
        return any(
            self.folder in place.parents and not set(place.parts) & set(INSTALLED) for place in _places_of(module)
        )

    def _stays(self, module: ModuleType) -> bool:
        """Whether a module of a neighbour's name is none to hide: Python's, installed, ours, or this folder's own."""
        name = module.__name__.partition(".")[0]
        if name in sys.stdlib_module_names or name in {__name__.partition(".")[0], "__main__"}:
            return True
        installed = [Path(sysconfig.get_path(key)).resolve() for key in ("purelib", "platlib")]
        places = _places_of(module)
        return self._is_here(module) or any(folder in place.parents for folder in installed for place in places)


def _places_of(module: ModuleType | None) -> list[Path]:
    """The file of a module, or the folders of a package without one."""
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return [Path(file).resolve()]
    try:
        return [Path(place).resolve() / "__init__.py" for place in getattr(module, "__path__", ())]
    except TypeError:
        return []
