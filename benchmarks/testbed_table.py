"""The table of the testbed's variants: errors, smoothness and what smoothness costs, on molecules held out of training.

    python benchmarks/testbed_table.py RUNS --data testbed.npz [--out FILE] [--json [FILE]] [--only D A] [--onto FILE]

RUNS is the folder of `benchmarks/train_testbed.py`; of each run that has one, ``best.safetensors`` is measured. Runs
``D``, ``D-1`` and ``D-2`` are seeds of one variant. --json writes the table that ships (``weights/table.json``).
--onto takes a table of before, of the same data, and adds to it what it lacks: runs, seeds, or what was left empty.

What was measured is kept, molecule by molecule and bond by bond, in ``table.json`` in each run's folder and measured
again only where the weights changed: a command that was interrupted goes on where it was. What is quick comes first,
for all runs, and the runs at constant energy, two thirds of the time, last; the files are written after each.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.potentials.families.transformer import WEIGHTS
from bsct_explorer.potentials.testbed_potential import TestbedPotential
from bsct_explorer.profiles import Profile
from bsct_explorer.testbed.aims import joined, tabulated, variant_of
from bsct_explorer.testbed.checkpoint import load_model
from bsct_explorer.testbed.header import read_header
from bsct_explorer.testbed.learning.batches import Labelled
from bsct_explorer.testbed.learning.data_set import DataSet, read_dataset
from bsct_explorer.testbed.learning.loop import evaluate
from bsct_explorer.testbed.learning.training_config import PENALTY_FORMS
from bsct_explorer.testbed.model_config import VARIANTS
from bsct_explorer.testbed.results import FILE, Results, read_results, write_results
from bsct_explorer.training.fine_steps import LEAST, fine_steps
from bsct_explorer.training.molecule_split import HELD_OUT
from bsct_explorer.training.nve import NveRun, conservation
from bsct_explorer.training.quality import (
    bond_length_error,
    relaxed,
    root_mean_square_deviation,
    rotation_error,
    torsion_barrier_error,
    wavenumbers,
)
from bsct_explorer.training.smoothness_test import cases_of, judged

METHOD = 1
"""To be raised when something is measured in another way: what was kept of the old way is measured again."""

FINE_POINTS = 1500
LARGE = 10
"""Atoms from which a molecule counts as large."""

NVE_MOLECULES = 2
REPLICAS = 2
Part = tuple[str, Callable[[], dict[str, object]]]
"""The name of something to measure, and what measures it."""


class Run:
    """One trained run: its potential, and what is known of it."""

    def __init__(self, weights: Path, data_hash: str) -> None:
        self.name, self.weights, self.file = weights.parent.name, weights, weights.with_name(FILE)
        key = hashlib.sha256(weights.read_bytes() + f"{data_hash} {METHOD}".encode()).hexdigest()
        kept = json.loads(self.file.read_text()) if self.file.is_file() else {}
        self.kept = kept if kept.get("key") == key and "parts" in kept else {"key": key, "parts": {}}

    @cached_property
    def potential(self) -> TestbedPotential:
        found = load_potential(f"testbed:{self.weights}", device="cpu")
        assert isinstance(found, TestbedPotential)
        return found

    def measure(self, stage: str, parts: list[Part]) -> bool:
        """Measure what is missing, keep each part at once, say what it took; whether anything was missing."""
        missing = [(name, compute) for name, compute in parts if name not in self.kept["parts"]]
        start = time.perf_counter()
        for k, (name, compute) in enumerate(missing):
            print(f"\r{self.name:16} {stage}: {k + 1} of {len(missing)} ", end="", file=sys.stderr, flush=True)
            before = time.perf_counter()
            found = compute()
            self.kept["parts"][name] = {**found, "seconds": round(time.perf_counter() - before, 1)}
            temporary = self.file.with_suffix(".part")
            temporary.write_text(json.dumps(self.kept, indent=1))
            temporary.replace(self.file)
        if missing:
            print(f"\r{self.name:16} {stage}: {time.perf_counter() - start:.0f} s" + 12 * " ", file=sys.stderr)
        return bool(missing)


class Bench:
    """What all runs are measured on, and with."""

    def __init__(self, data: DataSet, bonds: int, nve: float) -> None:
        self.data, self.bonds, self.nve = data, bonds, nve
        self.molecules = {name: load_molecule(smiles) for name, smiles in HELD_OUT.items()}
        self.parts_of_molecules = [f"molecule {name}" for name in self.molecules]
        self.reference = load_potential("gfn2-xtb")
        self.nve_name = f"nve {nve:g} ps x {REPLICAS}"
        self.relaxed = cache(lambda name: relaxed(self.molecules[name], self.reference))
        self.wavenumbers = cache(lambda name: wavenumbers(self.relaxed(name), self.reference))

    @cached_property
    def cases(self) -> list[Profile]:
        return cases_of(self.molecules.values(), self.bonds)

    def stages(self) -> Iterator[tuple[str, Callable[[Run], list[Part]]]]:
        """What is quick first."""
        yield "errors", lambda run: [("errors", lambda: self.errors(run))]
        yield "molecules", lambda run: [(f"molecule {n}", lambda n=n: self.shape(run, n)) for n in self.molecules]
        yield "bonds", lambda run: [(self.bond_name(case), lambda c=case: self.bond(run, c)) for case in self.cases]
        if self.nve:
            names = list(self.molecules)[:NVE_MOLECULES]
            yield (
                "constant energy",
                lambda run: [(f"{self.nve_name} {n}", lambda n=n: self.run_of(run, n)) for n in names],
            )

    def errors(self, run: Run) -> dict[str, object]:
        model, _ = load_model(run.weights)
        shifts = {z: float(e) for z, e in zip(model.config.elements, model.shifts.tolist(), strict=True)}
        found = evaluate(model, Labelled(self.data, self.data.of("held-out"), shifts))
        return {"force": found.force, "energy": found.energy}

    def shape(self, run: Run, name: str) -> dict[str, object]:
        """Relaxed geometry, vibrations, torsions and orientation of one molecule."""
        molecule, potential = self.molecules[name], run.potential
        energy, force = rotation_error(molecule, potential)
        barrier = 1e3 * torsion_barrier_error(molecule, potential, self.reference)
        row: dict[str, object] = {"rotation_energy": energy, "rotation_force": force, "barrier": barrier}
        theirs, ours = self.relaxed(name), relaxed(molecule, potential)
        if theirs is not None and ours is not None:
            row["bond_length"] = 1e3 * bond_length_error(theirs, ours)
            row["rmsd"] = 1e3 * root_mean_square_deviation(theirs.positions, ours.positions)
            row["wavenumber"] = float(np.abs(wavenumbers(ours, potential) - self.wavenumbers(name)).mean())
        return {**row, "not_relaxed": float(ours is None)}

    @staticmethod
    def bond_name(case: Profile) -> str:
        return f"bond {case.scan.molecule.name} {case.scan.atoms[0]}-{case.scan.atoms[1]}"

    def bond(self, run: Run, case: Profile) -> dict[str, object]:
        """FSD, certified findings and fine steps of one bond."""
        found = judged(run.potential, case)
        values = np.linspace(case.scan.values[0], case.scan.values[-1], FINE_POINTS)
        fine = fine_steps(lambda q: energies_along(run.potential, case, q), values)
        fsd = found.metrics.values.get("fsd_full")
        certified = [a for a in found.artifacts if a.certified]
        return {
            "atoms": len(case.scan.molecule),
            "fsd": math.nan if fsd is None else fsd,
            "fsd_own": math.nan if found.fsd_own is None or found.fsd_own.full is None else found.fsd_own.full,
            "jumps": [[a.location, 1e3 * a.size] for a in certified if a.kind == "energy-step"],
            "fine_steps": [[place, 1e3 * size] for place, size in fine],
            "extra_minima": sum(a.kind == "artificial-minimum" for a in certified),
        }

    def run_of(self, run: Run, name: str) -> dict[str, object]:
        found = conservation(self.molecules[name], run.potential, NveRun(time=self.nve, replicas=REPLICAS))
        return {"drift": found.drift, "temperature": found.temperature, "time": found.time}

    def compared(self, runs: list[Run]) -> set[str]:
        """Parts of the molecules that every run of A and D relaxed, as far as they are measured."""
        both = [run.kept["parts"] for run in runs if variant_of(run.name) in ("A", "D")]
        return {n for n in self.parts_of_molecules if not any(parts.get(n, {}).get("not_relaxed") for parts in both)}

    def row(self, run: Run, compared: set[str]) -> dict[str, float]:
        """Every column of a run, of what is known so far; relaxed geometries are those of the parts `compared`."""
        parts = run.kept["parts"]
        row = {key: value for key, value in parts.get("errors", {}).items() if key != "seconds"}
        known = [name for name in self.parts_of_molecules if name in parts]
        shapes = [parts[name] for name in known]
        for key in ("barrier", "rotation_energy", "rotation_force"):
            row[key] = average([shape[key] for shape in shapes])
        for key in ("bond_length", "rmsd", "wavenumber"):
            row[key] = average([parts[name].get(key, math.nan) for name in known if name in compared])
        if len(shapes) == len(self.molecules):
            row["not_relaxed"] = sum(shape["not_relaxed"] for shape in shapes)
        bonds = [parts[name] for name in map(self.bond_name, self.cases) if name in parts]
        if len(bonds) == len(self.cases):
            row |= of_bonds(bonds)
        runs = [parts[name] for name in parts if name.startswith(f"{self.nve_name} ")]
        if len(runs) == NVE_MOLECULES:
            row["nve_drift"] = max(found["drift"] for found in runs)
            row["nve_temperature"] = max(found["temperature"] for found in runs)
            row["nve_time"] = min(found["time"] for found in runs)
        return row


def of_bonds(bonds: list[dict]) -> dict[str, float]:  # type: ignore[type-arg]
    """Columns of what was found of each bond."""

    def sizes(bond: dict) -> list[float]:  # type: ignore[type-arg]
        return [abs(size) for _, size in (*bond["jumps"], *bond["fine_steps"]) if abs(size) > 1e3 * LEAST]

    def share(some: list[dict]) -> float:  # type: ignore[type-arg]
        return 100 * sum(bool(sizes(bond)) for bond in some) / len(some) if some else math.nan

    return {
        "fsd": median([bond["fsd"] for bond in bonds]),
        "fsd_own": median([bond["fsd_own"] for bond in bonds]),
        "jumps": sum(len(bond["jumps"]) for bond in bonds),
        "largest_jump": max((size for bond in bonds for size in sizes(bond)), default=0.0),
        "with_jumps": share(bonds),
        "large_with_jumps": share([bond for bond in bonds if bond["atoms"] >= LARGE]),
        "extra_minima": sum(bond["extra_minima"] for bond in bonds),
    }


def energies_along(potential: TestbedPotential, case: Profile, values: Floats) -> Floats:
    """Energies in eV at any values of a case's coordinate, without forces: a third of the time."""
    import torch

    unique, back = np.unique(values, return_inverse=True)
    positions = torch.tensor(case.scan.at(unique).positions, dtype=torch.float64)
    numbers = torch.tensor(case.scan.molecule.numbers)
    size = potential.good_batch_size(len(numbers))
    with torch.no_grad():
        parts = [potential.model(numbers.expand(len(some), -1), some)[0] for some in positions.split(size)]
    return np.asarray(torch.cat(parts).numpy()[back])


