"""An analysis: the numbers of one profile and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts import (
    Artifact,
    Equilibrium,
    Thresholds,
    detect,
    find_equilibrium,
    kind_of,
    make_curve,
)
from bsct_explorer.artifacts.thresholds import ON_FORCES
from bsct_explorer.data import Floats
from bsct_explorer.deformations import FULL_TURN, Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.metrics import DEFAULT_EPS, FSDResult, MeasuredCurve, Metrics, compute_metrics
from bsct_explorer.metrics.extrema import wells
from bsct_explorer.metrics.fsd_maximum import FSDMaximum, fsd_maximum
from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import with_unit

if TYPE_CHECKING:
    from bsct_explorer.artifacts.far_field import FarField
    from bsct_explorer.artifacts.refine.noise_floor import Noise

SEAM = 15.0
"""Degrees around the ends of a full turn within which a minimum is looked for on the other side too."""

PERIODIC_ENERGY, PERIODIC_FORCE = 1e-3, 1e-2
"""eV and eV/Å. Largest differences after a full turn that go unmentioned: float32 energies differ by less."""

SAME_GRID = 1e-6
"""Å or degrees by which the coordinate of a reference's frame may differ from the profile's."""

CLOSED_SHELL_STRETCH = 1.5
"""Stretch of a bond, in units of its equilibrium length, from which a closed-shell reference is to be doubted: for C–C
the open-shell state is lower from about 2.2 to 2.6 Å."""


@dataclass(frozen=True)
class Analysis:
    """What is known of one profile.

    Attributes
    ----------
    profile
        The curve.
    reference
        What it was compared with, or None.
    metrics
        Numbers with reasons for those that are missing.
    fsd
        The official FSD with its curve L, for a coordinate that is no bond the one per arc length; None without a
        reference that has forces.
    artifacts
        What the curve shows, worst first.
    refuted
        Candidates that refinement disproved, with their verdicts; empty until a live potential refines.
    noise
        The potential's noise floor, where it was measured with the live potential.
    refined_frames
        Frames that refinement and the search for causes computed; 0 where nothing was refined.
    far_field
        What happens far beyond the range, where it was asked for.
    thresholds
        What counted.
    equilibrium
        The interior energy minimum that is the bond's own, never an end frame; None where there is none.
    notes
        What a person should know of this analysis, as sentences.
    """

    profile: Profile
    reference: Profile | None
    metrics: Metrics
    fsd: FSDResult | None
    artifacts: tuple[Artifact, ...]
    thresholds: Thresholds
    equilibrium: Equilibrium | None
    refuted: tuple[Artifact, ...] = ()
    notes: tuple[str, ...] = field(default=())
    noise: Noise | None = None
    refined_frames: int = 0
    far_field: FarField | None = None

    @property
    def fsd_own(self) -> FSDResult | None:
        """FSD with the model's own force at k* subtracted."""
        return self.metrics.fsd_own

    @property
    def fsd_curve(self) -> Floats | None:
        """FSD's L on the scan's own frames, shape (n_frames,), NaN where a frame was dropped; None without FSD."""
        return None if self.fsd is None else self.fsd.on(self.profile.values)

    @property
    def fsd_maximum(self) -> FSDMaximum | None:
        """Where FSD's maximum lies and what it measures; None without FSD along a bond."""
        return fsd_maximum(self.fsd)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything that a person should know of this analysis: what FSD measures here, then `notes`."""
        place = self.fsd_maximum
        return (*(() if place is None else (place.sentence,)), *self.notes)


def analyse(
    profile: Profile,
    reference: Profile | None = None,
    *,
    thresholds: Thresholds | None = None,
    eps: float = DEFAULT_EPS,
) -> Analysis:
    """Metrics and artifacts of one profile.

    Parameters
    ----------
    profile
        The curve of a potential, or a reference's own.
    reference
        A curve on the same frames, or None.
    thresholds
        What counts as an artifact; default: those for stored curves.
    eps
        FSD's ε in eV/Å.

    Returns
    -------
    Analysis

    Raises
    ------
    ReferenceDataError
        When the reference's frames are not the profile's.
    """
    if reference is not None:
        check_same_frames(profile, reference)
    thresholds = thresholds or Thresholds()
    energies, _ = profile.clean_curve()
    near = None
    if reference is not None:
        theirs, _ = reference.clean_curve()
        place = find_equilibrium(reference.values, theirs, prominence=thresholds.prominence)
        near = place.value if place is not None else None
    metrics = metrics_of(profile, reference, eps)
    equilibrium = find_equilibrium(profile.values, energies, near, thresholds.prominence)
    return Analysis(
        profile=profile,
        reference=reference,
        metrics=metrics,
        fsd=metrics.fsd,
        artifacts=find_artifacts(profile, reference, thresholds),
        thresholds=thresholds,
        equilibrium=equilibrium,
        notes=(*_notes(profile, reference, equilibrium, near), *_periodicity_notes(metrics)),
    )


def metrics_of(profile: Profile, reference: Profile | None = None, eps: float = DEFAULT_EPS) -> Metrics:
    """Every metric of a profile, beside a reference on the same frames; ε of FSD in eV/Å."""
    return compute_metrics(measured(profile), None if reference is None else measured(reference), eps)


def measured(profile: Profile) -> MeasuredCurve:
    """A profile as the plain arrays that metrics take."""
    energies, generalized_forces = profile.clean_curve()
    scan = profile.scan
    return MeasuredCurve(
        values=profile.values,
        energies=energies,
        generalized_forces=generalized_forces,
        forces=profile.forces,
        unit=scan.unit,
        arc_lengths=scan.arc_lengths,
        arc_length_rate=scan.arc_length_rate,
        periodic=scan.period is not None,
        full_turn=scan.full_turn,
    )


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


def check_same_frames(profile: Profile, reference: Profile) -> None:
    """Raise ReferenceDataError where a reference does not stand on the profile's frames."""
    ours, theirs = profile.values, reference.values
    if len(ours) != len(theirs):
        raise ReferenceDataError(
            f"The reference has {len(theirs)} frames and the profile {len(ours)}: use the reference's own frames as "
            "the scan, or compute it on the same grid."
        )
    worst = float(np.abs(ours - theirs).max())
    if worst > SAME_GRID:
        unit = profile.scan.unit
        raise ReferenceDataError(
            f"The reference's coordinate differs from the profile's by up to {with_unit(number(worst), unit)} "
            f"({decimal(theirs[0], 4)}–{decimal(theirs[-1], 4)} against {decimal(ours[0], 4)}–{decimal(ours[-1], 4)} "
            f"{unit}): use the reference's own frames as the scan, or compute it on the same grid."
        )
    if profile.forces is not None and reference.forces is not None and profile.forces.shape != reference.forces.shape:
        raise ReferenceDataError(
            f"The reference has {reference.forces.shape[1]} atoms and the profile {profile.forces.shape[1]}: they are "
            "not the same molecule."
        )
    (kind, atoms), (their_kind, their_atoms) = ((p.scan.kind, p.scan.atoms) for p in (profile, reference))
    if kind != their_kind or their_atoms not in (atoms, atoms[::-1]):
        raise ReferenceDataError(
            f"The reference was scanned along the {their_kind} {'-'.join(map(str, their_atoms))} and the profile along "
            f"the {kind} {'-'.join(map(str, atoms))}: compute it on the same scan."
        )


