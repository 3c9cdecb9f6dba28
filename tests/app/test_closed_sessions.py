"""A session that was closed leaves nothing behind: neither its page nor its results, whatever was opened on it."""

from __future__ import annotations

import gc
import time
import weakref

import pytest

from bsct_explorer.app.page import PageSession
from bsct_explorer.app.session.opening_case import OPENING, fill_cache
from bsct_explorer.app.state import TABS, ExplorerState


def opened_and_closed(tabs: tuple[str, ...]) -> list[weakref.ref]:
    fill_cache()
    session = PageSession(ExplorerState(**OPENING, tab=tabs[0]))
    session.explorer.start()
    for tab in tabs:
        session.tabs.active = list(TABS).index(tab)
    end = time.monotonic() + 60
    while session.front.busy and time.monotonic() < end:
        time.sleep(0.02)
    session.close()
    held = [session, session.page, session.explorer, session.front, session.views, session.map, session.all_bonds]
    held += [session.lab] if session.lab is not None else []
    return [weakref.ref(thing) for thing in held]


@pytest.mark.parametrize("tabs", [("bond",), ("bond", "map", "all"), ("lab", "bond", "lab")])
def test_nothing_of_closed_sessions_stays(tabs: tuple[str, ...]) -> None:
    gone = [reference for _ in range(3) for reference in opened_and_closed(tabs)]
    end = time.monotonic() + 60  # what a thread of the pool still holds goes when it comes to its end
    while any(reference() is not None for reference in gone) and time.monotonic() < end:
        gc.collect()
        time.sleep(0.2)
    assert [type(reference()).__name__ for reference in gone if reference() is not None] == []
