"""The design lab's session: trained variants and what-ifs on the page's scan, while the lab is in front."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.events import Event
from bsct_explorer.app.session.lab_choices import Shown, shown
from bsct_explorer.app.session.offered_potentials import OfferedPotentials
from bsct_explorer.app.session.scheduling import Scheduler
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.data import PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.potentials.potential_names import split_name
from bsct_explorer.potentials.registry import info_of
from bsct_explorer.testbed.model_config import ModelConfig

MIRRORED = ("thresholds", "device", "dtype", "dark", "zero", "full_range", "integrated", "colour")
"""Fields of the page's state that hold for the lab, too."""

LABELLED = "gfn2-xtb"
"""What the variants learned from, and are compared with."""


class LabSession:
    """What the lab compares: a state of its own, which follows the page's, and a comparison of its own.

    Parameters
    ----------
    state
        The page's.
    infos
        What the page offers.
    configs
        What each trained variant was trained with.

    Attributes
    ----------
    comparison
        What the variants say. Asleep until `wake`.
    shown
        What stands for what.
    on_shown
        Told when that is something else, before it is computed.
    """

    def __init__(
        self,
        state: ExplorerState,
        infos: Iterable[PotentialInfo],
        configs: Mapping[str, ModelConfig],
        scheduler: Scheduler,
    ) -> None:
        self.state, self.configs = state, configs
        values = {name: getattr(state, name) for name in MIRRORED}
        own = ExplorerState(**values, reference=LABELLED, potentials=[])
        self._potentials = OfferedPotentials(own, infos)
        self.comparison = Comparison(own, self._potentials, scheduler)
        self.comparison.asleep = True
        self.scheduler = scheduler
        self.shown = self._asked()
        self.on_shown: Event[[Shown]] = Event()
        self._show(self.shown)
        state.param.watch(self._on_choice, ["variant", "switches", "beside"])
        state.param.watch(self._on_mirrored, list(MIRRORED))
        own.param.watch(self._on_frame, "frame")

    def wake(self, scan: Scan | None) -> None:
        """It is in front: compare on the page's scan."""
        if scan is not None:
            self._take_scan(scan)
        self.comparison.wake()

    def take_scan(self, scan: Scan) -> None:
        """The page shows another scan; asleep, the lab does not hear of it."""
        if not self.comparison.asleep:
            self._take_scan(scan)

    def sleep(self) -> None:
        """Another tab is in front."""
        self.comparison.sleep()

    def close(self) -> None:
        """The page is gone."""
        self.comparison.close()

    def _asked(self) -> Shown:
        """What the page's state asks for.

        Raises
        ------
        KeyError, ValueError
            It names no variant, or no switches.
        """
        state = self.state
        return shown(state.variant, self.configs[state.variant], state.switches, state.beside)

    def _show(self, wanted: Shown) -> None:
        """Know of these, and of no what-if that is gone: a session that turns many switches does not grow."""
        self.shown = wanted
        gone = [name for name in self._potentials.infos if split_name(name)[1] and name not in wanted.names]
        self.comparison.forget(gone)
        self._potentials.add(info_of(name) for name in wanted.names if name not in self._potentials)
        self.on_shown(wanted)
        self.comparison.state.potentials = list(wanted.names)
        self.comparison.evaluate()

    def _take_scan(self, scan: Scan) -> None:
        """Compare on a scan of the page, at the page's frame where the lab comes to it for the first time."""
        if scan is self.comparison.scan:
            return
        if self.comparison.asleep or self.comparison.scan is None:
            self.comparison.frame_wanted = self.state.frame or None
        self.comparison.show(scan)

    def _on_choice(self, *_: Any) -> None:
        try:
            wanted = self._asked()
        except (KeyError, ValueError):  # the switchboard says it, and puts it right
            return
        self._show(wanted)

    def _on_mirrored(self, *events: Any) -> None:
        self.comparison.state.param.update(**{event.name: event.new for event in events})
        changed = {event.name for event in events}
        if "thresholds" in changed:
            self.comparison.judge_anew()
        if changed & {"device", "dtype"} and self.comparison.scan is not None:
            self.comparison.show(self.comparison.scan)

    def _on_frame(self, event: Any) -> None:
        """The frame of the tab in front is the page's, and the address's."""
        if not self.comparison.asleep:
            self.state.frame = event.new
