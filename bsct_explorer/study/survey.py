"""All bonds of one molecule, worst first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.errors import DeformationError, ReferenceDataError
from bsct_explorer.study.evaluating import Potentials, StudyProgress
from bsct_explorer.study.reference_choice import is_file
from bsct_explorer.study.studies import Study, run_study

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.deformations import Fixed
    from bsct_explorer.molecules import Bond, Molecule
    from bsct_explorer.potentials import Potential
    from bsct_explorer.potentials.base import Cancel


def score(study: Study) -> tuple[float, ...]:
    """How bad a study's worst potential is: greater is worse.

    (severe artifacts, moderate, minor, FSD over the full range in Å⁻¹), compared in this order, of the potential for
    which it is greatest. Without a reference the last is 0; a study in which no potential gave a curve scores worst.
    """
    if not study.analyses:
        return (float("inf"),) * 4
    return max(_analysis_score(analysis) for analysis in study.analyses)


def _analysis_score(analysis: Analysis) -> tuple[float, ...]:
    from bsct_explorer.artifacts import SEVERITIES

    severities = [artifact.severity for artifact in analysis.artifacts]
    fsd = analysis.metrics.values.get("fsd_full")
    counts = [float(severities.count(severity)) for severity in SEVERITIES]
    return (*counts, float(fsd) if fsd is not None and np.isfinite(fsd) else 0.0)


@dataclass(frozen=True)
class BondSurvey:
    """All bonds of one molecule.

    Attributes
    ----------
    studies
        One per bond that can be pulled, worst first by `score`.
    skipped
        Bonds that cannot, each with its `reason`.
    """

    molecule: Molecule
    studies: tuple[Study, ...]
    skipped: tuple[Bond, ...]


def all_bonds(
    molecule: Molecule,
    models: Sequence[str | Potential],
    reference: str | None = None,
    *,
    range: tuple[float, float] = (0.5, 2.0),
    points: int = 100,
    fixed: Fixed = "none",
    device: str = "auto",
    dtype: str | None = None,
    thresholds: Thresholds | None = None,
    eps: float = 1.0,
    refine: bool = False,
    far_field: bool = False,
    progress: StudyProgress | None = None,
    cancel: Cancel | None = None,
    command: str | None = None,
    potentials: Potentials | None = None,
    found: Callable[[BondSurvey], None] | None = None,
) -> BondSurvey:
    """Pull every bond that can be pulled; parameters as in `run_study` and `BondStretch`.

    Parameters
    ----------
    found
        Called after each bond with the survey so far.

    Raises
    ------
    DeformationError
        No bond of the molecule can be pulled, or range or points are impossible.
    ReferenceDataError
        The reference is a file: it belongs to one scan.
    """
    from bsct_explorer.deformations import BondStretch

    if reference is not None and is_file(reference):
        raise ReferenceDataError(f"{reference} is the reference of one scan. Name its bond instead of all bonds.")
    pulled = [bond for bond in molecule.bonds if bond.scannable]
    if not pulled:
        raise DeformationError(f"No bond of {molecule.name} can be pulled apart: {_why_none(molecule)}")
    store = potentials or Potentials(device, dtype)
    survey = BondSurvey(molecule, (), tuple(bond for bond in molecule.bonds if not bond.scannable))
    for bond in pulled:
        scan = BondStretch(bond.i, bond.j, range=range, fixed=fixed).scan(molecule, points)
        study = run_study(
            scan,
            models,
            reference,
            thresholds=thresholds,
            eps=eps,
            refine=refine,
            far_field=far_field,
            progress=_labelled(progress, bond.label),
            cancel=cancel,
            command=command,
            potentials=store,
        )
        # Stable: equal scores keep the order of the bonds.
        survey = replace(survey, studies=tuple(sorted((*survey.studies, study), key=score, reverse=True)))
        if found is not None:
            found(survey)
    return survey


def _why_none(molecule: Molecule) -> str:
    reasons = {bond.reason for bond in molecule.bonds if bond.reason}
    return " ".join(sorted(reasons)) if reasons else "it has no bonds."


def _labelled(progress: StudyProgress | None, label: str) -> StudyProgress | None:
    if progress is None:
        return None
    return lambda name, done, total: progress(f"{label}  {name}", done, total)
