"""The picture of a map: one quantity as colours with its bar, findings on its lines, and the frame that was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from bokeh.models import BasicTicker, ColorBar, ColumnDataSource, FixedTicker, HoverTool, LinearColorMapper
from bokeh.palettes import Cividis256, RdBu11, interp_palette

from bsct_explorer.artifacts import kind_of
from bsct_explorer.artifacts.shown_units import told_in
from bsct_explorer.data import Floats
from bsct_explorer.plots.bokeh_style import FONT, TOOLTIP, colour_figure, make_figure
from bsct_explorer.plots.looks import surface
from bsct_explorer.study.map_quantities import QUANTITIES
from bsct_explorer.words.atoms import coordinate_label
from bsct_explorer.words.units import EV, EnergyUnit, factor_of, quantity, unit_in

if TYPE_CHECKING:
    from bsct_explorer.study.map_lines import MapFinding
    from bsct_explorer.study.surface_map import SurfaceMap

MOST_COLOURED = 80.0
"""Percentile of the values (of their size, where signed) at which the colours end: a wall would take them all."""

_SEQUENTIAL, _DIVERGING = list(Cividis256), list(interp_palette(RdBu11, 255))
FINDING_COLOUR = {False: "#D55E00", True: "#F0802B"}


def colour_limits(values: Floats, signed: bool, full: bool) -> tuple[float, float]:
    """Where the colours begin and end; around 0 where both signs occur.

    Parameters
    ----------
    values
        Any shape, NaN left out.
    full
        To the largest value; else to `MOST_COLOURED`.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (-1.0, 1.0) if signed else (0.0, 1.0)
    share = 100.0 if full else MOST_COLOURED
    if signed:
        reach = float(np.percentile(np.abs(finite), share)) or float(np.abs(finite).max()) or 1.0
        return -reach, reach
    low, high = float(finite.min()), float(np.percentile(finite, share))
    return low, high if high > low else float(finite.max()) if finite.max() > low else low + 1.0


def edges(values: Floats) -> tuple[float, float]:
    """Outer edges of the first and last cell of an even grid."""
    half = 0.5 * float(values[-1] - values[0]) / (len(values) - 1)
    return float(values[0]) - half, float(values[-1]) + half


def degree_ticks(values: Floats) -> list[float]:
    """Ticks at multiples of 15°, 30° or 60°, six or so."""
    span = float(values[-1] - values[0])
    step = next((s for s in (5.0, 10.0, 15.0, 30.0, 60.0) if span / s <= 7), 60.0)
    return [float(t) for t in np.arange(np.ceil(values[0] / step) * step, values[-1] + 1e-6, step)]


