"""A session without a page for tests: time stands still until the test lets it go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bsct_explorer.app.session import evaluating
from bsct_explorer.app.session.events import Message
from bsct_explorer.app.session.explorer import Explorer
from bsct_explorer.app.session.offered_potentials import OfferedPotentials
from bsct_explorer.app.session.scheduling import Action
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.work.evaluations import EvaluationCache
from bsct_explorer.app.work.job import Job
from bsct_explorer.potentials import info_of

TOYS = ("morse", "lennard-jones")


class Desk:
    """The scheduler of a page: what is to come soon runs at once or in `work`, what is to come later in `let_pass`."""

    def __init__(self, *, drawn: bool = True) -> None:
        self.drawn = drawn
        self.coming: list[Action] = []
        self.waiting: list[Action] = []
        self.once_drawn: list[Action] = []

    def soon(self, action: Action) -> None:
        self.coming.append(action)

    def later(self, action: Action, milliseconds: int) -> None:
        self.waiting.append(action)

    def when_drawn(self, action: Action) -> None:
        if not self.drawn:
            self.once_drawn.append(action)

    def work(self) -> None:
        """Run what was to come soon."""
        while self.coming:
            self.coming.pop(0)()

    def let_pass(self) -> None:
        """Run what was to come later."""
        waiting, self.waiting = self.waiting, []
        for action in waiting:
            action()

    def draw(self) -> None:
        """The browser shows the page."""
        self.drawn = True
        actions, self.once_drawn = self.once_drawn, []
        for action in actions:
            action()

    def until(self, done: Callable[[], object], seconds: float = 120.0) -> None:
        """Let the session work until this is so."""
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            self.work()
            self.let_pass()
            time.sleep(0.005)
        assert done()


class Session:
    """An explorer at a desk, with all that it tells."""

    def __init__(self, desk: Desk | None = None, **chosen: Any) -> None:
        self.desk = desk or Desk()
        values = {"molecule": "ethane", "bond": "0-1", "potentials": ["morse"], "reference": "", "points": 40}
        self.state = ExplorerState(**{**values, **chosen})
        names = dict.fromkeys((*TOYS, *self.state.potentials))
        self.explorer = Explorer(self.state, OfferedPotentials(self.state, map(info_of, names)), self.desk)
        self.comparison = self.explorer.comparison
        self.told: list[str] = []
        self.messages: list[Message] = []
        for name in ("on_scan", "on_results", "on_findings", "on_verdicts"):
            getattr(self.comparison, name).listen(lambda *_, name=name: self.told.append(name))
        self.explorer.on_message.listen(self.messages.append)

    def open(self) -> Session:
        """Start, and wait until everything is computed and checked."""
        self.explorer.start()
        self.settle()
        return self

    def hold(self, monkeypatch: pytest.MonkeyPatch) -> list[Action]:
        """From now on potentials answer only when the test calls what it finds here, and no cache knows anything."""
        asked: list[Action] = []
        monkeypatch.setattr(self.comparison.evaluating, "_job", Job(self.desk.soon, submit=asked.append))
        monkeypatch.setattr(evaluating, "CACHE", EvaluationCache())
        return asked

    def settle(self) -> None:
        """Wait until nothing is computed any more and everything was told."""
        idle = lambda: self.explorer.molecule and not self.comparison.busy and not self.desk.coming  # noqa: E731
        self.desk.until(idle)
        self.desk.let_pass()
