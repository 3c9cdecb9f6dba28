"""The design lab: switches of trained Transformers turned live, with the neighbours that they see in the structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import panel as pn

from bsct_explorer.app.lab.beside import SecondStructure
from bsct_explorer.app.lab.graph_panel import GraphPanel
from bsct_explorer.app.lab.lab_choices import Shown, shown, variants_among
from bsct_explorer.app.lab.switchboard import Switchboard
from bsct_explorer.app.lab.training_curves import TrainingCurves
from bsct_explorer.app.lab.variants_table import VariantsTable
from bsct_explorer.app.lab.walk import Walk
from bsct_explorer.app.layout import GRID, quiet_accordion
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.explorer import Explorer
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.tabs.figure_column import open_figures
from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.plots.looks import Look, look_of
from bsct_explorer.potentials.families.transformer import WEIGHTS, config_of, variant_of_name
from bsct_explorer.potentials.potential_names import split_name
from bsct_explorer.potentials.registry import info_of, spec_of
from bsct_explorer.testbed.logs import read_logs
from bsct_explorer.testbed.model_config import DESCRIPTIONS
from bsct_explorer.testbed.results import read_results

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan
    from bsct_explorer.testbed.model_config import ModelConfig

MIRRORED = ("thresholds", "device", "dtype", "dark", "zero", "full_range", "integrated", "colour")
"""Fields of the page's state that hold for the lab, too."""

LABELLED = "gfn2-xtb"
"""What the variants learned from, and are compared with."""

NO_WEIGHTS = (
    "No trained variants are here: their weights are not in this installation. Train one with "
    "<code>bsct-explorer train CONFIG</code> and name it in <code>BSCT_MODELS=testbed:FILE</code>."
)


class LabComparison(Comparison):
    """Variants and what-ifs on the page's scan.

    Attributes
    ----------
    shown
        What stands for what.
    on_pick
        Called with what was clicked in the structure.
    """

    hint = "No variant has a curve here. They learned molecules of H, C, N and O: others need another molecule."

    def __init__(self, state: ExplorerState, offered: tuple[PotentialInfo, ...], shown: Shown) -> None:
        self.shown = shown
        self.on_pick: Callable[[list[int]], None] = lambda _: None
        super().__init__(state, offered)

    def look(self, name: str) -> Look:
        """A what-if has its variant's colour, and the trained variant behind it is its ghost."""
        look = replace(look_of(split_name(name)[0], tuple(self.offered)), dash="solid")
        return replace(look, ghost=True, dash="dotted") if name == self.shown.ghost else look

    def offer(self, shown: Shown) -> None:
        """Know of these, and of no what-if that is gone: a session that turns many switches does not grow."""
        self.shown = shown
        self.forget([name for name in self.offered if split_name(name)[1] and name not in shown.names])
        for name in shown.names:
            self.offered.setdefault(name, info_of(name))

    def compare(self, shown: Shown) -> None:
        """Show these; what is there of them stays."""
        self.state.potentials = list(shown.names)
        if self.scan is not None:
            self._evaluate()

    def pick(self, picked: list[int]) -> None:
        self.on_pick(picked)


