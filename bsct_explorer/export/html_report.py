"""A study as one HTML file: curves, findings, metrics, provenance. It needs no network and no server."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from bsct_explorer.analysis import verdict_line
from bsct_explorer.artifacts import SEVERITIES
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.sentences import refuted_in_words, verdict_in_words
from bsct_explorer.artifacts.shown_units import told_in, told_story
from bsct_explorer.metrics import METRICS
from bsct_explorer.plots.looks import SEVERITY_MARKS, Look
from bsct_explorer.plots.shown_curves import REFERENCE, PlotSettings
from bsct_explorer.plots.standalone_html import bokeh_script, embedded
from bsct_explorer.plots.study_figures import study_curves, study_plots
from bsct_explorer.study import remarks_of, source_line
from bsct_explorer.study.remarks_list import MOLECULE
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import number, short, signed
from bsct_explorer.words.units import EV, EnergyUnit, factor_of, in_unit, quantity, unit_in, with_unit

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Artifact
    from bsct_explorer.artifacts.stories import Story
    from bsct_explorer.study import Study

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 1060px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
p.sub, footer, .why { color: #59636e; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e8eaed; }
td.n, th.n { text-align: right; }
.swatch { display: inline-block; width: 1.4em; vertical-align: middle; }
ol.findings li { margin-bottom: .7rem; } .scroll { overflow-x: auto; } code { overflow-wrap: anywhere; }
"""


def html_text(studies: Study | Sequence[Study], unit: EnergyUnit = EV) -> str:
    """The report as text, energies in `unit`: one document with its script and style inside."""
    several = list(studies) if isinstance(studies, Sequence) else [studies]
    molecule = several[0].scan.molecule
    drawn = [study for study in several if study.analyses]
    scripts, divs = embedded([study_plots(study, unit) for study in drawn])
    library = bokeh_script() if drawn else ""
    plots = {id(study): div for study, div in zip(drawn, divs, strict=True)}
    charge = signed(molecule.charge)
    sent = f"{molecule.formula} · {len(molecule)} atoms · charge {charge} · multiplicity {molecule.multiplicity}"
    body = [
        f"<h1>{escape(molecule.name)}</h1>",
        f'<p class="sub">{escape(sent)}</p>',
        *(f"<p>{escape(in_unit(note, unit))}</p>" for note in molecule.notes),
        *(_section(study, plots.get(id(study), ""), unit) for study in several),
        _provenance(several[0]),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(molecule.name)} · BSCT Explorer</title>\n<style>{_STYLE}</style>\n{library}\n</head>\n<body>\n"
        + "\n".join(body)
        + f"\n{scripts}\n</body></html>\n"
    )


def _named(study: Study) -> list[tuple[str, Look, Analysis]]:
    """Name, look and analysis of the reference, then of each potential."""
    shown = study_curves(study, PlotSettings())
    told = []
    for key in sorted(shown.analyses, key=lambda key: key != REFERENCE):
        analysis = shown.analyses[key]
        name = analysis.profile.info.display_name
        told.append((f"{name} (reference)" if key == REFERENCE else name, shown.look(key), analysis))
    return told


# words


def _section(study: Study, plot: str, unit: EnergyUnit) -> str:
    values = study.scan.values
    label = atoms_label(study.scan.molecule.symbols, study.scan.atoms)
    end = with_unit(number(float(values[-1]), 4), study.scan.unit)
    span = f"{number(float(values[0]), 4)} to {end}, {len(values)} frames"
    reference = (
        f"Reference: none ({study.reference_note})"
        if study.reference is None
        else f"Reference: {source_line(study.reference.info)}"
    )
    failed = "".join(
        f"<p><b>{escape(f.model)}</b> gave no curve: {escape(in_unit(f.error, unit))}</p>" for f in study.failed
    )
    words = _findings_list(study, unit) + _metrics_table(study, unit) + _remarks(study, unit) if study.analyses else ""
    return (
        f"<h2>{escape(study.scan.kind.capitalize())} {escape(label)}</h2>"
        f'<p class="sub">{escape(span)}. {escape(reference)}.</p>{failed}{plot}{words}'
    )


def _stories(study: Study) -> list[tuple[Story, str]]:
    found = [(story, name) for name, _, analysis in _named(study) for story in analysis.stories]
    return sorted(found, key=lambda item: SEVERITIES.index(item[0].severity))


def _story(story: Story, name: str, unit: EnergyUnit, coordinate: str) -> str:
    """One story: what happens, whether it is certified and why, what it does; its parts folded."""
    lead = told_in(story.lead, unit)
    kind, several = kind_of(lead.kind), len(story.parts) > 1
    what = f"{len(story.parts)} findings" if several else f"{kind.title}"
    size = "" if several else f", {quantity(lead.size, lead.unit, unit)}"
    parts = "".join(f"<li>{_part(told_in(part, unit), unit)}</li>" for part in story.parts) if several else ""
    folded = f"<details><summary>The {len(story.parts)} findings</summary><ul>{parts}</ul></details>" if parts else ""
    return (
        f"<li>{SEVERITY_MARKS[story.severity]} <b>{escape(name)}</b>, {escape(what)} ({story.severity}){escape(size)}"
        f"<br>{escape(told_story(story, unit))}<br>{escape(verdict_in_words(lead))}"
        f'<br><span class="why">{escape(kind.why_it_matters(coordinate))}</span>{folded}</li>'
    )


