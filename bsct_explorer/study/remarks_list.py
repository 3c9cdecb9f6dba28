"""The one list of remarks on a result: every door shows these, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.remarks import Remark, named
from bsct_explorer.remarks.of_curves import CURVE_NOTE, FAR_FIELD, FRAMES_WITHOUT_ANSWER, FSD_PLACE, NOISE_FLOOR
from bsct_explorer.remarks.of_molecules import HOW_IT_WAS_MADE
from bsct_explorer.remarks.of_potentials import POTENTIAL_NOTE
from bsct_explorer.remarks.of_references import NO_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bsct_explorer.analysis import Analysis
    from bsct_explorer.data import Evaluation
    from bsct_explorer.molecules import Molecule
    from bsct_explorer.study.studies import Study
    from bsct_explorer.study.surface_map import SurfaceMap

MOLECULE, REFERENCE = "molecule", "reference"


@dataclass(frozen=True)
class Said:
    """A remark and what it is about.

    Attributes
    ----------
    about
        ``molecule``, ``reference``, or the label of a potential's curve as in `Study.by_label`.
    name
        The same for a person: the molecule's or the potential's name.
    remark
        What is said.
    """

    about: str
    name: str
    remark: Remark

    @property
    def doubt(self) -> bool:
        """Whether it casts doubt on the numbers, so that ``--strict`` fails on it."""
        return self.remark.kind.doubt


def remarks_of(study: Study) -> tuple[Said, ...]:
    """Everything that a person should know of a study: of the molecule, the reference, then of each curve."""
    said = _of_the_molecule(study.scan.molecule)
    if study.reference_analysis is not None:
        said += _said(REFERENCE, study.reference_analysis.profile.evaluation, remarks_on(study.reference_analysis))
    elif study.reference_note:
        said += _without_reference(study.reference_note)
    for label, analysis in study.by_label.items():
        said += _said(label, analysis.profile.evaluation, remarks_on(analysis))
    return tuple(said)


def remarks_of_all(studies: Sequence[Study]) -> tuple[Said, ...]:
    """Those of several studies, such as all bonds of a molecule, each once."""
    return tuple(dict.fromkeys(said for study in studies for said in remarks_of(study)))


def remarks_of_map(surface: SurfaceMap) -> tuple[Said, ...]:
    """Everything that a person should know of a map; as `remarks_of`."""
    said = _of_the_molecule(surface.grid.molecule)
    if surface.reference is not None:
        said += _said(REFERENCE, surface.reference, _on_answers(surface.reference))
    elif surface.reference_note:
        said += _without_reference(surface.reference_note)
    return (*said, *_said(surface.evaluation.info.name, surface.evaluation, _on_answers(surface.evaluation)))


def remarks_on(analysis: Analysis) -> tuple[Remark, ...]:
    """Everything that a person should know of one curve: of the analysis, of its answers, of the potential."""
    return named(_all_on(analysis), CURVE_NOTE)


def doubts(said: Sequence[Said]) -> tuple[Said, ...]:
    """Those that cast doubt on the numbers, each once."""
    return tuple(dict.fromkeys(each for each in said if each.doubt))


def _of_the_molecule(molecule: Molecule) -> list[Said]:
    return [Said(MOLECULE, molecule.name, remark) for remark in named(molecule.notes, HOW_IT_WAS_MADE)]


def _without_reference(note: str) -> list[Said]:
    return [Said(REFERENCE, "Reference", NO_REFERENCE.say(f"None: {note.removesuffix('.')}."))]


def _said(about: str, evaluation: Evaluation, remarks: Sequence[Remark]) -> list[Said]:
    name = evaluation.info.display_name
    return [Said(about, f"{name} (reference)" if about == REFERENCE else name, remark) for remark in remarks]


def _on_answers(evaluation: Evaluation) -> tuple[Remark, ...]:
    """Remarks on answers whose frames are no curve."""
    missing = int((~np.isfinite(evaluation.energies)).sum())
    gone = f"{missing} of {len(evaluation.energies)} frames have no answer; nothing is claimed there."
    of_frames = [FRAMES_WITHOUT_ANSWER.say(gone)] if missing else []
    return named([*of_frames, *evaluation.notes, *evaluation.info.notes], POTENTIAL_NOTE)


def _all_on(analysis: Analysis) -> Iterator[Remark]:
    profile, place, far = analysis.profile, analysis.fsd_maximum, analysis.far_field
    yield from named(analysis.notes, CURVE_NOTE)
    if place is not None:
        yield FSD_PLACE.say(place.sentence)
    if far is not None:
        yield from named([*far.sentences, *far.notes], FAR_FIELD)
    if analysis.noise is not None:
        yield NOISE_FLOOR.say(analysis.noise.sentence)
    yield from named([*profile.evaluation.notes, *profile.info.notes], POTENTIAL_NOTE)
