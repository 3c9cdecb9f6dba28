"""A short run at constant energy: does the total energy stay where it was?

Velocity Verlet conserves the energy of a smooth surface to second order in the time step. What drifts beyond that is
the potential's own fault: jumps of the energy, or forces that are no gradient. FSD sees neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.molecules import Molecule
from bsct_explorer.potentials.base import Potential
from bsct_explorer.training.sampling import KB


@dataclass(frozen=True)
class Conservation:
    """What a run at constant energy showed.

    Attributes
    ----------
    drift
        Mean over the replicas of |slope| of the total energy against time, meV/atom/ps.
    spread
        Root mean square of the total energy around that line, meV/atom.
    temperature
        Highest kinetic temperature of any replica, K.
    time
        How long it ran, ps; less than asked for where it blew up.
    """

    drift: float
    spread: float
    temperature: float
    time: float


@dataclass(frozen=True)
class NveRun:
    """How long, how finely and how often to run at constant energy.

    Attributes
    ----------
    temperature
        K, of the velocities at the start.
    time, step
        ps and fs.
    replicas, seed
        Runs side by side, and the seed of their velocities.
    hottest
        K. A replica above it has blown up, and the run ends there.
    """

    temperature: float = 300.0
    time: float = 0.5
    step: float = 0.5
    replicas: int = 4
    seed: int = 0
    hottest: float = 20_000.0


def conservation(molecule: Molecule, potential: Potential, run: NveRun) -> Conservation:
    """Run replicas of a molecule side by side, from its geometry and Maxwell-Boltzmann velocities.

    Raises
    ------
    PotentialError
        The potential does not cover the molecule.
    """
    from ase.data import atomic_masses
    from ase.units import fs

    n, mass = len(molecule), atomic_masses[molecule.numbers][None, :, None]
    rng = np.random.default_rng(run.seed)
    x = np.repeat(molecule.positions[None], run.replicas, axis=0)
    v = rng.normal(size=x.shape) * np.sqrt(KB * run.temperature / mass)
    v -= (mass * v).sum(1, keepdims=True) / mass.sum()
    dt, times, totals, peak = run.step * fs, [0.0], [], 0.0

    def answer(positions: Floats) -> tuple[Floats, Floats]:
        found = potential.evaluate(
            molecule.numbers, positions, charge=molecule.charge, multiplicity=molecule.multiplicity
        )
        assert found.forces is not None
        return found.energies, found.forces

    energy, force = answer(x)
    totals.append(energy + 0.5 * (mass * v * v).sum((1, 2)))
    for k in range(1, round(1e3 * run.time / run.step) + 1):
        v = v + 0.5 * dt * force / mass
        x = x + dt * v
        energy, force = answer(x)
        v = v + 0.5 * dt * force / mass
        kinetic = 0.5 * (mass * v * v).sum((1, 2))
        hot = float((2 * kinetic / (3 * n * KB)).max())
        if not np.isfinite(energy).all() or not np.isfinite(hot):
            break
        peak = max(peak, hot)
        times.append(1e-3 * k * run.step)
        totals.append(energy + kinetic)
        if hot > run.hottest:
            break
    t, total = np.array(times), 1e3 * np.array(totals) / n
    if len(t) < 3:
        return Conservation(float("inf"), float("inf"), peak, float(t[-1]))
    slopes, offsets = np.polyfit(t, total, 1)
    spread = np.sqrt(((total - t[:, None] * slopes - offsets) ** 2).mean())
    return Conservation(float(np.abs(slopes).mean()), float(spread), peak, float(t[-1]))
