"""The page's address: it says what the page shows, and opens it again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import panel as pn

from bsct_explorer.app.state import ExplorerState, to_query

ADDRESS_DELAY = 300
"""Milliseconds after the last change until the address says it."""


def follow_address(state: ExplorerState) -> None:
    """Keep the address saying what the page shows; a while after the last change, since a drag changes much."""
    location, document = pn.state.location, pn.state.curdoc
    if location is None or document is None:  # a notebook has no address
        return
    pending: list[Any] = []

    def write() -> None:
        pending.clear()
        query = to_query(state)
        if dict(location.query_params) != query:
            location.search = "?" + urlencode(query, safe=",:/-()@[]") if query else ""

    def changed(*_: Any) -> None:
        for callback in pending:
            document.remove_timeout_callback(callback)
        pending[:] = [document.add_timeout_callback(write, ADDRESS_DELAY)]

    state.param.watch(changed, [name for name in state.param if name != "name"])
    pn.state.onload(write)
