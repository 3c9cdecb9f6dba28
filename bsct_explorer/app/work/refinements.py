"""Refinement in the background of one session, and the cache of refined analyses that all sessions share."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.work.evaluations import POOL, PROGRESS_INTERVAL, Cache, by_cost, bytes_of
from bsct_explorer.artifacts import Artifact
from bsct_explorer.errors import Cancelled
from bsct_explorer.study import refine_analysis

REFINED_BYTES = 128 * 1024**2


def refined_key(evaluation: str, analysis: Analysis) -> str:
    """Name of one refinement: the evaluation's key, what it was compared with, and what counted."""
    digest = hashlib.sha256(f"{evaluation}/{analysis.thresholds}/{analysis.metrics.eps}".encode())
    scan = analysis.profile.scan
    digest.update(repr((scan.kind, scan.atoms, scan.deformation, scan.molecule.name)).encode())
    if analysis.reference is not None:
        digest.update(repr(analysis.reference.info).encode())
        digest.update(analysis.reference.energies.tobytes())
        digest.update(analysis.reference.generalized_forces.tobytes())
    return digest.hexdigest()


def _size(analysis: Analysis) -> int:
    """Bytes that an analysis keeps alive: what refinement added, and its curve, which other caches may have dropped."""
    found = (*analysis.artifacts, *analysis.refuted)
    levels = [level for artifact in found if artifact.refinement for level in artifact.refinement.levels]
    added = 4096 + 2048 * len(found) + sum(3 * level.values.nbytes for level in levels)
    profiles = filter(None, (analysis.profile, analysis.reference))
    return added + sum(p.scan.positions.nbytes + p.scan.tangents.nbytes + bytes_of(p.evaluation) for p in profiles)


REFINED: Cache[Analysis] = Cache(_size, REFINED_BYTES)


@dataclass(frozen=True)
class RefineTask:
    """One analysis to refine.

    Attributes
    ----------
    name
        Of the potential on the page: ``reference`` for the reference.
    potential
        Name to load it by.
    key
        `refined_key`.
    """

    name: str
    potential: str
    analysis: Analysis
    key: str
    device: str = "auto"
    dtype: str | None = None


@dataclass(frozen=True)
class Verdicts:
    """Something that refinement says: one of the fields is set.

    Attributes
    ----------
    decided
        A candidate with its verdict, or what was certified with its cause.
    analysis
        Everything of this potential is decided.
    error
        It could not be refined.
    progress
        What is done, how much of it, and how much there is.
    """

    generation: int
    name: str = ""
    decided: Artifact | None = None
    analysis: Analysis | None = None
    error: str = ""
    progress: tuple[str, int, int] | None = None
    loading: bool = False
    finished: bool = False


class Refiner:
    """Refines one session's analyses one after the other, the newest tasks only.

    Parameters
    ----------
    deliver
        Called with each `Verdicts` from a worker's thread; it must hand over to the session's own thread.
    """

    def __init__(self, deliver: Callable[[Verdicts], None]) -> None:
        self._deliver = deliver
        self.generation = 0

    def start(self, tasks: Sequence[RefineTask]) -> int:
        """Refine these and drop what was being refined; returns the generation, by which stale verdicts are told."""
        self.generation += 1
        POOL.submit(self._run, tuple(tasks), self.generation)
        return self.generation

    def cancel(self) -> None:
        """Stop at the next batch."""
        self.generation += 1

    def _run(self, tasks: tuple[RefineTask, ...], generation: int) -> None:
        order = by_cost([task.potential for task in tasks])
        for task in sorted(tasks, key=lambda task: order.index(task.potential)):
            if generation != self.generation:
                return
            try:
                refined = self._refine(task, generation)
            except Cancelled:
                return
            except Exception as error:  # a stranger's model can raise anything; the page and its curves must survive it
                self._deliver(Verdicts(generation, task.name, error=str(error) or type(error).__name__))
            else:
                if refined.noise is not None:  # else it could not be refined this time: nobody else's answer
                    REFINED.put(task.key, refined)
                self._deliver(Verdicts(generation, task.name, analysis=refined))
        self._deliver(Verdicts(generation, finished=True))

    def _refine(self, task: RefineTask, generation: int) -> Analysis:
        from bsct_explorer.potentials.registry import load_offered, loaded_by_name

        cached = REFINED.get(task.key)
        if cached is not None:
            return cached
        if not loaded_by_name([task.potential]):
            self._deliver(Verdicts(generation, task.name, loading=True))
        potential = load_offered(task.potential, device=task.device, dtype=task.dtype)
        last = time.monotonic()

        def progress(what: str, done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > PROGRESS_INTERVAL:
                last = time.monotonic()
                self._deliver(Verdicts(generation, task.name, progress=(what, done, total)))

        return refine_analysis(
            task.analysis,
            potential,
            progress=progress,
            cancel=lambda: generation != self.generation,
            decided=lambda artifact: self._deliver(Verdicts(generation, task.name, decided=artifact)),
        )
