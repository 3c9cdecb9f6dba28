"""Saying something to the person: one door for all notifications."""

from __future__ import annotations

import html

import panel as pn
from panel.io.notifications import NotificationArea as HTMLNotificationArea

from bsct_explorer.app.session.events import Message

READ = {False: 7_000, True: 20_000}
"""Milliseconds that a notification stays, an error longer: what was typed wrong is soon typed right, and then the words
would cover what they are no longer about."""


def notify(kind: str, text: str) -> None:
    """A notification on the page; errors stay longer, for there is more to read."""
    area = pn.state.notifications
    if area is not None:
        # Panel's own area takes HTML, the one of Panel Material UI text.
        words = html.escape(text) if isinstance(area, HTMLNotificationArea) else text
        getattr(area, kind)(words, duration=READ[kind == "error"])


def show_message(message: Message) -> None:
    """A session's message, as a notification."""
    notify(message.kind, message.text)
