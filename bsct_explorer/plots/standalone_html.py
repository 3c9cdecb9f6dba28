"""Figures in an HTML file that needs no network and no server."""

from __future__ import annotations

from collections.abc import Sequence

from bokeh.embed import components
from bokeh.layouts import column
from bokeh.resources import Resources

from bsct_explorer.plots.curve_plots import CurvePlots


def bokeh_script() -> str:
    """BokehJS as script elements with its text inside.

    Only its core: no widgets, tables or MathJax are drawn, and they would treble the size. `Resources.render` would
    also link scripts of other packages' models that are loaded.
    """
    texts = Resources(mode="inline", components=["bokeh"]).js_raw
    return "\n".join(f"<script>\n{text}\n</script>" for text in texts)


def embedded(plots: Sequence[CurvePlots]) -> tuple[str, tuple[str, ...]]:
    """A script that draws these sets of figures, and for each the element that it is drawn in."""
    if not plots:
        return "", ()
    scripts, divs = components(tuple(column(*each.figures.values(), sizing_mode="stretch_width") for each in plots))
    return scripts, divs
