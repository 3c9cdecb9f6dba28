"""The left column: what to pull, how far, and with which potentials."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.analysis import ENERGY_ZEROS
from bsct_explorer.app import icons
from bsct_explorer.app.layout import quiet_accordion, row, with_help
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.coordinate_choice import BACK_TO_BOND, kind_of
from bsct_explorer.app.sidebar.choices import bond_list, fill
from bsct_explorer.app.sidebar.coordinate_controls import CoordinateControls
from bsct_explorer.app.sidebar.potential_boxes import PotentialBoxes
from bsct_explorer.app.sidebar.threshold_controls import thresholds_form
from bsct_explorer.app.state import COLOURS, DEVICES, DTYPES, FIXED, ExplorerState
from bsct_explorer.data import PotentialInfo
from bsct_explorer.deformations import Scan, sum_of_radii
from bsct_explorer.molecules import STRUCTURE_SUFFIXES, Molecule, library, offered_systems
from bsct_explorer.molecules.bsct_spice import PREFIX
from bsct_explorer.words.numbers import decimal

COMPACT: dict[str, Any] = {"size": "small", "sizing_mode": "stretch_width", "margin": (6, 8)}
NUMBER: dict[str, Any] = {
    **COMPACT,
    "margin": (6, 4),
    # Three fields stand side by side: no room for − and + buttons; the arrow keys step.
    "sx": {"& .MuiIconButton-root, & .MuiInputAdornment-root": {"display": "none"}, "& input": {"padding": "8px 10px"}},
}
OTHER_MOLECULE = "— your own —"

RIGID = (
    "BSCT pulls rigidly: each fragment keeps its shape, nothing relaxes. Relaxed scans are not offered, since a "
    "relaxed path differs from one potential to the next, and curves could not be compared frame by frame."
)


class RangeFields(NamedTuple):
    """How the range of a kind of coordinate is asked for: sign in the labels, steps and bounds."""

    sign: str
    low: dict[str, float]
    high: dict[str, float]
    slider: dict[str, float]


_DEGREES = {"start": 1.0, "end": 359.0, "step": 5.0}
_TURNS = {"start": -360.0, "end": 720.0, "step": 15.0}
RANGE_FIELDS = {
    "bond": RangeFields(
        "×",
        {"start": 0.1, "end": 5.0, "step": 0.05},
        {"start": 0.2, "end": 10.0, "step": 0.05},
        {"start": 0.3, "end": 4.0, "step": 0.05},
    ),
    "angle": RangeFields("°", _DEGREES, _DEGREES, {"start": 20.0, "end": 260.0, "step": 1.0}),
    "torsion": RangeFields("°", _TURNS, _TURNS, {"start": -180.0, "end": 360.0, "step": 5.0}),
}
_TURN_NOTES = {
    "angle": "Degrees. Beyond 180° the atoms go on through the line.",
    "torsion": "Degrees, at most one full turn: then the molecule is the same again.",
}


class Controls:
    """Widgets of the sidebar; they write to the state, and `show_*` writes to them."""

    def __init__(self, state: ExplorerState, offered: Sequence[PotentialInfo], refused: dict[str, str]) -> None:
        self.state = state
        self.offered = tuple(offered)
        self._silent = False
        self._typed = ""
        self.molecule = self._molecule_select()
        self.smiles = pmui.TextInput(
            label="SMILES, then Enter", placeholder="CC(=O)Nc1ccc(O)cc1", description=_SMILES_HELP, **COMPACT
        )
        self.upload = pmui.FileInput(
            label="Structure file", accept=",".join(STRUCTURE_SUFFIXES), **{**COMPACT, "margin": (2, 8)}
        )
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
        self.low = pmui.FloatInput(label="From ×", value=state.low, start=0.1, end=5.0, step=0.05, **NUMBER)
        self.high = pmui.FloatInput(label="To ×", value=state.high, start=0.2, end=10.0, step=0.05, **NUMBER)
        self.range = pmui.RangeSlider(
            label="",
            start=0.3,
            end=4.0,
            step=0.05,
            value=(state.low, state.high),
            show_value=False,
            tooltips=False,
            **{**COMPACT, "margin": (-6, 16, -8, 16)},
        )
        self.range_note = pn.pane.HTML("", margin=(6, 10, 0, 10), styles={"font-size": "12px", "opacity": "0.75"})
        self.points = pmui.IntInput(label="Points", value=state.points, step=10, **NUMBER)
        self.fixed = pmui.Select.from_param(
            state.param.fixed,
            label="Held fixed",
            options={text: key for key, text in FIXED.items()},
            **COMPACT,
        )
        self.charge = pmui.IntInput(label="Charge", value=0, step=1, **{**COMPACT, "description": _STATE_HELP})
        self.multiplicity = pmui.IntInput(label="Multiplicity", value=1, start=1, step=1, **COMPACT)
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
        self.boxes = PotentialBoxes(state, offered, refused)
        self.reference = pmui.Select(label="Reference", options={}, **COMPACT)
        self.reference_upload = pmui.FileInput(
            label="Own reference", accept=".csv,.xyz,.extxyz", **{**COMPACT, "margin": (2, 8)}
        )
        self.reference_level = pmui.TextInput(
            label="Its level of theory",
            placeholder="ωB97M-V/def2-TZVPD",
            description="Named beside its curve.",
            **COMPACT,
        )
        self.zero = pmui.Select.from_param(
            state.param.zero,
            label="Energies relative to",
            options={text: key for key, text in ENERGY_ZEROS.items()},
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
            description="Draws the path integral of the forces, as the paper does, in place of the model's energies.",
        )
        self.colour = pmui.Select.from_param(
            state.param.colour,
            label="Atom colours",
            options={text: key for key, text in COLOURS.items()},
            **COMPACT,
        )
        self.thresholds = thresholds_form(state)
        self.arrows = pmui.Select(label="Force arrows of", options={"none": ""}, value="", **COMPACT)
        self._connect()

    # layout

    def layout(self) -> list[Any]:
        """The sidebar's content, top to bottom."""
        folded = quiet_accordion(
            ("Structure file, charge, held fragment", [self.upload, row(self.charge, self.multiplicity), self.fixed]),
            ("Reference from a file", [self.reference_level, self.reference_upload]),
            ("Thresholds", [self.thresholds]),
            ("Display", [self.zero, self.colour, self.arrows, self.full_range, self.integrated]),
            ("Device and precision", [row(self.device, self.dtype)]),
            ("Downloads", self.downloads),
        )
        self.sources.objects = [*self.boxes.layout(), self.reference]
        return [
            self.molecule,
            self.smiles,
            self.coordinate.kind,
            self.bond,
            *self.coordinate.lists.values(),
            self.coordinate.by_hand,
            self.all_bonds,
            row(self.low, self.high, self.points),
            self.range,
            self.range_note,
            self.sources,
            self.lab_note,
            folded,
        ]

    # writing to the widgets

    def show_molecule(self, molecule: Molecule) -> None:
        """Fill the bond list and the fields that depend on the molecule."""
        self._silent = True
        try:
            stored = molecule.source in ("library", "bsct-spice") and not self.state.structure
            spec = PREFIX + molecule.name if molecule.source == "bsct-spice" else molecule.name
            self.molecule.value = spec if stored and spec in self._molecule_values() else OTHER_MOLECULE
            smiles = molecule.smiles if molecule.source == "smiles" and molecule.smiles else ""
            self.smiles.param.update(value=smiles, error_state=False)
            fill(self.bond, **bond_list(molecule, self.state.bond))
            self.charge.value, self.multiplicity.value = molecule.charge, molecule.multiplicity
            self.boxes.show_molecule(molecule)
            self._fill_references(molecule)
        finally:
            self._silent = False
        self.coordinate.show_molecule(molecule)

    def show_refused(self, text: str) -> None:
        """A typed SMILES that could not be read stays, to be mended; the page shows what it showed before."""
        if text and text == self._typed:
            self._silent = True
            try:
                self.smiles.param.update(value=text, error_state=True)
            finally:
                self._silent = False

    def show_scan(self, scan: Scan, *, own_frames: bool) -> None:
        """Show the range, a bond's in Å too, or that the frames of the data fix it."""
        span = float(scan.values[0]), float(scan.values[-1])
        shown = (self.state.low, self.state.high) if scan.kind == "bond" else span
        self._silent = True
        try:
            for widget in (self.low, self.high, self.range, self.points, self.fixed):
                widget.disabled = own_frames
            fields = RANGE_FIELDS[scan.kind]
            self.low.param.update(label=f"From {fields.sign}", **fields.low, value=shown[0])
            self.high.param.update(label=f"To {fields.sign}", **fields.high, value=shown[1])
            self.range.param.update(**fields.slider, value=shown)
        finally:
            self._silent = False
        if scan.kind != "bond":
            self.range_note.object = with_help(_TURN_NOTES[scan.kind], RIGID)
            return
        radii = sum_of_radii(scan.molecule, *scan.atoms[:2])
        text = f"× {decimal(radii, 2)} Å, the sum of covalent radii: {decimal(span[0], 3)} to {decimal(span[1], 3)} Å"
        if own_frames:
            ends = f"{decimal(span[0], 3)} to {decimal(span[1], 3)} Å"
            text = f"{ends}: the reference's own frames. Another reference frees them."
        self.range_note.object = with_help(text, RIGID)

    def show_tab(self, tab: str) -> None:
        """In the design lab the potentials are chosen in the tab itself."""
        elsewhere = (self.sources, self.arrows, self.reference_level, self.reference_upload, *self.plot_downloads)
        for widget in elsewhere:
            widget.visible = tab != "lab"
        self.lab_note.visible = tab == "lab"

    def show_potentials(self) -> None:
        """Tick the boxes as the state says, and offer the arrows of what is shown."""
        self.boxes.show()
        self._silent = True
        try:
            names = {info.name: info.display_name for info in self.offered}
            shown = [name for name in self.state.potentials if name in names]
            self.arrows.options = {"none": "", **{names[name]: name for name in shown}, "the reference": "reference"}
            self.arrows.value = self.state.arrows if self.state.arrows in self.arrows.options.values() else ""
            if self.state.reference in self.reference.options.values():
                self.reference.value = self.state.reference
        finally:
            self._silent = False

    # building

    def _molecule_select(self) -> pmui.Select:
        groups: dict[str, dict[str, str]] = {}
        for entry in library():
            groups.setdefault(entry.category, {})[f"{entry.name}   {entry.formula}"] = entry.name
        systems, problem = offered_systems()
        if problem:
            # For who runs the server: it names a path, and whoever looks at the page may be somebody else.
            logging.getLogger(__name__).warning("%s", problem)
        if systems:
            groups["BSCT-SPICE"] = {name: PREFIX + name for name in systems}
        groups["other"] = {OTHER_MOLECULE: OTHER_MOLECULE}
        self._groups = groups
        return pmui.Select(label="Molecule", groups=groups, searchable=True, dropdown_height=420, **COMPACT)

    def _molecule_values(self) -> set[str]:
        return {value for group in self._groups.values() for value in group.values()}

    def _fill_references(self, molecule: Molecule) -> None:
        options = {"None": "", "GFN2-xTB": "gfn2-xtb"}
        if molecule.source == "bsct-spice":
            options["DFT, ωB97M-D3(BJ)/def2-TZVPPD"] = "dft"
        if self.state.reference == "file":
            options["Your file"] = "file"
        for info in self.offered:
            if info.name == self.state.reference and info.name not in options.values():
                options[info.display_name] = info.name
        self.reference.param.update(
            options=options, value=self.state.reference if self.state.reference in options.values() else ""
        )

    # hearing

    def _connect(self) -> None:
        self.molecule.param.watch(self._on_molecule, "value")
        self.smiles.param.watch(self._on_smiles, "value")
        self._follow(self.bond, "bond")
        self.range.param.watch(lambda event: self._set(**self._range_changes(*event.new)), "value_throttled")
        self.low.param.watch(lambda event: self._on_range(low=event.new), "value")
        self.high.param.watch(lambda event: self._on_range(high=event.new), "value")
        self.reference.param.watch(self._on_reference, "value")
        self.state.param.watch(lambda *_: self.boxes.show_theme(), "dark")
        self._follow(self.arrows, "arrows")
        self.charge.param.watch(self._on_charge, "value")
        self._follow(self.multiplicity, "multiplicity", "The multiplicity")
        self._follow(self.points, "points", "The number of points")
        self.state.param.watch(lambda event: self.points.param.update(value=event.new), "points")

    def _set(self, **values: Any) -> None:
        """Write to the state what the person changed; what the page itself writes to the widgets is not heard."""
        if not self._silent:
            self.state.param.update(**values)

    def _follow(self, widget: Any, name: str, called: str = "") -> None:
        """Let a field of the state follow a widget; an emptied one changes nothing, an impossible value is said."""

        def changed(event: Any) -> None:
            if event.new is None or self._silent:
                return
            refusal = self._refusal(name, event.new, called)
            if refusal:
                notify("warning", refusal)
                self._put_back({widget: event.old})
            else:
                self._set(**{name: event.new})

        widget.param.watch(changed, "value")

    def _put_back(self, values: dict[Any, Any]) -> None:
        """Show again what holds, without hearing of it."""
        self._silent = True
        try:
            for widget, value in values.items():
                widget.value = value
        finally:
            self._silent = False

    def _refusal(self, name: str, value: Any, called: str) -> str:
        """Why a field of the state cannot have this value, as a sentence; empty where it can."""
        low, high = getattr(self.state.param[name], "bounds", None) or (None, None)
        if (low is None or value >= low) and (high is None or value <= high):
            return ""
        allowed = f"{low:g} or more" if high is None else f"from {low:g} to {high:g}"
        return f"{called} must be {allowed}: {value:g} was not taken."

    def _on_range(self, low: float | None = None, high: float | None = None) -> None:
        if self._silent or (low is None and high is None):
            return
        shown = (self.state.low, self.state.high) if kind_of(self.state) == "bond" else self.range.value
        low, high = shown[0] if low is None else low, shown[1] if high is None else high
        changes = self._range_changes(low, high)
        refusals = [self._refusal(name, value, "The range's ends") for name, value in changes.items()]
        refusal = next(
            filter(None, refusals), "" if low < high else f"The range must rise: {low:g} is not below {high:g}."
        )
        if refusal:
            notify("warning", refusal)
            self._put_back({self.low: shown[0], self.high: shown[1]})
        else:
            self._set(**changes)

    def _range_changes(self, low: float, high: float) -> dict[str, Any]:
        """What a range means for the state: multiples of the radii for a bond, else degrees."""
        if kind_of(self.state) == "bond":
            return {"low": low, "high": high}
        return {"turn_low": low, "turn_high": high}

    def _on_reference(self, event: Any) -> None:
        if event.new is not None:
            # Stored frames are those of a bond.
            self._set(reference=event.new, **(BACK_TO_BOND if event.new == "dft" else {}))

    def _on_molecule(self, event: Any) -> None:
        if event.new and event.new != OTHER_MOLECULE:
            reference = "dft" if event.new.startswith(PREFIX) else self.state.reference
            reference = "gfn2-xtb" if reference in ("dft", "file") and not event.new.startswith(PREFIX) else reference
            self._set(molecule=event.new, structure="", bond="", charge=None, multiplicity=None, reference=reference)

    def _on_smiles(self, event: Any) -> None:
        if event.new.strip() and not self._silent:
            self._typed = event.new.strip()
            reference = "gfn2-xtb" if self.state.reference in ("dft", "file") else self.state.reference
            self._set(
                molecule=event.new.strip(), structure="", bond="", charge=None, multiplicity=None, reference=reference
            )

    def _on_charge(self, event: Any) -> None:
        if not self._silent and event.new is not None:
            # Another charge changes the parity of the electrons: let the multiplicity follow.
            self.state.param.update(charge=event.new, multiplicity=None)


_SMILES_HELP = "Embedded with rdkit (fixed seed) and relaxed with GFN2-xTB on this server."
_ALL_BONDS_HELP = "Pull every bond that is not in a ring with the chosen potentials, worst first."
_LAB_NOTE = (
    "The lab compares the testbed's Transformers with GFN2-xTB, which they learned from. Molecule, coordinate and "
    "range are those of the other tabs."
)
_STATE_HELP = "Sent to the potentials that know of charge; a note says where it is ignored."
