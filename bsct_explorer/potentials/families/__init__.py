"""Every family of potentials, found by looking at this folder: one file each, which declares a `Family`.

Importing this imports no family's package; loading one of its potentials does.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from bsct_explorer.potentials.family import Family, Seat, Shipped


def declared() -> tuple[Family, ...]:
    """The families of the files in this folder, in the order in which they are listed.

    Raises
    ------
    TypeError
        A file declares none.
    """
    found = []
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        family = getattr(importlib.import_module(f"{__name__}.{name}"), "FAMILY", None)
        if not isinstance(family, Family):
            raise TypeError(
                f"{name}.py in potentials/families declares no FAMILY = Family(…): see potentials/family.py"
            )
        found.append(family)
    return tuple(sorted(found, key=lambda family: family.order))


def checked(families: Iterable[Family]) -> tuple[Family, ...]:
    """The families, if no two of their potentials share a name or a seat and no two families a prefix.

    Raises
    ------
    ValueError
        Two do; the message says which.
    """
    families = tuple(families)
    names: set[str] = set()
    seats: dict[Seat, str] = {}
    for one in (one for family in families for one in family.shipped):
        if one.info.name in names:
            raise ValueError(f"two potentials are called {one.info.name}")
        names.add(one.info.name)
        other = seats.setdefault(one.seat, one.info.name)
        if other != one.info.name:
            raise ValueError(
                f"{one.info.name} has the seat of {other}, {one.seat.hue} and {one.seat.dash}: give it one of its own"
            )
    prefixes = [family.from_file.prefix for family in families if family.from_file]
    twice = {prefix for prefix in prefixes if prefixes.count(prefix) > 1}
    if twice:
        raise ValueError(f"two families load files named {', '.join(sorted(twice))}:FILE")
    return families


FAMILIES: tuple[Family, ...] = checked(declared())

SHIPPED: dict[str, Shipped] = {one.info.name: one for family in FAMILIES for one in family.shipped}
"""What every installation offers, by name."""

FAMILY_OF: dict[str, Family] = {one.info.name: family for family in FAMILIES for one in family.shipped}
"""The family of each of `SHIPPED`."""

PREFIXES: dict[str, Family] = {family.from_file.prefix: family for family in FAMILIES if family.from_file}
"""The family that loads ``PREFIX:FILE``."""


def in_file(spec: str) -> tuple[Family, Path] | None:
    """The family and the file of ``mace:FILE``; None where no family loads such a file."""
    prefix, colon, rest = spec.partition(":")
    return (PREFIXES[prefix], Path(rest).expanduser()) if colon and prefix in PREFIXES else None
