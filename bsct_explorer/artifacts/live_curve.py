"""A curve that can be asked at any place, and many questions answered in one batch.

What needs the live potential (refinement, polishing, noise, causes) is written as a generator: it yields the values of
the coordinate it wants, and is sent their energies and forces. `drive` runs many of them side by side and joins what
they want into one batch, since a potential answers 100 frames at once far sooner than 10 frames ten times.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import numpy as np

from bsct_explorer.data import Floats

if TYPE_CHECKING:
    from bsct_explorer.data import Evaluation, PotentialInfo
    from bsct_explorer.deformations import Scan


class Answer(NamedTuple):
    """Energies (eV) and generalized forces (eV per unit of the coordinate), shape (n,); NaN where a frame failed."""

    energies: Floats
    forces: Floats


class Line(Protocol):
    """One coordinate of a live potential: values of shape (n,), strictly increasing, in; an `Answer` out."""

    def __call__(self, values: Floats, /) -> Answer: ...


T = TypeVar("T")
Question = Generator[Floats, Answer, T]
"""Yields values, shape (n,), n ≥ 1, in any order; is sent their `Answer`; returns its result."""


def drive(questions: Sequence[Question[T]], line: Line, done: Callable[[int, T], None] | None = None) -> list[T]:
    """Run questions side by side, each round in one batch.

    Parameters
    ----------
    questions
        What is asked; each is run to its end.
    line
        Who answers. What it raises (`Cancelled`, `PotentialError`) is passed on.
    done
        Called with (index, result) as soon as a question is answered.

    Returns
    -------
    list
        Results in the order of the questions.
    """
    everything = together(questions, done)
    try:
        values = next(everything)
        while True:
            places, where = np.unique(values, return_inverse=True)
            answer = line(places)
            values = everything.send(Answer(answer.energies[where], answer.forces[where]))
    except StopIteration as stop:
        results: list[T] = stop.value
        return results


def together(questions: Sequence[Question[T]], done: Callable[[int, T], None] | None = None) -> Question[list[T]]:
    """Several questions as one: each round asks what all of them want; arguments as of `drive`."""
    results: dict[int, T] = {}
    wanted: dict[int, Floats] = {}

    def advance(index: int, answer: Answer | None) -> None:
        try:
            values = next(questions[index]) if answer is None else questions[index].send(answer)
            wanted[index] = np.asarray(values, dtype=np.float64)
        except StopIteration as stop:
            wanted.pop(index, None)
            results[index] = stop.value
            if done is not None:
                done(index, stop.value)

    for index in range(len(questions)):
        advance(index, None)
    while wanted:
        rounds = list(wanted.items())
        answer = yield np.concatenate([values for _, values in rounds])
        start = 0
        for index, values in rounds:
            mine = slice(start, start + len(values))
            start += len(values)
            advance(index, Answer(answer.energies[mine], answer.forces[mine]))
    return [results[index] for index in range(len(questions))]


class LiveScan(Line, Protocol):
    """A live potential along a scan, with everything that the search for a cause may ask of it (`study.live`)."""

    @property
    def scan(self) -> Scan: ...

    @property
    def info(self) -> PotentialInfo: ...

    def frames(self, positions: Floats) -> Evaluation:
        """Energies and atomic forces of any frames of the molecule; Å, shape (n, n_atoms, 3)."""

    def displaced(self, displacement: Floats) -> LiveScan:
        """The same scan of a molecule whose atoms were moved by `displacement` first; Å, shape (n_atoms, 3)."""

    def in_precision(self, dtype: str) -> LiveScan | None:
        """The same potential in another precision; None where it has no such."""

    def one_by_one(self) -> LiveScan:
        """The same potential asked for one frame at a time, for comparison with batches."""

    def internals(self, positions: Floats) -> Mapping[str, Floats]:
        """The potential's declared internal variables, each of shape (n,) or (n, n_atoms); empty where it has none."""

    def fragment_energy(self, label: int, charge: int = 0) -> Evaluation:
        """One frame: the atoms of one rigid group (0 or 1 of `Scan.labels`) alone, with this charge.

        The multiplicity is the lowest that the number of electrons allows; `Evaluation.notes` say so where it matters.
        """
