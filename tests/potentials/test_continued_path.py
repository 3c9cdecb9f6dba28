"""A path for a method with two self-consistent solutions: the lower one, whatever guesses, batch and cores are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from bsct_explorer.data import Floats
from bsct_explorer.errors import Cancelled
from bsct_explorer.potentials.execution.continued_path import FAR, SEGMENT, ContinuedPath, Solution


@dataclass(frozen=True)
class Branch:
    """A solution that there is from `lo` to `hi` Å, with its energy in eV."""

    lo: float
    hi: float
    energy: Callable[[float], float]

    def there(self, q: float) -> bool:
        return self.lo <= q <= self.hi


def chance(q: float) -> float:
    """0 to 1, by the last digits of a place: which solution a fresh guess leads to."""
    return float(np.sin(1e5 * q) * 0.5 + 0.5)


@dataclass(frozen=True)
class Method:
    """Two branches; a guess is a branch's number, and leads to it where it is there, else to the other."""

    branches: tuple[Branch, ...]
    fails_afresh: tuple[float, float] = (9.0, 9.0)

    def __call__(self, frame: Floats, guess: int | None, closely: bool) -> Solution | str:
        q = float(frame[1, 2])
        there = [k for k, branch in enumerate(self.branches) if branch.there(q)]
        if guess is None and self.fails_afresh[0] <= q <= self.fails_afresh[1]:
            return "RuntimeError: SCF not converged"
        k = guess if guess in there else there[int(chance(q) * len(there))]
        rough = 0.0 if closely else 3e-7 * chance(q + 0.5)
        return Solution(self.branches[k].energy(q) + rough, np.zeros((2, 3)), k)

    def lowest(self, q: float) -> float:
        return min(branch.energy(q) for branch in self.branches if branch.there(q))


def frames_at(values: Floats) -> Floats:
    frames = np.zeros((len(values), 2, 3))
    frames[:, 1, 2] = values
    return frames


VALUES = np.linspace(1.0, 4.0, 100)
BESIDE = np.concatenate([np.linspace(1.005, 3.995, 37), np.linspace(2.2222, 2.2338, 9)])
OVERLAP = Method((Branch(0, 3.3, lambda q: q), Branch(2.5, 5, lambda q: q + 0.2)))
CROSSING = Method((Branch(0, 3.6, lambda q: 2 * q), Branch(2.5, 5, lambda q: q + 3.1)))
AFRESH = Method((Branch(0, 5, lambda q: q), Branch(2.0, 3.0, lambda q: q - 0.1)))
FAILING = Method((Branch(0, 5, lambda q: q),), fails_afresh=(2.2, 3.1))
NARROW = Method((Branch(0, 2.234, lambda q: 2 * q), Branch(2.222, 5, lambda q: 6.684 - q)))
ALL = {
    "between two frames": NARROW,
    "overlap": OVERLAP,
    "crossing": CROSSING,
    "an island": AFRESH,
    "fails afresh": FAILING,
}


def walked(method: Method, workers: int = 2) -> ContinuedPath:
    path = ContinuedPath(frames_at(VALUES), method)
    path.walk(workers)
    return path


@pytest.mark.parametrize("method", ALL.values(), ids=ALL)
def test_each_frame_has_the_lowest_solution_and_so_have_places_between(method: Method) -> None:
    path = walked(method)
    assert [one.energy if one else None for one in path.kept] == pytest.approx([method.lowest(q) for q in VALUES])
    assert not path.reasons
    found = [path.answer(frame) for frame in frames_at(BESIDE)]
    assert [one.energy for one in found if not isinstance(one, str)] == pytest.approx(
        [method.lowest(q) for q in BESIDE], abs=1e-9
    )


@pytest.mark.parametrize("method", ALL.values(), ids=ALL)
def test_the_answer_does_not_depend_on_the_number_of_threads(method: Method) -> None:
    one, many = walked(method, workers=1), walked(method, workers=7)
    assert [a.energy for a in one.kept if a] == [b.energy for b in many.kept if b]
    np.testing.assert_array_equal(one.other_energies, many.other_energies)


