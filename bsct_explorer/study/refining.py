"""Refinement: an analysis asked again with the live potential, candidate by candidate, and the causes of what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.errors import Cancelled, DeformationError, ExplorerError, PotentialError
from bsct_explorer.remarks.of_refinement import NOT_REFINED, UNDECIDED
from bsct_explorer.study.live_potential import LivePotential
from bsct_explorer.study.settings import NO_HOOKS, Hooks
from bsct_explorer.words.numbers import decimal
from bsct_explorer.words.units import with_unit

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Artifact, Thresholds
    from bsct_explorer.artifacts.causes import CauseContext
    from bsct_explorer.potentials import Potential


def live_thresholds(thresholds: Thresholds) -> Thresholds:
    """The thresholds for candidates that a live potential will judge: lower where the person changed nothing."""
    from bsct_explorer.artifacts import Thresholds

    usual, live = Thresholds(), Thresholds.live()
    changed = {
        field.name: getattr(thresholds, field.name)
        for field in fields(thresholds)
        if getattr(thresholds, field.name) != getattr(usual, field.name)
    }
    return replace(live, **changed)


def why_not_refined(analysis: Analysis, potential: Potential | None) -> str:
    """Why an analysis cannot be refined, as a sentence; empty where it can."""
    scan = analysis.profile.scan
    if potential is None:
        return "Nothing live stands behind this curve: its findings are read off the stored frames."
    if scan.deformation is None:
        return "The frames were read from a file, so the potential cannot be asked between them."
    return ""


def candidates_of(analysis: Analysis) -> tuple[Artifact, ...]:
    """What refinement will look at: everything that the curve shows at the thresholds for a live potential."""
    from bsct_explorer.analysis import find_artifacts

    return find_artifacts(analysis.profile, analysis.reference, live_thresholds(analysis.thresholds))


def refine_analysis(
    analysis: Analysis,
    potential: Potential | None,
    hooks: Hooks = NO_HOOKS,
    *,
    causes: bool = True,
) -> Analysis:
    """Certify or refute every candidate with the live potential, and look for the causes of what stays.

    Parameters
    ----------
    analysis
        What the curve shows.
    potential
        The potential that computed it; None leaves the analysis as it is, with a note.
    hooks
        Progress is counted in candidates decided.
    causes
        Look for causes too.

    Returns
    -------
    Analysis
        `artifacts` holds what was certified and what needs no refinement, `refuted` what was disproved, `undecided`
        what could not be looked at (a remark says so), `noise` the floor below which nothing is flagged.

    Raises
    ------
    Cancelled
        The hooks said so.
    PotentialError
        The curve is of another potential, which this one cannot certify.
    """
    from bsct_explorer.analysis import judged_curve, meaningful, with_size_along_path
    from bsct_explorer.artifacts.certification import certify
    from bsct_explorer.artifacts.reading_order import worst_first

    reason = why_not_refined(analysis, potential)
    if reason or potential is None:
        return _with_note(analysis, NOT_REFINED.say(reason)) if analysis.artifacts else analysis
    name = analysis.profile.info.display_name
    if potential.info.name != analysis.profile.info.name:
        raise PotentialError(
            f"The curve is of {name}, and {potential.info.display_name} cannot certify what is in it. Give the "
            "potential that computed the curve."
        )
    candidates = candidates_of(analysis)
    scan = analysis.profile.scan
    live = LivePotential(scan, potential, hooks.cancel)
    count = 0

    def one_decided(_: int, artifact: Artifact) -> None:
        nonlocal count
        count += 1
        hooks.tell(f"{name}: checking", count, max(count, len(candidates)))
        if hooks.decided is not None:
            hooks.decided(artifact)

    curve = judged_curve(analysis.profile, live_thresholds(analysis.thresholds))
    try:
        result = certify(
            candidates,
            live,
            curve,
            decided=one_decided,
            reduced_mass=mass_along(analysis),
            force_mae=force_error(analysis),
        )
        artifacts = meaningful(result.artifacts, scan, analysis.reference)
        if causes and artifacts:
            artifacts = _explained(artifacts, analysis, live, hooks)
    except (Cancelled, DeformationError):
        raise
    except ExplorerError as error:  # a potential that answers on the grid and not between its frames loses no curve
        return _not_looked_at(_with_note(analysis, f"The findings could not be refined: {error}"), candidates)
    undecided = tuple(meaningful(result.undecided, scan, analysis.reference))
    if undecided:
        analysis = _with_note(analysis, UNDECIDED.say(_undecided_sentence(undecided, scan.unit)))
    return replace(
        analysis,
        artifacts=tuple(with_size_along_path(a, analysis.profile.scan) for a in sorted(artifacts, key=worst_first)),
        refuted=result.refuted,
        undecided=undecided,
        noise=result.noise,
        refined_frames=live.count.frames,
    )


_NAMED = 3
"""Undecided candidates that a remark names; the others are counted."""


def _undecided_sentence(undecided: Sequence[Artifact], unit: str) -> str:
    """Which candidates could be neither confirmed nor refuted, and why: one sentence."""
    from bsct_explorer.artifacts import kind_of
    from bsct_explorer.artifacts.refinement import NO_ANSWER

    named = [
        f"{kind_of(a.kind).title} between {decimal(a.interval[0], 3)} and {with_unit(decimal(a.interval[1], 3), unit)}"
        for a in undecided[:_NAMED]
    ]
    more = f" and {len(undecided) - _NAMED} more" if len(undecided) > _NAMED else ""
    count = "1 candidate is" if len(undecided) == 1 else f"{len(undecided)} candidates are"
    refinement = undecided[0].refinement
    reason = NO_ANSWER if refinement is None else refinement.evidence.get("reason", NO_ANSWER)
    return f"{count} undecided, neither confirmed nor refuted: {', '.join(named)}{more}; {reason}."


def _not_looked_at(analysis: Analysis, candidates: Sequence[Artifact]) -> Analysis:
    """An analysis whose candidates could not be asked about: what stored frames do not show already is undecided."""
    from bsct_explorer.artifacts import Refinement

    def shown(candidate: Artifact) -> bool:
        lo, hi = candidate.interval
        return any(a.kind == candidate.kind and a.interval[0] <= hi and lo <= a.interval[1] for a in analysis.artifacts)

    def undecided(a: Artifact) -> Artifact:
        half = 0.5 * (a.interval[1] - a.interval[0])
        return replace(a, refinement=Refinement("unresolved", a.location, half, a.size, abs(a.size), a.unit))

    left = tuple(undecided(candidate) for candidate in candidates if not shown(candidate))
    if not left:
        return analysis
    unit = analysis.profile.scan.unit
    return replace(_with_note(analysis, UNDECIDED.say(_undecided_sentence(left, unit))), undecided=left)


def mass_along(analysis: Analysis) -> float:
    """Reduced mass of the motion along the coordinate at the equilibrium, amu (amu Å²/°² for an angle)."""
    from ase.data import atomic_masses

    from bsct_explorer.artifacts.refine.shape_polish import reduced_mass

    scan = analysis.profile.scan
    frame = analysis.equilibrium.frame if analysis.equilibrium is not None else len(scan) // 2
    return reduced_mass(atomic_masses[scan.molecule.numbers], scan.tangents[frame])


def force_error(analysis: Analysis) -> float | None:
    """Mean error of the potential's force along the coordinate against the reference, eV per unit; None without one."""
    if analysis.reference is None:
        return None
    error = np.abs(analysis.profile.clean_curve()[1] - analysis.reference.clean_curve()[1])
    return float(np.nanmean(error)) if np.isfinite(error).any() else None


