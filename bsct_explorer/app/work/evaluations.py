"""Potentials evaluated on a scan behind the page, and the cache of evaluations that all sessions share."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from bsct_explorer.app.work.job import POOL, Run, in_words
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.study import Hooks, evaluate_profile

CACHE_BYTES = 512 * 1024**2
_LOADED_BEFORE: set[tuple[str, str, str | None]] = set()


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
class EvaluationRequest:
    """What is asked of potentials.

    Attributes
    ----------
    scan
        The frames.
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
class PotentialAnswer:
    """What one potential has to say: it is being loaded, or its evaluation, or why there is none."""

    potential: str
    evaluation: Evaluation | None = None
    error: str = ""
    loading: bool = False


def evaluate_all(request: EvaluationRequest, run: Run[PotentialAnswer]) -> None:
    """Ask one potential after the other, the quick ones first; one that fails stops no other."""
    for name in by_cost(request.potentials):
        if run.cancelled():
            return
        try:
            evaluation = _evaluated(request, name, run)
        except BaseException as error:  # a stranger's model can raise anything
            run.say(PotentialAnswer(name, error=in_words(error)))
        else:
            run.say(PotentialAnswer(name, evaluation=evaluation))


def _evaluated(request: EvaluationRequest, name: str, run: Run[PotentialAnswer]) -> Evaluation:
    from bsct_explorer.potentials.registry import load_offered

    key = evaluation_key(request.scan, name, request.device, request.dtype)
    cached = CACHE.get(key)
    if cached is not None:
        return cached
    asked = (name, request.device, request.dtype)
    if asked not in _LOADED_BEFORE:
        run.say(PotentialAnswer(name, loading=True))
    potential = load_offered(name, device=request.device, dtype=request.dtype)
    _LOADED_BEFORE.add(asked)
    evaluation = evaluate_profile(request.scan, potential, Hooks(run.progress(), run.cancelled)).evaluation
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
    """Names without repeats, the quick potentials first: the first curve is there while the others are computed.

    Those whose cost is not known keep their order behind.
    """
    from bsct_explorer.potentials.registry import cost_of

    return tuple(sorted(dict.fromkeys(names), key=cost_of))
