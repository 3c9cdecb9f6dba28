"""The most likely cause of an artifact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.cause_context import CauseContext
from bsct_explorer.artifacts.causes.core_repulsion import judge_core_repulsion
from bsct_explorer.artifacts.causes.direct_forces import judge_direct_forces
from bsct_explorer.artifacts.causes.electronic_state import judge_electronic
from bsct_explorer.artifacts.causes.extrapolation import judge_extrapolation
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement, best_of
from bsct_explorer.artifacts.causes.intervene import JumpToExplain
from bsct_explorer.artifacts.causes.jump_inside import jump_inside
from bsct_explorer.artifacts.causes.precision import judge_precision
from bsct_explorer.artifacts.causes.switching import find_jump, is_jump, judge_switches
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.refinement import Cause

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan


def explain(artifact: Artifact, live: LiveScan | None, context: CauseContext) -> Cause:
    """Find the most likely cause of an artifact.

    Each hypothesis that can make an artifact of this kind is tried, a test instead of a guess where one is possible.
    The one of the highest confidence is taken (tested > likely > possible > none); of equal ones the one that says
    most (`hypothesis_ranking.SPECIFIC`); the others of them are named in the evidence. A tested cause ends the search.

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
            found.append(Judgement(None, "The jump could not be found again at its place.", "what switches there"))
        elif tested(_judge_jump(artifact, jump, live, context)):
            return found
    elif live is not None:
        jump = jump_inside(artifact, live, context.dtype)
        if jump is not None and tested(_made_by(jump, _judge_jump(artifact, jump, live, context), context)):
            return found
        if context.dtype != "float64" and tested(judge_precision(artifact, live, None, context.dtype)):
            return found
    if live is not None and tested(judge_direct_forces(artifact, live)):
        return found
    found.append(judge_electronic(artifact, context))
    if "missing-core-repulsion" in kind_of(artifact.kind).causes:
        found.append(judge_core_repulsion(artifact, context))
    if "extrapolation" in kind_of(artifact.kind).causes:
        found.append(judge_extrapolation(artifact, context))
    return found


def _judge_jump(artifact: Artifact, jump: JumpToExplain, live: LiveScan, context: CauseContext) -> Judgement:
    """What makes a jump: what was tested at this place before, rounding, or a switch."""
    known = [cause for place, cause in context.tested.items() if abs(place - jump.place) <= 2 * jump.gap]
    if known:
        return Judgement(known[0])
    judgement = judge_precision(artifact, live, jump, context.dtype)
    if judgement.cause is None:
        ruled_out = judgement
        judgement = judge_switches(artifact, live, jump)
        if judgement.cause is None:
            judgement = Judgement(
                None, f"{ruled_out.why} {judgement.why}".strip(), ruled_out.untested or judgement.untested
            )
    # What rounding makes is described with the size of one artifact: only a switch is the cause of all at its place.
    if (
        judgement.cause is not None
        and judgement.cause.confidence == "tested"
        and judgement.cause.kind != "float-precision"
    ):
        context.tested[jump.place] = judgement.cause
    return judgement


def _made_by(jump: JumpToExplain, judgement: Judgement, context: CauseContext) -> Judgement:
    """The judgement of a minimum or a fall that a jump makes."""
    if judgement.cause is None:
        return judgement
    made = {"made_by_step_of_eV": jump.size, f"made_by_step_at_{context.unit}": jump.place}
    return Judgement(replace(judgement.cause, evidence={**judgement.cause.evidence, **made}))


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
    ruled_out = [judgement.why for judgement in judgements if judgement.why and not judgement.untested]
    untested = [judgement for judgement in judgements if judgement.untested]
    if untested:
        names = Names((), context.unit)
        left = names.several(list(dict.fromkeys(judgement.untested for judgement in untested)))
        first = "What could be tested was ruled out, and " if ruled_out else ""
        second = f"{first}{left} could not be tested."
    else:
        second = "Every cause that could be tested was ruled out." if ruled_out else "No cause that we know of applies."
    return Cause(
        kind="unknown",
        confidence="none",
        statement=f"Why this happens at {place} is not known. {second[0].upper()}{second[1:]}",
        evidence={
            **{f"ruled_out_{k}": reason for k, reason in enumerate(ruled_out, 1)},
            **{f"not_tested_{k}": judgement.why for k, judgement in enumerate(untested, 1)},
        },
    )
