"""What the testbed's Transformer costs: against the number of atoms and of neighbours, and a scan of 20 atoms.

    python benchmarks/testbed_cost.py [--png docs/testbed_cost.png]

CPU seconds of one thread (`time.process_time`), which other work on the machine disturbs less than wall seconds, for
energies and forces of 100 frames of linear alkanes in float64, least of three; then wall seconds of a 100-frame scan of
20 atoms through `Potential.evaluate`, with one thread and with one for each core. Weights are random: cost does not
depend on them.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np
import torch

from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules.smiles import molecule_from_smiles
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.testbed_potential import TestbedPotential, info_of_model
from bsct_explorer.testbed.model import Transformer
from bsct_explorer.testbed.model_config import ModelConfig

CARBONS = (2, 4, 6, 10, 16)
SETTINGS: dict[str, dict[str, object]] = {
    "k = 4": {"k": 4},
    "k = 6": {"k": 6},
    "k = 12": {"k": 12},
    "k = 6, truncated ranks": {"k": 6, "rank_step": "sine", "rank_reach": 20},
    "k = 6, hard": {"k": 6, "graph": "hard-knn"},
}
FRAMES = 100


def potential(**switches: object) -> TestbedPotential:
    torch.manual_seed(0)
    config = ModelConfig(**switches)  # type: ignore[arg-type]
    return TestbedPotential(info_of_model("cost", "cost", config, {}), Placement("cpu", "float64"), Transformer(config))


def least(run: Callable[[], object], clock: Callable[[], float], repeats: int = 3) -> float:
    run()
    times = []
    for _ in range(repeats):
        start = clock()
        run()
        times.append(clock() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--png", help="draw the table here")
    options = parser.parse_args()
    scans = [BondStretch(0, 1).scan(molecule_from_smiles("C" * n, relaxed=False), FRAMES) for n in CARBONS]
    atoms = [len(scan.molecule) for scan in scans]
    rows: dict[str, list[float]] = {}
    print("| CPU s for 100 frames | " + " | ".join(f"{n} atoms" for n in atoms) + " |\n| --- |" + " --- |" * len(atoms))
    for name, switches in SETTINGS.items():
        one = potential(**switches)
        one.threads = 1
        rows[name] = [
            least(lambda one=one, s=s: one.evaluate(s.molecule.numbers, s.positions), time.process_time) for s in scans
        ]
        print(f"| {name} | " + " | ".join(f"{t:.2f}" for t in rows[name]) + " |", flush=True)
    twenty = BondStretch(0, 1).scan(molecule_from_smiles("CCCCCC", relaxed=False), FRAMES)
    cores = len(os.sched_getaffinity(0))
    for threads in sorted({1, cores}):
        default = potential()
        default.threads = threads
        wall = least(lambda p=default: p.evaluate(twenty.molecule.numbers, twenty.positions), time.perf_counter, 5)
        print(f"{FRAMES} frames of {len(twenty.molecule)} atoms, {threads} thread(s): {wall:.2f} s of wall clock")
    if options.png:
        draw(np.array(atoms), rows, options.png)


def draw(atoms: np.ndarray, rows: dict[str, list[float]], path: str) -> None:
    """The table as lines on logarithmic axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for name, times in rows.items():
        axes.loglog(atoms, times, "o-", label=name)
    axes.set(xlabel="atoms", ylabel="CPU s, 100 frames, one thread, float64")
    axes.set_xticks(atoms, [str(n) for n in atoms])
    seconds = (0.1, 0.2, 0.5, 1, 2, 5)
    axes.set_yticks(seconds, [f"{s:g}" for s in seconds])
    axes.set_ylim(0.8 * min(map(min, rows.values())), 1.2 * max(map(max, rows.values())))
    axes.minorticks_off()
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
