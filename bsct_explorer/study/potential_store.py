"""Potentials that a study uses, by the names that they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bsct_explorer.errors import ExplorerError, PotentialError
from bsct_explorer.study.settings import NO_HOOKS, Hooks, StudySettings

if TYPE_CHECKING:
    from bsct_explorer.data import PotentialInfo
    from bsct_explorer.potentials import Potential

Load = Callable[[str, str, str | None, Callable[[str], None] | None], "Potential"]
"""Name, device, precision and who is told; as `load_potential`, which is the usual one."""

Asked = tuple[str, str, str | None]
"""Name, device and precision."""


@dataclass
class Potentials:
    """Potentials by the name they were asked for, each loaded once, when it is first needed.

    Studies share one of these so that nothing is loaded twice, and what could not be loaded is not tried again.

    Attributes
    ----------
    load
        Who loads them; None for `load_potential`. A door for browsers gives `load_offered`.
    given
        Potentials that are there already, by name: they are used whatever device and precision are asked for.
    loaded
        What was loaded, by name, device and precision.
    broken
        What the first loading raised, by the same.
    """

    load: Load | None = None
    given: dict[str, Potential] = field(default_factory=dict)
    loaded: dict[Asked, Potential] = field(default_factory=dict)
    broken: dict[Asked, ExplorerError] = field(default_factory=dict)

    def get(self, name: str, settings: StudySettings, hooks: Hooks = NO_HOOKS) -> Potential:
        """Load a potential with the settings' device and precision, or raise again what its first loading raised.

        Raises
        ------
        PotentialError
            It could not be loaded, whatever a stranger's model raised.
        """
        if name in self.given:
            return self.given[name]
        asked = (name, settings.device, settings.dtype)
        if asked in self.broken:
            raise self.broken[asked]
        if asked not in self.loaded:
            try:
                self.loaded[asked] = self._loader()(*asked, hooks.loading)
            except Exception as error:
                self.broken[asked] = as_explorer_error(error, f"{name} could not be loaded")
                raise self.broken[asked] from error
        return self.loaded[asked]

    def _loader(self) -> Load:
        if self.load is not None:
            return self.load
        from bsct_explorer.potentials import load_potential

        return load_potential

    def __iter__(self) -> Iterator[Potential]:
        """Every potential that is there."""
        yield from self.given.values()
        yield from self.loaded.values()

    def behind(self, infos: Sequence[PotentialInfo]) -> dict[str, Potential]:
        """The potentials that gave these answers, by name; those that are not here are left out."""
        return {potential.info.name: potential for potential in self if potential.info in infos}

    def register(self, models: Sequence[str | Potential]) -> tuple[str, ...]:
        """Names of what was asked for, once each; a loaded potential is kept under its own, or ``name#2``."""
        names: dict[str, None] = {}
        for model in models:
            if isinstance(model, str):
                names[model] = None
                continue
            name = model.info.name
            if self.given.get(name, model) is not model:
                name = next(f"{name}#{k}" for k in range(2, len(models) + 2) if f"{name}#{k}" not in self.given)
            self.given[name] = model
            names[name] = None
        return tuple(names)


def as_explorer_error(error: Exception, what: str) -> ExplorerError:
    """The error itself where it is meant for the user, else a `PotentialError` that says what happened."""
    if isinstance(error, ExplorerError):
        return error
    return PotentialError(f"{what}: {type(error).__name__}: {error}")
