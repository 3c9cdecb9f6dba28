"""Overpull, lets-go-early and misplaced pull on real bonds: false findings on good curves, and what the testbed has.

    python benchmarks/smooth_and_wrong.py --data DIR [--store FILE] [--models testbed-D testbed-F] [--atoms 24]

DIR has BSCT-SPICE's systems. DFT is compared with GFN2-xTB and the other way round, and each is judged alone: neither
is wrong by these kinds, so every finding is a false one. Then each model's bonds of H, C, N and O, up to --atoms atoms,
are judged against GFN2-xTB, which the testbed learned. GFN2-xTB's curves are kept in FILE, and read from there:
`tests/artifacts/data/gfn2_bonds.npz` holds those that a slow test judges.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bsct_explorer.analysis import find_artifacts
from bsct_explorer.artifacts import Artifact, Thresholds
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import Scan, spice_scan
from bsct_explorer.errors import ExplorerError
from bsct_explorer.molecules import list_systems, load_molecule
from bsct_explorer.potentials import Potential, load_potential
from bsct_explorer.profiles import Profile
from bsct_explorer.references import load_spice_reference

KINDS = ("overpull", "lets-go-early", "misplaced-pull")
ORGANIC = {1, 6, 7, 8}
STORED = PotentialInfo(name="stored", display_name="Stored", level_of_theory="")


class Gfn2Curves:
    """GFN2-xTB along the systems' bonds, kept as energies above the lowest one (eV) and generalized forces (eV/Å)."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.kept = dict(np.load(path)) if path is not None and path.is_file() else {}

    def of(self, name: str, scan: Scan) -> Profile | None:
        """The curve of a system, computed where it is not kept; None where GFN2-xTB has none."""
        key = name.replace("/", "__")
        if key not in self.kept:
            try:
                molecule = scan.molecule
                answer = load_potential("gfn2-xtb").evaluate(
                    molecule.numbers, scan.positions, charge=molecule.charge, multiplicity=molecule.multiplicity
                )
            except ExplorerError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return None
            energies, forces = Profile(scan, answer).clean_curve()
            self.kept[key] = np.array([energies - np.nanmin(energies), forces], dtype=np.float32)
            if self.path is not None:
                np.savez_compressed(self.path, **self.kept)
        energies, forces = self.kept[key].astype(np.float64)
        return Profile(scan, Evaluation(STORED, energies, None, generalized_forces=forces))


def systems(data: Path, gfn2: Gfn2Curves) -> Iterator[tuple[str, Profile, Profile]]:
    """Name, DFT and GFN2-xTB of every system that has both."""
    for name in list_systems(data):
        scan = spice_scan(load_molecule(f"bsct-spice:{name}", data=data))
        curve = gfn2.of(name, scan)
        if curve is not None:
            yield name, Profile(scan, load_spice_reference(scan)), curve


def seen(profile: Profile, reference: Profile | None) -> tuple[Artifact, ...]:
    return find_artifacts(profile, reference, Thresholds())


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--models", nargs="*", default=["testbed-D", "testbed-F", "testbed-G"])
    parser.add_argument("--atoms", type=int, default=24)
    options = parser.parse_args()
    false: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    potentials = {name: load_potential(name, "cpu") for name in options.models}
    for name, dft, gfn2 in systems(options.data, Gfn2Curves(options.store)):
        pairs = {"DFT against GFN2": (dft, gfn2), "GFN2 against DFT": (gfn2, dft), "DFT": (dft, None)}
        for row, (profile, reference) in (pairs | {"GFN2": (gfn2, None)}).items():
            false[row, "bonds"] += 1
            for artifact in seen(profile, reference):
                if artifact.kind in KINDS:
                    false[row, artifact.kind] += 1
                    print(f"{row}, {name}: {artifact.kind}. {artifact.explanation}", file=sys.stderr)
        numbers = dft.scan.molecule.numbers
        if set(numbers.tolist()) <= ORGANIC and len(numbers) <= options.atoms:
            judge_models(dft.scan, gfn2, potentials, found)
    for counts, rows in ((false, ["DFT against GFN2", "GFN2 against DFT", "DFT", "GFN2"]), (found, options.models)):
        columns = ["bonds", *KINDS, *(["any", "any, nothing else"] if counts is found else [])]
        print("| | " + " | ".join(columns) + " |\n" + "| --- " * (len(columns) + 1) + "|")
        for row in rows:
            print(f"| {row} | " + " | ".join(str(counts[row, column]) for column in columns) + " |")
        print()


def judge_models(scan: Scan, gfn2: Profile, potentials: dict[str, Potential], found: Counter[tuple[str, str]]) -> None:
    """Count what each potential has on one bond."""
    for name, potential in potentials.items():
        answer = potential.evaluate(scan.molecule.numbers, scan.positions)
        kinds = [artifact.kind for artifact in seen(Profile(scan, answer), gfn2)]
        new = [kind for kind in kinds if kind in KINDS]
        found[name, "bonds"] += 1
        found.update({(name, kind) for kind in new})
        found[name, "any"] += bool(new)
        found[name, "any, nothing else"] += bool(new) and len(new) == len(kinds)


if __name__ == "__main__":
    main()
