"""The user's own model: an ASE calculator, a TorchSim model or a `Potential`, from a file or a package.

``FILE.py:NAME`` or ``package.module:NAME`` names such an object, or something callable that returns one. What is
called gets ``device`` and ``dtype`` where it has parameters of these names. This runs the user's code: names come
from the command line, a notebook or the server's settings, never from a browser.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.chunks import reason_of
from bsct_explorer.potentials.execution.devices import first_there
from bsct_explorer.potentials.execution.tensor_batches import answer_of, frame_of_atom
from bsct_explorer.potentials.families import in_file

TAKES = "an ASE calculator, a TorchSim model, a Potential, or something callable that returns one"


def load(spec: str, device: str = "auto", dtype: str | None = None, info: PotentialInfo | None = None) -> Potential:
    """Load ``FILE.py:NAME`` or ``package.module:NAME``.

    Raises
    ------
    PotentialError
        The file, the module or the name is not there, importing it fails, or it is none of what can be used.
    """
    place, _, name = spec.rpartition(":")
    module = module_of_file(Path(place).expanduser(), spec) if place.endswith(".py") else module_of_package(place, spec)
    target: Any = module
    for part in name.split("."):
        if not hasattr(target, part):
            has = ", ".join(n for n in vars(module) if not n.startswith("_"))
            raise PotentialError(f"{spec}: {place} has no {name!r}; it has {has}")
        target = getattr(target, part)
    return adapt(target, info or PotentialInfo(name=spec, display_name=name, level_of_theory=""), device, dtype)


def identity(spec: str) -> str:
    """The spec with the file's time of change, so that an edited file is loaded anew."""
    found = in_file(spec)
    path = found[1] if found else Path(spec.rpartition(":")[0]).expanduser()
    return f"{spec}@{path.stat().st_mtime_ns}" if path.is_file() else spec


def module_of_file(path: Path, spec: str) -> Any:
    """Import a Python file under a name of its own."""
    if not path.is_file():
        raise PotentialError(f"{spec}: there is no file {path}")
    name = f"bsct_user_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    source = importlib.util.spec_from_file_location(name, path)
    if source is None or source.loader is None:
        raise PotentialError(f"{spec}: {path} cannot be imported")
    module = importlib.util.module_from_spec(source)
    sys.modules[name] = module  # so that its classes can be pickled
    try:
        source.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise PotentialError(f"{spec}: importing {path} failed: {reason_of(error)}") from error
    return module


def module_of_package(name: str, spec: str) -> Any:
    """Import a module by its dotted name."""
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise PotentialError(
            f"{spec}: importing {name!r} failed: {reason_of(error)}. Give FILE.py:NAME or package.module:NAME"
        ) from error


def adapt(target: Any, info: PotentialInfo, device: str = "auto", dtype: str | None = None) -> Potential:
    """A `Potential` from whatever the user has.

    Raises
    ------
    PotentialError
        It is none of what can be used, calling it failed, or it is on another device or in another precision than
        asked for.
    """
    potential = wrap(target, info)
    if potential is None and callable(target):
        try:
            made = call(target, device, dtype)
        except PotentialError:
            raise
        except (Exception, SystemExit) as error:
            raise PotentialError(f"calling {info.name} failed: {reason_of(error)}") from error
        potential = wrap(made, info)
        target = made
    if potential is None:
        raise PotentialError(f"{info.name} is a {type(target).__name__}: give {TAKES}")
    if not isinstance(getattr(potential, "info", None), PotentialInfo):
        potential.info = info
    asked = {"device": None if device == "auto" else device, "dtype": dtype}
    for what, value in asked.items():
        if value is not None and getattr(potential, what) != value:
            raise PotentialError(
                f"{info.name} computes in {what} {getattr(potential, what)!r}, not {value!r}: "
                f"give its callable a parameter {what!r}, or leave {what} out"
            )
    return potential


