"""What the search for a cause knows of a curve besides the live potential."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.equilibrium import Equilibrium, find_equilibrium
from bsct_explorer.artifacts.refinement import Cause
from bsct_explorer.data import Floats

if TYPE_CHECKING:
    from bsct_explorer.data import PotentialInfo
    from bsct_explorer.deformations import Scan
    from bsct_explorer.profiles import Profile


@dataclass(frozen=True)
class CauseContext:
    """A curve on its grid, and what it is compared with.

    Attributes
    ----------
    scan
        The frames.
    info
        The potential, or the stored reference, that the curve is of.
    energies, forces
        eV and eV per unit of the coordinate, shape (n_frames,); NaN where a frame failed.
    dtype
        Precision that the curve was computed in.
    equilibrium
        The curve's own minimum, or None.
    reference_energies
        eV, shape (n_frames,), on the same frames; None without a reference.
    member_energies
        eV, shape (n_members, n_frames), of an ensemble; else None.
    other_energies
        eV, shape (n_frames,), of a second self-consistent solution, NaN where none was met; None where none was looked
        for.
    tested
        Causes of jumps by their place that were tested before, so that a step and a kink in one place, or a minimum
        that a jump makes, are tested once. Filled by `explain`.
    """

    scan: Scan
    info: PotentialInfo
    energies: Floats
    forces: Floats
    dtype: str = "float64"
    equilibrium: Equilibrium | None = None
    reference_energies: Floats | None = None
    member_energies: Floats | None = None
    other_energies: Floats | None = None
    tested: dict[float, Cause] = field(default_factory=dict, compare=False, repr=False)

    @property
    def values(self) -> Floats:
        """The coordinate, shape (n_frames,)."""
        return self.scan.values

    @property
    def unit(self) -> str:
        return self.scan.unit

    @property
    def minimum(self) -> int | None:
        """The frame of the curve's minimum, else of the reference's, else the lowest; None without any energy."""
        found = self.equilibrium or find_equilibrium(self.values, self.energies)
        if found is None and self.reference_energies is not None:
            found = find_equilibrium(self.values, self.reference_energies)
        if found is not None:
            return found.frame
        return int(np.nanargmin(self.energies)) if np.isfinite(self.energies).any() else None

    def nearest(self, place: float) -> int:
        """The frame with an energy nearest to a place."""
        known = np.flatnonzero(np.isfinite(self.energies))
        return int(known[np.abs(self.values[known] - place).argmin()])


def context_of(
    profile: Profile, reference: Profile | None = None, equilibrium: Equilibrium | None = None
) -> CauseContext:
    """The context of a profile, its reference on the same frames, and its minimum."""
    energies, forces = profile.clean_curve()
    return CauseContext(
        scan=profile.scan,
        info=profile.info,
        energies=energies,
        forces=forces,
        dtype=profile.evaluation.dtype,
        equilibrium=equilibrium,
        reference_energies=None if reference is None else reference.clean_curve()[0],
        member_energies=profile.evaluation.member_energies,
        other_energies=profile.evaluation.other_energies,
    )
