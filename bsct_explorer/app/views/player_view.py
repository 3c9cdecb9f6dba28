"""The slider of a comparison: frames, the numbers at each, and the findings on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bsct_explorer.app.components import FramePlayer
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.views.finding_items import stops_of
from bsct_explorer.app.views.present import player_rows
from bsct_explorer.deformations import Scan
from bsct_explorer.plots.shown_curves import ShownCurves
from bsct_explorer.words.atoms import coordinate_label
from bsct_explorer.words.energy_zeros import ENERGY_ZEROS


class PlayerView:
    """The slider; its frame is the state's."""

    def __init__(self, comparison: Comparison) -> None:
        self.state = comparison.state
        self.player = FramePlayer(sizing_mode="stretch_width", margin=(6, 10), dark=self.state.dark)
        comparison.on_scan.listen(self._show_scan)
        self.player.param.watch(lambda event: self.state.param.update(frame=event.new), "frame")
        self.state.param.watch(lambda event: self.player.param.update(dark=event.new), "dark")

    def show_rows(self, shown: ShownCurves) -> None:
        """The numbers of these curves."""
        unit = shown.settings.energy_unit
        self.player.param.update(
            rows=player_rows(shown, self.state.dark),
            energy_note=f"relative to {ENERGY_ZEROS[self.state.zero]}",
            energy_unit=unit.name,
            places=unit.places(3),
        )

    def show_stops(self, items: Sequence[Mapping[str, Any]], selected: str) -> None:
        """Ticks for what counts as a finding."""
        self.player.param.update(stops=stops_of(items), stop=selected)

    def show_nothing(self) -> None:
        """There is nothing to slide through."""
        self.player.param.update(values=[], rows=[], stops=[])

    def _show_scan(self, scan: Scan, frame: int) -> None:
        """Numbers of the old scan stay, dimmed, until the new ones come."""
        label = coordinate_label(scan.molecule.symbols, scan.kind, scan.atoms)
        self.player.param.update(
            values=[float(value) for value in scan.values], unit=scan.unit, label=label, frame=frame
        )
        self.player.rows = [{**row, "dimmed": True} for row in self.player.rows]