def _explained(artifacts: list[Artifact], analysis: Analysis, live: LivePotential, hooks: Hooks) -> list[Artifact]:
    """The artifacts with their causes."""
    from bsct_explorer.artifacts import Cause
    from bsct_explorer.artifacts.causes import explain

    context, name, found = cause_context(analysis), analysis.profile.info.display_name, []
    for k, artifact in enumerate(artifacts):
        hooks.stop_if_cancelled("The search for causes was stopped.")
        try:
            cause = explain(artifact, live, context)
        except PotentialError as error:  # frames that fail around one artifact cost the others nothing
            cause = Cause("unknown", "none", f"Its cause could not be tested. {error}")
        explained = replace(artifact, cause=cause)
        found.append(explained)
        hooks.tell(f"{name}: looking for causes", k + 1, len(artifacts))
        if hooks.decided is not None:
            hooks.decided(explained)
    return found


def cause_context(analysis: Analysis) -> CauseContext:
    """What the search for a cause may know of the curve besides the live potential."""
    from bsct_explorer.artifacts.causes import context_of

    return context_of(analysis.profile, analysis.reference, analysis.equilibrium)


def look_beyond(analysis: Analysis, potential: Potential | None, hooks: Hooks = NO_HOOKS) -> Analysis:
    """The analysis with its far field: whether the force dies out, and whether the fragments' energies add up.

    Where that makes no sense (an angle, frames of a file) or cannot be had, the reason is among the notes.

    Raises
    ------
    Cancelled
        The hooks said so.
    """
    from bsct_explorer.artifacts.far_field import far_field

    reason = why_not_refined(analysis, potential)
    if reason or potential is None:
        return _with_note(analysis, f"No far field: {reason[0].lower()}{reason[1:]}")
    try:
        return replace(analysis, far_field=far_field(LivePotential(analysis.profile.scan, potential, hooks.cancel)))
    except Cancelled:
        raise
    except ExplorerError as error:
        return _with_note(analysis, f"No far field: {error}")


def _with_note(analysis: Analysis, note: str) -> Analysis:
    return replace(analysis, notes=(*analysis.notes, note)) if note not in analysis.notes else analysis
