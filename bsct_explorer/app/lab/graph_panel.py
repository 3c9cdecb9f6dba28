"""The neighbour graphs in the lab: of which atom and by what measure, asked of the models behind the page, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.lab_choices import ALL, MOST_PAIRS, NOBODY, attention_of, drawn_choices, graph_atom
from bsct_explorer.app.session.lab_session import LabSession
from bsct_explorer.app.sidebar.choices import fill
from bsct_explorer.app.work.job import Hearers, Job, Run
from bsct_explorer.potentials.registry import load_offered
from bsct_explorer.words.atoms import atom_label

if TYPE_CHECKING:
    from bsct_explorer.app.viewer import MoleculeViewer
    from bsct_explorer.deformations import Scan
    from bsct_explorer.testbed.edges import Neighbours

COMPACT: dict[str, Any] = {"size": "small", "margin": (2, 8)}
NOTHING_ASKED: tuple[Any, ...] = (None, "", None, None)


class DrawnGraph:
    """The graph of one potential in one structure.

    Parameters
    ----------
    session
        Whose scan and potentials are shown.
    viewer
        Where it is drawn.

    Attributes
    ----------
    neighbours
        Of the scan that is shown, as the model answered; None until then.
    """

    def __init__(self, session: LabSession, viewer: MoleculeViewer) -> None:
        self.comparison, self.viewer = session.comparison, viewer
        self.neighbours: Neighbours | None = None
        self._job = Job(session.scheduler.soon)
        self._asked: tuple[Any, ...] = NOTHING_ASKED
        self._packed: Neighbours | None = None
        self._atom: int | None = None

    def show(self, name: str, atom: int | None, block: int | None, head: int | None) -> None:
        """Ask the model for the graph of the scan that is shown, and draw it when it comes.

        Parameters
        ----------
        name
            The potential.
        atom
            Whose edges; None for all.
        block, head
            Whose attention; None for the envelope, or the mean of all heads.
        """
        scan = self.comparison.scan
        assert scan is not None
        self._atom = atom
        asked = (scan, name, block, head)
        if self._asked == asked:
            if self.neighbours is not None:
                self._draw(scan)
            return
        if self._asked[:2] != asked[:2]:
            self.viewer.set_graph(None)  # of another potential, or of other frames
        self._asked, self.neighbours = asked, None
        device, dtype = self.comparison.potentials.device, self.comparison.potentials.dtype

        def work(_: Run[None]) -> Neighbours:
            potential: Any = load_offered(name, device=device, dtype=dtype)
            found: Neighbours = potential.neighbours_at(scan.molecule.numbers, scan.positions, block=block, head=head)
            return found

        self._job.start(work, Hearers(done=self.take, failed=self._fail))

    def take(self, found: Neighbours) -> None:
        """The model has answered."""
        scan = self.comparison.scan
        if scan is not None and self._asked[0] is scan:
            self.neighbours = found
            self._draw(scan)

    def _fail(self, words: str) -> None:
        notify("warning", words)
        self.clear()

    def close(self) -> None:
        """The page is gone."""
        self._job.close()

    def clear(self) -> None:
        """Draw nothing."""
        self._job.cancel()
        self._asked, self.neighbours, self._packed = NOTHING_ASKED, None, None
        self.viewer.set_graph(None)

    def _draw(self, scan: Scan) -> None:
        attention = self.neighbours is not None and self.neighbours.attention is not None
        atom = scan.atoms[0] if attention and self._atom is None else self._atom
        with pn.io.hold():
            if self._packed is not self.neighbours or not self.viewer.graph:  # packing is work, too
                self.viewer.set_graph(self.neighbours)
                self._packed = self.neighbours
            self.viewer.param.update(graph_atom=atom, graph_shows="attention" if attention else "envelope")


class GraphPanel:
    """Lists below the structure that write to the state, and the graphs that they ask for.

    Parameters
    ----------
    session
        Whose scan and potentials are shown.
    viewer
        The structure of what is looked at.

    Attributes
    ----------
    lead
        The graph of what is looked at.
    beside
        That of the variant beside it, once there was one.
    """

    def __init__(self, session: LabSession, viewer: MoleculeViewer) -> None:
        self.session, self.state, self.comparison = session, session.state, session.comparison
        self.lead = DrawnGraph(session, viewer)
        self.beside: DrawnGraph | None = None
        self._silent = False
        self.of = pmui.Select(label="Neighbours of", options={}, width=115, **COMPACT)
        self.drawn = pmui.Select(label="Edges show", options={}, width=225, **COMPACT)
        self.comparison.on_scan.listen(lambda scan, _: self.show_scan(scan))
        self.comparison.on_results.listen(self.show)
        self.state.param.watch(lambda *_: self.show(), ["neighbours_of", "edges_show"])
        self.of.param.watch(lambda event: self._choose(neighbours_of=event.new), "value")
        self.drawn.param.watch(lambda event: self._choose(edges_show=event.new), "value")

    def close(self) -> None:
        """The page is gone."""
        for graph in filter(None, (self.lead, self.beside)):
            graph.close()

    def layout(self) -> pn.FlexBox:
        return pn.FlexBox(self.of, self.drawn, sizing_mode="stretch_width")

    def _choose(self, **values: Any) -> None:
        if not self._silent and all(value is not None for value in values.values()):
            self.state.param.update(**values)

    def show_scan(self, scan: Scan) -> None:
        """What can be chosen of this molecule, and what is."""
        labels = [atom_label(scan.molecule.symbols, i) for i in range(len(scan.molecule))]
        atom = graph_atom(self.state.neighbours_of, scan.atoms, len(labels))
        chosen = self.state.neighbours_of if atom is None else str(atom)
        atoms = {"all atoms": ALL, **{label: str(i) for i, label in enumerate(labels)}, "nobody": NOBODY}
        choices = drawn_choices(self.session.configs[self.state.variant])
        drawn = self.state.edges_show if self.state.edges_show in choices.values() else "envelope"
        if drawn != "envelope" and chosen == ALL:
            chosen = str(scan.atoms[0])  # attention is an atom's own: there is none of all
        self._silent = True
        try:
            fill(self.of, options=atoms, value=chosen)
            fill(self.drawn, options=choices, value=drawn)
        finally:
            self._silent = False

    def show(self, *_: Any) -> None:
        """Draw the graphs of the scan that is shown, as soon as the models have answered."""
        scan, state, now = self.comparison.scan, self.state, self.session.shown
        if scan is None or self.comparison.asleep:
            return
        self.show_scan(scan)
        too_many = len(scan) * len(scan.molecule) ** 2 > MOST_PAIRS
        if too_many and state.neighbours_of != NOBODY:
            notify("info", f"{len(scan)} frames of {len(scan.molecule)} atoms are too many to draw their neighbours.")
        atom = graph_atom(state.neighbours_of, scan.atoms, len(scan.molecule))
        block, head = attention_of(self.drawn.value or "envelope")
        for graph, name in ((self.lead, now.lead), (self.beside, now.beside)):
            if graph is None:
                continue
            if too_many or state.neighbours_of == NOBODY or name not in self.comparison.analyses:
                graph.clear()
            else:
                graph.show(name, atom, block, head)
