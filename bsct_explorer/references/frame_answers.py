"""Energy and forces that stand in a frame of extended xyz."""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules.xyz_format import XYZFrame


def answer_of(frame: XYZFrame, where: str) -> tuple[float, Floats, str | None]:
    """Energy (eV), forces (eV/Å, (n_atoms, 3)) and, where one of them is not finite, NaN for both with the reason.

    Raises
    ------
    ReferenceDataError
        There is none, or several, and `where` says in which frame.
    """
    key, column = _energy_key(frame, where), _forces_column(frame, where)
    try:
        energy = float(frame.info[key])
    except ValueError:
        raise ReferenceDataError(f"{where} has {key}={frame.info[key]}, which is no number. Write it in eV.") from None
    forces = frame.columns[column]
    for what, finite in (("energy", np.isfinite(energy)), ("force", np.isfinite(forces).all())):
        if not finite:
            return np.nan, np.full(forces.shape, np.nan), f"the stored {what} is not a finite number"
    return energy, forces, None


def _energy_key(frame: XYZFrame, where: str) -> str:
    exact = [key for key in frame.info if key.lower() == "energy"]
    found = exact or [key for key in frame.info if key.lower().endswith("energy") and "free" not in key.lower()]
    if len(found) != 1:
        what = "no energy" if not found else f"several energies ({', '.join(found)})"
        raise ReferenceDataError(f"{where} has {what} in its comment line. Write one as energy=… in eV.")
    return found[0]


def _forces_column(frame: XYZFrame, where: str) -> str:
    names = {name: array for name, array in frame.columns.items() if array.shape[1] == 3}
    exact = [name for name in names if name.lower() in ("forces", "force")]
    found = exact or [name for name in names if name.lower().endswith(("forces", "force"))]
    if len(found) != 1:
        what = "no forces" if not found else f"several columns of forces ({', '.join(found)})"
        raise ReferenceDataError(
            f"{where} has {what}. Write them as Properties=species:S:1:pos:R:3:forces:R:3 in eV/Å, "
            "or give a CSV of coordinate and energy."
        )
    return found[0]
