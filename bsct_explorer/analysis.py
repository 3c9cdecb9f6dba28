"""Analysis: everything that is said of one profile, from its numbers to what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts import Artifact, Equilibrium, ReferenceCurve, Thresholds, detect, find_equilibrium
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.metrics import DEFAULT_EPS, FSDResult, Metrics, clean_curve, compute_metrics
from bsct_explorer.profiles import Profile

if TYPE_CHECKING:
    from bsct_explorer.artifacts.certify import Noise

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
        The official FSD with its curve L; None without a reference that has forces.
    artifacts
        What the curve shows, worst first.
    refuted
        Candidates that refinement disproved, with their verdicts; empty until a live potential refines.
    noise
        The potential's noise floor, where it was measured with the live potential.
    refined_frames
        Frames that refinement and the search for causes computed; 0 where nothing was refined.
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

    @property
    def fsd_own(self) -> FSDResult | None:
        """FSD with the model's own force at k* subtracted."""
        return self.metrics.fsd_own


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
    energies, _ = clean_curve(profile)
    near = None
    if reference is not None:
        theirs, _ = clean_curve(reference)
        place = find_equilibrium(reference.values, theirs, prominence=thresholds.prominence)
        near = place.value if place is not None else None
    metrics = compute_metrics(profile, reference, eps)
    equilibrium = find_equilibrium(profile.values, energies, near, thresholds.prominence)
    return Analysis(
        profile=profile,
        reference=reference,
        metrics=metrics,
        fsd=metrics.fsd,
        artifacts=find_artifacts(profile, reference, thresholds),
        thresholds=thresholds,
        equilibrium=equilibrium,
        notes=tuple(_notes(profile, reference, equilibrium, near)),
    )


def find_artifacts(profile: Profile, reference: Profile | None, thresholds: Thresholds) -> tuple[Artifact, ...]:
    """What a profile's curve shows at these thresholds, worst first."""
    theirs = ReferenceCurve(*clean_curve(reference)) if reference is not None else None
    return detect(profile.values, *clean_curve(profile), theirs, thresholds, unit=profile.scan.unit)


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
            f"The reference's coordinate differs from the profile's by up to {worst:.3g} {unit} "
            f"({theirs[0]:.4f}–{theirs[-1]:.4f} against {ours[0]:.4f}–{ours[-1]:.4f} {unit}): use the reference's own "
            "frames as the scan, or compute it on the same grid."
        )
    if profile.forces is not None and reference.forces is not None and profile.forces.shape != reference.forces.shape:
        raise ReferenceDataError(
            f"The reference has {reference.forces.shape[1]} atoms and the profile {profile.forces.shape[1]}: they are "
            "not the same molecule."
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
        notes.append(f"The energy has no minimum near the reference's at {near:.2f} {profile.scan.unit}.")
    elif equilibrium is None:
        notes.append("The energy has no minimum inside the range.")
    if not np.isfinite(profile.generalized_forces).any():
        notes.append(
            "There is no force along the coordinate, so steps, kinks and wrong-way forces cannot be looked for."
        )
    if reference is not None and _closed_shell_stretched(reference, near):
        limit = CLOSED_SHELL_STRETCH * near if near is not None else float("nan")
        notes.append(
            f"The reference is closed-shell: beyond about {limit:.1f} Å the broken bond's true ground state is "
            "open-shell and lower, and a model trained on that is right to differ there."
        )
    return notes


def _closed_shell_stretched(reference: Profile, near: float | None) -> bool:
    """Whether a reference that calls itself closed-shell goes on to where a broken bond has two unpaired electrons."""
    info = reference.info
    said = " ".join((info.level_of_theory, info.training_data, *info.notes)).lower().replace("-", " ")
    closed = reference.scan.kind == "bond" and reference.scan.molecule.multiplicity == 1 and "closed shell" in said
    return closed and near is not None and bool(reference.values[-1] > CLOSED_SHELL_STRETCH * near)
