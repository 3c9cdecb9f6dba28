"""The page: template, header, and where everything stands."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.address import follow_address
from bsct_explorer.app.downloads import download_buttons, plot_buttons
from bsct_explorer.app.lab.design_lab import NO_WEIGHTS, DesignLab
from bsct_explorer.app.layout import GRID, fill_when_open, quiet_accordion
from bsct_explorer.app.notices import notify, show_message
from bsct_explorer.app.page_document import PageDocument, let_go, take_styles_from_this_server
from bsct_explorer.app.page_header import Header
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.events import Activity
from bsct_explorer.app.session.explorer import Explorer
from bsct_explorer.app.session.lab_choices import variants_among
from bsct_explorer.app.session.offered_potentials import offered_to
from bsct_explorer.app.session.opening_case import OPENING, fill_cache
from bsct_explorer.app.sidebar.controls import Controls
from bsct_explorer.app.state import TABS, ExplorerState, from_query
from bsct_explorer.app.tabs.all_bonds import AllBonds
from bsct_explorer.app.tabs.far_field_panel import TITLE as FAR_FIELD
from bsct_explorer.app.tabs.far_field_panel import FarFieldPanel
from bsct_explorer.app.tabs.figure_column import figure_column
from bsct_explorer.app.tabs.map_tab import MapTab
from bsct_explorer.app.views.comparison_views import ComparisonViews
from bsct_explorer.deformations import Scan
from bsct_explorer.plots.looks import Look, look_of
from bsct_explorer.potentials import why_not_installed

TITLE = "BSCT Explorer"

COMPACT_HEADER = {
    "& .MuiToolbar-root": {"minHeight": "48px !important", "paddingLeft": "12px", "paddingRight": "12px"},
    "& .MuiToolbar-root .title": {"fontSize": "18px"},
    "& .MuiAppBar-root": {"boxShadow": "none", "backgroundColor": "#0b4f94", "color": "#ffffff"},
    "& .MuiAppBar-root .MuiTypography-root": {"fontSize": "18px", "fontWeight": 600},
}
COMPACT_TABS = {
    "& .MuiTabs-root, & .MuiTab-root": {"minHeight": "34px", "padding": "4px 14px", "textTransform": "none"}
}

FONT = {"fontSize": 13, "fontFamily": "Roboto, system-ui, -apple-system, 'Segoe UI', sans-serif"}
# Lists open and close at once: motion is for what informs, and a fading list is drawn on the cores that compute.
STILL = {name: {"defaultProps": {"transitionDuration": 0}} for name in ("MuiMenu", "MuiPopover")}
LOOK: dict[str, Any] = {"typography": FONT, "shape": {"borderRadius": 6}, "components": STILL}
# On dark surfaces the same blue would be too dim to read.
THEME = {
    "light": {"palette": {"primary": {"main": "#0b5cad"}}, **LOOK},
    "dark": {"palette": {"primary": {"main": "#7ab8f5"}}, **LOOK},
}


def build_page() -> pn.viewable.Viewable:
    """The page of one session, with the state that its address asks for."""
    pn.extension(notifications=True)
    take_styles_from_this_server()
    query = pn.state.location.search if pn.state.location else ""
    values, problems = from_query(query or "")
    fill_cache()
    state = ExplorerState(**(values or OPENING))
    session = PageSession(state)
    follow_address(state)
    if pn.state.curdoc is not None:
        pn.state.on_session_destroyed(lambda _: session.close())

    for problem in [*problems, *session.problems]:
        notify("warning", problem)
    session.explorer.start()
    return session.page


class PageSession:
    """Wires one session to its views, sidebar and header.

    Attributes
    ----------
    explorer
        The session.
    views
        What shows its comparison.
    lab
        The design lab, once it was opened.
    page
        What is served.
    """

    def __init__(self, state: ExplorerState) -> None:
        self.state = state
        potentials, self.problems = offered_to(state)
        infos = tuple(potentials.infos.values())
        refused = {info.name: reason for info in infos if (reason := why_not_installed(info))}
        self.document = PageDocument()
        self.explorer = Explorer(state, potentials, self.document)
        self.views = ComparisonViews(self.explorer.comparison, self._look, self.explorer.pick)
        self.document.panes += self.views.curves.panes.values()
        self.controls = Controls(state, infos, refused)
        self.controls.plot_downloads = plot_buttons(self.views.curves.plots.figures)
        self.controls.downloads = [*download_buttons(lambda: self.front), *self.controls.plot_downloads]
        self.all_bonds = AllBonds(self.explorer, self.document)
        self.map = MapTab(self.explorer, self.document)
        self.far_field = FarFieldPanel(self.explorer.comparison, self._look, self.document)
        self.lab: DesignLab | None = None
        self.header = Header()
        self.page = self._page()
        self._connect()

    @property
    def front(self) -> Comparison:
        """What is computed for the tab in front."""
        lab = self.lab if self.state.tab == "lab" else None
        return lab.comparison if lab is not None else self.explorer.comparison

    def show_activity(self, activity: Activity) -> None:
        """What is being done for the tab in front."""
        self.header.show_activity(activity, stoppable=self.front.busy)

    def close(self) -> None:
        """Nobody looks any more: what runs for this session stops at its next batch."""
        self.explorer.close()
        self.map.close()
        self.all_bonds.close()
        self.far_field.close()
        if self.lab is not None:
            self.lab.close()
        let_go(self.page, self.controls.downloads)
        self.document.close()

    def _look(self, name: str) -> Look:
        return look_of(name, tuple(self.explorer.comparison.potentials.infos))

    # layout

    def _page(self) -> pn.viewable.Viewable:
        return pmui.Page(  # type: ignore[attr-defined]
            title=TITLE,
            header=[self.header.layout()],
            sidebar=self.controls.layout(),
            main=[self._main()],
            sidebar_width=300,
            theme_toggle=True,
            dark_theme=self.state.dark,
            theme_config=THEME,
            busy_indicator=None,
            sx=COMPACT_HEADER,
        )

    def _main(self) -> pn.Column:
        """The tabs, each filled when it is first opened."""
        others = [pn.Column(sizing_mode="stretch_width", margin=0) for _ in range(len(TABS) - 1)]
        self.tabs = pmui.Tabs(
            *zip(TABS.values(), [self._explore_layout(), *others], strict=True),
            active=list(TABS).index(self.state.tab),
            margin=0,
            sizing_mode="stretch_width",
            sx=COMPACT_TABS,
        )
        fill_when_open(self.tabs, 1, lambda: [self.all_bonds.layout()])
        fill_when_open(self.tabs, 2, lambda: [self.map.layout()])
        fill_when_open(self.tabs, 3, self._lab_layout)
        self.tabs.param.watch(lambda _: self._show_tab(), "active")
        self._show_tab()
        return pn.Column(self.header.bar, self.tabs, sizing_mode="stretch_width", margin=0)

    def _explore_layout(self) -> pn.Column:
        """Structure beside the plots; findings and metrics; what lies beyond the range."""
        views = self.views
        structure, player = views.structure, views.player.player
        left = pn.Column(structure.viewer, structure.legend, player, sizing_mode="stretch_width", margin=0)
        right = pn.Column(*figure_column(views.curves.panes, self.state), sizing_mode="stretch_width", margin=0)
        top = pn.Column(left, right, stylesheets=[GRID], sizing_mode="stretch_width", margin=0)
        beyond = quiet_accordion((FAR_FIELD, [self.far_field.layout()]))
        findings, metrics = views.findings.findings, views.metrics.metrics
        return pn.Column(top, findings, metrics, beyond, sizing_mode="stretch_width", margin=0)

    def _lab_layout(self) -> list[Any]:
        """The design lab, made when it is first opened."""
        if not variants_among(self.explorer.comparison.potentials.infos):
            return [pn.pane.HTML(NO_WEIGHTS, margin=(12, 10), styles={"font-size": "13px"})]
        self.lab = DesignLab(self.explorer, self.document)
        self.document.panes += self.lab.views.curves.panes.values()
        self.lab.comparison.on_activity.listen(self.show_activity)
        self.lab.comparison.on_results.listen(self._show_device)
        self._watch_narrow(self.lab.views)
        return [self.lab.layout()]

    # hearing

    def _connect(self) -> None:
        explorer, controls = self.explorer, self.controls
        explorer.on_molecule.listen(controls.show_molecule)
        explorer.on_refused.listen(controls.show_refused)
        explorer.on_scan.listen(self._show_scan)
        explorer.on_nothing.listen(self.views.show_nothing)
        explorer.on_message.listen(show_message)
        explorer.comparison.on_activity.listen(self.show_activity)
        explorer.comparison.on_results.listen(controls.show_potentials)
        explorer.comparison.on_results.listen(self._show_device)
        # Scheduled: a page that is still opening would not hear what comes of it.
        self.header.stop.on_click(lambda *_: self.document.soon(self._cancel_or_resume))
        controls.all_bonds.on_click(lambda *_: self._show_all_bonds())
        self.all_bonds.opened = lambda: self.tabs.param.update(active=0)
        controls.reference.on_own.listen(explorer.use_reference)
        # Not in the browser: a script that knows the page would make the player refer to every model on it, and Panel
        # walks through all that a component refers to at each of its changes.
        self._watch_narrow(self.views)
        self.page.param.watch(lambda event: self.state.param.update(dark=event.new), "dark_theme")

    def _show_tab(self) -> None:
        """Compute for the tab that is in front, and for no other."""
        self.state.tab = list(TABS)[self.tabs.active]
        comparison = self.explorer.comparison
        if self.state.tab == "lab" and self.lab is not None:
            comparison.sleep()
            self.lab.wake()
        else:
            if self.lab is not None:
                self.lab.sleep()
                self.views.player.player.frame = self.state.frame  # where the lab left it
            comparison.wake()
        self.controls.show_tab(self.state.tab)
        self._show_device()

    def _cancel_or_resume(self) -> None:
        if self.front.busy:
            self.front.cancel()
        else:
            self.front.evaluate()

    def _watch_narrow(self, views: ComparisonViews) -> None:
        views.player.player.param.watch(lambda _: self.document.soon(self._put_controls_away), "narrow")

    def _put_controls_away(self) -> None:
        """On a narrow screen the controls lie over the page."""
        self.page.sidebar_open = False

    def _show_scan(self, scan: Scan) -> None:
        self.controls.show_scan(scan, own_frames=self.explorer.own_frames)

    def _show_all_bonds(self) -> None:
        self.tabs.active = 1
        self.all_bonds.start()

    def _show_device(self) -> None:
        self.header.show_device(self.front.evaluating.evaluations.values())


__all__ = ["TITLE", "PageSession", "build_page"]