def _notes(
    profile: Profile, reference: Profile | None, equilibrium: Equilibrium | None, near: float | None
) -> list[str]:
    notes = []
    failed = len(profile.failed_frames)
    if failed:
        notes.append(
            f"{failed} of {len(profile.scan)} frames have no answer and are left out; nothing is claimed across a gap."
        )
    if equilibrium is None and near is not None:
        notes.append(
            f"The energy has no minimum near the reference's at {with_unit(decimal(near, 2), profile.scan.unit)}."
        )
    elif equilibrium is None:
        notes.append("The energy has no minimum inside the range.")
    if not np.isfinite(profile.generalized_forces).any():
        notes.append(
            "There is no force along the coordinate, so steps, kinks and wrong-way forces cannot be looked for."
        )
    if reference is not None and _closed_shell_stretched(reference, near):
        limit = CLOSED_SHELL_STRETCH * near if near is not None else float("nan")
        notes.append(
            f"The reference is closed-shell: beyond about {decimal(limit, 1)} Å the broken bond's true ground state is "
            "open-shell and lower, and a model trained on that is right to differ there."
        )
    return notes


def _periodicity_notes(metrics: Metrics) -> list[str]:
    """A sentence where a full turn does not lead back to the same energy and force."""
    energy, force = metrics["periodicity_error"], metrics["periodicity_force_error"]
    if (energy or 0.0) <= PERIODIC_ENERGY and (force or 0.0) <= PERIODIC_FORCE:
        return []
    return [
        f"After a full turn the energy differs by {number(energy or 0.0, 2)} eV and the force by "
        f"{number(force or 0.0, 2)} eV/Å, though the molecule is the same again: the potential depends on "
        "how the molecule is turned in space, or has no single value."
    ]


def _closed_shell_stretched(reference: Profile, near: float | None) -> bool:
    """Whether a reference that calls itself closed-shell goes on to where a broken bond has two unpaired electrons."""
    info = reference.info
    said = " ".join((info.level_of_theory, info.training_data, *info.notes)).lower().replace("-", " ")
    closed = reference.scan.kind == "bond" and reference.scan.molecule.multiplicity == 1 and "closed shell" in said
    return closed and near is not None and bool(reference.values[-1] > CLOSED_SHELL_STRETCH * near)
