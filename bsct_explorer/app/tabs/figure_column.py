"""The figures below one another, those that are folded away at first under their headings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import panel as pn

from bsct_explorer.app.layout import with_help
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.plots.figures import FIGURES

QUIET = """
:host, :host(.card) { border: none; box-shadow: none; outline: none; background: transparent; }
button.card-header { display: flex; justify-content: space-between; align-items: center; background: transparent;
  border: none; padding: 0 6px; min-height: 32px; }
button.card-header:focus-visible { outline: 2px solid #3b8ad8; outline-offset: -2px; }
.card-button { display: none; }
button.card-header::after { content: ""; flex: none; width: 6px; height: 6px; margin: -3px 10px 0 0;
  border: solid #7D858E; border-width: 0 2px 2px 0; transform: rotate(45deg); }
button.card-header:has(.icon-tabler-chevron-down)::after { margin-top: 3px; transform: rotate(225deg); }
"""
HEADING = {"font-size": "13px", "font-weight": "500"}


def figure_column(panes: Mapping[str, Any], state: ExplorerState) -> list[Any]:
    """What stands beside the structure: open figures, and folded ones whose being open the state remembers.

    Parameters
    ----------
    panes
        A pane for each figure, by the figure's name.
    state
        `unfolded` names the figures that a person opened.
    """
    return [_folding(name, pane, state) if FIGURES[name].folded else pane for name, pane in panes.items()]


def open_figures(panes: Mapping[str, Any]) -> list[Any]:
    """The figures that are in sight at first, and no others."""
    return [pane for name, pane in panes.items() if not FIGURES[name].folded]


def _folding(name: str, pane: Any, state: ExplorerState) -> pn.Card:
    """A figure under a heading that opens it.

    A card of Panel's own and no Material accordion: Bokeh lays out what stands in columns of columns from the outermost
    on, and does not look into a component of another kind below the second, so that a plot in it has no size.

    Its plot comes with the first opening: in a closed card it would have no size, would never finish drawing, and the
    page would count as still loading.
    """
    record = FIGURES[name]
    title = pn.pane.HTML(with_help(record.folded, record.help), margin=(6, 4), styles=HEADING)
    card = pn.Card(
        header=title,
        collapsed=name not in state.unfolded,
        margin=(6, 4),
        sizing_mode="stretch_width",
        header_background="transparent",
        active_header_background="transparent",
        header_color="inherit",
        stylesheets=[QUIET],
    )

    def toggled(record_name: str, *_: Any) -> None:
        if not card.collapsed and not card.objects:
            card.objects = [pane]
        others = [other for other in state.unfolded if other != record_name]
        state.unfolded = others if card.collapsed else [*others, record_name]

    if not card.collapsed:
        card.objects = [pane]
    card.param.watch(partial(toggled, name), "collapsed")
    return card