class DesignLab:
    """The tab. Made when it is first opened; asleep while another one is in front.

    Attributes
    ----------
    comparison
        Its curves and findings, like the page's own.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self.state = explorer, explorer.state
        names = variants_among(explorer.offered)
        self.configs, problems = readable(names)
        names = list(self.configs)
        for problem in problems:
            notify("warning", problem)
        self.board = Switchboard(self.state, {name: _described(explorer.offered[name]) for name in names}, self.configs)
        self.walk = Walk(self.state, names)
        self.board.buttons.append(self.walk.begin)
        infos = tuple(explorer.offered.values())
        self.comparison = LabComparison(self._own_state(), infos, self._shown())
        self.graph = GraphPanel(self.state, self.comparison, self.configs)
        self.second = SecondStructure(self.comparison, self.graph)
        self._compare(self._shown())
        self.comparison.asleep = True
        self.table, self.training = VariantsTable(), TrainingCurves()
        self._results, self._logs = read_results(WEIGHTS), read_logs(WEIGHTS)
        self._connect()
        self._show_variants()

    def _own_state(self) -> ExplorerState:
        values = {name: getattr(self.state, name) for name in MIRRORED}
        return ExplorerState(**values, reference=LABELLED, potentials=[])

    def _shown(self) -> Shown:
        state = self.state
        return shown(state.variant, self.configs[state.variant], state.switches, state.beside)

    def _compare(self, shown: Shown) -> None:
        self.comparison.offer(shown)
        self.second.show(shown)
        self.comparison.compare(shown)

    def layout(self) -> pn.Column:
        """Switches; structure beside the plots; findings and metrics."""
        views = self.comparison.views
        below = self.graph.layout()
        left = pn.Column(views.viewer, views.legend, views.player, below, sizing_mode="stretch_width", margin=0)
        right = pn.Column(self.second.box, *open_figures(views.panes), sizing_mode="stretch_width", margin=0)
        top = pn.Column(left, right, stylesheets=[GRID], sizing_mode="stretch_width", margin=0)
        return pn.Column(
            self.board.layout(),
            self.walk.card,
            top,
            views.findings,
            views.metrics,
            quiet_accordion(
                ("The variants in numbers: errors, smoothness and dynamics", [self.table.layout()]),
                ("How they were trained", [self.training.layout()]),
            ),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _show_variants(self) -> None:
        """The table and the training curves, the variants that are shown strong among them."""
        chosen = [variant_of_name(name) for name in (self.state.variant, self.state.beside) if name]
        self.table.show(self._results, chosen, self.state.dark)
        self.training.show(self._logs, chosen, self.state.dark)

    # in front, or behind another tab

    def wake(self) -> None:
        """It is in front: show the page's scan."""
        if self.explorer.scan is not None:
            self._take_scan(self.explorer.scan)
        self.comparison.wake()

    def _take_scan(self, scan: Scan) -> None:
        """Show a scan of the page, at the page's frame where the lab comes to it for the first time."""
        if scan is self.comparison.scan:
            return
        if self.comparison.asleep or self.comparison.scan is None:
            self.comparison.frame_wanted = self.state.frame or None
        self.comparison.show(scan)

    def sleep(self) -> None:
        """Another tab is in front."""
        self.comparison.sleep()

    def close(self) -> None:
        """The page is gone."""
        self.comparison.close()
        self.graph.close()

    # hearing

    def _connect(self) -> None:
        watch = self.state.param.watch
        watch(self._on_choice, ["variant", "switches", "beside"])
        watch(self._on_mirrored, list(MIRRORED))
        self.explorer.on_scan.append(self._on_scan)
        self.comparison.on_pick = self._on_pick
        self.comparison.state.param.watch(self._on_frame, "frame")

    def _on_scan(self, scan: Scan, _: bool) -> None:
        if not self.comparison.asleep:
            self._take_scan(scan)

    def _on_frame(self, event: Any) -> None:
        """The frame of the tab in front is the page's, and the address's."""
        if not self.comparison.asleep:
            self.state.frame = event.new

    def _on_choice(self, *_: Any) -> None:
        try:
            wanted = self._shown()
        except (KeyError, ValueError):  # the switchboard says it, and puts it right
            return
        self._compare(wanted)
        self._show_variants()
        if self.comparison.scan is not None:
            self.graph.show_scan(self.comparison.scan)

    def _on_mirrored(self, *events: Any) -> None:
        own = self.comparison.state
        own.param.update(**{event.name: event.new for event in events})
        changed = {event.name for event in events}
        if "dark" in changed:
            self.second.show(self.comparison.shown)  # its titles' colours
            self._show_variants()
        if "thresholds" in changed:
            self.comparison.judge_anew()
        if changed & {"device", "dtype"} and self.comparison.scan is not None:
            self.comparison.show(self.comparison.scan)

    def _on_pick(self, picked: list[int]) -> None:
        """An atom shows its neighbours, a bond is pulled."""
        if picked:
            for viewer in self.comparison.views.every_viewer:
                viewer.picked = []  # the same atom can be clicked again
        if len(picked) == 1:
            self.state.neighbours_of = str(picked[0])
        elif len(picked) == 2:
            self.explorer.pick(picked)


def readable(names: Iterable[str]) -> tuple[dict[str, ModelConfig], list[str]]:
    """What each was trained with, and a sentence on each whose file cannot be read."""
    configs, problems = {}, []
    for name in names:
        try:
            configs[name] = config_of(spec_of(name))
        except PotentialError as error:
            problems.append(f"The design lab leaves {name} out: {error}")
    return configs, problems


def _described(info: PotentialInfo) -> tuple[str, str]:
    """Display name, and in a few words what it is."""
    variant = variant_of_name(info.name)
    return info.display_name, DESCRIPTIONS.get(variant, "your own")
