"""Hypothesis: of a quantum-chemical method, that its electronic state changes.

Where the method was continued from both sides and has two self-consistent solutions, that is the test. Else no atom can
be moved to test it. What speaks for it is how fast the force changes: at a crossing of two states it jumps,
and where they mix it rises within about 0.1 Å, as no single state's does.
"""

from __future__ import annotations

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.cause_context import CauseContext
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.refinement import Cause, Confidence
from bsct_explorer.words.numbers import number

_METHODS = ("xtb", "dft", "hf", "mp2", "ccsd", "ωb97", "b3lyp", "pbe")


_STEEP = 10.0
"""eV/Å². A force that rises faster bends the energy down more than a single state does: beyond its strongest pull a
C–C bond's rises by 3 to 5 eV/Å², at the avoided crossing of N-P/12544 (ωB97M-D3(BJ)) by 20."""

_STEEP_OF_STIFFNESS = 0.35
"""Share of the stiffness at the equilibrium that it must exceed as well: of a Morse bond it is 1/8 at most, which for a
triple bond is more than 10 eV/Å²."""

_NEAR = 0.1
"""Å around a finding within which such a rise counts."""


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

    A shape needs evidence: a force that rises too fast for one state (`steepest_rise`), where the reference, if there
    is one, has an energy. Where two states cross, the lower of two curves has a kink that points up: the force jumps up
    with the coordinate (d²E/dq² is negative there). A kink that points down is no change to a lower state.
    """
    if not is_electronic(context):
        return Judgement(None)
    names = Names(context.scan.molecule.symbols, context.unit)
    apart = solutions_apart(artifact, context)
    if apart is not None:
        return Judgement(_two_solutions(artifact, context, names, apart))
    kind = kind_of(artifact.kind)
    rise = None if kind.is_jump else steepest_rise(artifact, context)
    if rise is not None and rise < max(_STEEP, _STEEP_OF_STIFFNESS * stiffness(context)):
        if "electronic-state" not in kind.causes:
            return Judgement(None)
        return Judgement(None, f"The force rises there by {number(rise, 2)} eV/Å² at most, as within one state.")
    if not kind.is_jump and not _covered(artifact, context):
        return Judgement(None)
    alike = "electronic-state" in kind.causes
    up = artifact.size > 0
    confidence: Confidence = "likely" if alike and (up or not kind.is_jump) else "possible"
    evidence: dict[str, float | int | str] = {"method": context.info.level_of_theory}
    if alike and kind.is_jump:
        evidence["kink"] = "upward cusp, as where a lower state takes over" if up else "downward cusp"
    if rise is not None:
        evidence["force_rises_by_eV/Å²"] = rise
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


def solutions_apart(artifact: Artifact, context: CauseContext) -> float | None:
    """How far two self-consistent solutions lie apart at most in a finding's interval, eV; None where there is one."""
    if context.other_energies is None:
        return None
    lo, hi = np.searchsorted(context.values, artifact.interval)
    apart = (context.other_energies - context.energies)[max(0, int(lo) - 1) : int(hi) + 1]
    return float(np.nanmax(apart)) if np.isfinite(apart).any() else None


def _two_solutions(artifact: Artifact, context: CauseContext, names: Names, apart: float) -> Cause:
    return Cause(
        kind="electronic-state",
        confidence="tested",
        statement=f"Near {names.place(artifact.location)} {context.info.display_name} has two self-consistent "
        f"solutions, up to {number(apart, 2)} eV apart: each frame was continued from both sides, and the curve is the "
        "lower of two. That is a feature of the method, not an error of a fit.",
        atoms=context.scan.atoms,
        evidence={"method": context.info.level_of_theory, "solutions_apart_eV": apart},
        source="several solutions of the self-consistent equations: e.g. F. Jensen, Introduction to Computational "
        "Chemistry, on the stability of SCF wave functions",
    )


def steepest_rise(artifact: Artifact, context: CauseContext) -> float:
    """How fast the force rises at most in and near a finding, dg/ds along the path, eV/Å²; 0 without two frames there.

    A force that rises with the coordinate bends the energy down, as where the lower of two states changes. An energy
    bends up where two hard walls meet as well, so that a fall of the force says nothing.
    """
    rate = context.scan.length_per_unit
    near = _NEAR / rate
    q, g = context.values, context.forces
    lo, hi = artifact.interval
    inside = np.flatnonzero(np.isfinite(g) & (q >= lo - near) & (q <= hi + near))
    if len(inside) < 2:
        return 0.0
    return float((np.diff(g[inside]) / np.diff(q[inside])).max() / rate**2)


def stiffness(context: CauseContext) -> float:
    """−dg/ds along the path at the curve's minimum, eV/Å²; 0 where it has none or there is no force beside it."""
    k, rate = context.minimum, context.scan.length_per_unit
    if k is None or not 0 < k < len(context.values) - 1:
        return 0.0
    slope = (context.forces[k + 1] - context.forces[k - 1]) / (context.values[k + 1] - context.values[k - 1])
    return max(0.0, -float(slope) / rate**2) if np.isfinite(slope) else 0.0


def _covered(artifact: Artifact, context: CauseContext) -> bool:
    """Whether the reference, if there is one, has an energy at the frames beside a finding."""
    theirs = context.reference_energies
    if theirs is None:
        return True
    k = int(np.clip(np.searchsorted(context.values, artifact.location), 1, len(theirs) - 1))
    return bool(np.isfinite(theirs[k - 1 : k + 1]).all())
