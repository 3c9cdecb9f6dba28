"""What the two kinds of minima share: how they are seen on the grid, between its frames, and put in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.extra_minima import ExtraMinimum, extra_minima
from bsct_explorer.artifacts.detect.scene import Anchor, Scene, find_anchor
from bsct_explorer.artifacts.equilibrium import deep_wells
from bsct_explorer.artifacts.kind_record import Settled, Sighting
from bsct_explorer.artifacts.numerics import basin, vertex
from bsct_explorer.artifacts.refine.steps_taken_off import deepest_inside
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.metrics.extrema import Well

ARTIFICIAL, SECOND = "artificial-minimum", "second-minimum"

_HINT = 0.3
"""Share of the depth that counts which an interpolated minimum must have to be looked at."""

_FLAT = 4.0
"""Standard deviations of the energies within which a minimum's bottom is flat."""


class SeenMinimum(NamedTuple):
    """A minimum as its sentence needs it.

    Attributes
    ----------
    at, depth
        Its place, and its depth in eV.
    equilibrium
        Where the equilibrium is.
    judge, missing
        As of `ExtraMinimum`.
    """

    at: float
    depth: float
    equilibrium: float
    judge: str
    missing: float | None = None


Sentence = Callable[[Words, SeenMinimum], str]


def see_minima(scene: Scene, artificial: bool, sentence: Sentence) -> list[Sighting]:
    """Minima beside the equilibrium that do not belong (`artificial`), or those of which nothing says so."""
    chosen = [extra for extra in extra_minima(scene) if (extra.judge != "nothing") == artificial]
    return [_sighting(scene, extra, sentence) for extra in chosen]


def _sighting(scene: Scene, extra: ExtraMinimum, sentence: Sentence) -> Sighting:
    curve, well = scene.curve, extra.well
    finite = np.flatnonzero(np.isfinite(curve.energies))
    q, energies = curve.values[finite], curve.energies[finite]
    local = Well(int(np.searchsorted(finite, well.frame)), well.prominence)
    interval, at = basin(q, energies, local), vertex(q, energies, local.frame)
    evidence: dict[str, float | int | str] = {
        "prominence_eV": well.prominence,
        "energy_above_lowest_eV": float(energies[local.frame] - energies.min()),
        f"width_{curve.unit}": interval[1] - interval[0],
        "frame": well.frame,
        f"equilibrium_{curve.unit}": scene.anchor.value,
        "judged_by": extra.judge,
    }
    if extra.missing is not None:
        evidence[f"missing_minimum_{curve.unit}"] = extra.missing
    place = SeenMinimum(at, well.prominence, scene.anchor.value, extra.judge, extra.missing)
    at_stake = 0.0 if extra.judge == "nothing" else well.prominence
    return Sighting(at, interval, well.prominence, at_stake, sentence(Words(curve), place), evidence)


def settle_minimum(candidate: Artifact, refinement: Refinement, curve: Curve, sentence: Sentence) -> Settled:
    """A certified minimum with its polished depth."""
    evidence, depth = candidate.evidence, refinement.size
    missing = evidence.get(f"missing_minimum_{curve.unit}")
    place = SeenMinimum(
        at=refinement.location,
        depth=depth,
        equilibrium=float(evidence[f"equilibrium_{curve.unit}"]),
        judge=str(evidence["judged_by"]),
        missing=None if missing is None else float(missing),
    )
    at_stake = 0.0 if place.judge == "nothing" else depth
    return Settled(candidate.interval, at_stake, sentence(Words(curve), place))


def left_of_minimum(smooth: Curve, artifact: Artifact) -> float:
    """Depth of a certified minimum on the curve without its jumps, eV."""
    return deepest_inside(smooth, artifact.interval)


def minima_between_frames(
    scan: Curve, known: Curve, decided: Sequence[Artifact], artificial: bool, sentence: Sentence
) -> list[Sighting]:
    """Minima between the frames, seen now that more places are known.

    Not those that the scan's frames show, which were judged against the reference already, and not where the energy
    steps, which is a finding of its own.

    Parameters
    ----------
    scan
        The frames.
    known
        The same with everything that was asked meanwhile, interpolated.
    decided
        Findings and refuted candidates so far.
    artificial, sentence
        As of `see_minima`.
    """
    seen = [_bottom(scan, well) for well in deep_wells(scan.energies, scan.prominence)]
    for artifact in decided:
        steps = artifact.certified and artifact.unit == "eV" and _is_jump(artifact)
        if artifact.kind in (ARTIFICIAL, SECOND) or steps:
            seen.append((artifact.location, artifact.location))
    generous = replace(known, thresholds=replace(scan.thresholds, prominence=_HINT * scan.thresholds.prominence))
    anchor = Anchor(find_anchor(scan, None).value, -1, True)
    return [
        minimum
        for minimum in see_minima(Scene(generous, None, anchor, anchor), artificial, sentence)
        if not any(lo - scan.spacing <= minimum.location <= hi + scan.spacing for lo, hi in seen)
    ]


def _is_jump(artifact: Artifact) -> bool:
    return artifact.refinement is not None and artifact.refinement.verdict == "jump"


def _bottom(curve: Curve, well: Well) -> tuple[float, float]:
    """Where a minimum of the frames is flat within the noise: quantised energies can be so over many frames."""
    energies = curve.energies
    level = energies[well.frame] + _FLAT * curve.sigma_energy
    first = last = well.frame
    while first > 0 and energies[first - 1] <= level:
        first -= 1
    while last < len(energies) - 1 and energies[last + 1] <= level:
        last += 1
    return float(curve.values[first]), float(curve.values[last])
