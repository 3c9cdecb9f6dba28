"""`MoleculeViewer`: a scan in NGL, as a Panel component whose frames are drawn without the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import param
from numpy.typing import ArrayLike
from panel.custom import JSComponent

from bsct_explorer.app.browser_files import script
from bsct_explorer.app.viewer.forces import (
    ARROW_LINEAR,
    ARROW_LONGEST,
    arrow_reference,
    arrow_scale_text,
    color_scale_text,
    force_palette,
)
from bsct_explorer.app.viewer.neighbour_lines import packed
from bsct_explorer.app.viewer.nglview_assets import MISSING, library_url
from bsct_explorer.app.viewer.structure import sdf
from bsct_explorer.data import Floats, Ints
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.testbed.edges import LEAST
from bsct_explorer.words.atoms import atom_label

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan
    from bsct_explorer.testbed.edges import Neighbours


class MoleculeViewer(JSComponent):
    """A molecule, or every frame of a scan, in nglview's viewer.

    `show` sends all frames once; after that the slider that is linked to `frame` in the browser
    (``slider.jslink(viewer, value='frame')``) moves the atoms without asking the server. Forces and colours can be
    replaced without touching structure or camera, and a Transformer's neighbours drawn over it (`set_graph`). A click
    sets `picked` to ``[i]`` (an atom), ``[i, j]`` (a bond) or ``[]`` (beside the molecule).

    Left drag rotates, right or ctrl drag moves, the wheel zooms; on touch a sideways drag or two fingers. With the
    keyboard on the viewer: W A S D rotate, + and − zoom, R resets.
    """

    frame = param.Integer(
        0, bounds=(0, None), doc="Index of the frame that is drawn; link it to a slider in the browser."
    )
    bond = param.List([], item_type=int, doc="Atoms i, j (, k, l) of the coordinate: the lines between them are lit.")
    picked = param.List([], item_type=int, doc="What was clicked last: [i], [i, j] or []. Lit until it is set to [].")
    candidates = param.List([], doc="Bonds [i, j] that can be pulled: the pointer becomes a hand over them.")
    reasons = param.Dict({}, doc="'i-j' (i < j) → why this bond cannot be pulled, shown in its tooltip.")

    lit = param.List([], item_type=int, doc="Atoms that something is said of: each gets a halo.")
    lit_pairs = param.List([], doc="Pairs [i, j] that something is said of: a dashed line between them, bonded or not.")
    lit_color = param.Color("#d0209a", doc="Colour of halos and dashed lines: no element and no potential has it.")

    graph = param.Dict({}, doc="A Transformer's neighbours in every frame; set by `set_graph`.")
    graph_atom = param.Integer(
        None, allow_None=True, doc="Draw its edges only, and mark its k-th and (k+1)-th neighbour; None: all edges."
    )
    graph_shows: Any = param.Selector(
        default="envelope",
        objects=["envelope", "attention"],
        doc="What makes an edge thick: its envelope, or the share of attention that `graph_atom` gives (where known).",
    )

    color_by: Any = param.Selector(default="element", objects=["element", "force", "fragment", "custom"])
    tint = param.Boolean(False, doc="Tint the two rigid fragments, whatever the atoms are coloured by.")
    atom_labels = param.Boolean(False, doc="Write C0, H1, … on the atoms.")
    arrows = param.Boolean(False, doc="Draw the forces as arrows.")
    arrow_color = param.Color("#d55e00", doc="Colour of the arrows: that of the potential whose forces they are.")
    title = param.String("", doc="Written in the corner: whose forces or neighbours are drawn.")
    title_color = param.Color("#57606a", doc="Colour of the bar beside the title.")
    twin = param.String("", doc="Viewers with the same text turn and zoom together, where it is not empty.")
    background = param.String("", doc="CSS colour behind the molecule; empty for the theme's.")
    dark = param.Boolean(False, doc="Whether the page is dark.")
    highlight_color = param.Color("#f5b800", doc="Colour of the pulled bond and of what is picked.")

    arrow_reference = param.Number(1.0, bounds=(0, None), doc="The force that is drawn 1 Å long, in eV/Å.")
    arrow_scale_text = param.String(arrow_scale_text(1.0), doc="The arrows' legend (set with the forces).")
    color_maximum = param.Number(1.0, bounds=(0, None), doc="The force that has the last colour, in eV/Å.")
    color_scale_text = param.String(color_scale_text(1.0), doc="The legend of colours by force (set with the forces).")

    energy_unit = param.Dict({"name": "eV", "perEv": 1.0}, doc="What forces are read in, per Å.")

    scene = param.Dict(
        {}, doc="Structure, names and all positions, made by `show`; one value so that it changes at once."
    )
    forces = param.Bytes(b"", doc="float32 (n_frames, n_atoms, 3), eV/Å; set by `set_forces`.")
    colors = param.Bytes(b"", doc="uint32 0xRRGGBB, (n_atoms,) or (n_frames, n_atoms); set by `set_colors`.")
    status = param.String("loading", doc="loading, ready, empty, no-webgl or error: set by the browser.")
    library_url = param.String("", constant=True, doc="Where the browser finds nglview's bundle.")
    settings = param.Dict({}, constant=True, doc="What Python and JavaScript must agree on.")

    _esm: ClassVar[str] = script("viewer/viewer.js")

    def __init__(self, **params: Any) -> None:
        settings = {
            "palette": force_palette(),
            "arrowLinear": ARROW_LINEAR,
            "arrowLongest": ARROW_LONGEST,
            "missing": MISSING,
            "least": LEAST,
        }
        super().__init__(  # type: ignore[no-untyped-call]
            **{"library_url": library_url(), "settings": settings, **params}
        )

    # Panel's own `show` would serve the viewer alone, on a port of its own: nobody needs that of this component.
    def show(  # type: ignore[override]
        self, shown: Scan | Molecule, forces: ArrayLike | None = None, *, frame: int | None = None, **options: Any
    ) -> None:
        """Show a scan (or a molecule as it stands), in one update of the page.

        The camera turns only when the molecule is another one; for another scan of the same molecule it keeps its
        orientation, and its distance too where the user has set one.

        Parameters
        ----------
        shown
            A scan, or a molecule, which is then the only frame.
        forces
            eV/Å, shape (n_frames, n_atoms, 3); NaN where a frame failed. None removes the forces of what was shown.
        frame
            Frame to start at; the current one (or the last, where there are fewer) if not given.
        options
            Any other parameters to set in the same update.
        """
        molecule = shown if isinstance(shown, Molecule) else shown.molecule
        positions = molecule.positions[None] if isinstance(shown, Molecule) else shown.positions
        groups = np.zeros(len(molecule), int) if isinstance(shown, Molecule) else shown.labels
        atoms = () if isinstance(shown, Molecule) else shown.atoms
        scene = {
            "name": molecule.name,
            "n_atoms": len(molecule),
            "n_frames": len(positions),
            "structure": sdf(molecule),
            "positions": _float32(positions),
            "labels": [atom_label(molecule.symbols, i) for i in range(len(molecule))],
            "bonds": [list(bond.atoms) for bond in molecule.bonds],
            "groups": [int(group) for group in groups],
            "rotation": first_view(molecule.positions, molecule.numbers, atoms).ravel().tolist(),
        }
        start = self.frame if frame is None else frame
        self.param.update(
            scene=scene,
            frame=max(0, min(start, len(positions) - 1)),
            bond=list(atoms),
            picked=[],
            lit=[],
            lit_pairs=[],
            candidates=[list(bond.atoms) for bond in molecule.bonds if bond.scannable],
            reasons={f"{bond.i}-{bond.j}": bond.reason for bond in molecule.bonds if bond.reason},
            **self._drawn_forces(forces, (len(positions), len(molecule), 3)),
            **({} if scene == self.scene else {"graph": {}}),
            **options,
        )

    def clear(self) -> None:
        """Show nothing."""
        self.param.update(scene={}, forces=b"", colors=b"", bond=[], picked=[], lit=[], lit_pairs=[], candidates=[])
        self.param.update(reasons={}, frame=0, graph={})

    def set_forces(self, forces: ArrayLike | None, color: str | None = None, reference: float | None = None) -> None:
        """Replace the forces; structure, frame and camera stay.

        Parameters
        ----------
        forces
            eV/Å, shape (n_frames, n_atoms, 3), NaN where a frame failed; None for no forces.
        color
            Colour of the arrows, if it changes.
        reference
            The force to draw 1 Å long, in eV/Å, to compare potentials on one scale; by default it follows the forces.
        """
        shape = (self.scene.get("n_frames", 0), self.scene.get("n_atoms", 0), 3)
        changes = self._drawn_forces(forces, shape, reference)
        self.param.update(**changes, **({} if color is None else {"arrow_color": color}))

    def set_colors(self, colors: ArrayLike | None) -> None:
        """Colour the atoms by hand: 0xRRGGBB, shape (n_atoms,) or (n_frames, n_atoms); None returns to elements."""
        if colors is None:
            self.param.update(colors=b"", color_by="element")
            return
        frames, atoms = self.scene.get("n_frames", 0), self.scene.get("n_atoms", 0)
        values = np.ascontiguousarray(colors, dtype="<u4")
        if values.shape not in ((atoms,), (frames, atoms)):
            raise ValueError(f"colors have shape {values.shape}, expected ({atoms},) or ({frames}, {atoms})")
        self.param.update(colors=values.tobytes(), color_by="custom")

    def set_graph(self, neighbours: Neighbours | None) -> None:
        """Draw the edges that a Transformer sees in every frame; None removes them, as another scan does.

        Parameters
        ----------
        neighbours
            Of the frames that are shown.

        Raises
        ------
        ValueError
            They are neighbours of other frames.
        """
        if neighbours is None:
            self.graph = {}
            return
        shape = (self.scene.get("n_frames", 0), self.scene.get("n_atoms", 0), 3)
        positions = np.frombuffer(self.scene.get("positions", b""), "<f4").reshape(shape)
        self.graph = packed(neighbours, positions)

    def reset_view(self) -> None:
        """Turn and zoom the camera back to how the molecule was first shown."""
        self._send_msg({"kind": "reset"})

    def save_image(self, filename: str = "structure.png") -> None:
        """Let the browser download what it shows, at twice the resolution of the screen."""
        self._send_msg({"kind": "image", "filename": filename})

    def _drawn_forces(
        self, forces: ArrayLike | None, shape: tuple[int, int, int], reference: float | None = None
    ) -> dict[str, Any]:
        """The parameters that go with a set of forces."""
        if forces is None:
            return {"forces": b""}
        values = np.asarray(forces, dtype=float)
        if values.shape != shape:
            raise ValueError(
                f"forces have shape {values.shape}, but what is shown has (n_frames, n_atoms, 3) = {shape}"
            )
        reference = arrow_reference(values) if reference is None else reference
        maximum = 2 * reference
        return {
            "forces": _float32(values),
            "arrow_reference": reference,
            "arrow_scale_text": arrow_scale_text(reference),
            "color_maximum": maximum,
            "color_scale_text": color_scale_text(maximum),
        }


def first_view(positions: Floats, numbers: Ints, atoms: tuple[int, ...] = ()) -> Floats:
    """Rotation, shape (3, 3), with the pulled bond (or the longest axis) along x and the molecule's breadth along y.

    Tilted a little after that, so that atoms do not hide each other exactly.
    """
    centred = positions - positions.mean(axis=0)
    spread = np.linalg.svd(np.vstack([centred, np.zeros((3, 3))]))[2]
    along = positions[atoms[1]] - positions[atoms[0]] if len(atoms) > 1 else spread[0]
    if np.linalg.norm(along) < 1e-9:
        along = np.array([1.0, 0.0, 0.0])
    x = along / np.linalg.norm(along)
    # Heavy atoms count for more: their skeleton is what should face the viewer.
    across = (centred - np.outer(centred @ x, x)) * np.where(numbers > 1, 3.0, 1.0)[:, None]
    y = np.linalg.svd(np.vstack([across, np.zeros((3, 3))]))[2][0]
    y -= (y @ x) * x
    if np.linalg.norm(y) < 1e-6:
        y = np.cross(x, np.eye(3)[np.argmin(np.abs(x))])
    y /= np.linalg.norm(y)
    rotation = np.stack([x, y, np.cross(x, y)])
    turn, nod = np.radians([16.0, 18.0])
    about_y = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(nod), -np.sin(nod)], [0, np.sin(nod), np.cos(nod)]])
    return np.asarray(about_x @ about_y @ rotation)


def _float32(values: ArrayLike) -> bytes:
    """Little-endian float32, as the browser's typed arrays read it."""
    return np.ascontiguousarray(values, dtype="<f4").tobytes()
