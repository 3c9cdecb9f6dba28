"""Analytic pair potentials: smooth everywhere, no cutoff, one minimum a pair. What an artifact-free curve looks like.

    Morse            E = Σ_{i<j} D [(1 - e^{-a (r_ij - r0_ij)})² - 1]
    Lennard-Jones    E = Σ_{i<j} 4 ε [(σ_ij / r_ij)¹² - (σ_ij / r_ij)⁶],  σ_ij = 2^{-1/6} r0_ij

r0_ij, where a pair's energy is lowest, comes from the elements: the sum of the covalent radii for Morse (a bond), of
the van der Waals radii for Lennard-Jones (a contact). Every pair counts, bonded or not, so these imitate no real
molecule; only their shape along a bond is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.family import Family, Seat, Shipped, Status

MORSE = PotentialInfo(
    name="morse",
    display_name="Morse",
    level_of_theory="analytic: D [(1 - exp(-a (r - r0)))² - 1] over all pairs, r0 from covalent radii",
    training_data="None",
    elements=frozenset(range(1, 97)),
    dtypes=("float64",),
    devices=("cpu",),
    licence="MIT",
    citation="P. M. Morse, Phys. Rev. 34, 57 (1929), doi:10.1103/PhysRev.34.57",
    parameters={"D (eV)": 4.0, "a (1/Å)": 2.0},
    core_repulsion="the exponential of its formula",
    notes=("A smooth curve to compare with, not a model of the molecule: every pair of atoms has the same depth.",),
)
LENNARD_JONES = PotentialInfo(
    name="lennard-jones",
    display_name="Lennard-Jones",
    level_of_theory="analytic: 4 ε [(σ/r)¹² - (σ/r)⁶] over all pairs, σ from van der Waals radii",
    training_data="None",
    elements=frozenset(range(1, 97)),
    dtypes=("float64",),
    devices=("cpu",),
    licence="MIT",
    citation="J. E. Lennard-Jones, Proc. Phys. Soc. 43, 461 (1931), doi:10.1088/0959-5309/43/5/301",
    parameters={"epsilon (eV)": 0.005},
    core_repulsion="the r⁻¹² of its formula",
    notes=("No bonds: at bond lengths every pair is on its repulsive wall, so pulling a bond only goes downhill.",),
)


def load(info: PotentialInfo, placement: Placement, status: Status) -> Potential:
    """Load one of the two."""
    make: Mapping[str, Callable[[], Potential]] = {"morse": MorsePotential, "lennard-jones": LennardJonesPotential}
    return make[info.name]()


class PairPotential(Potential):
    """E = Σ_{i<j} v(r_ij; r0_ij), over all pairs."""

    good_batch_atoms = 2000

    def rest_lengths(self, numbers: Ints) -> Floats:
        """r0 of every pair i < j, Å, shape (n_pairs,)."""
        raise NotImplementedError

    def pair(self, r: Floats, r0: Floats) -> tuple[Floats, Floats]:
        """Energy v in eV and dv/dr in eV/Å of pairs at r, both of the shape of r."""
        raise NotImplementedError

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        i, j = np.triu_indices(len(numbers), 1)
        vectors = positions[:, j] - positions[:, i]
        r = np.linalg.norm(vectors, axis=-1)
        energies, slopes = self.pair(r, self.rest_lengths(numbers))
        along = (slopes / r)[..., None] * vectors  # dv/dx_j; minus it is dv/dx_i
        forces = np.zeros_like(positions)
        by_atom = forces.swapaxes(0, 1)  # (n_atoms, b, 3), a view
        np.add.at(by_atom, i, along.swapaxes(0, 1))
        np.add.at(by_atom, j, -along.swapaxes(0, 1))
        return Batch(energies.sum(1), forces)


class MorsePotential(PairPotential):
    """v(r) = D [(1 - e^{-a (r - r0)})² - 1], zero at dissociation.

    Parameters
    ----------
    depth
        D, eV: a single bond's.
    stiffness
        a, 1/Å: that of C-C and C-H bonds in Morse fits.
    """

    def __init__(
        self, depth: float = MORSE.parameters["D (eV)"], stiffness: float = MORSE.parameters["a (1/Å)"]
    ) -> None:
        self.info = with_parameters(MORSE, {"D (eV)": depth, "a (1/Å)": stiffness})
        self.depth, self.stiffness = depth, stiffness

    def rest_lengths(self, numbers: Ints) -> Floats:
        from ase.data import covalent_radii

        return pair_sums(covalent_radii[numbers])

    def pair(self, r: Floats, r0: Floats) -> tuple[Floats, Floats]:
        x = np.exp(-self.stiffness * (r - r0))
        return self.depth * ((1 - x) ** 2 - 1), 2 * self.depth * self.stiffness * x * (1 - x)


class LennardJonesPotential(PairPotential):
    """v(r) = 4 ε [(σ/r)¹² - (σ/r)⁶] with its minimum -ε at r0 = 2^{1/6} σ.

    Parameters
    ----------
    epsilon
        ε, eV: that of a contact between organic molecules.
    """

    def __init__(self, epsilon: float = 0.005) -> None:
        self.info = with_parameters(LENNARD_JONES, {"epsilon (eV)": epsilon})
        self.epsilon = epsilon

    def rest_lengths(self, numbers: Ints) -> Floats:
        from ase.data.vdw import vdw_radii

        radii = np.nan_to_num(vdw_radii[numbers], nan=2.0)  # the table has gaps; 2 Å is what its neighbours have
        return pair_sums(radii)

    def pair(self, r: Floats, r0: Floats) -> tuple[Floats, Floats]:
        x = (r0 / r) ** 6  # (σ/r)⁶ = x / 2
        return self.epsilon * (x**2 - 2 * x), 12 * self.epsilon * (x - x**2) / r


def pair_sums(radii: Floats) -> Floats:
    """Sum of the radii of every pair i < j, shape (n_pairs,)."""
    i, j = np.triu_indices(len(radii), 1)
    return np.asarray(radii[i] + radii[j])


def with_parameters(info: PotentialInfo, parameters: Mapping[str, float]) -> PotentialInfo:
    """The same information with these parameters."""
    from dataclasses import replace

    return replace(info, parameters=dict(parameters))


FAMILY = Family(
    title="analytic pair potentials",
    order=70,
    package=None,
    shipped=(
        Shipped(MORSE, Seat("orange", "dash-dot"), cost=0.04),
        Shipped(LENNARD_JONES, Seat("sky", "dash-dot"), cost=0.05),
    ),
    load=load,
)
