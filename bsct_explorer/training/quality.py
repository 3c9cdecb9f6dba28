"""What smoothness may cost or bring besides errors: geometries, wavenumbers, torsion barriers, invariance to rotation.

Each function compares a potential with a reference on one molecule and returns plain numbers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.molecules import Molecule
from bsct_explorer.potentials.base import Potential
from bsct_explorer.training.sampling import hessian

WAVENUMBER = 521.470898
"""cm⁻¹ of √(1 eV / (Å² u)) / 2πc (CODATA 2018)."""


def relaxed(molecule: Molecule, potential: Potential, fmax: float = 0.01, steps: int = 300) -> Molecule | None:
    """The molecule at the potential's nearest minimum; None where `steps` steps do not lead to one."""
    from typing import Any

    from ase.optimize import BFGS

    atoms: Any = molecule.atoms
    atoms.calc = potential.ase_calculator()
    optimiser: Any = BFGS
    try:
        converged = optimiser(atoms, logfile=None).run(fmax=fmax, steps=steps)
    except (RuntimeError, ValueError, np.linalg.LinAlgError):
        return None
    return replace(molecule, positions=atoms.get_positions()) if converged else None


def root_mean_square_deviation(first: Floats, second: Floats) -> float:
    """RMSD of two geometries of shape (n_atoms, 3) after the best rotation and translation (Kabsch 1976), Å."""
    a, b = first - first.mean(0), second - second.mean(0)
    u, stretch, v = np.linalg.svd(a.T @ b)
    stretch[-1] *= np.sign(np.linalg.det(u) * np.linalg.det(v))
    square = (a**2).sum() + (b**2).sum() - 2 * stretch.sum()
    return float(np.sqrt(max(0.0, square) / len(a)))


def bond_length_error(molecule: Molecule, other: Molecule) -> float:
    """Mean absolute difference of the lengths of the molecule's bonds, Å."""
    i, j = np.array([bond.atoms for bond in molecule.bonds]).T

    def lengths(m: Molecule) -> Floats:
        return np.asarray(np.linalg.norm(m.positions[i] - m.positions[j], axis=1))

    return float(np.abs(lengths(molecule) - lengths(other)).mean())


def wavenumbers(molecule: Molecule, potential: Potential) -> Floats:
    """Harmonic wavenumbers in cm⁻¹, ascending, imaginary ones negative, without the six lowest in size.

    The molecule must be at the potential's own minimum, or what are called vibrations are none.
    """
    from ase.data import atomic_masses

    def label(numbers: Ints, positions: Floats) -> tuple[float, Floats]:
        found = potential.evaluate(numbers, positions[None], charge=molecule.charge, multiplicity=molecule.multiplicity)
        assert found.forces is not None
        return float(found.energies[0]), found.forces[0]

    mass = np.repeat(atomic_masses[molecule.numbers], 3)
    weighted = hessian(molecule.numbers, molecule.positions, label) / np.sqrt(np.outer(mass, mass))
    squared = np.linalg.eigvalsh(weighted)
    found = WAVENUMBER * np.sign(squared) * np.sqrt(np.abs(squared))
    inside = found[np.argsort(np.abs(found))[_rigid_motions(molecule) :]]
    return np.asarray(np.sort(inside))


def _rigid_motions(molecule: Molecule) -> int:
    """6; 5 for a linear molecule, 3 for an atom."""
    spread = np.linalg.svd(molecule.positions - molecule.positions.mean(0), compute_uv=False)
    return 3 + int((spread[:3] > 1e-3).sum() > 0) * 2 + int((spread > 1e-3).sum() > 1)


def torsion_barrier_error(molecule: Molecule, potential: Potential, reference: Potential, points: int = 37) -> float:
    """Mean over the torsions of |barrier - reference's barrier|, rigid turns, eV; NaN for a molecule without one.

    The barrier is the highest less the lowest energy of a full turn. Turns in which atoms clash, with a barrier of the
    reference above 1 eV, are left out.
    """
    from bsct_explorer.deformations import Torsion
    from bsct_explorer.errors import DeformationError
    from bsct_explorer.molecules.bond_graph import neighbours

    table = neighbours(len(molecule), (bond.atoms for bond in molecule.bonds))
    errors = []
    for bond in molecule.bonds:
        i = next((a for a in table[bond.i] if a != bond.j), None)
        l = next((a for a in table[bond.j] if a != bond.i), None)  # noqa: E741
        if i is None or l is None or not bond.scannable:
            continue
        try:
            scan = Torsion(i, bond.i, bond.j, l).scan(molecule, points)
        except DeformationError:
            continue
        ours, theirs = (
            np.ptp(p.evaluate(molecule.numbers, scan.positions, charge=molecule.charge).energies)
            for p in (potential, reference)
        )
        if theirs < 1.0:
            errors.append(abs(ours - theirs))
    return float(np.mean(errors)) if errors else float("nan")


def rotation_error(molecule: Molecule, potential: Potential, turns: int = 32, seed: int = 0) -> tuple[float, float]:
    """Standard deviation of the energy over random rotations in meV/atom, and the root mean square by which forces
    fail to turn with the molecule, in meV/Å.
    """
    from bsct_explorer.testbed.learning.rotations import random_rotations

    rotations = random_rotations(turns, seed, 0)
    frames = np.einsum("bij,nj->bni", rotations, molecule.positions - molecule.positions.mean(0))
    found = potential.evaluate(molecule.numbers, frames, charge=molecule.charge)
    assert found.forces is not None
    back = np.einsum("bji,bnj->bni", rotations, found.forces)
    energy = 1e3 * float(found.energies.std()) / len(molecule)
    return energy, 1e3 * float(np.sqrt(((back - back.mean(0)) ** 2).mean()))
