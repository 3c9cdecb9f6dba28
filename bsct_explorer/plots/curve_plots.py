"""The figures of one scan as Bokeh plots with one axis of the coordinate: for the page, a card, a report, a notebook.

They live as long as the page. New results replace data; a slider tick moves one line, in the browser.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
from bokeh.models import ColumnDataSource, CrosshairTool, Span
from bokeh.plotting import figure

from bsct_explorer.data import Floats
from bsct_explorer.plots.figure_plot import PAGE, FigurePlot, Form, SharedData, column_names, set_range
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.finding_marks import Mark
from bsct_explorer.plots.looks import surface
from bsct_explorer.plots.shown_curves import DrawnCurve, ShownCurves
from bsct_explorer.potentials.potential_names import MARK

BEYOND = 1000
"""Heights of the axis, above and below it, within which lines are drawn as they are."""


class CurvePlots:
    """A plot for every record, linked by their axis of the coordinate and by what is marked on them.

    Attributes
    ----------
    plots
        By the record's name, from top to bottom.
    dark
        Theme of the figures.
    """

    def __init__(self, form: Form = PAGE, records: Sequence[FigureRecord] | None = None, dark: bool = False) -> None:
        self.records = tuple(FIGURES.values() if records is None else records)
        self._data = SharedData.empty([record.name for record in self.records if record.marked])
        self.plots: dict[str, FigurePlot] = {}
        x_range = None
        for record in self.records:
            self.plots[record.name] = FigurePlot(record, form, self._data, x_range)
            x_range = x_range or self.plots[record.name].figure.x_range
        self.crosshair = CrosshairTool(dimensions="height", overlay=Span(dimension="height", line_dash="dotted"))
        if not form.small:
            for plot in self.plots.values():
                plot.add_crosshair(self.crosshair)
        if not form.legend:
            self._hide_inner_axes()
        self._sources: dict[str, ColumnDataSource] = {}
        self._shown = ShownCurves()
        self._curves: dict[str, tuple[DrawnCurve, ...]] = {}
        self._marks: tuple[Mark, ...] = ()
        self._selected = ""
        self._full_range = False
        self.dark = dark
        self.apply_theme(dark)

    def _hide_inner_axes(self) -> None:
        """The coordinate is written once below figures that stand right below one another."""
        for record, below in pairwise(self.records):
            self.plots[record.name].figure.xaxis.visible = bool(record.folded or below.folded)

    @property
    def figures(self) -> dict[str, figure]:
        """Bokeh's plots by name, from top to bottom."""
        return {name: plot.figure for name, plot in self.plots.items()}

    @property
    def markers(self) -> dict[str, Span]:
        """The line at the current frame in each of them, for the browser to move."""
        return {name: plot.marker for name, plot in self.plots.items()}

    @property
    def curves(self) -> Mapping[str, tuple[DrawnCurve, ...]]:
        """What is drawn, by figure."""
        return self._curves

    # curves

    def show(self, shown: ShownCurves) -> None:
        """Replace what is drawn; a person's zoom along the coordinate stays while it is the same scan."""
        another = shown.scan is not self._shown.scan
        self._shown, self._full_range = shown, shown.settings.full_range
        self._curves = {record.name: record.curves(shown) for record in self.records}
        self._send_columns()
        for name, plot in self.plots.items():
            plot.show(self._curves[name], shown, self.dark)
        self.set_dimmed(False)
        self.show_marks(self._marks, self._selected)
        self.set_full_range(self._full_range, reset_x=another)

    def _send_columns(self) -> None:
        for key, columns in self._columns().items():
            self._source_of(key).data = columns

    def _columns(self) -> dict[str, dict[str, Floats]]:
        """The numbers of every curve, by key and column: NaN where a figure has nothing of it."""
        found: dict[str, dict[str, Floats]] = {}
        ends = {record.name: self._drawn_ends(record) for record in self.records}
        for key, analysis in self._shown.analyses.items():
            found[key] = {"x": analysis.profile.values}
            empty = np.full(len(analysis.profile.values), np.nan)
            for record in self.records:
                curve = next((curve for curve in self._curves[record.name] if curve.key == key), None)
                values = curve.ordinates.values if curve else empty
                spread = curve.ordinates.spread if curve and curve.ordinates.spread is not None else empty
                columns = (np.clip(column, *ends[record.name]) for column in (values, values - spread, values + spread))
                found[key].update(zip(column_names(record), columns, strict=True))
        return found

    def _drawn_ends(self, record: FigureRecord) -> tuple[float, float]:
        """The lowest and the highest value that is sent: far beyond the axis a line is only a length to be drawn.

        Browsers draw a dashed line of a million dashes without gaps, and slowly.
        """
        low, high = record.range_of(self._curves[record.name], self._full_range)
        return low - BEYOND * (high - low), high + BEYOND * (high - low)

    def _source_of(self, key: str) -> ColumnDataSource:
        """The numbers of a curve in the browser; renderers are made for a curve that is drawn for the first time."""
        if key not in self._sources:
            free = self._free_key(self._shown.analyses)
            if free is not None:
                self._sources[key] = self._sources.pop(free)
                for plot in self.plots.values():
                    plot.rename_curve(free, key)
            else:
                columns = ("x", *chain.from_iterable(column_names(record) for record in self.records))
                self._sources[key] = source = ColumnDataSource({name: [] for name in columns})
                for plot in self.plots.values():
                    plot.add_curve(key, source)
        return self._sources[key]

    def _free_key(self, wanted: Collection[str]) -> str | None:
        """A what-if that is gone and whose renderers can be used, so that a session that turns switches stays small."""
        return next((key for key in self._sources if MARK in key and key not in wanted), None)

    # findings

    def show_marks(self, marks: Sequence[Mark], selected: str = "") -> None:
        """Shade the findings' intervals and put a symbol at their places."""
        self._marks, self._selected = tuple(marks), selected
        analyses, blank = self._shown.analyses, surface(self.dark).background
        shown = [mark for mark in marks if mark.potential in analyses]
        colours = {mark.key: self._shown.look(mark.potential).colour(self.dark) for mark in shown}
        chosen = [mark for mark in shown if mark.key == selected]
        values = [analyses[mark.potential].profile.values for mark in shown]
        parts = [_between(places, mark.low, mark.high) for places, mark in zip(values, shown, strict=True)]
        stretches: dict[str, list[object]] = {
            "xs": [places[part] for places, part in zip(values, parts, strict=True)],
            "colour": [colours[mark.key] for mark in shown],
            "text": [mark.text for mark in shown],
        }
        symbols: dict[str, list[object]] = {
            "x": [float(places[mark.frame]) for places, mark in zip(values, shown, strict=True)],
            "colour": [colours[mark.key] for mark in shown],
            "fill": [colours[mark.key] if mark.firm else blank for mark in shown],
            "edge": [blank if mark.firm else colours[mark.key] for mark in shown],
            "symbol": [mark.symbol for mark in shown],
            "size": [13 if mark.key == selected else 9 for mark in shown],
            "text": [mark.text for mark in shown],
        }
        for name in (record.name for record in self.records if record.marked):
            drawn = {curve.key: curve.ordinates.values for curve in self._curves.get(name, ())}
            heights = [drawn.get(m.potential, np.full(len(v), np.nan)) for m, v in zip(shown, values, strict=True)]
            stretches[name] = [height[part] for height, part in zip(heights, parts, strict=True)]
            symbols[name] = [float(height[mark.frame]) for height, mark in zip(heights, shown, strict=True)]
        self._data.strips.data = {
            "x0": [mark.low for mark in chosen],
            "x1": [mark.high for mark in chosen],
            "colour": [colours[mark.key] for mark in chosen],
        }
        self._data.stretches.data, self._data.symbols.data = stretches, symbols

    # axes, frame, theme

    def set_full_range(self, full: bool, *, reset_x: bool = False) -> None:
        """Fit the axes: the well and the dissociation, or the whole wall with `full`."""
        resend = full != self._full_range
        self._full_range = full
        scan = self._shown.scan
        if scan is None:
            return
        if resend:
            self._send_columns()
        if reset_x and self.plots:
            pad = 0.01 * float(scan.values[-1] - scan.values[0])
            x_range = next(iter(self.plots.values())).figure.x_range
            set_range(x_range, float(scan.values[0]) - pad, float(scan.values[-1]) + pad)
        for name, plot in self.plots.items():
            if self._curves[name]:
                plot.set_range(self._curves[name], full)

    def set_dimmed(self, dimmed: bool) -> None:
        """Fade what waits to be replaced."""
        for plot in self.plots.values():
            plot.set_dimmed(dimmed)

    def set_frame(self, value: float) -> None:
        """Put the markers at a value of the coordinate; on a slider tick the browser does the same by itself."""
        for marker in self.markers.values():
            marker.location = value

    def apply_theme(self, dark: bool) -> None:
        """Colours of the light or the dark theme."""
        self.dark = dark
        for name, plot in self.plots.items():
            plot.apply_theme(dark)
            plot.style(self._curves.get(name, ()), dark)
        self.crosshair.overlay.line_color = surface(dark).muted
        self.show_marks(self._marks, self._selected)


def _between(values: Floats, low: float, high: float) -> slice:
    """The frames of an interval, and at least one spacing of them."""
    first = max(int(np.searchsorted(values, low)) - 1, 0)
    last = min(int(np.searchsorted(values, high, side="right")), len(values) - 1)
    return slice(first, last + 1)
