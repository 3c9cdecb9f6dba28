"""The smoothness test inside a training loop, this one or any other.

    test = SmoothnessTest(cases_of(["CCN", "NCCO"], bonds=4), as_potential=my_model_as_potential)
    for step, batch in enumerate(loader):
        ...                                  # any PyTorch training
        if step % 1000 == 0:
            log(step, test(step, model))     # FSD, certified jumps, extra minima, energy drift

`as_potential` turns the model in training into a `Potential`; `FunctionPotential` makes one of any function of
positions. Errors alone do not show what is measured here: a model can be accurate and have jumps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.molecules import Molecule, load_molecule
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.profiles import Profile

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis


class FunctionPotential(Potential):
    """A potential made of a function, for a model in training.

    Parameters
    ----------
    compute
        Numbers (n_atoms,) and positions (b, n_atoms, 3) in Å to energies (b,) in eV and forces in eV/Å, numpy arrays.
    uses_torch
        Whether it computes with torch: it then holds the lock that all torch potentials share.
    info
        Fields of `PotentialInfo`, such as ``conservative=False`` or ``cutoffs={"graph": 5.0}``.
    """

    def __init__(
        self,
        compute: Callable[[Ints, Floats], tuple[Floats, Floats]],
        name: str = "in training",
        uses_torch: bool = True,
        **info: Any,
    ) -> None:
        self.info = PotentialInfo(**{"name": name, "display_name": name, "level_of_theory": "", **info})
        self.uses_torch = uses_torch  # type: ignore[misc]
        self._function = compute

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        energies, forces = self._function(numbers, positions)
        return Batch(np.asarray(energies, dtype=np.float64), np.asarray(forces, dtype=np.float64))


@dataclass(frozen=True)
class Smoothness:
    """What the test found; sums and medians over its bonds.

    Attributes
    ----------
    fsd, fsd_own
        Medians of the official FSD and of the one with the model's own F(k*), Å⁻¹.
    jumps
        Certified steps of the energy.
    largest_jump
        meV; 0 without any.
    bonds_with_jumps
        Number of bonds.
    extra_minima
        Certified energy minima that the reference has not.
    drift, temperature, time
        `nve.Conservation` of the first molecule: meV/atom/ps, highest temperature in K, and ps; NaN where not run.
    bonds
        Number of bonds scanned.
    """

    fsd: float
    fsd_own: float
    jumps: int
    largest_jump: float
    bonds_with_jumps: int
    extra_minima: int
    drift: float
    temperature: float
    time: float
    bonds: int

    def row(self) -> dict[str, float]:
        """Names with units, for a log."""
        return {
            "fsd_median_1/Å": self.fsd,
            "fsd_own_median_1/Å": self.fsd_own,
            "certified_jumps": self.jumps,
            "largest_jump_meV": self.largest_jump,
            "bonds_with_jumps": self.bonds_with_jumps,
            "extra_minima": self.extra_minima,
            "nve_drift_meV/atom/ps": self.drift,
            "nve_highest_temperature_K": self.temperature,
            "nve_ps": self.time,
        }


def cases_of(
    molecules: Iterable[str | Molecule], bonds: int, reference: str = "gfn2-xtb", points: int = 100
) -> list[Profile]:
    """Reference profiles of bonds of these molecules, taken from each molecule in turn, heavy bonds first.

    Parameters
    ----------
    molecules
        Molecules, or what `load_molecule` takes.
    bonds
        How many bonds in all.
    reference
        The potential that the model imitates.

    Raises
    ------
    ExplorerError
        A molecule or the reference cannot be had.
    """
    from bsct_explorer.deformations import BondStretch
    from bsct_explorer.potentials import load_potential
    from bsct_explorer.study import evaluate_profile

    loaded = [load_molecule(m) if isinstance(m, str) else m for m in molecules]
    queues = [_bonds_in_order(molecule) for molecule in loaded]
    chosen: list[tuple[Molecule, tuple[int, int]]] = []
    for turn in range(max(map(len, queues), default=0)):
        chosen += [(m, queue[turn]) for m, queue in zip(loaded, queues, strict=True) if turn < len(queue)]
    potential = load_potential(reference)
    cases = []
    for molecule, (i, j) in chosen[:bonds]:
        scan = BondStretch(i, j).scan(molecule, points)
        cases.append(evaluate_profile(scan, potential))
    return cases


def _bonds_in_order(molecule: Molecule) -> list[tuple[int, int]]:
    """Bonds that can be pulled, those of two heavy atoms first."""
    free = [bond.atoms for bond in molecule.bonds if bond.scannable]
    return sorted(free, key=lambda pair: int((molecule.numbers[list(pair)] == 1).any()))


def measure(potential: Potential, cases: Sequence[Profile], nve_time: float = 0.2) -> Smoothness:
    """Scan, certify and judge the bonds of `cases` with a potential.

    Parameters
    ----------
    cases
        Reference profiles, of `cases_of`.
    nve_time
        ps of the run at constant energy; 0 for none.
    """
    from bsct_explorer.training.nve import NveRun, conservation

    found = [judged(potential, case) for case in cases]
    steps = [[a for a in analysis.artifacts if a.kind == "energy-step" and a.certified] for analysis in found]
    minima = [a for analysis in found for a in analysis.artifacts if a.kind == "artificial-minimum" and a.certified]
    run = conservation(cases[0].scan.molecule, potential, NveRun(time=nve_time)) if nve_time and cases else None
    return Smoothness(
        fsd=_median(analysis.metrics.values.get("fsd_full") for analysis in found),
        fsd_own=_median(analysis.fsd_own.full if analysis.fsd_own else None for analysis in found),
        jumps=sum(map(len, steps)),
        largest_jump=max((1e3 * abs(a.size) for some in steps for a in some), default=0.0),
        bonds_with_jumps=sum(bool(some) for some in steps),
        extra_minima=len(minima),
        drift=run.drift if run else float("nan"),
        temperature=run.temperature if run else float("nan"),
        time=run.time if run else float("nan"),
        bonds=len(cases),
    )


def judged(potential: Potential, case: Profile) -> Analysis:
    """The certified analysis of one bond, without causes."""
    from bsct_explorer.analysis import analyse
    from bsct_explorer.study import refine_analysis

    scan, molecule = case.scan, case.scan.molecule
    answer = potential.evaluate(
        molecule.numbers, scan.positions, charge=molecule.charge, multiplicity=molecule.multiplicity
    )
    return refine_analysis(analyse(Profile(scan, answer), case), potential, causes=False)


def _median(values: Iterable[float | None]) -> float:
    known = [v for v in values if v is not None and np.isfinite(v)]
    return float(np.median(known)) if known else float("nan")


class SmoothnessTest:
    """A callback that measures the smoothness of a model in training.

    Parameters
    ----------
    cases
        Reference profiles of validation bonds (`cases_of`); made once.
    as_potential
        The model as a `Potential`.
    every
        Steps between two tests, for loops that ask for it (`loop.Trainer`).
    nve_time
        ps; 0 for none.
    """

    def __init__(
        self,
        cases: Sequence[Profile],
        as_potential: Callable[[Any], Potential],
        every: int = 1000,
        nve_time: float = 0.2,
    ) -> None:
        self.cases, self.as_potential, self.every, self.nve_time = tuple(cases), as_potential, every, nve_time

    def __call__(self, step: int, model: Any) -> Mapping[str, float]:
        """Names with units and what was measured at this step."""
        return measure(self.as_potential(model), self.cases, self.nve_time).row()
