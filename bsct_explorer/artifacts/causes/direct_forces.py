"""Hypothesis: the forces are no gradient of the energy, because a head of their own predicts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement
from bsct_explorer.artifacts.force_consistency import TooLarge, force_gradient_error, jacobian_antisymmetry
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.refinement import Cause, Confidence
from bsct_explorer.words.numbers import number

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan

_CURL = 1e-4
"""Share of the Jacobian's norm from which it is not symmetric, if it is more than the measurement's own error."""


def judge_direct_forces(artifact: Artifact, live: LiveScan) -> Judgement:
    """Whether the forces fail against the energy's gradient at the place, and whether they have a curl."""
    info = live.info
    if "direct-forces" not in kind_of(artifact.kind).causes:
        if info.conservative:
            return Judgement(None)
        return Judgement(
            _cause(
                artifact,
                live,
                "possible",
                "Such forces need not fit the energy, nor be smooth with it.",
                {"conservative": "no, by its own statement"},
            )
        )
    check = force_gradient_error(live, artifact.location)
    evidence: dict[str, float | int | str] = {
        "conservative": "yes, by its own statement" if info.conservative else "no, by its own statement",
        "force_minus_gradient_eV/Å": check.worst,
        "its_error_eV/Å": check.uncertainty,
        "directions": len(check.differences),
    }
    if not check.fails:
        return Judgement(
            None,
            f"At this place force and gradient of the energy agree to {number(abs(check.worst), 2)} eV/Å.",
        )
    confidence: Confidence = "likely"
    why = "They differ from the slope of the energy, so the work along a path is not the energy's difference."
    try:
        curl = jacobian_antisymmetry(live, artifact.location)
    except TooLarge as error:
        evidence["curl"] = str(error)
    else:
        evidence |= {"curl_share_of_jacobian": curl.ratio, "curl_share_error": curl.error}
        if curl.ratio > max(_CURL, 3 * curl.error):
            confidence = "tested"
            why = "They have a curl there, which no gradient of any energy has."
    return Judgement(_cause(artifact, live, confidence, why, evidence))


def _cause(
    artifact: Artifact, live: LiveScan, confidence: Confidence, why: str, evidence: dict[str, float | int | str]
) -> Cause:
    place = Names(live.scan.molecule.symbols, live.scan.unit).place(artifact.location)
    says = (
        "are not the gradient of its energy, although it says that they are"
        if live.info.conservative
        else "come from an output of their own and not from its energy"
    )
    return Cause(
        kind="direct-forces",
        confidence=confidence,
        statement=f"At {place} the forces of {live.info.display_name} {says}. {why}",
        evidence=evidence,
    )
