"""nglview's own widget in JupyterLab."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from bsct_explorer.app.viewer.nglview_assets import NAME, jupyter_folders
from bsct_explorer.app.viewer.structure import sdf
from bsct_explorer.data import Floats

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan


def installed_frontend_version() -> str | None:
    """Version of the JupyterLab extension that nglview's wheel installed, or None where there is none."""
    for folder in jupyter_folders("labextensions"):
        package = folder / NAME / "package.json"
        if package.is_file():
            return str(json.loads(package.read_text(encoding="utf-8"))["version"])
    return None


def mend_nglview() -> None:
    """Let nglview ask for the frontend that it ships.

    The 4.0.1 wheel asks for frontend 4.0 and carries 3.1.5, so that JupyterLab says "version 4.0 is not registered".
    The version is read once, while nglview's classes are made: it can only be set before nglview's first import.
    """
    version = installed_frontend_version()
    if version is None or "nglview" in sys.modules:
        return
    module = ModuleType("nglview._frontend")
    module.__dict__["__frontend_version__"] = version
    sys.modules["nglview._frontend"] = module


def nglview_widget(scan: Scan, width: str = "100%", height: str = "400px") -> Any:
    """A scan in nglview's own notebook widget, frames as its trajectory, with the molecule's bonds.

    Parameters
    ----------
    scan
        What to show.
    width, height
        CSS sizes of the widget.

    Returns
    -------
    An `nglview.NGLWidget`; it is an ordinary one, so that everything of nglview's documentation applies.
    """
    import nglview  # type: ignore[import-untyped]

    class ScanTrajectory(nglview.Trajectory, nglview.Structure):  # type: ignore[misc]
        """nglview's adaptor for a scan: bonds travel with the structure instead of being guessed from frame 0."""

        ext = "sdf"
        params: dict[str, Any] = {}  # noqa: RUF012  (nglview's own interface)
        id = scan.molecule.name

        def __init__(self) -> None:
            # No super(): nglview's Structure would replace the id by a random one.
            pass

        def get_structure_string(self) -> str:
            return sdf(scan.molecule)

        def get_coordinates(self, index: int) -> Floats:
            return np.asarray(scan.positions[index])

        @property
        def n_frames(self) -> int:
            return len(scan)

    widget = nglview.NGLWidget(width=width, height=height)
    widget.add_trajectory(ScanTrajectory())
    widget.clear_representations(component=0)
    widget.add_representation("ball+stick", component=0, multipleBond="symmetric")
    return widget
