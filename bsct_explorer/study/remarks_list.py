"""The one list of remarks on a study: every door shows these, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bsct_explorer.remarks import Remark, named
from bsct_explorer.remarks.of_curves import CURVE_NOTE, FAR_FIELD, FSD_PLACE
from bsct_explorer.remarks.of_molecules import HOW_IT_WAS_MADE
from bsct_explorer.remarks.of_potentials import POTENTIAL_NOTE
from bsct_explorer.remarks.of_references import NO_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bsct_explorer.analysis import Analysis
    from bsct_explorer.study.studies import Study


class Said(NamedTuple):
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


def remarks_of(study: Study) -> tuple[Said, ...]:
    """Everything that a person should know of a study: of the molecule, the reference, then of each curve."""
    molecule = study.scan.molecule
    said = [Said("molecule", molecule.name, remark) for remark in named(molecule.notes, HOW_IT_WAS_MADE)]
    if study.reference_analysis is None and study.reference_note:
        said.append(Said("reference", "reference", named([study.reference_note], NO_REFERENCE)[0]))
    elif study.reference_analysis is not None:
        analysis = study.reference_analysis
        name = f"{analysis.profile.info.display_name} (reference)"
        said += [Said("reference", name, remark) for remark in remarks_on(analysis)]
    for label, analysis in study.by_label.items():
        said += [Said(label, analysis.profile.info.display_name, remark) for remark in remarks_on(analysis)]
    return tuple(said)


def remarks_on(analysis: Analysis) -> tuple[Remark, ...]:
    """Everything that a person should know of one curve: of the potential, of its answers, of the analysis."""
    return tuple({str(remark): remark for remark in _all_on(analysis)}.values())


def doubts_of(study: Study) -> tuple[Said, ...]:
    """The remarks that cast doubt on the numbers, on which ``--strict`` fails."""
    return tuple(said for said in remarks_of(study) if said.remark.kind.doubt)


def _all_on(analysis: Analysis) -> Iterator[Remark]:
    profile, place, far = analysis.profile, analysis.fsd_maximum, analysis.far_field
    yield from named([*profile.info.notes, *profile.evaluation.notes], POTENTIAL_NOTE)
    if place is not None:
        yield FSD_PLACE.say(place.sentence)
    yield from named(analysis.notes, CURVE_NOTE)
    if far is not None:
        yield from named([*far.sentences, *far.notes], FAR_FIELD)