def _part(artifact: Artifact, unit: EnergyUnit) -> str:
    title, size = kind_of(artifact.kind).title, quantity(artifact.size, artifact.unit, unit)
    return f"{SEVERITY_MARKS[artifact.severity]} {escape(title)}, {escape(size)}. {escape(artifact.explanation)}"


def _findings_list(study: Study, unit: EnergyUnit) -> str:
    coordinate = study.scan.kind
    items = [_story(story, name, unit, coordinate) for story, name in _stories(study)]
    verdicts = "".join(
        f"<p><b>{escape(analysis.profile.info.display_name)}</b>: {escape(in_unit(verdict_line(analysis), unit))}</p>"
        for analysis in study.analyses
    )
    listed = f'<ol class="findings">{"".join(items)}</ol>' if items else "<p>None above the thresholds.</p>"
    undecided = "".join(
        f"<li><b>{escape(name)}</b>, {escape(kind_of(artifact.kind).title)}<br>"
        f"{escape(told_in(artifact, unit).explanation)}</li>"
        for name, _, analysis in _named(study)
        for artifact in analysis.undecided
    )
    open_ones = f"<h3>Undecided</h3><ul>{undecided}</ul>" if undecided else ""
    refuted = "".join(
        f"<p>Refuted with the live potential, {escape(name)}: {refuted_in_words(analysis.refuted)}.</p>"
        for name, _, analysis in _named(study)
        if analysis.refuted
    )
    return f"{verdicts}<h3>Findings, worst first</h3>{listed}{open_ones}{refuted}"


def _metrics_table(study: Study, unit: EnergyUnit) -> str:
    named = _named(study)
    heads = "".join(
        f'<th class="n" scope="col"><span class="swatch" style="{look.border(False)}"></span> {escape(name)}</th>'
        for name, look, _ in named
    )
    rows = []
    for key, metric in METRICS.items():
        cells = "".join(
            f'<td class="n" title="{escape(in_unit(analysis.metrics.notes.get(key, ""), unit))}">'
            f"{_metric_text(analysis, key, unit)}</td>"
            for _, _, analysis in named
        )
        tip = escape(in_unit(f"{metric.description} {metric.formula}. {metric.source}", unit))
        inside = f" ({escape(unit_in(metric.unit, unit))})" if metric.unit else ""
        rows.append(f'<tr><th scope="row" title="{tip}">{escape(metric.label)}{inside}</th>{cells}</tr>')
    return (
        f'<h3>Metrics</h3><p class="sub">FSD with ε = {short(study.eps)} eV/Å on {len(study.scan)} frames. Hold the '
        f'pointer over a name for its definition, over a dash for why there is no value.</p><div class="scroll"><table>'
        f'<thead><tr><th scope="col">Metric</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _metric_text(analysis: Analysis, key: str, unit: EnergyUnit) -> str:
    value = analysis.metrics.values.get(key)
    return number(value if value is None else value * factor_of(METRICS[key].unit, unit), 4)


def _remarks(study: Study, unit: EnergyUnit) -> str:
    """The list of remarks, doubts first and bold; the molecule's stand at the top unless they cast doubt."""
    beside = [each for each in remarks_of(study) if each.doubt or each.about != MOLECULE]
    items = [
        f"<li><b>{escape(each.name)}</b>: {_doubtful(escape(in_unit(each.remark, unit)), each.doubt)}</li>"
        for each in sorted(beside, key=lambda each: not each.doubt)
    ]
    return f"<h3>Remarks</h3><ul>{''.join(items)}</ul>" if items else ""


def _doubtful(text: str, doubt: bool) -> str:
    return f"<strong>{text}</strong>" if doubt else text


def _provenance(study: Study) -> str:
    provenance = study.provenance
    rows: list[tuple[str, str]] = [
        ("BSCT Explorer", provenance.version),
        ("Date", provenance.date),
        ("Command", provenance.command or provenance.notes.get("command", "")),
        ("Packages", ", ".join(f"{name} {version}" for name, version in provenance.packages.items())),
    ]
    for model, digest in provenance.weights_sha256.items():
        rows.append((f"Weights of {model}", digest or provenance.notes.get(f"weights_sha256.{model}", "")))
    rows.append(("Thresholds", ", ".join(f"{key} {value:g}" for key, value in vars(study.thresholds).items())))
    cells = "".join(f'<tr><th scope="row">{escape(k)}</th><td><code>{escape(v)}</code></td></tr>' for k, v in rows)
    return f'<h2>Provenance</h2><div class="scroll"><table>{cells}</table></div>'
