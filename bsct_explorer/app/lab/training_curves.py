"""Training logs of the testbed's variants as curves over steps: errors on the left, smoothness on the right."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, HoverTool, LabelSet, NumeralTickFormatter
from bokeh.plotting import figure

from bsct_explorer.data import Floats
from bsct_explorer.plots.bokeh_style import colour_figure, make_figure
from bsct_explorer.plots.looks import look_of, surface
from bsct_explorer.potentials.families.transformer import name_of_variant
from bsct_explorer.testbed.aims import variant_of
from bsct_explorer.testbed.logs import Log
from bsct_explorer.testbed.model_config import DESCRIPTIONS
from bsct_explorer.words.numbers import number

EMPTY = (
    "No training logs are here yet: they come with the variants' weights. Train variants with "
    "<code>benchmarks/train_testbed.py</code> and put them into the package with <code>scripts/ship_testbed.py</code>."
)
CAPTION = (
    "Errors are those of the averaged weights on structures of validation molecules with forces below 10 eV/Å; the "
    "loss is the training's own. Smoothness is measured on bonds of validation molecules every few thousand steps. "
    "Errors and drift are in meV, whatever the curves above are shown in."
)
HEIGHT, LETTERS, LETTER = 250, 0.07, 11
"""Pixels, the least distance of two letters at the lines' ends as a part of the axis, and a letter's width."""

FAINT = 0.22
TIP = "<div style='max-width:320px;font-size:12px'>@tip{safe}</div>"
BESIDE = """
:host { display: grid !important; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); column-gap: 12px;
  align-items: start; }
@media (max-width: 700px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""


class LoggedQuantity(NamedTuple):
    """A column of a log that can be drawn; `log` for an axis of powers of ten, which has no 0."""

    column: str
    label: str
    axis: str
    unit: str
    log: bool

    @property
    def title(self) -> str:
        return f"{self.axis} / {self.unit}" if self.unit else self.axis


ERRORS = (
    LoggedQuantity("force_mae_meV/Å", "Force MAE", "Force MAE", "meV/Å", True),
    LoggedQuantity("energy_mae_meV/atom", "Energy MAE", "Energy MAE", "meV/atom", True),
    LoggedQuantity("loss", "Training loss", "Loss", "", True),
)
SMOOTHNESS = (
    LoggedQuantity("fsd_median_1/Å", "FSD, median of the bonds", "FSD", "Å⁻¹", True),
    LoggedQuantity("certified_jumps", "Certified jumps of the energy", "Jumps", "", False),
    LoggedQuantity("extra_minima", "Extra minima", "Extra minima", "", False),
    LoggedQuantity("nve_drift_meV/atom/ps", "Energy drift at constant energy", "Drift", "meV/atom/ps", True),
)


class TrainingCurves:
    """Two plots that live as long as the page; `show` gives them logs.

    Attributes
    ----------
    panels
        The errors' plot and the smoothness measures'.
    """

    def __init__(self) -> None:
        self._logs: dict[str, Log] = {}
        self._chosen: frozenset[str] = frozenset()
        self._dark = False
        self.panels = (_Panel("Error", ERRORS, dots=False), _Panel("Smoothness", SMOOTHNESS, dots=True))
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=(4, 10))
        self.caption = pn.pane.HTML(
            CAPTION, sizing_mode="stretch_width", margin=(0, 10), styles={"font-size": "12px", "opacity": "0.8"}
        )
        self.empty = pn.pane.HTML(EMPTY, sizing_mode="stretch_width", margin=(8, 10), styles={"font-size": "13px"})
        self._plots = pn.Column(
            pn.Column(
                *(panel.layout() for panel in self.panels),
                sizing_mode="stretch_width",
                margin=0,
                stylesheets=[BESIDE],
            ),
            self.legend,
            self.caption,
            sizing_mode="stretch_width",
            margin=0,
            visible=False,
        )
        for panel in self.panels:
            panel.choice.param.watch(lambda *_: self._draw(), "value")

    def layout(self) -> pn.Column:
        return pn.Column(self.empty, self._plots, sizing_mode="stretch_width", margin=0)

    def show(self, logs: Mapping[str, Log], chosen: Collection[str] = (), dark: bool = False) -> None:
        """Draw these logs.

        Parameters
        ----------
        logs
            By the name of the variant (`read_logs`).
        chosen
            Names that are drawn strongly, the others faintly; all strongly where none is chosen.
        """
        self._logs, self._chosen, self._dark = dict(logs), frozenset(chosen) & set(logs), dark
        self.empty.visible, self._plots.visible = not logs, bool(logs)
        self._draw()

    def _draw(self) -> None:
        strong = self._chosen or set(self._logs)
        for panel in self.panels:
            panel.draw(self._logs, strong, self._dark)
        self.legend.object = _legend(self._logs, self._chosen, self._dark)


