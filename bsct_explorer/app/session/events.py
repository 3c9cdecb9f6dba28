"""How a session speaks: events that anybody may listen to, and what is told by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, ParamSpec

Told = ParamSpec("Told")


class Event(Generic[Told]):
    """Something that happens now and then; listeners hear it in the order in which they came."""

    def __init__(self) -> None:
        self._listeners: list[Callable[Told, object]] = []

    def listen(self, listener: Callable[Told, object]) -> None:
        """Have `listener` called each time."""
        self._listeners.append(listener)

    def __call__(self, *args: Told.args, **kwargs: Told.kwargs) -> None:
        """Tell all who listen."""
        for listener in tuple(self._listeners):
            listener(*args, **kwargs)


@dataclass(frozen=True)
class Activity:
    """What the session is doing, for the line under the header.

    Attributes
    ----------
    text
        Empty when idle.
    fraction
        0 to 1, or None where it is not known.
    stopped
        Work was cancelled and can be taken up again.
    """

    text: str = ""
    fraction: float | None = None
    stopped: bool = False


@dataclass(frozen=True)
class Message:
    """A notice for the person, which the page shows for a while."""

    kind: Literal["info", "success", "warning", "error"]
    text: str
