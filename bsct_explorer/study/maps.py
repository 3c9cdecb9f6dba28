"""Two coordinates at once: a map of the energy surface, and what is wrong on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from bsct_explorer.errors import DeformationError, ReferenceDataError
from bsct_explorer.molecules.molecule import Floats, Ints, Molecule, frozen_array
from bsct_explorer.provenance import Provenance, gather
from bsct_explorer.study.evaluating import Potentials, StudyProgress, evaluate_profile
from bsct_explorer.study.reference import AUTO, DEFAULT_REFERENCE, DFT, NONE, is_file

if TYPE_CHECKING:
    from bsct_explorer.artifacts import Artifact, Thresholds
    from bsct_explorer.deformations import Deformation, Scan
    from bsct_explorer.potentials import Evaluation, Potential
    from bsct_explorer.potentials.base import Cancel

DEFAULT_GRID = (31, 31)
FEWEST, MOST = 9, 121
"""Values of a coordinate on a map: below 9 nothing can be differenced, 121 × 121 frames are an hour for some models."""

MOST_NUMBERS = 30_000_000
"""Frames × atoms × 3 of a map, 240 MB a copy."""

_STEP = {"Å": 1e-4, "°": 1e-2}
"""Central differences of positions, which are smooth functions of the coordinate: exact to about 1e-9."""

_SAME = {"Å": 1e-7, "°": 1e-5}
"""By how much a coordinate may depart from its value when the other one is driven."""

Along = Literal["x", "y"]


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
class Grid:
    """Frames of a molecule driven along two coordinates.

    Attributes
    ----------
    molecule
        The molecule that was deformed.
    x, y
        The coordinates.
    x_values, y_values
        Their values, shapes (nx,) and (ny,), strictly increasing.
    positions
        Å, shape (ny, nx, n_atoms, 3).
    x_tangents, y_tangents
        dx/dq of each coordinate with the other one held, Å per its unit, same shape.
    x_labels, y_labels
        Rigid group of each atom, 0 or 1, shape (n_atoms,).
    """

    molecule: Molecule
    x: Deformation
    y: Deformation
    x_values: Floats
    y_values: Floats
    positions: Floats
    x_tangents: Floats
    y_tangents: Floats
    x_labels: Ints
    y_labels: Ints

    def __post_init__(self) -> None:
        for name in ("x_values", "y_values", "positions", "x_tangents", "y_tangents"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx)."""
        return len(self.y_values), len(self.x_values)

    def line(self, along: Along, index: int) -> Scan:
        """The frames along one coordinate at value number `index` of the other one, as a scan."""
        from bsct_explorer.deformations import Scan

        moving = self.x if along == "x" else self.y
        here = (index, slice(None)) if along == "x" else (slice(None), index)
        return Scan(
            molecule=replace(self.molecule, positions=self.positions[here][0]),
            kind=moving.kind,
            atoms=moving.atoms,
            unit=moving.unit,
            values=self.x_values if along == "x" else self.y_values,
            positions=self.positions[here],
            tangents=(self.x_tangents if along == "x" else self.y_tangents)[here],
            labels=self.x_labels if along == "x" else self.y_labels,
        )


def make_grid(molecule: Molecule, x: Deformation, y: Deformation, points: tuple[int, int] = DEFAULT_GRID) -> Grid:
    """Drive a molecule along two coordinates.

    One is driven first and the other one on the frames that this gives, in the order in which the second leaves the
    first as it was: two coordinates for which neither order does that (two angles that share both bonds, say) are no
    independent pair.

    Parameters
    ----------
    points
        (nx, ny), each from 9 to 121.

    Raises
    ------
    DeformationError
        The coordinates are one and the same or not independent, one cannot be driven, or the grid is too large.
    """
    for count in points:
        if isinstance(count, bool) or count != int(count) or not FEWEST <= count <= MOST:
            raise DeformationError(
                f"{count} values of a coordinate are not possible on a map: take a whole number from {FEWEST} to "
                f"{MOST} ({DEFAULT_GRID[0]} is usual)."
            )
    if 3 * points[0] * points[1] * len(molecule) > MOST_NUMBERS:
        raise DeformationError(
            f"A map of {points[0]} × {points[1]} frames of {len(molecule)} atoms is too large. Take fewer frames."
        )
    if x.kind == y.kind and x.atoms in (y.atoms, y.atoms[::-1]):
        raise DeformationError(f"Both coordinates of the map are the {x.kind} {_text(x)}. Choose two different ones.")
    x_values = np.linspace(*x.limits(molecule), points[0])
    y_values = np.linspace(*y.limits(molecule), points[1])
    problem: DeformationError | None = None
    for x_is_first in (False, True):
        first, second = (x, y) if x_is_first else (y, x)
        values, others = (x_values, y_values) if x_is_first else (y_values, x_values)
        try:
            frames, tangents, labels = _driven(molecule, first, second, values, others)
            _check_independent(molecule, first, second, values, others, frames)
        except DeformationError as error:
            problem = problem or error
            continue
        step = _STEP[first.unit]
        ahead, behind = (_driven(molecule, first, second, values + d, others)[0] for d in (step, -step))
        first_tangents = (ahead - behind) / (2 * step)
        swap = (1, 0, 2, 3) if x_is_first else (0, 1, 2, 3)
        by_first, by_second = first_tangents.transpose(swap), tangents.transpose(swap)
        first_labels = first.scan_at(molecule, values[:1]).labels
        return Grid(
            molecule=molecule,
            x=x,
            y=y,
            x_values=x_values,
            y_values=y_values,
            positions=frames.transpose(swap),
            x_tangents=by_first if x_is_first else by_second,
            y_tangents=by_second if x_is_first else by_first,
            x_labels=first_labels if x_is_first else labels,
            y_labels=labels if x_is_first else first_labels,
        )
    assert problem is not None
    raise problem


