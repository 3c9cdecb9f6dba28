"""A path of frames for a method that iterates to self-consistency: each frame continued from its neighbour's solution.

A self-consistent calculation has an initial guess, and where the equations have two solutions, the guess decides which
one comes out: frame by frame by chance, if each begins afresh. Continued from the neighbour's solution a curve stays on
one branch as long as there is one, and from the other side perhaps on another. So each frame keeps the lowest energy:

    E_k = min over the solutions that are reached from the frames k − 1 and k + 1, and from a guess of the frame's own

Each frame is computed closely, from the frame before. Three of four are looked at once more, roughly: every other one
from behind, along the branch that comes from there, and every fourth afresh. Where all agree, as on 98 of 100 scans,
that is all, for 1.3 times the cost of a fresh guess a frame. Where they do not, or a frame has no answer, every frame
begins afresh once, and the lowest solutions are handed on from frame to frame, there and back, until none is lowered.
A frame near the path is continued from the two nearest frames, closely from one and roughly from the other. So answers
depend on the path and on the frame, not on what was asked before, on the batch, or on the number of cores.

Nothing here knows which method it is: a `Solve` is asked for solutions, and says what can serve as a guess.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.potentials.execution.chunks import Cancel, Progress, raise_if_cancelled

SEGMENT = 16
"""Frames that one thread walks; each segment begins with a guess of its own. Fixed, so that the answer does not depend
on the number of cores; with 16 the fresh guesses, which cost about twice a continued frame, are 6 % of the frames."""

SAME = 1e-5
"""eV. Solutions closer than this are one: a loosely converged energy is off by up to 3e-7 eV, and the smallest
jump that the search for findings follows is 1e-3 eV."""

COLLAPSED = 10.0
"""eV. A solution that lies deeper than this below another one of the same frame is no state of the molecule: GFN2-xTB
has one 127 eV down on P-C of a methylenephosphorane, wherever it is continued to. The higher one is kept."""

FAR = 1.0
"""Å that an atom may move between neighbouring frames; beyond that another frame's solution is no better a guess."""

ON_PATH = 1e-9
"""Å within which a frame is one of the path's own."""

MOST_SWEEPS = 10
"""Walks along a path with two solutions; each goes on only while some frame becomes lower (2 to 4 were enough)."""


class Solution(NamedTuple):
    """Energy in eV, forces (n_atoms, 3) in eV/Å, and what serves as a guess for another frame."""

    energy: float
    forces: Floats
    guess: Any


class Solve(Protocol):
    """Who computes a frame."""

    def __call__(self, frame: Floats, guess: Any | None, closely: bool, /) -> Solution | str:
        """The solution that this guess (None: the method's own) leads to, or why there is none.

        Parameters
        ----------
        frame
            Å, shape (n_atoms, 3).
        closely
            False where a rough convergence will do (1e-6 eV).
        """
        ...


