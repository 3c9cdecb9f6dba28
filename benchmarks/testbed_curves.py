"""Where FSD of the testbed's variants lies, bond by bond, and how smooth and how strong D's force is.

    python benchmarks/testbed_curves.py [--molecules ethanol alanine glycine]

The numbers of docs/what_the_testbed_shows.md that are not in docs/testbed.md. About a minute on two cores.
"""

from __future__ import annotations

import argparse

import numpy as np

from bsct_explorer.analysis import analyse
from bsct_explorer.deformations import BondStretch, sum_of_radii
from bsct_explorer.molecules import Molecule, load_molecule
from bsct_explorer.molecules.molecule import Floats
from bsct_explorer.potentials import load_potential
from bsct_explorer.potentials.testbed import TestbedPotential
from bsct_explorer.profiles import Profile

OUT = ("testbed-B", "testbed-C", "testbed-D", "testbed-D@k=8", "testbed-F", "gfn2-xtb")
WAY, NEAR, FADES = (1.2, 2.2), (1.9, 2.1), (2.2, 2.35)
"""Å. The way out of alanine's C–C bond, where F pulls hardest, and where D's last edge across it fades."""


def profile(molecule: Molecule, i: int, j: int, name: str, points: int = 100) -> Profile:
    """A bond's scan with a potential on the CPU."""
    scan = BondStretch(i, j).scan(molecule, points)
    return Profile(scan, load_potential(name, "cpu").evaluate(molecule.numbers, scan.positions))


def by_bond(molecule: Molecule, variants: tuple[str, ...] = ("A", "D")) -> list[str]:
    """A row a bond: FSD in Å⁻¹ at which share of the radii's sum, and the reference's largest force at the start."""
    rows = []
    for bond in (bond for bond in molecule.bonds if bond.scannable):
        reference = profile(molecule, bond.i, bond.j, "gfn2-xtb")
        cells = []
        for variant in variants:
            fsd = analyse(profile(molecule, bond.i, bond.j, f"testbed-{variant}"), reference).fsd
            assert fsd is not None
            assert fsd.location is not None
            cells.append(f"{fsd.full:.1f} at {fsd.location / sum_of_radii(molecule, bond.i, bond.j):.2f}")
        start = float(np.abs(reference.forces[0]).max())
        rows.append(f"| {molecule.name} {bond.label} | {' | '.join(cells)} | {start:.0f} |")
    return rows


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
    options = parser.parse_args()
    print("| bond | FSD of A, Å⁻¹ at × radii | FSD of D | GFN2-xTB's largest force at 0.5, eV/Å |")
    print("| --- | --- | --- | --- |")
    for name in options.molecules:
        print("\n".join(by_bond(load_molecule(name))), flush=True)
    print(
        f"\nalanine C0–C1, 200 points\n\n| | median curvature of the force, {WAY[0]}–{WAY[1]} Å, eV/Å³ | "
        f"strongest pull, {NEAR[0]}–{NEAR[1]} Å, eV/Å | {FADES[0]}–{FADES[1]} Å |\n| --- | --- | --- | --- |"
    )
    for name in OUT:
        found = profile(load_molecule("alanine"), 0, 1, name, 200)
        r, g = found.values, found.generalized_forces
        bend = np.diff(g[between(r, WAY)], 2) / np.diff(r)[0] ** 2
        pulls = " | ".join(f"{-g[between(r, limits)].min():.1f}" for limits in (NEAR, FADES))
        print(f"| {name} | {np.median(np.abs(bend)):.0f} | {pulls} |", flush=True)
    print("\nWeights of an atom's edges, added up, mean over the relaxed atoms")
    for name in ("testbed-D", "testbed-D@graph=hard-knn", "testbed-D@k=8"):
        print(f"{name}: {', '.join(f'{m} {edge_weight(load_molecule(m), name):.2f}' for m in options.molecules)}")


if __name__ == "__main__":
    main()
