"""The neighbour graph in the lab: whose and of which potential, asked of the model behind the page, drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.compute import in_background
from bsct_explorer.app.lab.settings import ALL, MOST_PAIRS, NOBODY, attention_of, drawn_choices, graph_atom
from bsct_explorer.app.lists import fill
from bsct_explorer.app.notices import in_words, notify
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.potentials.registry import load_offered

if TYPE_CHECKING:
    from bsct_explorer.app.lab.lab import LabComparison
    from bsct_explorer.deformations import Scan
    from bsct_explorer.testbed.config import ModelConfig
    from bsct_explorer.testbed.edges import Neighbours

COMPACT: dict[str, Any] = {"size": "small", "margin": (2, 8)}
NOTHING_ASKED: tuple[Any, ...] = (None, "", None, None)


class GraphPanel:
    """Lists below the structure that write to the state, and the graph that they ask for.

    Parameters
    ----------
    state
        The page's.
    comparison
        Whose scan and potentials are shown.
    configs
        What each trained variant was trained with.

    Attributes
    ----------
    neighbours
        Of the scan that is shown, as the model answered; None until then.
    """

    def __init__(self, state: ExplorerState, comparison: LabComparison, configs: Mapping[str, ModelConfig]) -> None:
        self.state, self.comparison, self.configs = state, comparison, configs
        self.neighbours: Neighbours | None = None
        self._asked: tuple[Any, ...] = NOTHING_ASKED
        self._packed: Neighbours | None = None
        self._silent = False
        self.of = pmui.Select(label="Neighbours of", options={}, width=115, **COMPACT)
        self.drawn = pmui.Select(label="Edges show", options={}, width=225, **COMPACT)
        self.whose = pmui.Select(label="Graph of", options={}, width=160, **COMPACT)
        comparison.on_scan.append(lambda scan, _: self.show_scan(scan))
        comparison.on_results.append(self.show)
        state.param.watch(lambda *_: self.show(), ["neighbours_of", "edges_show", "graph_of"])
        self.of.param.watch(lambda event: self._choose(neighbours_of=event.new), "value")
        self.drawn.param.watch(lambda event: self._choose(edges_show=event.new), "value")
        self.whose.param.watch(lambda event: self._choose(graph_of=event.new), "value")

    def layout(self) -> pn.FlexBox:
        return pn.FlexBox(self.of, self.drawn, self.whose, sizing_mode="stretch_width")

    def _choose(self, **values: Any) -> None:
        if not self._silent and all(value is not None for value in values.values()):
            self.state.param.update(**values)

    def show_scan(self, scan: Scan) -> None:
        """What can be chosen of this molecule and these potentials, and what is."""
        now, offered = self.comparison.shown, self.comparison.offered
        labels = [f"{symbol}{i}" for i, symbol in enumerate(scan.molecule.symbols)]
        atom = graph_atom(self.state.neighbours_of, scan.atoms, len(labels))
        chosen = self.state.neighbours_of if atom is None else str(atom)
        atoms = {"all atoms": ALL, **{label: str(i) for i, label in enumerate(labels)}, "nobody": NOBODY}
        choices = drawn_choices(self.configs[self.state.variant])
        drawn = self.state.edges_show if self.state.edges_show in choices.values() else "envelope"
        if drawn != "envelope" and chosen == ALL:
            chosen = str(scan.atoms[0])  # attention is an atom's own: there is none of all
        graphs = {offered[name].display_name: name for name in (now.lead, now.beside) if name}
        self._silent = True
        try:
            fill(self.of, options=atoms, value=chosen)
            fill(self.drawn, options=choices, value=drawn)
            self.whose.visible = len(graphs) > 1
            fill(self.whose, options=graphs, value=self._potential())
        finally:
            self._silent = False

    def _potential(self) -> str:
        """Whose graph is drawn: the lead's, unless the one beside it was asked for."""
        now = self.comparison.shown
        return now.beside if now.beside and self.state.graph_of == now.beside else now.lead

    def show(self, *_: Any) -> None:
        """Ask the model for the graph of the scan that is shown, and draw it when it comes."""
        scan, state = self.comparison.scan, self.state
        viewer = self.comparison.views.viewer
        name = self._potential()
        if scan is None or self.comparison.asleep:
            return
        self.show_scan(scan)
        if state.neighbours_of == NOBODY or name not in self.comparison.analyses:
            self._draw_nothing()
            return
        if len(scan) * len(scan.molecule) ** 2 > MOST_PAIRS:
            notify("info", f"{len(scan)} frames of {len(scan.molecule)} atoms are too many to draw their neighbours.")
            self._draw_nothing()
            return
        block, head = attention_of(self.drawn.value or "envelope")
        asked = (scan, name, block, head)
        if self._asked == asked:
            if self.neighbours is not None:
                self._draw(scan)
            return
        if self._asked[:2] != asked[:2]:
            viewer.set_graph(None)  # of another potential, or of other frames
        self._asked, self.neighbours = asked, None
        device, dtype = state.device, self.comparison.dtype

        def work() -> Neighbours | None:
            if self._asked != asked:  # somebody wanted another one meanwhile
                return None
            potential: Any = load_offered(name, device=device, dtype=dtype)
            found: Neighbours = potential.neighbours_at(scan.molecule.numbers, scan.positions, block=block, head=head)
            return found

        in_background(work, lambda found: self.comparison.schedule(partial(self.take, asked, found)))

    def take(self, asked: tuple[Any, ...], found: Neighbours | Exception | None) -> None:
        if asked != self._asked or asked[0] is not self.comparison.scan or found is None:
            return
        if isinstance(found, Exception):
            notify("warning", in_words(found))
            self._draw_nothing()
            return
        self.neighbours = found
        self._draw(self.comparison.scan)

    def _draw_nothing(self) -> None:
        self._asked, self.neighbours, self._packed = NOTHING_ASKED, None, None
        self.comparison.views.viewer.set_graph(None)

    def _draw(self, scan: Scan) -> None:
        viewer = self.comparison.views.viewer
        atom = graph_atom(self.state.neighbours_of, scan.atoms, len(scan.molecule))
        attention = self.neighbours is not None and self.neighbours.attention is not None
        if attention and atom is None:
            atom = scan.atoms[0]
        with pn.io.hold():
            if self._packed is not self.neighbours or not viewer.graph:  # packing is work, too
                viewer.set_graph(self.neighbours)
                self._packed = self.neighbours
            viewer.param.update(graph_atom=atom, graph_shows="attention" if attention else "envelope")
