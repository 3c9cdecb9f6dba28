"""The part of the sidebar that chooses the coordinate: its kind, its atoms, and its range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel_material_ui as pmui

from bsct_explorer.app.components import TextField
from bsct_explorer.app.layout import in_theme
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.coordinate_choice import BACK_TO_BOND, STORED, coordinates_of, first_of, kind_of
from bsct_explorer.app.sidebar.choices import EMPTY, fill, list_of
from bsct_explorer.app.sidebar.state_writer import FIELD
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.deformations import check_coordinate, parse_atoms
from bsct_explorer.errors import DeformationError
from bsct_explorer.study import DEFAULT_REFERENCE
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import decimal

if TYPE_CHECKING:
    from bsct_explorer.molecules import Molecule

WORDS = {"Stretch": "bond", "Bend": "angle", "Twist": "torsion"}
"""Other words than those over the lists of atoms: two controls of one name cannot be told apart by a screen reader."""

_HELP = {
    "angle": "The group at the first atom turns against the rest of the molecule, about an axis through the middle "
    "atom.",
    "torsion": "Both sides of the middle bond turn about it. All torsions about one bond turn together.",
}


class CoordinateControls:
    """Kind of coordinate, and the lists of angles and torsions beside the sidebar's list of bonds.

    Parameters
    ----------
    bond_widgets
        Shown while the coordinate is a bond.
    """

    def __init__(self, state: ExplorerState, bond_widgets: list[Any], compact: dict[str, Any]) -> None:
        self.state = state
        self._bond_widgets = bond_widgets
        self._molecule: Molecule | None = None
        self._asked = self._asked_for()
        self._silent = False
        self.kind = pmui.RadioButtonGroup(
            label="Coordinate",
            options=WORDS,
            value=kind_of(state),
            size="small",
            sizing_mode="stretch_width",
            margin=(4, 8, 2, 8),
            sx={"& .MuiToggleButton-root": {"textTransform": "none", "padding": "4px 8px"}},
        )
        self.lists = {
            kind: pmui.Select(label=kind.capitalize(), options={}, visible=False, description=_HELP[kind], **compact)
            for kind in _HELP
        }
        self.by_hand = in_theme(TextField(label="Atom numbers, then Enter", visible=False, **FIELD), state)
        self.kind.param.watch(self._on_kind, "value")
        for kind, widget in self.lists.items():
            widget.param.watch(lambda event, kind=kind: self._choose(kind, event.new), "value")
        self.by_hand.param.watch(self._on_text, "value")
        state.param.watch(self._follow_state, ["angle", "torsion"])
        self._show_kind()

    def show_molecule(self, molecule: Molecule) -> None:
        """The molecule whose angles and torsions are offered; the lists are filled when they are first shown."""
        self._molecule = molecule
        self._asked = self._asked_for()
        self._silent = True
        for widget in self.lists.values():
            widget.param.update(**EMPTY)
        self.show()

    def _asked_for(self) -> tuple[str, str]:
        """What the state names as the molecule."""
        return self.state.molecule, self.state.structure

    def _follow_state(self, *_: Any) -> None:
        # While another molecule is being read the state names its atoms already: its list comes with it.
        if self._asked == self._asked_for():
            self.show()

    def show(self) -> None:
        """Make the widgets say what the state says."""
        self._silent = True
        try:
            self._show_kind()
            kind = kind_of(self.state)
            if kind != "bond" and self._molecule is not None:
                self._fill(kind, self._molecule)
        finally:
            self._silent = False

    def _show_kind(self) -> None:
        kind = kind_of(self.state)
        self.kind.value = kind
        for widget in self._bond_widgets:
            widget.visible = kind == "bond"
        for name, widget in self.lists.items():
            widget.visible = name == kind
        self.by_hand.visible = kind != "bond"
        self.by_hand.placeholder = {"angle": "0-1-2", "torsion": "0-1-2-3"}.get(kind, "")

    def _fill(self, kind: str, molecule: Molecule) -> None:
        chosen = getattr(self.state, kind)
        rows = [(f"{c.label}   {decimal(c.value, 1)}°", c.text, not c.reason) for c in coordinates_of(molecule, kind)]
        if chosen and chosen not in [value for _, value, _ in rows]:
            atoms = parse_atoms(chosen, kind)
            label = atoms_label(molecule.symbols, atoms)
            rows.append((f"{label}   by hand", chosen, True))
        fill(self.lists[kind], **list_of(rows, chosen, f"no {kind} can be driven"))

    def _on_kind(self, event: Any) -> None:
        if self._silent or self._molecule is None:
            return
        if event.new == "bond":
            self.state.param.update(**BACK_TO_BOND)
            return
        first = first_of(self._molecule, event.new)
        if first is None:
            notify("info", f"{self._molecule.name} has no {event.new} that can be driven.")
            self.show()
        else:
            self._choose(event.new, first.text, new_kind=True)

    def _choose(self, kind: str, text: str | None, *, new_kind: bool = False) -> None:
        if self._silent or not text:
            return
        changes: dict[str, Any] = {"angle": "", "torsion": "", kind: text}
        if new_kind:
            changes |= {"turn_low": None, "turn_high": None}
        if self.state.reference in STORED:
            changes["reference"] = DEFAULT_REFERENCE
        self.state.param.update(**changes)

    def _on_text(self, event: Any) -> None:
        text, kind = event.new.strip(), kind_of(self.state)
        if self._silent or not text or kind == "bond" or self._molecule is None:
            return
        try:
            atoms = parse_atoms(text, kind)
            check_coordinate(self._molecule, kind, atoms)
        except DeformationError as error:
            notify("error", str(error))
        else:
            self._choose(kind, text)
            self.by_hand.value = ""
