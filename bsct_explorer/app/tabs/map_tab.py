"""Two coordinates of the molecule as a map: chosen, computed behind the page, drawn, read by a click."""

from __future__ import annotations

import html
import io
from collections import Counter
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app import icons
from bsct_explorer.app.components import NumberField
from bsct_explorer.app.layout import in_theme
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.explorer import Explorer
from bsct_explorer.app.session.page_settings import page_settings
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.sidebar.choices import fill
from bsct_explorer.app.views.remarks_block import remarks_block
from bsct_explorer.app.work.job import Hearers, Job, Progress, Run
from bsct_explorer.artifacts import kind_of
from bsct_explorer.deformations import angles, deformation_of, parse_coordinate, torsions
from bsct_explorer.errors import ExplorerError
from bsct_explorer.export.file_format import FileFormat
from bsct_explorer.export.map_formats import MAP_FORMATS
from bsct_explorer.plots.map_figure import MapPlot, nearest, reading
from bsct_explorer.study import Hooks, Potentials, SurfaceMap, make_grid, remarks_of_map, run_map
from bsct_explorer.study.map_grid import DEFAULT_GRID, FEWEST
from bsct_explorer.study.map_quantities import QUANTITIES

if TYPE_CHECKING:
    from bsct_explorer.molecules import Molecule

MOST_POINTS = 61
"""Values of a coordinate on the page, whose server is shared; the command line allows more."""

EXPLANATION = "Drives two coordinates together, rigidly, over their usual ranges or the sidebar's."
STALE = "Computed with earlier settings: compute again to update."
COMPACT: dict[str, Any] = {"size": "small", "margin": (6, 6)}
ALL, SEVERE, NONE = "all", "severe", "none"


