"""The plots: energy, generalized force and L(r) against the coordinate.

The figures live as long as the page. New results replace data; a slider tick moves one line, in the browser.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from bokeh.models import Band, ColumnDataSource, CrosshairTool, HoverTool, Range1d, Renderer, Span

from bsct_explorer.data import Floats
from bsct_explorer.plots.bokeh_style import colour_figure, make_figure
from bsct_explorer.plots.looks import Look, surface
from bsct_explorer.potentials.potential_names import MARK

ENERGY_HEADROOM = 0.35
"""Space above the well and the dissociation, as a part of their span, when the wall is clipped."""

TALLEST, STRONGEST = 25.0, 40.0
"""eV and eV/Å. What a clipped axis shows at most, also of a curve without a well: no bond needs more."""

GHOST = 0.45
"""Strength of a line that another one is compared with."""

DEVIATION_TITLE = "ln of the force change against the reference's; FSD is its steepest slope"
TOOLTIP = "<div style='max-width:320px;font-size:12px'>@text{safe}</div>"


@dataclass(frozen=True)
class Curve:
    """One potential's numbers, ready to draw; arrays of shape (n_frames,), NaN for gaps."""

    key: str
    name: str
    look: Look
    values: Floats
    energies: Floats
    forces: Floats
    energy_spread: Floats | None = None
    force_spread: Floats | None = None
    deviation: Floats | None = None
    equilibrium: int | None = None
    is_reference: bool = False
    unit: str = "Å"
    periodic: bool = False


@dataclass(frozen=True)
class Mark:
    """One finding on the plots."""

    key: str
    potential: str
    frame: int
    low: float
    high: float
    text: str
    symbol: str
    firm: bool = True
    """Certified, or read off the curve; a candidate that is still being checked is drawn hollow."""


@dataclass
class _Trace:
    """The renderers of one potential in the three figures."""

    source: ColumnDataSource
    alpha: float = 1.0
    lines: list[Renderer] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    tips: list[HoverTool] = field(default_factory=list)


