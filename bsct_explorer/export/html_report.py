"""A study as one HTML file: curves, findings, metrics, provenance. It needs no network and no server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.embed import components
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.models.annotations import BoxAnnotation, Span
from bokeh.plotting import figure
from bokeh.resources import Resources

from bsct_explorer.artifacts import SEVERITIES
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.artifacts.sentences import refuted_in_words, verdict_in_words
from bsct_explorer.export.curves_csv import zero_frame
from bsct_explorer.metrics import METRICS, clean_curve
from bsct_explorer.plots.looks import REFERENCE_LOOK, SEVERITY_MARKS, Look, look_of
from bsct_explorer.study import source_line
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import number, signed
from bsct_explorer.words.units import quantity

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis
    from bsct_explorer.artifacts import Artifact
    from bsct_explorer.data import Floats
    from bsct_explorer.study import Study

HEADROOM = 0.35
"""Space above the well and the dissociation, as a part of their span: the wall is cut off, it would hide both."""

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 1060px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
p.sub, footer, .why { color: #59636e; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e8eaed; }
td.n, th.n { text-align: right; }
.swatch { display: inline-block; width: 1.4em; border-top: 3px solid; vertical-align: middle; }
ol.findings li { margin-bottom: .7rem; } .scroll { overflow-x: auto; } code { overflow-wrap: anywhere; }
"""


def write_html(studies: Study | Sequence[Study], path: str | Path) -> None:
    """Write the report of one study, or of several (all bonds of a molecule), to `path`."""
    Path(path).write_text(html_text(studies), encoding="utf-8")


def html_text(studies: Study | Sequence[Study]) -> str:
    """The report as text: one document with its script and style inside."""
    several = list(studies) if isinstance(studies, Sequence) else [studies]
    molecule = several[0].scan.molecule
    drawn = [study for study in several if study.analyses]
    scripts, divs = components(tuple(_plots(study) for study in drawn)) if drawn else ("", ())
    # Only the core of BokehJS: no widgets, tables or MathJax are drawn, and they would treble the size.
    library = _bokeh_inline() if drawn else ""
    plots = {id(study): div for study, div in zip(drawn, divs, strict=True)}
    charge = signed(molecule.charge)
    sent = f"{molecule.formula} · {len(molecule)} atoms · charge {charge} · multiplicity {molecule.multiplicity}"
    body = [
        f"<h1>{escape(molecule.name)}</h1>",
        f'<p class="sub">{escape(sent)}</p>',
        *(f"<p>{escape(note)}</p>" for note in molecule.notes),
        *(_section(study, plots.get(id(study), "")) for study in several),
        _provenance(several[0]),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(molecule.name)} · BSCT Explorer</title>\n<style>{_STYLE}</style>\n{library}\n</head>\n<body>\n"
        + "\n".join(body)
        + f"\n{scripts}\n</body></html>\n"
    )


def _sources(study: Study) -> list[tuple[Analysis, Look, str]]:
    """Analysis, look and name of the reference, then of each potential."""
    own = tuple(analysis.profile.info.name for analysis in study.analyses)
    found = [
        (analysis, look_of(analysis.profile.info.name, own), analysis.profile.info.display_name)
        for analysis in study.analyses
    ]
    if study.reference_analysis is not None:
        name = f"{study.reference_analysis.profile.info.display_name} (reference)"
        found.insert(0, (study.reference_analysis, REFERENCE_LOOK, name))
    return found


# plots


def _bokeh_inline() -> str:
    """BokehJS as text. `Resources.render` would also link scripts of other packages' models that are loaded."""
    texts = Resources(mode="inline", components=["bokeh"]).js_raw
    return "\n".join(f"<script>\n{text}\n</script>" for text in texts)


def _plots(study: Study) -> Any:
    unit = study.scan.unit
    what = "Bond length" if study.scan.kind == "bond" else study.scan.kind.capitalize()
    energy = _figure(f"{what} ({unit})", "Energy (eV), 0 at equilibrium", 330)
    force = _figure(f"{what} ({unit})", f"Generalized force (eV/{unit})", 270, energy.x_range)
    force.add_layout(Span(dimension="width", location=0.0, line_color="#8A929B", line_width=1))
    figures = [energy, force]
    with_fsd = [analysis for analysis in study.analyses if analysis.fsd is not None]
    deviation = _figure(f"{what} ({unit})", "L of FSD", 220, energy.x_range) if with_fsd else None
    shown, pushed = [], []
    for analysis, look, name in _sources(study):
        energies, forces = clean_curve(analysis.profile)
        origin = zero_frame(analysis, study.reference_analysis)
        relative = energies - energies[origin] if origin is not None else energies
        _line(energy, study.scan.values, relative, look, name, f"{unit}", "eV")
        _line(force, study.scan.values, forces, look, name, f"{unit}", f"eV/{unit}")
        frames = [frame for frame in (origin, analysis.equilibrium and analysis.equilibrium.frame) if frame is not None]
        shown.append(well_span(relative, min(frames, default=0)))
        pushed.append(well_span(forces, min(frames, default=0)))
        if deviation is not None and analysis.fsd is not None:
            _line(deviation, analysis.fsd.curve_values, analysis.fsd.L, look, name, f"{unit}", "")
    energy.y_range = _common(shown)
    force.y_range = _common(pushed)
    if deviation is not None:
        figures.append(deviation)
    for artifact, look, _ in _findings(study):
        low, high = artifact.interval
        for plot in figures[:2]:
            plot.add_layout(
                BoxAnnotation(left=low, right=high, fill_color=look.light, fill_alpha=0.08, level="underlay")
            )
    return column(*figures, sizing_mode="stretch_width")


