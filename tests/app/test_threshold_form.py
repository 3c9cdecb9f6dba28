"""The form of the thresholds: what is typed reaches the state, what cannot be is said, and the old value stays."""

from __future__ import annotations

import pytest

from bsct_explorer.app.sidebar import threshold_controls
from bsct_explorer.app.state import ExplorerState


def test_what_is_typed_reaches_the_state_and_what_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(threshold_controls, "notify", lambda kind, text: said.append(f"{kind}: {text}"))
    state = ExplorerState()
    form = threshold_controls.thresholds_form(state)

    form.edit = {"name": "step", "value": "0.002", "count": 1}
    assert state.thresholds == "step:0.002"
    assert next(row for row in form.rows if row["name"] == "step")["value"] == 0.002

    form.edit = {"name": "kink_likeness", "value": "5", "count": 2}
    assert said == [
        "warning: Kink, likeness (kink_likeness): '5' is too large: give 1 at most. The threshold stays as it was."
    ]
    assert state.thresholds == "step:0.002"
    assert next(row for row in form.rows if row["name"] == "kink_likeness")["value"] == 0.9

    form.edit = {"name": "step", "value": "0.005", "count": 3}
    assert state.thresholds == "", "the usual value leaves nothing in the address"

    state.thresholds = "fall:0.5"
    form.resets += 1
    assert state.thresholds == ""
