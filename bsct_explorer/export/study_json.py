"""A study as the JSON object that `bsct-explorer scan --json` promises (`schema.json` beside this file).

A number that could not be had is null, its reason in the nearest ``notes`` under its key. Units are eV, Å and eV/Å;
those of a metric are in `bsct_explorer.metrics.METRICS`.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.export.plain_json import Json, plain
from bsct_explorer.metrics.ensemble_spread import energy_spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bsct_explorer.analysis import Analysis, RelativeCurve
    from bsct_explorer.artifacts import Artifact
    from bsct_explorer.artifacts.far_field import FarField
    from bsct_explorer.data import Floats
    from bsct_explorer.deformations import Coordinate, Scan
    from bsct_explorer.metrics.fsd_maximum import FSDMaximum
    from bsct_explorer.molecules import Bond, Molecule
    from bsct_explorer.profiles import Profile
    from bsct_explorer.provenance import Provenance
    from bsct_explorer.study import BondSurvey, Failure, Said, Study

FRAME_FAILED = "the frame has no finite energy or force; see failures"


def schema() -> Json:
    """JSON Schema (draft 2020-12) of `study_document` and `survey_document`, with the names of all kinds."""
    from bsct_explorer.artifacts import KINDS
    from bsct_explorer.remarks import REMARK_KINDS

    text = resources.files("bsct_explorer.export").joinpath("schema.json").read_text(encoding="utf-8")
    document: Json = json.loads(text)
    document["$defs"]["kind"] = {"enum": list(KINDS)}
    document["$defs"]["remark"]["properties"]["kind"] = {"enum": list(REMARK_KINDS)}
    return document


def study_document(study: Study) -> Json:
    """One scan with all its potentials, as plain lists, dicts, numbers and None."""
    from bsct_explorer.study import remarks_of

    reference = study.reference_analysis
    return {
        "molecule": molecule_document(study.scan.molecule),
        "coordinate": coordinate_document(study.scan),
        "reference": None if reference is None else analysis_document(reference, study.relative(reference)),
        "profiles": [analysis_document(analysis, study.relative(analysis)) for analysis in study.analyses],
        "failed": [failure_document(failure) for failure in study.failed],
        "remarks": remarks_document(remarks_of(study)),
        "settings": settings_document(study),
        "provenance": provenance_document(study.provenance),
        "notes": {"reference": study.reference_note} if reference is None else {},
    }


def survey_document(survey: BondSurvey) -> Json:
    """All bonds of a molecule: one `study_document` a bond, worst first, and the bonds that were left out."""
    from bsct_explorer.study import score

    return {
        "molecule": molecule_document(survey.molecule),
        "studies": [{"score": plain(score(study)), **study_document(study)} for study in survey.studies],
        "skipped": [bond_document(bond) for bond in survey.skipped],
        "notes": {
            "studies": "worst first by score: severe, moderate and minor artifacts and fsd_full of the worst potential"
        },
    }


def result_document(result: Study | BondSurvey) -> Json:
    """What a scan gave: `study_document` of one study, `survey_document` of all bonds."""
    from bsct_explorer.study import Study

    return study_document(result) if isinstance(result, Study) else survey_document(result)


def remarks_document(said: Sequence[Said]) -> list[Json]:
    """Every remark with the name of its kind; `about` is ``molecule``, ``reference`` or a potential's label."""
    return [
        {"about": each.about, "kind": each.remark.kind.name, "doubt": each.doubt, "sentence": str(each.remark)}
        for each in said
    ]


def molecule_document(molecule: Molecule) -> Json:
    """What was sent to the potentials."""
    return {
        "name": molecule.name,
        "formula": molecule.formula,
        "smiles": molecule.smiles,
        "charge": molecule.charge,
        "multiplicity": molecule.multiplicity,
        "n_atoms": len(molecule),
        "source": molecule.source,
        "remarks": list(molecule.notes),
        "notes": {} if molecule.smiles else {"smiles": "the source of the molecule names no SMILES"},
    }


def bond_document(bond: Bond) -> Json:
    """A bond as a list shows it; `reason` says why it cannot be pulled."""
    document: Json = {
        "atoms": list(bond.atoms),
        "symbols": list(bond.symbols),
        "type": bond.type,
        "order": bond.order,
        "scannable": bond.scannable,
        "reason": bond.reason,
        "notes": {},
    }
    if bond.order is None:
        document["notes"]["order"] = "only the connectivity is known"
    return document


