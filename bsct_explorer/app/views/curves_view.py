"""The curves of a comparison: energy, force along the coordinate and L(r), with the findings' marks on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import panel as pn

from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.events import Event
from bsct_explorer.app.session.finding_board import Finding
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.views.finding_items import marks_of
from bsct_explorer.app.views.looking import LookOf, looks_of
from bsct_explorer.deformations import Scan
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.plots.shown_curves import PlotSettings, ShownCurves


def plot_settings(state: ExplorerState) -> PlotSettings:
    """What the person asked of all figures."""
    return PlotSettings(state.zero, state.integrated, state.full_range, state.shown_unit)


class CurvesView:
    """The plots; they live as long as the page and are given new curves.

    Attributes
    ----------
    plots
        The figures.
    panes
        A pane for each figure, by the figure's name.
    on_drawn
        Told of the curves that were drawn.
    on_frame
        Told of the frame that was clicked.
    """

    def __init__(self, comparison: Comparison, look: LookOf) -> None:
        self.comparison, self.state, self._look = comparison, comparison.state, look
        self.on_drawn: Event[[ShownCurves]] = Event()
        self.on_frame: Event[[int]] = Event()
        self.plots = CurvePlots()
        self._stale = True
        """What is drawn is of the scan before, or nothing."""
        self.panes = {
            name: pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=(0, 4))
            for name, plot in self.plots.figures.items()
        }
        for plot in self.plots.figures.values():
            plot.on_event("tap", self._on_tap)
        comparison.on_scan.listen(self._show_scan)
        comparison.on_results.listen(self.draw)
        watch = self.state.param.watch
        watch(lambda *_: self.draw(), ["zero", "integrated"])
        watch(lambda *_: self._show_unit(), "energy_unit")
        watch(lambda *_: self.plots.set_full_range(self.state.full_range), "full_range")
        watch(lambda *_: self._apply_theme(), "dark")
        self.plots.apply_theme(self.state.dark)

    def draw(self) -> None:
        """Draw the curves that are there."""
        scan, analyses = self.comparison.shown, self.comparison.analyses
        if scan is None:
            return
        self._stale = False
        shown = ShownCurves(dict(analyses), looks_of(self.comparison, self._look), plot_settings(self.state))
        self.plots.show(shown)
        self.plots.set_frame(float(scan.values[min(self.state.frame, len(scan) - 1)]))
        self.on_drawn(shown)

    def mark(self, findings: Sequence[Finding], selected: str) -> None:
        """Mark findings, the selected one strongly."""
        self.plots.show_marks(marks_of(findings, self.comparison.analyses, selected, self.state.shown_unit), selected)

    def _show_scan(self, scan: Scan, frame: int) -> None:
        """Curves of the old scan stay, dimmed, until the new ones come."""
        self._stale = True
        self.plots.set_dimmed(True)
        self.plots.set_frame(float(scan.values[frame]))

    def _on_tap(self, event: Any) -> None:
        scan = self.comparison.shown
        if scan is not None and event.x is not None:
            self.on_frame(int(np.argmin(np.abs(scan.values - event.x))))

    def _show_unit(self) -> None:
        """The same curves in another unit; those of a scan before, dimmed, wait to be replaced."""
        if not self._stale:
            self.draw()

    def _apply_theme(self) -> None:
        self.plots.apply_theme(self.state.dark)
        if not self._stale:
            self.draw()
