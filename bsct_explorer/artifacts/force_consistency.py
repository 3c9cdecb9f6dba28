"""Forces against the energy: its finite differences, and the symmetry of the force's own Jacobian.

For F = −∇E the difference of F·u and the slope of E along any direction u is zero, and so is the antisymmetric part of
the Jacobian ∂F_a/∂x_b, which is minus the Hessian. Forces from a head of their own fail either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.curve import quantum
from bsct_explorer.data import Floats, frozen_array
from bsct_explorer.errors import PotentialError

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan
    from bsct_explorer.data import Evaluation

STEP = 2e-3
"""Å along a unit direction of all 3n coordinates. With one Richardson step the truncation is h⁴E⁽⁵⁾/480, far below
1e-6 eV/Å also on a wall; in double precision the rounding is 1e-8 eV/Å."""

SINGLE_STEP = 2e-2
"""Å where only single precision is to be had, where the rounding of totals (some 1e-5 eV) would drown the slope."""

MOST_ATOMS = 24
"""Atoms up to which the Jacobian is measured: 12 frames an atom."""


class TooLarge(ValueError):
    """The molecule has too many atoms for its whole Jacobian."""


@dataclass(frozen=True)
class GradientCheck:
    """Forces against finite differences of the energy at one place.

    Attributes
    ----------
    value
        The place.
    differences
        F·u + dE/du, eV/Å, shape (n_directions,), u a unit vector of all 3n coordinates; the scan's own direction first.
    errors
        By how much each may be off: truncation by Richardson's rule and rounding, eV/Å, same shape.
    force
        |F|, eV/Å, norm over all 3n components.
    dtype
        Precision in which it was measured.
    frames
        Frames computed.
    """

    value: float
    differences: Floats
    errors: Floats
    force: float
    dtype: str
    frames: int

    def __post_init__(self) -> None:
        for name in ("differences", "errors"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))

    @property
    def worst(self) -> float:
        """The difference that stands out of its error most, eV/Å."""
        return float(self.differences[self._worst])

    @property
    def uncertainty(self) -> float:
        """Its error, eV/Å."""
        return float(self.errors[self._worst])

    @property
    def fails(self) -> bool:
        """Whether force and gradient differ: by more than 1e-4 eV/Å and 1e-5 of the force, and 5 times the error."""
        return bool((np.abs(self.differences) > np.maximum(1e-4 + 1e-5 * self.force, 5 * self.errors)).any())

    @property
    def _worst(self) -> int:
        return int(np.argmax(np.abs(self.differences) - 5 * self.errors))


def force_gradient_error(
    live: LiveScan, value: float, directions: int = 4, step: float | None = None, seed: int = 0
) -> GradientCheck:
    """Forces against central differences of the energy in the scan's direction and in random ones.

    dE/du = [8 (E(+h/2) − E(−h/2)) − (E(h) − E(−h))] / 6h, its error taken as the difference to the plain formula at h/2
    divided by 16 plus the rounding of the energies.

    Parameters
    ----------
    live
        The potential; in double precision where it has that.
    value
        The place on the scan.
    directions
        How many: the scan's own, then random ones.
    step
        h in Å; default `STEP` in double precision, `SINGLE_STEP` in single.
    seed
        Of the random directions.

    Returns
    -------
    GradientCheck
        Of 4 × directions + 1 frames, in one batch.

    Raises
    ------
    PotentialError
        A frame failed.
    """
    here = live.scan.at([value])
    double = live.in_precision("float64")
    asked = double if double is not None else live
    x = here.positions[0]
    random = np.random.default_rng(seed).normal(size=(directions, *x.shape))
    random[0] = here.tangents[0]
    u = random / np.linalg.norm(random, axis=(1, 2))[:, None, None]
    h = step if step is not None else (STEP if double is not None else SINGLE_STEP)
    moves = np.array([-h, -h / 2, h / 2, h])
    frames = np.concatenate([x[None], (x + moves[:, None, None, None] * u).reshape(-1, *x.shape)])
    answer = _answered(asked.frames(frames), value)
    assert answer.forces is not None
    far_below, below, above, far_above = answer.energies[1:].reshape(4, directions)
    plain = (above - below) / h
    slope = (8 * (above - below) - (far_above - far_below)) / (6 * h)
    last = np.float32(answer.energies[0]) if answer.dtype == "float32" else answer.energies[0]
    rounding = max(float(np.spacing(np.abs(last))), quantum(answer.energies))  # an offset may have been taken off
    return GradientCheck(
        value=value,
        differences=np.einsum("ai,dai->d", answer.forces[0], u) + slope,
        errors=np.abs(slope - plain) / 16 + 4 * rounding / h,
        force=float(np.linalg.norm(answer.forces[0])),
        dtype=answer.dtype,
        frames=len(frames),
    )


@dataclass(frozen=True)
class Antisymmetry:
    """The antisymmetric part of the force's Jacobian J = ∂F/∂x at one place.

    Attributes
    ----------
    value
        The place.
    ratio
        ‖(J − Jᵀ)/2‖ / ‖J‖, Frobenius norms: 0 for a gradient field, 1 for a pure rotation.
    error
        By how much the ratio may be off: the antisymmetric part's change between two steps.
    antisymmetric, jacobian
        The two norms, eV/Å².
    atoms
        The pair (or single atom twice) with the largest antisymmetric block.
    frames
        Frames computed.
    """

    value: float
    ratio: float
    error: float
    antisymmetric: float
    jacobian: float
    atoms: tuple[int, int]
    frames: int


def jacobian_antisymmetry(live: LiveScan, value: float, step: float = 2e-3) -> Antisymmetry:
    """Antisymmetric part of the force's Jacobian at a place, by central differences of the forces.

    Parameters
    ----------
    live
        The potential; in double precision where it has that.
    value
        The place on the scan.
    step
        h in Å; the Jacobian is measured with h and with h/2, and taken by Richardson's rule.

    Returns
    -------
    Antisymmetry
        Of 12 frames an atom, in one batch.

    Raises
    ------
    TooLarge
        More than `MOST_ATOMS` atoms.
    PotentialError
        A frame failed.
    """
    x = live.scan.at([value]).positions[0]
    n = len(x)
    if n > MOST_ATOMS:
        raise TooLarge(f"The Jacobian of {n} atoms takes {12 * n} frames: it is measured up to {MOST_ATOMS} atoms.")
    asked = live.in_precision("float64") or live
    unit = np.eye(3 * n).reshape(3 * n, n, 3)
    moves = step * np.array([-1.0, -0.5, 0.5, 1.0])
    frames = (x + moves[:, None, None, None] * unit).reshape(-1, n, 3)
    answer = _answered(asked.frames(frames), value)
    assert answer.forces is not None
    far_below, below, above, far_above = answer.forces.reshape(4, 3 * n, 3 * n)  # (where, moved, force)
    coarse, fine = (far_above - far_below) / (2 * step), (above - below) / step
    jacobian = (4 * fine - coarse) / 3
    anti = 0.5 * (jacobian - jacobian.T)
    change = 0.5 * ((jacobian - fine) - (jacobian - fine).T)
    whole, odd = float(np.linalg.norm(jacobian)), float(np.linalg.norm(anti))
    blocks = np.linalg.norm(anti.reshape(n, 3, n, 3), axis=(1, 3))
    i, j = np.unravel_index(int(blocks.argmax()), blocks.shape)
    return Antisymmetry(
        value=value,
        ratio=odd / whole if whole > 0 else 0.0,
        error=float(np.linalg.norm(change)) / whole if whole > 0 else 0.0,
        antisymmetric=odd,
        jacobian=whole,
        atoms=(int(min(i, j)), int(max(i, j))),
        frames=len(frames),
    )


def _answered(answer: Evaluation, value: float) -> Evaluation:
    """The answer, or a `PotentialError` where a frame of it failed."""
    if answer.failed:
        reason = next(iter(answer.failed.values()))
        raise PotentialError(
            f"Forces could not be compared with the energy at {value:g}: a frame there failed. {reason}"
        )
    return answer
