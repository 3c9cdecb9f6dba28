"""Analyses refined behind the page, and the cache of refined analyses that all sessions share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.work.evaluations import Cache, by_cost, bytes_of
from bsct_explorer.app.work.job import Run, in_words
from bsct_explorer.artifacts import Artifact
from bsct_explorer.study import Hooks, refine_analysis

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
    found = (*analysis.artifacts, *analysis.undecided, *analysis.refuted)
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
class RefineAnswer:
    """Something that refinement says of one potential: one of the fields is set.

    Attributes
    ----------
    decided
        A candidate with its verdict, or what was certified with its cause.
    analysis
        Everything of this potential is decided.
    error
        It could not be refined.
    loading
        The potential is being loaded.
    """

    name: str
    decided: Artifact | None = None
    analysis: Analysis | None = None
    error: str = ""
    loading: bool = False


def refine_all(tasks: Sequence[RefineTask], run: Run[RefineAnswer]) -> None:
    """Refine one analysis after the other, those of quick potentials first; one that fails stops no other."""
    order = by_cost([task.potential for task in tasks])
    for task in sorted(tasks, key=lambda task: order.index(task.potential)):
        if run.cancelled():
            return
        try:
            refined = _refined(task, run)
        except BaseException as error:  # a stranger's model can raise anything; the page and its curves survive it
            run.say(RefineAnswer(task.name, error=in_words(error)))
        else:
            if refined.noise is not None:  # else it could not be refined this time: nobody else's answer
                REFINED.put(task.key, refined)
            run.say(RefineAnswer(task.name, analysis=refined))


def _refined(task: RefineTask, run: Run[RefineAnswer]) -> Analysis:
    from bsct_explorer.potentials.registry import load_offered, loaded_by_name

    cached = REFINED.get(task.key)
    if cached is not None:
        return cached
    if not loaded_by_name([task.potential]):
        run.say(RefineAnswer(task.name, loading=True))
    return refine_analysis(
        task.analysis,
        load_offered(task.potential, device=task.device, dtype=task.dtype),
        Hooks(
            progress=run.progress(),
            cancel=run.cancelled,
            decided=lambda artifact: run.say(RefineAnswer(task.name, decided=artifact)),
        ),
    )
