"""All bonds of one molecule, worst first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts import SEVERITIES
from bsct_explorer.deformations import DEFAULT_POINTS, DEFAULT_RANGE, BondStretch, Fixed
from bsct_explorer.errors import DeformationError, ReferenceDataError
from bsct_explorer.study.potential_store import Potentials
from bsct_explorer.study.reference_choice import not_of_all_bonds, of_one_scan
from bsct_explorer.study.settings import NO_HOOKS, Hooks, StudySettings
from bsct_explorer.study.studies import Study, run_study

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.deformations import Scan
    from bsct_explorer.molecules import Bond, Molecule
    from bsct_explorer.potentials import Potential


def score(study: Study) -> tuple[float, ...]:
    """How bad a study's worst potential is: greater is worse.

    (severe artifacts, moderate, minor, FSD over the full range in Å⁻¹), compared in this order, of the potential for
    which it is greatest. Without a reference the last is 0; a study in which no potential gave a curve scores worst.
    """
    if not study.analyses:
        return (float("inf"),) * 4
    return max(_analysis_score(analysis) for analysis in study.analyses)


def _analysis_score(analysis: Analysis) -> tuple[float, ...]:
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


def studies_of(result: Study | BondSurvey) -> tuple[Study, ...]:
    """The studies of a result: one, or one a bond, worst first."""
    return (result,) if isinstance(result, Study) else result.studies


@dataclass(frozen=True)
class Pull:
    """How each bond of a survey is pulled; see `BondStretch`.

    Attributes
    ----------
    range
        In sums of the two atoms' covalent radii.
    points
        Number of frames.
    fixed
        Fragment that stays in place.
    """

    range: tuple[float, float] = DEFAULT_RANGE
    points: int = DEFAULT_POINTS
    fixed: Fixed = "none"

    def scan(self, molecule: Molecule, bond: Bond) -> Scan:
        """The frames of one bond."""
        return BondStretch(bond.i, bond.j, range=self.range, fixed=self.fixed).scan(molecule, self.points)


def all_bonds(
    molecule: Molecule,
    models: Sequence[str | Potential],
    settings: StudySettings | None = None,
    hooks: Hooks = NO_HOOKS,
    *,
    pull: Pull | None = None,
    potentials: Potentials | None = None,
    found: Callable[[BondSurvey], None] | None = None,
) -> BondSurvey:
    """Pull every bond that can be pulled; models, settings, hooks and potentials as in `run_study`.

    Parameters
    ----------
    pull
        Range, points and fixed fragment; None for the defaults.
    found
        Called after each bond with the survey so far.

    Raises
    ------
    DeformationError
        No bond of the molecule can be pulled, or range or points are impossible.
    ReferenceDataError
        The reference belongs to one scan: a file, DFT of BSCT-SPICE, a curve.
    """
    settings, pull = settings or StudySettings(), pull or Pull()
    if one_scan := of_one_scan(settings.reference):
        raise ReferenceDataError(not_of_all_bonds(one_scan))
    pulled = [bond for bond in molecule.bonds if bond.scannable]
    if not pulled:
        raise DeformationError(f"No bond of {molecule.name} can be pulled apart: {_why_none(molecule)}")
    potentials = potentials or Potentials()
    survey = BondSurvey(molecule, (), tuple(bond for bond in molecule.bonds if not bond.scannable))
    for bond in pulled:
        scan = pull.scan(molecule, bond)
        study = run_study(scan, models, settings, hooks.labelled(bond.label), potentials=potentials)
        # Stable: equal scores keep the order of the bonds.
        survey = replace(survey, studies=tuple(sorted((*survey.studies, study), key=score, reverse=True)))
        if found is not None:
            found(survey)
    return survey


def _why_none(molecule: Molecule) -> str:
    reasons = {bond.reason for bond in molecule.bonds if bond.reason}
    return " ".join(sorted(reasons)) if reasons else "it has no bonds."
