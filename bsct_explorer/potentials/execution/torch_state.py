"""Torch's process-wide state, and the one lock that guards it.

Threads, default dtype and print options belong to the whole process, and some packages change them while they load
(SO3LR sets the default dtype). Loading takes the lock and puts back what was there; each batch takes it too, so that
no evaluation runs beside a load. It is held for a batch, not for an evaluation: two sessions interleave and a cancel
is heard.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from typing import Any, TypeVar

Result = TypeVar("Result")


class FairLock:
    """A re-entrant lock that is given in the order in which it was asked for.

    A plain lock starves a waiting session: who releases it between two batches has it again before the other thread
    wakes.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._queue: deque[object] = deque()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> FairLock:
        me = threading.get_ident()
        with self._turn:
            if self._owner != me:
                ticket = object()
                self._queue.append(ticket)
                try:
                    self._turn.wait_for(lambda: self._owner is None and self._queue[0] is ticket)
                finally:
                    self._queue.remove(ticket)
                    self._turn.notify_all()
                self._owner = me
            self._depth += 1
        return self

    def __exit__(self, *exc: object) -> None:
        with self._turn:
            self._depth -= 1
            if self._depth == 0:
                self._owner = None
                self._turn.notify_all()

    @property
    def mine(self) -> bool:
        """Whether the calling thread holds it."""
        return self._owner == threading.get_ident()


TORCH_LOCK = FairLock()

_COMPUTE_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="torch")


def on_compute_thread(work: Callable[[], Result]) -> Result:
    """Run one batch in the main thread if called from there, else in the one thread that computes for all others.

    OpenMP keeps a team of threads for every thread that computes. With two teams on two cores their members no longer
    wait actively for each other, and ANI-1x takes 0.5 s where it took 0.3 s (100 frames of 21 atoms): a server, whose
    sessions each have a thread, must let one of them do all batches.
    """
    if threading.current_thread() is threading.main_thread() or TORCH_LOCK.mine:
        return work()
    if threading.current_thread().name.startswith("torch"):
        return work()
    return _COMPUTE_THREAD.submit(work).result()


class TorchState:
    """Torch's threads, default dtype and print options as they are now; torch's own defaults where it is not imported
    yet.
    """

    def __init__(self) -> None:
        torch = sys.modules.get("torch")
        self.threads = torch.get_num_threads() if torch else None
        self.dtype = torch.get_default_dtype() if torch else None
        self.print_options = vars(torch._tensor_str.PRINT_OPTS).copy() if torch else None

    def restore(self) -> None:
        """Put back what differs; nothing where torch is still not imported."""
        torch = sys.modules.get("torch")
        if torch is None:
            return
        if self.threads is not None and torch.get_num_threads() != self.threads:
            torch.set_num_threads(self.threads)
        dtype = self.dtype or torch.float32
        if torch.get_default_dtype() != dtype:
            torch.set_default_dtype(dtype)
        if self.print_options is None:
            torch.set_printoptions(profile="default")
        else:
            vars(torch._tensor_str.PRINT_OPTS).update(self.print_options)


def available_threads() -> int:
    """Torch's number of threads outside of any batch; 1 where torch is not imported."""
    torch = sys.modules.get("torch")
    if torch is None:
        return 1
    with TORCH_LOCK:  # inside another session's batch the number may be that batch's
        return int(torch.get_num_threads())


def default_dtype_now() -> str:
    """Torch's default dtype by its name, ``float32``; torch's own default where it is not imported."""
    torch = sys.modules.get("torch")
    return "float32" if torch is None else str(torch.get_default_dtype()).removeprefix("torch.")


@contextmanager
def torch_batch(
    threads: int | None = None, default_dtype: str | None = None, changed: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the lock for one batch, with this many torch threads and this default dtype, and restore what changes.

    Where torch is not imported (a person's own ASE calculator without it) only the lock is held. `changed` is called
    with the default dtype that the batch left behind, where that is another one.
    """
    with TORCH_LOCK:
        torch = sys.modules.get("torch")
        before, at_start = TorchState(), default_dtype_now()
        try:
            if torch is not None and threads is not None and threads != before.threads:
                torch.set_num_threads(threads)
            if torch is not None and default_dtype is not None:
                torch.set_default_dtype(getattr(torch, default_dtype))
            at_start = default_dtype_now()
            yield
        finally:
            if changed is not None and default_dtype_now() != at_start:
                changed(default_dtype_now())
            before.restore()


class _OfThisThread:
    """Stands in for stdout: what the thread that made it prints goes to `own`, everybody else's to where it went."""

    def __init__(self, own: io.StringIO, others: Any) -> None:
        self._thread, self._own, self._others = threading.get_ident(), own, others

    def _now(self) -> Any:
        return self._own if threading.get_ident() == self._thread else self._others

    def write(self, text: str) -> int:
        return int(self._now().write(text) or 0)

    def flush(self) -> None:
        self._now().flush()

    def __getattr__(self, name: str) -> Any:
        # Jupyter's kernel tells stdout, whoever that is just then, which cell is running.
        return getattr(self._others, name)


@contextmanager
def loading() -> Iterator[io.StringIO]:
    """Hold the lock while a package is imported and its weights are read, and restore what it changed.

    Restored: torch's default dtype, threads and print options, numpy's print options and errors, warning filters, the
    current folder, the environment.
    What the package prints is kept off stdout, where the command line may be writing JSON; the text is what the context
    gives.
    """
    import numpy as np

    printed = io.StringIO()
    with TORCH_LOCK:
        before, numpy_print, environment = TorchState(), np.get_printoptions(), dict(os.environ)
        try:
            with redirect_stdout(_OfThisThread(printed, sys.stdout)), process_kept():
                warnings.simplefilter("ignore")
                yield printed
        finally:
            before.restore()
            np.set_printoptions(**numpy_print)
            restore_environment(environment)


@contextmanager
def process_kept(working_folder: str | None = None) -> Iterator[None]:
    """Put back what a person's own code may change of the process: current folder, numpy's errors, warning filters."""
    import numpy as np

    folder = os.getcwd()
    try:
        if working_folder is not None:
            os.chdir(working_folder)
        with np.errstate(), warnings.catch_warnings():
            yield
    finally:
        if os.getcwd() != folder:
            os.chdir(folder)


def restore_environment(before: dict[str, str]) -> None:
    """Set `os.environ` to what it was, touching only what changed."""
    for key in set(os.environ) - set(before):
        del os.environ[key]
    for key, value in before.items():
        if os.environ.get(key) != value:
            os.environ[key] = value