@dataclass
class ContinuedPath:
    """A path with its solutions.

    Attributes
    ----------
    frames
        Å, shape (n_frames, n_atoms, 3).
    solve
        Who computes a frame.
    kept
        The lowest solution of each frame; None where there is none.
    highest
        eV, shape (n_frames,): the highest energy that a solution of the frame has, NaN where it has none.
    reasons
        Why a frame has no solution, by its index.
    """

    frames: Floats
    solve: Solve
    kept: list[Solution | None] = field(default_factory=list)
    highest: Floats = field(default_factory=lambda: np.empty(0))
    reasons: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kept = [None] * len(self.frames)
        self.highest = np.full(len(self.frames), np.nan)
        steps = np.abs(np.diff(self.frames, axis=0)).max(axis=(1, 2), initial=0.0)
        self._joined = steps < FAR
        self._collapses = False

    @property
    def other_energies(self) -> Floats:
        """eV, shape (n_frames,): of a higher solution of the frame; NaN where none was met."""
        lowest = np.array([np.nan if one is None else one.energy for one in self.kept])
        return np.asarray(np.where(self.highest > lowest + SAME, self.highest, np.nan))

    def walk(
        self,
        workers: int,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """Find the lowest solution of each frame.

        Parameters
        ----------
        workers
            Threads.
        progress, cancel
            As of `Potential.evaluate`.
        prepare
            Called once in each thread before it computes.

        Raises
        ------
        Cancelled
            `cancel` said so.
        """
        n = len(self.frames)
        pieces = [range(start, min(start + SEGMENT, n)) for start in range(0, n, SEGMENT)]
        crew = _Crew(ThreadPoolExecutor(workers, initializer=prepare), n, progress, cancel)
        with crew:
            crew.run(self._forward, pieces)
            # What a segment begins with is fixed before it is walked: no thread reads what another one may be writing.
            starts = {piece[0]: self._guess(piece[0]) for piece in pieces if piece[0] and self._joined[piece[0] - 1]}
            crew.run(lambda piece, tick: self._again(piece, starts.get(piece[-1] + 1), tick), pieces)
            crew.run(self._across, pieces[1:])
            missing = any(one is None for one in self.kept)
            if not (missing or self._collapses or np.isfinite(self.other_energies).any()):
                return
            crew.run(self._afresh, pieces)
            crew.run(self._hand_on, [range(n)])

    def answer(self, frame: Floats) -> Solution | str:
        """The solution at any frame: one of the path's own, one near it, or far from it a fresh one."""
        distances = self.distances(frame)
        order = np.argsort(distances, kind="stable")
        nearest = int(order[0])
        own = self.kept[nearest]
        if distances[nearest] < ON_PATH:
            return self.own(nearest)
        near = [k for k in order[:3].tolist() if distances[k] < FAR and self.kept[k] is not None]
        found = self._best(frame, [self._guess(k) for k in near[:2]])
        if found is not None:
            return found
        fresh = self.solve(frame, None, True)
        if isinstance(fresh, str) and own is not None and not near:
            return self.solve(frame, own.guess, True)
        return fresh

    def _best(self, frame: Floats, guesses: Sequence[Any]) -> Solution | None:
        """The preferred solution that these guesses lead to: by the first closely, by others roughly, unless preferred.

        Two frames may lie on both sides of a crossing that no frame shows: 10 mÅ with two solutions were seen.
        """
        best: Solution | None = None
        for guess in guesses:
            found = self.solve(frame, guess, best is None)
            if best is None:
                best = None if isinstance(found, str) else found
            elif not isinstance(found, str) and preferred(found.energy, best.energy):
                closely = self.solve(frame, found.guess, True)
                best = best if isinstance(closely, str) else closely
        return best

    def own(self, k: int) -> Solution | str:
        """The solution of the path's frame k."""
        return self.kept[k] or self.reasons.get(k, "no self-consistent solution was found")

    def distances(self, frame: Floats) -> Floats:
        """How far an atom moves from each of the path's frames to this one, at most; Å, shape (n_frames,)."""
        return np.asarray(np.abs(self.frames - frame).max(axis=(1, 2)))

    def forget_guesses(self) -> None:
        """Let go of what the guesses take; frames near the path begin afresh from now on."""
        self.kept = [None if one is None else one._replace(guess=None) for one in self.kept]

    def _guess(self, k: int) -> Any:
        kept = self.kept[k]
        return None if kept is None else kept.guess

    def _take(self, k: int, found: Solution | str) -> bool:
        """Keep a closely converged solution if it is `preferred` to that of its frame; True where it is."""
        if isinstance(found, str):
            self.reasons.setdefault(k, found)
            return False
        kept = self.kept[k]
        self._met(k, found)
        if kept is not None and not preferred(found.energy, kept.energy):
            return False
        self.kept[k] = found
        self.reasons.pop(k, None)
        return True

    def _try(self, k: int, guess: Any) -> Solution | None:
        """Where this guess leads, roughly; taken closely where that is lower than what is kept or nothing is."""
        found = self.solve(self.frames[k], guess, False)
        if isinstance(found, str):
            return None
        kept = self.kept[k]
        if kept is None or preferred(found.energy, kept.energy):
            self._take(k, self.solve(self.frames[k], found.guess, True))
        else:
            self._met(k, found)
        return found

    def _met(self, k: int, found: Solution) -> None:
        """Note a frame's solution, and whether one of two has collapsed; those are no second state."""
        kept = self.kept[k]
        if kept is None or abs(found.energy - kept.energy) < COLLAPSED:
            self.highest[k] = np.fmax(self.highest[k], found.energy)
        else:
            self._collapses = True
            if found.energy > kept.energy:
                self.highest[k] = found.energy

    def _forward(self, piece: range, tick: Callable[[], None]) -> None:
        """A guess of its own for the first frame, then each from the one before."""
        guess: Any = None
        for k in piece:
            if k > piece[0] and not self._joined[k - 1]:
                guess = None
            found = self.solve(self.frames[k], guess, True)
            if isinstance(found, str) and guess is not None:
                found = self.solve(self.frames[k], None, True)
            self._take(k, found)
            guess = guess if isinstance(found, str) else found.guess
            tick()

    def _again(self, piece: range, guess: Any, tick: Callable[[], None]) -> None:
        """Every other frame from behind, on one branch (from its own guess at the path's end); every fourth afresh."""
        for k in reversed(piece):
            tick()
            if (piece[-1] - k) % 2:
                if (piece[-1] - k) % 4 == 1:
                    self._try(k, None)
                continue
            if k + 2 in piece and not (self._joined[k] and self._joined[k + 1]):
                guess = None
            found = self._try(k, guess)
            guess = self._guess(k) if found is None else found.guess

    def _across(self, piece: range, tick: Callable[[], None]) -> None:
        """From the last frame of the segment before into this one."""
        guess = self._guess(piece[0] - 1)
        if guess is not None and self._joined[piece[0] - 1]:
            self._try(piece[0], guess)

    def _afresh(self, piece: range, tick: Callable[[], None]) -> None:
        """A guess of its own for every frame."""
        for k in piece:
            self._try(k, None)
            tick()

    def _hand_on(self, whole: range, tick: Callable[[], None]) -> None:
        """The lowest solutions from frame to frame, there and back, until none becomes lower."""
        for sweep in range(MOST_SWEEPS):
            lowered, forward = False, sweep % 2 == 0
            for k in whole[1:] if forward else whole[-2::-1]:
                tick()
                beside = k - 1 if forward else k + 1
                guess = self._guess(beside)
                if guess is None or not self._joined[min(k, beside)]:
                    continue
                before = self.kept[k]
                self._try(k, guess)
                lowered |= self.kept[k] is not before
            if sweep and not lowered:
                return


def preferred(energy: float, kept: float) -> bool:
    """Whether a solution takes the place of the one that is kept: lower, but not `COLLAPSED`; or that one is. eV."""
    return SAME < kept - energy < COLLAPSED or energy - kept > COLLAPSED


class _Crew:
    """Threads that walk segments side by side; progress is told, and cancel asked, in the thread that waits."""

    def __init__(self, pool: ThreadPoolExecutor, frames: int, progress: Progress | None, cancel: Cancel | None) -> None:
        self._pool, self._frames = pool, frames
        self._progress, self._cancel = progress, cancel
        self._stop = threading.Event()
        self._ticks = 0

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def run(self, walk: Callable[[range, Callable[[], None]], None], pieces: Sequence[range]) -> None:
        """Walk all pieces, and wait for them."""

        def tick() -> None:
            self._ticks += 1  # a count for a progress bar: a lost one is no loss
            if self._stop.is_set():
                raise _Stopped

        left: set[Future[None]] = {self._pool.submit(walk, piece, tick) for piece in pieces}
        while left:
            done, left = wait(left, timeout=0.2, return_when=FIRST_COMPLETED)
            raise_if_cancelled(self._cancel)
            for future in done:
                future.result()
            if self._progress is not None:
                # Two walks, as almost always; a third and the handing on stay at the end of the bar.
                self._progress(min(self._frames, self._ticks // 2), self._frames)


class _Stopped(Exception):
    """The walk was cancelled."""
