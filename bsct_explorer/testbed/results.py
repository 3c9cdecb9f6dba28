"""What the variants were measured to be, as the file ``weights/table.json`` that ships; no torch here.

    {"format": "bsct-testbed-table/1", "measured": "a sentence: on what, how, when",
     "compared": ["ethanol"],
     "columns": [{"key", "label", "unit", "description", "group", "better": "lower" | "higher" | "", "aim"}],
     "rows": [{"variant", "description", "runs": ["D", "D-1"],
               "cells": {KEY: {"mean", "low", "high", "met": true | false | null, "aim", "note"}}}]}

``mean``, ``low`` and ``high`` are over the runs (seeds) of a variant; a number that could not be had is null, its
reason the note. ``met`` is null where the variant has no aim in this column, or not all that the aim needs is known.
``compared`` are the molecules that every run of A and D relaxed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from bsct_explorer.errors import ReferenceDataError

FORMAT = "bsct-testbed-table/1"
FILE = "table.json"
"""Its name in the folder of the weights."""

Better = Literal["lower", "higher", ""]


@dataclass(frozen=True)
class Column:
    """One quantity: its head, what it means, in which direction it is better, and what the testbed aims at."""

    key: str
    label: str
    unit: str
    description: str
    group: str
    better: Better = "lower"
    aim: str = ""


@dataclass(frozen=True)
class Cell:
    """One quantity of one variant, over its runs."""

    mean: float | None
    low: float | None
    high: float | None
    met: bool | None = None
    aim: str = ""
    note: str = ""


@dataclass(frozen=True)
class VariantRow:
    """One variant; `runs` are the names of its seeds."""

    variant: str
    description: str
    runs: tuple[str, ...]
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Results:
    """The table; `measured` says on what, how and with which data, `compared` on which molecules geometries are."""

    measured: str
    columns: tuple[Column, ...]
    rows: tuple[VariantRow, ...]
    compared: tuple[str, ...] = ()


def write_results(results: Results, path: str | Path) -> None:
    """Write the file, whole or not at all."""
    temporary = Path(path).with_suffix(".part")
    text = json.dumps({"format": FORMAT, **asdict(results)}, indent=1, ensure_ascii=False, allow_nan=False)
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)


def read_results(folder: str | Path) -> Results | None:
    """The table of a folder of weights; None where it has none.

    Raises
    ------
    ReferenceDataError
        The file is there and is no such table.
    """
    from cattrs import Converter
    from cattrs.errors import BaseValidationError

    path = Path(folder) / FILE
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.pop("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT!r}")
        return Converter(forbid_extra_keys=True).structure(document, Results)
    except (BaseValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReferenceDataError(
            f"{path} is no table of this version of BSCT Explorer ({error}): write it with benchmarks/testbed_table.py."
        ) from error
