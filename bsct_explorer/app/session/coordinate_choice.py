"""Which coordinate a person drives: from the state to a deformation, and back when it does not fit. No Panel here."""

from __future__ import annotations

from typing import Any

import numpy as np

from bsct_explorer.app.state import ExplorerState
from bsct_explorer.deformations import (
    Coordinate,
    Deformation,
    Scan,
    angles,
    check_coordinate,
    deformation_of,
    parse_atoms,
    torsions,
)
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules import Molecule
from bsct_explorer.study import DEFAULT_REFERENCE

STORED = ("dft", "file")
"""References that bring a bond's own frames: no angle and no torsion has them."""

BACK_TO_BOND: dict[str, Any] = {"angle": "", "torsion": "", "turn_low": None, "turn_high": None}
"""Changes to the state that make the bond the coordinate."""


def kind_of(state: ExplorerState) -> str:
    """``bond``, ``angle`` or ``torsion``: the last two where the state names one."""
    return "torsion" if state.torsion else "angle" if state.angle else "bond"


def turned_atoms(state: ExplorerState) -> tuple[int, ...]:
    """Atoms of the chosen angle or torsion.

    Raises
    ------
    DeformationError
        The text names none.
    """
    return parse_atoms(state.torsion or state.angle, kind_of(state))


def turned_deformation(state: ExplorerState) -> Deformation:
    """The chosen angle bend or torsion, with the range and the held group of the state.

    Raises
    ------
    DeformationError
        The text names no atoms, or the range makes no sense.
    """
    span = None if state.turn_low is None or state.turn_high is None else (state.turn_low, state.turn_high)
    return deformation_of(kind_of(state), turned_atoms(state), span, state.fixed)


def coordinates_of(molecule: Molecule, kind: str) -> tuple[Coordinate, ...]:
    """Angles or torsions of a molecule, for a list."""
    return angles(molecule) if kind == "angle" else torsions(molecule)


def first_of(molecule: Molecule, kind: str) -> Coordinate | None:
    """The angle or torsion to begin with; None where none can be driven."""
    return next((c for c in coordinates_of(molecule, kind) if c.scannable), None)


def fitting(state: ExplorerState, molecule: Molecule) -> tuple[dict[str, Any], str]:
    """Changes to the state after which its angle or torsion is one of the molecule, and a sentence where it was none.

    Another angle takes the place of one that the molecule does not have, the bond that of a kind that it does not have.
    """
    kind = kind_of(state)
    if kind == "bond":
        return {}, ""
    changes: dict[str, Any] = {"reference": DEFAULT_REFERENCE} if state.reference in STORED else {}
    try:
        check_coordinate(molecule, kind, turned_atoms(state))
    except DeformationError as error:
        other = first_of(molecule, kind)
        if other is None:
            return {**changes, **BACK_TO_BOND}, f"{molecule.name} has no {kind} that can be driven: a bond is shown."
        return {**changes, kind: other.text, "turn_low": None, "turn_high": None}, f"{error} {other.label} is shown."
    return changes, ""


def frame_nearest(scan: Scan, value: float) -> int:
    """The frame whose coordinate is nearest, for a torsion around the turn."""
    away = np.abs(scan.values - value)
    if scan.period is not None:
        away = np.minimum(away % scan.period, scan.period - away % scan.period)
    return int(np.argmin(away))
