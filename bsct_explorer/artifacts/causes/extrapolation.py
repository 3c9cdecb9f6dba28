"""Hypothesis: the potential guesses beyond what it was trained on, which an ensemble shows by disagreeing.

The measure is that by which ANI's training data were chosen: ρ = σ / √N, the standard deviation of the members'
energies over the root of the number of atoms; above 0.23 kcal/mol a structure counted as not covered (J. S. Smith,
B. Nebgen, N. Lubbers, O. Isayev, A. E. Roitberg, J. Chem. Phys. 148, 241733 (2018)).
"""

from __future__ import annotations

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.cause_context import CauseContext
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.refinement import Cause, Confidence
from bsct_explorer.data import Floats
from bsct_explorer.words.numbers import number

UNCOVERED = 0.23 * 0.0433641153
"""eV/√atom: 0.23 kcal/mol."""

_FAR, _SOME = 5.0, 2.0
"""Spread in units of that at the minimum from which extrapolation is likely; and in units of that at the minimum or of
`UNCOVERED` from which it is possible."""


def spread(member_energies: Floats, n_atoms: int) -> Floats:
    """ρ = σ / √N of energies of shape (n_members, n_frames): eV per √atom, shape (n_frames,)."""
    return np.asarray(np.std(member_energies, axis=0, ddof=1) / np.sqrt(n_atoms))


def judge_extrapolation(artifact: Artifact, context: CauseContext) -> Judgement:
    """Whether an ensemble's members disagree at the artifact far more than at the minimum."""
    members, minimum = context.member_energies, context.minimum
    if members is None or len(members) < 3 or minimum is None:
        return Judgement(
            None,
            "There is no ensemble whose disagreement would show extrapolation.",
            "extrapolation beyond the training data",
        )
    rho = spread(members, len(context.scan.molecule))
    inside = np.flatnonzero((context.values >= artifact.interval[0]) & (context.values <= artifact.interval[1]))
    frame = context.nearest(artifact.location)
    inside = np.union1d(inside, [frame])
    here, worst, home = float(rho[frame]), float(np.nanmax(rho[inside])), float(rho[minimum])
    if not (np.isfinite([here, worst, home]).all() and home > 0):
        return Judgement(None, "The ensemble's members are not known there.")
    ratio = here / home
    evidence: dict[str, float | int | str] = {
        "members": len(members),
        "spread_here_eV_per_sqrt_atom": here,
        "spread_at_minimum_eV_per_sqrt_atom": home,
        "largest_spread_in_interval_eV_per_sqrt_atom": worst,
        "ratio": ratio,
        "not_covered_from_eV_per_sqrt_atom": UNCOVERED,
    }
    towards = kind_of(artifact.kind).falls_towards
    if towards is not None:
        evidence["members_that_fall"] = falling(members[:, inside], outward=towards == "last")
    names = Names(context.scan.molecule.symbols, context.unit)
    place, count = names.place(artifact.location), len(members)
    if here < UNCOVERED or (ratio < _FAR and here < _SOME * UNCOVERED):
        return Judgement(
            None,
            f"The ensemble's members disagree by {number(here, 2)} eV/√atom, {number(ratio, 2)} times as much as at "
            f"the minimum; a structure counts as not covered from {number(UNCOVERED, 2)} eV/√atom.",
        )
    confidence: Confidence = "likely" if ratio >= _FAR else "possible"
    second = (
        "There is too little training data like this, and the curve is a guess."
        if confidence == "likely"
        else "There may be too little training data like this."
    )
    statement = (
        f"At {place} the {count} networks of the ensemble disagree {number(ratio, 2)} times as much as at the minimum. "
        f"{second}"
        if ratio >= _SOME
        else f"At {place} the {count} networks of the ensemble disagree {number(here / UNCOVERED, 2)} times as much as "
        "where training data is enough, and at the minimum as well. The molecule itself may be too unlike that data."
    )
    return Judgement(
        Cause(
            kind="extrapolation",
            confidence=confidence,
            statement=statement,
            evidence=evidence,
            source="J. S. Smith et al., J. Chem. Phys. 148, 241733 (2018): query by committee",
        )
    )


def falling(member_energies: Floats, outward: bool, least: float = 0.01) -> int:
    """How many members fall by more than `least` (eV) towards the end, of energies (n_members, n_frames) there."""
    energies = member_energies if outward else member_energies[:, ::-1]
    return int(((energies.max(axis=1) - energies[:, -1]) > least).sum())
