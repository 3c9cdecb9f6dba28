"""The views of one session and how they are linked: 3D, slider, plots, findings, metrics."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import panel as pn

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.components import FindingsList, FramePlayer, MetricsTable
from bsct_explorer.app.session import closeups, present
from bsct_explorer.app.session import finding_board as findings
from bsct_explorer.app.session.finding_board import Finding
from bsct_explorer.app.state import REFERENCE
from bsct_explorer.app.viewer import MoleculeViewer
from bsct_explorer.deformations import Scan
from bsct_explorer.molecules import Molecule
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.plots.looks import REFERENCE_LOOK, Look
from bsct_explorer.plots.shown_curves import ENERGY_ZEROS, PlotSettings, ShownCurves
from bsct_explorer.words.atoms import coordinate_label
from bsct_explorer.words.numbers import number

if TYPE_CHECKING:
    from bsct_explorer.app.session.comparison import Comparison


NOTHING_FOUND = (
    "Nothing found on this grid: no second minimum, no force of the wrong sign, no jump above the thresholds."
)
COMPUTING = "The curves are being computed."
VIEWER: dict[str, Any] = {"sizing_mode": "stretch_width", "height": 336}


class Views:
    """What is on the page for one scan."""

    def __init__(self, explorer: Comparison) -> None:
        self.explorer = explorer
        self.state = explorer.state
        self.curves = CurvePlots()
        self.viewer = MoleculeViewer(**VIEWER)
        self.viewers: dict[str, MoleculeViewer] = {}
        """Structures of one potential's own, beside `viewer`, which is everybody else's; made by `make_viewer`."""
        self.player = FramePlayer(sizing_mode="stretch_width", margin=(6, 10))
        self.findings = FindingsList(sizing_mode="stretch_width", margin=(8, 10))
        self.metrics = MetricsTable(sizing_mode="stretch_width", margin=(8, 10))
        # Its line is there when it is empty, so that words in it move nothing.
        self.legend = pn.pane.HTML("", margin=(0, 10), min_height=18, styles={"font-size": "12px", "opacity": "0.8"})
        self.panes = {
            name: pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=(0, 4))
            for name, plot in self.curves.figures.items()
        }
        self.analyses: Mapping[str, Analysis] = {}
        self.complete = False
        """Whether findings and metrics stand for everything that was computed last."""
        self._replace = True
        self._lit_words = ""
        self._drawn_words: list[str] = []
        self._link()
        self.apply_theme()

    def _link(self) -> None:
        # In the browser: nothing here waits for the server while the slider moves.
        self._link_viewer(self.viewer)
        self.player.jscallback(
            args={f"marker_{name}": marker for name, marker in self.curves.markers.items()},
            frame="const q = cb_obj.values[cb_obj.frame]; if (q !== undefined) { "
            + "; ".join(f"marker_{name}.location = q" for name in self.curves.markers)
            + " }",
        )
        for plot in self.curves.figures.values():
            plot.on_event("tap", self._on_tap)
        self.player.param.watch(self._on_frame, "frame")
        self.player.param.watch(lambda event: self._select(event.new), "stop")
        self.findings.param.watch(self._on_finding, "clicks")
        watch = self.state.param.watch
        watch(lambda *_: self._show_curves(), ["zero", "integrated"])
        watch(lambda *_: self.curves.set_full_range(self.state.full_range), "full_range")
        watch(lambda *_: self._show_atoms(), ["colour", "arrows"])
        watch(lambda *_: self.apply_theme(), "dark")

    def _link_viewer(self, viewer: MoleculeViewer) -> None:
        self.player.jslink(viewer, frame="frame")
        viewer.param.watch(lambda event: self.explorer.pick(list(event.new)), "picked")

    def make_viewer(self) -> MoleculeViewer:
        """Another structure that moves with the slider, for `viewers`."""
        viewer = MoleculeViewer(**VIEWER, dark=self.state.dark)
        self._link_viewer(viewer)
        return viewer

    @property
    def every_viewer(self) -> tuple[MoleculeViewer, ...]:
        return self.viewer, *self.viewers.values()

    # showing

    def show_scan(self, scan: Scan, frame: int) -> None:
        """The new structure at once; curves and findings of the old scan stay, dimmed, until the new ones come."""
        self._replace, self.complete = True, False
        for viewer in self.every_viewer:
            viewer.show(scan, frame=frame, dark=self.state.dark)
        label = coordinate_label(scan.molecule.symbols, scan.kind, scan.atoms)
        self.player.param.update(
            values=[float(value) for value in scan.values], unit=scan.unit, label=label, frame=frame
        )
        self.state.frame = frame
        self.curves.set_dimmed(True)
        self.findings.dimmed = self.metrics.dimmed = True
        self.player.rows = [{**row, "dimmed": True} for row in self.player.rows]
        self.curves.set_frame(float(scan.values[frame]))

    def show_nothing(self, molecule: Molecule, message: str) -> None:
        """A molecule without anything to pull."""
        for viewer in self.every_viewer:
            viewer.show(molecule)
        self.player.param.update(values=[], rows=[], stops=[])
        self.findings.param.update(items=[], message=message, dimmed=False, selected="", tally="")
        self.metrics.param.update(rows=[], notes=[])

    def show_results(self, analyses: Mapping[str, Analysis], *, complete: bool) -> None:
        """Draw what is there; findings and metrics only when `complete` (the reference has answered)."""
        if not analyses and not complete:
            return
        self.analyses = dict(analyses)
        self._show_curves()
        self._show_atoms()
        self.complete = complete
        if not complete:
            return
        if self.explorer.drawn:  # in a message of their own, so that the curves do not wait for them
            self.explorer.schedule(partial(self._show_findings_of, self.explorer.scan))
        else:
            self._show_findings()

    def looks(self) -> dict[str, Look]:
        """Colour and dash of every potential that is shown."""
        return {name: REFERENCE_LOOK if name == REFERENCE else self.explorer.look(name) for name in self.analyses}

    @property
    def plot_settings(self) -> PlotSettings:
        """What the person asked of all figures."""
        return PlotSettings(self.state.zero, self.state.integrated, self.state.full_range)

    def _show_curves(self) -> None:
        scan = self.explorer.scan
        if scan is None:
            return
        state = self.state
        shown = ShownCurves(self.analyses, self.looks(), self.plot_settings)
        self.curves.show(shown)
        self.curves.set_frame(float(scan.values[min(self.player.frame, len(scan) - 1)]))
        self.player.param.update(rows=present.player_rows(shown, state.dark), energy_note=ENERGY_ZEROS[state.zero])
        if self._replace:
            self.curves.show_marks([])
            self.findings.selected = ""
            self._light(None)
            self._lit_words = ""

    def _show_findings_of(self, scan: Scan | None) -> None:
        """Show the findings of this scan, unless another has taken its place."""
        if self.complete and self.explorer.scan is scan:
            self._show_findings()

    def _show_findings(self) -> None:
        self._replace = False
        with together():
            self.findings.curves = {name: closeups.curve_points(analysis) for name, analysis in self.analyses.items()}
            self.findings.param.update(dimmed=False, message=self._empty_message(), dark=self.state.dark)
            self.metrics.dimmed = False
            self.show_verdicts()

    def show_verdicts(self) -> None:
        """The findings as they are known now, each in its place; curves, axes and the slider stay as they are."""
        if self._replace or self.explorer.scan is None:
            return
        analyses, looks, dark = self.analyses, self.looks(), self.state.dark
        board = [finding for finding in self.explorer.checking.board.findings if finding.potential in analyses]
        items = findings.finding_items(board, analyses, looks, dark)
        keys = {item["key"] for item in items}
        selected = self.findings.selected if self.findings.selected in keys else ""
        with together():
            self.findings.param.update(items=items, tally=findings.tally(board), selected=selected)
            self.player.param.update(stops=findings.stops_of(items), stop=selected)
            self.metrics.param.update(
                columns=present.metric_columns(REFERENCE in analyses),
                rows=present.metric_rows(analyses, looks, dark),
                note=self._metrics_note(),
                notes=present.notes_of(analyses),
            )
            self._show_selected()

    def _show_selected(self) -> None:
        """The selected finding on the plots, and in the structure what it comes from."""
        selected, analyses = self.findings.selected, self.analyses
        board = [finding for finding in self.explorer.checking.board.findings if finding.potential in analyses]
        # A ghost stands behind the others: its findings are in the list, and on the plots once they are chosen.
        looks = self.looks()
        marked = [finding for finding in board if finding.key == selected or not looks[finding.potential].ghost]
        self.curves.show_marks(findings.marks_of(marked, analyses, selected), selected)
        chosen = next((finding for finding in board if finding.key == selected), None)
        self._light(chosen)
        self._lit_words = closeups.lit_words(chosen.artifact, analyses[chosen.potential]) if chosen else ""
        self._show_legend()

    def _light(self, chosen: Finding | None) -> None:
        """Light what a finding comes from in its potential's structure."""
        cause = chosen.artifact.cause if chosen is not None else None
        lit = {"lit": list(cause.atoms), "lit_pairs": [list(pair) for pair in cause.pairs]} if cause else {}
        where = self.viewers.get(chosen.potential, self.viewer) if chosen is not None else self.viewer
        for viewer in self.every_viewer:
            viewer.param.update(**{"lit": [], "lit_pairs": [], **(lit if viewer is where else {})})

    def _empty_message(self) -> str:
        offered = self.explorer.offered
        names = {name: offered[name].display_name if name in offered else name for name in self.explorer.errors}
        problems = [
            text if text.startswith(names[name]) else f"{names[name]}: {text}"
            for name, text in self.explorer.errors.items()
        ]
        if not [name for name in self.analyses if name != REFERENCE]:
            if self.explorer.running and self.explorer.wanted():
                return COMPUTING
            return "\n".join([*problems, self.explorer.hint])
        return "\n".join([NOTHING_FOUND, *present.rough_without_findings(self.analyses), *problems])

    def _metrics_note(self) -> str:
        scan, reference = self.explorer.scan, self.analyses.get(REFERENCE)
        if scan is None:
            return ""
        spacing = float(np.mean(np.diff(scan.values)))
        note = f"{len(scan)} frames, {number(spacing)} {scan.unit} apart"
        if reference is None:
            return f"{note}. Choose a reference to see FSD and errors."
        fsd = next((analysis.fsd for analysis in self.analyses.values() if analysis.fsd is not None), None)
        eps = f"; FSD with ε = {number(fsd.eps)} eV/Å" if fsd else ""
        return (
            f"{note}{eps}; reference: {reference.profile.info.display_name}, {reference.profile.info.level_of_theory}."
        )

    def _show_atoms(self) -> None:
        """Forces, colours and arrows of the structure."""
        name = self.state.arrows
        shown = self.analyses.get(name)
        self.viewer.color_by = self.state.colour
        forces = shown.profile.forces if shown else None
        source = shown or next(iter(self.analyses.values()), None)
        if self.state.colour == "force" and forces is None and source is not None:
            forces = source.profile.forces
        self.viewer.arrows = shown is not None and forces is not None
        if source is not None and self.explorer.scan is not None:
            looks = self.looks()
            colour = looks[name].colour(self.state.dark) if name in looks else None
            self.viewer.set_forces(forces, color=colour)
        words: list[str] = []
        if self.viewer.arrows and shown is not None:
            words.append(f"Arrows: forces of {shown.profile.info.display_name}, {self.viewer.arrow_scale_text}")
        if self.state.colour == "force" and forces is not None and source is not None:
            whose = "each variant" if self.viewers else (shown or source).profile.info.display_name
            words.append(f"Colours: force of {whose}, {self.viewer.color_scale_text}")
        for name, viewer in self.viewers.items():  # by the same scale
            own = self.analyses[name].profile.forces if name in self.analyses else None
            viewer.color_by = self.state.colour
            viewer.set_forces(own if forces is not None else None, reference=self.viewer.arrow_reference)
        self._drawn_words = words
        self._show_legend()

    def _show_legend(self) -> None:
        """What arrows, colours and lights in the structure mean."""
        self.legend.object = " · ".join(filter(None, [self._lit_words, *self._drawn_words]))

    # hearing

    def _on_frame(self, event: Any) -> None:
        self.state.frame = event.new

    def _on_tap(self, event: Any) -> None:
        scan = self.explorer.scan
        if scan is not None and event.x is not None:
            self.player.frame = int(np.argmin(np.abs(scan.values - event.x)))

    def _on_finding(self, *_: Any) -> None:
        """A click in the list: go to the finding's frame; where it closed the finding, nothing is selected."""
        item = next((item for item in self.findings.items if item["key"] == self.findings.selected), None)
        with together():
            if item is not None:
                self.player.param.update(frame=item["frame"], stop=item["key"])
            else:
                self.player.stop = ""
            self._show_selected()

    def _select(self, key: str) -> None:
        if key and key != self.findings.selected:
            self.findings.selected = key
            self._show_selected()

    def apply_theme(self) -> None:
        """Light or dark, for everything that is not Panel's own."""
        dark = self.state.dark
        components: tuple[Any, ...] = (self.player, self.findings, self.metrics, *self.every_viewer)
        for component in components:
            component.dark = dark
        self.curves.apply_theme(dark)
        if self.analyses and not self._replace:
            self._show_findings()
            self._show_curves()
            self._show_atoms()

    def push(self) -> None:
        """In a notebook, send changes of the plots; a server does that by itself."""
        if pn.state.curdoc is None or pn.state.curdoc.session_context is None:
            pn.io.push_notebook(*self.panes.values())


def together() -> AbstractContextManager[None]:
    """Send what changes inside in one message."""
    return pn.io.hold() if pn.state.loaded else nullcontext()  # type: ignore[no-any-return]
