"""Tables for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 110


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = (), right: Sequence[int] = (), indent: str = "") -> str:
    """Columns padded to their widest cell, two spaces apart.

    Parameters
    ----------
    rows
        Cells, shape (n_rows, n_columns).
    head
        Column heads; none prints none.
    right
        Columns that are aligned to the right: numbers.
    """
    lines = [list(head), *map(list, rows)] if head else [list(row) for row in rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(lines[0]))] if lines else []
    text = []
    for line in lines:
        cells = [
            cell.rjust(w) if k in right else cell.ljust(w) for k, (cell, w) in enumerate(zip(line, widths, strict=True))
        ]
        text.append((indent + "  ".join(cells)).rstrip() + "\n")
    return "".join(text)


def wrapped(text: str, indent: str = "") -> str:
    """A sentence over as many lines as it needs."""
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=indent, subsequent_indent=indent) + "\n"