def coordinate_entry(coordinate: Coordinate) -> Json:
    """An angle or a torsion as a list shows it; `reason` says why it cannot be driven."""
    return {
        "atoms": list(coordinate.atoms),
        "symbols": list(coordinate.symbols),
        "value": plain(coordinate.value),
        "unit": "°",
        "scannable": coordinate.scannable,
        "reason": coordinate.reason,
    }


def coordinate_document(scan: Scan) -> Json:
    """The coordinate and its values; `fixed` is the group that was held, `arc_length_rate` is |dx/dq| in Å a unit."""
    fixed = getattr(scan.deformation, "fixed", None)
    return {
        "kind": scan.kind,
        "atoms": list(scan.atoms),
        "unit": scan.unit,
        "values": plain(scan.values),
        "fixed": fixed,
        "arc_length_rate": plain(scan.arc_length_rate),
        "notes": {} if fixed is not None else {"fixed": "the frames were read from files"},
    }


def analysis_document(analysis: Analysis, relative: RelativeCurve) -> Json:
    """One potential's curve, numbers and findings; a failed frame is null in energies and in generalized forces.

    `energies` are raw. What is relative to a zero (`energy_zero` says where) is `path_energies` and
    `relative_energy_spread`.
    """
    from bsct_explorer.analysis import verdict_line
    from bsct_explorer.study import remarks_on

    profile = analysis.profile
    evaluation, info = profile.evaluation, profile.info
    energies, generalized_forces = profile.clean_curve()
    along_path = generalized_forces / profile.scan.arc_length_rate
    members, equilibrium = evaluation.member_energies, analysis.equilibrium
    return {
        "model": info.name,
        "display_name": info.display_name,
        "level_of_theory": info.level_of_theory,
        "device": evaluation.device,
        "dtype": evaluation.dtype,
        "conservative": info.conservative,
        "charge": evaluation.charge,
        "multiplicity": evaluation.multiplicity,
        "energies": plain(energies),
        "generalized_forces": plain(generalized_forces),
        "forces_along_path": plain(along_path),
        "energy_zero": _zero_document(relative, energies, profile.values),
        "path_energies": plain(relative.path_energies),
        "energy_spread": None if members is None or len(members) < 2 else plain(energy_spread(members)),
        "relative_energy_spread": plain(relative.relative_energy_spread),
        "force_spread": plain(relative.force_spread),
        "failed_frames": list(profile.failed_frames),
        "failures": {str(frame): evaluation.failed.get(frame, FRAME_FAILED) for frame in profile.failed_frames},
        "equilibrium": None
        if equilibrium is None
        else {"frame": equilibrium.frame, "location": plain(equilibrium.value)},
        "metrics": plain(analysis.metrics.values),
        "fsd_curve": plain(analysis.fsd_curve),
        "fsd_maximum": _maximum_document(analysis.fsd_maximum),
        "verdict": verdict_line(analysis),
        "stories": stories_document(analysis),
        "artifacts": [artifact_document(artifact) for artifact in analysis.artifacts],
        "refuted": [refuted_document(artifact) for artifact in analysis.refuted],
        "undecided": [refuted_document(artifact) for artifact in analysis.undecided],
        "noise": plain(analysis.noise),
        "repeats": plain(evaluation.repeats),
        "refined_frames": analysis.refined_frames,
        "far_field": far_field_document(analysis.far_field),
        "remarks": [str(remark) for remark in remarks_on(analysis)],
        "notes": _analysis_notes(analysis, relative),
    }


def _zero_document(relative: RelativeCurve, energies: Floats, values: Floats) -> Json | None:
    frame = relative.zero_frame
    if frame is None:
        return None
    return {"frame": frame, "location": plain(values[frame]), "energy": plain(energies[frame])}


def _maximum_document(place: FSDMaximum | None) -> Json | None:
    return None if place is None else {**plain(place), "measures": place.measures}


def _analysis_notes(analysis: Analysis, relative: RelativeCurve) -> dict[str, str]:
    """The reason for each null of an analysis, by its key."""
    notes = {**_profile_notes(analysis.profile), **analysis.metrics.notes}
    if analysis.fsd is None:
        notes["fsd_curve"] = notes["fsd_maximum"] = notes.get("fsd_full", "no reference")
    elif analysis.fsd_maximum is None:
        along = "it is defined along a bond only"
        notes["fsd_maximum"] = along if analysis.fsd.arc else analysis.fsd.notes.get("full", along)
    if analysis.equilibrium is None:
        notes["equilibrium"] = "the curve has no interior minimum"
    if relative.zero_frame is None:
        notes["energy_zero"] = "no frame has an energy"
    if analysis.noise is None:
        notes["noise"] = "no live potential was asked for it"
    if analysis.profile.evaluation.repeats is None:
        notes["repeats"] = "potentials that ship, and what was stored, are asked for no frame twice"
    if analysis.far_field is None:
        notes["far_field"] = "it was not asked for, or cannot be had; see remarks"
    return notes


