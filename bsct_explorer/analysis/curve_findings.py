"""What is wrong with a profile's curve: its artifacts, and which of them mean something on its coordinate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bsct_explorer.analysis.geometry_copies import without_copies
from bsct_explorer.analysis.kept_frames import collapse_of, kept_curve
from bsct_explorer.analysis.shape_known import known_shape
from bsct_explorer.artifacts import Artifact, Curve, Thresholds, detect, kind_of, make_curve
from bsct_explorer.artifacts.detect.falling_ends import BELOW_OWN
from bsct_explorer.artifacts.thresholds import ON_FORCES
from bsct_explorer.data import Repeats
from bsct_explorer.deformations import Scan
from bsct_explorer.profiles import Profile


def find_artifacts(profile: Profile, reference: Profile | None, thresholds: Thresholds) -> tuple[Artifact, ...]:
    """What a profile's curve shows at these thresholds, worst first."""
    scan = profile.scan
    theirs = None if reference is None else judged_curve(reference, thresholds)
    found = detect(judged_curve(profile, thresholds), theirs)
    return tuple(with_size_along_path(a, scan) for a in meaningful(found, scan, reference))


def judged_curve(profile: Profile, thresholds: Thresholds) -> Curve:
    """A profile as the curve that detectors and refinement are given: with what is known of its shape and its noise."""
    scan = profile.scan
    curve = make_curve(scan.values, *kept_curve(profile), thresholds_for(scan, thresholds), unit=scan.unit)
    repeats = profile.evaluation.repeats or Repeats(0.0, 0.0)
    shape = replace(known_shape(scan), collapse=collapse_of(profile))
    return replace(curve, shape=shape, given_sigma_energy=repeats.energy, sigma_force=repeats.force)


def meaningful(artifacts: Sequence[Artifact], scan: Scan, reference: Profile | None) -> list[Artifact]:
    """The findings that mean something on their coordinate (`has_meaning`), each geometry once (`without_copies`).

    Where a curve collapses, that is one finding: nothing else is said of its frames.
    """
    found = [a for a in artifacts if has_meaning(a, scan, reference)]
    collapse = next((a for a in found if BELOW_OWN in a.evidence), None)
    if collapse is not None:
        reach = collapse.location + float(np.median(np.diff(scan.values)))
        found = [a for a in found if a is collapse or a.location > reach]
    return without_copies(found, scan)


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


def has_meaning(artifact: Artifact, scan: Scan, reference: Profile | None) -> bool:
    """Whether a finding means something: all do on a coordinate that is not periodic.

    A torsion has several true minima and no ends: its energy may fall towards where the range happens to end, and only
    a reference can say which minimum, which sign and which bump of the force does not belong. Jumps and forces that are
    no gradient are wrong everywhere. Each kind says which it is (`KindOfFinding.meaning`).
    """
    meaning = kind_of(artifact.kind).meaning
    if scan.period is None or meaning == "everywhere":
        return True
    return reference is not None and meaning == "against a reference"
