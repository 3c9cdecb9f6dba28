"""Background work of one session, and the cache of evaluations that all sessions share."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import Cancelled, ExplorerError
from bsct_explorer.study import evaluate_profile

CACHE_BYTES = 512 * 1024**2
PROGRESS_INTERVAL = 0.3
"""Seconds before the first progress message and between two: what is quicker needs none, and none flickers."""

_LOADED_BEFORE: set[tuple[str, str, str | None]] = set()

# Cheapest first, so that the first curve is on the page while the others are computed. Others keep their order behind.
_COST = (
    "morse",
    "lennard-jones",
    "ani1x",
    "ani1ccx",
    "gfn2-xtb",
    "so3lr",
    "7net-0",
    "chgnet",
    "chgnet-r2scan",
    "7net-l3i5",
)

# Torch and tblite use all cores by themselves; the threads are there so that one session's wait is not everybody's.
POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="scan")


def evaluation_key(scan: Scan, potential: str, device: str = "auto", dtype: str | None = None) -> str:
    """Name of one evaluation: what the potential was asked, and which potential."""
    digest = hashlib.sha256()
    digest.update(scan.molecule.numbers.tobytes())
    # Rounded, so that the last bit of another machine's arithmetic makes no new question; + 0.0 for the sign of zero.
    digest.update((np.round(scan.positions, 8) + 0.0).tobytes())
    digest.update(f"{scan.molecule.charge}/{scan.molecule.multiplicity}/{potential}/{device}/{dtype}".encode())
    return digest.hexdigest()


Item = TypeVar("Item")


class Cache(Generic[Item]):
    """Items by key, the least recently used dropped first; safe to use from several threads.

    Parameters
    ----------
    size
        Bytes of one item.
    limit
        Bytes of all.
    """

    def __init__(self, size: Callable[[Item], int], limit: int) -> None:
        self._size = size
        self._limit = limit
        self._items: OrderedDict[str, Item] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Item | None:
        with self._lock:
            if key in self._items:
                self._items.move_to_end(key)
            return self._items.get(key)

    def put(self, key: str, item: Item) -> None:
        with self._lock:
            self._items[key] = item
            self._items.move_to_end(key)
            while len(self._items) > 1 and sum(map(self._size, self._items.values())) > self._limit:
                self._items.popitem(last=False)


class EvaluationCache(Cache[Evaluation]):
    """Evaluations by `evaluation_key`."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        super().__init__(bytes_of, limit)


def bytes_of(evaluation: Evaluation) -> int:
    """Size of an evaluation's arrays."""
    arrays = (evaluation.energies, evaluation.forces, evaluation.member_energies)
    return sum(array.nbytes for array in arrays if array is not None)


CACHE = EvaluationCache()


@dataclass(frozen=True)
class Job:
    """What one scan asks for.

    Attributes
    ----------
    potentials
        Names to evaluate, the reference's among them where it is a potential.
    dtype
        Precision wanted, or None for each potential's own.
    """

    scan: Scan
    potentials: tuple[str, ...]
    device: str = "auto"
    dtype: str | None = None


@dataclass(frozen=True)
class Update:
    """Something the page should show: one of the fields is set."""

    generation: int
    potential: str = ""
    evaluation: Evaluation | None = None
    error: str = ""
    progress: tuple[int, int] | None = None
    status: str = ""
    finished: bool = False


class Worker:
    """Runs one session's jobs, the newest only: starting one stops the one before it.

    Parameters
    ----------
    deliver
        Called with each `Update` from a worker's thread; it must hand over to the session's own thread.
    """

    def __init__(self, deliver: Callable[[Update], None]) -> None:
        self._deliver = deliver
        self.generation = 0

    def start(self, job: Job) -> int:
        """Start a job; returns its generation, by which stale answers are told."""
        self.generation += 1
        POOL.submit(self._run, job, self.generation)
        return self.generation

    def cancel(self) -> None:
        """Stop the running job at its next chunk."""
        self.generation += 1

    def _stale(self, generation: int) -> bool:
        return generation != self.generation

    def _run(self, job: Job, generation: int) -> None:
        for name in by_cost(job.potentials):
            if self._stale(generation):
                return
            try:
                evaluation = self._evaluate(job, name, generation)
            except Cancelled:
                return
            except ExplorerError as error:
                self._deliver(Update(generation, name, error=str(error)))
            except Exception as error:  # a stranger's model can raise anything; the page must survive it
                self._deliver(Update(generation, name, error=f"{type(error).__name__}: {error}"))
            else:
                self._deliver(Update(generation, name, evaluation=evaluation))
        self._deliver(Update(generation, finished=True))

    def _evaluate(self, job: Job, name: str, generation: int) -> Evaluation:
        from bsct_explorer.potentials.registry import load_offered

        key = evaluation_key(job.scan, name, job.device, job.dtype)
        cached = CACHE.get(key)
        if cached is not None:
            return cached
        asked = (name, job.device, job.dtype)
        if asked not in _LOADED_BEFORE:
            self._deliver(Update(generation, name, status="loading"))
        potential = load_offered(name, device=job.device, dtype=job.dtype)
        _LOADED_BEFORE.add(asked)
        last = time.monotonic()

        def progress(_: str, done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > PROGRESS_INTERVAL:
                last = time.monotonic()
                self._deliver(Update(generation, name, progress=(done, total)))

        profile = evaluate_profile(job.scan, potential, progress, lambda: self._stale(generation))
        evaluation = profile.evaluation
        CACHE.put(key, evaluation)
        return evaluation


def warm_up(scan: Scan, names: Sequence[str], device: str = "auto", dtype: str | None = None) -> None:
    """Load potentials whose curves came from the cache, and ask each once: the person's first change does not wait.

    What cannot be loaded says so when it is asked for; here it is only left out.
    """

    def run() -> None:
        from bsct_explorer.potentials.registry import load_offered

        for name in by_cost(names):
            with suppress(Exception):
                potential = load_offered(name, device=device, dtype=dtype)
                molecule = scan.molecule
                potential.evaluate(
                    molecule.numbers, scan.positions[:2], charge=molecule.charge, multiplicity=molecule.multiplicity
                )
                _LOADED_BEFORE.add((name, device, dtype))

    POOL.submit(run)


def by_cost(names: Sequence[str]) -> tuple[str, ...]:
    """Names without repeats, the quick potentials first."""
    unique = list(dict.fromkeys(names))
    return tuple(sorted(unique, key=lambda name: _COST.index(name) if name in _COST else len(_COST)))


def in_background(work: Callable[[], Any], done: Callable[[Any], None]) -> None:
    """Run `work` on the pool and hand its result, or the exception that it raised, to `done` (on the pool's thread)."""

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # handed over: the page says it
            done(error)
        else:
            done(result)

    POOL.submit(run)