class MapTab:
    """The map of one session, computed when it is asked for."""

    def __init__(self, explorer: Explorer, scheduler: Scheduler) -> None:
        self.explorer, self.potentials = explorer, explorer.comparison.potentials
        self.surface: SurfaceMap | None = None
        self._read: tuple[int, int] | None = None
        """Row and column of the frame whose numbers are shown."""
        self._molecule: Molecule | None = None
        self._job = Job(scheduler.soon)
        self.x = pmui.Select(label="Across", options={}, searchable=True, width=250, **COMPACT)
        self.y = pmui.Select(label="Upwards", options={}, searchable=True, width=250, **COMPACT)
        self.potential = pmui.Select(label="Potential", options={}, width=160, **COMPACT)
        self.reference = pmui.Select(label="Compared with", options={}, width=160, **COMPACT)
        ends = {"start": FEWEST, "end": MOST_POINTS, "step": 2, "whole": True}
        self.points = in_theme(
            NumberField(label="Points per side", value=DEFAULT_GRID[0], width=110, margin=(6, 6), **ends),
            explorer.state,
        )
        self.run = pmui.Button(label="Compute map", variant="contained", size="small", margin=(12, 8))
        self.stop = pmui.Button(label="Cancel", variant="text", size="small", visible=False, margin=(12, 0))
        self.status = pn.pane.HTML(EXPLANATION, margin=(2, 8), styles={"font-size": "13px"})
        self.bar = pmui.LinearProgress(
            active=False, variant="determinate", value=0, sizing_mode="stretch_width", margin=0, visible=False
        )
        self.quantity = pmui.Select(label="Shown", options={}, width=190, **COMPACT)
        self.kinds = pmui.Select(label="Findings", options={}, width=230, **COMPACT)
        self.full = pmui.Checkbox(
            label="Colour scale up to the largest value", value=False, size="small", margin=(14, 8)
        )
        self.plot = MapPlot()
        self.pane = pn.pane.Bokeh(self.plot.figure, sizing_mode="stretch_width", margin=(0, 4))
        self.values = pn.pane.HTML("", margin=(4, 10), styles={"font-size": "13px"})
        self.remarks = pn.pane.HTML("", margin=(0, 10), styles={"font-size": "13px"})
        self.shown = pn.Column(
            pn.Row(self.quantity, self.kinds, self.full, *self._downloads(), sizing_mode="stretch_width"),
            self.pane,
            self.values,
            self.remarks,
            sizing_mode="stretch_width",
            margin=0,
            visible=False,
        )
        self._connect()

    def layout(self) -> pn.Column:
        return pn.Column(
            pn.FlexBox(
                self.x, self.y, self.potential, self.reference, self.points, self.run, self.stop, align_items="center"
            ),
            self.status,
            self.bar,
            self.shown,
            sizing_mode="stretch_width",
        )

    def _connect(self) -> None:
        explorer = self.explorer
        self.run.on_click(lambda *_: self.start())
        self.stop.on_click(lambda *_: self.cancel())
        self.quantity.param.watch(lambda *_: self._draw(), "value")
        self.kinds.param.watch(lambda *_: self._draw(), "value")
        self.full.param.watch(lambda *_: self._draw(), "value")
        self.plot.figure.on_event("tap", self._on_tap)
        for widget in (self.x, self.y, self.potential, self.reference, self.points):
            widget.param.watch(lambda *_: self._stale(), "value")
        explorer.on_molecule.listen(self._show_molecule)
        explorer.on_scan.listen(lambda _: self._stale())
        explorer.state.param.watch(lambda *_: self._fill_sources(), ["potentials", "reference"])
        explorer.state.param.watch(lambda *_: self._show_unit(), "energy_unit")
        explorer.state.param.watch(lambda *_: self._stale(), ["thresholds"])
        explorer.state.param.watch(lambda *_: self.plot.apply_theme(explorer.state.dark), ["dark"])
        self.plot.apply_theme(explorer.state.dark)
        self._fill_sources()
        if explorer.molecule is not None:
            self._show_molecule(explorer.molecule)

    # what is offered

    def _show_molecule(self, molecule: Molecule) -> None:
        """Offer the molecule's coordinates; a map of another molecule goes."""
        same, self._molecule = self._molecule is molecule, molecule
        if not same:
            self._forget()
        options = coordinate_options(molecule)
        first, second = starting_pair(options, f"bond:{self.explorer.state.bond}")
        kept = [self.x.value, self.y.value]
        for widget, value, old in ((self.x, first, kept[0]), (self.y, second, kept[1])):
            if not same:
                fill(widget, options=options, value=value)
            elif old not in options.values():
                widget.value = value
        self.run.disabled = second is None
        if second is None:
            self.status.object = (
                f"{html.escape(molecule.name)} has no two coordinates that can be driven: there is no map of it."
            )

    def _fill_sources(self) -> None:
        offered = {info.display_name: name for name, info in self.potentials.infos.items()}
        chosen = [name for name in self.potentials.wanted() if name in offered.values()]
        value = self.potential.value if self.potential.value in offered.values() else None
        self.potential.param.update(options=offered, value=value or next(iter(chosen), next(iter(offered.values()))))
        reference = self.explorer.state.reference
        self.reference.param.update(
            options={"None": "", **offered},
            value=reference if reference in offered.values() else self.reference.value or "",
        )

    # computing

    def start(self) -> None:
        """Compute the map in the background."""
        molecule = self.explorer.molecule
        if molecule is None or not self.x.value or not self.y.value:
            return
        try:
            x, y = (self._deformation(widget.value) for widget in (self.x, self.y))
            make_grid(molecule, x, y, (FEWEST, FEWEST))  # whether they go together is known at once
        except ExplorerError as error:
            notify("error", str(error))
            return
        model, reference = self.potential.value, self.reference.value
        points = min(max(self.points.value or DEFAULT_GRID[0], FEWEST), MOST_POINTS)
        judged_by = reference if reference in self.potentials and reference != model else None
        settings = page_settings(self.explorer.state, judged_by)

        def work(run: Run[None]) -> SurfaceMap:
            from bsct_explorer.potentials.registry import load_offered

            grid = make_grid(molecule, x, y, (points, points))
            hooks = Hooks(run.progress(), run.cancelled)
            return run_map(grid, model, settings, hooks, potentials=Potentials(load_offered))

        self.bar.param.update(visible=True, active=True, variant="indeterminate", value=0)
        self.stop.visible = True
        self.status.object = "Computing"
        self._job.start(work, Hearers(done=self._finished, failed=self._failed, progress=self._say))

    def _deformation(self, spec: str) -> Any:
        """A coordinate with the sidebar's range where it is the one of the sidebar, else with its usual range."""
        kind, atoms = parse_coordinate(spec)
        state = self.explorer.state
        if kind == "bond":
            return deformation_of(kind, atoms, (state.low, state.high) if spec == f"bond:{state.bond}" else None)
        turned = spec in (f"angle:{state.angle}", f"torsion:{state.torsion}") and state.turn_low is not None
        return deformation_of(kind, atoms, (state.turn_low, state.turn_high) if turned else None)

    def close(self) -> None:
        """Stop for good: the page is gone."""
        self._job.close()

    def cancel(self) -> None:
        """Stop; the map shown before stays."""
        self._job.cancel()
        self._idle("Stopped.")

    def _say(self, progress: Progress) -> None:
        self.status.object = f"{html.escape(progress.what)}: {progress.done} of {progress.total} frames"
        self.bar.param.update(variant="determinate", value=int(100 * progress.fraction))

    def _idle(self, text: str) -> None:
        self.bar.param.update(visible=False, active=False)
        self.stop.visible = False
        self.status.object = text

    def _failed(self, words: str) -> None:
        self._idle(EXPLANATION if self.surface is None else "")
        notify("error", words)

    def _finished(self, result: SurfaceMap) -> None:
        self.surface = result
        options = {QUANTITIES[key].label: key for key in result.available}
        quantity = self.quantity.value if self.quantity.value in options.values() else "energy"
        counts = Counter(finding.artifact.kind for finding in result.findings)
        severe = sum(finding.artifact.severity == "severe" for finding in result.findings)
        kinds = {f"Severe ({severe})": SEVERE, f"All ({sum(counts.values())})": ALL, "None": NONE}
        kinds |= {f"{kind_of(kind).title.capitalize()} ({count})": kind for kind, count in counts.most_common()}
        fill(self.quantity, options=options, value=quantity)
        fill(self.kinds, options=kinds, value=self.kinds.value if self.kinds.value in kinds.values() else SEVERE)
        self.values.object = ""
        self._read = None
        self.plot.mark(None, None)
        self._draw()
        self.shown.visible = True
        ny, nx = result.grid.shape
        judge = f" against {result.reference.info.display_name}" if result.reference is not None else ""
        whose = html.escape(f"{result.evaluation.info.display_name}{judge}")
        self._idle(f"{nx} × {ny} frames of {whose}. Click a frame for its numbers.")

    def _stale(self) -> None:
        if self.surface is not None and not self.stop.visible:
            self.status.object = STALE

    def _forget(self) -> None:
        self.cancel()
        self.surface = None
        self.shown.visible = False
        self.status.object = EXPLANATION

    # drawing and reading

    def _draw(self) -> None:
        if self.surface is None or self.quantity.value not in self.surface.available:
            return
        chosen = self.kinds.value
        findings = [
            f for f in self.surface.findings if chosen == ALL or chosen in (f.artifact.kind, f.artifact.severity)
        ]
        shown = self.explorer.state.shown_unit
        self.remarks.object = remarks_block(remarks_of_map(self.surface), shown)
        self.plot.show(self.surface, self.quantity.value, full=bool(self.full.value), findings=findings, shown=shown)

    def _show_unit(self) -> None:
        """The same map, and the frame that was read, in another unit."""
        self._draw()
        if self._read is not None:
            self.read(*self._read)

    def _on_tap(self, event: Any) -> None:
        if self.surface is not None and event.x is not None and event.y is not None:
            self.read(*nearest(self.surface, event.x, event.y))

    def read(self, row: int, column: int) -> None:
        """Show the numbers of one frame; nothing else moves."""
        assert self.surface is not None
        self._read = row, column
        grid = self.surface.grid
        self.plot.mark(float(grid.x_values[column]), float(grid.y_values[row]))
        cells = "".join(
            f"<div><div style='opacity:.7;font-size:12px'>{html.escape(label)}</div>"
            f"<div style='font-variant-numeric:tabular-nums'>{html.escape(text)}</div></div>"
            for label, text in reading(self.surface, row, column, self.explorer.state.shown_unit)
        )
        self.values.object = f"<div style='display:flex;flex-wrap:wrap;gap:6px 22px'>{cells}</div>"

    def _downloads(self) -> list[pmui.FileDownload]:
        def button(record: FileFormat[SurfaceMap]) -> pmui.FileDownload:
            def content() -> io.BytesIO:
                if self.surface is None:
                    raise ExplorerError("There is no map yet: compute it first.")
                made = record.make(self.surface, self.explorer.state.shown_unit)
                return io.BytesIO(made.encode() if isinstance(made, str) else made)

            return pmui.FileDownload(
                callback=content,
                filename=f"map.{record.suffix}",
                label=record.label,
                icon=icons.DOWNLOAD,
                variant="text",
                size="small",
                margin=(10, 2),
            )

        return [button(record) for record in MAP_FORMATS.values()]


def coordinate_options(molecule: Molecule) -> dict[str, str]:
    """Label → text of every coordinate of a molecule that can be driven: bonds, angles, torsions."""
    options = {f"{bond.label} distance": f"bond:{bond.i}-{bond.j}" for bond in molecule.bonds if bond.scannable}
    for coordinate in (*angles(molecule), *torsions(molecule)):
        if coordinate.scannable:
            options[f"{coordinate.label} {coordinate.kind}"] = f"{coordinate.kind}:{coordinate.text}"
    return options


def starting_pair(options: dict[str, str], bond: str) -> tuple[str | None, str | None]:
    """The chosen bond and an angle at it, or the first two coordinates that there are."""
    specs = list(options.values())
    if not specs:
        return None, None
    first = bond if bond in specs else specs[0]
    _, ends = parse_coordinate(first)
    touching = [s for s in specs if s.startswith("angle:") and set(ends) <= set(parse_coordinate(s)[1])]
    others = [s for s in specs if s != first]
    return first, next(iter([*touching, *others]), None)
