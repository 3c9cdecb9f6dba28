"""A profile: one scan with one source's energies and forces, and what follows from them directly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bsct_explorer.data import Evaluation, Floats, PotentialInfo, generalized_force
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import PotentialError


def path_energy(forces: Floats, positions: Floats, origin: int) -> Floats:
    """Energy as the path integral of the forces, E_k = -∫ F·dx by the trapezoid rule (arXiv:2602.04861).

    Parameters
    ----------
    forces
        eV/Å, shape (n_frames, n_atoms, 3).
    positions
        Å, same shape.
    origin
        The frame at which the energy is zero.

    Returns
    -------
    Floats
        eV, shape (n_frames,). A failed frame (NaN forces) makes every frame beyond it, seen from `origin`, NaN.
    """
    work = -0.5 * np.einsum("kai,kai->k", forces[1:] + forces[:-1], np.diff(positions, axis=0))
    energies = np.zeros(len(forces))
    energies[origin + 1 :] = np.cumsum(work[origin:])
    energies[:origin] = -np.cumsum(work[:origin][::-1])[::-1]
    if np.isnan(forces[origin]).any():
        energies[origin] = np.nan
    return energies


@dataclass(frozen=True)
class Profile:
    """A scan with one potential's (or a reference's) answers.

    Raises
    ------
    PotentialError
        The answers are not one a frame of the scan, or forces are not one an atom.
    """

    scan: Scan
    evaluation: Evaluation

    def __post_init__(self) -> None:
        frames, answers = self.scan.positions.shape, self.evaluation
        wanted = (
            (answers.energies, frames[:1]),
            (answers.forces, frames),
            (answers.generalized_forces, frames[:1]),
        )
        for array, shape in wanted:
            if array is not None and array.shape != shape:
                raise PotentialError(
                    f"{self.info.display_name} answered in shape {array.shape} where this scan has {shape}: evaluate "
                    "this scan's own positions."
                )

    @property
    def info(self) -> PotentialInfo:
        return self.evaluation.info

    @property
    def values(self) -> Floats:
        """The coordinate, shape (n_frames,)."""
        return self.scan.values

    @property
    def energies(self) -> Floats:
        """Raw energies in eV, shape (n_frames,), NaN where the frame failed."""
        return self.evaluation.energies

    @property
    def forces(self) -> Floats | None:
        """Forces in eV/Å, shape (n_frames, n_atoms, 3), or None where the source has none."""
        return self.evaluation.forces

    @cached_property
    def generalized_forces(self) -> Floats:
        """Force along the coordinate in eV per its unit, shape (n_frames,); NaN where unknown."""
        if self.evaluation.generalized_forces is not None:
            return self.evaluation.generalized_forces
        if self.evaluation.forces is None:
            return np.full(len(self.scan), np.nan)
        return generalized_force(self.evaluation.forces, self.scan.tangents)

    @cached_property
    def failed_frames(self) -> tuple[int, ...]:
        """Frames without a finite energy or force (generalized force, where the source gave that), ascending."""
        bad = ~np.isfinite(self.energies)
        if self.forces is not None:
            bad |= ~np.isfinite(self.forces).all(axis=(1, 2))
        if self.evaluation.generalized_forces is not None:
            bad |= ~np.isfinite(self.evaluation.generalized_forces)
        return tuple(int(k) for k in np.flatnonzero(bad))

    def clean_curve(self) -> tuple[Floats, Floats]:
        """Energies (eV) and generalized forces (eV per unit), shape (n_frames,), with failed frames NaN in both."""
        energies, forces = self.energies.copy(), self.generalized_forces.copy()
        failed = list(self.failed_frames)
        energies[failed] = forces[failed] = np.nan
        return energies, forces

    def path_energies(self, origin: int) -> Floats:
        """Path integral of the forces in eV, zero at frame `origin`, shape (n_frames,).

        Where the source has no atomic forces it is that of the generalized force, -∫ g dq, also by the trapezoid rule.
        """
        if self.forces is None:
            # One particle on the axis q: the same integral.
            return path_energy(self.generalized_forces[:, None, None], self.values[:, None, None], origin)
        return path_energy(self.forces, self.scan.positions, origin)
