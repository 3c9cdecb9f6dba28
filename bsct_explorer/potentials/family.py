"""The record that every file of `families/` declares: what a family offers, needs, costs and looks like.

A file of `families/` ends with ``FAMILY = Family(…)``. Registry, command line, page, colours and provenance read that
record and nothing else, so a family is added by adding its file. A record with a part missing is an error when it is
imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bsct_explorer.data import PotentialInfo
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Potential
from bsct_explorer.potentials.execution.devices import Placement

Status = Callable[[str], None]
"""Called with a sentence on what loading is doing."""

Load = Callable[[PotentialInfo, Placement, Status], Potential]
"""Loads one of a family's potentials; called under `torch_state.loading`."""

Hue = Literal["vermilion", "blue", "green", "purple", "orange", "sky", "olive", "slate"]
"""Hues of the palette; their values for both themes are in `plots.looks`."""

Dash = Literal["solid", "dash-dot", "dotted", "long-dash"]
"""How a line is drawn. Dotted lines are for a person's own potentials, long dashes for the testbed's."""


@dataclass(frozen=True)
class Seat:
    """The hue and the dash that a potential keeps whatever else is chosen; no two have the same."""

    hue: Hue
    dash: Dash


@dataclass(frozen=True)
class Shipped:
    """A potential that a family offers by name.

    Attributes
    ----------
    info
        What it says of itself.
    seat
        How it is drawn.
    cost
        What a frame costs, to order by: milliseconds for a molecule of 28 atoms on two cores.
    """

    info: PotentialInfo
    seat: Seat
    cost: float


@dataclass(frozen=True)
class ModelFile:
    """A model in a file that somebody named, ``mace:water.model``.

    Attributes
    ----------
    spec
        As it was named.
    path
        The file; it is there.
    device, dtype
        As of `devices.place`.
    own
        What the settings say of it, where they name it.
    """

    spec: str
    path: Path
    device: str = "auto"
    dtype: str | None = None
    own: PotentialInfo | None = None


@dataclass(frozen=True)
class FromFile:
    """How a family loads a model from a file.

    Attributes
    ----------
    prefix
        What stands before the colon: ``mace`` of ``mace:water.model``.
    load
        Loads it; called under `torch_state.loading`. Raises `PotentialError` where the file is no such model.
    """

    prefix: str
    load: Callable[[ModelFile], Potential]


@dataclass(frozen=True)
class Switches:
    """How a family applies ``graph=hard-knn,k=4`` of ``testbed-D@graph=hard-knn,k=4`` to trained weights.

    Attributes
    ----------
    info
        From the trained potential's spec (its name, or ``testbed:FILE``), its info and the text: what the potential
        with these switches says of itself. Loads nothing.
    apply
        From the loaded potential and the text: the potential with these switches.

    Both raise `PotentialError` where the text makes no sense.
    """

    info: Callable[[str, PotentialInfo, str], PotentialInfo]
    apply: Callable[[Potential, str], Potential]


@dataclass(frozen=True, kw_only=True)
class Family:
    """One family of potentials.

    Attributes
    ----------
    title
        What its potentials are called together, for a person.
    order
        Families are listed by it, small numbers first.
    package
        What it needs beyond what every installation has; None for nothing.
    shipped
        The potentials that it offers by name.
    load
        Loads one of them; None where there are none.
    from_file
        How it loads a person's own file; None where it does not.
    switches
        How trained weights take other switches; None where they do not.

    Raises
    ------
    ValueError
        A part is missing or two contradict each other; the message says which.
    """

    title: str
    order: int
    package: Package | None
    shipped: tuple[Shipped, ...]
    load: Load | None
    from_file: FromFile | None = None
    switches: Switches | None = None

    def __post_init__(self) -> None:
        if not self.title:
            raise ValueError("a family needs a title")
        if self.load is None and (self.shipped or self.from_file is None):
            raise ValueError(f"{self.title}: nothing says how its potentials are loaded")
        for one in self.shipped:
            self._check(one)

    def _check(self, one: Shipped) -> None:
        info = one.info
        for part in ("name", "display_name", "level_of_theory", "training_data", "licence", "citation"):
            if not getattr(info, part):
                raise ValueError(f"{self.title}: {info.name or 'a potential'} lacks its {part}")
        needs = (self.package.distribution, self.package.extra) if self.package else ("", "")
        if (info.package, info.extra) != needs:
            raise ValueError(f"{self.title}: {info.name} names another package than the family, {needs[0] or 'none'}")
        if not one.cost > 0:
            raise ValueError(f"{self.title}: {info.name} has cost {one.cost}: give milliseconds a frame")

    @property
    def infos(self) -> tuple[PotentialInfo, ...]:
        """What the potentials that it offers by name say of themselves."""
        return tuple(one.info for one in self.shipped)


__all__ = ["Family", "FromFile", "Load", "ModelFile", "Seat", "Shipped", "Status", "Switches"]
