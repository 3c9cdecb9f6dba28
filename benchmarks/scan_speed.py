"""How fast each installed potential computes a scan: batched, one ASE call a frame, and the bare model.

    python benchmarks/scan_speed.py [--model ani1x ...] [--frames 100] [--repeats 3]

Three ways for the same frames, in the same process and on the CPU, each at its best thread count (and the bare model
at its best batch size):

- batched: `Potential.evaluate`, from positions to energies and forces;
- ASE: the package's own ASE calculator, one call a frame;
- bare: the package's model on batches whose inputs (neighbour lists, graphs) were built before the clock started.

Prints a Markdown table. A time is the shortest of the repeats. ASE times of SevenNet and CHGNet are in float32, all
that their calculators have; CHGNet's calculator gets a periodic box, which it needs.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from ase import Atoms

from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import Potential, available, is_installed, load_potential
from bsct_explorer.potentials.execution.torch_state import loading, torch_batch
from bsct_explorer.potentials.families.gfn2 import set_openmp_threads

SMILES, BOND = "CC(C)Cc1ccccc1CO", (10, 11)  # 28 atoms, its C-O bond
SMALL, SMALL_BOND = "O=CCCc1ccccc1", (2, 3)  # 20 atoms
BATCH_ATOMS = (90, 150, 230, 340)
TUNE_FRAMES = 12


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="*", default=[i.name for i in available() if is_installed(i)])
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args(arguments)
    molecule = load_molecule(SMILES)
    scan = BondStretch(*BOND).scan(molecule, points=options.frames)
    print(f"{len(molecule)} atoms ({molecule.formula}), {options.frames} frames, {describe_machine()}\n")
    print("| potential | batched, s | ASE, s | bare, s | ASE / batched | bare / batched |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in options.model:
        potential = load_potential(name, device="cpu")
        times = measure(potential, np.array(molecule.numbers), np.array(scan.positions), options.repeats)
        batched = times[0] or float("nan")
        ratios = [f"{t / batched:.2f}" if t else "-" for t in times[1:]]
        print(
            f"| {potential.info.display_name} | "
            + " | ".join([*(f"{t:.2f}" if t else "-" for t in times), *ratios])
            + " |",
            flush=True,
        )
    if "ani1x" in options.model:
        print(f"\nANI-1x, 100 frames of 20 atoms, from bond to curves: {end_to_end(options.repeats):.2f} s")
    return 0


def describe_machine() -> str:
    """Cores, processor and versions, for whoever reads the table."""
    import torch

    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {platform.processor() or platform.machine()}, torch {torch.__version__}"


def end_to_end(repeats: int) -> float:
    """Seconds from a chosen bond to energies and generalized forces with ANI-1x, once it is loaded."""
    from bsct_explorer.profiles import Profile

    molecule, potential = load_molecule(SMALL), load_potential("ani1x", device="cpu")

    def run() -> None:
        scan = BondStretch(*SMALL_BOND).scan(molecule, points=100)
        profile = Profile(scan, potential.evaluate(molecule.numbers, scan.positions))
        assert np.isfinite(profile.energies).all()

    return shortest(run, repeats)


def measure(potential: Potential, numbers: np.ndarray, frames: np.ndarray, repeats: int) -> list[float | None]:
    """Seconds for the frames: batched, ASE, bare; None where there is no such way."""
    some = frames[:: max(1, len(frames) // TUNE_FRAMES)]

    def batched(threads: int, which: np.ndarray) -> Callable[[], None]:
        def run() -> None:
            potential.threads = threads
            potential.evaluate(numbers, which)

        return run

    times: list[float | None] = [best(batched, threads_to_try(), some, frames, repeats)]
    potential.threads = None
    calculator = ase_calculator(potential)
    times.append(
        None if calculator is None else best(one_by_one(calculator, numbers), threads_to_try(), some, frames, 1)
    )
    bare = BARE.get(potential.info.package)
    if bare is None:
        return [*times, None]
    sizes = sorted({max(1, atoms // len(numbers)) for atoms in BATCH_ATOMS})
    settings = [(threads, size) for threads in threads_to_try() for size in sizes]
    times.append(best(bare(potential, numbers), settings, some, frames, repeats))
    return times


def best(
    make: Callable[[Any, np.ndarray], Callable[[], Any]],
    settings: Iterable[Any],
    some: np.ndarray,
    frames: np.ndarray,
    repeats: int,
) -> float:
    """Find the setting that is quickest for some frames, then time all frames with it."""
    quickest = min(settings, key=lambda setting: shortest(make(setting, some), 1))
    return shortest(make(quickest, frames), repeats)


def shortest(run: Callable[[], Any], repeats: int) -> float:
    """Seconds of the quickest of the repeats; a run that returns a number has timed itself."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        timed = run()
        times.append(timed if timed is not None else time.perf_counter() - start)
    return min(times)


def threads_to_try() -> list[int]:
    """One thread, and one a core."""
    return sorted({1, len(os.sched_getaffinity(0))})


