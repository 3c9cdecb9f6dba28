"""Far beyond the range, on request: does the force die out, and do the fragments' energies add up?"""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource, HoverTool, Range1d, Span

from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.views.looking import LookOf, looks_of
from bsct_explorer.app.work.evaluations import by_cost
from bsct_explorer.app.work.job import Hearers, Job, Run
from bsct_explorer.artifacts.far_field import DEAD, REACH, FarField
from bsct_explorer.artifacts.shown_units import far_field_in
from bsct_explorer.plots.bokeh_style import colour_figure, make_figure
from bsct_explorer.plots.looks import Look, surface
from bsct_explorer.study import Hooks, look_beyond

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis

TITLE = "Far field: beyond the range"
EXPLANATION = (
    f"A broken bond should exert no force, and its energy should be that of its two fragments alone. The bond is "
    f"pulled on to {REACH:g} Å with every potential that is shown, and the fragments are computed by themselves."
)
NO_BOND = "An angle or a torsion has no far field: its fragments never separate. Stretch a bond to see it."
OWN_FRAMES = "The frames come with the reference, so nothing can be computed beyond them."
WEAK, LEAST = 10 * DEAD, 0.05
"""eV/Å and eV. Least half heights of the plots: what is smaller counts as nothing."""


class FarFieldPanel:
    """The far field of what a comparison shows, computed when it is asked for.

    Attributes
    ----------
    found
        By the name that a potential is loaded by: the reference can change its potential.
    """

    def __init__(self, comparison: Comparison, look: LookOf, scheduler: Scheduler) -> None:
        self.comparison, self.state, self._look = comparison, comparison.state, look
        self.found: dict[str, FarField] = {}
        self._job = Job(scheduler.soon)
        self.run = pmui.Button(label=f"Pull on to {REACH:g} Å", variant="outlined", size="small", margin=(4, 8))
        self.stop = pmui.Button(label="Cancel", variant="text", size="small", visible=False, margin=(4, 0))
        self.status = pn.pane.HTML(EXPLANATION, margin=(4, 8), styles={"font-size": "13px"})
        self.words = pn.pane.HTML("", margin=(4, 8), styles={"font-size": "13px"}, visible=False)
        self.force = make_figure(height=170)
        self.energy = make_figure(height=170, x_range=self.force.x_range)
        self._zero = tuple(Span(dimension="width", location=0.0, line_width=1) for _ in range(2))
        self._sources: dict[str, ColumnDataSource] = {}
        self._tips: dict[str, dict[str, HoverTool]] = {}
        self._build()
        self.run.on_click(lambda *_: self.start())
        self.stop.on_click(lambda *_: self.cancel())
        comparison.on_scan.listen(lambda *_: self._forget())
        comparison.on_results.listen(self._results)
        self.state.param.watch(lambda *_: self._draw(), ["dark", "energy_unit"])

    def _build(self) -> None:
        for plot, zero in zip((self.force, self.energy), self._zero, strict=True):
            plot.add_layout(zero)
        self.force.title.text = "Force along the bond; positive pushes apart"
        self.force.xaxis.visible = False
        self.energy.title.text = "Energy above that of the two fragments alone"
        self.energy.xaxis.axis_label = "distance / Å"
        self.plots = pn.Column(
            *(pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=(0, 4)) for plot in (self.force, self.energy)),
            sizing_mode="stretch_width",
            margin=0,
            visible=False,
        )

    def layout(self) -> pn.Column:
        return pn.Column(
            self.status, pn.Row(self.run, self.stop), self.words, self.plots, sizing_mode="stretch_width", margin=0
        )

    # computing

    def start(self) -> None:
        """Pull on with every potential that has a curve, the quick ones first."""
        if not self.comparison.analyses:
            notify("info", "Choose a potential first: its far field is computed here.")
            return
        missing = by_cost([name for name in self._live().values() if name not in self.found])
        if not missing:
            notify("info", "None of these curves comes from a potential on this server, so nothing can be computed.")
            return
        self.stop.visible, self.run.disabled = True, True
        self._next(list(missing))

    def cancel(self) -> None:
        """Stop; what is there stays."""
        self._job.cancel()
        self._idle("Stopped." if self.stop.visible else self.status.object)

    def close(self) -> None:
        """Stop for good: the page is gone."""
        self._job.close()

    def _live(self) -> dict[str, str]:
        """What is shown and can be asked: its name on the page → the name to load it by."""
        potentials = self.comparison.potentials
        names = {name: potentials.loaded_by(name) for name in self.comparison.analyses}
        return {name: potential for name, potential in names.items() if potential in potentials}

    def _shown(self) -> dict[str, FarField]:
        """What was found of the potentials that are shown, by their names on the page."""
        return {name: self.found[potential] for name, potential in self._live().items() if potential in self.found}

    def _next(self, missing: list[str]) -> None:
        """Ask the first of these; the others follow when it has answered."""
        from bsct_explorer.potentials.registry import load_offered

        potential, *others = missing
        shown = next((name for name, loaded in self._live().items() if loaded == potential), None)
        if shown is None:  # taken off the page meanwhile
            self._go_on(others)
            return
        analysis = self.comparison.analyses[shown]
        display = analysis.profile.info.display_name
        self.status.object = f"{html.escape(display)}: pulling on …"
        device, dtype = self.comparison.potentials.device, self.comparison.potentials.dtype

        def work(run: Run[None]) -> Analysis:
            return look_beyond(
                analysis, load_offered(potential, device=device, dtype=dtype), Hooks(cancel=run.cancelled)
            )

        self._job.start(
            work,
            Hearers(done=partial(self._take, potential, display, others), failed=partial(self._fail, display, others)),
        )

    def _take(self, potential: str, display: str, others: list[str], analysis: Analysis) -> None:
        """A potential has answered."""
        if analysis.far_field is not None:
            self.found[potential] = analysis.far_field
            self._results()
        else:
            reason = next((note for note in analysis.notes if note.startswith("No far field")), "No far field.")
            notify("warning", f"{display}: {reason[0].lower()}{reason[1:]}")
        self._go_on(others)

    def _fail(self, display: str, others: list[str], words: str) -> None:
        notify("warning", f"{display}: no far field. {words}")
        self._go_on(others)

    def _go_on(self, others: list[str]) -> None:
        if others:
            self._next(others)
        else:
            self._idle(EXPLANATION)

    def _idle(self, text: str) -> None:
        self.stop.visible, self.run.disabled = False, False
        self.status.object = text
        self._draw()

    def _forget(self) -> None:
        """Another scan: what was found is of the old one."""
        self._job.cancel()
        self.found = {}
        self._idle(self._refusal() or EXPLANATION)

    def _refusal(self) -> str:
        """Why this scan has no far field; empty where it has one."""
        scan = self.comparison.scan
        if scan is None:
            return ""
        return NO_BOND if scan.kind != "bond" else "" if scan.deformation else OWN_FRAMES

    def _results(self) -> None:
        """The curves were judged anew (other thresholds, a verdict): what was found beyond them still holds."""
        for name, far in self._shown().items():
            if self.comparison.analyses[name].far_field is not far:
                self.comparison.look_beyond(name, far)
        self._draw()

    # showing

    def _display(self, name: str) -> str:
        analysis = self.comparison.analyses.get(name)
        return analysis.profile.info.display_name if analysis is not None else name

    def _draw(self) -> None:
        looks, dark = looks_of(self.comparison, self._look), self.state.dark
        shown = {name: far for name, far in self._shown().items() if name in looks}
        self.plots.visible = self.words.visible = bool(shown)
        left = set(self._live().values()) - set(self.found)
        self.run.label = f"Pull {len(left)} more on to {REACH:g} Å" if shown and left else f"Pull on to {REACH:g} Å"
        self.run.visible = not self._refusal() and not (shown and not left)
        colours = surface(dark)
        for plot, zero in zip((self.force, self.energy), self._zero, strict=True):
            colour_figure(plot, colours)
            zero.line_color = colours.zero
        unit = self.state.shown_unit
        self.force.yaxis.axis_label, self.energy.yaxis.axis_label = f"Force / {unit.name}/Å", f"Energy / {unit.name}"
        if not shown:
            return
        for name, source in self._sources.items():
            if name not in shown:
                source.data = {"x": [], "force": [], "energy": []}
        for name, far in shown.items():
            self._draw_one(name, far, looks[name], dark)
        self._set_ranges(shown)
        self.words.object = "".join(
            _lines(self._display(name), far_field_in(far, unit), looks[name], dark) for name, far in shown.items()
        )

    def _draw_one(self, name: str, far: FarField, look: Look, dark: bool) -> None:
        zero = far.fragments_energy if far.fragments_energy is not None else far.separated_energy or 0.0
        unit = self.state.shown_unit
        data = {"x": far.values, "force": unit.per_ev * far.forces, "energy": unit.per_ev * (far.energies - zero)}
        if name in self._sources:
            self._sources[name].data = data
            for plot in (self.force, self.energy):
                for line in plot.select({"name": name}):
                    line.glyph.line_color = look.colour(dark)
            for column, hover in self._tips[name].items():
                hover.tooltips = self._tip(name, column)
            return
        self._sources[name] = source = ColumnDataSource(data)
        self._tips[name] = {}
        for plot, column in ((self.force, "force"), (self.energy, "energy")):
            line = plot.line(
                "x",
                column,
                source=source,
                name=name,
                color=look.colour(dark),
                line_dash=look.dash,
                line_width=2,
            )
            tip = self._tip(name, column)
            self._tips[name][column] = HoverTool(renderers=[line], tooltips=tip, line_policy="nearest", visible=False)
            plot.add_tools(self._tips[name][column])

    def _tip(self, name: str, column: str) -> str:
        """What hovering over a line says."""
        unit = self.state.shown_unit
        per = "/Å" if column == "force" else ""
        places = "0" * max(1, unit.places(5))
        return f"{html.escape(self._display(name))}<br>@x{{0.00}} Å · @{column}{{0.{places}}} {unit.name}{per}"

    def _set_ranges(self, shown: Mapping[str, FarField]) -> None:
        start = min(float(far.values[0]) for far in shown.values())
        self.force.x_range.update(start=start, end=REACH, reset_start=start, reset_end=REACH)
        for plot, column, least_ev in ((self.force, "force", WEAK), (self.energy, "energy", LEAST)):
            least = self.state.shown_unit.per_ev * least_ev
            drawn = np.concatenate([np.asarray(self._sources[name].data[column], float) for name in shown])
            finite = drawn[np.isfinite(drawn)]
            low, high = (min(float(finite.min()), -least), max(float(finite.max()), least)) if finite.size else (-1, 1)
            pad = 0.06 * (high - low)
            _fit(plot.y_range, low - pad, high + pad)


def _fit(axis: Range1d, low: float, high: float) -> None:
    axis.update(start=low, end=high, reset_start=low, reset_end=high)


def _lines(name: str, far: FarField, look: Look, dark: bool) -> str:
    """One potential's sentences, and what is assumed in smaller letters."""
    swatch = (
        f"<span style='display:inline-block;width:18px;{look.border(dark)};"
        "vertical-align:middle;margin-right:6px'></span>"
    )
    said = " ".join(html.escape(sentence) for sentence in far.sentences)
    notes = "".join(
        f"<div style='opacity:.75;font-size:12px;margin-left:24px'>{html.escape(note)}</div>" for note in far.notes
    )
    return f"<div style='margin:2px 0 6px'>{swatch}<b>{html.escape(name)}</b> {said}{notes}</div>"
