"""Smooth Morse potentials with one flaw each: what makes it, and where, is known exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.relocate import relocate
from bsct_explorer.artifacts.refinement import Quantity, Refinement, Verdict
from bsct_explorer.data import Floats, InternalVariable, Ints
from bsct_explorer.potentials import Batch
from bsct_explorer.potentials.families.pair_potentials import MorsePotential
from bsct_explorer.study.live_potential import LivePotential
from bsct_explorer.words.units import units_per_angstrom


def pairs_and_vectors(positions: Floats) -> tuple[Floats, Floats]:
    """d_ij, and unit vectors from i to j, shapes (b, n, n) and (b, n, n, 3); 0 on the diagonal."""
    vectors = positions[:, None, :, :] - positions[:, :, None, :]
    d = np.linalg.norm(vectors, axis=-1)
    safe = np.where(d > 0, d, 1.0)
    return d, vectors / safe[..., None]


class FlawedPotential(MorsePotential):
    """Morse plus `extra`. `info` is what it says of itself beside its name."""

    def __init__(self, name: str, **info: Any) -> None:
        super().__init__()
        self.info = replace(self.info, name=name, display_name=name, **info)

    def extra(self, positions: Floats) -> tuple[Floats, Floats]:
        """Energies (b,) in eV and forces (b, n, 3) in eV/Å of the flaw, for positions (b, n, 3) in Å."""
        raise NotImplementedError

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        batch = super()._compute(numbers, positions, charge, multiplicity)
        energies, forces = self.extra(positions)
        return Batch(batch.energies + energies, batch.forces + forces)


def tail(d: Floats) -> tuple[Floats, Floats]:
    """A smooth pair term and its slope: 0.3 exp(−d/2) eV."""
    return 0.3 * np.exp(-d / 2), -0.15 * np.exp(-d / 2)


class HardCutoff(FlawedPotential):
    """Σ_{i<j} tail(d_ij) θ(r_c − d_ij)."""

    def __init__(self, cutoff: float, declared: bool = True) -> None:
        super().__init__("hard-cutoff", cutoffs={"pair": cutoff} if declared else {})
        self.cutoff = cutoff

    def extra(self, positions: Floats) -> tuple[Floats, Floats]:
        d, u = pairs_and_vectors(positions)
        inside = (d > 0) & (d < self.cutoff)
        energy, slope = tail(d)
        return 0.5 * (energy * inside).sum((1, 2)), ((slope * inside)[..., None] * u).sum(2)


class HardNeighbours(FlawedPotential):
    """Σ_i Σ_{j among the k nearest of i} tail(d_ij) (1 + j/10): neighbours differ, so that exchanging them shows."""

    def __init__(self, k: int, declared: bool = True) -> None:
        super().__init__("hard-neighbours", parameters={"neighbours": float(k)} if declared else {})
        self.k = k

    def extra(self, positions: Floats) -> tuple[Floats, Floats]:
        d, u = pairs_and_vectors(positions)
        n = d.shape[1]
        d = d + 1e9 * np.eye(n)
        chosen = d <= np.sort(d, axis=2)[:, :, self.k - 1 : self.k]
        weight = chosen * (1 + np.arange(n) / 10)
        energy, slope = tail(d)
        pull = (weight * slope)[..., None] * u
        return (weight * energy).sum((1, 2)), pull.sum(2) - pull.sum(1)


VARIABLE = InternalVariable("planted variable", "The potential takes its absolute value.", "flawed_potentials.py")


class InternalSwitch(FlawedPotential):
    """0.4 Σ_i |x_i| with x_i = Σ_j exp(−d_ij) − c for one element, 0 for others."""

    def __init__(self, level: float, atom: int, declared: bool = True) -> None:
        super().__init__("internal-switch", internals=(VARIABLE,) if declared else ())
        self.level, self.atom = level, atom

    def variable(self, positions: Floats) -> tuple[Floats, Floats, Floats]:
        """X (b, n), and what its derivative needs: exp(−d_ij) and the unit vectors."""
        d, u = pairs_and_vectors(positions)
        decay = np.exp(-d) * (d > 0)
        return decay.sum(2) - self.level, decay, u

    def extra(self, positions: Floats) -> tuple[Floats, Floats]:
        x, decay, u = self.variable(positions)
        a = self.atom
        sign = 0.4 * np.sign(x[:, a])
        # dx_a/dx_j = −decay_aj u_aj; F = −dE/dx
        pull = sign[:, None, None] * decay[:, a, :, None] * u[:, a]
        forces = pull.copy()
        forces[:, a] -= pull.sum(1)
        return 0.4 * np.abs(x[:, a]), forces

    def _internals(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Mapping[str, Floats]:
        x = self.variable(positions)[0]
        only = np.ones_like(x)
        only[:, self.atom] = x[:, self.atom]
        return {VARIABLE.name: only}


class Rounded(FlawedPotential):
    """Totals of −20 000 eV in single precision: steps of 2 meV."""

    dtype = "float32"

    def __init__(self, dtype: str = "float32") -> None:
        super().__init__("rounded", dtypes=("float64", "float32"))
        self.dtype = dtype

    def extra(self, positions: Floats) -> tuple[Floats, Floats]:
        return np.zeros(len(positions)), np.zeros_like(positions)

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        batch = MorsePotential._compute(self, numbers, positions, charge, multiplicity)
        if self.dtype == "float64":
            return batch
        return replace(batch, energies=(batch.energies - 20_000).astype(np.float32).astype(float) + 20_000)


class Curl(FlawedPotential):
    """Morse and a force that turns each atom about the z axis, c (−y, x, 0): no gradient of anything."""

    def __init__(self, strength: float = 0.2, conservative: bool = False) -> None:
        super().__init__("curl", conservative=conservative)
        self.strength = strength

    def extra(self, positions: Floats) -> tuple[Floats, Floats]:
        forces = np.zeros_like(positions)
        forces[..., 0], forces[..., 1] = -positions[..., 1], positions[..., 0]
        return np.zeros(len(positions)), self.strength * forces


class FlawlessPotential(FlawedPotential):
    """Nothing extra: what a finding on it would be false of."""

    def __init__(self, **info: Any) -> None:
        super().__init__("smooth", **info)

    def extra(self, positions: Floats) -> tuple[Floats, Floats]:
        return np.zeros(len(positions)), np.zeros_like(positions)


@dataclass(frozen=True)
class LiveFlawed(LivePotential):
    """Knows the other precision of `Rounded`."""

    def in_precision(self, dtype: str) -> LiveFlawed | None:
        """The same potential in another precision; None where it has no such."""
        if isinstance(self.potential, Rounded):
            return replace(self, potential=Rounded(dtype))
        return self if dtype == self.potential.dtype else None


def certified(kind: str, location: float, size: float, unit: str, half: float = 0.01, error: float = 5e-7) -> Artifact:
    """An artifact as refinement leaves it."""
    verdict: Verdict = "jump" if kind in ("energy-step", "force-kink") else "real"
    return Artifact(
        kind=kind,
        location=location,
        interval=(location - half, location + half),
        size=size,
        unit=unit,
        severity="minor",
        explanation="",
        certified=True,
        refinement=Refinement(verdict, location, error, size, 0.0, unit),
    )


def jumps_of(
    live: LivePotential, measure: Quantity = "energy", least: float = 1e-3, points: int = 400
) -> list[Artifact]:
    """Every jump of a live potential along its scan, found by brute force, as certified artifacts."""
    q = np.linspace(live.scan.values[0], live.scan.values[-1], points)
    energies, forces = live(q)
    if measure == "energy":
        steps = np.diff(energies) + 0.5 * (forces[1:] + forces[:-1]) * np.diff(q)
    else:
        steps = np.diff(forces)
        steps[1:-1] -= 0.5 * (steps[2:] + steps[:-2])
    found = []
    for k in np.flatnonzero(np.abs(steps) > least):
        jump = relocate(live, q[k], q[k + 1], measure, 1e-6 * units_per_angstrom(live.scan.unit))
        if jump is not None and abs(jump.size) > least:
            kind, unit = ("energy-step", "eV") if measure == "energy" else ("force-kink", "eV/Å")
            found.append(certified(kind, jump.place, jump.size, unit, half=q[1] - q[0], error=jump.error))
    return found
