"""Structures of one molecule to train on: conformers, thermal displacements, MD, and the deformations of BSCT.

The whole range that a scan drives through is sampled, bonds from 0.5 to 2.0 sums of covalent radii: where the training
data ends inside of it, a scan measures extrapolation and not smoothness.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.deformations import AngleBend, BondStretch, Torsion
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules import Molecule
from bsct_explorer.molecules.bond_graph import neighbours

KB = 8.617333262e-5
"""Boltzmann constant in eV/K (CODATA 2018)."""

SOFTEST = 0.5
"""eV/Å². Modes softer than this (torsions, and the six that move the molecule as a whole) are displaced as if they were
as stiff: a harmonic amplitude would tear the molecule apart along a straight line."""

Label = Callable[[Ints, Floats], tuple[float, Floats]]
"""Energy in eV and forces (n_atoms, 3) in eV/Å of one structure; may raise."""


class Structure(NamedTuple):
    """A structure with its label: positions and forces (n_atoms, 3), energy in eV, and how it was made."""

    positions: Floats
    energy: float
    forces: Floats
    kind: str


@dataclass(frozen=True)
class Mix:
    """What the structures of a molecule are, as shares that sum to 1, and how far they go.

    Attributes
    ----------
    thermal, random, bond, angle, torsion, md
        Shares: normal-mode displacements, Gaussian displacements of every coordinate, the three deformations, and
        snapshots of a short MD with the reference method.
    bond_range
        Sums of covalent radii.
    short
        Bonds are drawn at the share u^short of their range, u uniform: above 1, short ones are drawn more often. The
        wall is steep, and the start of every scan has data on one side only.
    temperatures
        K, of which one is drawn for each thermal displacement.
    deformed_temperatures
        K, likewise, for the displacement of a deformed structure; 0 leaves it rigid, as in a scan.
    random_sigma
        Å, smallest and largest standard deviation of the Gaussian displacements.
    largest_force
        eV/Å. Structures with a larger component are left out: two nuclei on top of each other teach nothing. A bond
        at half its radii's sum, where scans begin, has 100 to 300: a limit below that leaves the start of every scan
        to extrapolation, and FSD then measures that.
    """

    thermal: float = 0.25
    random: float = 0.07
    bond: float = 0.36
    angle: float = 0.10
    torsion: float = 0.10
    md: float = 0.12
    bond_range: tuple[float, float] = (0.5, 2.0)
    short: float = 1.5
    temperatures: tuple[float, ...] = (100.0, 300.0, 600.0, 1200.0, 2500.0)
    deformed_temperatures: tuple[float, ...] = (0.0, 0.0, 100.0, 300.0, 600.0)
    random_sigma: tuple[float, float] = (0.02, 0.15)
    largest_force: float = 400.0

    @property
    def shares(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in ("thermal", "random", "bond", "angle", "torsion", "md")}


def hessian(numbers: Ints, positions: Floats, label: Label, step: float = 0.005) -> Floats:
    """Second derivatives of the energy by central differences of the forces, eV/Å², shape (3n, 3n), symmetrised."""
    n = len(numbers)
    rows = np.empty((3 * n, 3 * n))
    for k in range(3 * n):
        shift = np.zeros(3 * n)
        shift[k] = step
        moved = shift.reshape(n, 3)
        rows[k] = (label(numbers, positions - moved)[1] - label(numbers, positions + moved)[1]).ravel() / (2 * step)
    return 0.5 * (rows + rows.T)


def thermal_displacement(second_derivatives: Floats, temperature: float, rng: np.random.Generator) -> Floats:
    """A draw from the classical harmonic ensemble, exp(-xᵀHx / 2kT), with stiffnesses of at least `SOFTEST`.

    Å, shape (n_atoms, 3). The modes are those of the Hessian without masses: configurations of the classical ensemble
    do not depend on them.
    """
    stiffness, modes = np.linalg.eigh(second_derivatives)
    amplitude = np.sqrt(KB * temperature / np.maximum(stiffness, SOFTEST))
    moved = modes @ (rng.normal(size=len(stiffness)) * amplitude)
    return np.asarray(moved.reshape(-1, 3))


@dataclass(frozen=True)
class ShortMd:
    """A short run with the reference method.

    Attributes
    ----------
    temperature
        K.
    count, every
        Snapshots to keep, and steps from one to the next.
    step
        fs.
    """

    temperature: float
    count: int
    every: int = 8
    step: float = 1.0


def snapshots(numbers: Ints, start: Floats, label: Label, run: ShortMd, rng: np.random.Generator) -> list[Structure]:
    """Snapshots of a velocity-Verlet run that starts with twice the temperature's kinetic energy.

    Half of it goes into the potential energy, so the run is near the temperature. A frame that fails ends it.
    """
    from ase.data import atomic_masses
    from ase.units import fs

    mass = atomic_masses[numbers][:, None]
    velocity = rng.normal(size=start.shape) * np.sqrt(2 * KB * run.temperature / mass)
    velocity -= (mass * velocity).sum(0) / mass.sum()
    dt = run.step * fs
    x, found = start.copy(), []
    try:
        _, force = label(numbers, x)
        for k in range(1, run.every * run.count + 1):
            velocity = velocity + 0.5 * dt * force / mass
            x = x + dt * velocity
            energy, force = label(numbers, x)
            velocity = velocity + 0.5 * dt * force / mass
            if k % run.every == 0:
                found.append(Structure(x.copy(), energy, force, "md"))
    except RuntimeError:  # no self-consistency: what was reached so far is as good as any
        pass
    return found


def deformed(molecule: Molecule, kind: str, mix: Mix, rng: np.random.Generator) -> Floats | None:
    """The molecule with one bond, angle or torsion at a random value, (n_atoms, 3) in Å; None where it has none.

    Every second bond is one between heavy atoms where there is one, since X-H bonds outnumber them.
    """
    table = neighbours(len(molecule), (bond.atoms for bond in molecule.bonds))
    free = [bond for bond in molecule.bonds if bond.scannable]
    choices: list[tuple[int, ...]]
    if kind == "bond":
        choices = [bond.atoms for bond in free]
        heavy = [atoms for atoms in choices if (molecule.numbers[list(atoms)] > 1).all()]
        choices = heavy if heavy and rng.random() < 0.5 else choices
    elif kind == "angle":
        choices = [(i, j, k) for j, ends in enumerate(table) for i in ends for k in ends if i != k]
    else:
        choices = [
            (i, bond.i, bond.j, l)
            for bond in free
            for i in table[bond.i][:1]
            for l in table[bond.j][:2]  # noqa: E741
            if i != bond.j and l != bond.i
        ]
    for _ in range(4):  # a choice in a ring or on a line cannot be driven: another may
        if not choices:
            return None
        atoms = choices[rng.integers(len(choices))]
        try:
            coordinate = _coordinate(kind, atoms, mix)
            lo, hi = coordinate.limits(molecule)
            share = rng.random() ** (mix.short if kind == "bond" else 1.0)
            return np.array(coordinate.scan_at(molecule, [lo + (hi - lo) * share]).positions[0])
        except DeformationError:
            continue
    return None


def _coordinate(kind: str, atoms: Sequence[int], mix: Mix) -> BondStretch | AngleBend | Torsion:
    if kind == "bond":
        i, j = atoms
        return BondStretch(i, j, range=mix.bond_range)
    if kind == "angle":
        i, j, k = atoms
        return AngleBend(i, j, k)
    i, j, k, l = atoms  # noqa: E741
    return Torsion(i, j, k, l)


def conformer(molecule: Molecule, relax: Callable[[Floats], Floats], rng: np.random.Generator) -> Molecule | None:
    """The molecule with every torsion turned at random, then relaxed; None where it has none or its bonds changed."""
    from bsct_explorer.molecules.perception import perceive_bonds

    turned = molecule
    for _ in range(sum(bond.scannable for bond in molecule.bonds)):
        positions = deformed(turned, "torsion", Mix(), rng)
        if positions is None:
            return None
        turned = replace(turned, positions=positions)
    try:
        turned = replace(turned, positions=relax(np.asarray(turned.positions)))
    except (RuntimeError, ValueError):
        return None
    bonds = perceive_bonds(list(turned.symbols), turned.positions, turned.charge)[0]
    same = {frozenset(pair) for pair in bonds} == {frozenset(bond.atoms) for bond in molecule.bonds}
    return turned if same else None


def sample(
    molecules: Sequence[Molecule], count: int, label: Label, rng: np.random.Generator, mix: Mix | None = None
) -> list[Structure]:
    """Labelled structures of one molecule, about `count` of them: those that fail or have extreme forces are left out.

    Parameters
    ----------
    molecules
        Its conformers, the relaxed one first.
    count
        How many to make.
    """
    mix = mix or Mix()
    numbers = molecules[0].numbers
    hessians = [hessian(numbers, molecule.positions, label) for molecule in molecules]
    kinds, shares = zip(*mix.shares.items(), strict=True)
    wanted = rng.multinomial(count, np.array(shares) / sum(shares))
    found = [Structure(m.positions, *label(numbers, m.positions), "relaxed") for m in molecules]
    for kind, many in zip(kinds, wanted, strict=True):
        if kind == "md":
            which, temperature = int(rng.integers(len(molecules))), float(rng.choice([400.0, 800.0, 1500.0]))
            found += snapshots(numbers, molecules[which].positions, label, ShortMd(temperature, int(many)), rng)
            continue
        for _ in range(many):
            which = int(rng.integers(len(molecules)))
            positions = _displaced(molecules[which], hessians[which], kind, mix, rng)
            try:
                found.append(Structure(positions, *label(numbers, positions), kind))
            except RuntimeError:
                continue
    return [s for s in found if np.isfinite(s.energy) and np.abs(s.forces).max() <= mix.largest_force]


def _displaced(molecule: Molecule, second: Floats, kind: str, mix: Mix, rng: np.random.Generator) -> Floats:
    if kind == "random":
        return np.asarray(molecule.positions + rng.normal(size=(len(molecule), 3)) * rng.uniform(*mix.random_sigma))
    moved = deformed(molecule, kind, mix, rng) if kind != "thermal" else None
    if moved is None:  # thermal, or a molecule without such a coordinate
        return np.asarray(molecule.positions + thermal_displacement(second, float(rng.choice(mix.temperatures)), rng))
    return np.asarray(moved + thermal_displacement(second, float(rng.choice(mix.deformed_temperatures)), rng))
