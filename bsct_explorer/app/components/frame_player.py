"""The deformation slider: frames, play, keyboard, and the numbers at the current frame, all in the browser."""

from __future__ import annotations

from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from bsct_explorer.app.browser_files import script, styles


class FramePlayer(JSComponent):
    """A slider over a scan's frames that needs no server while it moves.

    Link `frame` to what should follow it with `jslink` or `jscallback`.
    """

    frame = param.Integer(default=0, bounds=(0, None), doc="Current frame, 0-based.")
    values = param.List(default=[], doc="The coordinate at each frame.")
    unit = param.String(default="Å")
    label = param.String(
        default="Bond length", doc="What the coordinate is, for the screen reader and beside the value."
    )
    rows = param.List(
        default=[],
        doc="One dict a curve: name, colour, dash, energies and forces (lists with null for gaps), dimmed.",
    )
    energy_unit = param.String(default="eV", doc="What the energies are in; the forces are in it per `unit`.")
    places = param.Integer(default=3, bounds=(0, None), doc="Decimal places of the energies.")
    energy_note = param.String(default="", doc="What the energies are relative to.")
    stops = param.List(
        default=[], doc="Findings as dicts: frame, colour, text, key; drawn as ticks, n and p step on them."
    )
    stop = param.String(default="", doc="Key of the finding last stepped to.")
    narrow = param.Boolean(default=False, doc="Set by the browser where the page opened on a narrow screen.")
    dark = param.Boolean(default=False)

    _esm: ClassVar[str] = script("components/player.js")
    _stylesheets: ClassVar[list[Any]] = styles("components/player.css")