def test_where_two_solutions_were_met_is_said_and_where_none_was_nothing_is() -> None:
    other = np.isfinite(walked(OVERLAP).other_energies)
    assert VALUES[other].min() == pytest.approx(2.5, abs=0.1)
    assert VALUES[other].max() == pytest.approx(3.3, abs=0.1)
    assert not np.isfinite(walked(FAILING).other_energies).any()


@pytest.mark.parametrize(("lo", "hi"), [(0.0, 5.0), (0.0, 1.7), (2.0, 2.4)], ids=["everywhere", "short", "an island"])
def test_a_collapsed_solution_is_not_the_lower_one(lo: float, hi: float) -> None:
    path = walked(Method((Branch(0, 5, lambda q: q), Branch(lo, hi, lambda q: q - 127.0))))
    assert [one.energy if one else None for one in path.kept] == pytest.approx(VALUES.tolist())
    assert not np.isfinite(path.other_energies).any()
    found = [path.answer(frame) for frame in frames_at(BESIDE)]
    assert [one.energy for one in found if not isinstance(one, str)] == pytest.approx(BESIDE.tolist(), abs=1e-9)


def test_a_path_without_trouble_costs_one_close_look_a_frame_and_three_rough_ones_of_four() -> None:
    asked: list[tuple[bool, bool]] = []
    plain = Method((Branch(0, 5, lambda q: q),))

    def counted(frame: Floats, guess: int | None, closely: bool) -> Solution | str:
        asked.append((guess is None, closely))
        return plain(frame, guess, closely)

    path = ContinuedPath(frames_at(VALUES), counted)
    path.walk(2)
    segments = -(-len(VALUES) // SEGMENT)
    assert sum(closely for _, closely in asked) == len(VALUES)
    assert len(asked) <= 1.75 * len(VALUES) + 2 * segments
    assert sum(fresh for fresh, _ in asked) <= segments + 1 + len(VALUES) / 4


def test_frames_far_apart_are_no_neighbours() -> None:
    """The rows of a map follow each other in one list: what ends one row says nothing about where the next begins."""
    guesses: list[tuple[float, int | None]] = []

    def heard(frame: Floats, guess: int | None, closely: bool) -> Solution | str:
        guesses.append((float(frame[1, 2]), guess))
        return Solution(0.0, np.zeros((2, 3)), round(float(frame[1, 2])))

    values = np.concatenate([np.linspace(0.0, 0.9, 10), np.linspace(20.0, 20.9, 10)])
    ContinuedPath(frames_at(values), heard).walk(1)
    assert all(guess is None or abs(q - guess) < FAR + 1 for q, guess in guesses)


def test_a_frame_far_from_the_path_begins_afresh_and_from_the_path_where_that_fails() -> None:
    guesses: list[int | None] = []

    plain = Method((Branch(0, 9, lambda q: q),))

    def heard(frame: Floats, guess: int | None, closely: bool) -> Solution | str:
        guesses.append(guess)
        return "no convergence" if guess is None and frame[1, 2] > 5 else plain(frame, guess, closely)

    path = ContinuedPath(frames_at(VALUES), heard)
    path.walk(1)
    near, beyond, far = frames_at(VALUES[-1] + FAR * np.array([0.9, 0.99, 1.5]))
    for frame, expected in ((near, [0, 0]), (beyond, [0]), (far, [None, 0])):
        guesses.clear()
        assert not isinstance(path.answer(frame), str)
        assert guesses == expected


def test_walking_stops_when_told_to_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    ContinuedPath(frames_at(VALUES), OVERLAP).walk(1, lambda done, total: told.append((done, total)))
    assert told[-1] == (100, 100)
    with pytest.raises(Cancelled):
        ContinuedPath(frames_at(VALUES), OVERLAP).walk(1, None, lambda: True)