class _Panel:
    """A choice of quantity and its plot: one with powers of ten and one with even steps, of which one is shown.

    Bokeh's axes are even or logarithmic for good.
    """

    def __init__(self, label: str, quantities: Sequence[LoggedQuantity], dots: bool) -> None:
        self.choice = pmui.Select(
            label=label,
            options={quantity.label: quantity.column for quantity in quantities},
            value=quantities[0].column,
            size="small",
            sizing_mode="stretch_width",
            margin=(6, 10, 0, 10),
        )
        self._quantities, self.dots = {quantity.column: quantity for quantity in quantities}, dots
        axes = sorted({"log" if quantity.log else "linear" for quantity in quantities})
        self.plots = {axis: _Plot(axis, dots) for axis in axes}
        self.pane = pn.pane.Bokeh(self.plots["log"].figure, sizing_mode="stretch_width", margin=(0, 4))
        self.nothing = pn.pane.HTML("", sizing_mode="stretch_width", margin=(0, 10), styles={"font-size": "12px"})

    @property
    def quantity(self) -> LoggedQuantity:
        return self._quantities[self.choice.value]

    def layout(self) -> pn.Column:
        return pn.Column(self.choice, self.pane, self.nothing, sizing_mode="stretch_width", margin=0)

    def draw(self, logs: Mapping[str, Log], strong: Collection[str], dark: bool) -> None:
        quantity = self.quantity
        plot = self.plots["log" if quantity.log else "linear"]
        drawn = plot.draw(quantity, logs, strong, dark)
        self.pane.object = plot.figure
        missing = [name for name in logs if name not in drawn]
        text = f"Not measured in training: {', '.join(missing)}." if missing else ""
        self.nothing.object, self.nothing.visible = html.escape(text), bool(missing)


class _Plot:
    """A figure with a line, dots where asked for, and a letter at its end for every log."""

    def __init__(self, axis: str, dots: bool) -> None:
        self.axis, self.dots = axis, dots
        self.figure: figure = make_figure(height=HEIGHT, y_axis=axis)
        self.figure.xaxis.axis_label = "training step"
        self.figure.xaxis.formatter = NumeralTickFormatter(format="0,0")
        self.lines = ColumnDataSource({name: [] for name in ("xs", "ys", "colour", "alpha", "width")})
        self.points = ColumnDataSource({name: [] for name in ("x", "y", "colour", "alpha", "marker", "size", "tip")})
        self.letters = ColumnDataSource({name: [] for name in ("x", "y", "colour", "alpha", "text", "shift")})
        self.figure.multi_line(
            "xs",
            "ys",
            source=self.lines,
            line_color="colour",
            line_alpha="alpha",
            line_width="width",
            line_join="round",
        )
        points = self.figure.scatter(
            "x",
            "y",
            source=self.points,
            marker="marker",
            size="size",
            color="colour",
            alpha="alpha" if dots else 0.0,
            hover_alpha=1.0,
        )
        self.figure.add_tools(HoverTool(renderers=[points], tooltips=TIP, attachment="horizontal", visible=False))
        self.labels = LabelSet(
            x="x",
            y="y",
            text="text",
            source=self.letters,
            text_color="colour",
            text_alpha="alpha",
            text_font_size="12px",
            text_font_style="bold",
            text_font=value("Roboto, system-ui, sans-serif"),  # a plain string would name a column
            text_baseline="middle",
            x_offset="shift",
        )
        self.figure.add_layout(self.labels)

    def draw(self, quantity: LoggedQuantity, logs: Mapping[str, Log], strong: Collection[str], dark: bool) -> set[str]:
        """Draw what the logs have of a quantity, the strong ones on top; the names of those that have some."""
        colour_figure(self.figure, surface(dark))
        self.figure.yaxis.axis_label = quantity.title
        known = {name: log.known(quantity.column) for name, log in logs.items()}
        known = {name: (x, y) for name, (x, y) in known.items() if x.size}
        low, high = self._set_range([y for _, y in known.values()])
        lines: dict[str, list[object]] = {name: [] for name in self.lines.data}
        points: dict[str, list[object]] = {name: [] for name in self.points.data}
        ends: dict[str, float] = {}
        for name in sorted(known, key=lambda name: name in strong):
            x, y = known[name]
            drawn = np.clip(y, low, high)  # what blew up stands above the others
            colour, alpha = colour_of(name, dark), 1.0 if name in strong else FAINT
            for key, item in {"xs": x, "ys": drawn, "colour": colour, "alpha": alpha, "width": 2.0}.items():
                lines[key].append(item)
            points["x"].extend(x)
            points["y"].extend(drawn)
            points["tip"].extend(_tip(name, quantity, *pair) for pair in zip(x, y, strict=True))
            points["marker"].extend("circle" if finite else "triangle" for finite in np.isfinite(y))
            for key, item in {"colour": colour, "alpha": alpha, "size": 7 if self.dots else 9}.items():
                points[key].extend([item] * len(x))
            ends[name] = float(drawn[-1])
        self.lines.data, self.points.data = lines, points
        self._set_letters(ends, known, strong, dark, low, high)
        return set(known)

    def _set_range(self, known: Sequence[Floats]) -> tuple[float, float]:
        """Fit the axis of values; the least and the most that is drawn, what is infinite above all others."""
        every = np.concatenate(known) if known else np.array([])
        values = every[np.isfinite(every)]
        if self.axis == "log":
            values = np.log10(values[values > 0])
        low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
        least = 0.3 if self.axis == "log" else 4.0  # a factor of two, and four of what is counted
        high = max(high, low + least)
        pad = 0.06 * (high - low)
        if np.isinf(every).any():
            high += 2 * pad
        start, end = low - pad, high + pad
        if self.axis == "log":
            start, end, low, high = 10**start, 10**end, 10**low, 10**high
        self.figure.y_range.update(start=start, end=end, reset_start=start, reset_end=end)
        return low, high

    def _set_letters(
        self,
        ends: Mapping[str, float],
        known: Mapping[str, tuple[Floats, Floats]],
        strong: Collection[str],
        dark: bool,
        low: float,
        high: float,
    ) -> None:
        """A letter at each line's end: side by side where lines end as one, moved apart where they nearly do."""
        scale = np.log10 if self.axis == "log" else np.asarray
        bottom, top = (float(edge) for edge in scale([low, high]))
        tied = _tied({name: float(scale(end)) for name, end in ends.items()}, 0.01 * (top - bottom), strong)
        places = apart(np.array([place for place, _ in tied]), LETTERS * (top - bottom), bottom, top)
        rows = [
            {
                "x": float(known[name][0][-1]),
                "y": float(10**place if self.axis == "log" else place),
                "colour": colour_of(name, dark),
                "alpha": 1.0 if name in strong else 2 * FAINT,
                "text": name,
                "shift": 7 + LETTER * column,
            }
            for place, (_, names) in zip(places, tied, strict=True)
            for column, name in enumerate(names)
        ]
        self.letters.data = {key: [row[key] for row in rows] for key in self.letters.data}
        last = max((float(known[name][0][-1]) for name in ends), default=1.0)
        right = last * (1.02 + 0.04 * max((len(names) for _, names in tied), default=1))
        self.figure.x_range.update(start=0, end=right, reset_start=0, reset_end=right)


