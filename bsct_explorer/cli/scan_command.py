"""`scan`: one bond or all of them, to a table on the terminal and to files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.cli.list_commands import load
from bsct_explorer.cli.output_files import STDOUT, OutputError, Outputs, check_outputs
from bsct_explorer.cli.parser import DEFAULT_MODEL
from bsct_explorer.cli.scan_text import scan_text
from bsct_explorer.cli.streams import ProgressLine, complain, only_results_on_stdout, write_stdout
from bsct_explorer.errors import DeformationError, ExplorerError
from bsct_explorer.packages import REPORT, require
from bsct_explorer.words.units import EnergyUnit, energy_unit

if TYPE_CHECKING:
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
        write_stdout(scan_text(result.studies, result.skipped, energy_unit(options.unit)))
    outputs.raise_failures()
    return 0


def compute(options: argparse.Namespace) -> Result:
    """Everything up to the results; nothing is printed but progress, and no file is written."""
    outputs = [("--json", options.json), ("--csv", options.csv), ("--xyz", options.xyz), ("--html", options.html)]
    check_outputs(outputs)
    if options.html == STDOUT:
        raise OutputError("--html - is not possible: a report is a file. Give its path.")
    if options.html is not None:
        require("--html", REPORT)
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
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.artifacts.threshold_reader import with_changes
    from bsct_explorer.study import StudySettings

    return StudySettings(
        reference=options.reference,
        reference_level=options.reference_level,
        device=options.device,
        dtype=options.dtype,
        thresholds=with_changes(Thresholds(), options.thresholds),
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
        outputs.write_with(options.html, lambda path: _write_html(result, path, energy_unit(options.unit)))
    return outputs


def _write_html(result: Result, path: Path, unit: EnergyUnit) -> None:
    from bsct_explorer.export.html_report import write_html

    write_html(result.studies, path, unit)
