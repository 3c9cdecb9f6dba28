"""The page: template, header, and where everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.downloads import download_buttons, plot_buttons, share_button
from bsct_explorer.app.lab.lab import NO_WEIGHTS, DesignLab
from bsct_explorer.app.lab.lab_choices import variants_among
from bsct_explorer.app.layout import GRID, fill_when_open, quiet_accordion
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.checking import Activity
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.coordinate_choice import STORED
from bsct_explorer.app.session.explorer import Explorer, OwnReference
from bsct_explorer.app.session.molecule_sources import read_upload, structure_text
from bsct_explorer.app.session.opening_case import OPENING, fill_cache
from bsct_explorer.app.sidebar.controls import Controls
from bsct_explorer.app.state import TABS, ExplorerState, from_query, to_query
from bsct_explorer.app.tabs.all_bonds import AllBonds
from bsct_explorer.app.tabs.far_field_panel import TITLE as FAR_FIELD
from bsct_explorer.app.tabs.far_field_panel import FarFieldPanel
from bsct_explorer.app.tabs.figure_column import figure_column
from bsct_explorer.app.tabs.map_tab import MapTab
from bsct_explorer.app.work.job import in_words
from bsct_explorer.data import PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import available, info_of, offered, why_not_installed

TITLE = "BSCT Explorer"

# In a narrow header what is computed takes what is left, and Cancel stays in reach; the device is in the sidebar, too.
ACTIVITY_FITS = """
:host { min-width: 0; flex-shrink: 1 !important; }
@media (max-width: 600px) {
  :host { max-width: 92px; max-height: 30px; overflow: hidden; }
  :host * { font-size: 11px; line-height: 14px; }
}
"""
WIDE_ONLY = "@media (max-width: 600px) { :host { display: none !important; } }"
HEADER_TEXT = {"font-size": "13px", "color": "#ffffff"}
COMPACT_HEADER = {
    "& .MuiToolbar-root": {"minHeight": "48px !important", "paddingLeft": "12px", "paddingRight": "12px"},
    "& .MuiToolbar-root .title": {"fontSize": "18px"},
    "& .MuiAppBar-root": {"boxShadow": "none", "backgroundColor": "#0b4f94", "color": "#ffffff"},
    "& .MuiAppBar-root .MuiTypography-root": {"fontSize": "18px", "fontWeight": 600},
}
ADDRESS_DELAY = 300
"""Milliseconds after the last change until the address says it."""

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
    query = pn.state.location.search if pn.state.location else ""
    values, problems = from_query(query or "")
    fill_cache()
    state = ExplorerState(**(values or OPENING))
    session = PageSession(state)
    session.follow_address()
    if pn.state.curdoc is not None:
        pn.state.on_session_destroyed(lambda _: session.close())

    for problem in [*problems, *session.problems]:
        notify("warning", problem)
    session.explorer.start()
    return session.page


def offered_or_why_not() -> tuple[tuple[PotentialInfo, ...], list[str]]:
    """What can be ticked; where the settings of own models cannot be read, the others and the reason."""
    try:
        return tuple(offered()), []
    except PotentialError as error:
        return tuple(available()), [f"Your own models are not offered: {error}"]


def asked_for(names: Sequence[str]) -> tuple[list[PotentialInfo], list[str]]:
    """The potentials that an address asks for, what-ifs such as ``testbed-D@k=8`` among them, and what was wrong."""
    found: dict[str, PotentialInfo] = {}
    problems = []
    for name in names:
        try:
            info = info_of(name)
        except PotentialError as error:
            problems.append(f"{name} in the address was left out: {error}")
        else:
            found[info.name] = info
    return list(found.values()), problems


class PageSession:
    """Wires one session's explorer, sidebar and header."""

    def __init__(self, state: ExplorerState) -> None:
        self.state = state
        infos, self.problems = offered_or_why_not()
        asked, wrong = asked_for(state.potentials)
        self.problems += wrong
        judges, wrong = asked_for([state.reference] if state.reference not in ("", *STORED) else [])
        self.problems += wrong
        if wrong:
            state.reference = state.param.reference.default
        elif judges:
            state.reference = judges[0].name
        # What-ifs are offered where an address names them.
        infos = tuple({info.name: info for info in (*infos, *asked, *judges)}.values())
        state.potentials = [info.name for info in asked]
        refused = {info.name: reason for info in infos if (reason := why_not_installed(info))}
        self.explorer = Explorer(state, infos)
        self.controls = Controls(state, infos, refused)
        self.controls.plot_downloads = plot_buttons(self.explorer.views.curves.figures)
        self.controls.downloads = [*download_buttons(lambda: self.front), *self.controls.plot_downloads]
        self.all_bonds = AllBonds(self.explorer)
        self.map = MapTab(self.explorer)
        self.far_field = FarFieldPanel(self.explorer)
        self.lab: DesignLab | None = None
        self.activity = pn.pane.HTML("", margin=(0, 8), styles=HEADER_TEXT, align="center", stylesheets=[ACTIVITY_FITS])
        self.stop = pmui.Button(
            label="Cancel",
            size="small",
            variant="outlined",
            color="light",
            visible=False,
            margin=(0, 4),
            align="center",
        )
        self.device = pn.pane.HTML("", margin=(0, 8), styles=HEADER_TEXT, align="center", stylesheets=[WIDE_ONLY])
        self.share = share_button()
        self.bar = pmui.LinearProgress(active=False, value=0, sizing_mode="stretch_width", margin=0, height=4)
        self.page = self._page()
        self._connect()

    def _page(self) -> pn.viewable.Viewable:
        return pmui.Page(  # type: ignore[attr-defined]
            title=TITLE,
            header=[
                pn.Row(self.activity, self.stop, pn.HSpacer(), self.device, self.share, sizing_mode="stretch_width")
            ],
            sidebar=self.controls.layout(),
            main=[self.main()],
            sidebar_width=300,
            theme_toggle=True,
            dark_theme=self.state.dark,
            theme_config=THEME,
            busy_indicator=None,
            sx=COMPACT_HEADER,
        )

    def main(self) -> pn.Column:
        """Structure, plots, findings and metrics."""
        views = self.explorer.views
        left = pn.Column(views.viewer, views.legend, views.player, sizing_mode="stretch_width", margin=0)
        right = pn.Column(*figure_column(views.panes, self.state), sizing_mode="stretch_width", margin=0)
        top = pn.Column(left, right, stylesheets=[GRID], sizing_mode="stretch_width", margin=0)
        beyond = quiet_accordion((FAR_FIELD, [self.far_field.layout()]))
        one = pn.Column(top, views.findings, views.metrics, beyond, sizing_mode="stretch_width", margin=0)
        others = [pn.Column(sizing_mode="stretch_width", margin=0) for _ in range(len(TABS) - 1)]
        self.tabs = pmui.Tabs(
            *zip(TABS.values(), [one, *others], strict=True),
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
        return pn.Column(self.bar, self.tabs, sizing_mode="stretch_width", margin=0)

    def _lab_layout(self) -> list[Any]:
        """The design lab, made when it is first opened."""
        if not variants_among(self.explorer.offered):
            return [pn.pane.HTML(NO_WEIGHTS, margin=(12, 10), styles={"font-size": "13px"})]
        self.lab = DesignLab(self.explorer)
        self.lab.comparison.on_activity.append(self.show_activity)
        self.lab.comparison.on_results.append(self._show_device)
        self._watch_narrow(self.lab.comparison)
        return [self.lab.layout()]

    def _show_tab(self) -> None:
        """Compute for the tab that is in front, and for no other."""
        self.state.tab = list(TABS)[self.tabs.active]
        if self.state.tab == "lab" and self.lab is not None:
            self.explorer.sleep()
            self.lab.wake()
        else:
            if self.lab is not None:
                self.lab.sleep()
                self.explorer.views.player.frame = self.state.frame  # where the lab left it
            self.explorer.wake()
        self.controls.show_tab(self.state.tab)
        self._show_device()

    @property
    def front(self) -> Comparison:
        """What is computed for the tab in front."""
        return self.lab.comparison if self.lab is not None and self.state.tab == "lab" else self.explorer

    def _connect(self) -> None:
        explorer, controls, state = self.explorer, self.controls, self.state
        explorer.on_molecule.append(controls.show_molecule)
        explorer.on_refused.append(controls.show_refused)
        explorer.on_scan.append(self._show_scan)
        explorer.on_activity.append(self.show_activity)
        explorer.on_results.append(controls.show_potentials)
        explorer.on_results.append(self._show_device)
        # Scheduled: a page that is still opening would not hear what comes of it.
        self.stop.on_click(lambda *_: explorer.schedule(self._cancel_or_resume))
        controls.all_bonds.on_click(lambda *_: self._show_all_bonds())
        self.all_bonds.opened = lambda: self.tabs.param.update(active=0)
        controls.upload.param.watch(self._on_upload, "value")
        controls.reference_upload.param.watch(self._on_reference, "value")
        # Not in the browser: a script that knows the page would make the player refer to every model on it, and Panel
        # walks through all that a component refers to at each of its changes.
        self._watch_narrow(explorer)
        self.page.param.watch(lambda event: state.param.update(dark=event.new), "dark_theme")

    def _cancel_or_resume(self) -> None:
        if self.front.busy:
            self.front.cancel()
        else:
            self.front.resume()

    def _watch_narrow(self, shown: Comparison) -> None:
        shown.views.player.param.watch(lambda _: shown.schedule(self._put_controls_away), "narrow")

    def _put_controls_away(self) -> None:
        """On a narrow screen the controls lie over the page."""
        self.page.sidebar_open = False

    def _show_scan(self, scan: Scan, own_frames: bool) -> None:
        self.controls.show_scan(scan, own_frames=own_frames)

    def _show_all_bonds(self) -> None:
        self.tabs.active = 1
        self.all_bonds.start()

    def _show_device(self) -> None:
        """What computed the curves, and why not something faster."""
        evaluations = self.front.evaluations.values()
        used = sorted({f"{evaluation.device} · {evaluation.dtype}" for evaluation in evaluations})
        notes = "&#10;".join(dict.fromkeys(note for evaluation in evaluations for note in evaluation.notes))
        self.device.object = f'<span title="{notes or "Device and precision"}">{", ".join(used)}</span>'

    def show_activity(self, activity: Activity) -> None:
        """What is being done, how far it is, and a way to stop it."""
        self.activity.object = activity.text
        busy = bool(activity.text) and not activity.stopped
        # Without a share that is done the bar runs to and fro: something is being loaded. Not while it is hidden: the
        # browser would go on drawing it.
        variant = "indeterminate" if busy and activity.fraction is None else "determinate"
        self.bar.param.update(active=busy, variant=variant, value=int(100 * (activity.fraction or 0)))
        self.bar.styles = {"visibility": "visible" if busy else "hidden"}
        visible = (busy and self.front.busy) or activity.stopped
        self.stop.param.update(visible=visible, label="Resume" if activity.stopped else "Cancel")

    def _on_upload(self, event: Any) -> None:
        if not event.new:
            return
        try:
            molecule = read_upload(self.controls.upload.filename or "upload.xyz", event.new)
        except Exception as error:  # whatever is in a stranger's file, the page stays
            notify("error", in_words(error))
            return
        reference = "gfn2-xtb" if self.state.reference in ("dft", "file") else self.state.reference
        self.state.param.update(
            structure=structure_text(molecule), bond="", charge=None, multiplicity=None, reference=reference
        )

    def _on_reference(self, event: Any) -> None:
        if not event.new:
            return
        # What is being typed counts, too: nobody presses Enter before choosing the file.
        level = (self.controls.reference_level.value_input or self.controls.reference_level.value).strip()
        self.explorer.use_reference(
            OwnReference(self.controls.reference_upload.filename or "reference", event.new, level)
        )

    def close(self) -> None:
        """Nobody looks any more: what runs for this session stops at its next batch."""
        self.explorer.close()
        self.map.close()
        self.all_bonds.close()
        self.far_field.close()
        if self.lab is not None:
            self.lab.close()

    def follow_address(self) -> None:
        """Keep the address saying what the page shows; a while after the last change, since a drag changes much."""
        location, document = pn.state.location, pn.state.curdoc
        if location is None or document is None:  # a notebook has no address
            return
        pending: list[Any] = []

        def write() -> None:
            pending.clear()
            query = to_query(self.state)
            if dict(location.query_params) != query:
                location.search = "?" + urlencode(query, safe=",:/-()@[]") if query else ""

        def changed(*_: Any) -> None:
            for callback in pending:
                document.remove_timeout_callback(callback)
            pending[:] = [document.add_timeout_callback(write, ADDRESS_DELAY)]

        self.state.param.watch(changed, [name for name in self.state.param if name != "name"])
        pn.state.onload(write)


__all__ = ["TITLE", "PageSession", "build_page"]
