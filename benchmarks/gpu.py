"""CUDA against the CPU for each potential: do they agree, and what does a scan cost on both?

    python benchmarks/gpu.py [--model ani1x ...] [--frames 100] [--many 5000] [--skip-cpu]

Aspirin's C–O stretch in float64, in one process. For each installed potential:

- the largest difference of energies (eV) and forces (eV/Å) between CUDA and CPU on the same frames;
- milliseconds for one frame, for all frames at once, and for all frames one by one (measured on twenty of them);
- milliseconds for all frames on the CPU;
- frames a second and the peak of CUDA's memory for `--many` frames in batches of the default size;
- seconds to certify the findings of the scan (`refine_analysis`) on CUDA and on the CPU.

A time is the shortest of three repeats, after a first call that is not counted. Prints the card's name and a Markdown
table. Exit code 1 where a potential disagrees by more than `ENERGY` or `FORCES`, 2 where there is no CUDA.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

import numpy as np

from bsct_explorer import BondStretch, Profile, analyse, load_molecule, load_potential, refine_analysis
from bsct_explorer.potentials import Potential, available, is_installed

MOLECULE, BOND = "aspirin", (1, 3)
ENERGY, FORCES = 1e-8, 1e-8
"""eV and eV/Å: float64 sums in another order differ by far less."""

ONE_BY_ONE = 20
REPEATS = 3
HEAD = (
    "potential",
    "ΔE, eV",
    "ΔF, eV/Å",
    "1 frame, ms",
    "all, ms",
    "one by one, ms",
    "CPU, ms",
    "many, frames/s",
    "peak, GiB",
    "certify, s",
    "CPU, s",
)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; see the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="*", default=cuda_potentials())
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--many", type=int, default=5000)
    parser.add_argument("--skip-cpu", action="store_true", help="leave out the CPU's certification, the slowest part")
    options = parser.parse_args(arguments)
    import torch

    if not torch.cuda.is_available():
        print("There is no CUDA device here, so nothing was compared.", file=sys.stderr)
        return 2
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, {os.cpu_count()} CPU cores")
    print(f"{MOLECULE}, bond {BOND[0]}-{BOND[1]}, {options.frames} frames, many = {options.many}\n")
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}", flush=True)
    disagree = []
    for name in options.model:
        try:
            row, agrees = measure(name, options.frames, options.many, not options.skip_cpu)
        except Exception as error:  # the others are still worth their numbers
            row, agrees = (name, f"{type(error).__name__}: {error}"), False
        print(f"| {' | '.join(row)} |", flush=True)
        if not agrees:
            disagree.append(name)
    if disagree:
        print(f"\nCUDA and the CPU disagree, or the potential failed: {', '.join(disagree)}", file=sys.stderr)
    return 1 if disagree else 0


def cuda_potentials() -> list[str]:
    """Names of the installed potentials that can run on CUDA."""
    return [info.name for info in available() if "cuda" in info.devices and is_installed(info)]


def measure(name: str, frames: int, many: int, certify_on_cpu: bool) -> tuple[tuple[str, ...], bool]:
    """A row of the table, and whether CUDA and CPU agree."""
    import torch

    scan = BondStretch(*BOND).scan(load_molecule(MOLECULE), points=frames)
    numbers, positions = scan.molecule.numbers, scan.positions
    on_cuda, on_cpu = (load_potential(name, device=device, dtype="float64") for device in ("cuda", "cpu"))
    a, b = on_cuda.evaluate(numbers, positions), on_cpu.evaluate(numbers, positions)
    energy = float(np.nanmax(np.abs(a.energies - b.energies)))
    forces = float(np.nanmax(np.abs(a.forces - b.forces)))

    def timed(potential: Potential, some: np.ndarray) -> float:
        return 1e3 * shortest(lambda: potential.evaluate(numbers, some))

    one, together = timed(on_cuda, positions[:1]), timed(on_cuda, positions)
    single = shortest(lambda: [on_cuda.evaluate(numbers, positions[k : k + 1]) for k in range(ONE_BY_ONE)])
    torch.cuda.reset_peak_memory_stats()
    large = np.resize(positions, (many, *positions.shape[1:]))
    seconds = shortest(lambda: on_cuda.evaluate(numbers, large), repeats=1)
    peak = torch.cuda.max_memory_allocated() / 2**30
    certified = [certify_time(scan, on_cuda), certify_time(scan, on_cpu) if certify_on_cpu else float("nan")]
    row = (
        on_cuda.info.display_name,
        f"{energy:.0e}",
        f"{forces:.0e}",
        f"{one:.0f}",
        f"{together:.0f}",
        f"{1e3 * single * frames / ONE_BY_ONE:.0f}",
        f"{timed(on_cpu, positions):.0f}",
        f"{many / seconds:.0f}",
        f"{peak:.1f}",
        *(f"{seconds:.2f}" for seconds in certified),
    )
    return row, energy <= ENERGY and forces <= FORCES


def certify_time(scan, potential: Potential) -> float:  # type: ignore[no-untyped-def]
    """Seconds that refinement of one scan takes."""
    profile = Profile(scan, potential.evaluate(scan.molecule.numbers, scan.positions))
    analysis = analyse(profile)
    return shortest(lambda: refine_analysis(analysis, potential), repeats=1)


def shortest(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the quickest of some calls, after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
