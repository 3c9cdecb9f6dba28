"""GFN2-xTB: a semiempirical tight-binding method (tblite).

A frame that is asked alone is a calculation of its own, from tblite's guess. Where the self-consistent equations have
two solutions (about one bond in 70, stretched far), that guess leads into one or the other by chance, up to 0.2 eV
apart. Along a path frames are therefore continued from their neighbours' densities, from both sides, and the lower
solution is kept (`execution.continued_path`): the curve has no steps, and does not depend on the scan's direction.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Evaluation, Floats, Ints, PotentialInfo
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.chunks import Cancel, Progress, reason_of
from bsct_explorer.potentials.execution.continued_path import SEGMENT, ContinuedPath, Solution
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.family import Family, Seat, Shipped, Status

PACKAGE = Package("tblite", "tblite")

ACCURACY = 0.01
"""tblite's default 1.0 leaves errors of 2e-5 eV/Å in the forces; this costs no measurable time and leaves 1e-7."""

MIXER_MEMORY = 20
"""Iterations that the Broyden mixer looks back on. With tblite's default, all 250, single frames of broken bonds do
not converge where their neighbours do; where both converge the energies are the same."""

MOST_ITERATIONS = 2000
"""tblite stops after 250, before single frames of broken bonds have converged (34 of 64 frames of methanol's C-O bond
between 3 and 20 Å; 3 with 2000). A longer run is the same iteration, so what converged before stays the same to the
last digit. Other dampings, memories, guesses or an annealed temperature would converge as often, but into whichever of
two self-consistent solutions is near, also where this one converges: they are no retry."""

ROUGH_ACCURACY, ROUGH_ITERATIONS = 1.0, 500
"""To see which solution a guess leads to: energies are right to 3e-7 eV, in 60 % of the time."""

PATHS_BYTES, MOST_PATHS = 256 * 1024**2, 16
"""Densities that are kept for frames near a path, of how many paths; a longer path, such as a map, is walked in parts
and keeps none."""

GFN2 = PotentialInfo(
    name="gfn2-xtb",
    display_name="GFN2-xTB",
    level_of_theory="GFN2-xTB (semiempirical tight binding, spin-restricted, 300 K)",
    training_data="Not a machine-learned potential: element parameters fitted to geometries, frequencies and "
    "non-covalent energies",
    elements=frozenset(range(1, 87)),
    dtypes=("float64",),
    devices=("cpu",),
    solves_for_electrons=True,
    uses_charge=True,
    uses_multiplicity=True,
    licence="LGPL-3.0-or-later (tblite)",
    citation="C. Bannwarth, S. Ehlert, S. Grimme, J. Chem. Theory Comput. 15, 1652 (2019), "
    "doi:10.1021/acs.jctc.8b01176",
    package=PACKAGE.distribution,
    parameters={
        "accuracy": ACCURACY,
        "electronic temperature (K)": 300.0,
        "mixer memory": MIXER_MEMORY,
        "most iterations": MOST_ITERATIONS,
    },
    core_repulsion="exponential, of effective nuclear charges",
    notes=(
        "Spin-restricted with fractional occupation at 300 K: a broken bond ends in a closed shell, with one "
        "minimum out to dissociation; C-C bonds are bound too strongly.",
        "Along a scan each frame is continued from its neighbours' densities, and the lower of two self-consistent "
        "solutions is kept. A multiplicity above 2 can jump between states along a scan.",
    ),
)


def load(info: PotentialInfo, placement: Placement, status: Status) -> Potential:
    """Load GFN2-xTB."""
    import tblite.interface  # noqa: F401  (a missing library is an error of loading, not of the first frame)

    return Gfn2Potential(info, placement)


