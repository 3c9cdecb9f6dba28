"""Background work of one session: started, cancelled, heard in order, and never heard once it is no longer wanted.

Pure Python: how an answer gets from the worker's thread to the session's is handed in as `Schedule`.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from bsct_explorer.errors import ExplorerError

PROGRESS_INTERVAL = 0.3
"""Seconds before the first progress and between two: what is quicker needs none, and none flickers."""

# Torch and tblite use all cores by themselves; the threads are there so that one session's wait is not everybody's.
POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="scan")

Schedule = Callable[[Callable[[], None]], None]
"""Hands an action from a worker's thread to the session's."""

Said = TypeVar("Said")
Result = TypeVar("Result")


def in_words(error: BaseException) -> str:
    """An error for a person: our own say what to do; of others, what they are."""
    if isinstance(error, ExplorerError):
        return str(error)
    return f"{type(error).__name__}: {error}".removesuffix(": ")


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is.

    Attributes
    ----------
    what
        What is being done.
    done, total
        How much of it, and how much there is.
    """

    what: str
    done: int
    total: int

    @property
    def fraction(self) -> float:
        """0 to 1."""
        return self.done / max(self.total, 1)


def _nobody(_: Any) -> None:
    """Hears and does nothing."""


@dataclass(frozen=True)
class Hearers(Generic[Said, Result]):
    """Who hears what of a run, always on the session's thread.

    Attributes
    ----------
    done
        The result: nothing follows it.
    failed
        What was raised, in words: nothing follows it.
    said
        An answer on the way (`Run.say`).
    progress
        How far it is, at most every `PROGRESS_INTERVAL` seconds.
    """

    done: Callable[[Result], None]
    failed: Callable[[str], None]
    said: Callable[[Said], None] = _nobody
    progress: Callable[[Progress], None] = _nobody


class Run(Generic[Said]):
    """What the work itself holds, on the worker's thread: it asks whether it is still wanted, and speaks."""

    def __init__(self, job: Job, generation: int, hearers: Hearers[Said, Any]) -> None:
        self._job, self._generation, self._hearers = job, generation, hearers

    def cancelled(self) -> bool:
        """Whether nobody waits for this any more."""
        return self._generation != self._job.generation

    def say(self, said: Said) -> None:
        """Hand over an answer while the work goes on."""
        self._job.post(self._generation, partial(self._hearers.said, said))

    def progress(self) -> Callable[[str, int, int], None]:
        """A function to call with (what, done, total) as often as one likes, for one piece of the work.

        The first is heard after `PROGRESS_INTERVAL`, then one each; the last one always where one came before it, so
        that no bar stops short of its end.
        """
        clock = self._job.clock
        last, heard = clock(), False

        def progress(what: str, done: int, total: int) -> None:
            nonlocal last, heard
            if clock() - last > PROGRESS_INTERVAL or (heard and done >= total):
                last, heard = clock(), done < total
                self._job.post(self._generation, partial(self._hearers.progress, Progress(what, done, total)))

        return progress


class Job:
    """One kind of background work of one session, of which only the newest run counts.

    Parameters
    ----------
    schedule
        Called from the worker's thread with each action for the session's.
    submit
        Runs something on another thread.
    clock
        Seconds, for the throttle of progress.

    Attributes
    ----------
    generation
        Counts starts and cancels, so that stale answers are told: what was said before the last of them is not heard.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        submit: Callable[[Callable[[], None]], Any] = POOL.submit,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.generation = 0
        self._schedule, self._submit = schedule, submit
        self._inbox: deque[tuple[int, Callable[[], None]]] = deque()
        self._running = self._closed = False

    @property
    def running(self) -> bool:
        """Whether something was started whose end has not been heard."""
        return self._running

    def start(self, work: Callable[[Run[Said]], Result], hearers: Hearers[Said, Result]) -> None:
        """Run `work` in the background; what ran before is no longer wanted.

        Whatever `work` raises is heard by `hearers.failed` in words.
        """
        self.cancel()
        if self._closed:
            return
        self._running = True
        run = Run(self, self.generation, hearers)
        self._submit(partial(self._work, work, run, hearers, self.generation))

    def cancel(self) -> None:
        """Stop at the next question whether it is still wanted; nothing of it is heard any more."""
        self.generation += 1
        self._running = False
        self._inbox.clear()

    def close(self) -> None:
        """Cancel, and start nothing any more: the session is over."""
        self._closed = True
        self.cancel()

    def post(self, generation: int, action: Callable[[], None]) -> None:
        """Have the session's thread hear something of a run, unless the run is stale."""
        if generation == self.generation:
            self._inbox.append((generation, action))
            self._schedule(self._hear)

    def _hear(self) -> None:
        # The next in the order in which it was said, whatever order the scheduler calls in.
        if not self._inbox:
            return
        generation, action = self._inbox.popleft()
        if generation == self.generation:
            action()

    def _work(
        self,
        work: Callable[[Run[Said]], Result],
        run: Run[Said],
        hearers: Hearers[Said, Result],
        generation: int,
    ) -> None:
        end: Callable[[], None]
        if run.cancelled():
            return
        try:
            end = partial(hearers.done, work(run))
        except BaseException as error:  # a stranger's model can raise anything, SystemExit too; the page survives it
            end = partial(hearers.failed, in_words(error))
        try:
            self.post(generation, partial(self._ended, end))
        except Exception:  # nobody asks the pool what became of this: a page that waits for ever must leave a trace
            logging.getLogger(__name__).exception("The end of a run could not be handed to its session.")
            raise

    def _ended(self, end: Callable[[], None]) -> None:
        self._running = False
        end()
