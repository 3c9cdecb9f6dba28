"""The design lab: switches of trained Transformers turned live, with the neighbours that they see in the structure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import panel as pn

from bsct_explorer.app.lab.beside import SecondStructure
from bsct_explorer.app.lab.graph_panel import GraphPanel
from bsct_explorer.app.lab.lab_looks import lab_look
from bsct_explorer.app.lab.switchboard import Switchboard
from bsct_explorer.app.lab.training_curves import TrainingCurves
from bsct_explorer.app.lab.variants_table import VariantsTable
from bsct_explorer.app.lab.walk import Walk
from bsct_explorer.app.layout import GRID, quiet_accordion
from bsct_explorer.app.notices import notify, show_message
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.explorer import Explorer
from bsct_explorer.app.session.lab_choices import Shown, variants_among
from bsct_explorer.app.session.lab_session import LabSession
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.tabs.figure_column import open_figures
from bsct_explorer.app.views.comparison_views import ComparisonViews
from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.families.transformer import WEIGHTS, config_of, variant_of_name
from bsct_explorer.potentials.own_models_file import without_folders
from bsct_explorer.potentials.registry import spec_of
from bsct_explorer.testbed.logs import read_logs
from bsct_explorer.testbed.model_config import DESCRIPTIONS
from bsct_explorer.testbed.results import read_results

if TYPE_CHECKING:
    from bsct_explorer.testbed.model_config import ModelConfig

NO_WEIGHTS = (
    "This installation has no weights of trained variants. Train one with "
    "<code>bsct-explorer train CONFIG</code> and name it in <code>BSCT_MODELS=testbed:FILE</code>."
)


HINT = "No variant has a curve here. They were trained on H, C, N and O only: choose a molecule made of these."


class DesignLab:
    """The tab. Made when it is first opened; asleep while another one is in front.

    Attributes
    ----------
    session
        What it compares.
    views
        Its curves and findings, like the page's own.
    """

    def __init__(self, explorer: Explorer, scheduler: Scheduler) -> None:
        self.explorer, self.state = explorer, explorer.state
        infos = explorer.comparison.potentials.infos
        self.configs, problems = readable(variants_among(infos))
        for problem in problems:
            notify("warning", problem)
        described = {name: _described(infos[name]) for name in self.configs}
        self.board = Switchboard(self.state, described, self.configs)
        self.walk = Walk(self.state, list(self.configs))
        self.board.buttons.append(self.walk.begin)
        self.session = LabSession(self.state, infos.values(), self.configs, scheduler)
        look = partial(lab_look, self.session)
        self.views = ComparisonViews(self.session.comparison, look, self._on_pick, HINT)
        self.graph = GraphPanel(self.session, self.views.structure.viewer)
        self.second = SecondStructure(self.session, self.views.structure, self.graph)
        self.table, self.training = VariantsTable(), TrainingCurves()
        self._results, self._logs = read_results(WEIGHTS), read_logs(WEIGHTS)
        explorer.comparison.on_scan.listen(lambda scan, _: self.session.take_scan(scan))
        self.session.comparison.on_message.listen(show_message)
        self.session.on_shown.listen(self._show)
        self.state.param.watch(lambda _: self._show(self.session.shown), "dark")
        self._show(self.session.shown)

    @property
    def comparison(self) -> Comparison:
        """What its variants say."""
        return self.session.comparison

    def layout(self) -> pn.Column:
        """Switches; structure beside the plots; findings and metrics."""
        views, below = self.views, self.graph.layout()
        structure, player = views.structure, views.player.player
        left = pn.Column(structure.viewer, structure.legend, player, below, sizing_mode="stretch_width", margin=0)
        right = pn.Column(self.second.box, *open_figures(views.curves.panes), sizing_mode="stretch_width", margin=0)
        top = pn.Column(left, right, stylesheets=[GRID], sizing_mode="stretch_width", margin=0)
        return pn.Column(
            self.board.layout(),
            self.walk.card,
            top,
            views.findings.findings,
            views.metrics.metrics,
            quiet_accordion(
                ("The variants in numbers: errors, smoothness and dynamics", [self.table.layout()]),
                ("How they were trained", [self.training.layout()]),
            ),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _show(self, shown: Shown) -> None:
        """What is shown is something else, or in other colours."""
        self.second.show(shown)
        chosen = [variant_of_name(name) for name in (self.state.variant, self.state.beside) if name]
        self.table.show(self._results, chosen, self.state.dark)
        self.training.show(self._logs, chosen, self.state.dark)
        if self.comparison.scan is not None:
            self.graph.show_scan(self.comparison.scan)

    def wake(self) -> None:
        """It is in front: show the page's scan."""
        self.session.wake(self.explorer.comparison.scan)

    def sleep(self) -> None:
        """Another tab is in front."""
        self.session.sleep()

    def close(self) -> None:
        """The page is gone."""
        self.session.close()
        self.graph.close()

    def _on_pick(self, picked: list[int]) -> bool:
        """An atom shows its neighbours, a bond is pulled."""
        if len(picked) == 1:
            self.state.neighbours_of = str(picked[0])
        elif len(picked) == 2:
            self.explorer.pick(picked)
        return bool(picked)


def readable(names: Iterable[str]) -> tuple[dict[str, ModelConfig], list[str]]:
    """What each was trained with, and a sentence on each whose file cannot be read."""
    configs, problems = {}, []
    for name in names:
        try:
            configs[name] = config_of(spec_of(name))
        except PotentialError as error:
            problems.append(f"The design lab leaves {name} out: {without_folders(str(error))}")
    return configs, problems


def _described(info: PotentialInfo) -> tuple[str, str]:
    """Display name, and in a few words what it is."""
    variant = variant_of_name(info.name)
    return info.display_name, DESCRIPTIONS.get(variant, "your own")
