"""The list of findings: one sentence each, sorted and filtered in the browser, with a close-up of the open one."""

from __future__ import annotations

from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from bsct_explorer.app.browser_files import script, styles


class FindingsList(JSComponent):
    """Artifacts of all potentials; a click, or Enter, opens one and closes it again, Escape closes it.

    The opened one shows its close-up (`closeup.js`): the curve from 1 Å down to the finest zoom level of its
    refinement, by slider, mouse wheel, or the keys + and −, without the server.
    """

    items = param.List(
        default=[],
        doc="One dict a finding: key, name, rank, severity, mark, potential, colour, dash, kind, frame, place, size, "
        "sentence, state, status, tip, folded, why, closeup (see `app.views.closeups`).",
    )
    heads = param.List(
        default=[],
        doc="One dict a curve, shown above the findings: name, potential, colour, dash, line, doubts, remarks.",
    )
    curves = param.Dict(default={}, doc="The scan's own points by potential: values, energies, forces.")
    tally = param.String(default="", doc="How many candidates came to nothing.")
    selected = param.String(default="", doc="Key of the selected finding, or empty.")
    clicks = param.Integer(default=0, doc="Counts clicks, so that they are told from selections made elsewhere.")
    message = param.String(default="", doc="Shown where there are no items.")
    dimmed = param.Boolean(default=False, doc="Old content waiting to be replaced.")
    dark = param.Boolean(default=False)

    _esm: ClassVar[str] = script("components/findings.js")
    _stylesheets: ClassVar[list[Any]] = styles("components/findings.css", "components/closeup.css")
