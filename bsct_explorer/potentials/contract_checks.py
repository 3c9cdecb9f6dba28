"""Checks that any potential must pass; for our tests and those of third-party authors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats, Ints
from bsct_explorer.potentials.base import Potential
from bsct_explorer.potentials.execution.checked_frames import warm_up_frames


def check_potential(
    potential: Potential,
    numbers: ArrayLike | None = None,
    positions: ArrayLike | None = None,
    *,
    energy_tolerance: float | None = None,
    force_tolerance: float | None = None,
) -> None:
    """Check that a potential keeps the contract; for use in a test.

    Shapes and types; each frame's answer is independent of its batch; the order of the atoms does not matter; turning
    and moving the molecule does not change its energy; for a potential that says it is conservative, forces are the
    negative gradient of the energy by central differences.

    Parameters
    ----------
    numbers, positions
        Frames to check with, shapes (n_atoms,) and (n_frames, n_atoms, 3); three of water by default.
    energy_tolerance, force_tolerance
        eV and eV/Å; by default what the precision allows (1e-7 and 1e-6 for float64, 1e-3 and 2e-2 for float32; for the
        finite differences ten times the force's).

    Raises
    ------
    AssertionError
        With what was found.
    """
    if numbers is None or positions is None:
        numbers, positions = warm_up_frames(potential.info.elements)
    z, x = np.asarray(numbers, dtype=np.int64), np.asarray(positions, dtype=np.float64)
    single = potential.dtype == "float32"
    e_tol = energy_tolerance or (1e-3 if single else 1e-7)
    f_tol = force_tolerance or (2e-2 if single else 1e-6)
    energies, forces = check_shapes(potential, z, x)
    check_batch(potential, z, x, energies, forces, e_tol, f_tol)
    check_permutation(potential, z, x, energies, forces, e_tol, f_tol)
    check_rigid_motion(potential, z, x, energies, e_tol)
    if potential.info.conservative:
        check_gradient(potential, z, x, forces, 10 * f_tol, step=1e-2 if single else 2e-5)


def check_shapes(potential: Potential, z: Ints, x: Floats) -> tuple[Floats, Floats]:
    """Every frame has an energy and forces of float64."""
    answer = potential.evaluate(z, x)
    assert not answer.failed, f"{potential.info.name}: frames failed: {dict(answer.failed)}"
    assert answer.forces is not None, f"{potential.info.name}: no forces"
    for name, array, shape in (("energies", answer.energies, x.shape[:1]), ("forces", answer.forces, x.shape)):
        assert array.shape == shape, f"{potential.info.name}: {name} has shape {array.shape}, not {shape}"
        assert array.dtype == np.float64, f"{potential.info.name}: {name} is {array.dtype}, not float64"
    if answer.member_energies is not None:
        assert answer.member_energies.shape[1:] == x.shape[:1], f"{potential.info.name}: member energies' shape"
        close("the mean of the member energies", answer.member_energies.mean(0), answer.energies, 1e-6, potential)
    return answer.energies, answer.forces


def check_batch(
    potential: Potential, z: Ints, x: Floats, energies: Floats, forces: Floats, e_tol: float, f_tol: float
) -> None:
    """A frame alone gives what it gives in a batch, and so it does in the opposite order."""
    for label, frames, size in (("alone", slice(None), 1), ("in a reversed batch", slice(None, None, -1), len(x))):
        answer = potential.evaluate(z, x[frames], batch_size=size)
        assert answer.forces is not None
        close(f"energies of frames {label}", answer.energies[frames], energies, e_tol, potential)
        close(f"forces of frames {label}", answer.forces[frames], forces, f_tol, potential)


def check_permutation(
    potential: Potential, z: Ints, x: Floats, energies: Floats, forces: Floats, e_tol: float, f_tol: float
) -> None:
    """Atoms in another order: the same energies, the forces in that order."""
    order = np.random.default_rng(0).permutation(len(z))
    answer = potential.evaluate(z[order], x[:, order])
    assert answer.forces is not None
    close("energies with the atoms in another order", answer.energies, energies, e_tol, potential)
    close("forces with the atoms in another order", answer.forces, forces[:, order], f_tol, potential)


def check_rigid_motion(potential: Potential, z: Ints, x: Floats, energies: Floats, e_tol: float) -> None:
    """Energies after a turn and a shift; ten times the tolerance, since some turn noise into energy."""
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    turn *= np.linalg.det(turn)  # a rotation, not a reflection
    moved = potential.evaluate(z, x @ turn.T + np.array([1.5, -2.0, 0.7]))
    close("energies after a rigid motion", moved.energies, energies, 10 * e_tol, potential)


def check_gradient(potential: Potential, z: Ints, x: Floats, forces: Floats, tolerance: float, step: float) -> None:
    """Forces of the first frame against -dE/dx ≈ -[8 (E₊₁ - E₋₁) - (E₊₂ - E₋₂)] / 12 h, an error of the order h⁴."""
    n = 3 * len(z)
    shifts = (step * np.eye(n)).reshape(n, len(z), 3)
    answer = potential.evaluate(z, np.concatenate([x[0] + k * shifts for k in (1, -1, 2, -2)]))
    plus, minus, plus2, minus2 = answer.energies.reshape(4, n)
    slope = (8 * (plus - minus) - (plus2 - minus2)) / (12 * step)
    close("forces against finite differences of the energy", forces[0], -slope.reshape(-1, 3), tolerance, potential)


def close(what: str, found: Floats, expected: Floats, tolerance: float, potential: Potential) -> None:
    """Assert that two arrays agree, with the worst difference in the message.

    The tolerance grows with values above 100 eV or eV/Å, where the precision itself allows no better.
    """
    tolerance *= max(1.0, float(np.abs(expected).max()) / 100)
    worst = float(np.abs(found - expected).max())
    assert worst <= tolerance, f"{potential.info.name}: {what} differ by {worst:.3g}, more than {tolerance:.3g}"