def _figure(x: str, y: str, height: int, x_range: Any = None) -> Any:
    ranges = {} if x_range is None else {"x_range": x_range}
    plot = figure(
        height=height,
        sizing_mode="stretch_width",
        x_axis_label=x,
        y_axis_label=y,
        tools="pan,box_zoom,wheel_zoom,reset,save",
        **ranges,
    )
    plot.toolbar.logo = None
    return plot


def _line(plot: Any, x: Floats, y: Floats, look: Look, name: str, x_unit: str, y_unit: str) -> None:
    source = ColumnDataSource({"x": x, "y": y})
    line = plot.line(
        "x", "y", source=source, line_color=look.light, line_dash=look.dash, line_width=2, legend_label=name
    )
    tip = [("", name), ("coordinate", f"@x{{0.000}} {x_unit}"), ("value", f"@y{{0.0000}} {y_unit}".rstrip())]
    plot.add_tools(HoverTool(renderers=[line], tooltips=tip))
    legend = plot.legend[0]
    legend.update(
        orientation="horizontal", click_policy="hide", label_text_font_size="9pt", border_line_alpha=0, ncols=4
    )
    if legend not in plot.above:
        plot.add_layout(legend, "above")  # inside it would cover the curves


def well_span(values: Floats, origin: int) -> tuple[float, float] | None:
    """Lowest and highest value to show: what lies from the equilibrium outward; the wall inside it is cut off."""
    outer = values[origin:]
    outer = outer[np.isfinite(outer)]
    return (float(outer.min()), float(outer.max())) if outer.size else None


def _common(spans: Iterable[tuple[float, float] | None]) -> Range1d:
    known = [span for span in spans if span is not None]
    low = min((span[0] for span in known), default=0.0)
    high = max((span[1] for span in known), default=1.0)
    room = HEADROOM * (high - low or 1.0)
    return Range1d(start=low - room / 3, end=high + room)


# words


def _section(study: Study, plot: str) -> str:
    values, unit = study.scan.values, study.scan.unit
    label = atoms_label(study.scan.molecule.symbols, study.scan.atoms)
    span = f"{number(float(values[0]), 4)} to {number(float(values[-1]), 4)} {unit}, {len(values)} frames"
    reference = (
        f"Reference: none ({study.reference_note})"
        if study.reference is None
        else f"Reference: {source_line(study.reference.info)}"
    )
    failed = "".join(f"<p><b>{escape(f.model)}</b> gave no curve: {escape(f.error)}</p>" for f in study.failed)
    return (
        f"<h2>{escape(study.scan.kind.capitalize())} {escape(label)}</h2>"
        f'<p class="sub">{escape(span)}. {escape(reference)}.</p>{failed}{plot}'
        + (_findings_list(study) + _metrics_table(study) + _remarks(study) if study.analyses else "")
    )


def _findings(study: Study) -> list[tuple[Artifact, Look, str]]:
    found = [(artifact, look, name) for analysis, look, name in _sources(study) for artifact in analysis.artifacts]
    return sorted(found, key=lambda item: SEVERITIES.index(item[0].severity))


def _findings_list(study: Study) -> str:
    coordinate = study.scan.kind
    items = [
        f"<li>{SEVERITY_MARKS[artifact.severity]} <b>{escape(name)}</b>, {escape(kind_of(artifact.kind).title)} "
        f"({artifact.severity}), {escape(quantity(artifact.size, artifact.unit))}<br>{escape(artifact.explanation)}"
        f"<br>{escape(verdict_in_words(artifact))}"
        f'<br><span class="why">{escape(kind_of(artifact.kind).why_it_matters(coordinate))}</span></li>'
        for artifact, _, name in _findings(study)
    ]
    listed = f'<ol class="findings">{"".join(items)}</ol>' if items else "<p>None above the thresholds.</p>"
    refuted = "".join(
        f"<p>Refuted with the live potential, {escape(name)}: {refuted_in_words(analysis.refuted)}.</p>"
        for analysis, _, name in _sources(study)
        if analysis.refuted
    )
    return f"<h3>Findings, worst first</h3>{listed}{refuted}"


def _metrics_table(study: Study) -> str:
    sources = _sources(study)
    heads = "".join(
        f'<th class="n" scope="col"><span class="swatch" style="color:{look.light}"></span> {escape(name)}</th>'
        for _, look, name in sources
    )
    rows = []
    for key, metric in METRICS.items():
        cells = "".join(
            f'<td class="n" title="{escape(analysis.metrics.notes.get(key, ""))}">'
            f"{number(analysis.metrics.values.get(key), 4)}</td>"
            for analysis, _, _ in sources
        )
        tip = escape(f"{metric.description} {metric.formula}. {metric.source}")
        unit = f" ({escape(metric.unit)})" if metric.unit else ""
        rows.append(f'<tr><th scope="row" title="{tip}">{escape(metric.label)}{unit}</th>{cells}</tr>')
    return (
        f'<h3>Metrics</h3><p class="sub">FSD with ε = {number(study.eps)} eV/Å on {len(study.scan)} frames. Hold the '
        f'pointer over a name for its definition, over a dash for why there is no value.</p><div class="scroll"><table>'
        f'<thead><tr><th scope="col">Metric</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _remarks(study: Study) -> str:
    items = []
    for analysis, _, name in _sources(study):
        notes = dict.fromkeys([*analysis.profile.info.notes, *analysis.profile.evaluation.notes, *analysis.notes])
        items += [f"<li><b>{escape(name)}</b>: {escape(note)}</li>" for note in notes]
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