class Curves:
    """Three figures with one x axis."""

    def __init__(self) -> None:
        self.energy = make_figure(height=240)
        self.energy.xaxis.visible = False
        self.force = make_figure(height=250, x_range=self.energy.x_range)
        self.deviation = make_figure(height=200, x_range=self.energy.x_range)
        self.figures = (self.energy, self.force, self.deviation)
        self.markers = tuple(Span(dimension="height", location=None, line_width=1.5) for _ in self.figures)
        self.zero = Span(dimension="width", location=0.0, line_width=1)
        self._strips = ColumnDataSource({name: [] for name in ("x0", "x1", "colour")})
        self._stretches = ColumnDataSource({name: [] for name in ("xs", "energy", "force", "colour", "text")})
        self._symbols = ColumnDataSource(
            {name: [] for name in ("x", "energy", "force", "colour", "fill", "edge", "symbol", "text", "size")}
        )
        self._traces: dict[str, _Trace] = {}
        self._curves: tuple[Curve, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._selected = ""
        self._full_range = False
        self.dark = False
        self._build()

    def _build(self) -> None:
        crosshair = CrosshairTool(dimensions="height", overlay=Span(dimension="height", line_dash="dotted"))
        self.crosshair = crosshair
        self.force.add_layout(self.zero)
        for plot, marker, column in zip(self.figures, self.markers, ("energy", "force", None), strict=True):
            plot.add_layout(marker)
            plot.add_tools(crosshair)
            if column is None:
                continue
            plot.vstrip(
                x0="x0",
                x1="x1",
                source=self._strips,
                fill_color="colour",
                fill_alpha=0.13,
                line_alpha=0,
                level="underlay",
            )
            stretches = plot.multi_line(
                "xs",
                column,
                source=self._stretches,
                line_color="colour",
                line_width=11,
                line_alpha=0.25,
                line_cap="round",
                level="underlay",
            )
            symbols = plot.scatter(
                "x",
                column,
                source=self._symbols,
                marker="symbol",
                size="size",
                fill_color="fill",
                line_color="edge",
                line_width=1.2,
                level="overlay",
            )
            for renderer in (symbols, stretches):
                plot.add_tools(HoverTool(renderers=[renderer], tooltips=TOOLTIP, visible=False))
        self.energy.yaxis.axis_label = "Energy / eV"
        self.deviation.yaxis.axis_label = "L(r)"
        self.force.title.text = "Force along the coordinate; positive pushes apart"
        self.deviation.title.text = DEVIATION_TITLE
        self.apply_theme(False)

    def show(self, curves: Sequence[Curve], *, label: str, title: str, force_unit: str, steepest: str = "") -> None:
        """Replace what is drawn; `steepest` says where L(r) is, a second line of its title."""
        self._curves = tuple(curves)
        wanted = {curve.key for curve in curves}
        for key, trace in self._traces.items():
            if key not in wanted:
                _set_visible(trace, False)
        for curve in curves:
            trace = self._traces.get(curve.key) or self._free_trace(curve, wanted) or self._add_trace(curve)
            trace.source.data = _columns(curve)
            self._restyle(trace, curve)
            for tip, (column, unit) in zip(
                trace.tips, (("energy", "eV"), ("force", force_unit), ("deviation", "")), strict=True
            ):
                tip.tooltips = _tip(curve.name, column, unit)
            for renderer in (*trace.lines, *trace.bands):
                renderer.visible = True
            for band in trace.bands:
                band.visible = curve.energy_spread is not None
        self.energy.title.text = title
        self.deviation.title.text = f"{DEVIATION_TITLE}\n{steepest}" if steepest else DEVIATION_TITLE
        self.force.yaxis.axis_label = f"Force / {force_unit}"
        bond = force_unit == "eV/Å"
        self.force.title.text = f"Force along the coordinate; positive {'pushes apart' if bond else 'drives it up'}"
        for plot in (self.force, self.deviation):
            plot.xaxis.axis_label = label
        self.set_dimmed(False)
        self.show_marks(self._marks, self._selected)
        self.set_ranges(self._full_range, reset_x=True)

    def show_marks(self, marks: Sequence[Mark], selected: str = "") -> None:
        """Shade the findings' intervals and put a symbol at their places."""
        self._marks, self._selected = tuple(marks), selected
        by_key = {curve.key: curve for curve in self._curves}
        shown = [mark for mark in marks if mark.potential in by_key]
        colours = [by_key[mark.potential].look.colour(self.dark) for mark in shown]
        chosen = [(mark, colour) for mark, colour in zip(shown, colours, strict=True) if mark.key == selected]
        self._strips.data = {
            "x0": [mark.low for mark, _ in chosen],
            "x1": [mark.high for mark, _ in chosen],
            "colour": [colour for _, colour in chosen],
        }
        blank = surface(self.dark).background
        parts = [_between(by_key[mark.potential].values, mark.low, mark.high) for mark in shown]
        self._stretches.data = {
            "xs": [by_key[mark.potential].values[part] for mark, part in zip(shown, parts, strict=True)],
            "energy": [by_key[mark.potential].energies[part] for mark, part in zip(shown, parts, strict=True)],
            "force": [by_key[mark.potential].forces[part] for mark, part in zip(shown, parts, strict=True)],
            "colour": colours,
            "text": [mark.text for mark in shown],
        }
        self._symbols.data = {
            "x": [float(by_key[mark.potential].values[mark.frame]) for mark in shown],
            "energy": [float(by_key[mark.potential].energies[mark.frame]) for mark in shown],
            "force": [float(by_key[mark.potential].forces[mark.frame]) for mark in shown],
            "colour": colours,
            "fill": [c if mark.firm else blank for mark, c in zip(shown, colours, strict=True)],
            "edge": [blank if mark.firm else c for mark, c in zip(shown, colours, strict=True)],
            "symbol": [mark.symbol for mark in shown],
            "size": [13 if mark.key == selected else 9 for mark in shown],
            "text": [mark.text for mark in shown],
        }

    def set_ranges(self, full: bool, *, reset_x: bool = False) -> None:
        """Fit the axes: the well and the dissociation, or the whole wall with `full`."""
        self._full_range = full
        if not self._curves:
            return
        if reset_x:
            values = self._curves[0].values
            pad = 0.01 * (values[-1] - values[0])
            _set_range(self.energy.x_range, values[0] - pad, values[-1] + pad)
        _set_range(self.energy.y_range, *energy_limits(self._curves, full))
        _set_range(self.force.y_range, *force_limits(self._curves, full))
        deviations = [curve.deviation for curve in self._curves if curve.deviation is not None]
        if deviations:
            _set_range(self.deviation.y_range, *_padded(np.concatenate(deviations)))

    def set_dimmed(self, dimmed: bool) -> None:
        """Fade what waits to be replaced."""
        for trace in self._traces.values():
            for line in trace.lines:
                line.glyph.line_alpha = min(0.3, trace.alpha) if dimmed else trace.alpha

    def set_frame(self, value: float) -> None:
        """Put the markers at a value of the coordinate; on a slider tick the browser does the same by itself."""
        for marker in self.markers:
            marker.location = value

    def apply_theme(self, dark: bool) -> None:
        """Colours of the light or the dark theme."""
        self.dark = dark
        colours = surface(dark)
        for plot in self.figures:
            colour_figure(plot, colours)
        for marker in self.markers:
            marker.line_color = colours.marker
        self.zero.line_color = colours.zero
        self.crosshair.overlay.line_color = colours.muted
        for curve in self._curves:
            self._restyle(self._traces[curve.key], curve)
        self.show_marks(self._marks, self._selected)

    def _restyle(self, trace: _Trace, curve: Curve) -> None:
        """Colour, dash and strength: a curve can become another one's ghost."""
        look, colour = curve.look, curve.look.colour(self.dark)
        trace.alpha = GHOST if look.ghost else 1.0
        width = 2.2 if curve.is_reference else 2
        for line in trace.lines:
            line.name = curve.key
            line.glyph.update(line_color=colour, line_dash=look.dash, line_alpha=trace.alpha, line_width=width)
        for band in trace.bands:
            band.fill_color = colour

    def _free_trace(self, curve: Curve, wanted: Collection[str]) -> _Trace | None:
        """The renderers of a what-if that is gone, so that a session that turns many switches does not grow."""
        free = next((key for key in self._traces if MARK in key and key not in wanted), None)
        if free is None:
            return None
        trace = self._traces[curve.key] = self._traces.pop(free)
        return trace

    def _add_trace(self, curve: Curve) -> _Trace:
        trace = _Trace(ColumnDataSource(_columns(curve)))
        colour = curve.look.colour(self.dark)
        for plot, column, unit in zip(self.figures, ("energy", "force", "deviation"), ("eV", "eV/Å", ""), strict=True):
            line = plot.line(
                "x",
                column,
                source=trace.source,
                color=colour,
                line_width=2.2 if curve.is_reference else 2,
                line_dash=curve.look.dash,
                name=curve.key,
            )
            trace.lines.append(line)
            tip = _tip(curve.name, column, unit)
            hover = HoverTool(renderers=[line], tooltips=tip, line_policy="nearest", visible=False)
            plot.add_tools(hover)
            trace.tips.append(hover)
            if column != "deviation":
                band = Band(
                    base="x",
                    lower=f"{column}_low",
                    upper=f"{column}_high",
                    source=trace.source,
                    fill_color=colour,
                    fill_alpha=0.15,
                    line_alpha=0,
                    level="underlay",
                )
                plot.add_layout(band)
                trace.bands.append(band)
        self._traces[curve.key] = trace
        return trace


def _between(values: Floats, low: float, high: float) -> slice:
    """The frames of an interval, and at least one spacing of them."""
    first = max(int(np.searchsorted(values, low)) - 1, 0)
    last = min(int(np.searchsorted(values, high, side="right")), len(values) - 1)
    return slice(first, last + 1)


def energy_limits(curves: Sequence[Curve], full: bool) -> tuple[float, float]:
    """Limits of the energy axis in eV: everything, or the well and what lies outward of it.

    The repulsive wall reaches tens of eV above a well of a few: it is cut off at the top unless `full`.
    """
    finite = np.concatenate([curve.energies[np.isfinite(curve.energies)] for curve in curves] or [np.zeros(0)])
    if not finite.size:
        return -1.0, 1.0
    if full or all(curve.periodic for curve in curves):
        return _padded(finite)
    outward = np.concatenate([_outward(curve.energies, curve.equilibrium) for curve in curves])
    # A wall that turns over and falls below the well is worth seeing as well, so the bottom is that of everything,
    # but never so deep that the well is lost.
    top = float(np.max(outward)) if outward.size else float(np.median(finite))
    base = float(np.min(outward)) if outward.size else float(np.min(finite))
    span = min(max(top - base, 0.5), TALLEST)
    top = min(top, base + span)
    bottom = max(float(np.min(finite)), base - span)
    return bottom - 0.06 * span, top + ENERGY_HEADROOM * span


def force_limits(curves: Sequence[Curve], full: bool) -> tuple[float, float]:
    """Limits of the force axis in eV per unit of the coordinate, cut off at the wall unless `full`."""
    finite = np.concatenate([curve.forces[np.isfinite(curve.forces)] for curve in curves] or [np.zeros(0)])
    if not finite.size:
        return -1.0, 1.0
    if full or all(curve.periodic for curve in curves):
        return _padded(finite)
    outward = np.concatenate([_outward(curve.forces, curve.equilibrium) for curve in curves])
    least = 0.2 if curves[0].unit == "Å" else 0.004
    reach = max(float(np.max(np.abs(outward))) if outward.size else 5 * least, least)
    reach = min(reach, STRONGEST)
    return -1.25 * reach, 1.25 * reach


def _outward(values: Floats, equilibrium: int | None) -> Floats:
    part = values[(equilibrium if equilibrium is not None else len(values) // 4) :]
    return np.asarray(part[np.isfinite(part)])


def _padded(values: Floats) -> tuple[float, float]:
    values = values[np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    pad = 0.05 * (high - low or 1.0)
    return low - pad, high + pad


def _columns(curve: Curve) -> dict[str, Floats]:
    empty = np.full(len(curve.values), np.nan)
    energy_spread = curve.energy_spread if curve.energy_spread is not None else empty
    force_spread = curve.force_spread if curve.force_spread is not None else empty
    return {
        "x": curve.values,
        "energy": curve.energies,
        "force": curve.forces,
        "deviation": curve.deviation if curve.deviation is not None else empty,
        "energy_low": curve.energies - energy_spread,
        "energy_high": curve.energies + energy_spread,
        "force_low": curve.forces - force_spread,
        "force_high": curve.forces + force_spread,
    }


def _tip(name: str, column: str, unit: str) -> str:
    """What hovering over a line says."""
    return f"{name}<br>@x{{0.000}} · @{column}{{0.0000}} {unit}"


def _set_visible(trace: _Trace, visible: bool) -> None:
    for renderer in (*trace.lines, *trace.bands):
        renderer.visible = visible


def _set_range(axis: Range1d, low: float, high: float) -> None:
    # Both ends at once, and as what "reset" goes back to.
    axis.update(start=low, end=high, reset_start=low, reset_end=high)
