"""The part of the sidebar that chooses what the potentials are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import panel_material_ui as pmui

from bsct_explorer.app.components import TextField
from bsct_explorer.app.layout import in_theme
from bsct_explorer.app.session.coordinate_choice import BACK_TO_BOND
from bsct_explorer.app.session.events import Event
from bsct_explorer.app.session.explorer import OwnReference
from bsct_explorer.app.sidebar.state_writer import COMPACT, FIELD, StateWriter
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.data import PotentialInfo
from bsct_explorer.molecules import Molecule
from bsct_explorer.references.readers import SUFFIXES
from bsct_explorer.references.reference_units import REFERENCE_UNITS

UNIT_NAMES = tuple(unit.name for unit in REFERENCE_UNITS if unit.dimension == "energy")
AS_STATED = "As the file says, else eV"


class ReferenceControls:
    """A list that writes `reference` to the state, and a file of the person's own.

    Attributes
    ----------
    on_own
        Told of a reference file that was uploaded.
    """

    def __init__(self, state: ExplorerState, offered: Sequence[PotentialInfo]) -> None:
        self.state, self.offered = state, tuple(offered)
        self._writer = StateWriter(state)
        self.on_own: Event[[OwnReference]] = Event()
        self.reference = pmui.Select(label="Reference", options={}, **COMPACT)
        self.upload = pmui.FileInput(
            label="Own reference", accept=",".join(sorted(SUFFIXES)), **{**COMPACT, "margin": (2, 8)}
        )
        self.level = in_theme(
            TextField(
                label="Its level of theory",
                placeholder="ωB97M-V/def2-TZVPD",
                help="Shown beside its curve.",
                **FIELD,
            ),
            state,
        )
        self.unit = pmui.Select(
            label="Its unit of energy",
            options={AS_STATED: "", **{name: name for name in UNIT_NAMES}},
            value="",
            description="Its coordinate is read in Å or degrees unless the file says otherwise.",
            **COMPACT,
        )
        self.reference.param.watch(self._on_reference, "value")
        self.upload.param.watch(self._on_upload, "value")

    def show_molecule(self, molecule: Molecule) -> None:
        """Offer what can be this molecule's reference."""
        options = {"None": "", "GFN2-xTB": "gfn2-xtb"}
        if molecule.source == "bsct-spice":
            options["DFT, ωB97M-D3(BJ)/def2-TZVPPD"] = "dft"
        if self.state.reference == "file":
            options["Your file"] = "file"
        for info in self.offered:
            if info.name == self.state.reference and info.name not in options.values():
                options[info.display_name] = info.name
        value = self.state.reference if self.state.reference in options.values() else ""
        with self._writer.showing():
            self.reference.param.update(options=options, value=value)

    def show(self) -> None:
        """Choose what the state says."""
        if self.state.reference in self.reference.options.values():
            with self._writer.showing():
                self.reference.value = self.state.reference

    def _on_reference(self, event: Any) -> None:
        if event.new is not None:
            # Stored frames are those of a bond.
            self._writer.write(reference=event.new, **(BACK_TO_BOND if event.new == "dft" else {}))

    def _on_upload(self, event: Any) -> None:
        if event.new:
            # What is being typed counts, too: nobody presses Enter before choosing the file.
            level = (self.level.draft or self.level.value).strip()
            name = self.upload.filename or "reference"
            self.on_own(OwnReference(name, event.new, level, self.unit.value or ""))
