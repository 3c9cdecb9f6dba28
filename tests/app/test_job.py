"""One job: the newest wins, cancel stops, order is kept, errors become words, and progress does not flicker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bsct_explorer.app.work.job import PROGRESS_INTERVAL, Hearers, Job, Progress, Run
from bsct_explorer.errors import Cancelled, ExplorerError


class Desk:
    """A session without a page: work waits in `asked`, what the worker hands over waits in `arrived`."""

    def __init__(self) -> None:
        self.asked: list[Callable[[], None]] = []
        self.arrived: list[Callable[[], None]] = []
        self.heard: list[Any] = []
        self.now = 0.0
        self.job = Job(self.arrived.append, submit=self.asked.append, clock=lambda: self.now)

    def start(self, work: Callable[[Run[Any]], Any]) -> None:
        hear = self.heard.append
        self.job.start(
            work,
            Hearers(
                done=lambda result: hear(("done", result)),
                failed=lambda words: hear(("failed", words)),
                said=lambda said: hear(("said", said)),
                progress=hear,
            ),
        )

    def work(self, index: int = -1) -> None:
        """The worker does what was asked."""
        self.asked.pop(index)()

    def hear(self) -> None:
        """The session's thread comes to what has arrived."""
        while self.arrived:
            self.arrived.pop(0)()


def test_what_is_said_is_heard_in_the_session_and_not_before() -> None:
    desk = Desk()

    def work(run: Run[str]) -> int:
        run.say("first")
        run.say("second")
        return 3

    desk.start(work)
    assert desk.job.running
    desk.work()
    assert desk.heard == []
    assert desk.job.running, "its end has not been heard"
    desk.hear()
    assert desk.heard == [("said", "first"), ("said", "second"), ("done", 3)]
    assert not desk.job.running


def test_order_is_kept_when_the_scheduler_calls_in_another() -> None:
    desk = Desk()
    desk.start(lambda run: [run.say(k) for k in range(4)] and "end")
    desk.work()
    desk.arrived.reverse()
    desk.hear()
    assert desk.heard == [("said", 0), ("said", 1), ("said", 2), ("said", 3), ("done", "end")]


def test_the_newest_wins_whichever_ends_first() -> None:
    desk = Desk()
    desk.start(lambda _: "old")
    desk.start(lambda _: "new")
    desk.work(1)
    desk.work(0)
    desk.hear()
    assert desk.heard == [("done", "new")]


def test_work_that_is_no_longer_wanted_does_not_begin() -> None:
    desk, begun = Desk(), []
    desk.start(begun.append)
    desk.job.cancel()
    desk.work()
    assert begun == []


def test_a_stale_answer_that_has_arrived_already_is_dropped() -> None:
    desk = Desk()
    desk.start(lambda _: "old")
    desk.work()
    desk.start(lambda _: "new")  # the old answer waits to be heard
    desk.hear()
    assert desk.heard == []
    assert desk.job.running
    desk.work()
    desk.hear()
    assert desk.heard == [("done", "new")]


def test_cancel_in_the_middle() -> None:
    desk, seen = Desk(), []

    def work(run: Run[str]) -> str:
        run.say("before")
        seen.append(run.cancelled())
        desk.job.cancel()
        seen.append(run.cancelled())
        run.say("after")
        raise Cancelled("stopped")

    desk.start(work)
    desk.work()
    desk.hear()
    assert seen == [False, True]
    assert desk.heard == []
    assert not desk.job.running


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ExplorerError("say what to do"), "say what to do"),
        (ZeroDivisionError("by nothing"), "ZeroDivisionError: by nothing"),
        (Cancelled("stopped by itself"), "stopped by itself"),
        (SystemExit(3), "SystemExit: 3"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
    ],
)
def test_whatever_is_raised_is_heard_in_words(error: BaseException, words: str) -> None:
    desk = Desk()

    def work(_: Run[str]) -> None:
        raise error

    desk.start(work)
    desk.work()
    desk.hear()
    assert desk.heard == [("failed", words)]
    assert not desk.job.running


def test_progress_waits_then_comes_now_and_then_and_ends_at_the_end() -> None:
    desk = Desk()
    step = 0.4 * PROGRESS_INTERVAL

    def work(run: Run[str]) -> None:
        progress = run.progress()
        for done in range(1, 11):
            desk.now += step
            progress("frames", done, 10)

    desk.start(work)
    desk.work()
    desk.hear()
    told = [heard.done for heard in desk.heard if isinstance(heard, Progress)]
    assert told == [3, 6, 9, 10]


def test_what_is_quick_tells_no_progress() -> None:
    desk = Desk()

    def work(run: Run[str]) -> None:
        for _ in range(3):  # each piece has a throttle of its own
            progress = run.progress()
            for done in range(1, 11):
                desk.now += 0.09 * PROGRESS_INTERVAL
                progress("frames", done, 10)

    desk.start(work)
    desk.work()
    desk.hear()
    assert desk.heard == [("done", None)]


def test_the_share_that_is_done() -> None:
    assert Progress("frames", 1, 4).fraction == 0.25
    assert Progress("nothing", 0, 0).fraction == 0.0


def test_a_hearer_may_start_the_next() -> None:
    desk = Desk()
    desk.job.start(lambda _: 1, Hearers(done=lambda _: desk.start(lambda _: 2), failed=desk.heard.append))
    for _ in range(2):
        desk.work()
        desk.hear()
    assert desk.heard == [("done", 2)]


def test_closed_it_starts_nothing() -> None:
    desk = Desk()
    desk.start(lambda _: "late")
    desk.job.close()
    desk.start(lambda _: "later")
    assert len(desk.asked) == 1
    desk.work()
    desk.hear()
    assert desk.heard == []


def test_on_threads_nothing_is_lost_and_nothing_stale_is_heard() -> None:
    """Twenty runs on the pool, each started while the one before it speaks: only the last is heard to its end."""
    heard: list[tuple[int, int]] = []
    ended = threading.Event()
    lock = threading.Lock()
    arrived: list[Callable[[], None]] = []

    def schedule(action: Callable[[], None]) -> None:
        with lock:
            arrived.append(action)

    job = Job(schedule)

    def started(number: int) -> None:
        def work(run: Run[tuple[int, int]]) -> int:
            for k in range(200):
                run.say((number, k))
            return number

        job.start(work, Hearers(done=lambda n: ended.set() if n == 19 else None, failed=pytest.fail, said=heard.append))

    for number in range(20):
        started(number)
        with lock:
            actions, arrived[:] = list(arrived), []
        for action in actions:
            action()
    for _ in range(10_000):
        with lock:
            actions, arrived[:] = list(arrived), []
        for action in actions:
            action()
        if ended.wait(0.001):
            break
    assert ended.is_set()
    numbers = [number for number, _ in heard]
    assert numbers == sorted(numbers)
    assert [k for number, k in heard if number == 19] == list(range(200))


def test_an_end_that_cannot_be_handed_over_leaves_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    def gone(_: Callable[[], None]) -> None:
        raise RuntimeError("the document is gone")

    asked: list[Callable[[], None]] = []
    Job(gone, submit=asked.append).start(lambda _: None, Hearers(done=lambda _: None, failed=lambda _: None))
    with pytest.raises(RuntimeError):
        asked.pop()()
    assert "could not be handed to its session" in caplog.text
    assert "the document is gone" in caplog.text
