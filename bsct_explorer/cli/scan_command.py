"""`scan`: one bond or all of them, to a table on the terminal and to files."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.cli.list_commands import headline, load
from bsct_explorer.cli.output_files import STDOUT, OutputError, Outputs, check_outputs
from bsct_explorer.cli.parser import DEFAULT_MODEL
from bsct_explorer.cli.streams import ProgressLine, complain, only_results_on_stdout, write_stdout
from bsct_explorer.cli.text_tables import table, wrapped
from bsct_explorer.errors import DeformationError, ExplorerError
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import short
from bsct_explorer.words.units import quantity, with_unit

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.deformations import Scan
    from bsct_explorer.molecules import Bond, Molecule
    from bsct_explorer.study import Hooks, Study, StudySettings

MOST_BONDS_NAMED = 12


@dataclass(frozen=True)
class Result:
    """What a scan gave: one study, or one a bond, worst first, and what was left out."""

    molecule: Molecule
    studies: tuple[Study, ...]
    skipped: tuple[Bond, ...]
    document: dict[str, object]


class OptionError(ExplorerError, ValueError):
    """An option's value is not possible, or does not go with another option."""


def scan(options: argparse.Namespace) -> int:
    """Run the command."""
    result = compute(options)
    outputs = write_files(options, result)
    if not any(study.analyses for study in result.studies):
        result.studies[0].require_a_curve()
    if not wants_stdout(options):
        write_stdout(report(result))
    outputs.raise_failures()
    return 0


def compute(options: argparse.Namespace) -> Result:
    """Everything up to the results; nothing is printed but progress, and no file is written."""
    outputs = [("--json", options.json), ("--csv", options.csv), ("--xyz", options.xyz), ("--html", options.html)]
    check_outputs(outputs)
    if options.html == STDOUT:
        raise OutputError("--html - is not possible: a report is a file. Give its path.")
    check_reference_level(options)
    progress = ProgressLine()
    try:
        with only_results_on_stdout(options.debug):
            from bsct_explorer.study import Hooks

            settings, hooks = settings_of(options), Hooks(progress, loading=progress.say)
            molecule = load(options)
            compute_all = _all_bonds if options.all_bonds else _one_bond
            result = compute_all(options, molecule, settings, hooks)
    finally:
        progress.clear()
    for failure in _failures(result.studies):
        complain(failure, kind="warning")
    return result


def _one_bond(options: argparse.Namespace, molecule: Molecule, settings: StudySettings, hooks: Hooks) -> Result:
    from bsct_explorer.export import study_document
    from bsct_explorer.study import run_study

    study = run_study(scan_of(options, molecule), options.models or [DEFAULT_MODEL], settings, hooks)
    return Result(study.scan.molecule, (study,), (), study_document(study))


def _all_bonds(options: argparse.Namespace, molecule: Molecule, settings: StudySettings, hooks: Hooks) -> Result:
    from bsct_explorer.deformations import DEFAULT_POINTS, DEFAULT_RANGE
    from bsct_explorer.export import survey_document
    from bsct_explorer.study import Pull, all_bonds

    pull = Pull(
        range=options.range or DEFAULT_RANGE,
        points=DEFAULT_POINTS if options.points is None else options.points,
        fixed=options.fixed or "none",
    )
    survey = all_bonds(molecule, options.models or [DEFAULT_MODEL], settings, hooks, pull=pull)
    return Result(molecule, survey.studies, survey.skipped, survey_document(survey))


def settings_of(options: argparse.Namespace) -> StudySettings:
    """What the options ask of a study."""
    from bsct_explorer.study import StudySettings

    return StudySettings(
        reference=options.reference,
        reference_level=options.reference_level,
        device=options.device,
        dtype=options.dtype,
        thresholds=thresholds_of(options.thresholds),
        eps=options.eps,
        refine=options.refine,
        far_field=options.far_field,
        command=options.command_line,
    )


