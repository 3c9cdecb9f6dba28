"""The structure a second time, beside the first: each of two variants with the neighbours that it sees itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn

from bsct_explorer.app.lab.graph_panel import DrawnGraph, GraphPanel
from bsct_explorer.app.lab.lab_choices import Shown
from bsct_explorer.app.tabs.explore_view import VIEWER
from bsct_explorer.app.viewer import MoleculeViewer

if TYPE_CHECKING:
    from bsct_explorer.app.lab.lab import LabComparison


HEIGHT = 250
"""CSS px of each of the two: lower than one alone, so that the plots below stay in sight."""


class SecondStructure:
    """Where a variant stands beside another, its own structure; it slides, turns and zooms with the first.

    Attributes
    ----------
    box
        Its place in the layout: empty until it is needed, since it takes a WebGL context.
    viewer
        None until then.
    """

    def __init__(self, comparison: LabComparison, graph: GraphPanel) -> None:
        self.comparison, self.graph = comparison, graph
        self.box = pn.Column(sizing_mode="stretch_width", margin=0, visible=False)
        self.viewer: MoleculeViewer | None = None

    def show(self, shown: Shown) -> None:
        """Show or hide it, and write on both structures whose they are."""
        views = self.comparison.views
        first = views.viewer
        if not shown.beside:
            views.viewers = {}
            self.box.visible = False
            first.param.update(title="", twin="", height=VIEWER["height"])
            return
        if self.viewer is None:
            self.viewer = views.make_viewer()
            self.viewer.twin = first.name
            self.graph.beside = DrawnGraph(self.comparison, self.viewer)
            self.box.append(self.viewer)
        known = shown.beside in views.viewers
        views.viewers = {shown.beside: self.viewer}
        first.twin = first.name
        if not known and self.comparison.scan is not None:
            dark = self.comparison.state.dark
            self.viewer.show(self.comparison.scan, frame=views.player.frame, dark=dark)
        for viewer, name in ((first, shown.lead), (self.viewer, shown.beside)):
            viewer.title = self.comparison.offered[name].display_name
            viewer.height = HEIGHT
            viewer.title_color = self.comparison.look(name).colour(self.comparison.state.dark)
        self.box.visible = True
