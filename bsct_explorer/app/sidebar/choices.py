"""What a list of bonds, angles or torsions holds, so that it always holds something that can be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsct_explorer.molecules import Molecule

IN_A_RING = " · in a ring"
ORDER_WORDS = {1.0: "single", 1.5: "aromatic", 2.0: "double", 3.0: "triple"}


def list_of(rows: Iterable[tuple[str, str, bool]], chosen: str, nothing: str) -> dict[str, Any]:
    """Options, disabled options and value of a list, to be set in one update.

    Set one after the other, the list would on its way hold a value that it does not have, or that is disabled, which
    it refuses.

    Parameters
    ----------
    rows
        (text, value, whether it can be chosen).
    chosen
        The value to show where it can be chosen, else the first that can.
    nothing
        Text of the line that stands where nothing can be chosen; its value is empty.
    """
    rows = list(rows)
    options = {text if free else text + IN_A_RING: value for text, value, free in rows}
    free = [value for _, value, can in rows if can]
    if not free:
        options, free = {nothing: "", **options}, [""]
    return {
        "options": options,
        "disabled_options": [value for _, value, can in rows if not can],
        "value": chosen if chosen in free else free[0],
    }


def fill(widget: Any, **content: Any) -> None:
    """Set what a list holds and shows, in one update.

    The browser knows options by their text: where the same value stands for another text (``0-1`` in the next
    molecule), it must be told although the value did not change.
    """
    widget.param.update(**content)
    widget.param.trigger("value")


EMPTY: dict[str, Any] = {"options": {}, "disabled_options": [], "value": None}
"""A list that is filled later."""


def bond_list(molecule: Molecule, chosen: str) -> dict[str, Any]:
    """What the bond list holds; `chosen` (``i-j``) is shown where it can be pulled."""
    rows = [
        (
            f"{bond.label}   {bond.type} {ORDER_WORDS.get(bond.order or 0.0, '')}".rstrip(),
            f"{bond.i}-{bond.j}",
            not bond.reason,
        )
        for bond in molecule.bonds
    ]
    return list_of(rows, chosen, "no bond can be pulled")
