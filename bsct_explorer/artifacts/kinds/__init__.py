"""Every kind of finding, one record a file; see `artifacts.kind_record` for what a record holds and how one is added.

The table is made from the files of this folder; those whose names begin with an underscore hold what kinds share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules

from bsct_explorer.artifacts.kind_record import BALANCE, BESIDE_JUMPS, KindOfFinding
from bsct_explorer.artifacts.refinement import Quantity


class IncompleteKind(ImportError):
    """A file of this folder holds no whole record; the message names the file and the part."""


def table_of(names: Iterable[str]) -> dict[str, KindOfFinding]:
    """Records of the modules with these names, by the kinds' names, in the order that they state.

    Raises
    ------
    IncompleteKind
        A module has no record, or one that lacks a part or does not fit the others.
    """
    found: list[KindOfFinding] = []
    for name in names:
        where = f"artifacts/kinds/{name}.py"
        try:
            kind = getattr(import_module(f"{__name__}.{name}"), "KIND", None)
        except TypeError as error:
            raise IncompleteKind(f"{where} holds no whole record of a kind: {error}") from error
        if not isinstance(kind, KindOfFinding):
            raise IncompleteKind(f"{where} has no `KIND = KindOfFinding(...)`")
        if kind.name != name.replace("_", "-"):
            raise IncompleteKind(f"{where} holds the kind {kind.name!r}: a file and its kind have one name")
        found.append(kind)
    found.sort(key=lambda kind: (kind.order, kind.name))
    for kind in found:
        twins = [other.name for other in found if other.is_jump and kind.is_jump and other.quantity == kind.quantity]
        if len(twins) > 1:
            raise IncompleteKind(f"{' and '.join(twins)} are both jumps of the {kind.quantity}: there can be one")
    return {kind.name: kind for kind in found}


KINDS: Mapping[str, KindOfFinding] = table_of(
    module.name for module in iter_modules(__path__) if not module.name.startswith("_")
)
"""Every kind of finding by its name."""

JUMPS: Mapping[Quantity, KindOfFinding] = {kind.quantity: kind for kind in KINDS.values() if kind.is_jump}
"""The kinds that are jumps, by what jumps."""


(STEEP,) = [kind for kind in KINDS.values() if kind.confirm == BESIDE_JUMPS]
"""The kind of a smooth change within one step of molecular dynamics."""

(NO_GRADIENT,) = [kind for kind in KINDS.values() if kind.confirm == BALANCE]
"""The kind of a force that is no gradient."""


def kind_of(name: str) -> KindOfFinding:
    """The record of a kind.

    Raises
    ------
    ValueError
        There is none of this name; the message lists them.
    """
    if name not in KINDS:
        raise ValueError(f"{name!r} is no kind of finding. There are: {', '.join(KINDS)}.")
    return KINDS[name]