def check_reference_level(options: argparse.Namespace) -> None:
    """Refuse a level of theory for a reference that has its own: it would be left out without a word.

    Raises
    ------
    OptionError
        The reference is no file.
    """
    from bsct_explorer.study.reference_choice import is_file

    if options.reference_level is not None and not is_file(options.reference):
        raise OptionError(
            f"--reference-level {options.reference_level!r} is for a reference file, and --reference is "
            f"{options.reference!r}, which has a level of its own or none. Leave one of the two out, or give a file."
        )


def scan_of(options: argparse.Namespace, molecule: Molecule) -> Scan:
    """The scan that the options describe.

    Raises
    ------
    DeformationError
        No coordinate is named and the molecule brings none, or it cannot be driven.
    """
    from bsct_explorer.deformations import DEFAULT_POINTS, deformation_of, spice_scan

    own = {"--range": options.range, "--points": options.points, "--fixed": options.fixed}
    chosen = {"bond": options.bond, "angle": options.angle, "torsion": options.torsion}
    named = [(kind, atoms) for kind, atoms in chosen.items() if atoms is not None]
    if not named:
        if molecule.source != "bsct-spice":
            raise DeformationError(f"No bond is named. {_bonds_in_words(molecule)}")
        changed = [option for option, value in own.items() if value is not None]
        if changed:
            raise OptionError(
                f"{', '.join(changed)} cannot change the scan of a BSCT-SPICE system, whose own frames are used. "
                "Name a bond with --bond I-J to scan it otherwise."
            )
        return spice_scan(molecule)
    ((kind, atoms),) = named
    deformation = deformation_of(kind, atoms, options.range, options.fixed or "none")
    return deformation.scan(molecule, DEFAULT_POINTS if options.points is None else options.points)


def _bonds_in_words(molecule: Molecule) -> str:
    pulled = [f"{bond.i}-{bond.j} ({bond.type})" for bond in molecule.bonds if bond.scannable]
    if not pulled:
        return f"{molecule.name} has none that can be pulled; `bsct-explorer bonds` says why."
    more = f" and {len(pulled) - MOST_BONDS_NAMED} more" if len(pulled) > MOST_BONDS_NAMED else ""
    return (
        f"{molecule.name} has {', '.join(pulled[:MOST_BONDS_NAMED])}{more}: give one with --bond I-J, or --all-bonds."
    )


def thresholds_of(changes: Sequence[tuple[str, float]]) -> Thresholds:
    """The detectors' thresholds with the person's changes.

    Raises
    ------
    OptionError
        A key is not known or a value is negative; the message lists the keys.
    """
    from bsct_explorer.artifacts import Thresholds

    thresholds = Thresholds()
    keys = {field.name: getattr(thresholds, field.name) for field in fields(thresholds)}
    new: dict[str, float] = {}
    for key, value in changes:
        if key not in keys:
            close = difflib.get_close_matches(key, keys, n=1)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise OptionError(f"--thresholds: {key!r} is no threshold. {hint}There are: {', '.join(keys)}.")
        if value < 0:
            raise OptionError(
                f"--thresholds: {key}={value:g} is negative, so every point would be a finding. Give 0 or more."
            )
        new[key] = int(value) if isinstance(keys[key], int) else value
    return replace(thresholds, **new)  # type: ignore[arg-type]


def _failures(studies: Sequence[Study]) -> list[str]:
    """Sentences on potentials that gave no curve, each once; nothing where none did, as that is the error itself."""
    sentences: dict[str, None] = {}
    for study in studies:
        if study.analyses:
            sentences |= {f"{failure.model} gave no curve: {failure.error}": None for failure in study.failed}
    return list(sentences)


def wants_stdout(options: argparse.Namespace) -> bool:
    """Whether a machine reads stdout, so that no table may be there."""
    return STDOUT in (options.json, options.csv, options.xyz)


def write_files(options: argparse.Namespace, result: Result) -> Outputs:
    """Write what was asked for. JSON is written even where no potential gave a curve: it says why."""
    from bsct_explorer.export import csv_text, json_text, xyz_text

    outputs = Outputs()
    outputs.write(options.json, lambda: json_text(result.document))
    if any(study.analyses for study in result.studies):
        outputs.write(options.csv, lambda: csv_text(result.studies))
        outputs.write(options.xyz, lambda: xyz_text(result.studies))
        outputs.write_with(options.html, lambda path: _write_html(result, path))
    return outputs


