"""All bonds of a molecule side by side: a small plot each, worst first; a click opens one."""

from __future__ import annotations

import html
from typing import Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app import icons
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.coordinate_choice import BACK_TO_BOND
from bsct_explorer.app.session.explorer import Explorer
from bsct_explorer.app.session.page_settings import page_settings
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.views.curves_view import plot_settings
from bsct_explorer.app.views.remarks_block import remarks_block
from bsct_explorer.app.work.job import Hearers, Job, Progress, Run
from bsct_explorer.plots.study_figures import card_plots
from bsct_explorer.potentials.registry import load_offered
from bsct_explorer.study import BondSurvey, Hooks, Potentials, Pull, Study, all_bonds, remarks_of_all
from bsct_explorer.study.reference_choice import not_of_all_bonds

CARD_WIDTH = 296

STORED = {"dft": "the DFT of a BSCT-SPICE system", "file": "your file"}
"""References of one scan, by their names in the state."""

EXPLANATION = (
    "Every bond outside rings, pulled with the chosen potentials, range, points and reference. Worst first: by "
    "severe, moderate and minor findings, then by FSD."
)


class AllBonds:
    """The survey of one molecule, computed when it is asked for."""

    def __init__(self, explorer: Explorer, scheduler: Scheduler) -> None:
        self.explorer, self.potentials = explorer, explorer.comparison.potentials
        self._job = Job(scheduler.soon)
        self.opened: Any = None
        self.run = pmui.Button(label="Pull all bonds", variant="contained", size="small", margin=(4, 8))
        self.stop = pmui.Button(label="Cancel", variant="text", size="small", visible=False, margin=(4, 0))
        self.status = pn.pane.HTML("", margin=(10, 8), styles={"font-size": "13px"})
        self.bar = pmui.LinearProgress(active=False, value=0, sizing_mode="stretch_width", margin=0, visible=False)
        self.remarks = pn.pane.HTML("", margin=(0, 8), styles={"font-size": "13px"})
        self.grid = pn.FlexBox(gap="12px", sizing_mode="stretch_width")
        self.run.on_click(lambda *_: self.start())
        self.stop.on_click(lambda *_: self.cancel())
        self.survey: BondSurvey | None = None
        self._cards: dict[tuple[int, ...], pn.Column] = {}
        explorer.on_molecule.listen(lambda _: self._forget())
        explorer.state.param.watch(
            lambda *_: self._stale(), ["low", "high", "points", "fixed", "potentials", "reference", "thresholds"]
        )
        explorer.state.param.watch(
            lambda *_: self._redraw(), ["dark", "zero", "integrated", "full_range", "energy_unit"]
        )
        self.status.object = EXPLANATION

    def layout(self) -> pn.Column:
        return pn.Column(
            pn.Row(self.run, self.stop, self.status, sizing_mode="stretch_width"),
            self.bar,
            self.remarks,
            self.grid,
            sizing_mode="stretch_width",
        )

    def start(self) -> None:
        """Compute the survey in the background."""
        explorer, state = self.explorer, self.explorer.state
        if explorer.molecule is None or not self.potentials.wanted():
            notify("info", "Choose a potential first: its curves of all bonds are compared here.")
            return
        if state.reference in STORED:
            notify("error", not_of_all_bonds(STORED[state.reference]))
            return
        molecule, models = explorer.molecule, self.potentials.wanted()
        settings = page_settings(state, state.reference if state.reference in self.potentials else None)
        pull = Pull((state.low, state.high), state.points, state.fixed)

        def work(run: Run[BondSurvey]) -> BondSurvey:
            return all_bonds(
                molecule,
                models,
                settings,
                Hooks(run.progress(), run.cancelled),
                pull=pull,
                potentials=Potentials(load_offered),
                found=run.say,
            )

        self._cards = {}
        self.bar.param.update(visible=True, active=True)
        self.stop.visible = True
        self._job.start(
            work,
            Hearers(done=self._finished, failed=self._failed, said=self._so_far, progress=self._say),
        )

    def close(self) -> None:
        """Stop for good: the page is gone."""
        self._job.close()

    def cancel(self) -> None:
        """Stop; the survey shown before stays."""
        self._job.cancel()
        self._idle("Stopped.")

    def _so_far(self, survey: BondSurvey) -> None:
        """Each bond's card comes as soon as it is computed."""
        self.survey = survey
        self._draw()

    def _say(self, progress: Progress) -> None:
        self.status.object = f"{html.escape(progress.what)}: {progress.done} of {progress.total} frames"

    def _idle(self, text: str) -> None:
        self.bar.param.update(visible=False, active=False)
        self.stop.visible = False
        self.status.object = text

    def _failed(self, words: str) -> None:
        self._idle("")
        notify("error", words)

    def _finished(self, result: BondSurvey) -> None:
        self.survey = result
        count = len(result.studies)
        left_out = f"; {len(result.skipped)} in rings left out" if result.skipped else ""
        self._idle(f"{count} bond{'s' if count != 1 else ''}, worst first{left_out}.")
        self.run.label = "Pull all bonds again"
        self._draw()

    def _forget(self) -> None:
        self.cancel()
        self.survey = None
        self._cards = {}
        self.grid.objects = []
        self.remarks.object = ""
        self.run.label = "Pull all bonds"
        self.status.object = EXPLANATION

    def _stale(self) -> None:
        if self.survey is not None:
            self.status.object = "Computed with earlier settings: pull again to update."

    def _redraw(self) -> None:
        self._cards = {}
        self._draw()

    def _draw(self) -> None:
        """The cards in their order, those that are there unchanged."""
        if self.survey is None:
            return
        self.remarks.object = remarks_block(remarks_of_all(self.survey.studies), self.explorer.state.shown_unit)
        for study in self.survey.studies:
            if study.scan.atoms not in self._cards:
                self._cards[study.scan.atoms] = self._card(study)
        self.grid.objects = [self._cards[study.scan.atoms] for study in self.survey.studies]

    def _card(self, study: Study) -> pn.Column:
        i, j = study.scan.atoms
        state = self.explorer.state
        bond = study.scan.molecule.bond(i, j)
        count = sum(len(analysis.artifacts) for analysis in study.analyses)
        label = f"{bond.label if bond else f'{i}–{j}'} · {count} finding{'s' if count != 1 else ''}"
        button = pmui.Button(label=label, variant="text", size="small", end_icon=icons.ENLARGE, margin=0)
        button.on_click(lambda *_: self._open(f"{i}-{j}"))
        plots = card_plots(study, plot_settings(state), tuple(self.potentials.infos), state.dark)
        panes = [pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0) for plot in plots.figures.values()]
        failed = [html.escape(f"{failure.model}: {failure.error}") for failure in study.failed]
        problems = [pn.pane.HTML("<br>".join(failed), styles={"font-size": "11px"})] if failed else []
        return pn.Column(button, *panes, *problems, width=CARD_WIDTH, margin=4)

    def _open(self, bond: str) -> None:
        self.explorer.state.param.update(bond=bond, **BACK_TO_BOND)
        if self.opened is not None:
            self.opened()
