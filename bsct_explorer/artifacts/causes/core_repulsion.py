"""Hypothesis: nothing in the potential keeps close atoms apart, and its fit ends before they are that close."""

from __future__ import annotations

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.cause_context import CauseContext
from bsct_explorer.artifacts.causes.cutoff_pair import moving_pairs
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement
from bsct_explorer.artifacts.causes.zbl import zbl_energy
from bsct_explorer.artifacts.refinement import Cause
from bsct_explorer.words.numbers import number

_RISE = 0.5
"""eV. What the nuclei's repulsion must rise by over the artifact before its lack can make one."""


def judge_core_repulsion(artifact: Artifact, context: CauseContext) -> Judgement:
    """Whether the energy falls where two nuclei repel each other and the potential adds no such repulsion.

    The artifact must lie inside the equilibrium, the nuclei's own repulsion (ZBL) must rise there by more than the
    artifact's size, and so must the reference's energy where there is one.
    """
    minimum = context.minimum
    if minimum is None:
        return Judgement(None)
    values = context.values
    lo, hi = artifact.interval
    if artifact.location >= values[minimum]:
        return Judgement(None)
    if context.info.core_repulsion:
        return Judgement(None, f"The potential has a core repulsion of its own ({context.info.core_repulsion}).")
    known = np.flatnonzero(np.isfinite(context.energies) & (values <= values[minimum]))
    inside = known[(values[known] >= lo) & (values[known] <= hi)]
    if len(inside) < 2:
        inside = known[np.argsort(np.abs(values[known] - artifact.location))[:3]]
        inside.sort()
    if len(inside) < 2:
        return Judgement(None)
    a, b = int(inside[0]), int(inside[-1])
    nuclear = zbl_energy(context.scan.molecule.numbers, context.scan.positions[known])
    rise = float(np.interp(values[a], values[known], nuclear) - np.interp(values[b], values[known], nuclear))
    needed = max(_RISE, abs(artifact.size) if artifact.unit == "eV" else 0.0)
    evidence: dict[str, float | int | str] = {
        "core_repulsion": "none declared",
        f"from_{context.unit}": float(values[a]),
        f"to_{context.unit}": float(values[b]),
        "model_rise_inward_eV": float(context.energies[a] - context.energies[b]),
        "nuclear_repulsion_rise_inward_eV": rise,
    }
    if rise < needed:
        return Judgement(None, f"The nuclei's repulsion rises by only {number(rise, 2)} eV there.")
    with_zbl = context.energies[known] + nuclear
    evidence["fall_inward_with_ZBL_added_eV"] = float(with_zbl.max() - with_zbl[0])
    if context.reference_energies is not None:
        theirs = float(context.reference_energies[a] - context.reference_energies[b])
        if np.isfinite(theirs):
            evidence["reference_rise_inward_eV"] = theirs
            if theirs <= 0:
                return Judgement(None, "The reference falls there as well.")
    i, j, closest = closest_pair(context, artifact.location)
    names = Names(context.scan.molecule.symbols, context.unit)
    evidence |= {"closest_pair": names.pair(i, j), "closest_distance_Å": closest}
    return Judgement(
        Cause(
            kind="missing-core-repulsion",
            confidence="likely" if context.info.training_data else "possible",
            statement=f"At {names.place(artifact.location)} {names.pair(i, j)} are pressed together, and the nuclei's "
            "own repulsion rises steeply. The potential declares no such term, so only its fit holds them apart.",
            atoms=(i, j),
            pairs=((i, j),),
            evidence=evidence,
            source="Ziegler, Biersack, Littmark (1985) for the nuclei's screened repulsion",
        )
    )


def closest_pair(context: CauseContext, place: float) -> tuple[int, int, float]:
    """The pair of nuclei that repel each other most by ZBL of those whose distance changes: i, j, distance in Å."""
    scan = context.scan
    frame = context.nearest(place)
    if scan.deformation is not None:
        pairs = [(i, j) for i, j, _, _ in moving_pairs(scan, float(scan.values[frame]))]
    else:
        n = len(scan.molecule)
        pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if scan.labels[i] != scan.labels[j]]
    positions, numbers = scan.positions[frame], scan.molecule.numbers
    worst = max(pairs, key=lambda p: float(zbl_energy(numbers[list(p)], positions[None, list(p)])[0]))
    return worst[0], worst[1], float(np.linalg.norm(positions[worst[0]] - positions[worst[1]]))