def _driven(
    molecule: Molecule, first: Deformation, second: Deformation, values: Floats, others: Floats
) -> tuple[Floats, Floats, Ints]:
    """Frames (n_values, n_others, n_atoms, 3), the second coordinate's tangents, and its labels."""
    start = first.scan_at(molecule, values)
    scans = [second.scan_at(replace(molecule, positions=frame), others) for frame in start.positions]
    return np.array([s.positions for s in scans]), np.array([s.tangents for s in scans]), scans[0].labels


def _check_independent(
    molecule: Molecule, first: Deformation, second: Deformation, values: Floats, others: Floats, frames: Floats
) -> None:
    flat = frames.reshape(-1, len(molecule), 3)
    for coordinate, wanted in (
        (first, np.repeat(values, len(others))),
        (second, np.tile(others, len(values))),
    ):
        off = np.abs(_departure(coordinate, flat, wanted))
        if np.nanmax(off, initial=0.0) > _SAME[coordinate.unit] + _straightened(coordinate, molecule):
            other = second if coordinate is first else first
            raise DeformationError(
                f"The {coordinate.kind} {_text(coordinate)} does not stay when the {other.kind} {_text(other)} is "
                f"driven (it changes by up to {np.nanmax(off):.2g} {coordinate.unit}), so they span no map. Choose "
                "two coordinates that do not share their moving atoms."
            )


def _departure(coordinate: Deformation, frames: Floats, wanted: Floats) -> Floats:
    """Measured minus wanted value; NaN for torsions of frames in which an end lies on the axis."""
    measured = coordinate.measure(frames)
    if coordinate.kind == "angle":
        wanted = 180.0 - np.abs(180.0 - wanted)
    if coordinate.kind != "torsion":
        return measured - wanted
    from bsct_explorer.deformations.turning import angles_of

    i, j, k, l = coordinate.atoms  # noqa: E741
    ends = np.stack([angles_of(frames, i, j, k), angles_of(frames, j, k, l)])
    off = (measured - wanted + 180.0) % 360.0 - 180.0
    return np.where((np.abs(ends - 90.0) < 89.0).all(axis=0), off, np.nan)


def _straightened(coordinate: Deformation, molecule: Molecule) -> float:
    """Room for a linear angle, which a bend straightens by what it lacks; degrees."""
    if coordinate.kind != "angle":
        return 0.0
    lacks = 180.0 - float(coordinate.measure(molecule.positions[None])[0])
    return lacks if lacks < 1.0 else 0.0


def _text(coordinate: Deformation) -> str:
    return "-".join(map(str, coordinate.atoms))


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
    reference: str | None = None,
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
        A potential's name, ``auto`` (GFN2-xTB unless that is the model), or None or ``none``. A file or a BSCT-SPICE
        system has no frames of a map.
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


def _reference_of(spec: str | None, potential: Potential, store: Potentials) -> tuple[Potential | None, str]:
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
    from bsct_explorer.potentials import Evaluation
    from bsct_explorer.profiles import Profile

    def profile(source: Evaluation) -> Profile:
        assert source.forces is not None
        return Profile(scan, Evaluation(source.info, source.energies[frames], source.forces[frames]))

    theirs = None if reference is None or reference.forces is None else profile(reference)
    found = find_artifacts(profile(evaluation), theirs, thresholds)
    if theirs is not None:
        return list(found)
    return [a for a in found if a.kind in ("energy-step", "force-kink", "non-conservative")]
