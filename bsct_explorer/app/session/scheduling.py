"""When a session's actions run: the one thing that it must be told by whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Action = Callable[[], None]


class Scheduler(Protocol):
    """Runs actions on the session's own thread."""

    @property
    def drawn(self) -> bool:
        """Whether what is shown is seen already: before that nothing has to wait for anything."""

    def soon(self, action: Action) -> None:
        """Run it as the next thing; may be called from any thread."""

    def later(self, action: Action, milliseconds: int) -> None:
        """Run it after a while; only from the session's own thread."""

    def when_drawn(self, action: Action) -> None:
        """Run it once the person sees the page; never where that is so already."""


class AtOnce:
    """Everything on the thread that asks, and nothing waits: for a notebook, a script, a test."""

    drawn = True

    def soon(self, action: Action) -> None:
        action()

    def later(self, action: Action, milliseconds: int) -> None:
        action()

    def when_drawn(self, action: Action) -> None:
        """It is drawn already."""
