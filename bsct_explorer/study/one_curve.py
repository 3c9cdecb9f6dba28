"""The first two steps with one curve: a scan evaluated with one potential, and its profile analysed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.errors import PotentialError
from bsct_explorer.profiles import Profile
from bsct_explorer.references.reference_reader import FILE
from bsct_explorer.references.scale_check import doubt_beside
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import UNIT_DOUBTED
from bsct_explorer.study.answer_checks import checked_answers
from bsct_explorer.study.potential_store import as_explorer_error
from bsct_explorer.study.settings import NO_HOOKS, Hooks, StudySettings

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan
    from bsct_explorer.potentials import Potential


def along(potential: Potential, scan: Scan) -> Potential:
    """The potential for frames of this scan and between them (`Potential.along`)."""
    molecule = scan.molecule
    return potential.along(molecule.numbers, scan.positions, charge=molecule.charge, multiplicity=molecule.multiplicity)


def evaluate_profile(scan: Scan, potential: Potential, hooks: Hooks = NO_HOOKS) -> Profile:
    """A scan with one potential's answers; the molecule's charge and multiplicity are sent along.

    A person's own potential is asked a few frames more (`answer_checks`), and its notes say what that showed.

    Raises
    ------
    PotentialError
        The potential does not cover the molecule, or no frame has a finite energy.
    Cancelled
        The hooks said so.
    """
    name, molecule = potential.info.display_name, scan.molecule
    try:
        evaluation = along(potential, scan).evaluate(
            molecule.numbers,
            scan.positions,
            charge=molecule.charge,
            multiplicity=molecule.multiplicity,
            progress=None if hooks.progress is None else lambda done, total: hooks.tell(name, done, total),
            cancel=hooks.cancel,
        )
    except Exception as error:
        raise as_explorer_error(error, f"{name} failed") from error
    if not np.isfinite(evaluation.energies).any():
        raise PotentialError(f"{name} gave no finite energy on any of the {len(scan)} frames.")
    return Profile(scan, checked_answers(scan, potential, evaluation, hooks.cancel))


def analyse_profile(profile: Profile, reference: Profile | None, settings: StudySettings) -> Analysis:
    """Metrics and artifacts of one profile, as the settings ask; see `analyse`.

    Raises
    ------
    ReferenceDataError
        When the reference's frames are not the profile's.
    """
    analysis = analyse(profile, reference, thresholds=settings.thresholds, eps=settings.eps)
    doubt = None if reference is None else _unit_doubt(profile, reference)
    return analysis if doubt is None else replace(analysis, notes=(*analysis.notes, doubt))


def _unit_doubt(profile: Profile, reference: Profile) -> Remark | None:
    """A doubt on the unit of a reference file that the potential's curve gives, where the file alone gave none.

    Only of a torsion, whose height alone tells no unit.
    """
    said = [note for note in reference.evaluation.notes if isinstance(note, Remark)]
    doubted = any(note.kind is UNIT_DOUBTED for note in said)
    if reference.info.name != FILE or profile.scan.kind != "torsion" or doubted:
        return None
    names = reference.info.display_name, profile.info.display_name
    return doubt_beside(reference.energies, profile.energies, names)
