"""`check`: a scan held against limits, with an exit code for CI."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from bsct_explorer.cli import argument_types
from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.options import OptionError, Options, option, options_of
from bsct_explorer.cli.remarks_text import remarks_text
from bsct_explorer.cli.scan_command import compute, strict_code, write_files
from bsct_explorer.cli.scan_options import ScanOptions
from bsct_explorer.cli.streams import complain, write_stdout
from bsct_explorer.cli.text_tables import table
from bsct_explorer.words.numbers import short
from bsct_explorer.words.units import EV, EnergyUnit, energy_unit, factor_of, in_unit, unit_in

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.study import Study

Verdict = Literal["holds", "falls short", "not checked"]
HOLDS, FALLS_SHORT, NOT_CHECKED = 0, 1, 2

_EXAMPLES = """\
exit code:
  0 every limit holds for every model; 1 a limit is exceeded; 2 something could not be computed or checked,
  or, with --strict, a remark casts doubt on the numbers

examples:
  bsct-explorer check ethane --bond 0-1 --model my_model.py:calculator --max artificial-minimum=0 --max energy-step=0
  bsct-explorer check bsct-spice:C-C/7648 --data ~/bsct_spice --model ani1x --max fsd_full=60
"""


@dataclass(frozen=True, kw_only=True)
class CheckOptions(Options):
    """Options of `check`: limits, and a scan."""

    limits: tuple[tuple[str, float], ...] = option(
        "--max",
        action="append",
        required=True,
        type=argument_types.limit,
        metavar="NAME=VALUE",
        help="greatest value allowed of a metric (fsd_full=60), number of findings of a kind (energy-step=0), or "
        "number of frames without an answer (failed-frames=3; the default is 0, and beyond it nothing else holds); may "
        "be repeated",
    )
    scan: ScanOptions = options_of(ScanOptions)


@dataclass(frozen=True)
class LimitRow:
    """One limit on one potential's curve of one bond."""

    atoms: str
    model: str
    name: str
    value: float | None
    limit: float
    reason: str = ""
    """Why there is no value, or why one within the limit says nothing."""

    @property
    def verdict(self) -> Verdict:
        if self.value is not None and self.value > self.limit:
            return "falls short"
        return "not checked" if self.value is None or self.reason else "holds"


def check(options: CheckOptions) -> int:
    """Run the command."""
    from bsct_explorer.study import remarks_of_all, studies_of

    check_names([name for name, _ in options.limits])
    result = compute(options.scan)
    rows = [row for study in studies_of(result) for row in rows_of(study, options.limits)]
    outputs = write_files(options.scan, result)
    if not options.scan.outputs.on_stdout:
        shown = energy_unit(options.scan.outputs.unit)
        write_stdout(_before(remarks_text(remarks_of_all(studies_of(result)), shown)) + report(rows, shown))
    outputs.raise_failures()
    missing = [row for row in rows if row.verdict == "not checked"]
    if missing:
        first = missing[0]
        complain(
            f"{len(missing)} of {len(rows)} limits could not be checked. {first.model}, {first.name}: {first.reason}"
        )
    return exit_code(rows) or strict_code(options.scan, studies_of(result))


def _before(remarks: str) -> str:
    """The remarks above the table: how it ended is the last line."""
    return f"{remarks.lstrip()}\n" if remarks else ""


def exit_code(rows: Sequence[LimitRow]) -> int:
    """0 all hold; 1 one is exceeded, whatever could not be checked; 2 none is exceeded but one could not be checked."""
    verdicts = {row.verdict for row in rows}
    if "falls short" in verdicts:
        return FALLS_SHORT
    return NOT_CHECKED if "not checked" in verdicts or not rows else HOLDS


def check_names(names: Sequence[str]) -> None:
    """Refuse a limit on something that does not exist: it would hold for ever.

    Raises
    ------
    OptionError
        With close names.
    """
    from bsct_explorer.artifacts import KINDS
    from bsct_explorer.metrics import METRICS
    from bsct_explorer.study.judged import FAILED_FRAMES

    known = [*METRICS, *KINDS, FAILED_FRAMES]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3)
            hint = f"Did you mean {' or '.join(close)}? " if close else ""
            raise OptionError(
                f"--max: {name!r} is neither a metric nor a kind of finding, nor {FAILED_FRAMES}. {hint}"
                f"There are: {', '.join(known)}."
            )


def rows_of(study: Study, limits: Sequence[tuple[str, float]]) -> list[LimitRow]:
    """Every limit on every potential, those without a curve included: they cannot be checked."""
    from bsct_explorer.study.judged import FAILED_FRAMES, failed_frames, why_not_judged

    atoms = "-".join(map(str, study.scan.atoms))
    rows = []
    for analysis in study.analyses:
        model, doubt = analysis.profile.info.name, why_not_judged(analysis, dict(limits).get(FAILED_FRAMES, 0.0))
        for name, limit in limits:
            if name == FAILED_FRAMES:
                rows.append(LimitRow(atoms, model, name, float(failed_frames(analysis)), limit))
                continue
            value, reason = value_of(analysis, name, limit)
            rows.append(LimitRow(atoms, model, name, value, limit, reason or doubt))
    for failure in study.failed:
        rows += [LimitRow(atoms, failure.model, name, None, limit, failure.error) for name, limit in limits]
    return rows


def value_of(analysis: Analysis, name: str, limit: float) -> tuple[float | None, str]:
    """A metric's value or the number of findings of a kind; None and the reason where it could not be had.

    A number of findings comes with a reason where undecided ones could make it exceed the limit.
    """
    values = analysis.metrics.values
    if name in values:
        value = values[name]
        return (None, analysis.metrics.notes.get(name, "it has no value")) if value is None else (float(value), "")
    count = sum(artifact.kind == name for artifact in analysis.artifacts)
    undecided = [artifact for artifact in analysis.undecided if artifact.kind == name]
    breaks = count + len(undecided) > limit and undecided
    reason = f"{count} found and {len(undecided)} undecided: {undecided[0].explanation}" if breaks else ""
    return float(count), reason


def report(rows: Sequence[LimitRow], shown: EnergyUnit) -> str:
    """The table of what was checked, and a last line that says how it ended."""
    head = ("verdict", "bond", "model", "what", "value", "limit", "unit", "reason")
    text = table([_cells(row, shown) for row in rows], head, right=(4, 5))
    if shown != EV and any(factor_of(unit_of(row.name), shown) != 1 for row in rows):
        text += f"Values and limits in {shown.name}; --max is read in eV.\n"
    counts = [f"{sum(row.verdict == verdict for row in rows)} {verdict}" for verdict in get_args(Verdict)]
    return text + ", ".join(counts) + "\n"


def _cells(row: LimitRow, shown: EnergyUnit) -> tuple[str, ...]:
    unit = unit_of(row.name)
    value, limit = (None if x is None else x * factor_of(unit, shown) for x in (row.value, row.limit))
    reason = in_unit(row.reason, shown)
    return row.verdict, row.atoms, row.model, row.name, short(value), short(limit), unit_in(unit, shown), reason


def unit_of(name: str) -> str:
    """A metric's unit; a kind of finding is counted, and has none."""
    from bsct_explorer.metrics import METRICS

    return METRICS[name].unit if name in METRICS else ""


COMMAND = Command(
    name="check",
    place=50,
    help="scan, and fail where a limit is exceeded (for CI)",
    options=CheckOptions,
    run=check,
    description="Scan as `scan` does, then hold metrics and numbers of findings against limits.",
    epilog=_EXAMPLES,
)
