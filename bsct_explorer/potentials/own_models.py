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
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from bsct_explorer.data import Floats, Ints, PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.ase_potential import AsePotential
from bsct_explorer.potentials.base import Batch, Potential
from bsct_explorer.potentials.execution.chunks import reason_of
from bsct_explorer.potentials.execution.devices import first_there
from bsct_explorer.potentials.execution.neighbours import Neighbourhood
from bsct_explorer.potentials.execution.tensor_batches import answer_of, frame_of_atom
from bsct_explorer.potentials.execution.torch_state import default_dtype_now
from bsct_explorer.potentials.families import in_file

TAKES = "an ASE calculator, a TorchSim model, a Potential, or something callable that returns one"


def load(spec: str, device: str = "auto", dtype: str | None = None, info: PotentialInfo | None = None) -> Potential:
    """Load ``FILE.py:NAME`` or ``package.module:NAME``; call it under `torch_state.loading`.

    The model's own imports find the files beside it, while it is loaded and while it computes.

    Raises
    ------
    PotentialError
        The file, the module or the name is not there, importing it fails, or it is none of what can be used.
    """
    place, _, name = spec.rpartition(":")
    home = neighbourhood_of(spec)
    dtype_before, folder_before = default_dtype_now(), Path.cwd()
    with nullcontext() if home is None else home.entered():
        module = module_of_file(Path(place).expanduser(), spec) if is_file(place) else module_of_package(place, spec)
        target: Any = module
        for part in name.split("."):
            if not hasattr(target, part):
                has = ", ".join(n for n in vars(module) if not n.startswith("_"))
                raise PotentialError(f"{spec}: {place} has no {name!r}; it has {has}")
            target = getattr(target, part)
        said = info or PotentialInfo(name=spec, display_name=name, level_of_theory="")
        potential = adapt(target, said, device, dtype)
    potential.neighbourhood = home
    if default_dtype_now() != dtype_before:
        potential.default_dtype = default_dtype_now()
    if Path.cwd() != folder_before:
        potential.working_folder = str(Path.cwd())
    return potential


def is_file(place: str) -> bool:
    """Whether what stands before the colon names a Python file."""
    return place.endswith(".py")


def neighbourhood_of(spec: str) -> Neighbourhood | None:
    """The folder of a model's file, or the current folder for a module that lies there; None for installed ones."""
    place = spec.rpartition(":")[0]
    if is_file(place):
        folder = Path(place).expanduser().parent
        return Neighbourhood(folder) if folder.is_dir() else None
    here = Path.cwd()
    if not _lies_in(place, here) or {"", str(here)} & set(sys.path):
        return None
    return Neighbourhood(here)


def _lies_in(module: str, folder: Path) -> Path | None:
    """The file of a dotted module in a folder, or of its first part."""
    first = module.partition(".")[0]
    if not first.isidentifier():
        return None
    candidates = [folder.joinpath(*module.split(".")).with_suffix(".py"), folder / f"{first}.py"]
    return next((path for path in (*candidates, folder / first / "__init__.py") if path.is_file()), None)


def identity(spec: str) -> str:
    """The spec with the file's time of change, so that an edited file is loaded anew."""
    found, place = in_file(spec), spec.rpartition(":")[0]
    path = found[1] if found else Path(place).expanduser() if is_file(place) else _lies_in(place, Path.cwd())
    return f"{spec}@{path.resolve()}@{path.stat().st_mtime_ns}" if path is not None and path.is_file() else spec


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
            f"{spec}: importing {name!r} failed: {reason_of(error)}. Give FILE.py:NAME or package.module:NAME; modules "
            f"are looked for in the current folder, {Path.cwd()}, and in the environment"
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
    potential.own = True
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
