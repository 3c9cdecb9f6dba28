"""`scan`: one bond or all of them, to a table on the terminal and to files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.output_files import Outputs
from bsct_explorer.cli.remarks_text import exit_code
from bsct_explorer.cli.scan_options import ScanOptions
from bsct_explorer.cli.scan_text import scan_text
from bsct_explorer.cli.shared_options import DEFAULT_MODEL
from bsct_explorer.cli.streams import ProgressLine, complain, only_results_on_stdout, write_stdout
from bsct_explorer.words.units import energy_unit

if TYPE_CHECKING:
    from bsct_explorer.study import BondSurvey, Study

_EXAMPLES = """\
examples:
  bsct-explorer scan ethane --bond 0-1 --model ani1x --model so3lr --html ethane.html
  bsct-explorer scan CCO --bond 1-2 --range 0.6:2.5 --points 200 --json - | jq .profiles[0].metrics
  bsct-explorer scan aspirin --all-bonds --json bonds.json
  bsct-explorer scan water --angle 1-0-2 --range 70:170 --model ani1x
  bsct-explorer scan butane --torsion 0-1-2-3 --model ani1x --model so3lr
  bsct-explorer scan bsct-spice:C-C/7648 --data ~/bsct_spice --model my_model.py:calculator
  bsct-explorer scan ethane --bond 0-1 --reference my_dft.csv --reference-level "CCSD(T)/CBS"
"""


def scan(options: ScanOptions) -> int:
    """Run the command."""
    from bsct_explorer.study import studies_of

    result = compute(options)
    outputs = write_files(options, result)
    studies = studies_of(result)
    if not any(study.analyses for study in studies):
        studies[0].require_a_curve()
    if not options.outputs.on_stdout:
        write_stdout(scan_text(result, energy_unit(options.outputs.unit)))
    outputs.raise_failures()
    return strict_code(options, studies)


def strict_code(options: ScanOptions, studies: Sequence[Study]) -> int:
    """The exit code by the remarks, with ``--strict``."""
    from bsct_explorer.study import remarks_of_all

    return exit_code(remarks_of_all(studies), strict=options.outputs.strict)


def compute(options: ScanOptions) -> Study | BondSurvey:
    """Everything up to the result; nothing is printed but progress, and no file is written."""
    options.outputs.check()
    options.judging.check()
    progress = ProgressLine()
    try:
        with only_results_on_stdout(options.call.debug):
            result = _computed(options, progress)
    finally:
        progress.clear()
    return result


def _computed(options: ScanOptions, progress: ProgressLine) -> Study | BondSurvey:
    from bsct_explorer.study import Hooks, all_bonds, run_study

    settings, hooks = options.settings(), Hooks(progress, loading=progress.say)
    models = options.judging.models or (DEFAULT_MODEL,)
    molecule = options.molecule.load()
    if options.driven.all_bonds:
        return all_bonds(molecule, models, settings, hooks, pull=options.driven.pull())
    return run_study(options.driven.scan(molecule), models, settings, hooks)


def write_files(options: ScanOptions, result: Study | BondSurvey) -> Outputs:
    """Say what failed, and write what was asked for."""
    from bsct_explorer.study import studies_of

    studies = studies_of(result)
    for failure in _failures(studies):
        complain(failure, kind="warning")
    has_a_curve = any(study.analyses for study in studies)
    return options.outputs.write(result, energy_unit(options.outputs.unit), has_a_curve=has_a_curve)


def _failures(studies: Sequence[Study]) -> list[str]:
    """Sentences on potentials that gave no curve, each once; nothing where none did, as that is the error itself."""
    sentences: dict[str, None] = {}
    for study in studies:
        if study.analyses:
            sentences |= {f"{failure.model} gave no curve: {failure.error}": None for failure in study.failed}
    return list(sentences)


COMMAND = Command(
    name="scan",
    place=40,
    help="pull a bond (or bend an angle, or turn a torsion), and list what is wrong with the curves",
    options=ScanOptions,
    run=scan,
    description="Pull one bond (or every bond) of a molecule rigidly apart, bend an angle or turn a torsion,\n"
    "and judge each potential's curve.\n"
    "Exit code 0 while at least one potential gave a curve, 2 when none did or, with --strict, a remark casts doubt.",
    epilog=_EXAMPLES,
)
