"""How potentials are named: forgiving spelling, and the mark before switches. No file is looked at here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MARK = "@"
"""Between a potential's name and its switches: ``testbed-D@graph=hard-knn,k=4``."""


def split_name(name: str) -> tuple[str, str]:
    """The name of the trained potential and the text of the switches, which is empty where the name has none."""
    base, mark, text = name.rpartition(MARK)
    # A path may have the mark in it, and so may one of its folders.
    return (base, text) if mark and base and "=" in text and "/" not in text else (name, "")


def canonical(name: str, names: Iterable[str]) -> str | None:
    """The known name that was meant: exact, or equal but for case, spaces and punctuation (``ANI-1x``)."""
    known = list(names)
    if name in known:
        return name
    if ":" in name:
        return None
    return {plain(other): other for other in known if ":" not in other}.get(plain(name))


def plain(name: str) -> str:
    """Letters and digits of a name, in lower case."""
    return "".join(c for c in name.lower() if c.isalnum())


def unknown(name: str, names: Iterable[str]) -> str:
    """Message on a name that is not known, with close ones. The same whether or not a file of this name exists."""
    known = sorted(names)
    close = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    return f"no potential is called {name!r}. {hint}There are: {', '.join(known)}."
