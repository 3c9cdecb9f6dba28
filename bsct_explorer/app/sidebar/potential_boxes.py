"""The sidebar's potentials: a box to tick each, with its colour, and why one cannot serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.layout import heading, quiet_accordion
from bsct_explorer.app.session.lab_choices import variants_among
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.data import PotentialInfo
from bsct_explorer.molecules import Molecule
from bsct_explorer.plots.looks import look_of
from bsct_explorer.words.atoms import element_symbols, elements_in_words
from bsct_explorer.words.numbers import short

TESTBED = "Transformers of the testbed"


class PotentialBoxes:
    """Boxes that write `potentials` to the state; `show` writes to them.

    Parameters
    ----------
    refused
        Why a potential cannot be loaded here, by name.
    """

    def __init__(self, state: ExplorerState, offered: Sequence[PotentialInfo], refused: dict[str, str]) -> None:
        self.state = state
        self.offered = {info.name: info for info in offered}
        self._silent = False
        self.swatches = {name: pn.pane.HTML("", width=26, margin=(6, 10, 0, 0)) for name in self.offered}
        self.boxes = {name: self._box(info, refused.get(name, "")) for name, info in self.offered.items()}
        self.show_theme()

    def layout(self) -> list[Any]:
        """A row each; the testbed's variants are folded away unless one is ticked."""
        rows = {name: pn.Row(box, self.swatches[name], margin=0, height=23) for name, box in self.boxes.items()}
        names = variants_among(self.boxes)
        testbed = [rows.pop(name) for name in names]
        ticked = set(names) & set(self.state.potentials)
        variants = [quiet_accordion((TESTBED, testbed), active=[0] if ticked else [])] if testbed else []
        return [heading("Potentials"), *rows.values(), *variants]

    def show(self) -> None:
        """Tick the boxes as the state says."""
        self._silent = True
        try:
            for name, box in self.boxes.items():
                box.value = name in self.state.potentials
        finally:
            self._silent = False

    def show_molecule(self, molecule: Molecule) -> None:
        """Say beside a potential which of the molecule's elements it does not cover."""
        for name, box in self.boxes.items():
            label = self.offered[name].display_name
            reason = "not installed" if box.disabled else self._element_refusal(name, molecule)
            box.label = f"{label} · {reason}" if reason else label

    def show_theme(self) -> None:
        """Colour the swatches."""
        for name, swatch in self.swatches.items():
            look = look_of(name, tuple(self.offered))
            swatch.object = f"<div style='{look.border(self.state.dark)};width:22px;height:0'></div>"

    def _box(self, info: PotentialInfo, refusal: str) -> pmui.Checkbox:
        box = pmui.Checkbox(
            label=info.display_name + (" · not installed" if refusal else ""),
            value=info.name in self.state.potentials and not refusal,
            disabled=bool(refusal),
            size="small",
            margin=(-5, 0, -5, 8),
            sizing_mode="stretch_width",
            description=refusal or _about(info),
        )
        box.param.watch(lambda event: self._on_box(info.name, event.new), "value")
        return box

    def _element_refusal(self, name: str, molecule: Molecule) -> str:
        elements = self.offered[name].elements
        missing = sorted(set(map(int, molecule.numbers)) - elements) if elements is not None else []
        return "not for " + ", ".join(element_symbols(missing)) if missing else ""

    def _on_box(self, name: str, ticked: bool) -> None:
        if self._silent:
            return
        chosen = [other for other in self.state.potentials if other != name]
        self.state.potentials = sorted([*chosen, name] if ticked else chosen, key=list(self.offered).index)


def _about(info: PotentialInfo) -> str:
    """Tooltip of a potential: what it is, what it was trained on, what it covers."""
    covers = "any element"
    if info.elements is not None:
        covers = elements_in_words(info.elements)
    forces = "forces are the gradient of the energy" if info.conservative else "forces are predicted directly"
    cutoffs = ", ".join(f"{name} {short(value)} Å" for name, value in info.cutoffs.items())
    parts = [info.level_of_theory, info.training_data, f"covers {covers}", forces]
    parts += [f"cutoff: {cutoffs}"] if cutoffs else []
    parts += [*info.notes, f"licence {info.licence}" if info.licence else "", info.citation]
    return " · ".join(part.rstrip(".") for part in parts if part)
