"""A study as one HTML file: curves, findings, metrics, provenance. It needs no network and no server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bsct_explorer.artifacts import SEVERITIES
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.sentences import refuted_in_words, verdict_in_words
from bsct_explorer.artifacts.shown_units import told_in
from bsct_explorer.export.curves_csv import model_labels
from bsct_explorer.metrics import METRICS
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.plots.figure_plot import REPORT
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.finding_marks import mark_of
from bsct_explorer.plots.looks import REFERENCE_LOOK, SEVERITY_MARKS, Look, look_of
from bsct_explorer.plots.shown_curves import REFERENCE, PlotSettings, ShownCurves
from bsct_explorer.plots.standalone_html import bokeh_script, embedded
from bsct_explorer.study import source_line
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import number, short, signed
from bsct_explorer.words.units import EV, EnergyUnit, factor_of, in_unit, quantity, unit_in, with_unit

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Artifact
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


def write_html(studies: Study | Sequence[Study], path: str | Path, unit: EnergyUnit = EV) -> None:
    """Write the report of one study, or of several (all bonds of a molecule), to `path`, energies in `unit`."""
    Path(path).write_text(html_text(studies, unit), encoding="utf-8")


def html_text(studies: Study | Sequence[Study], unit: EnergyUnit = EV) -> str:
    """The report as text, energies in `unit`: one document with its script and style inside."""
    several = list(studies) if isinstance(studies, Sequence) else [studies]
    molecule = several[0].scan.molecule
    drawn = [study for study in several if study.analyses]
    scripts, divs = embedded([_plots(study, unit) for study in drawn])
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


@dataclass(frozen=True)
class _Source:
    """A curve of the report: its key among the figures, how it looks, and what it is called."""

    key: str
    analysis: Analysis
    look: Look
    name: str


def _sources(study: Study) -> list[_Source]:
    """The reference, then each potential."""
    own = tuple(analysis.profile.info.name for analysis in study.analyses)
    found = [
        _Source(key, analysis, look_of(analysis.profile.info.name, own), analysis.profile.info.display_name)
        for key, analysis in zip(model_labels(study), study.analyses, strict=True)
    ]
    if study.reference_analysis is not None:
        name = f"{study.reference_analysis.profile.info.display_name} (reference)"
        found.insert(0, _Source(REFERENCE, study.reference_analysis, REFERENCE_LOOK, name))
    return found


# plots


def _plots(study: Study, unit: EnergyUnit) -> CurvePlots:
    """The page's own figures, those that have something to draw."""
    sources = _sources(study)
    shown = ShownCurves(
        {source.key: source.analysis for source in sources},
        {source.key: source.look for source in sources},
        PlotSettings(zero=study.settings.energy_zero, energy_unit=unit),
    )
    plots = CurvePlots(REPORT, [record for record in FIGURES.values() if record.curves(shown)])
    plots.show(shown)
    plots.show_marks(
        [
            mark_of(
                f"{source.key}/{k}",
                source.key,
                told_in(artifact, unit),
                source.analysis,
                status="certified" if artifact.certified else "on the curve",
                firm=True,
            )
            for source in sources
            for k, artifact in enumerate(source.analysis.artifacts)
        ]
    )
    return plots


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


def _findings(study: Study) -> list[tuple[Artifact, str]]:
    found = [(artifact, source.name) for source in _sources(study) for artifact in source.analysis.artifacts]
    return sorted(found, key=lambda item: SEVERITIES.index(item[0].severity))


def _findings_list(study: Study, unit: EnergyUnit) -> str:
    coordinate = study.scan.kind
    items = [
        f"<li>{SEVERITY_MARKS[artifact.severity]} <b>{escape(name)}</b>, {escape(kind_of(artifact.kind).title)} "
        f"({artifact.severity}), {escape(quantity(artifact.size, artifact.unit, unit))}<br>"
        f"{escape(artifact.explanation)}<br>{escape(verdict_in_words(artifact))}"
        f'<br><span class="why">{escape(kind_of(artifact.kind).why_it_matters(coordinate))}</span></li>'
        for artifact, name in ((told_in(artifact, unit), name) for artifact, name in _findings(study))
    ]
    listed = f'<ol class="findings">{"".join(items)}</ol>' if items else "<p>None above the thresholds.</p>"
    refuted = "".join(
        f"<p>Refuted with the live potential, {escape(source.name)}: {refuted_in_words(source.analysis.refuted)}.</p>"
        for source in _sources(study)
        if source.analysis.refuted
    )
    return f"<h3>Findings, worst first</h3>{listed}{refuted}"


def _metrics_table(study: Study, unit: EnergyUnit) -> str:
    sources = _sources(study)
    heads = "".join(
        f'<th class="n" scope="col"><span class="swatch" style="{look.border(False)}"></span> {escape(name)}</th>'
        for look, name in ((source.look, source.name) for source in sources)
    )
    rows = []
    for key, metric in METRICS.items():
        cells = "".join(
            f'<td class="n" title="{escape(in_unit(source.analysis.metrics.notes.get(key, ""), unit))}">'
            f"{_metric_text(source.analysis, key, unit)}</td>"
            for source in sources
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
    items = []
    for source in _sources(study):
        analysis, name = source.analysis, source.name
        notes = dict.fromkeys([*analysis.profile.info.notes, *analysis.profile.evaluation.notes, *analysis.remarks])
        items += [f"<li><b>{escape(name)}</b>: {escape(in_unit(note, unit))}</li>" for note in notes]
    return f"<h3>Remarks</h3><ul>{''.join(items)}</ul>" if items else ""


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
