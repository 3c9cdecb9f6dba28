"""The table of metrics: one row a potential, every heading explained."""

from __future__ import annotations

from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from bsct_explorer.app.browser_files import script, styles


class MetricsTable(JSComponent):
    """Numbers of all potentials, sortable by column in the browser."""

    title = param.String(default="Metrics")
    head = param.String(default="Potential", doc="Head of the column of names.")
    columns = param.List(default=[], doc="One dict a column: key, label, unit, tip, group.")
    rows = param.List(
        default=[],
        doc="One dict a potential: name, colour, dash, tip, lit (optional: chosen), cells {key: {text, value, note, "
        "mark (optional: met or missed)}}.",
    )
    note = param.String(default="", doc="One line below the table: eps, grid, reference.")
    notes = param.List(default=[], doc="Sentences below that: what a person should know of these curves.")
    dimmed = param.Boolean(default=False)
    dark = param.Boolean(default=False)

    _esm: ClassVar[str] = script("components/metrics.js")
    _stylesheets: ClassVar[list[Any]] = styles("components/metrics.css")
