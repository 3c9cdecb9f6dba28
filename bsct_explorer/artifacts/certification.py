"""Certification: every candidate asked again with the live potential, all of them side by side in joined batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.kinds import NO_GRADIENT, kind_of
from bsct_explorer.artifacts.live_curve import Answer, Line, Question, drive
from bsct_explorer.artifacts.outcomes import Judge
from bsct_explorer.artifacts.reading_order import worst_first
from bsct_explorer.artifacts.refine.conservation import Balance
from bsct_explorer.artifacts.refine.finer_grid import Finer, look_finer
from bsct_explorer.artifacts.refine.interpolation import PARTS, interpolated, known_curve
from bsct_explorer.artifacts.refine.jump_search import Interval, beside_many, examine, further_intervals, intervals_of
from bsct_explorer.artifacts.refine.memory import Memory
from bsct_explorer.artifacts.refine.noise_floor import Jitter, Noise, jitter, noise_from, noise_places
from bsct_explorer.artifacts.refine.shape_polish import RefinementGrid
from bsct_explorer.data import Floats

__all__ = ["Certification", "Noise", "certify", "measure_noise"]

Decided = Callable[[int, Artifact], None]

Shape = tuple[int | None, Artifact, RefinementGrid]
"""What is polished: its index among the candidates (None: found meanwhile), itself, the grid that it was seen on."""

_ROUNDS = 5
"""Looks at most: at the candidates, then at what they leave unexplained, and at ever smaller parts of that."""

_SAME = 1e-6
"""eV, eV per unit. Frames of the scan that the live potential repeats as well as this need not be asked again."""


@dataclass(frozen=True)
class Certification:
    """What refinement says of a curve's candidates.

    Attributes
    ----------
    artifacts
        Confirmed, worst first, with place, size, text and severity from their refinement.
    refuted
        Disproved (`certified` is False); `Artifact.refinement` says why.
    noise
        The floor below which nothing was flagged.
    undecided
        Neither: the potential gave too few answers there, or the frames allowed were used up
        (`Artifact.undecided`); ``refinement.evidence["reason"]`` says which.
    """

    artifacts: tuple[Artifact, ...]
    refuted: tuple[Artifact, ...]
    noise: Noise
    undecided: tuple[Artifact, ...] = ()


def certify(
    candidates: Sequence[Artifact],
    line: Line,
    scan: Curve,
    *,
    noise: Noise | None = None,
    decided: Decided | None = None,
    reduced_mass: float | None = None,
    force_mae: float | None = None,
) -> Certification:
    """Refine every candidate by its kind.

    Parameters
    ----------
    candidates
        What `detect` found, at best with `Thresholds.live()`.
    line
        The live potential. Asked inside the range of the scan only. What it raises is passed on.
    scan
        What the line itself gave on the frames, but for a constant in the energies, with the thresholds that count
        (`curve.make_curve`).
    noise
        The floor, where it is known; else it is measured.
    decided
        Called with (index, artifact) as soon as one is decided, or cannot be (`Artifact.undecided`). Jumps that no
        candidate pointed at come with indices from len(candidates) on.
    reduced_mass
        Mass of the motion along the coordinate (`shape_polish.reduced_mass`), amu; for wavenumbers and MD errors.
    force_mae
        The potential's own force error in eV per unit, for the severity.

    Returns
    -------
    Certification
        A candidate whose frames fail is undecided, ``unresolved``.

    Raises
    ------
    ValueError
        A candidate is of no kind that there is.
    """
    jumps = {i: candidate for i, candidate in enumerate(candidates) if kind_of(candidate.kind).is_jump}
    noise, memory = _first_look(scan, line, noise)
    curve = replace(scan, given_sigma_energy=noise.energy, sigma_force=noise.force)
    grid = RefinementGrid(curve, memory, reduced_mass)
    judge = Judge(curve, tuple(candidates), decided, reduced_mass, force_mae)
    others: list[Shape] = [
        (i, candidate, grid)
        for i, candidate in enumerate(candidates)
        if not isinstance(kind_of(candidate.kind).confirm, str)
    ]
    # Where the scan's frames do not stand for the line's answers, what lies between them cannot be compared with them.
    search = drive([look_finer(curve, memory)], line)[0] if memory.known_places else Finer(curve, curve.pieces)
    balance = Balance(search.curve, memory, noise)
    intervals = intervals_of(curve, jumps)
    intervals += further_intervals(curve, search.pieces, [], intervals)
    looked: list[Interval] = []
    for _ in range(_ROUNDS):
        _ask(intervals, others, grid, noise, judge, line)
        looked += intervals
        intervals = further_intervals(curve, search.pieces, judge.jumps, looked)
        intervals += drive([balance.unexplained(judge.jumps, [*looked, *intervals])], line)[0]
        intervals += beside_many(curve, judge.jumps, [*looked, *intervals])
        intervals += judge.on_edges(looked)
        finer = replace(grid, curve=interpolated(known_curve(grid)), reach=PARTS)
        others = [(None, hidden, finer) for hidden in judge.between_frames(finer.curve)]
        if not intervals and not others:
            break
    suspected = [candidate.interval for candidate in candidates if candidate.kind == NO_GRADIENT.name]
    judge.balance(balance, drive([balance.stretches(judge.jumps, suspected)], line)[0])
    judge.take_off_jumps(known_curve(grid))
    artifacts, refuted, undecided = judge.verdicts()
    return Certification(tuple(sorted(artifacts, key=worst_first)), tuple(refuted), noise, tuple(undecided))


def _ask(
    intervals: Sequence[Interval],
    shapes: Sequence[Shape],
    grid: RefinementGrid,
    noise: Noise,
    judge: Judge,
    line: Line,
) -> None:
    """Look into intervals for jumps and polish shapes, all at once."""
    questions: list[Question[Any]] = [examine(interval, grid, noise) for interval in intervals]
    for _, shape, own in shapes:
        confirm = kind_of(shape.kind).confirm
        assert not isinstance(confirm, str)  # jumps are found in their intervals, and work is weighed along the scan
        questions.append(confirm(shape, own))

    def done(index: int, result: Any) -> None:
        if index < len(intervals):
            judge.interval(intervals[index], result)
        else:
            judge.shape(*shapes[index - len(intervals)][:2], result)

    drive(questions, line, done)


def measure_noise(line: Line, values: Floats, energies: Floats, unit: str = "Å") -> Noise:
    """The noise floor of a live potential along a scan: 28 frames, in one batch.

    Parameters
    ----------
    line
        The live potential.
    values, energies
        The scan, shape (n_frames,), eV.
    unit
        Unit of the coordinate.
    """
    places = noise_places(values, energies)
    seen = drive([_jitter_if_there(place, unit) for place in places], line)
    return noise_from(places, (seen[0], seen[1]), energies, unit)


def _first_look(curve: Curve, line: Line, noise: Noise | None) -> tuple[Noise, Memory]:
    """Noise, and whether frames of the scan can stand for answers of the live potential."""
    known = np.flatnonzero(np.isfinite(curve.energies) & np.isfinite(curve.forces))
    memory = Memory()
    if not len(known):
        return noise or Noise(0.0, 0.0, 0.0, unit=curve.unit), memory
    some = curve.values[known[[len(known) // 3, 2 * len(known) // 3]]]
    places = noise_places(curve.values, curve.energies) if noise is None else (float("nan"), float("nan"))
    asked: list[Question[Any]] = [_jitter_if_there(place, curve.unit) for place in places]
    asked.append(_plain(np.unique(some)))
    first, second, answer = drive(asked, line)
    floor = noise or noise_from(places, (first, second), curve.energies, curve.unit)
    # A model that answers otherwise from call to call is known no better than that, however smooth it was just here.
    floor = floor.at_least(curve.given_sigma_energy, curve.sigma_force)
    at = np.searchsorted(curve.values, np.unique(some))
    same_energy = np.abs(answer.energies - curve.energies[at]) <= max(_SAME, 2 * floor.energy)
    same_force = np.abs(answer.forces - curve.forces[at]) <= max(_SAME, 2 * floor.force)
    if bool(same_energy.all() and same_force.all()):
        memory.add(curve.values[known], Answer(curve.energies[known], curve.forces[known]))
    return floor, memory


def _jitter_if_there(place: float, unit: str) -> Question[Jitter | None]:
    if not np.isfinite(place):
        return None
    return (yield from jitter(place, unit))


def _plain(values: Floats) -> Question[Answer]:
    return (yield values)
