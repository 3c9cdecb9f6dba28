"""How many torch threads a batch gets: measured on the batches themselves.

On free cores all threads are quicker (1.4 to 1.8 times on two cores). Where another process keeps a core busy, threads
wait for each other at each of thousands of small operations: batches with all threads were measured at up to
26 times the time of those with one. Which of the two it is changes while a page is open, so it is not decided once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

SETTLED = 2
"""Batches that are not judged: the first ones compile and fill caches."""

AGAIN = 24
"""Batches after which the other number is tried again; twice as many each time that it was slower still."""

AT_MOST = 384
"""Batches after which it is tried again in any case."""


FEW = 2
"""Cores of which one is often taken by whoever asks: a page is drawn there just when its scan is computed."""

PAUSE, FRESH = 0.3, 6
"""Seconds without a batch after which somebody has asked anew, and batches that then have one thread on few cores:
about those of a scan. On two cores, one of them busy, batches with two threads took five times as long."""


class ThreadChooser:
    """All threads or one, whichever was quicker of late.

    The first batches have one, which is never far from the best; the next one has all, those after it what was quicker.
    On few cores, so have the first batches after a pause.

    Parameters
    ----------
    clock
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._fresh = 0
        self._seconds: dict[bool, float] = {}  # by "all threads", per atom, of the latest batch
        self._batches = 0
        self._waited = 0
        self._patience = AGAIN

    def choose(self, threads: int) -> int:
        """Threads for the next batch, out of `threads` at most."""
        if threads <= FEW and self._clock() - self._last > PAUSE:
            self._fresh = FRESH
        return threads if self._all() and not self._fresh else 1

    def record(self, chosen: int, threads: int, seconds_per_atom: float) -> None:
        """Take note of a batch's time.

        Parameters
        ----------
        chosen
            What `choose` gave for it.
        threads
            What it was given.
        seconds_per_atom
            Of a batch of about the usual size: small ones say nothing on the big ones.
        """
        if threads == 1:
            return
        self._last = self._clock()
        if self._fresh:  # says nothing of which is quicker
            self._fresh -= 1
            return
        self._batches += 1
        if self._batches <= SETTLED:
            return
        was_all, before = chosen == threads, self._quicker()
        tried_other = len(self._seconds) == 2 and was_all is not before
        self._seconds[was_all] = seconds_per_atom
        if self._quicker() is not before:
            self._waited, self._patience = 0, AGAIN
        elif tried_other:
            self._waited, self._patience = 0, min(2 * self._patience, AT_MOST)
        else:
            self._waited += 1

    def _quicker(self) -> bool:
        """Whether all threads were quicker than one."""
        return self._seconds.get(True, float("inf")) < self._seconds.get(False, float("inf"))

    def _all(self) -> bool:
        if len(self._seconds) < 2:
            return False in self._seconds
        return self._quicker() is not (self._waited >= self._patience)
