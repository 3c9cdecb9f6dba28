"""The page's plots before anything is drawn in them: type, tools, colours of the theme."""

from __future__ import annotations

from bokeh.models import Range1d, WheelZoomTool
from bokeh.plotting import figure

from bsct_explorer.plots.looks import Surface

FONT = "Roboto, system-ui, sans-serif"
SMALL_TYPE = "11px"
TOOLTIP = "<div style='max-width:320px;font-size:12px'>@text{safe}</div>"
"""Shows the column ``text``, which is HTML."""


def make_figure(height: int, x_range: Range1d | None = None, y_axis: str = "linear") -> figure:
    """An empty plot in the page's type and with its tools; `colour_figure` gives it its colours.

    `y_axis` is ``linear`` or ``log``.
    """
    plot = figure(
        height=height,
        sizing_mode="stretch_width",
        x_range=x_range or Range1d(0, 1),
        y_range=Range1d(0, 1) if y_axis == "linear" else Range1d(1, 10),
        y_axis_type=y_axis,
        tools="pan,box_zoom,reset,save",
        toolbar_location="right",
        min_border_left=60,
        min_border_bottom=4,
        output_backend="canvas",
    )
    wheel = WheelZoomTool(modifiers="ctrl")
    plot.add_tools(wheel)
    plot.title.text_font_size = "12px"
    plot.title.text_font_style = "normal"
    plot.title.text_font = FONT
    plot.toolbar.logo = None
    plot.toolbar.autohide = True
    plot.yaxis.axis_label_standoff = 6
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_font = axis.major_label_text_font = FONT
        axis.axis_label_text_font_size = "12px"
        axis.major_label_text_font_size = SMALL_TYPE
        axis.minor_tick_line_color = None
    plot.yaxis.major_label_standoff = 4
    return plot


def shrink_figure(plot: figure) -> None:
    """One of many beside one another: no title, no tools, small type."""
    plot.title.visible = False
    plot.toolbar_location = None
    plot.toolbar.tools = []
    plot.min_border_left = 0
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.axis_label_text_font_size = SMALL_TYPE


def colour_figure(plot: figure, colours: Surface) -> None:
    """Background, axes and grid in the colours of the light or the dark theme."""
    plot.background_fill_color = plot.border_fill_color = colours.background
    plot.outline_line_color = None
    plot.title.text_color = colours.muted
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.axis_label_text_color = colours.text
        axis.major_label_text_color = colours.muted
        axis.axis_line_color = axis.major_tick_line_color = colours.grid
    for grid in (*plot.xgrid, *plot.ygrid):
        grid.grid_line_color = colours.grid
