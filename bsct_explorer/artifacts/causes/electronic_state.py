"""Hypothesis: of a quantum-chemical method, that its electronic state changes. It cannot be tested along a scan."""

from __future__ import annotations

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.cause_context import CauseContext
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.refinement import Cause, Confidence

_METHODS = ("xtb", "dft", "hf", "mp2", "ccsd", "ωb97", "b3lyp", "pbe")


def is_electronic(context: CauseContext) -> bool:
    """Whether the curve is of a method that solves for electrons, and not of a potential fitted to one.

    A method says so; a person's own stored reference is recognised by the level of theory that it names.
    """
    info = context.info
    if info.solves_for_electrons:
        return True
    level = info.level_of_theory.lower()
    stored = not info.package and info.name.startswith(("reference", "bsct-spice", "stored", "dft"))
    return stored and any(word in level for word in _METHODS)


def judge_electronic(artifact: Artifact, context: CauseContext) -> Judgement:
    """A change of the electronic state, for curves of methods that have one.

    Where two states cross, the lower of two curves has a kink that points up: the force jumps up with the coordinate
    (d²E/dq² is negative there). A kink that points down is no change to a lower state.
    """
    if not is_electronic(context):
        return Judgement(None)
    names = Names(context.scan.molecule.symbols, context.unit)
    kind = kind_of(artifact.kind)
    alike = "electronic-state" in kind.causes
    up = artifact.size > 0
    confidence: Confidence = "likely" if alike and (up or not kind.is_jump) else "possible"
    evidence: dict[str, float | int | str] = {"method": context.info.level_of_theory}
    if alike and kind.is_jump:
        evidence["kink"] = "upward cusp, as where a lower state takes over" if up else "downward cusp"
    scan = context.scan
    return Judgement(
        Cause(
            kind="electronic-state",
            confidence=confidence,
            statement=f"Near {names.place(artifact.location)} {context.info.display_name} passes from one "
            "electronic state to another, or mixes two that come close. "
            "That is a feature of the method, not an error of a fit.",
            atoms=scan.atoms,
            evidence=evidence,
            source="avoided crossings: e.g. F. Jensen, Introduction to Computational Chemistry, on potential energy "
            "surfaces of two states",
        )
    )