def _write_html(result: Result, path: Path) -> None:
    from bsct_explorer.export.html_report import write_html

    write_html(result.studies, path)


def report(result: Result) -> str:
    """What a person reads on the terminal."""
    text = headline(result.molecule)
    if len(result.studies) > 1:
        text += f"{len(result.studies)} bonds, worst first.\n"
    text += "".join("\n" + study_text(study) for study in result.studies)
    if result.skipped:
        rows = [(bond.label, bond.reason or "") for bond in result.skipped]
        text += "\nNot pulled\n" + table(rows, indent="  ")
    return text


def study_text(study: Study) -> str:
    """One bond: findings worst first, then metrics."""
    return _scan_line(study) + _findings(study) + _metrics(study) + _remarks(study)


def _scan_line(study: Study) -> str:
    from bsct_explorer.study import source_line

    values, unit = study.scan.values, study.scan.unit
    label = atoms_label(study.scan.molecule.symbols, study.scan.atoms)
    reference = source_line(study.reference.info) if study.reference else f"none ({study.reference_note})"
    span = f"{short(values[0])} to {with_unit(short(values[-1]), unit)}"
    return f"{study.scan.kind.capitalize()} {label}, {span}, {len(values)} frames\nReference: {reference}\n"


def _findings(study: Study) -> str:
    from bsct_explorer.artifacts import SEVERITIES
    from bsct_explorer.artifacts.sentences import verdict_in_words

    found = [(analysis, artifact) for analysis in sources(study) for artifact in analysis.artifacts]
    if not found:
        return "\nFindings: none\n" if study.analyses else ""
    found.sort(key=lambda pair: SEVERITIES.index(pair[1].severity))
    unit = study.scan.unit
    text = f"\nFindings, worst first ({len(found)})\n"
    for analysis, artifact in found:
        place, size = with_unit(short(artifact.location), unit), quantity(artifact.size, artifact.unit)
        text += f"  {artifact.severity:9} {name_of(study, analysis)}  {artifact.kind} at {place}, {size}\n"
        text += wrapped(artifact.explanation, " " * 12)
        text += wrapped(verdict_in_words(artifact), " " * 12)
    return text + _refuted(study)


def _refuted(study: Study) -> str:
    """How many candidates the live potential disproved, and why."""
    from bsct_explorer.artifacts.sentences import refuted_in_words

    text = ""
    for analysis in sources(study):
        counts = refuted_in_words(analysis.refuted)
        if counts:
            text += f"  Refuted with the live potential, {name_of(study, analysis)}: {counts}\n"
    return text


def _metrics(study: Study) -> str:
    from bsct_explorer.metrics import METRICS

    analyses = sources(study)
    if not study.analyses:
        return ""
    rows = []
    for key, metric in METRICS.items():
        values = [analysis.metrics.values.get(key) for analysis in analyses]
        if any(value is not None for value in values):
            rows.append((key, metric.unit, *(short(value) for value in values)))
    head = ("metric", "unit", *(name_of(study, analysis) for analysis in analyses))
    settings = f"FSD: eps {short(study.eps)} eV/Å, {len(study.scan)} frames; – has no value, --json says why"
    return f"\nMetrics ({settings})\n" + table(rows, head, right=range(2, len(head)), indent="  ")


def _remarks(study: Study) -> str:
    text = ""
    for analysis in sources(study):
        far = analysis.far_field
        beyond = [*far.sentences, *far.notes] if far is not None else []
        notes = dict.fromkeys([*analysis.profile.evaluation.notes, *analysis.notes, *beyond])
        text += "".join(wrapped(f"{name_of(study, analysis)}: {note}", "  ") for note in notes)
    return f"\nRemarks\n{text}" if text else ""


def sources(study: Study) -> list[Analysis]:
    """The potentials' analyses, then the reference's own."""
    return [*study.analyses, *([study.reference_analysis] if study.reference_analysis else [])]


def name_of(study: Study, analysis: Analysis) -> str:
    """A potential's name for a person; the reference is called so."""
    name = analysis.profile.info.display_name
    return f"{name} (reference)" if analysis is study.reference_analysis else name
