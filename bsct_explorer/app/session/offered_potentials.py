"""Which potentials a session may ask, and which of them its state asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bsct_explorer.app.session.coordinate_choice import STORED
from bsct_explorer.app.session.page_settings import page_settings
from bsct_explorer.app.state import REFERENCE, ExplorerState
from bsct_explorer.app.work.evaluations import evaluation_key
from bsct_explorer.data import PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import available, info_of, offered
from bsct_explorer.potentials.own_models_file import without_folders


class OfferedPotentials:
    """What is offered, by name, and how the state asks for it.

    Attributes
    ----------
    infos
        What may be evaluated, by name.
    """

    def __init__(self, state: ExplorerState, infos: Iterable[PotentialInfo]) -> None:
        self.state = state
        self.infos = {info.name: info for info in infos}

    def __contains__(self, name: object) -> bool:
        return name in self.infos

    @property
    def reference(self) -> str:
        """Name of the potential that is the reference, or of another kind of reference; empty for none."""
        return str(self.state.reference)

    @property
    def device(self) -> str:
        """Device to ask for."""
        return str(self.state.device)

    @property
    def dtype(self) -> str | None:
        """Precision to ask for; None for each potential's own."""
        return page_settings(self.state).dtype

    def wanted(self) -> tuple[str, ...]:
        """Potentials to show: the chosen ones that are offered, without the one that is the reference."""
        chosen = [name for name in self.state.potentials if name in self.infos and name != self.state.reference]
        return tuple(dict.fromkeys(chosen))

    def loaded_by(self, shown: str) -> str:
        """The name that a potential is loaded by: that of the state's reference for `REFERENCE`."""
        return str(self.state.reference) if shown == REFERENCE else shown

    def shown_as(self, name: str) -> str:
        """The name that a potential's results have: `REFERENCE` for the state's reference."""
        return REFERENCE if name == self.state.reference else name

    def display(self, shown: str) -> str:
        """A potential's name for a person."""
        name = self.loaded_by(shown)
        return self.infos[name].display_name if name in self.infos else name

    def key(self, scan: Scan, shown: str) -> str:
        """Name of a potential's evaluation in the cache."""
        return evaluation_key(scan, self.loaded_by(shown), self.device, self.dtype)

    def add(self, infos: Iterable[PotentialInfo]) -> None:
        """Offer these, too."""
        for info in infos:
            self.infos.setdefault(info.name, info)

    def forget(self, names: Collection[str]) -> None:
        """Offer these no more."""
        for name in names:
            self.infos.pop(name, None)


def offered_or_why_not() -> tuple[tuple[PotentialInfo, ...], list[str]]:
    """What can be ticked; where the settings of own models cannot be read, the others and the reason."""
    try:
        return tuple(offered()), []
    except PotentialError as error:
        return tuple(available()), [f"Your own models are not offered: {without_folders(str(error))}"]


def asked_for(names: Sequence[str]) -> tuple[list[PotentialInfo], list[str]]:
    """The potentials that an address asks for, what-ifs such as ``testbed-D@k=8`` among them, and what was wrong."""
    found: dict[str, PotentialInfo] = {}
    problems = []
    for name in names:
        try:
            info = info_of(name)
        except PotentialError as error:
            problems.append(f"{name} in the address was left out: {without_folders(str(error))}")
        else:
            found[info.name] = info
    return list(found.values()), problems


def offered_to(state: ExplorerState) -> tuple[OfferedPotentials, list[str]]:
    """What a session may ask, what-ifs that its state names among them, and a sentence on each thing that was wrong.

    Potentials that there are none of leave the state.
    """
    infos, problems = offered_or_why_not()
    asked, wrong = asked_for(state.potentials)
    problems += wrong
    judges, wrong = asked_for([state.reference] if state.reference not in ("", *STORED) else [])
    problems += wrong
    if wrong:
        state.reference = state.param.reference.default
    elif judges:
        state.reference = judges[0].name
    state.potentials = [info.name for info in asked]
    return OfferedPotentials(state, (*infos, *asked, *judges)), problems
