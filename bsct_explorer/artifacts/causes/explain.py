"""The most likely cause of an artifact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.context import CauseContext
from bsct_explorer.artifacts.causes.core_repulsion import judge_core_repulsion
from bsct_explorer.artifacts.causes.direct_forces import judge_direct_forces
from bsct_explorer.artifacts.causes.electronic import judge_electronic
from bsct_explorer.artifacts.causes.extrapolation import judge_extrapolation
from bsct_explorer.artifacts.causes.judgement import Judgement, best_of
from bsct_explorer.artifacts.causes.precision import judge_precision
from bsct_explorer.artifacts.causes.switching import find_jump, is_jump, judge_switches
from bsct_explorer.artifacts.causes.words import Names
from bsct_explorer.artifacts.verdict import Cause

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live import LiveScan


def explain(artifact: Artifact, live: LiveScan | None, context: CauseContext) -> Cause:
    """Find the most likely cause of an artifact.

    Each hypothesis that can make an artifact of this kind is tried, a test instead of a guess where one is possible.
    The one of the highest confidence is taken (tested > likely > possible > none); of equal ones the one that says
    most (`judgement.SPECIFIC`); the others of them are named in the evidence. A tested cause ends the search.

    Parameters
    ----------
    artifact
        Best refined: then its place is known as precisely as the tests need. A jump that was not refined is looked for
        in its interval first.
    live
        The potential along the artifact's scan; None for a stored curve, of which only little can be said.
    context
        The curve on its grid.

    Returns
    -------
    Cause
        Kind ``unknown`` where every hypothesis was ruled out; its evidence says why each was.
    """
    judgements = list(_judged(artifact, live, context))
    best = best_of(judgements)
    if best is None:
        return _unknown(artifact, context, judgements)
    rivals = [
        j.cause for j in judgements if j.cause is not None and j.cause is not best and j.cause.confidence != "none"
    ]
    if not rivals:
        return best
    also = "; ".join(f"{rival.kind} ({rival.confidence})" for rival in rivals)
    return replace(best, evidence={**best.evidence, "also_considered": also, **_rival_numbers(rivals)})


def _judged(artifact: Artifact, live: LiveScan | None, context: CauseContext) -> list[Judgement]:
    """Judgements of all hypotheses that apply, ended by the first tested one."""
    found: list[Judgement] = []

    def tested(judgement: Judgement) -> bool:
        found.append(judgement)
        return judgement.cause is not None and judgement.cause.confidence == "tested"

    if live is not None and is_jump(artifact):
        jump = find_jump(artifact, live, context.dtype)
        if jump is None:
            found.append(Judgement(None, "The jump could not be found again at its place."))
        elif tested(judge_precision(artifact, live, jump, context.dtype)) or tested(
            judge_switches(artifact, live, jump)
        ):
            return found
    elif (
        live is not None and context.dtype != "float64" and tested(judge_precision(artifact, live, None, context.dtype))
    ):
        return found
    if live is not None and tested(judge_direct_forces(artifact, live)):
        return found
    found.append(judge_electronic(artifact, context))
    if not is_jump(artifact) and artifact.kind != "non-conservative":
        found += [judge_core_repulsion(artifact, context), judge_extrapolation(artifact, context)]
    return found


def _rival_numbers(rivals: list[Cause]) -> dict[str, float | int | str]:
    """Numbers of the other causes, so that an expert sees them too."""
    return {
        f"{rival.kind}: {key}": value
        for rival in rivals
        for key, value in rival.evidence.items()
        if isinstance(value, float)
    }


def _unknown(artifact: Artifact, context: CauseContext, judgements: list[Judgement]) -> Cause:
    place = Names(context.scan.molecule.symbols, context.unit).place(artifact.location)
    reasons = [judgement.why for judgement in judgements if judgement.why]
    return Cause(
        kind="unknown",
        confidence="none",
        statement=f"Why this happens at {place} is not known. "
        + ("Every cause that could be tried was ruled out." if reasons else "No cause that is known to us applies."),
        evidence={f"ruled_out_{k}": reason.strip() for k, reason in enumerate(reasons, 1)},
    )