def stories_document(analysis: Analysis) -> list[Json]:
    """Findings that one cause or one phenomenon explains, worst first; `parts` are indices into ``artifacts``."""
    at = {id(artifact): index for index, artifact in enumerate(analysis.artifacts)}
    return [
        {
            "sentence": story.sentence,
            "severity": story.severity,
            "interval": plain(story.interval),
            "parts": [at[id(part)] for part in story.parts],
        }
        for story in analysis.stories
    ]


def artifact_document(artifact: Artifact) -> Json:
    """One finding; `certified` is true where a live potential confirmed it, null where nothing refined it.

    `cause` is the name of its kind, `cause_details` the statement, the atoms, and what was measured.
    """
    return {
        "kind": artifact.kind,
        "location": plain(artifact.location),
        "interval": plain(artifact.interval),
        "size": plain(artifact.size),
        "unit": artifact.unit,
        "certified": artifact.certified,
        "cause": None if artifact.cause is None else artifact.cause.kind,
        "explanation": artifact.explanation,
        "severity": artifact.severity,
        "evidence": plain(artifact.evidence),
        "cause_details": plain(artifact.cause),
        "refinement": plain(artifact.refinement),
        "notes": _artifact_notes(artifact),
    }


def far_field_document(far: FarField | None) -> Json | None:
    """What happens far beyond the range, or None."""
    if far is None:
        return None
    document: Json = plain(far)
    document |= {"size_inconsistency": plain(far.size_inconsistency), "size_consistent": far.size_consistent}
    alone = "a fragment alone could not be computed; see notes"
    reasons = {
        "dies_out_at": "the force does not die out before the last frame that answered",
        "decay": "the force changes sign or vanishes over the last quarter",
        **dict.fromkeys(("fragments_energy", "size_inconsistency", "size_consistent"), alone),
    }
    return {**document, "reasons": {key: text for key, text in reasons.items() if document[key] is None}}


def refuted_document(artifact: Artifact) -> Json:
    """A candidate that the live potential disproved or could not decide, and by which verdict."""
    refinement = artifact.refinement
    return {"verdict": None if refinement is None else refinement.verdict, **artifact_document(artifact)}


def _artifact_notes(artifact: Artifact) -> dict[str, str]:
    notes = {}
    if artifact.undecided:
        notes["certified"] = "undecided: it could not be looked at; see explanation"
    elif artifact.certified is None:
        notes["certified"] = "read off the grid; not refined with the live potential"
    if artifact.cause is None:
        notes["cause"] = "no cause was tested"
    return notes


def failure_document(failure: Failure) -> Json:
    """A potential that gave no curve."""
    return {"model": failure.model, "error": failure.error}


def settings_document(study: Study) -> Json:
    """What the findings and FSD depend on: they mean nothing without."""
    values = study.scan.values
    return {
        "eps": study.eps,
        "eps_unit": "eV/Å",
        "points": len(study.scan),
        "spacing": plain(float(np.median(np.diff(values)))) if len(values) > 1 else None,
        "thresholds": plain(study.thresholds),
        "energy_zero": study.settings.energy_zero,
    }


def provenance_document(provenance: Provenance) -> Json:
    """Versions, weights, command, date."""
    document: Json = plain(provenance)
    return document


def _profile_notes(profile: Profile) -> dict[str, str]:
    evaluation = profile.evaluation
    notes = {}
    if evaluation.charge is None:
        notes["charge"] = "the source has no such input"
    if evaluation.multiplicity is None:
        notes["multiplicity"] = "the source has no such input"
    if evaluation.member_energies is None or len(evaluation.member_energies) < 2:
        keys = ("energy_spread", "relative_energy_spread", "force_spread")
        notes |= dict.fromkeys(keys, "not an ensemble")
    if evaluation.forces is None and evaluation.generalized_forces is None:
        notes["generalized_forces"] = notes["forces_along_path"] = "the source has energies only"
    return notes
