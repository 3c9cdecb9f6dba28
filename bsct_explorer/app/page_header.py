"""The page's header: what is being computed and on what, a way to stop it, and the address to share."""

from __future__ import annotations

import html
from collections.abc import Collection

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.downloads import share_button
from bsct_explorer.app.session.events import Activity
from bsct_explorer.data import Evaluation

# In a narrow header what is computed takes what is left, and Cancel stays in reach; the device is in the sidebar, too.
ACTIVITY_FITS = """
:host { min-width: 0; flex-shrink: 1 !important; }
@media (max-width: 600px) {
  :host { max-width: 92px; max-height: 30px; overflow: hidden; }
  :host * { font-size: 11px; line-height: 14px; }
}
"""
WIDE_ONLY = "@media (max-width: 600px) { :host { display: none !important; } }"
HEADER_TEXT = {"font-size": "13px", "color": "#ffffff"}


class Header:
    """What stands in the header, and the bar below it."""

    def __init__(self) -> None:
        self.activity = pn.pane.HTML("", margin=(0, 8), styles=HEADER_TEXT, align="center", stylesheets=[ACTIVITY_FITS])
        self.stop = pmui.Button(
            label="Cancel",
            size="small",
            variant="outlined",
            color="light",
            visible=False,
            margin=(0, 4),
            align="center",
        )
        self.device = pn.pane.HTML("", margin=(0, 8), styles=HEADER_TEXT, align="center", stylesheets=[WIDE_ONLY])
        self.share = share_button()
        self.bar = pmui.LinearProgress(active=False, value=0, sizing_mode="stretch_width", margin=0, height=4)

    def layout(self) -> pn.Row:
        """The header's row; the bar stands below it, on the page."""
        return pn.Row(self.activity, self.stop, pn.HSpacer(), self.device, self.share, sizing_mode="stretch_width")

    def show_activity(self, activity: Activity, *, stoppable: bool) -> None:
        """What is being done, how far it is, and a way to stop it where it can be stopped."""
        self.activity.object = html.escape(activity.text)
        busy = bool(activity.text) and not activity.stopped
        # Without a share that is done the bar runs to and fro: something is being loaded. Not while it is hidden: the
        # browser would go on drawing it.
        variant = "indeterminate" if busy and activity.fraction is None else "determinate"
        self.bar.param.update(active=busy, variant=variant, value=int(100 * (activity.fraction or 0)))
        self.bar.styles = {"visibility": "visible" if busy else "hidden"}
        visible = (busy and stoppable) or activity.stopped
        self.stop.param.update(visible=visible, label="Resume" if activity.stopped else "Cancel")

    def show_device(self, evaluations: Collection[Evaluation]) -> None:
        """What computed the curves, and why not something faster."""
        used = sorted({f"{evaluation.device} · {evaluation.dtype}" for evaluation in evaluations})
        notes = "\n".join(dict.fromkeys(note for evaluation in evaluations for note in evaluation.notes))
        tip = html.escape(notes or "Device and precision")
        self.device.object = f'<span title="{tip}">{html.escape(", ".join(used))}</span>'
