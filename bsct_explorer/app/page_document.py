"""The page's document as a session's scheduler: its thread, and waiting until the browser has drawn the page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import panel as pn
from panel.io.resources import get_dist_path
from panel.links import Callback, Link
from panel.util import edit_readonly

from bsct_explorer.app.session.scheduling import Action

PAGE_TAKES = 60_000
"""Milliseconds after which a page counts as drawn though its browser never said so."""


class PageDocument:
    """Runs a session's actions under the lock of the document that shows it.

    While a browser is fetching the page, actions wait until it has drawn it: it would not hear of what they change,
    since Panel drops all changes between its fetching the document and its saying that it is ready.

    In a notebook there is no server's document: actions run where they are asked for, and `panes` are sent then.

    Attributes
    ----------
    panes
        Plots, which a notebook does not send by itself.
    """

    def __init__(self) -> None:
        document = pn.state.curdoc
        live = document is not None and document.session_context is not None
        self._document: Any = document if live else None
        self._drawn = self._document is None or bool(pn.state.loaded)
        self._unheard: list[Action] = []
        self._when_drawn: list[Action] = []
        self.panes: list[pn.viewable.Viewable] = []
        if self._document is not None and not self._drawn:
            pn.state.onload(self._page_drawn)
            self._document.add_timeout_callback(self._page_drawn, PAGE_TAKES)

    @property
    def drawn(self) -> bool:
        """Whether the browser shows the page."""
        return self._drawn

    def soon(self, action: Action) -> None:
        """Run it under the document's lock: the only way from a worker's thread to the page."""
        if self._document is not None:
            self._document.add_next_tick_callback(partial(self._when_heard, action))
        else:
            action()
            pn.io.push_notebook(*self.panes)

    def later(self, action: Action, milliseconds: int) -> None:
        """Run it after a while; in a notebook at once."""
        if self._document is not None:
            self._document.add_timeout_callback(action, milliseconds)
        else:
            action()

    def when_drawn(self, action: Action) -> None:
        """Run it once the browser shows the page: what it shows now is seen, and there is time for more."""
        if not self._drawn:
            self._when_drawn.append(action)

    def close(self) -> None:
        """The session is over: what still waits never runs, and Panel's register of views lets go of the document.

        Panel takes out of that register what it served itself, but not the area of notifications, which would keep the
        document, and with it everything on the page, as long as the server runs.
        """
        self._unheard, self._when_drawn = [], []
        if self._document is not None:
            for ref, (_, _, document, _) in list(pn.state._views.items()):
                if document is self._document:
                    pn.state._views.pop(ref, None)

    def _when_heard(self, action: Action) -> None:
        session = getattr(self._document.session_context, "session", None)
        if not self._drawn and session is not None and session.connection_count:
            self._unheard.append(action)
        else:
            action()

    def _page_drawn(self) -> None:
        if self._drawn:
            return
        self._drawn = True
        waiting = [*self._unheard, *self._when_drawn]
        self._unheard, self._when_drawn = [], []
        for action in waiting:
            self._document.add_next_tick_callback(action)


def take_styles_from_this_server() -> None:
    """Have a document's style sheets come from its own server, whatever it is made for.

    Panel says where they are when it writes the page. A session that no browser uses for a while is dropped; a browser
    that was slower than that gets another when it connects, made for no page, whose sheets would be a public server's.
    """
    document = pn.state.curdoc
    if document is not None:
        document.template_variables.setdefault("dist_url", get_dist_path(cdn=False))


def let_go(page: Any, folded: Iterable[Any] = ()) -> None:
    """Take a page that nobody looks at any more out of what Panel keeps as long as the server runs.

    A template watches Panel's own state to know whether it is busy, which only another reference in its place ends; and
    what is linked in the browser stands in registers that hold both ends of each link.

    Parameters
    ----------
    folded
        What may stand in a section that was never opened, and so on no page.
    """
    with edit_readonly(page):
        page.busy = page.param.dark_theme
    for shown in (*page.select(), *folded):
        for register in (Callback.registry, Link.registry):
            register.pop(shown, None)