def call(target: Callable[..., Any], device: str, dtype: str | None) -> Any:
    """Call with ``device`` and ``dtype`` where there are such parameters."""
    try:
        parameters = inspect.signature(target).parameters
    except (TypeError, ValueError):
        return target()
    # A person's own model is handed a device that exists; MPS only where it is asked for, since many models lack it.
    auto = "device" in parameters and device == "auto"
    given = {"device": first_there(("cuda", "cpu")) if auto else device, "dtype": dtype}
    return target(**{key: value for key, value in given.items() if key in parameters and value is not None})


def wrap(target: Any, info: PotentialInfo) -> Potential | None:
    """The object as a `Potential`, or None where it has to be called first or is nothing known."""
    if isinstance(target, Potential):
        return target
    if isinstance(target, type):
        return None
    if is_torchsim(target):
        return TorchSimPotential(target, info)
    from ase.calculators.abc import GetPropertiesMixin
    from ase.calculators.calculator import BaseCalculator

    return AsePotential(target, info) if isinstance(target, BaseCalculator | GetPropertiesMixin) else None


def is_torchsim(target: Any) -> bool:
    """Whether it is a TorchSim model; nobody has one whose process has not imported torch_sim."""
    interface = sys.modules.get("torch_sim.models.interface")
    return interface is not None and isinstance(target, interface.ModelInterface)


class AsePotential(Potential):
    """An ASE calculator, frame by frame.

    Whether its forces are the energy's gradient is not known from outside: `info.conservative` stays what the info
    says, and the artifact detectors measure it.
    """

    # It may run torch, or change its state: one at a time beside the other potentials.
    uses_torch = True
    good_batch_atoms = 200

    def __init__(self, calculator: Any, info: PotentialInfo) -> None:
        note = (
            "An ASE calculator: computed frame by frame; charge and multiplicity are in atoms.info for those that look."
        )
        self.info = replace(info, notes=(*info.notes, note), uses_charge=True, uses_multiplicity=True)
        self.calculator = calculator
        self.device = str(getattr(calculator, "device", "cpu"))

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        from ase import Atoms

        energies, forces = np.full(len(positions), np.nan), np.full(positions.shape, np.nan)
        failed: dict[int, str] = {}
        for k, frame in enumerate(positions):
            # New atoms and a reset calculator for each frame: nothing is carried along the scan.
            atoms: Any = Atoms(numbers=numbers, positions=frame, info={"charge": charge, "spin": multiplicity})
            if hasattr(self.calculator, "reset"):
                self.calculator.reset()
            atoms.calc = self.calculator
            try:
                energies[k], forces[k] = atoms.get_potential_energy(), atoms.get_forces()
            except (Exception, SystemExit) as error:
                failed[k] = reason_of(error)
        return Batch(energies, forces, failed=failed)


class TorchSimPotential(Potential):
    """A TorchSim model (`torch_sim.models.interface.ModelInterface`), in batches."""

    uses_torch = True
    good_batch_atoms = 400

    def __init__(self, model: Any, info: PotentialInfo) -> None:
        self.model = model
        self.device = str(model.device)
        self.dtype = str(model.dtype).removeprefix("torch.")
        self.info = replace(info, dtypes=(self.dtype,), devices=(self.device.split(":")[0],))
        if not getattr(model, "compute_forces", True):
            raise PotentialError(f"{info.name} is a TorchSim model without forces: make it with compute_forces=True")

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        import torch
        from torch_sim.state import SimState

        b, n, _ = positions.shape
        z = torch.tensor(numbers, device=self.device).repeat(b)
        from ase.data import atomic_masses

        state = SimState(
            positions=torch.tensor(positions.reshape(-1, 3), dtype=self.model.dtype, device=self.device),
            masses=torch.tensor(atomic_masses[numbers], dtype=self.model.dtype, device=self.device).repeat(b),
            cell=torch.zeros(b, 3, 3, dtype=self.model.dtype, device=self.device),
            pbc=False,
            atomic_numbers=z,
            system_idx=frame_of_atom(b, n, self.device),
        )
        out = self.model(state)
        return answer_of(out["energy"], out["forces"], positions)
