"""artificial-minimum: a minimum of the energy that should not be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact, severity_of_trap
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.extra_minima import extra_minima
from bsct_explorer.artifacts.detect.scene import Anchor, Scene, find_anchor
from bsct_explorer.artifacts.equilibrium import deep_wells
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.numerics import basin, vertex
from bsct_explorer.artifacts.refine.shape_polish import polish_minimum
from bsct_explorer.artifacts.refinement import Refinement
from bsct_explorer.artifacts.sentences import Words
from bsct_explorer.metrics.extrema import Well
from bsct_explorer.words.numbers import number

NAME = "artificial-minimum"

_HINT = 0.3
"""Share of the depth that counts which an interpolated minimum must have to be looked at."""

_FLAT = 4.0
"""Standard deviations of the energies within which a minimum's bottom is flat."""


def detect(scene: Scene) -> list[Sighting]:
    """Minima of the energy beyond the equilibrium and beyond those that the reference has as well."""
    curve, found = scene.curve, []
    finite = np.flatnonzero(np.isfinite(curve.energies))
    q, energies = curve.values[finite], curve.energies[finite]
    for well in extra_minima(scene):
        local = Well(int(np.searchsorted(finite, well.frame)), well.prominence)
        interval, place = basin(q, energies, local), vertex(q, energies, local.frame)
        evidence: dict[str, float | int | str] = {
            "prominence_eV": well.prominence,
            "energy_above_lowest_eV": float(energies[local.frame] - energies.min()),
            f"width_{curve.unit}": interval[1] - interval[0],
            "frame": well.frame,
        }
        sentence = _sentence(Words(curve), place, well.prominence, place > scene.anchor.value)
        found.append(Sighting(place, interval, well.prominence, well.prominence, sentence, evidence))
    return found


def settle(candidate: Artifact, refinement: Refinement, curve: Curve) -> Settled:
    """A certified minimum with its polished depth."""
    place, depth = refinement.location, refinement.size
    outside = place > find_anchor(curve, None).value
    return Settled(candidate.interval, depth, _sentence(Words(curve), place, depth, outside))


def hidden_minima(scan: Curve, known: Curve, decided: Sequence[Artifact]) -> list[Sighting]:
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
    """
    seen = [_bottom(scan, well) for well in deep_wells(scan.energies, scan.prominence)]
    for artifact in decided:
        steps = artifact.certified and artifact.unit == "eV" and _is_jump(artifact)
        if artifact.kind == NAME or steps:
            seen.append((artifact.location, artifact.location))
    generous = replace(known, thresholds=replace(scan.thresholds, prominence=_HINT * scan.thresholds.prominence))
    anchor = Anchor(find_anchor(scan, None).value, -1, False)
    return [
        minimum
        for minimum in detect(Scene(generous, None, anchor, anchor))
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


def _sentence(words: Words, place: float, depth: float, outside: bool) -> str:
    if not words.bond:
        trapped = "the molecule would be trapped there, as the true one is not"
    elif outside:
        trapped = "a stretched bond would be trapped there, which no real bond does"
    else:
        trapped = "a compressed bond would be trapped there, which no real bond does"
    return f"The energy has a second minimum at {words.place(place)}, {number(depth, 2)} eV deep: {trapped}."


KIND = KindOfFinding(
    name=NAME,
    order=30,
    title="artificial minimum",
    on_bond="The energy has a second minimum; a real bond has one.",
    on_angle="The energy has a second minimum beside the equilibrium angle.",
    on_torsion="The energy has a minimum where the reference has none: a conformer that does not exist.",
    effect="A molecule gets caught in it: reaction barriers, relaxed structures and dynamics at high temperature are "
    "wrong there.",
    remedy="What usually mends it: training data where the bond is stretched or half broken, and for a minimum on the "
    "repulsive wall an explicit repulsion of the nuclei.",
    quantity="energy",
    symbol="inverted_triangle",
    reading=0,
    thresholds=("prominence", "prominence_noise"),
    meaning="against a reference",
    severity=severity_of_trap,
    detect=detect,
    confirm=polish_minimum,
    settle=settle,
    noun="a second minimum",
    step_error=None,
    causes=frozenset({"missing-core-repulsion", "extrapolation"}),
    inside_only=True,
    between_frames=hidden_minima,
)
