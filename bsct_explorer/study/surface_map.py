"""Two coordinates at once: a map of the energy surface, and what is wrong on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.data import Evaluation, Floats
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.profiles import Profile
from bsct_explorer.provenance import Provenance, gather
from bsct_explorer.study.map_grid import CoordinateGrid
from bsct_explorer.study.map_lines import MapFinding, find_on_lines
from bsct_explorer.study.map_quantities import QUANTITIES, MapAnswers
from bsct_explorer.study.one_curve import evaluate_profile
from bsct_explorer.study.potential_store import Potentials
from bsct_explorer.study.reference_choice import AUTO, DEFAULT_REFERENCE, NONE, NOT_ASKED, of_one_scan
from bsct_explorer.study.settings import NO_HOOKS, Hooks, StudySettings, UploadedFile

if TYPE_CHECKING:
    from bsct_explorer.artifacts import Thresholds
    from bsct_explorer.potentials import Potential


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

    grid: CoordinateGrid
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
        values = QUANTITIES[key].measure(MapAnswers(self.grid, self.evaluation, self.reference))
        return np.asarray(values.reshape(self.grid.shape))

    @property
    def available(self) -> tuple[str, ...]:
        """Quantities that can be had."""
        return tuple(key for key, row in QUANTITIES.items() if self.reference is not None or not row.needs_reference)

    def unit_of(self, key: str) -> str:
        """Unit of a quantity on this map."""
        return QUANTITIES[key].unit.format(x=self.grid.x.unit, y=self.grid.y.unit)


def run_map(
    grid: CoordinateGrid,
    model: str | Potential,
    settings: StudySettings | None = None,
    hooks: Hooks = NO_HOOKS,
    *,
    potentials: Potentials | None = None,
) -> SurfaceMap:
    """Evaluate a map with one potential and look for artifacts on its lines.

    Parameters
    ----------
    grid
        The frames (`make_grid`).
    model
        A potential, or its name.
    settings
        As in `run_study`; nothing is refined. The reference is a potential or its name, ``auto`` (GFN2-xTB unless that
        is the model), or None or ``none``: a file or a BSCT-SPICE system has no frames of a map.
    hooks, potentials
        As in `run_study`.

    Raises
    ------
    PotentialError, ReferenceDataError
        A potential gives no answer, or the reference is none of a map.
    Cancelled
        The hooks said so.
    """
    settings, potentials = settings or StudySettings(), potentials or Potentials()
    potential = potentials.get(model, settings, hooks) if isinstance(model, str) else model
    judge, note = _reference_of(potential, settings, hooks, potentials)
    evaluation = _evaluated(grid, potential, hooks)
    theirs = None if judge is None else _evaluated(grid, judge, hooks)
    used = {p.info.name: p for p in (potential, judge) if p is not None}
    return SurfaceMap(
        grid=grid,
        evaluation=evaluation,
        reference=theirs,
        findings=find_on_lines(grid, evaluation, theirs, settings.thresholds),
        thresholds=settings.thresholds,
        provenance=gather(used, settings.command, [p.info.package for p in used.values() if p.info.package]),
        reference_note=note,
    )


def _reference_of(
    potential: Potential, settings: StudySettings, hooks: Hooks, potentials: Potentials
) -> tuple[Potential | None, str]:
    spec = settings.reference
    if spec is None or spec == NONE:
        return None, NOT_ASKED
    if one_scan := of_one_scan(spec):
        raise ReferenceDataError(
            f"The reference is {one_scan}, which has no frames of a map. Take a potential as the reference, or none."
        )
    if spec == AUTO:
        if potential.info.name == DEFAULT_REFERENCE:
            return None, f"{DEFAULT_REFERENCE} is the potential judged, and it is the default reference"
        spec = DEFAULT_REFERENCE
    if isinstance(spec, str):
        return potentials.get(spec, settings, hooks), ""
    assert not isinstance(spec, Path | UploadedFile | Profile)  # these are of one scan
    return spec, ""


def _evaluated(grid: CoordinateGrid, potential: Potential, hooks: Hooks) -> Evaluation:
    """All frames of a map in one go: batches run over its lines."""
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
    return evaluate_profile(frames, potential, hooks).evaluation
