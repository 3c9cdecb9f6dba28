"""The list of findings: one sentence each, sortable and filterable in the browser, evidence on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

HERE = Path(__file__).parent


class FindingsList(JSComponent):
    """Artifacts of all potentials; a click, or Enter, selects one."""

    items = param.List(
        default=[],
        doc="One dict a finding: key, rank, severity, mark, potential, colour, dash, kind, frame, place, size, "
        "sentence, status, why, evidence (list of [label, text]).",
    )
    selected = param.String(default="", doc="Key of the selected finding.")
    clicks = param.Integer(default=0, doc="Counts selections, so that selecting the same finding again is heard.")
    message = param.String(default="", doc="Shown where there are no items.")
    dimmed = param.Boolean(default=False, doc="Old content waiting to be replaced.")
    dark = param.Boolean(default=False)

    _esm = HERE / "findings.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "shared.css", HERE / "findings.css"]
