"""Artifacts on the lines of a map, each judged as a scan of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.analysis import find_artifacts
from bsct_explorer.artifacts import kind_of
from bsct_explorer.data import Evaluation, Ints
from bsct_explorer.profiles import Profile
from bsct_explorer.study.map_grid import Along, CoordinateGrid

if TYPE_CHECKING:
    from bsct_explorer.artifacts import Artifact, Thresholds
    from bsct_explorer.deformations import Scan


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


def find_on_lines(
    grid: CoordinateGrid, evaluation: Evaluation, reference: Evaluation | None, thresholds: Thresholds
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

    def profile(source: Evaluation) -> Profile:
        assert source.forces is not None
        repeats = None if source.repeats is None else source.repeats.along(scan.tangents)
        return Profile(scan, Evaluation(source.info, source.energies[frames], source.forces[frames], repeats=repeats))

    theirs = None if reference is None or reference.forces is None else profile(reference)
    found = find_artifacts(profile(evaluation), theirs, thresholds)
    if theirs is not None:
        return list(found)
    return [a for a in found if kind_of(a.kind).meaning == "everywhere"]