def colour_of(name: str, dark: bool) -> str:
    """The colour of a variant, and of its seeds."""
    return look_of(name_of_variant(variant_of(name))).colour(dark)


def _tied(ends: Mapping[str, float], near: float, strong: Collection[str]) -> list[tuple[float, list[str]]]:
    """Ends that are one to the eye, from below, with the names of those that end there, strong ones first."""
    groups: list[tuple[float, list[str]]] = []
    for name in sorted(ends, key=lambda name: ends[name]):
        if groups and ends[name] - groups[-1][0] <= near:
            groups[-1][1].append(name)
        else:
            groups.append((ends[name], [name]))
    return [(place, sorted(names, key=lambda name: (name not in strong, name))) for place, names in groups]


def apart(places: Floats, gap: float, low: float, high: float) -> Floats:
    """Ascending places moved as little as it takes for neighbours to be a gap apart, and all between low and high.

    Least squares: an isotonic regression of the places less what the gaps add up to.
    """
    offsets = gap * np.arange(len(places))
    blocks: list[tuple[float, int]] = []
    for place in places - offsets:
        blocks.append((float(place), 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [((n * a + m * b) / (n + m), n + m)]
    moved = np.array([place for place, count in blocks for _ in range(count)])
    room = high - gap * max(len(places) - 1, 0)
    return np.asarray(np.clip(moved, low, max(low, room)) + offsets)


def _tip(name: str, quantity: LoggedQuantity, step: float, found: float) -> str:
    shown = found if quantity.log or not np.isfinite(found) else int(found)
    said = f"{number(shown)} {quantity.unit}".strip() if np.isfinite(found) else "blew up"
    steps = number(round(step))
    return f"<b>{html.escape(name)}</b> {html.escape(_described(name))}<br>step {steps}: {quantity.label} {said}"


def _described(name: str) -> str:
    return DESCRIPTIONS.get(variant_of(name), "")


def _legend(logs: Mapping[str, Log], chosen: Collection[str], dark: bool) -> str:
    """Squares with names, the chosen ones in bold."""
    entries = []
    for name in logs:
        square = f"<span style='flex:none;width:11px;height:11px;background:{colour_of(name, dark)}'></span>"
        weight = "600" if name in chosen else "400"
        faint = ";opacity:.65" if chosen and name not in chosen else ""
        words = f"<span style='font-weight:{weight}'><b>{html.escape(name)}</b> {html.escape(_described(name))}</span>"
        entries.append(f"<div style='display:flex;gap:6px;align-items:baseline{faint}'>{square}{words}</div>")
    columns = "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(290px,100%),1fr));gap:2px 14px"
    return f"<div style='{columns};font-size:12px'>{''.join(entries)}</div>"
