"""One figure as a Bokeh plot: its lines, bands, findings, marker and axes, in one of three forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bokeh.models import (
    Band,
    ColumnDataSource,
    CrosshairTool,
    GlyphRenderer,
    HoverTool,
    Legend,
    LegendItem,
    Range1d,
    Span,
)

from bsct_explorer.plots.bokeh_style import SMALL_TYPE, TOOLTIP, colour_figure, make_figure, shrink_figure
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.looks import surface
from bsct_explorer.plots.shown_curves import DrawnCurve, ShownCurves
from bsct_explorer.words.units import EnergyUnit, unit_in

GHOST, DIMMED = 0.45, 0.3
"""Strength of a line that another one is compared with, and of one that waits to be replaced."""


@dataclass(frozen=True)
class Form:
    """How a figure stands where it is used.

    Attributes
    ----------
    legend
        It may leave the page: the names of the curves stand above it, and the coordinate below it. Else whoever shows
        it names the curves elsewhere.
    small
        No title, no tools, small type: one of many beside one another.
    height
        px; None for the record's own.
    """

    legend: bool = False
    small: bool = False
    height: int | None = None


PAGE, REPORT, CARD = Form(), Form(legend=True), Form(small=True, height=170)

LEGEND_HEIGHT, AXIS_HEIGHT = 26, 42
"""px that the names and the labels of the coordinate take: a figure that has them is as much taller."""


@dataclass(frozen=True)
class SharedData:
    """What all figures of one set draw from, so that the browser is sent it once."""

    strips: ColumnDataSource
    stretches: ColumnDataSource
    symbols: ColumnDataSource

    @classmethod
    def empty(cls, marked: Sequence[str]) -> SharedData:
        """Sources without rows, with a column for each of the marked figures."""
        stretches, symbols = ("xs", *marked, "colour", "text"), ("x", *marked, "colour", "fill", "edge", "symbol")
        return cls(
            ColumnDataSource({name: [] for name in ("x0", "x1", "colour")}),
            ColumnDataSource({name: [] for name in stretches}),
            ColumnDataSource({name: [] for name in (*symbols, "text", "size")}),
        )


class FigurePlot:
    """The Bokeh plot of one record; it lives as long as the page, and new curves replace its data.

    Attributes
    ----------
    record
        What it draws.
    figure
        Bokeh's own plot.
    marker
        The line at the current frame; the browser moves it.
    """

    def __init__(self, record: FigureRecord, form: Form, data: SharedData, x_range: Range1d | None = None) -> None:
        self.record, self.form = record, form
        height = record.height + (LEGEND_HEIGHT + AXIS_HEIGHT if form.legend else 0)
        self.figure = make_figure(form.height or height, x_range, record.axis)
        self.figure.name = record.name
        self.marker = Span(dimension="height", location=None, line_width=1.5)
        self.figure.add_layout(self.marker)
        self._zero = Span(dimension="width", location=record.zero_line, line_width=1)
        if record.zero_line is not None:
            self.figure.add_layout(self._zero)
        self._lines: dict[str, GlyphRenderer] = {}
        self._bands: dict[str, Band] = {}
        self._tips: dict[str, HoverTool] = {}
        self._strengths: dict[str, float] = {}
        if record.marked:
            self._add_marks(data)
        if form.small:
            shrink_figure(self.figure)
        self._legend = Legend(
            orientation="horizontal",
            click_policy="hide",
            ncols=4,
            location="top_left",
            margin=0,
            padding=2,
            border_line_alpha=0,
        )
        self._legend.label_text_font_size = SMALL_TYPE
        if form.legend:
            self.figure.add_layout(self._legend, "above")  # inside it would cover the curves

    def _add_marks(self, data: SharedData) -> None:
        column, plot = self.record.name, self.figure
        plot.vstrip(
            x0="x0",
            x1="x1",
            source=data.strips,
            fill_color="colour",
            fill_alpha=0.13,
            line_alpha=0,
            level="underlay",
        )
        stretches = plot.multi_line(
            "xs",
            column,
            source=data.stretches,
            line_color="colour",
            line_width=11,
            line_alpha=0.25,
            line_cap="round",
            level="underlay",
        )
        symbols = plot.scatter(
            "x",
            column,
            source=data.symbols,
            marker="symbol",
            size="size",
            fill_color="fill",
            line_color="edge",
            line_width=1.2,
            level="overlay",
        )
        for renderer in (symbols, stretches):
            plot.add_tools(HoverTool(renderers=[renderer], tooltips=TOOLTIP, visible=False))

    # curves

    def add_curve(self, key: str, source: ColumnDataSource) -> None:
        """Renderers for a curve whose numbers stand in `source`, as `column_names` calls them."""
        values, low, high = column_names(self.record)
        line = self.figure.line("x", values, source=source, name=key)
        hover = HoverTool(renderers=[line], line_policy="nearest", visible=False)
        if not self.form.small:
            self.figure.add_tools(hover)
        band = Band(base="x", lower=low, upper=high, source=source, fill_alpha=0.15, line_alpha=0, level="underlay")
        self.figure.add_layout(band)
        self._lines[key], self._tips[key], self._bands[key] = line, hover, band

    def rename_curve(self, old: str, new: str) -> None:
        """Give the renderers of a curve that is gone to another."""
        for kept in (self._lines, self._tips, self._bands):
            kept[new] = kept.pop(old)  # type: ignore[attr-defined]
        self._strengths.pop(old, None)

    def show(self, curves: Sequence[DrawnCurve], shown: ShownCurves, dark: bool) -> None:
        """Style what is drawn, hide the rest, and say on the axes what it is."""
        drawn = {curve.key: curve for curve in curves}
        for key, line in self._lines.items():
            curve = drawn.get(key)
            line.visible = curve is not None
            self._bands[key].visible = curve is not None and curve.ordinates.spread is not None
            if curve is not None:
                self._tips[key].tooltips = self._tip(curve, shown.settings.energy_unit)
        self.style(curves, dark)
        self.figure.yaxis.axis_label = self.record.axis_label(shown.unit, shown.settings.energy_unit)
        self.figure.xaxis.axis_label = shown.coordinate_label
        if not self.form.small:
            waiting = self.record.needs_reference and shown.reference is None
            asks = f"{self.record.quantity} compares with a reference: choose one to see it"
            self.figure.title.text = asks if waiting else self.record.title(shown)
        if self.form.legend:
            names = {curve.key: f"{curve.name} (reference)" if curve.is_reference else curve.name for curve in curves}
            self._legend.items = [LegendItem(label=name, renderers=[self._lines[key]]) for key, name in names.items()]

    def style(self, curves: Sequence[DrawnCurve], dark: bool) -> None:
        """Colour, dash and strength: a curve can become another one's ghost."""
        for curve in curves:
            line, look, colour = self._lines[curve.key], curve.look, curve.look.colour(dark)
            strength = self._strengths[curve.key] = GHOST if look.ghost else 1.0
            width = 2.2 if curve.is_reference else 2
            line.glyph.update(line_color=colour, line_dash=look.dash, line_alpha=strength, line_width=width)
            line.name = curve.key
            self._bands[curve.key].fill_color = colour

    def set_dimmed(self, dimmed: bool) -> None:
        """Fade what waits to be replaced."""
        for key, line in self._lines.items():
            strength = self._strengths.get(key, 1.0)
            line.glyph.line_alpha = min(DIMMED, strength) if dimmed else strength

    def set_range(self, curves: Sequence[DrawnCurve], full: bool) -> None:
        """Fit the axis of values."""
        set_range(self.figure.y_range, *self.record.range_of(curves, full))

    # looks

    def apply_theme(self, dark: bool) -> None:
        """Colours of the light or the dark theme."""
        colours = surface(dark)
        colour_figure(self.figure, colours)
        self.marker.line_color = colours.marker
        self._zero.line_color = colours.zero
        self._legend.background_fill_color = colours.background
        self._legend.label_text_color = colours.text

    def add_crosshair(self, crosshair: CrosshairTool) -> None:
        """Show where the pointer is on the coordinate, on all figures at once."""
        self.figure.add_tools(crosshair)

    def _tip(self, curve: DrawnCurve, energy_unit: EnergyUnit) -> str:
        """What hovering over a line says."""
        unit = unit_in(self.record.unit(curve.unit), energy_unit)
        places = "0" * (4 if curve.factor == 1 else max(1, energy_unit.places(4)))
        place = "0.000" if curve.unit == "Å" else "0.0"
        text = f"{escape(curve.name)}<br>@x{{{place}}} {curve.unit} · @{self.record.name}{{0.{places}}} {unit}"
        return text.rstrip()


def column_names(record: FigureRecord) -> tuple[str, str, str]:
    """Columns of a curve's values and of the ends of its band."""
    return record.name, f"{record.name}_low", f"{record.name}_high"


def set_range(axis: Range1d, low: float, high: float) -> None:
    """Both ends at once, and as what "reset" goes back to."""
    axis.update(start=low, end=high, reset_start=low, reset_end=high)
