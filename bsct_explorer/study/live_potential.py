"""A live potential along a scan: what refinement and the search for causes ask (`artifacts.live.LiveScan`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.live_curve import Answer
from bsct_explorer.data import Floats, generalized_force
from bsct_explorer.errors import PotentialError
from bsct_explorer.study.one_curve import along

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan
    from bsct_explorer.data import Evaluation, PotentialInfo
    from bsct_explorer.deformations import Scan
    from bsct_explorer.potentials import Potential
    from bsct_explorer.potentials.base import Cancel


@dataclass
class Count:
    """Frames that were computed."""

    frames: int = 0


@dataclass(frozen=True)
class LivePotential:
    """A potential that answers at any value of a scan's coordinate.

    Attributes
    ----------
    scan
        The scan; `Scan.at` makes its frames at other values.
    potential
        Who answers.
    cancel
        Asked between batches.
    displacement
        Å, shape (n_atoms, 3), added to every frame: an intervention. None for the scan's own frames.
    batch_size
        Frames in a batch; None for the potential's own good size.
    count
        Frames computed so far, shared by all that were made from this one.
    """

    scan: Scan
    potential: Potential
    cancel: Cancel | None = None
    displacement: Floats | None = None
    batch_size: int | None = None
    count: Count = field(default_factory=Count)

    @property
    def info(self) -> PotentialInfo:
        return self.potential.info

    def __call__(self, values: Floats) -> Answer:
        """Energies and generalized forces at these values, shape (n,), strictly increasing; NaN where frames fail."""
        scan = self.scan.at(values)
        moved = scan.positions if self.displacement is None else scan.positions + self.displacement
        try:
            evaluation = self.frames(moved)
        except PotentialError:  # not one frame of the batch has an answer; the scan itself had
            return Answer(np.full(len(values), np.nan), np.full(len(values), np.nan))
        assert evaluation.forces is not None
        return Answer(evaluation.energies, generalized_force(evaluation.forces, scan.tangents))

    def frames(self, positions: Floats) -> Evaluation:
        """Energies and atomic forces of any frames; Å, shape (n, n_atoms, 3)."""
        molecule = self.scan.molecule
        self.count.frames += len(positions)
        return along(self.potential, self.scan).evaluate(
            molecule.numbers,
            positions,
            charge=molecule.charge,
            multiplicity=molecule.multiplicity,
            cancel=self.cancel,
            batch_size=self.batch_size,
        )

    def displaced(self, displacement: Floats) -> LiveScan:
        """The same scan of a molecule whose atoms were moved first; Å, shape (n_atoms, 3)."""
        already = 0.0 if self.displacement is None else self.displacement
        return replace(self, displacement=np.asarray(displacement + already, dtype=np.float64))

    def in_precision(self, dtype: str) -> LiveScan | None:
        """The same potential in another precision; None where it has no such."""
        if dtype == self.potential.dtype:
            return self
        if dtype not in self.info.dtypes:
            return None
        from bsct_explorer.errors import ExplorerError
        from bsct_explorer.potentials import load_potential

        try:
            other = load_potential(self.info.name, self.potential.device, dtype)
        except ExplorerError:
            return None
        # The name stands for the default parameters; a toy that was made with others is another potential.
        if type(other) is not type(self.potential) or other.info.parameters != self.info.parameters:
            return None
        return replace(self, potential=other)

    def one_by_one(self) -> LiveScan:
        """The same potential asked for one frame at a time."""
        return replace(self, batch_size=1)

    def internals(self, positions: Floats) -> Mapping[str, Floats]:
        """The potential's declared internal variables at these frames."""
        molecule = self.scan.molecule
        self.count.frames += len(positions) if self.info.internals else 0
        return self.potential.internals(
            molecule.numbers, positions, charge=molecule.charge, multiplicity=molecule.multiplicity
        )

    def fragment_energy(self, label: int, charge: int = 0) -> Evaluation:
        """One rigid group alone, with this charge and the lowest multiplicity that its electrons allow."""
        molecule = self.scan.molecule
        own = self.scan.labels == label
        numbers = molecule.numbers[own]
        odd = bool(int(numbers.sum() - charge) % 2) and self.info.uses_multiplicity
        multiplicity = 2 if odd else 1
        self.count.frames += 1
        return self.potential.evaluate(
            numbers, molecule.positions[None, own], charge=charge, multiplicity=multiplicity, cancel=self.cancel
        )
