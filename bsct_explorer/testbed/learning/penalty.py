"""Variant F's term of the loss: short scans of training molecules' bonds, whose force must not be rough.

Two forms: `ScanPenalty` from third differences of the generalized force, which needs no labels, and `FsdPenalty` from
the definition of FSD, which compares with the reference's scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bsct_explorer.data import Floats, Ints
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.molecules import Molecule
from bsct_explorer.testbed.learning.loss import roughness, soft_fsd
from bsct_explorer.testbed.learning.rotations import random_rotations
from bsct_explorer.testbed.model import Transformer


def forces_to_learn(model: Transformer, numbers: Ints, positions: Floats) -> Tensor:
    """Forces in eV/Å (b, n, 3) of frames (b, n, 3) of one molecule (n,), with gradients to the model's weights."""
    weight = next(model.parameters())
    x = torch.from_numpy(positions).to(weight)
    z = torch.from_numpy(np.array(numbers)).to(weight.device).expand(len(x), -1)
    return model.energies_and_forces(z, x, train=True)[1]


@dataclass(frozen=True)
class ScanPieces:
    """The pieces of a bond's scan that one step looks at.

    Attributes
    ----------
    frames, spacing
        Frames of a piece, and their distance in Å.
    pieces
        Pieces of the same bond at each step.
    shortest, longest
        Where pieces begin and end, in sums of covalent radii.
    """

    frames: int = 8
    spacing: float = 0.03
    pieces: int = 2
    shortest: float = 0.6
    longest: float = 2.0


class ScanPenalty:
    """`loss.roughness` of a few consecutive frames of one bond, another at each step; no labels are needed.

    Parameters
    ----------
    molecules
        Molecules of the training set.
    scale
        eV/Å⁴, see `roughness`.
    look_at
        Which pieces of a scan.
    seed
        Of which bond and where.
    """

    def __init__(
        self, molecules: list[Molecule], scale: float, look_at: ScanPieces | None = None, *, seed: int = 0
    ) -> None:
        self.scale, self.look_at, self.seed = scale, look_at or ScanPieces(), seed
        self.bonds = [(m, bond.atoms) for m in molecules for bond in m.bonds if bond.scannable]
        if not self.bonds:
            raise ValueError("no bond of these molecules can be pulled")

    def __call__(self, step: int, model: Transformer) -> Tensor:
        """The penalty at this step, dimensionless."""
        numbers, positions, tangents = self.piece(step)
        forces = forces_to_learn(model, numbers, positions)
        along = (forces * torch.from_numpy(tangents).to(forces)).sum((1, 2))
        pieces = along.view(self.look_at.pieces, self.look_at.frames)
        return roughness(pieces, self.look_at.spacing, self.scale)

    def piece(self, step: int) -> tuple[Ints, Floats, Floats]:
        """Numbers (n,), positions and tangents (pieces · frames, n, 3), turned at random, of a step."""
        rng = np.random.default_rng([self.seed, step, 2])
        molecule, (i, j) = self.bonds[int(rng.integers(len(self.bonds)))]
        look_at = self.look_at
        stretch = BondStretch(i, j, range=(look_at.shortest, look_at.longest))
        lo, hi = stretch.limits(molecule)
        width = look_at.spacing * np.arange(look_at.frames)
        starts = rng.uniform(lo, hi - width[-1], size=look_at.pieces)
        scans = [stretch.scan_at(molecule, start + width) for start in starts]
        turn = random_rotations(1, self.seed, step)[0]
        positions = np.concatenate([scan.positions for scan in scans]) @ turn.T
        return molecule.numbers, positions, np.concatenate([scan.tangents for scan in scans]) @ turn.T


class ReferenceScan(NamedTuple):
    """A bond's scan with the reference's forces on it.

    Attributes
    ----------
    forces
        eV/Å, shape (n_frames, n_atoms, 3), all finite.
    origin
        F(k*), those at the reference's lowest energy, shape (n_atoms, 3).
    """

    scan: Scan
    forces: Floats
    origin: Floats


class FsdPenalty:
    """`loss.soft_fsd` of a few consecutive frames of one bond's scan, another at each step.

        mean over the pieces of ln(1 + FSD_p / C)

    The logarithm: a piece next to the equilibrium, where both forces are small, may have any FSD, and must not rule.

    Parameters
    ----------
    cases
        Bonds of training molecules.
    scale
        C in Å⁻¹.
    frames, pieces
        Consecutive frames of a piece of a scan, and pieces of the same bond at each step.
    seed
        Of which bond and where.
    """

    def __init__(
        self, cases: Sequence[ReferenceScan], scale: float, *, frames: int = 8, pieces: int = 2, seed: int = 0
    ) -> None:
        self.scale, self.frames, self.pieces, self.seed = scale, frames, pieces, seed
        self.cases = tuple(cases)
        if not self.cases:
            raise ValueError("no scan to compare with")

    def __call__(self, step: int, model: Transformer) -> Tensor:
        """The penalty at this step, dimensionless."""
        rng = np.random.default_rng([self.seed, step, 3])
        case = self.cases[int(rng.integers(len(self.cases)))]
        starts = rng.integers(len(case.forces) - self.frames + 1, size=self.pieces)
        turn = random_rotations(1, self.seed, step)[0]
        rows = np.concatenate([np.arange(start, start + self.frames) for start in starts])
        forces = forces_to_learn(model, case.scan.molecule.numbers, case.scan.positions[rows] @ turn.T)
        theirs, origin, values = (
            torch.from_numpy(part).to(forces)
            for part in (case.forces[rows] @ turn.T, case.origin @ turn.T, case.scan.values[rows])
        )
        pieces = [slice(k * self.frames, (k + 1) * self.frames) for k in range(self.pieces)]
        found = [soft_fsd(forces[piece], theirs[piece], values[piece], origin) for piece in pieces]
        return torch.log1p(torch.stack(found) / self.scale).mean()
