"""The structure of a comparison: atoms, forces, what a finding comes from, and a legend that says what is drawn."""

from __future__ import annotations

import html
from collections.abc import Callable

import panel as pn

from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.events import Event
from bsct_explorer.app.session.finding_board import Finding
from bsct_explorer.app.viewer import MoleculeViewer
from bsct_explorer.app.views.closeups import lit_words
from bsct_explorer.app.views.looking import LookOf, looks_of
from bsct_explorer.deformations import Scan
from bsct_explorer.molecules import Molecule
from bsct_explorer.words.units import in_unit

HEIGHT = 336
"""CSS px of a structure that stands alone."""

Picked = Callable[[list[int]], bool]
"""Told what was clicked in a structure: an atom, a bond's two atoms, or nothing; True where nothing has to stay lit."""


class StructureView:
    """One structure for all potentials, and where one has its own (`viewers`) that as well.

    Parameters
    ----------
    look
        Colour of a potential's arrows.
    picked
        See `Picked`.

    Attributes
    ----------
    viewer
        Everybody's structure.
    viewers
        Structures of one potential's own, by its name; made by `make_viewer`.
    on_viewer
        Told of each structure that is made, to be linked with the slider.
    """

    def __init__(self, comparison: Comparison, look: LookOf, picked: Picked) -> None:
        self.comparison, self.state, self._look, self._picked = comparison, comparison.state, look, picked
        self.on_viewer: Event[[MoleculeViewer]] = Event()
        self.viewers: dict[str, MoleculeViewer] = {}
        self.viewer = self.make_viewer()
        # Its line is there when it is empty, so that words in it move nothing.
        self.legend = pn.pane.HTML("", margin=(0, 10), min_height=18, styles={"font-size": "12px", "opacity": "0.8"})
        self._stale = True
        """What is drawn on the atoms is of the scan before, or nothing."""
        self._lit_words = ""
        self._drawn_words: list[str] = []
        comparison.on_scan.listen(self._show_scan)
        comparison.on_results.listen(self.show_atoms)
        self.state.param.watch(lambda *_: self.show_atoms(), ["colour", "arrows", "energy_unit"])
        self.state.param.watch(lambda *_: self._apply_theme(), "dark")

    def make_viewer(self) -> MoleculeViewer:
        """Another structure, for `viewers`."""
        viewer = MoleculeViewer(sizing_mode="stretch_width", height=HEIGHT, dark=self.state.dark)
        viewer.param.watch(lambda event: self._hear(list(event.new)), "picked")
        self.on_viewer(viewer)
        return viewer

    @property
    def every_viewer(self) -> tuple[MoleculeViewer, ...]:
        """All structures that are shown."""
        return self.viewer, *self.viewers.values()

    def show_molecule(self, molecule: Molecule) -> None:
        """A molecule without anything to drive."""
        for viewer in self.every_viewer:
            viewer.show(molecule)

    def light(self, chosen: Finding | None) -> None:
        """Light what a finding comes from in its potential's structure."""
        cause = chosen.artifact.cause if chosen is not None else None
        lit = {"lit": list(cause.atoms), "lit_pairs": [list(pair) for pair in cause.pairs]} if cause else {}
        where = self.viewers.get(chosen.potential, self.viewer) if chosen is not None else self.viewer
        for viewer in self.every_viewer:
            viewer.param.update(**{"lit": [], "lit_pairs": [], **(lit if viewer is where else {})})
        analyses = self.comparison.analyses
        self._lit_words = lit_words(chosen.artifact, analyses[chosen.potential]) if chosen is not None else ""
        self._show_legend()

    def show_atoms(self) -> None:
        """Forces, colours and arrows of the structure."""
        self._stale = False
        name, analyses = self.state.arrows, self.comparison.analyses
        shown = analyses.get(name)
        unit = self.state.shown_unit
        for each in self.every_viewer:
            each.energy_unit = {"name": unit.name, "perEv": unit.per_ev}
        self.viewer.color_by = self.state.colour
        forces = shown.profile.forces if shown else None
        source = shown or next(iter(analyses.values()), None)
        if self.state.colour == "force" and forces is None and source is not None:
            forces = source.profile.forces
        self.viewer.arrows = shown is not None and forces is not None
        if source is not None and self.comparison.shown is not None:
            looks = looks_of(self.comparison, self._look)
            colour = looks[name].colour(self.state.dark) if name in looks else None
            self.viewer.set_forces(forces, color=colour)
        words: list[str] = []
        if self.viewer.arrows and shown is not None:
            words.append(f"Arrows: forces of {shown.profile.info.display_name}, {self.viewer.arrow_scale_text}")
        if self.state.colour == "force" and forces is not None and source is not None:
            whose = "each variant" if self.viewers else (shown or source).profile.info.display_name
            words.append(f"Colours: force of {whose}, {self.viewer.color_scale_text}")
        for other, viewer in self.viewers.items():  # by the same scale
            own = analyses[other].profile.forces if other in analyses else None
            viewer.color_by = self.state.colour
            viewer.set_forces(own if forces is not None else None, reference=self.viewer.arrow_reference)
        self._drawn_words = [in_unit(said, self.state.shown_unit) for said in words]
        self._show_legend()

    def _show_scan(self, scan: Scan, frame: int) -> None:
        """The new structure at once, whatever is still computed."""
        self._stale = True
        for viewer in self.every_viewer:
            viewer.show(scan, frame=frame, dark=self.state.dark)

    def _show_legend(self) -> None:
        """What arrows, colours and lights in the structure mean."""
        self.legend.object = html.escape(" · ".join(filter(None, [self._lit_words, *self._drawn_words])))

    def _hear(self, picked: list[int]) -> None:
        if self._picked(picked):
            for viewer in self.every_viewer:
                viewer.picked = []  # the same atoms can be clicked again

    def _apply_theme(self) -> None:
        for viewer in self.every_viewer:
            viewer.dark = self.state.dark
        if not self._stale:
            self.show_atoms()
