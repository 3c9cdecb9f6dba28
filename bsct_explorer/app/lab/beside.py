"""The structure a second time, beside the first: each of two variants with the neighbours that it sees itself."""

from __future__ import annotations

import panel as pn

from bsct_explorer.app.lab.graph_panel import DrawnGraph, GraphPanel
from bsct_explorer.app.lab.lab_looks import lab_look
from bsct_explorer.app.session.lab_choices import Shown
from bsct_explorer.app.session.lab_session import LabSession
from bsct_explorer.app.viewer import MoleculeViewer
from bsct_explorer.app.views.structure_view import HEIGHT as ALONE
from bsct_explorer.app.views.structure_view import StructureView

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

    def __init__(self, session: LabSession, first: StructureView, graph: GraphPanel) -> None:
        self.session, self.first, self.graph = session, first, graph
        self.box = pn.Column(sizing_mode="stretch_width", margin=0, visible=False)
        self.viewer: MoleculeViewer | None = None

    def show(self, shown: Shown) -> None:
        """Show or hide it, and write on both structures whose they are."""
        first, comparison = self.first.viewer, self.session.comparison
        if not shown.beside:
            self.first.viewers = {}
            self.box.visible = False
            first.param.update(title="", twin="", height=ALONE)
            return
        if self.viewer is None:
            self.viewer = self.first.make_viewer()
            self.viewer.twin = first.name
            self.graph.beside = DrawnGraph(self.session, self.viewer)
            self.box.append(self.viewer)
        known = shown.beside in self.first.viewers
        self.first.viewers = {shown.beside: self.viewer}
        first.twin = first.name
        if not known and comparison.scan is not None:
            self.viewer.show(comparison.scan, frame=comparison.state.frame, dark=comparison.state.dark)
        for viewer, name in ((first, shown.lead), (self.viewer, shown.beside)):
            viewer.title = comparison.potentials.display(name)
            viewer.height = HEIGHT
            viewer.title_color = lab_look(self.session, name).colour(comparison.state.dark)
        self.box.visible = True
