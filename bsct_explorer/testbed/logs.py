"""Training logs as they ship beside the weights, read without torch."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError


@dataclass(frozen=True)
class Log:
    """The log of one training run.

    Attributes
    ----------
    steps
        Optimiser steps, shape (n_rows,), ascending.
    columns
        Every other column of the file by its head (``force_mae_meV/Å``), same shape; NaN where it was not measured.
    """

    steps: Floats
    columns: dict[str, Floats]

    def known(self, column: str) -> tuple[Floats, Floats]:
        """Steps at which a column was measured, and its values there; infinite where a run blew up."""
        values = self.columns.get(column, np.full(len(self.steps), np.nan))
        there = ~np.isnan(values)
        return self.steps[there], values[there]


def read_logs(folder: str | Path) -> dict[str, Log]:
    """Logs by the names of their runs, in alphabetical order.

    Parameters
    ----------
    folder
        Of the weights that ship (``D.csv``) or of runs in training (``D/log.csv``); one that there is not has no logs.

    Raises
    ------
    ReferenceDataError
        A file is no training log; the message names it.
    """
    files = {path.stem: path for path in Path(folder).glob("*.csv")}
    files |= {path.parent.name: path for path in Path(folder).glob("*/log.csv")}
    return {name: read_log(files[name]) for name in sorted(files)}


def read_rows(path: str | Path) -> list[dict[str, float]]:
    """Rows of a log as they are; what was not measured at a step is left out."""
    with open(path, newline="", encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(file)]


def read_log(path: str | Path) -> Log:
    """One log.

    Raises
    ------
    ReferenceDataError
        The file is no training log.
    """
    try:
        rows = read_rows(path)
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}
        steps = columns.pop("step")
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ReferenceDataError(
            f"{path} is no training log ({error!r}): it needs a head with the column step, and numbers below it."
        ) from error
    order = np.argsort(steps, kind="stable")
    return Log(steps[order], {name: values[order] for name, values in columns.items()})