class Gfn2Potential(Potential):
    """GFN2-xTB, frames spread over the machine's cores, each from tblite's own guess; `along` continues them."""

    def __init__(self, info: PotentialInfo = GFN2, placement: Placement | None = None) -> None:
        self.info = info
        self.notes = placement.notes if placement else ()
        self.workers = usable_cores()
        self._paths: OrderedDict[bytes, Gfn2AlongPath] = OrderedDict()
        self._lock = threading.Lock()

    def along(self, numbers: ArrayLike, path: ArrayLike, *, charge: int = 0, multiplicity: int = 1) -> Potential:
        """GFN2-xTB whose frames are continued from those of this path; the paths asked last are kept."""
        z, frames = self._asked(numbers, path, charge, multiplicity)
        if not len(frames):
            return self
        key = b"".join((z.tobytes(), frames.tobytes(), repr((charge, multiplicity)).encode()))
        with self._lock:
            found = self._paths.pop(key, None) or Gfn2AlongPath(self, Electrons(z, charge, multiplicity), frames)
            self._paths[key] = found
            while len(self._paths) > 1 and (
                len(self._paths) > MOST_PATHS or sum(one.nbytes for one in self._paths.values()) > PATHS_BYTES
            ):
                self._paths.popitem(last=False)
        return found

    def good_batch_size(self, n_atoms: int) -> int:
        """Enough frames to keep each core busy, few enough that a cancel is heard within about a second."""
        return self.workers * max(1, 160 // n_atoms)

    def _refusal(self, numbers: Ints, charge: int, multiplicity: int) -> str | None:
        electrons = int(numbers.sum()) - charge
        if multiplicity < 1 or electrons < multiplicity - 1 or (electrons - multiplicity) % 2 == 0:
            return (
                f"GFN2-xTB: {electrons} electrons (charge {charge:+d}) cannot have multiplicity {multiplicity}; "
                f"give multiplicity {1 if electrons % 2 == 0 else 2} or another charge."
            )
        return None

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        electrons = Electrons(numbers, charge, multiplicity)
        return self._side_by_side(positions, lambda frame: electrons.solve(frame, None, True))

    def _side_by_side(self, positions: Floats, answer: Callable[[Floats], Solution | str]) -> Batch:
        """The answers for frames, shape (b, n_atoms, 3), each in a thread of its own."""
        # A pool for each batch: its threads, and the OpenMP threads that they would start, end with it.
        with ThreadPoolExecutor(min(self.workers, len(positions)), initializer=one_openmp_thread) as pool:
            results = list(pool.map(answer, positions))
        failed = {k: result for k, result in enumerate(results) if isinstance(result, str)}
        energies, forces = np.full(len(positions), np.nan), np.full(positions.shape, np.nan)
        for k, result in enumerate(results):
            if not isinstance(result, str):
                energies[k], forces[k] = result.energy, result.forces
        return Batch(energies, forces, failed=failed)


class Gfn2AlongPath(Gfn2Potential):
    """GFN2-xTB along one path (`continued_path`): the lower of two self-consistent solutions, wherever it is asked."""

    def __init__(self, base: Gfn2Potential, electrons: Electrons, frames: Floats) -> None:
        super().__init__(base.info)
        self.notes, self.workers = base.notes, base.workers
        self.electrons, self.frames = electrons, frames
        self._base = base
        self._walked: list[ContinuedPath] = []

    @property
    def bytes_a_frame(self) -> int:
        """What a frame's density takes: 18 bytes for each pair of orbitals (measured from 30 to 182 orbitals)."""
        orbitals = sum(1 if z <= 2 else 4 if z <= 10 else 9 for z in self.electrons.numbers.tolist())
        return 18 * orbitals**2

    @property
    def nbytes(self) -> int:
        """What its densities take."""
        whole = self.bytes_a_frame * len(self.frames)
        return whole if whole <= PATHS_BYTES else 0

    def along(self, numbers: ArrayLike, path: ArrayLike, *, charge: int = 0, multiplicity: int = 1) -> Potential:
        """Along another path."""
        return self._base.along(numbers, path, charge=charge, multiplicity=multiplicity)

    def evaluate(
        self,
        numbers: ArrayLike,
        positions: ArrayLike,
        *,
        charge: int = 0,
        multiplicity: int = 1,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        batch_size: int | None = None,
    ) -> Evaluation:
        """As `Potential.evaluate`; of the path's own frames also the energies of a second solution."""
        z, frames = self._asked(numbers, positions, charge, multiplicity)
        ours = self.electrons
        if not (np.array_equal(z, ours.numbers) and (charge, multiplicity) == (ours.charge, ours.multiplicity)):
            found: Evaluation = self._base.evaluate(
                z,
                frames,
                charge=charge,
                multiplicity=multiplicity,
                progress=progress,
                cancel=cancel,
                batch_size=batch_size,
            )
            return found
        whole = np.array_equal(frames, self.frames)
        with self._lock:  # two threads want the same path: one walks it
            if not self._walked:
                self._walked = self._walk(progress if whole else None, cancel)
        found = super().evaluate(
            z,
            frames,
            charge=charge,
            multiplicity=multiplicity,
            progress=progress,
            cancel=cancel,
            batch_size=batch_size or (len(frames) if whole else None),
        )
        other = np.concatenate([path.other_energies for path in self._walked]) if whole else None
        return replace(found, other_energies=other)

    def _walk(self, progress: Progress | None, cancel: Cancel | None) -> list[ContinuedPath]:
        """The path, in parts where the densities of the whole would take too much."""
        n = len(self.frames)
        most = max(SEGMENT, PATHS_BYTES // self.bytes_a_frame)
        walked = []
        for start in range(0, n, most):
            path = ContinuedPath(self.frames[start : start + most], self.electrons.solve)

            def told(done: int, _: int, start: int = start) -> None:
                if progress is not None:
                    progress(start + done, n)

            path.walk(self.workers, told, cancel, one_openmp_thread)
            if most < n:
                path.forget_guesses()
            walked.append(path)
        return walked

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        if positions.shape == self.frames.shape and np.array_equal(positions, self.frames):
            own = iter([path.own(k) for path in self._walked for k in range(len(path.frames))])
            return self._side_by_side(positions, lambda _: next(own))
        return self._side_by_side(positions, lambda frame: self._nearest(frame).answer(frame))

    def _nearest(self, frame: Floats) -> ContinuedPath:
        """The part of the path that is nearest to a frame."""
        if len(self._walked) == 1:
            return self._walked[0]
        return min(self._walked, key=lambda path: float(path.distances(frame).min()))


class Electrons(NamedTuple):
    """A molecule's electrons: atomic numbers (n_atoms,), charge in e, 2S + 1."""

    numbers: Ints
    charge: int
    multiplicity: int

    def solve(self, frame: Floats, guess: Any | None, closely: bool) -> Solution | str:
        """One frame, Å, shape (n_atoms, 3), as `continued_path.Solve`; a guess is another frame's tblite result."""
        try:
            return solution(self, frame, guess, closely)
        except Exception as error:
            return reason_of(error)


def single_point(numbers: Ints, frame: Floats, charge: int, multiplicity: int) -> tuple[float, Floats]:
    """Energy in eV and forces in eV/Å, shape (n_atoms, 3), from a new calculator and a new guess.

    Raises
    ------
    RuntimeError
        The self-consistent iteration did not converge (tblite's own message).
    """
    found = solution(Electrons(numbers, charge, multiplicity), frame, None, True)
    return found.energy, found.forces


def solution(electrons: Electrons, frame: Floats, guess: Any | None, closely: bool) -> Solution:
    """The self-consistent solution from a new calculator; arguments as of `Electrons.solve`.

    Raises
    ------
    RuntimeError
        The self-consistent iteration did not converge (tblite's own message).
    """
    from ase.units import Bohr, Hartree, kB
    from tblite.interface import Calculator

    numbers, charge, multiplicity = electrons
    calculator = Calculator("GFN2-xTB", numbers, frame / Bohr, charge, multiplicity - 1)
    calculator.set("verbosity", 0)
    calculator.set("accuracy", ACCURACY if closely else ROUGH_ACCURACY)
    with contextlib.suppress(ValueError):  # tblite before 0.8 has no such setting
        calculator.set("mixer-memory", MIXER_MEMORY)
    calculator.set("max-iter", MOST_ITERATIONS if closely else ROUGH_ITERATIONS)
    calculator.set("temperature", 300.0 * kB / Hartree)
    result = calculator.singlepoint() if guess is None else calculator.singlepoint(guess, copy=True)
    gradient = np.asarray(result["gradient"])
    return Solution(float(result["energy"]) * Hartree, -gradient * Hartree / Bohr, result)


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one_openmp_thread() -> None:
    """Let tblite use one OpenMP thread in this worker thread: the frames are what is spread over the cores."""
    set_openmp_threads(1)


def set_openmp_threads(threads: int) -> None:
    """Let tblite use so many OpenMP threads in the calling thread.

    The number is a property of the calling thread, so nothing else in the process changes and nothing needs restoring.
    """
    from tblite import _libtblite

    try:
        ctypes.CDLL(_libtblite.__file__).omp_set_num_threads(threads)
    except (OSError, AttributeError):  # built without OpenMP: one thread already
        return


FAMILY = Family(
    title="GFN2-xTB",
    order=50,
    package=PACKAGE,
    shipped=(Shipped(GFN2, Seat("blue", "dash-dot"), cost=16.0),),
    load=load,
)
