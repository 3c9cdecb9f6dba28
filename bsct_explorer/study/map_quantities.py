"""What a map shows: each quantity one record with its words, its unit and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bsct_explorer.data import Evaluation, Floats, generalized_force
from bsct_explorer.study.map_grid import CoordinateGrid


@dataclass(frozen=True)
class MapAnswers:
    """A map's frames with the answers of a potential and of the reference, row by row, ny · nx of them."""

    grid: CoordinateGrid
    evaluation: Evaluation
    reference: Evaluation | None


@dataclass(frozen=True)
class MapQuantity:
    """Something that a map shows.

    Attributes
    ----------
    label, description
        For a person.
    unit
        Of the values; ``{x}`` and ``{y}`` stand for the units of the coordinates.
    measure
        Its values, ny · nx of them, NaN where a frame failed.
    needs_reference
        Whether it compares with a reference.
    signed
        Whether both signs occur, around 0.
    """

    label: str
    unit: str
    description: str
    measure: Callable[[MapAnswers], Floats]
    needs_reference: bool = False
    signed: bool = False


def relative_energies(energies: Floats, origin: Floats | None = None) -> Floats:
    """Energies above that of the frame in which `origin` (None: they themselves) is lowest, eV.

    Only frames count in which both are known; NaN everywhere where there is none.
    """
    judge = energies if origin is None else origin
    known = np.isfinite(energies) & np.isfinite(judge)
    if not known.any():
        return np.full_like(energies, np.nan)
    return np.asarray(energies - energies[int(np.argmin(np.where(known, judge, np.inf)))])


def _along(answers: MapAnswers, tangents: Floats) -> Floats:
    forces = answers.evaluation.forces
    if forces is None:
        return np.full(len(answers.evaluation.energies), np.nan)
    return generalized_force(forces, tangents.reshape(forces.shape))


def _reference_energy(answers: MapAnswers) -> Floats:
    assert answers.reference is not None
    return relative_energies(answers.reference.energies)


def _energy_error(answers: MapAnswers) -> Floats:
    assert answers.reference is not None
    ours, theirs = answers.evaluation.energies, answers.reference.energies
    return relative_energies(ours, theirs) - relative_energies(theirs, np.where(np.isfinite(ours), theirs, np.nan))


def _force_error(answers: MapAnswers) -> Floats:
    assert answers.reference is not None
    ours, theirs = answers.evaluation.forces, answers.reference.forces
    if ours is None or theirs is None:
        return np.full(len(answers.evaluation.energies), np.nan)
    return np.asarray(np.sqrt(((ours - theirs) ** 2).mean(axis=(1, 2))))


QUANTITIES = {
    "energy": MapQuantity(
        "Energy",
        "eV",
        "relative to the lowest frame of the map",
        lambda answers: relative_energies(answers.evaluation.energies),
    ),
    "force_x": MapQuantity(
        "Force along x",
        "eV/{x}",
        "generalized force; positive drives x up",
        lambda answers: _along(answers, answers.grid.x_tangents),
        signed=True,
    ),
    "force_y": MapQuantity(
        "Force along y",
        "eV/{y}",
        "generalized force; positive drives y up",
        lambda answers: _along(answers, answers.grid.y_tangents),
        signed=True,
    ),
    "reference_energy": MapQuantity(
        "Reference energy", "eV", "relative to its lowest frame", _reference_energy, needs_reference=True
    ),
    "energy_error": MapQuantity(
        "Energy error",
        "eV",
        "E − E_ref, both relative to the reference's lowest frame",
        _energy_error,
        needs_reference=True,
        signed=True,
    ),
    "force_error": MapQuantity(
        "Force error",
        "eV/Å",
        "root mean square of F − F_ref over atoms and components",
        _force_error,
        needs_reference=True,
    ),
}
"""Every quantity of a map by its key."""
