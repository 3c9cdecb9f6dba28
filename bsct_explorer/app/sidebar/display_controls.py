"""The part of the sidebar that says how results are drawn; nothing is computed for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import panel_material_ui as pmui

from bsct_explorer.app.sidebar.state_writer import COMPACT, StateWriter
from bsct_explorer.app.state import COLOURS, ExplorerState
from bsct_explorer.data import PotentialInfo
from bsct_explorer.words.energy_zeros import ENERGY_ZEROS
from bsct_explorer.words.units import ENERGY_UNIT_NAMES


class DisplayControls:
    """Widgets that write to the state what a person wants to see of energies and atoms."""

    def __init__(self, state: ExplorerState, offered: Sequence[PotentialInfo]) -> None:
        self.state = state
        self._names = {info.name: info.display_name for info in offered}
        self._writer = StateWriter(state)
        self.zero = pmui.Select.from_param(
            state.param.zero,
            label="Energies relative to",
            options={text: key for key, text in ENERGY_ZEROS.items()},
            **COMPACT,
        )
        self.energy_unit = pmui.Select.from_param(
            state.param.energy_unit,
            label="Energies in",
            options=list(ENERGY_UNIT_NAMES),
            description="Curves, findings, metrics and the report. Files, thresholds and ε of FSD stay in eV.",
            **COMPACT,
        )
        self.full_range = pmui.Checkbox.from_param(
            state.param.full_range, label="Whole repulsive wall", size="small", margin=(0, 8)
        )
        self.integrated = pmui.Checkbox.from_param(
            state.param.integrated,
            label="Energy from the forces",
            size="small",
            margin=(0, 8),
            description="Draws the path integral of the forces, as the paper does, instead of the model's energies.",
        )
        self.colour = pmui.Select.from_param(
            state.param.colour,
            label="Atom colours",
            options={text: key for key, text in COLOURS.items()},
            **COMPACT,
        )
        self.arrows = pmui.Select(label="Force arrows of", options={"none": ""}, value="", **COMPACT)
        self._writer.follow(self.arrows, "arrows")

    def layout(self) -> list[Any]:
        return [self.energy_unit, self.zero, self.colour, self.arrows, self.full_range, self.integrated]

    def show(self) -> None:
        """Offer the arrows of what is shown."""
        shown = [name for name in self.state.potentials if name in self._names]
        options = {"none": "", **{self._names[name]: name for name in shown}, "the reference": "reference"}
        with self._writer.showing():
            self.arrows.options = options
            self.arrows.value = self.state.arrows if self.state.arrows in options.values() else ""
