"""The table of the testbed's variants as it was measured for what ships: aims met and missed, seeds, explanations."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import panel as pn

from bsct_explorer.app.components import MetricsTable
from bsct_explorer.plots.looks import look_of
from bsct_explorer.potentials.families.transformer import name_of_variant
from bsct_explorer.testbed.aims import BLEW_UP
from bsct_explorer.testbed.model_config import VARIANTS
from bsct_explorer.testbed.results import Cell, Column, Results, VariantRow
from bsct_explorer.words.numbers import decimal, number

EMPTY = (
    "No table of the variants is here yet: it comes with their weights. Measure trained variants with "
    "<code>benchmarks/testbed_table.py RUNS --data FILE --json</code>."
)
MARKS = (
    "✓ meets the testbed's aim, ✗ misses it; hover over a number for its aim, over a heading for what it means. "
    "Energies are in meV here, whatever the curves above are shown in."
)
_BETTER = {"lower": "Lower is better.", "higher": "Higher is better.", "": ""}


class VariantsTable:
    """The table, and a sentence in its place where it was not measured; `show` gives it results."""

    def __init__(self) -> None:
        self.table = MetricsTable(title="Variants", head="Variant", sizing_mode="stretch_width", margin=(8, 10))
        self.empty = pn.pane.HTML(EMPTY, sizing_mode="stretch_width", margin=(8, 10), styles={"font-size": "13px"})
        self.table.visible = False

    def layout(self) -> pn.Column:
        return pn.Column(self.empty, self.table, sizing_mode="stretch_width", margin=0)

    def show(self, results: Results | None, chosen: Collection[str] = (), dark: bool = False) -> None:
        """Show a table (`read_results`), the rows of the chosen variants lit; None where there is none."""
        self.empty.visible, self.table.visible = results is None, results is not None
        if results is None:
            return
        self.table.param.update(
            columns=[column_of(column) for column in results.columns],
            rows=[row_of(row, results.columns, row.variant in chosen, dark) for row in results.rows],
            note=MARKS,
            notes=[results.measured],
            dark=dark,
        )


def column_of(column: Column) -> dict[str, str]:
    """A head with what it means, which way is better, and the aims."""
    aim = f"Aim: {column.aim}." if column.aim else ""
    tip = "\n".join(filter(None, (column.description, _BETTER[column.better], aim)))
    return {"key": column.key, "label": column.label, "unit": column.unit, "tip": tip, "group": column.group}


def row_of(row: VariantRow, columns: tuple[Column, ...], lit: bool, dark: bool) -> dict[str, Any]:
    """A variant with its numbers."""
    look = look_of(name_of_variant(row.variant))
    seeds = f"Mean of {len(row.runs)} seeds." if len(row.runs) > 1 else "One seed."
    return {
        "name": row.variant,
        "colour": look.colour(dark) if row.variant in VARIANTS else "transparent",  # a control has no curve
        "dash": look.dash,
        "tip": f"{row.variant}: {row.description}\n{seeds}",
        "lit": lit,
        "cells": {column.key: cell_of(row.cells[column.key], column) for column in columns if column.key in row.cells},
    }


def cell_of(cell: Cell, column: Column) -> dict[str, Any]:
    """A number with its spread, and whether it meets the aim, as a mark and in words."""
    lines = [cell.note[:1].upper() + cell.note[1:] + "." if cell.note else ""]
    if cell.low is not None and cell.high is not None and cell.low != cell.high:
        lines.append(f"Between {number(cell.low)} and {number(cell.high)} {column.unit}".rstrip() + " over the seeds.")
    if cell.aim:
        verdict = {True: "met", False: "missed", None: "not known yet"}[cell.met]
        lines.append(f"Aim: {cell.aim}. {verdict.capitalize()}.")
    return {
        "text": _text(cell),
        "value": None if BLEW_UP in cell.note else cell.mean,
        "note": "\n".join(filter(None, lines)),
        "mark": {True: "met", False: "missed", None: ""}[cell.met],
    }


def _text(cell: Cell) -> str:
    """Mean ± half the spread, both to the spread's second digit; the mean alone to three digits."""
    if BLEW_UP in cell.note:
        return "blew up"
    if cell.mean is None or cell.low is None or cell.high is None:
        return "–"
    spread = (cell.high - cell.low) / 2
    if spread:
        places = max(0, 1 - math.floor(math.log10(spread)))
        return f"{decimal(cell.mean, places)} ± {decimal(spread, places)}"
    return number(int(cell.mean) if float(cell.mean).is_integer() else cell.mean)
