"""The form of the thresholds in the sidebar."""

from __future__ import annotations

from typing import Any

from bsct_explorer.app.components import ThresholdsForm
from bsct_explorer.app.notices import notify
from bsct_explorer.app.sidebar.threshold_rows import form_rows
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.artifacts.threshold_reader import read_thresholds, with_changes, write_thresholds
from bsct_explorer.errors import ThresholdError


def thresholds_form(state: ExplorerState) -> ThresholdsForm:
    """The form of the thresholds, kept in step with the state; what cannot be used is said, and the old one stays."""
    form = ThresholdsForm(rows=form_rows(read_thresholds(state.thresholds)), sizing_mode="stretch_width", margin=0)

    def show(*_: Any) -> None:
        form.param.update(rows=form_rows(read_thresholds(state.thresholds)), dark=state.dark)

    def edited(event: Any) -> None:
        old = read_thresholds(state.thresholds)
        try:
            state.thresholds = write_thresholds(with_changes(old, [(event.new["name"], event.new["value"])]))
        except ThresholdError as error:
            notify("warning", f"{error} The threshold stays as it was.")
        form.param.update(heard=int(event.new["count"]), rows=[])
        show()

    form.param.watch(edited, "edit")
    form.param.watch(lambda _: state.param.update(thresholds=""), "resets")
    state.param.watch(show, ["thresholds", "dark"])
    return form
