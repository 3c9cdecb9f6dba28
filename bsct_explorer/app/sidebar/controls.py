"""The left column, put together from its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app import icons
from bsct_explorer.app.layout import quiet_accordion, row
from bsct_explorer.app.sidebar.choices import bond_list, fill
from bsct_explorer.app.sidebar.coordinate_controls import CoordinateControls
from bsct_explorer.app.sidebar.display_controls import DisplayControls
from bsct_explorer.app.sidebar.molecule_controls import MoleculeControls
from bsct_explorer.app.sidebar.potential_boxes import PotentialBoxes
from bsct_explorer.app.sidebar.range_controls import RangeControls
from bsct_explorer.app.sidebar.reference_controls import ReferenceControls
from bsct_explorer.app.sidebar.state_writer import COMPACT, StateWriter
from bsct_explorer.app.sidebar.threshold_controls import thresholds_form
from bsct_explorer.app.state import DEVICES, DTYPES, ExplorerState
from bsct_explorer.data import PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.molecules import Molecule

_ALL_BONDS_HELP = "Pulls every bond outside rings with the chosen potentials, and lists them worst first."
_LAB_NOTE = (
    "The lab compares the testbed's Transformers with GFN2-xTB, which they were trained on. Molecule, coordinate and "
    "range are those of the other tabs."
)


class Controls:
    """Widgets of the sidebar; they write to the state, and `show_*` writes to them.

    Attributes
    ----------
    downloads
        Buttons of the last section; `plot_downloads` are those among them that the lab does not have.
    """

    def __init__(self, state: ExplorerState, offered: Sequence[PotentialInfo], refused: dict[str, str]) -> None:
        self.state = state
        self._writer = StateWriter(state)
        self.molecule = MoleculeControls(state)
        self.bond = pmui.Select(label="Bond", options={}, **COMPACT)
        self.all_bonds = pmui.Button(
            label="Compare all bonds",
            icon=icons.GRID,
            variant="text",
            size="small",
            margin=(0, 6),
            description=_ALL_BONDS_HELP,
        )
        self.coordinate = CoordinateControls(state, [self.bond, self.all_bonds], COMPACT)
        self.range = RangeControls(state)
        self.boxes = PotentialBoxes(state, offered, refused)
        self.reference = ReferenceControls(state, offered)
        self.display = DisplayControls(state, offered)
        self.thresholds = thresholds_form(state)
        self.device = pmui.Select.from_param(
            state.param.device, label="Device", options={text: key for key, text in DEVICES.items()}, **COMPACT
        )
        self.dtype = pmui.Select.from_param(
            state.param.dtype, label="Precision", options={text: key for key, text in DTYPES.items()}, **COMPACT
        )
        self.downloads: list[Any] = []
        self.plot_downloads: list[Any] = []
        self.sources = pn.Column(sizing_mode="stretch_width", margin=0)
        self.lab_note = pn.pane.HTML(_LAB_NOTE, margin=(10, 10), styles={"font-size": "13px"}, visible=False)
        self._writer.follow(self.bond, "bond")
        state.param.watch(lambda *_: self.boxes.show_theme(), "dark")

    def layout(self) -> list[Any]:
        """The sidebar's content, top to bottom."""
        molecule, scan, reference = self.molecule, self.range, self.reference
        charge = row(molecule.charge, molecule.multiplicity)
        folded = quiet_accordion(
            ("Structure file, charge, held fragment", [molecule.upload, charge, scan.fixed]),
            ("Reference from a file", [reference.level, reference.unit, reference.upload]),
            ("Thresholds", [self.thresholds]),
            ("Display", self.display.layout()),
            ("Device and precision", [row(self.device, self.dtype)]),
            ("Downloads", self.downloads),
        )
        self.sources.objects = [*self.boxes.layout(), reference.reference]
        return [
            molecule.molecule,
            molecule.smiles,
            self.coordinate.kind,
            self.bond,
            *self.coordinate.lists.values(),
            self.coordinate.by_hand,
            self.all_bonds,
            *scan.layout(),
            self.sources,
            self.lab_note,
            folded,
        ]

    def show_molecule(self, molecule: Molecule) -> None:
        """Fill the lists and the fields that depend on the molecule."""
        self.molecule.show_molecule(molecule)
        with self._writer.showing():
            fill(self.bond, **bond_list(molecule, self.state.bond))
        self.boxes.show_molecule(molecule)
        self.reference.show_molecule(molecule)
        self.coordinate.show_molecule(molecule)

    def show_refused(self, text: str) -> None:
        """What was to be the molecule and could not be read."""
        self.molecule.show_refused(text)

    def show_scan(self, scan: Scan, *, own_frames: bool) -> None:
        """The range of a scan, which its frames may fix."""
        self.range.show_scan(scan, own_frames=own_frames)

    def show_potentials(self) -> None:
        """Tick the boxes as the state says, and offer the arrows of what is shown."""
        self.boxes.show()
        self.display.show()
        self.reference.show()

    def show_tab(self, tab: str) -> None:
        """In the design lab the potentials are chosen in the tab itself."""
        reference = self.reference
        elsewhere = (
            self.sources,
            self.display.arrows,
            reference.level,
            reference.unit,
            reference.upload,
            *self.plot_downloads,
        )
        for widget in elsewhere:
            widget.visible = tab != "lab"
        self.lab_note.visible = tab == "lab"
