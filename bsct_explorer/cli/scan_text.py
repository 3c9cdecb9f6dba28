"""What `scan` says on the terminal: findings worst first, metrics, remarks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from bsct_explorer.cli.molecule_text import headline
from bsct_explorer.cli.remarks_text import common_remarks, remarks_text
from bsct_explorer.cli.text_tables import table, wrapped
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.energy_zeros import ENERGY_ZEROS
from bsct_explorer.words.numbers import short
from bsct_explorer.words.units import EnergyUnit, factor_of, in_unit, quantity, unit_in, with_unit

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Artifact
    from bsct_explorer.artifacts.stories import Story
    from bsct_explorer.study import BondSurvey, Said, Study

MOST_PARTS = 4
"""Parts of one story that are listed on the terminal."""


def scan_text(result: Study | BondSurvey, shown: EnergyUnit) -> str:
    """What a person reads of one study, or of all bonds of a molecule, worst first."""
    from bsct_explorer.study import Study, studies_of

    studies, skipped = studies_of(result), () if isinstance(result, Study) else result.skipped
    text = headline(studies[0].scan.molecule, shown)
    if len(studies) > 1:
        text += f"{len(studies)} bonds, worst first.\n"
    common = common_remarks(result)
    text += "".join("\n" + study_text(study, shown, () if len(studies) == 1 else common) for study in studies)
    if skipped:
        rows = [(bond.label, bond.reason or "") for bond in skipped]
        text += "\nNot pulled\n" + table(rows, indent="  ")
    return text if len(studies) == 1 else text + remarks_text(common, shown)


def study_text(study: Study, shown: EnergyUnit, said_elsewhere: Collection[Said] = ()) -> str:
    """One bond: findings worst first, then metrics, and the remarks that are not said elsewhere."""
    from bsct_explorer.study import remarks_of

    parts = (_verdicts, _findings, _curves, _metrics)
    said = [each for each in remarks_of(study) if each not in said_elsewhere]
    return _scan_line(study) + "".join(part(study, shown) for part in parts) + remarks_text(said, shown)


def _scan_line(study: Study) -> str:
    from bsct_explorer.study import source_line

    values, unit = study.scan.values, study.scan.unit
    label = atoms_label(study.scan.molecule.symbols, study.scan.atoms)
    reference = source_line(study.reference.info) if study.reference else f"none ({study.reference_note})"
    span = f"{short(values[0])} to {with_unit(short(values[-1]), unit)}"
    return f"{study.scan.kind.capitalize()} {label}, {span}, {len(values)} frames\nReference: {reference}\n"


def _verdicts(study: Study, shown: EnergyUnit) -> str:
    """One line a potential: how far it can be trusted, and what is worst."""
    from bsct_explorer.analysis import verdict_line

    lines = [f"{name_of(study, each)}: {in_unit(verdict_line(each), shown)}" for each in study.analyses]
    return "".join(["\n", *(wrapped(line) for line in lines)]) if lines else ""


def _findings(study: Study, shown: EnergyUnit) -> str:
    from bsct_explorer.artifacts import SEVERITIES
    from bsct_explorer.artifacts.sentences import verdict_in_words
    from bsct_explorer.artifacts.shown_units import told_in, told_story

    found = [(analysis, story) for analysis in sources(study) for story in analysis.stories]
    if not found:
        places = [(name_of(study, analysis), analysis.fsd_maximum) for analysis in study.analyses]
        alarms = [place.alarm(name) for name, place in places if place is not None]
        none = "\nFindings: none\n" if study.analyses else ""
        return none + "".join(wrapped(alarm, "  ") for alarm in alarms if alarm) + _undecided(study, shown)
    found.sort(key=lambda pair: SEVERITIES.index(pair[1].severity))
    unit, indent = study.scan.unit, " " * 12
    text = f"\nFindings, worst first ({_counted(found)})\n"
    for analysis, story in found:
        lead, name = story.lead, name_of(study, analysis)
        if len(story.parts) == 1:
            text += f"  {lead.severity:9} {name}  {_in_short(lead, unit, shown)}\n"
        else:
            span = f"{short(story.interval[0])} to {with_unit(short(story.interval[1]), unit)}"
            text += f"  {story.severity:9} {name}  {len(story.parts)} findings, {span}\n"
        text += wrapped(told_story(story, shown), indent)
        text += wrapped(verdict_in_words(told_in(lead, shown)), indent)
        if len(story.parts) > 1:
            text += "".join(f"{indent}- {_in_short(part, unit, shown)}\n" for part in story.parts[:MOST_PARTS])
        if len(story.parts) > MOST_PARTS:
            text += f"{indent}  and {len(story.parts) - MOST_PARTS} more, which --json lists\n"
    return text + _undecided(study, shown) + _refuted(study)


def _counted(found: Sequence[tuple[Analysis, Story]]) -> str:
    """``3``, or ``2 stories of 62 findings`` where they are not as many."""
    parts = sum(len(story.parts) for _, story in found)
    if parts == len(found):
        return str(parts)
    return f"{len(found)} {'story' if len(found) == 1 else 'stories'} of {parts} findings"


def _in_short(artifact: Artifact, unit: str, shown: EnergyUnit) -> str:
    place, size = with_unit(short(artifact.location), unit), quantity(artifact.size, artifact.unit, shown)
    return f"{artifact.kind} at {place}, {size}"


def _undecided(study: Study, shown: EnergyUnit) -> str:
    """Each candidate that could be neither confirmed nor refuted, and why."""
    from bsct_explorer.artifacts.shown_units import told_in

    text, unit = "", study.scan.unit
    for analysis in sources(study):
        for artifact in analysis.undecided:
            place = with_unit(short(artifact.location), unit)
            text += f"  undecided {name_of(study, analysis)}  {artifact.kind} at {place}\n"
            text += wrapped(told_in(artifact, shown).explanation, " " * 12)
    return text


def _refuted(study: Study) -> str:
    """How many candidates the live potential disproved, and why."""
    from bsct_explorer.artifacts.sentences import refuted_in_words

    text = ""
    for analysis in sources(study):
        counts = refuted_in_words(analysis.refuted)
        if counts:
            text += f"  Refuted with the live potential, {name_of(study, analysis)}: {counts}\n"
    return text


def _curves(study: Study, shown: EnergyUnit) -> str:
    """Where energies are zero, and how far an ensemble's members and the forces' integral depart from the energy."""
    if not study.analyses:
        return ""
    analyses, values, unit = sources(study), study.scan.values, study.scan.unit
    curves = [study.relative(analysis) for analysis in analyses]
    zeros = [None if curve.zero_frame is None else float(values[curve.zero_frame]) for curve in curves]
    rows = [
        ("energy_zero", unit, zeros),
        ("path_energies, farthest from the energies", "eV", [curve.path_departure for curve in curves]),
        ("relative_energy_spread, greatest", "eV", [curve.largest_energy_spread for curve in curves]),
        ("force_spread, greatest", f"eV/{unit}", [curve.largest_force_spread for curve in curves]),
    ]
    cells = [
        (name, unit_in(unit, shown), *_numbers(found, unit, shown))
        for name, unit, found in rows
        if any(value is not None for value in found)
    ]
    head = ("curve", "unit", *(name_of(study, analysis) for analysis in analyses))
    text = f"\nCurves (energies relative to {ENERGY_ZEROS[study.settings.energy_zero]})\n"
    return text + table(cells, head, right=range(2, len(head)), indent="  ")


def _numbers(values: Sequence[float | None], unit: str, shown: EnergyUnit) -> list[str]:
    factor = factor_of(unit, shown)
    return [short(value if value is None else value * factor) for value in values]


def _metrics(study: Study, shown: EnergyUnit) -> str:
    from bsct_explorer.metrics import METRICS

    analyses = sources(study)
    if not study.analyses:
        return ""
    rows = []
    for key, metric in METRICS.items():
        values = [analysis.metrics.values.get(key) for analysis in analyses]
        if any(value is not None for value in values):
            rows.append((key, unit_in(metric.unit, shown), *_numbers(values, metric.unit, shown)))
    head = ("metric", "unit", *(name_of(study, analysis) for analysis in analyses))
    settings = f"FSD: eps {short(study.eps)} eV/Å, {len(study.scan)} frames; – has no value, --json says why"
    return f"\nMetrics ({settings})\n" + table(rows, head, right=range(2, len(head)), indent="  ")


def sources(study: Study) -> list[Analysis]:
    """The potentials' analyses, then the reference's own."""
    return [*study.analyses, *([study.reference_analysis] if study.reference_analysis else [])]


def name_of(study: Study, analysis: Analysis) -> str:
    """A potential's name for a person; the reference is called so."""
    name = analysis.profile.info.display_name
    return f"{name} (reference)" if analysis is study.reference_analysis else name
