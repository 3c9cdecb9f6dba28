"""Widgets that write to the state, told from what the page itself shows in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bsct_explorer.app.notices import notify
from bsct_explorer.app.state import ExplorerState

COMPACT: dict[str, Any] = {"size": "small", "sizing_mode": "stretch_width", "margin": (6, 8)}
"""How a widget of the sidebar stands."""


FIELD: dict[str, Any] = {name: value for name, value in COMPACT.items() if name != "size"}
"""How a field to type in stands."""


class StateWriter:
    """Writes to the state what a person changes; what is set while `showing` is not heard."""

    def __init__(self, state: ExplorerState) -> None:
        self.state = state
        self.silent = False

    @contextmanager
    def showing(self) -> Iterator[None]:
        """What is set inside comes from the state already."""
        before, self.silent = self.silent, True
        try:
            yield
        finally:
            self.silent = before

    def write(self, **values: Any) -> None:
        """Write to the state what the person changed."""
        if not self.silent:
            self.state.param.update(**values)

    def follow(self, widget: Any, name: str, called: str = "") -> None:
        """Let a field of the state follow a widget; an emptied one changes nothing, an impossible value is said.

        Parameters
        ----------
        name
            The field.
        called
            What it is called where its value is refused.
        """

        def changed(event: Any) -> None:
            if event.new is None or self.silent:
                return
            refusal = self.refusal(name, event.new, called)
            if refusal:
                notify("warning", refusal)
                self.put_back({widget: event.old})
            else:
                self.write(**{name: event.new})

        widget.param.watch(changed, "value")

    def put_back(self, values: dict[Any, Any]) -> None:
        """Show again what holds, by widget."""
        with self.showing():
            for widget, value in values.items():
                widget.value = value

    def refusal(self, name: str, value: Any, called: str) -> str:
        """Why a field of the state cannot have this value, as a sentence; empty where it can."""
        low, high = getattr(self.state.param[name], "bounds", None) or (None, None)
        if (low is None or value >= low) and (high is None or value <= high):
            return ""
        allowed = f"{low:g} or more" if high is None else f"from {low:g} to {high:g}"
        return f"{called} must be {allowed}: {value:g} was not taken."