class MapPlot:
    """A Bokeh figure that lives as long as the page; new maps replace its data."""

    def __init__(self) -> None:
        self.dark = False
        self.figure = make_figure(height=480)
        self.mapper = LinearColorMapper(palette=_SEQUENTIAL, low=0.0, high=1.0, nan_color="rgba(0,0,0,0)")
        self._image = ColumnDataSource({"image": [np.zeros((1, 1))], "x": [0], "y": [0], "dw": [1], "dh": [1]})
        self._points = ColumnDataSource({name: [] for name in ("x", "y", "symbol", "text")})
        self._stretches = ColumnDataSource({name: [] for name in ("xs", "ys", "text")})
        self._cursor = ColumnDataSource({"x": [], "y": []})
        plot = self.figure
        plot.image("image", "x", "y", "dw", "dh", source=self._image, color_mapper=self.mapper)
        self._lines = plot.multi_line("xs", "ys", source=self._stretches, line_width=2, line_alpha=0.5)
        self._scatter = plot.scatter("x", "y", source=self._points, marker="symbol", size=7, line_width=0.7)
        self._cross = plot.scatter("x", "y", source=self._cursor, marker="cross", size=22, line_width=2)
        plot.add_tools(HoverTool(renderers=[self._scatter, self._lines], tooltips=TOOLTIP, visible=False))
        self.bar = ColorBar(color_mapper=self.mapper, width=14, title_text_font=FONT, title_text_font_style="normal")
        plot.add_layout(self.bar, "right")
        plot.grid.visible = False
        self.apply_theme(False)

    def show(
        self,
        surface_map: SurfaceMap,
        key: str,
        *,
        full: bool,
        findings: Sequence[MapFinding],
        shown: EnergyUnit = EV,
    ) -> None:
        """Draw one quantity of a map and these findings, energies in `shown`."""
        grid, row = surface_map.grid, QUANTITIES[key]
        symbols = grid.molecule.symbols
        values = factor_of(surface_map.unit_of(key), shown) * surface_map.quantity(key)
        (x0, x1), (y0, y1) = edges(grid.x_values), edges(grid.y_values)
        low, high = colour_limits(values, row.signed, full)
        # In Bokeh's red-blue palette red is at the end: positive.
        self.mapper.update(palette=_DIVERGING if row.signed else _SEQUENTIAL, low=low, high=high)
        self._image.data = {"image": [values], "x": [x0], "y": [y0], "dw": [x1 - x0], "dh": [y1 - y0]}
        plot = self.figure
        plot.x_range.update(start=x0, end=x1, reset_start=x0, reset_end=x1)
        plot.y_range.update(start=y0, end=y1, reset_start=y0, reset_end=y1)
        for axis, coordinate, numbers in ((plot.xaxis, grid.x, grid.x_values), (plot.yaxis, grid.y, grid.y_values)):
            axis[0].axis_label = f"{coordinate_label(symbols, coordinate.kind, coordinate.atoms)} / {coordinate.unit}"
            if coordinate.unit == "°":
                axis[0].ticker = FixedTicker(ticks=degree_ticks(numbers))
            else:
                axis[0].ticker = BasicTicker()
        beyond = np.isfinite(values) & ((values > high) | (values < low))
        note = "; colours end before the largest values" if beyond.any() else ""
        self.bar.title = f"{row.label} / {unit_in(surface_map.unit_of(key), shown)}"
        plot.title.text = f"{surface_map.evaluation.info.display_name}: {row.label.lower()}, {row.description}{note}"
        self._show_findings([replace(finding, artifact=told_in(finding.artifact, shown)) for finding in findings])

    def _show_findings(self, findings: Sequence[MapFinding]) -> None:
        places = [place_of(finding) for finding in findings]
        texts = [
            f"<b>{kind_of(f.artifact.kind).title}</b>, along {f.along}<br>{escape(f.artifact.explanation)}"
            for f in findings
        ]
        self._points.data = {
            "x": [x for x, _ in places],
            "y": [y for _, y in places],
            "symbol": [kind_of(f.artifact.kind).symbol for f in findings],
            "text": texts,
        }
        self._stretches.data = {
            "xs": [list(f.artifact.interval) if f.along == "x" else [f.at, f.at] for f in findings],
            "ys": [[f.at, f.at] if f.along == "x" else list(f.artifact.interval) for f in findings],
            "text": texts,
        }

    def mark(self, x: float | None, y: float | None) -> None:
        """A cross at a frame; None takes it away."""
        self._cursor.data = {"x": [] if x is None else [x], "y": [] if y is None else [y]}

    def apply_theme(self, dark: bool) -> None:
        """Colours of the light or the dark theme."""
        self.dark = dark
        colours = surface(dark)
        colour_figure(self.figure, colours)
        self.bar.background_fill_color = colours.background
        self.bar.title_text_color = colours.text
        self.bar.major_label_text_color = colours.muted
        found = FINDING_COLOUR[dark]
        self._lines.glyph.line_color = found
        self._scatter.glyph.update(fill_color=found, line_color="#ffffff")
        self._cross.glyph.line_color = colours.marker


def place_of(finding: MapFinding) -> tuple[float, float]:
    """Where a finding lies on the map, (x, y)."""
    if finding.along == "x":
        return finding.artifact.location, finding.at
    return finding.at, finding.artifact.location


def nearest(surface_map: SurfaceMap, x: float, y: float) -> tuple[int, int]:
    """Row and column of the frame nearest to a place."""
    grid = surface_map.grid
    return int(np.argmin(np.abs(grid.y_values - y))), int(np.argmin(np.abs(grid.x_values - x)))


def reading(surface_map: SurfaceMap, row: int, column: int, shown: EnergyUnit = EV) -> list[tuple[str, str]]:
    """Label and text of everything that is known of one frame, energies in `shown`."""
    grid, symbols = surface_map.grid, surface_map.grid.molecule.symbols
    lines = []
    for coordinate, value in ((grid.x, grid.x_values[column]), (grid.y, grid.y_values[row])):
        lines.append(
            (
                coordinate_label(symbols, coordinate.kind, coordinate.atoms),
                quantity(float(value), coordinate.unit, digits=4),
            )
        )
    for key in surface_map.available:
        value = float(surface_map.quantity(key)[row, column])
        text = quantity(value, surface_map.unit_of(key), shown) if np.isfinite(value) else "no answer"
        lines.append((QUANTITIES[key].label, text))
    return lines
