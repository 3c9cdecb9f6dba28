"""The form of the thresholds: what counts as an artifact, with units, what each means, and a way back."""

from __future__ import annotations

from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from bsct_explorer.app.browser_files import script, styles


class ThresholdsForm(JSComponent):
    """Numbers to edit; what was edited last stands in `edit`, and who hears it checks it and sets `rows` anew."""

    rows = param.List(default=[], doc="One dict a threshold: name, label, unit, value, usual, help, main.")
    edit = param.Dict(default={}, doc="name, value (as typed), and count, so that the same edit is heard twice.")
    heard = param.Integer(default=0, doc="Count of the last edit that `rows` answers.")
    resets = param.Integer(default=0, doc="Counts how often the usual thresholds were asked for.")
    dark = param.Boolean(default=False)

    _esm: ClassVar[str] = script("components/thresholds.js")
    _stylesheets: ClassVar[list[Any]] = styles("components/thresholds.css")