def average(values: list[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return float(np.mean(known)) if known else math.nan


def median(values: list[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return float(np.median(known)) if known else math.nan


def difference(weights: Path) -> str:
    """What a control has other than the variant that its name begins with."""
    header, about = read_header(weights)
    config, base = header.to_dict(), VARIANTS.get(weights.parent.name[0])
    if base is None:
        return ""
    changed = [f"{key} = {value}" for key, value in config.items() if value != base.to_dict()[key]]
    form = about.get("training", {}).get("penalty_form", PENALTY_FORMS[0])
    changed += [f"penalty_form = {form}"] if form != PENALTY_FORMS[0] else []
    return f"as {weights.parent.name[0]}, {', '.join(changed)}" if changed else f"as {weights.parent.name[0]}"


def markdown(results: Results) -> str:
    """Quantities down and variants across; ✓ and ✗ say whether an aim is met."""
    rows = results.rows
    lines = ["| | " + " | ".join(row.variant for row in rows) + " |", "| --- |" + " --- |" * len(rows)]
    lines.append("| seeds | " + " | ".join(str(len(row.runs)) for row in rows) + " |")
    for column in results.columns:
        texts = []
        for cell in (row.cells[column.key] for row in rows):
            text = "–" if cell.mean is None or cell.low is None or cell.high is None else f"{cell.mean:.3g}"
            if cell.mean is not None and cell.high != cell.low:
                text += f" ± {(cell.high - cell.low) / 2:.2g}"  # type: ignore[operator]
            if cell.mean is not None and cell.note:
                text += f" ({cell.note})"
            texts.append(text + {True: " ✓", False: " ✗", None: ""}[cell.met])
        unit = f", {column.unit}" if column.unit else ""
        lines.append(f"| {column.group}: {column.label}{unit} | " + " | ".join(texts) + " |")
    described = [f"- {row.variant}: {row.description}" for row in rows if row.description]
    head = ["# The testbed's variants", "", results.measured, ""]
    return "\n".join([*head, *lines, *([""] if described else []), *described, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="Markdown file; else standard output")
    parser.add_argument("--json", type=Path, nargs="?", const=WEIGHTS / FILE, help="the table for the page")
    parser.add_argument("--bonds", type=int, default=40, help="bonds of held-out molecules that are scanned")
    parser.add_argument("--nve", type=float, default=20.0, help="ps at constant energy; 0 for none")
    parser.add_argument("--onto", type=Path, nargs="?", const=WEIGHTS / FILE, help="the table that this is added to")
    parser.add_argument("--kept", action="store_true", help="measure nothing: the table of what was measured before")
    parser.add_argument("--only", nargs="*", help="names of runs")
    options = parser.parse_args()
    data = read_dataset(options.data)
    found = sorted(options.runs.glob("*/best.safetensors"))
    runs = [Run(path, data.sha256) for path in found if not options.only or path.parent.name in options.only]
    if not runs:
        parser.error(f"{options.runs} has no run with a best.safetensors" + (" of these names" if options.only else ""))
    bench = Bench(data, options.bonds, options.nve)
    nve = ", ".join(list(HELD_OUT)[:NVE_MOLECULES])
    measured = (
        f"Measured on molecules that were held out of training ({', '.join(HELD_OUT)}) against GFN2-xTB. Errors on "
        f"their {len(data.of('held-out'))} structures, of which those with forces below 10 eV/Å count; "
        f"{len(bench.cases)} bonds scanned; {options.nve:g} ps at constant energy from 300 K in steps of 0.5 fs "
        f"({nve}, {REPLICAS} replicas each). Bond lengths, RMSD and wavenumbers are averages over what every run of A "
        "and D relaxed: {compared}. ± is half of the difference between the largest and the smallest of the seeds. "
        f"Data {data.sha256[:12]}, {date.today().isoformat()}."
    )
    controls = {run.name: difference(run.weights) for run in runs}

    before = None
    if options.onto:
        before = read_results(options.onto.parent)
        if options.onto.name != FILE or before is None:
            parser.error(f"--onto {options.onto}: there is no table; its name is {FILE}")
        if f"Data {data.sha256[:12]}" not in before.measured or f"{len(bench.cases)} bonds" not in before.measured:
            parser.error(f"--onto {options.onto} was measured on other data or bonds: measure all runs again")

    def write() -> Results:
        compared = {f"molecule {name}" for name in before.compared} if before else bench.compared(runs)
        names = tuple(n.removeprefix("molecule ") for n in bench.parts_of_molecules if n in compared)
        rows = {run.name: bench.row(run, compared) for run in runs}
        results = tabulated(rows, measured.format(compared=", ".join(names) or "none"), controls)
        results = replace(joined(before, results) if before else results, compared=names)
        if options.json:
            options.json.parent.mkdir(exist_ok=True)
            write_results(results, options.json)
        if options.out:
            options.out.write_text(markdown(results), encoding="utf-8")
        return results

    for stage, parts in () if options.kept else bench.stages():
        for run in runs:
            if run.measure(stage, parts(run)):
                write()
    results = write()
    if not options.out:
        print(markdown(results))


if __name__ == "__main__":
    main()
