"""A page with nothing but the viewer and what its tests push: `panel serve tests/browser/viewer_app.py`."""

import numpy as np
import panel as pn
from rdkit import Chem
from rdkit.Chem import AllChem

from bsct_explorer.app.viewer import MoleculeViewer
from bsct_explorer.deformations import Scan
from bsct_explorer.molecules.molecule import Bond, Molecule
from bsct_explorer.testbed.edges import NOBODY, Neighbours
from bsct_explorer.testbed.model_config import ModelConfig

FRAMES = 101
SWAP = 50


def molecule_from(smiles: str, name: str) -> Molecule:
    built = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(built, randomSeed=7)
    AllChem.MMFFOptimizeMolecule(built)
    symbols = [atom.GetSymbol() for atom in built.GetAtoms()]
    bonds = []
    for bond in built.GetBonds():
        i, j = sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))
        reason = "in a ring: pulling it leaves no two rigid fragments" if bond.IsInRing() else None
        bonds.append(Bond(i, j, (symbols[i], symbols[j]), bond.GetBondTypeAsDouble(), reason))
    numbers = [atom.GetAtomicNum() for atom in built.GetAtoms()]
    positions = built.GetConformer().GetPositions()
    return Molecule(name, numbers, positions, tuple(sorted(bonds, key=lambda bond: bond.atoms)), source="smiles")


def stretch(molecule: Molecule, i: int, j: int) -> Scan:
    """From 0.5 to 2 times the bond's length, half of it on each side."""
    first, todo = {i}, [i]
    while todo:
        atom = todo.pop()
        for bond in molecule.bonds:
            if atom in bond.atoms and set(bond.atoms) != {i, j}:
                other = bond.i if bond.j == atom else bond.j
                if other not in first:
                    first.add(other)
                    todo.append(other)
    labels = np.array([0 if atom in first else 1 for atom in range(len(molecule))])
    along = molecule.positions[j] - molecule.positions[i]
    length = float(np.linalg.norm(along))
    tangent = np.where(labels[:, None] == 0, -0.5, 0.5) * along / length
    values = np.linspace(0.5, 2.0, FRAMES) * length
    positions = molecule.positions + (values - length)[:, None, None] * tangent
    tangents = np.broadcast_to(tangent, positions.shape)
    return Scan(molecule, "bond", (i, j), "Å", values, positions, tangents, labels)


def made_up_forces(scan: Scan, strength: float = 1.0) -> np.ndarray:
    """A Morse-like pull along the bond, a wall a hundred times as hard, and a little of it on every atom."""
    equilibrium = scan.values[np.argmin(np.abs(scan.values - scan.values[-1] / 2))]
    x = np.exp(-1.9 * (scan.values - equilibrium))
    pull = strength * 18 * (x**2 - x)
    forces = pull[:, None, None] * scan.tangents
    noise = np.random.default_rng(1).normal(size=scan.positions.shape)
    forces = 0.25 * forces + 0.12 * np.abs(pull)[:, None, None] * noise
    for atom, sign in zip(scan.atoms, (-1, 1), strict=True):
        along = scan.tangents[0, scan.atoms[1]] / np.linalg.norm(scan.tangents[0, scan.atoms[1]])
        forces[:, atom] += sign * pull[:, None] * along
    forces[3] = np.nan
    return forces


def made_up_neighbours(scan: Scan) -> Neighbours:
    """Every pair an edge that fades with its length, but at frame `SWAP` atom 0 takes atom 7 for atom 6."""
    n = len(scan.molecule)
    distances = np.linalg.norm(scan.positions[:, :, None] - scan.positions[:, None], axis=-1)
    envelope = np.exp(-(distances**2) / 6) * (1 - np.eye(n))
    for atom, frames in ((6, slice(SWAP, None)), (7, slice(None, SWAP))):
        envelope[frames, 0, atom] = envelope[frames, atom, 0] = 0
    kth, following = np.full((2, FRAMES, n), NOBODY)
    kth[:, 0], following[:, 0] = np.where(np.arange(FRAMES) < SWAP, [[6], [7]], [[7], [6]])
    attention = envelope[:, :, ::-1] + 1e-3
    attention[envelope == 0] = 0
    attention /= attention.sum(-1, keepdims=True)
    ranks = np.argsort(np.argsort(distances, axis=-1), axis=-1) - 1.0
    return Neighbours(ModelConfig(graph="hard-knn"), distances, envelope, ranks, kth, following, attention, block=0)


pn.extension()
ETHANE = molecule_from("CC", "ethane")
ACID = molecule_from("CC(=O)Oc1ccccc1C(=O)O", "aspirin")
SCANS = {"ethane": stretch(ETHANE, 0, 1), "aspirin C0–C1": stretch(ACID, 0, 1), "aspirin O3–C4": stretch(ACID, 3, 4)}

viewer = MoleculeViewer(sizing_mode="stretch_width", height=460)
frame = pn.widgets.IntSlider(name="frame", start=0, end=FRAMES - 1, value=40, width=300)
frame.jslink(viewer, value="frame")
shown = pn.widgets.RadioButtonGroup(name="shown", options=list(SCANS), value="ethane")
color_by = pn.widgets.RadioButtonGroup(name="color by", options=["element", "force", "fragment"], value="element")
switches = {name: pn.widgets.Toggle(name=name) for name in ("arrows", "atom_labels", "tint", "dark")}
graph = pn.widgets.Toggle(name="graph")
graph_atom = pn.widgets.RadioButtonGroup(name="graph atom", options={"all atoms": None, "atom 0": 0, "atom 2": 2})
graph_shows = pn.widgets.RadioButtonGroup(name="graph shows", options=["envelope", "attention"])
picked = pn.pane.Str("picked: []")
legend = pn.pane.Markdown("", sizing_mode="stretch_width")
stronger = pn.widgets.Button(name="stronger")
empty = pn.widgets.Button(name="empty")
forget = pn.widgets.Button(name="forget pick")
reset = pn.widgets.Button(name="reset view")
taken_out = pn.widgets.Button(name="take out")


def show(name: str) -> None:
    viewer.show(SCANS[name], made_up_forces(SCANS[name]), frame=frame.value)
    graph.value = False
    legend.object = f"{viewer.arrow_scale_text}; {viewer.color_scale_text}"


shown.param.watch(lambda event: show(event.new), "value")
color_by.link(viewer, value="color_by")
graph.param.watch(
    lambda event: viewer.set_graph(made_up_neighbours(SCANS[shown.value]) if event.new else None), "value"
)
graph_atom.link(viewer, value="graph_atom")
graph_shows.link(viewer, value="graph_shows")
for name, switch in switches.items():
    switch.link(viewer, value=name)
viewer.param.watch(lambda event: setattr(picked, "object", f"picked: {event.new}"), "picked")
stronger.on_click(lambda _: viewer.set_forces(made_up_forces(SCANS[shown.value], 3.0), color="#0072b2"))
empty.on_click(lambda _: viewer.clear())
forget.on_click(lambda _: setattr(viewer, "picked", []))
reset.on_click(lambda _: viewer.reset_view())
show("ethane")
stand = pn.Column(viewer, sizing_mode="stretch_width")
taken_out.on_click(lambda _: stand.clear() if len(stand) else stand.append(viewer))

pn.Column(
    pn.FlexBox(shown, color_by, frame, *switches.values(), stronger, empty, forget, reset, taken_out, picked),
    pn.FlexBox(graph, graph_atom, graph_shows),
    stand,
    legend,
    pn.Spacer(height=900),
    sizing_mode="stretch_width",
).servable(title="Viewer")
