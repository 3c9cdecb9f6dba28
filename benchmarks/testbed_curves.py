"""Where FSD of the testbed's variants lies, bond by bond, and how smooth and how strong D's force is.

    python benchmarks/testbed_curves.py [--molecules ethanol alanine glycine]

The numbers of docs/what_the_testbed_shows.md that are not in docs/testbed.md. About a minute on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bsct_explorer.analysis import analyse
from bsct_explorer.data import Floats
from bsct_explorer.deformations import BondStretch, sum_of_radii
from bsct_explorer.metrics.fsd_maximum import NEAR_EQUILIBRIUM
from bsct_explorer.molecules import Molecule, load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.potentials.testbed_potential import TestbedPotential
from bsct_explorer.profiles import Profile

OUT = ("testbed-B", "testbed-C", "testbed-D", "testbed-D@k=8", "testbed-F", "testbed-G", "gfn2-xtb")
WAY, NEAR, FADES = (1.2, 2.2), (1.9, 2.1), (2.2, 2.35)
"""Å. The way out of alanine's C–C bond, where F pulls hardest, and where D's last edge across it fades."""


def profile(molecule: Molecule, i: int, j: int, name: str, points: int = 100) -> Profile:
    """A bond's scan with a potential on the CPU."""
    scan = BondStretch(i, j).scan(molecule, points)
    return Profile(scan, load_potential(name, "cpu").evaluate(molecule.numbers, scan.positions))


class FsdOfBond(NamedTuple):
    """FSD of A and D on a bond.

    Attributes
    ----------
    a, d
        FSD in Å⁻¹, and where it is, in sums of covalent radii.
    start
        The reference's largest force component on the first frame, eV/Å.
    away
        Å from the reference's minimum to the place of D's.
    """

    name: str
    hydrogen: bool
    a: tuple[float, float]
    d: tuple[float, float]
    start: float
    away: float


def by_bond(molecule: Molecule) -> Iterator[FsdOfBond]:
    """Every bond that can be pulled."""
    for bond in (bond for bond in molecule.bonds if bond.scannable):
        reference = profile(molecule, bond.i, bond.j, "gfn2-xtb")
        radii = sum_of_radii(molecule, bond.i, bond.j)
        found = []
        for variant in ("A", "D"):
            fsd = analyse(profile(molecule, bond.i, bond.j, f"testbed-{variant}"), reference).fsd
            assert fsd is not None
            assert fsd.full is not None
            assert fsd.location is not None
            found.append((fsd.full, fsd.location / radii))
            away = abs(fsd.location - fsd.equilibrium)  # D comes last
        hydrogen = 1 in molecule.numbers[list(bond.atoms)]
        start = float(np.abs(reference.forces[0]).max())
        yield FsdOfBond(f"{molecule.name} {bond.label}", hydrogen, *found, start, away)


def counted(bonds: list[FsdOfBond]) -> str:
    """On how many D has less than A, and on how many its FSD lies at the minimum; where it lies when D has more."""
    less, near = sum(b.d[0] < b.a[0] for b in bonds), sum(b.away <= NEAR_EQUILIBRIUM for b in bonds)
    more = sorted(b.d[1] for b in bonds if b.d[0] >= b.a[0])
    places = f", at {more[0]:.2f} to {more[-1]:.2f} × radii where it has more" if more else ""
    return f"D has less than A on {less} of {len(bonds)}, its FSD lies at the minimum on {near}{places}"


def edge_weight(molecule: Molecule, name: str) -> float:
    """How much of a neighbourhood an atom sees: the envelopes of its edges, added up, mean over the atoms."""
    potential = load_potential(name, "cpu")
    assert isinstance(potential, TestbedPotential)
    envelope = potential.neighbours_at(molecule.numbers, molecule.positions).envelope[0]
    return float(envelope.sum() / len(molecule))


def between(values: Floats, limits: tuple[float, float]) -> Floats:
    return (values > limits[0]) & (values < limits[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--molecules", nargs="+", default=["ethanol", "alanine", "glycine"])
    parser.add_argument("--also", nargs="*", default=[], help="more potentials for the second table: testbed:FILE")
    options = parser.parse_args()
    print("| bond | FSD of A, Å⁻¹ at × radii | FSD of D | GFN2-xTB's largest force at 0.5, eV/Å |")
    print("| --- | --- | --- | --- |")
    bonds = []
    for name in options.molecules:
        for b in by_bond(load_molecule(name)):
            bonds.append(b)
            a, d = (f"{fsd:.1f} at {place:.2f}" for fsd, place in (b.a, b.d))
            print(f"| {b.name} | {a} | {d} | {b.start:.0f} |", flush=True)
    print("\nWith hydrogen:", counted([b for b in bonds if b.hydrogen]))
    print("Between heavy atoms:", counted([b for b in bonds if not b.hydrogen]))
    print(
        f"\nalanine C0–C1, 200 points\n\n| | median curvature of the force, {WAY[0]}–{WAY[1]} Å, eV/Å³ | "
        f"strongest pull, {NEAR[0]}–{NEAR[1]} Å, eV/Å | {FADES[0]}–{FADES[1]} Å | at the end of the range |\n"
        "| --- | --- | --- | --- | --- |"
    )
    for name in (*OUT, *options.also):
        found = profile(load_molecule("alanine"), 0, 1, name, 200)
        r, g = found.values, found.generalized_forces
        bend = np.diff(g[between(r, WAY)], 2) / np.diff(r)[0] ** 2
        pulls = " | ".join(f"{-g[between(r, limits)].min():.1f}" for limits in (NEAR, FADES))
        print(f"| {name} | {np.median(np.abs(bend)):.0f} | {pulls} | {-g[-1]:.1f} at {r[-1]:.2f} Å |", flush=True)
    print("\nWeights of an atom's edges, added up, mean over the relaxed atoms")
    for name in ("testbed-D", "testbed-D@graph=hard-knn", "testbed-D@k=8", "testbed-G"):
        print(f"{name}: {', '.join(f'{m} {edge_weight(load_molecule(m), name):.2f}' for m in options.molecules)}")


if __name__ == "__main__":
    main()
