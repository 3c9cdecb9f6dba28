"""All views of one comparison, linked: the slider moves structure and curves, a finding is seen wherever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.finding_board import Finding
from bsct_explorer.app.viewer import MoleculeViewer
from bsct_explorer.app.views.curves_view import CurvesView
from bsct_explorer.app.views.findings_view import NO_POTENTIAL, FindingsView
from bsct_explorer.app.views.looking import LookOf
from bsct_explorer.app.views.metrics_view import MetricsView
from bsct_explorer.app.views.player_view import PlayerView
from bsct_explorer.app.views.structure_view import Picked, StructureView
from bsct_explorer.molecules import Molecule


class ComparisonViews:
    """The views of one comparison; each listens to it by itself, and they hear of each other here.

    Parameters
    ----------
    look
        Colour and dash of a potential.
    picked
        Told what was clicked in the structure.
    hint
        What to do where no potential has a curve.
    """

    def __init__(self, comparison: Comparison, look: LookOf, picked: Picked, hint: str = NO_POTENTIAL) -> None:
        self.player = PlayerView(comparison)
        self.structure = StructureView(comparison, look, picked)
        self.curves = CurvesView(comparison, look)
        self.findings = FindingsView(comparison, look, hint)
        self.metrics = MetricsView(comparison, look)
        self._link()

    def _link(self) -> None:
        player = self.player.player
        # In the browser: nothing here waits for the server while the slider moves.
        self._follow_player(self.structure.viewer)
        self.structure.on_viewer.listen(self._follow_player)
        markers = {f"marker_{name}": marker for name, marker in self.curves.plots.markers.items()}
        moves = "; ".join(f"{name}.location = q" for name in markers)
        code = f"const q = cb_obj.values[cb_obj.frame]; if (q !== undefined) {{ {moves} }}"
        player.jscallback(args=markers, frame=code)
        self.curves.on_drawn.listen(self.player.show_rows)
        self.curves.on_frame.listen(lambda frame: player.param.update(frame=frame))
        self.findings.on_items.listen(self.player.show_stops)
        self.findings.on_selected.listen(self._show_selected)
        self.findings.on_chosen.listen(self._go_to)
        player.param.watch(lambda event: self.findings.select(event.new), "stop")

    def _follow_player(self, viewer: MoleculeViewer) -> None:
        self.player.player.jslink(viewer, frame="frame")

    def _show_selected(self, marked: Sequence[Finding], chosen: Finding | None) -> None:
        self.curves.mark(marked, chosen.key if chosen is not None else "")
        self.structure.light(chosen)

    def _go_to(self, item: Mapping[str, Any] | None) -> None:
        """Go to the frame of the finding that was clicked."""
        if item is not None:
            self.player.player.param.update(frame=item["frame"], stop=item["key"])
        else:
            self.player.player.stop = ""

    def show_nothing(self, molecule: Molecule, message: str) -> None:
        """A molecule without anything to drive."""
        self.structure.show_molecule(molecule)
        self.player.show_nothing()
        self.findings.show_nothing(message)
        self.metrics.show_nothing()
