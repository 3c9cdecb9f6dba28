"""What is wrong with a profile's curve: its artifacts, and which of them mean something on its coordinate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bsct_explorer.artifacts import Artifact, Thresholds, detect, kind_of, make_curve
from bsct_explorer.artifacts.thresholds import ON_FORCES
from bsct_explorer.deformations import FULL_TURN, Scan
from bsct_explorer.metrics.extrema import wells
from bsct_explorer.profiles import Profile

SEAM = 15.0
"""Degrees around the ends of a full turn within which a minimum is looked for on the other side too."""


def find_artifacts(profile: Profile, reference: Profile | None, thresholds: Thresholds) -> tuple[Artifact, ...]:
    """What a profile's curve shows at these thresholds, worst first."""
    scan = profile.scan
    counts = thresholds_for(scan, thresholds)
    curve = make_curve(scan.values, *profile.clean_curve(), counts, unit=scan.unit)
    theirs = None
    if reference is not None:
        theirs = make_curve(scan.values, *reference.clean_curve(), counts, unit=scan.unit)
    found = detect(curve, theirs, scan.own_value if scan.kind == "bond" else None)
    found = tuple(a for a in found if has_meaning(a, scan, reference, thresholds))
    return tuple(with_size_along_path(a, scan) for a in found)


def thresholds_for(scan: Scan, thresholds: Thresholds) -> Thresholds:
    """The thresholds in the unit of a scan's coordinate: what is in eV/Å is carried through arc length.

    One degree moves the atoms by |dx/dq| Å in all (`Scan.length_per_unit`), so a force of 0.05 eV/Å along the path is
    0.05 |dx/dq| eV/°. A bond's thresholds are what they are.
    """
    rate = scan.length_per_unit
    if rate == 1.0:
        return thresholds
    return replace(thresholds, **{name: getattr(thresholds, name) * rate for name in ON_FORCES})


def with_size_along_path(artifact: Artifact, scan: Scan) -> Artifact:
    """An artifact with what its size in eV/° is in eV/Å along the path, for comparison with bonds."""
    if scan.unit == "Å" or artifact.unit != f"eV/{scan.unit}":
        return artifact
    rate = scan.length_per_unit
    along = {"size_along_path_eV/Å": artifact.size / rate, f"path_Å_per_{scan.unit}": rate}
    return replace(artifact, evidence={**artifact.evidence, **along})


def has_meaning(artifact: Artifact, scan: Scan, reference: Profile | None, thresholds: Thresholds) -> bool:
    """Whether a finding means something: all do on a coordinate that is not periodic.

    A torsion has several true minima and no ends: its energy may fall towards where the range happens to end, and only
    a reference can say which minimum, which sign and which bump of the force does not belong. Jumps and forces that are
    no gradient are wrong everywhere. Each kind says which it is (`KindOfFinding.meaning`).
    """
    kind = kind_of(artifact.kind)
    if scan.period is None or kind.meaning == "everywhere":
        return True
    if reference is None or kind.meaning == "between two ends":
        return False
    return not (kind.inside_only and _is_minimum_at_the_seam(artifact, scan, reference, thresholds))


def _is_minimum_at_the_seam(artifact: Artifact, scan: Scan, reference: Profile, thresholds: Thresholds) -> bool:
    """Whether a minimum near an end of a full turn is one that the reference has on the other side of that end.

    The detectors see interior minima only: where the reference's lies at the end itself, the curve's own, a few degrees
    inside, would stand alone.
    """
    if not scan.full_turn:
        return False
    energies = reference.clean_curve()[0]
    if not np.isfinite(energies).all():
        return False
    turn = len(energies) - 1
    # Half a turn further, the seam is inside.
    middle = np.concatenate([energies[turn // 2 : turn], energies[: turn // 2 + 1]])
    values = np.concatenate([scan.values[turn // 2 : turn] - FULL_TURN, scan.values[: turn // 2 + 1]])
    places = [values[well.frame] for well in wells(middle) if well.prominence > thresholds.prominence]
    first, last = float(scan.values[0]), float(scan.values[-1])
    here = artifact.location - (FULL_TURN if last - artifact.location < artifact.location - first else 0.0)
    return any(abs(place - first) <= SEAM and abs(place - here) <= SEAM for place in places)
