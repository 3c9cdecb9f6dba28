"""Saying something to the person: one door for all notifications."""

from __future__ import annotations

import panel as pn

from bsct_explorer.errors import ExplorerError


def in_words(error: Exception) -> str:
    """An error for a person: our own say what to do; of others, what they are."""
    return str(error) if isinstance(error, ExplorerError) else f"{type(error).__name__}: {error}"


def notify(kind: str, text: str) -> None:
    """A notification on the page; errors stay until they are closed."""
    if pn.state.notifications is not None:
        getattr(pn.state.notifications, kind)(text, duration=0 if kind == "error" else 7000)
