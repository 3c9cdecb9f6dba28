"""Two coordinates at once: a map of the energy surface, and what is wrong on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.provenance import Provenance, gather
from bsct_explorer.study.evaluating import Potentials, StudyProgress, evaluate_profile
from bsct_explorer.study.map_grid import DEFAULT_GRID, FEWEST, MOST, Along, Grid, make_grid
from bsct_explorer.study.reference_choice import AUTO, DEFAULT_REFERENCE, DFT, NONE, is_file

if TYPE_CHECKING:
    from bsct_explorer.artifacts import Artifact, Thresholds
    from bsct_explorer.data import Evaluation
    from bsct_explorer.deformations import Deformation, Scan
    from bsct_explorer.potentials import Potential
    from bsct_explorer.potentials.base import Cancel


class Quantity(NamedTuple):
    """Something that a map shows.

    Attributes
    ----------
    label, description
        For a person.
    unit
        Of the values; ``{x}`` and ``{y}`` stand for the units of the coordinates.
    needs_reference
        Whether it compares with a reference.
    signed
        Whether both signs occur, around 0.
    """

    label: str
    unit: str
    description: str
    needs_reference: bool = False
    signed: bool = False


QUANTITIES = {
    "energy": Quantity("Energy", "eV", "relative to the lowest frame of the map"),
    "force_x": Quantity("Force along x", "eV/{x}", "generalized force; positive drives x up", signed=True),
    "force_y": Quantity("Force along y", "eV/{y}", "generalized force; positive drives y up", signed=True),
    "reference_energy": Quantity("Reference energy", "eV", "relative to its lowest frame", needs_reference=True),
    "energy_error": Quantity(
        "Energy error",
        "eV",
        "E − E_ref, both relative to the reference's lowest frame",
        needs_reference=True,
        signed=True,
    ),
    "force_error": Quantity(
        "Force error",
        "eV/Å",
        "root mean square of F − F_ref over atoms and components",
        needs_reference=True,
    ),
}
"""Every quantity of a map by its key."""


@dataclass(frozen=True)
class MapFinding:
    """An artifact on one line of a map.

    Attributes
    ----------
    along
        The coordinate that changes on the line.
    index
        Number of the other coordinate's value, which is the line's.
    at
        That value, in its unit.
    artifact
        What was found, its place and interval in the unit of `along`.
    """

    along: Along
    index: int
    at: float
    artifact: Artifact


@dataclass(frozen=True)
class SurfaceMap:
    """A map with one potential's answers.

    Attributes
    ----------
    grid
        The frames.
    evaluation, reference
        Energies and forces of the frames row by row, (ny · nx,); reference None where there is none.
    findings
        Artifacts on the lines of the map, candidates that nothing refined.
    thresholds
        What counted.
    provenance
        Versions, weights, command and date.
    reference_note
        Why there is no reference, else empty.
    """

    grid: Grid
    evaluation: Evaluation
    reference: Evaluation | None
    findings: tuple[MapFinding, ...]
    thresholds: Thresholds
    provenance: Provenance
    reference_note: str = ""

    @cached_property
    def energies(self) -> Floats:
        """Raw energies in eV, shape (ny, nx), NaN where the frame failed."""
        return self.evaluation.energies.reshape(self.grid.shape)

    def quantity(self, key: str) -> Floats:
        """A quantity of `QUANTITIES`, shape (ny, nx), NaN where a frame failed.

        Raises
        ------
        ReferenceDataError
            It needs a reference and there is none.
        """
        if QUANTITIES[key].needs_reference and self.reference is None:
            raise ReferenceDataError(
                f"{QUANTITIES[key].label} needs a reference: {self.reference_note or 'there is none'}."
            )
        values = _MEASURES[key](self)
        return np.asarray(values.reshape(self.grid.shape))

    @property
    def available(self) -> tuple[str, ...]:
        """Quantities that can be had."""
        return tuple(key for key, row in QUANTITIES.items() if self.reference is not None or not row.needs_reference)

    def unit_of(self, key: str) -> str:
        """Unit of a quantity on this map."""
        return QUANTITIES[key].unit.format(x=self.grid.x.unit, y=self.grid.y.unit)


def _relative(energies: Floats, origin: Floats | None = None) -> Floats:
    judge = energies if origin is None else origin
    known = np.isfinite(energies) & np.isfinite(judge)
    if not known.any():
        return np.full_like(energies, np.nan)
    return np.asarray(energies - energies[int(np.argmin(np.where(known, judge, np.inf)))])


def _along(surface: SurfaceMap, tangents: Floats) -> Floats:
    forces = surface.evaluation.forces
    if forces is None:
        return np.full(surface.grid.shape, np.nan)
    return np.asarray(np.einsum("kai,kai->k", forces, tangents.reshape(forces.shape)))


def _energy_error(surface: SurfaceMap) -> Floats:
    assert surface.reference is not None
    theirs = surface.reference.energies
    return _relative(surface.evaluation.energies, theirs) - _relative(
        theirs, np.where(np.isfinite(surface.evaluation.energies), theirs, np.nan)
    )


def _force_error(surface: SurfaceMap) -> Floats:
    assert surface.reference is not None
    ours, theirs = surface.evaluation.forces, surface.reference.forces
    if ours is None or theirs is None:
        return np.full(surface.grid.shape, np.nan)
    return np.asarray(np.sqrt(((ours - theirs) ** 2).mean(axis=(1, 2))))


_MEASURES: dict[str, Callable[[SurfaceMap], Floats]] = {
    "energy": lambda surface: _relative(surface.evaluation.energies),
    "force_x": lambda surface: _along(surface, surface.grid.x_tangents),
    "force_y": lambda surface: _along(surface, surface.grid.y_tangents),
    "reference_energy": lambda surface: _relative(surface.reference.energies),  # type: ignore[union-attr]
    "energy_error": _energy_error,
    "force_error": _force_error,
}


def run_map(
    molecule: Molecule,
    x: Deformation,
    y: Deformation,
    model: str | Potential,
    reference: str | Potential | None = None,
    *,
    points: tuple[int, int] = DEFAULT_GRID,
    device: str = "auto",
    dtype: str | None = None,
    thresholds: Thresholds | None = None,
    progress: StudyProgress | None = None,
    cancel: Cancel | None = None,
    command: str | None = None,
    potentials: Potentials | None = None,
) -> SurfaceMap:
    """Evaluate a map with one potential and look for artifacts on its lines.

    Parameters
    ----------
    reference
        A potential or its name, ``auto`` (GFN2-xTB unless that is the model), or None or ``none``. A file or a
        BSCT-SPICE system has no frames of a map.
    points
        (nx, ny).
    device, dtype, thresholds, progress, cancel, command, potentials
        As in `run_study`.

    Raises
    ------
    DeformationError, PotentialError, ReferenceDataError
        The map cannot be made, a potential gives no answer, or the reference is none of a map.
    Cancelled
        `cancel` said so.
    """
    from bsct_explorer.artifacts import Thresholds

    grid = make_grid(molecule, x, y, points)
    store = potentials or Potentials(device, dtype)
    potential = store.get(model) if isinstance(model, str) else model
    judge, note = _reference_of(reference, potential, store)
    evaluation = _evaluated(grid, potential, progress, cancel)
    theirs = None if judge is None else _evaluated(grid, judge, progress, cancel)
    thresholds = thresholds or Thresholds()
    used = {p.info.name: p for p in (potential, judge) if p is not None}
    return SurfaceMap(
        grid=grid,
        evaluation=evaluation,
        reference=theirs,
        findings=find_on_lines(grid, evaluation, theirs, thresholds),
        thresholds=thresholds,
        provenance=gather(used, command, [p.info.package for p in used.values() if p.info.package]),
        reference_note=note,
    )


def _reference_of(
    spec: str | Potential | None, potential: Potential, store: Potentials
) -> tuple[Potential | None, str]:
    if spec is not None and not isinstance(spec, str):
        return spec, ""
    if spec is None or spec == NONE:
        return None, "no reference was asked for"
    if spec == AUTO:
        if potential.info.name == DEFAULT_REFERENCE:
            return None, f"{DEFAULT_REFERENCE} is the potential judged, and it is the default reference"
        spec = DEFAULT_REFERENCE
    if spec == DFT or is_file(spec):
        raise ReferenceDataError(f"{spec} has no frames of a map. Take a potential as the reference, or none.")
    return store.get(spec), ""


def _evaluated(grid: Grid, potential: Potential, progress: StudyProgress | None, cancel: Cancel | None) -> Evaluation:
    """All frames of a map in one go: batches run over its lines."""
    from bsct_explorer.deformations import Scan

    n_frames = grid.shape[0] * grid.shape[1]
    flat = grid.positions.reshape(n_frames, len(grid.molecule), 3)
    frames = Scan(
        molecule=grid.molecule,
        kind=grid.x.kind,
        atoms=grid.x.atoms,
        unit=grid.x.unit,
        values=np.arange(n_frames, dtype=np.float64),
        positions=flat,
        tangents=np.zeros_like(flat),
        labels=grid.x_labels,
    )
    return evaluate_profile(frames, potential, progress, cancel).evaluation


def find_on_lines(
    grid: Grid, evaluation: Evaluation, reference: Evaluation | None, thresholds: Thresholds
) -> tuple[MapFinding, ...]:
    """Artifacts along every row (x changes) and every column (y changes), row by row.

    Without a reference only jumps of energy and force and forces that are no gradient are looked for: where the other
    coordinate is far from its equilibrium nobody knows how many minima a line should have.
    """
    if evaluation.forces is None:
        return ()
    found: list[MapFinding] = []
    ny, nx = grid.shape
    both: tuple[tuple[Along, int], ...] = (("x", ny), ("y", nx))
    for along, count in both:
        for index in range(count):
            scan = grid.line(along, index)
            frames = _frames_of(along, index, grid.shape)
            at = float((grid.y_values if along == "x" else grid.x_values)[index])
            found += [
                MapFinding(along, index, at, artifact)
                for artifact in _on_line(scan, frames, evaluation, reference, thresholds)
            ]
    return tuple(found)


def _frames_of(along: Along, index: int, shape: tuple[int, int]) -> Ints:
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    return np.asarray(numbers[index] if along == "x" else numbers[:, index])


def _on_line(
    scan: Scan, frames: Ints, evaluation: Evaluation, reference: Evaluation | None, thresholds: Thresholds
) -> list[Artifact]:
    from bsct_explorer.analysis import find_artifacts
    from bsct_explorer.data import Evaluation
    from bsct_explorer.profiles import Profile

    def profile(source: Evaluation) -> Profile:
        assert source.forces is not None
        return Profile(scan, Evaluation(source.info, source.energies[frames], source.forces[frames]))

    theirs = None if reference is None or reference.forces is None else profile(reference)
    found = find_artifacts(profile(evaluation), theirs, thresholds)
    if theirs is not None:
        return list(found)
    return [a for a in found if a.kind in ("energy-step", "force-kink", "non-conservative")]


__all__ = [
    "DEFAULT_GRID",
    "FEWEST",
    "MOST",
    "QUANTITIES",
    "Along",
    "Grid",
    "MapFinding",
    "Quantity",
    "SurfaceMap",
    "find_on_lines",
    "make_grid",
    "run_map",
]
