"""The part of the sidebar that chooses the molecule: from the list, as SMILES, from a file, with its charge."""

from __future__ import annotations

import logging
from typing import Any

import panel_material_ui as pmui

from bsct_explorer.app.components import NumberField, TextField
from bsct_explorer.app.layout import in_theme
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.coordinate_choice import STORED
from bsct_explorer.app.session.molecule_sources import read_upload, structure_text
from bsct_explorer.app.sidebar.state_writer import COMPACT, FIELD, StateWriter
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.work.job import in_words
from bsct_explorer.molecules import STRUCTURE_SUFFIXES, Molecule, library, offered_systems
from bsct_explorer.molecules.bsct_spice import PREFIX
from bsct_explorer.study import DEFAULT_REFERENCE

OTHER_MOLECULE = "— your own —"

_SMILES_HELP = "Embedded with RDKit (fixed seed) and relaxed with GFN2-xTB on this server."
_STATE_HELP = "Passed to potentials that take a charge; a note says which ones ignore it."


class MoleculeControls:
    """Widgets that write `molecule`, `structure`, `charge` and `multiplicity` to the state."""

    def __init__(self, state: ExplorerState) -> None:
        self.state = state
        self._writer = StateWriter(state)
        self._typed = ""
        self._groups = molecule_groups()
        self.molecule = pmui.Select(
            label="Molecule", groups=self._groups, searchable=True, dropdown_height=420, **COMPACT
        )
        self.smiles = in_theme(
            TextField(label="SMILES, then Enter", placeholder="CC(=O)Nc1ccc(O)cc1", help=_SMILES_HELP, **FIELD), state
        )
        self.upload = pmui.FileInput(
            label="Structure file", accept=",".join(STRUCTURE_SUFFIXES), **{**COMPACT, "margin": (2, 8)}
        )
        number: dict[str, Any] = {"whole": True, "buttons": True, **FIELD, "margin": (6, 4)}
        self.charge = in_theme(NumberField(label="Charge", value=0, help=_STATE_HELP, **number), state)
        self.multiplicity = in_theme(NumberField(label="Multiplicity", value=1, start=1, **number), state)
        self.molecule.param.watch(self._on_molecule, "value")
        self.smiles.param.watch(self._on_smiles, "value")
        self.upload.param.watch(self._on_upload, "value")
        self.charge.param.watch(self._on_charge, "value")
        self._writer.follow(self.multiplicity, "multiplicity", "The multiplicity")

    def show_molecule(self, molecule: Molecule) -> None:
        """Say which molecule is shown, however it was chosen."""
        stored = molecule.source in ("library", "bsct-spice") and not self.state.structure
        spec = PREFIX + molecule.name if molecule.source == "bsct-spice" else molecule.name
        known = {value for group in self._groups.values() for value in group.values()}
        with self._writer.showing():
            self.molecule.value = spec if stored and spec in known else OTHER_MOLECULE
            smiles = molecule.smiles if molecule.source == "smiles" and molecule.smiles else ""
            self.smiles.param.update(value=smiles, refused="")
            self.charge.value, self.multiplicity.value = molecule.charge, molecule.multiplicity

    def show_refused(self, text: str) -> None:
        """A typed SMILES that could not be read stays, to be mended; the page shows what it showed before."""
        if text and text == self._typed:
            with self._writer.showing():
                self.smiles.param.update(value=text, refused=text)

    def _choose(self, reference: str | None = None, **values: Any) -> None:
        """Another molecule; a reference that brings another's frames goes with it."""
        kept = DEFAULT_REFERENCE if self.state.reference in STORED else self.state.reference
        fields = {"structure": "", "bond": "", "charge": None, "multiplicity": None, "reference": reference or kept}
        self._writer.write(**{**fields, **values})

    def _on_molecule(self, event: Any) -> None:
        if event.new and event.new != OTHER_MOLECULE:
            self._choose("dft" if event.new.startswith(PREFIX) else None, molecule=event.new)

    def _on_smiles(self, event: Any) -> None:
        if event.new.strip() and not self._writer.silent:
            self._typed = event.new.strip()
            self._choose(molecule=self._typed)

    def _on_upload(self, event: Any) -> None:
        if not event.new:
            return
        try:
            molecule = read_upload(self.upload.filename or "upload.xyz", event.new)
        except Exception as error:  # whatever is in a stranger's file, the page stays
            notify("error", in_words(error))
        else:
            self._choose(structure=structure_text(molecule))

    def _on_charge(self, event: Any) -> None:
        if event.new is not None:
            # Another charge changes the parity of the electrons: let the multiplicity follow.
            self._writer.write(charge=event.new, multiplicity=None)


def molecule_groups() -> dict[str, dict[str, str]]:
    """What the list of molecules offers: group → text → what the state names."""
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
    return groups