def one_by_one(calculator: Any, numbers: np.ndarray) -> Callable[[int, np.ndarray], Callable[[], None]]:
    """One ASE call a frame."""

    def make(threads: int, frames: np.ndarray) -> Callable[[], None]:
        def run() -> None:
            set_openmp_threads(threads)
            atoms: Any = Atoms(numbers, frames[0])
            if "CHGNet" in type(calculator).__name__:
                atoms.set_cell([60.0] * 3)
                atoms.pbc = True
            atoms.calc = calculator
            # SO3LR's calculator in float64 makes its inputs in torch's default dtype, which it sets when it is made.
            with torch_batch(threads, "float64" if "SO3LR" in type(calculator).__name__ else None):
                for frame in frames:
                    atoms.positions = frame
                    atoms.get_potential_energy()
                    atoms.get_forces()

        return run

    return make


def ase_calculator(potential: Potential) -> Any:
    """The package's own ASE calculator as its documentation makes it; None for the toys."""
    name = potential.info.name
    with loading():
        if name.startswith("ani"):
            return potential.model.ase()  # type: ignore[attr-defined]
        if name == "so3lr":
            from so3krates_torch.calculator.so3 import SO3LRCalculator

            return SO3LRCalculator(default_dtype="float64")
        if name.startswith("7net"):
            from sevenn.calculator import SevenNetCalculator

            return SevenNetCalculator(name, device="cpu")
        if name.startswith("chgnet"):
            from chgnet.model.dynamics import CHGNetCalculator
            from chgnet.model.model import CHGNet

            version = "r2scan" if name.endswith("r2scan") else "0.3.0"
            return CHGNetCalculator(CHGNet.load(model_name=version, use_device="cpu", verbose=False), use_device="cpu")
        if name == "gfn2-xtb":
            from tblite.ase import TBLite

            # The memory of our own runs: with tblite's default a frame of this scan may not converge.
            return TBLite(method="GFN2-xTB", verbosity=0, mixer_memory=20)
    return None


def chunks(frames: np.ndarray, size: int) -> list[np.ndarray]:
    return [frames[k : k + size] for k in range(0, len(frames), size)]


def bare_ani(potential: Any, numbers: np.ndarray) -> Callable[[tuple[int, int], np.ndarray], Callable[[], None]]:
    """The package's model on batches."""
    import torch

    def make(setting: tuple[int, int], frames: np.ndarray) -> Callable[[], None]:
        def run() -> None:
            torch.set_num_threads(setting[0])
            for some in chunks(frames, setting[1]):
                x = torch.tensor(some, requires_grad=True)
                energies = potential.model((torch.tensor(numbers).expand(len(some), -1), x)).energies
                torch.autograd.grad(energies.sum(), x)

        return run

    return make


def bare_replay(potential: Any, numbers: np.ndarray) -> Callable[[tuple[int, int], np.ndarray], Callable[[], float]]:
    """SO3LR and SevenNet: their model on inputs that were kept from an evaluation."""
    import torch

    seen: dict[tuple[int, int], list[Any]] = {}

    def inputs_of(frames: np.ndarray, size: int) -> list[Any]:
        if (size, len(frames)) not in seen:
            kept = seen[size, len(frames)] = []
            hook = potential.model.register_forward_pre_hook(lambda _, inputs: kept.append(copy_of(inputs[0])))
            potential.evaluate(numbers, frames, batch_size=size)
            hook.remove()
        return seen[size, len(frames)]

    def make(setting: tuple[int, int], frames: np.ndarray) -> Callable[[], float]:
        kept = inputs_of(frames, setting[1])

        def run() -> float:
            torch.set_num_threads(setting[0])
            inputs = [copy_of(one) for one in kept]
            before = torch.get_default_dtype()
            torch.set_default_dtype(getattr(torch, potential.dtype))
            start = time.perf_counter()
            for one in inputs:
                potential.model(one)
            seconds = time.perf_counter() - start
            torch.set_default_dtype(before)
            return seconds

        return run

    return make


def copy_of(data: Any) -> Any:
    """Inputs of their own, since the models write into them."""
    return {k: v.detach().clone() for k, v in data.items()} if isinstance(data, dict) else data.clone()


def bare_chgnet(potential: Any, numbers: np.ndarray) -> Callable[[tuple[int, int], np.ndarray], Callable[[], float]]:
    """CHGNet's message passing and gradient on graphs that were built before."""
    import torch

    def make(setting: tuple[int, int], frames: np.ndarray) -> Callable[[], float]:
        def run() -> float:
            torch.set_num_threads(setting[0])
            z = torch.tensor(numbers)
            seconds = 0.0
            for some in chunks(frames, setting[1]):
                x = torch.tensor(some, requires_grad=True)
                graph = potential._graph(z, x)
                start = time.perf_counter()
                torch.autograd.grad(potential.model._compute(graph)["e"].sum(), x)
                seconds += time.perf_counter() - start
            return seconds

        return run

    return make


BARE: dict[str, Callable[..., Any]] = {
    "torchani": bare_ani,
    "so3krates-torch": bare_replay,
    "sevenn": bare_replay,
    "chgnet": bare_chgnet,
}

if __name__ == "__main__":
    sys.exit(main())
