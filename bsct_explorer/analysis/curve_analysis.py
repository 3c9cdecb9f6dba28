"""An analysis: the numbers of one profile and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.analysis.curve_findings import find_artifacts
from bsct_explorer.analysis.curve_notes import depth_notes, mirror_notes, notes_of, periodicity_notes
from bsct_explorer.analysis.kept_frames import kept_curve
from bsct_explorer.analysis.shape_known import own_in_range
from bsct_explorer.artifacts import (
    Artifact,
    Equilibrium,
    Thresholds,
    find_equilibrium,
    own_equilibrium,
)
from bsct_explorer.artifacts.stories import Story, stories_of
from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.metrics import DEFAULT_EPS, CurvePair, FSDResult, MeasuredCurve, Metrics, compute_metrics
from bsct_explorer.metrics.fsd_maximum import FSDMaximum, fsd_maximum
from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import decimal, number
from bsct_explorer.words.units import with_unit

if TYPE_CHECKING:
    from bsct_explorer.artifacts.far_field import FarField
    from bsct_explorer.artifacts.refine.noise_floor import Noise

SAME_GRID = 1e-6
"""Å or degrees by which the coordinate of a reference's frame may differ from the profile's."""


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
    undecided
        Candidates of which refinement could not tell, since the potential gave too few answers around them: neither
        findings nor refuted.
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
    undecided: tuple[Artifact, ...] = ()

    @property
    def stories(self) -> tuple[Story, ...]:
        """The findings, told together where one cause or one phenomenon explains them; worst first."""
        return stories_of(self.artifacts, self.profile.scan.unit)

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
    equilibrium, theirs = equilibria(profile, reference, thresholds)
    near = None if theirs is None else theirs.value
    curves = measured(profile, equilibrium), None if reference is None else measured(reference, theirs)
    metrics = compute_metrics(*curves, eps)
    return Analysis(
        profile=profile,
        reference=reference,
        metrics=metrics,
        fsd=metrics.fsd,
        artifacts=find_artifacts(profile, reference, thresholds),
        thresholds=thresholds,
        equilibrium=equilibrium,
        notes=(
            *depth_notes(CurvePair(*curves, eps)),
            *notes_of(profile, reference, equilibrium, near),
            *periodicity_notes(metrics),
            *mirror_notes(profile),
        ),
    )


def metrics_of(profile: Profile, reference: Profile | None = None, eps: float = DEFAULT_EPS) -> Metrics:
    """Every metric of a profile, beside a reference on the same frames; ε of FSD in eV/Å."""
    ours, theirs = equilibria(profile, reference, Thresholds())
    return compute_metrics(measured(profile, ours), None if reference is None else measured(reference, theirs), eps)


def equilibria(
    profile: Profile, reference: Profile | None, thresholds: Thresholds
) -> tuple[Equilibrium | None, Equilibrium | None]:
    """Equilibrium of a profile, near its reference's where there is one, and that of the reference.

    The reference's, and where there is none the profile's, is the one near the molecule's own geometry.
    """
    own, energies = own_in_range(profile.scan), kept_curve(profile)[0]
    theirs = None
    if reference is not None:
        theirs = own_equilibrium(reference.values, kept_curve(reference)[0], own, thresholds.prominence)
    if theirs is None:
        return own_equilibrium(profile.values, energies, own, thresholds.prominence), None
    return find_equilibrium(profile.values, energies, theirs.value, thresholds.prominence), theirs


def measured(profile: Profile, equilibrium: Equilibrium | None = None) -> MeasuredCurve:
    """A profile as the plain arrays that metrics take, without collapsed frames, and with its own minimum."""
    energies, generalized_forces = kept_curve(profile)
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
        equilibrium=None if equilibrium is None else equilibrium.value,
    )


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
