"""GFN2-xTB: a semiempirical tight-binding method (tblite). Each frame is a calculation of its own.

No wavefunction is carried from one frame to the next: a frame's energy must not depend on where the scan came from,
or a step between two self-consistent solutions would move with the direction of the scan.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.packages import Package
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.chunks import reason_of
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
        "Each frame is computed afresh. A multiplicity above 2 can jump between states along a scan.",
    ),
)


def load(info: PotentialInfo, placement: Placement, status: Status) -> Potential:
    """Load GFN2-xTB."""
    import tblite.interface  # noqa: F401  (a missing library is an error of loading, not of the first frame)

    return Gfn2Potential(info, placement)


class Gfn2Potential(Potential):
    """GFN2-xTB, frames spread over the machine's cores."""

    def __init__(self, info: PotentialInfo = GFN2, placement: Placement | None = None) -> None:
        self.info = info
        self.notes = placement.notes if placement else ()
        self.workers = usable_cores()

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
        def one(frame: Floats) -> tuple[float, Floats] | str:
            try:
                return single_point(numbers, frame, charge, multiplicity)
            except Exception as error:
                return reason_of(error)

        # A pool for each batch: its threads, and the OpenMP threads that they would start, end with it.
        with ThreadPoolExecutor(min(self.workers, len(positions)), initializer=one_openmp_thread) as pool:
            results = list(pool.map(one, positions))
        failed = {k: result for k, result in enumerate(results) if isinstance(result, str)}
        energies, forces = np.full(len(positions), np.nan), np.full(positions.shape, np.nan)
        for k, result in enumerate(results):
            if not isinstance(result, str):
                energies[k], forces[k] = result
        return Batch(energies, forces, failed=failed)


def single_point(numbers: Ints, frame: Floats, charge: int, multiplicity: int) -> tuple[float, Floats]:
    """Energy in eV and forces in eV/Å, shape (n_atoms, 3), from a new calculator and a new guess.

    Raises
    ------
    RuntimeError
        The self-consistent iteration did not converge (tblite's own message).
    """
    from ase.units import Bohr, Hartree, kB
    from tblite.interface import Calculator

    calculator = Calculator("GFN2-xTB", numbers, frame / Bohr, charge, multiplicity - 1)
    calculator.set("verbosity", 0)
    calculator.set("accuracy", ACCURACY)
    with contextlib.suppress(ValueError):  # tblite before 0.8 has no such setting
        calculator.set("mixer-memory", MIXER_MEMORY)
    calculator.set("max-iter", MOST_ITERATIONS)
    calculator.set("temperature", 300.0 * kB / Hartree)
    result = calculator.singlepoint()
    return float(result["energy"]) * Hartree, -np.asarray(result["gradient"]) * Hartree / Bohr


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
