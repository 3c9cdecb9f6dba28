"""Which potentials there are, and loading one by its name.

A name is one of the built-in families', an entry point's (group ``bsct_explorer.potentials``), ``mace:FILE``,
``testbed:FILE``, the name of a model in the settings (`BSCT_MODELS`), or the user's own ``FILE.py:NAME`` or
``package.module:NAME``. Behind the name of one of the testbed's, ``@graph=hard-knn,k=4`` asks for its weights with
other switches (`what_if`). Listing imports no potential's package.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import os
from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import ExplorerError, PotentialError
from bsct_explorer.potentials import own_models, own_models_file
from bsct_explorer.potentials.base import Potential
from bsct_explorer.potentials.execution import devices
from bsct_explorer.potentials.execution.torch_state import TORCH_LOCK, loading
from bsct_explorer.testbed.trained_switches import MARK, split_name

if TYPE_CHECKING:
    from bsct_explorer.testbed.model_config import ModelConfig

Status = Callable[[str], None]
"""Called with a sentence on what loading is doing."""

FAMILIES = ("ani", "so3lr", "sevennet", "chgnet", "gfn2", "transformer", "pair_potentials")
"""Modules of this package with built-in potentials; each has `INFOS` and `load(info, placement, status)`."""

ENTRY_POINTS = "bsct_explorer.potentials"

IMPORT_NAMES = {"so3krates-torch": "so3krates_torch"}
"""Import names of distributions where they differ."""

_LOADED: dict[tuple[str, str, str], Potential] = {}


def available() -> list[PotentialInfo]:
    """Every potential known by name, installed or not: the built-in ones, then those of entry points."""
    return [*builtin(), *plugins().values()]


def offered() -> list[PotentialInfo]:
    """What the page may offer and load: `available`, and the models that the settings list.

    Raises
    ------
    PotentialError
        The settings cannot be read.
    """
    return [*available(), *(model.info for model in own_models_file.user_models())]


def info_of(name: str) -> PotentialInfo:
    """Information on an offered potential by its name, without loading it.

    Raises
    ------
    PotentialError
        No such name, the message has close ones; or switches that cannot be applied.
    """
    base, switches = split_name(name)
    if switches:
        check_base(name, base)
        what_if = importlib.import_module("bsct_explorer.potentials.what_if")
        said = info_of(base)
        return what_if.info_by_name(said, trained_config(said.name), switches)  # type: ignore[no-any-return]
    infos = {info.name: info for info in available()}
    key = canonical(name, infos)
    if key is None:  # the settings are read only when they are needed: broken ones cost nobody the shipped potentials
        infos = {info.name: info for info in offered()}
        key = canonical(name, infos)
    if key is None:
        raise PotentialError(unknown(name, infos))
    return infos[key]


def check_base(name: str, base: str) -> None:
    """Refuse switches behind switches: a call says all that differs from the trained setting."""
    if split_name(base)[1]:
        raise PotentialError(f"{name}: write all switches behind one {MARK}, with commas between them")


def trained_config(name: str) -> ModelConfig:
    """The switches that an offered potential of the testbed was trained with, without loading it.

    Raises
    ------
    PotentialError
        It is none of the testbed's, or its file cannot be read.
    """
    testbed = family_module("transformer")
    spec = next((model.spec for model in own_models_file.user_models() if model.info.name == name), name)
    return testbed.config_of(spec)  # type: ignore[no-any-return]


def is_installed(info: PotentialInfo | str) -> bool:
    """Whether what a potential needs can be imported; nothing is imported to find out."""
    return why_not_installed(info) is None


def why_not_installed(info: PotentialInfo | str) -> str | None:
    """What is missing and how to install it, as a sentence, or None where nothing is."""
    if isinstance(info, str):
        info = info_of(info)
    if not info.package:
        return None
    module = IMPORT_NAMES.get(info.package, info.package.replace("-", "_"))
    if importlib.util.find_spec(module) is not None:
        return None
    what = f"bsct-explorer[{info.extra}]" if info.extra else info.package
    return f"{info.display_name} needs {info.package}, which is not installed: pip install '{what}'"


def load_potential(
    name: str, device: str = "auto", dtype: str | None = None, status: Status | None = None
) -> Potential:
    """Load a potential; a second call with the same name, device and precision gives the same object.

    Parameters
    ----------
    name
        See the module's docstring. Never pass on what a browser sent: see `load_offered`.
    device
        ``auto`` (CUDA, then MPS, then CPU), ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
    dtype
        ``float64``, ``float32``, or None for float64 unless the potential cannot.
    status
        Called with a sentence on what is being done.

    Raises
    ------
    PotentialError
        Unknown name, package not installed, no such device or precision, a file that cannot be read.
    """
    return load_known(name, device, dtype, status, own=True)


def load_known(name: str, device: str, dtype: str | None, status: Status | None, *, own: bool) -> Potential:
    """Load a potential by its name or, only where `own`, by the spec of a file or of a module."""
    tell = status or (lambda _: None)
    base, switches = split_name(name)
    if switches:
        check_base(name, base)
        trained = load_known(base, device, dtype, status, own=own)
        return importlib.import_module("bsct_explorer.potentials.what_if").by_name(trained, switches)  # type: ignore[no-any-return]
    infos = {info.name: info for info in available()}
    key, user = canonical(name, infos), {}
    if key is None:
        user = {model.info.name: model for model in own_models_file.user_models()}
        key = canonical(name, user)
    if key in user:
        model = user[key]
        return cached((key, device, dtype or ""), lambda: load_own(model.spec, device, dtype, tell, model.info))
    if key is None:
        if not own or ":" not in name:
            path = " A file's own is FILE.py:NAME." if own and os.path.exists(name) else ""
            raise PotentialError(unknown(name, [*infos, *user]) + path)
        return cached((own_models.identity(name), device, dtype or ""), lambda: load_own(name, device, dtype, tell))
    info = infos[key]
    missing = why_not_installed(info)
    if missing:
        raise PotentialError(missing)
    tell(f"Importing {info.package or info.display_name}")
    if key in plugins():
        return cached((key, device, dtype or ""), lambda: load_plugin(info, device, dtype))
    place = devices.place(info, device, dtype)
    return cached((key, place.device, place.dtype), lambda: load_builtin(info, place, tell))


def load_offered(name: str, device: str = "auto", dtype: str | None = None, status: Status | None = None) -> Potential:
    """As `load_potential`, for names that came from a browser: only what the server offers is ever loaded.

    Raises
    ------
    PotentialError
        The name is not among `offered`.
    """
    return load_known(info_of(name).name, device, dtype, status, own=False)


def loaded_by_name(names: Iterable[str]) -> dict[str, Potential]:
    """Those of these potentials that this process has loaded; none is loaded for the question."""
    loaded: dict[str, Potential] = {}
    for potential in list(_LOADED.values()):
        loaded[potential.info.name] = potential
        # What-ifs live with the potential whose weights they share.
        for other in list((getattr(potential, "what_ifs", None) or {}).values()):
            loaded[other.info.name] = other
    return {name: loaded[name] for name in names if name in loaded}


def forget_loaded() -> None:
    """Drop the cache of loaded potentials (tests; freeing memory)."""
    _LOADED.clear()


def cached(key: tuple[str, str, str], load: Callable[[], Potential]) -> Potential:
    """What was loaded under this key, or load it now, once for all threads."""
    if key not in _LOADED:
        # The same lock as a batch's: with one of its own, a model that loads another while it computes could deadlock.
        with TORCH_LOCK:
            if key not in _LOADED:
                _LOADED[key] = load()
    return _LOADED[key]


def builtin() -> list[PotentialInfo]:
    """The built-in families' potentials."""
    return [info for family in FAMILIES for info in family_module(family).INFOS]


def family_module(family: str):  # type: ignore[no-untyped-def]
    """A family's module, which imports its package only when it loads a potential."""
    return importlib.import_module(f"bsct_explorer.potentials.families.{family}")


def load_builtin(info: PotentialInfo, place: devices.Placement, status: Status) -> Potential:
    """Load a built-in potential with the process's state kept."""
    module = next(m for m in map(family_module, FAMILIES) if info in m.INFOS)
    status(f"Loading {info.display_name} on {place.device}")
    with loading():
        try:
            return module.load(info, place, status)  # type: ignore[no-any-return]
        except ExplorerError:
            raise
        except Exception as error:
            raise PotentialError(
                f"{info.display_name} could not be loaded from {info.package}: {type(error).__name__}: {error}. "
                f"Is its version the one that pyproject.toml names?"
            ) from error


def plugins() -> dict[str, PotentialInfo]:
    """Potentials of other packages by name, as much as is known without loading them."""
    found = {}
    for point in entry_points(group=ENTRY_POINTS):
        package = point.dist.name if point.dist else ""
        found[point.name] = PotentialInfo(
            name=point.name,
            display_name=point.name,
            level_of_theory="",
            notes=(f"From {package or point.value}; what it is shows once it is loaded.",),
        )
    return found


def load_plugin(info: PotentialInfo, device: str, dtype: str | None) -> Potential:
    """Load the potential of an entry point."""
    (point,) = [p for p in entry_points(group=ENTRY_POINTS) if p.name == info.name][:1]
    with loading():
        try:
            target = point.load()
        except Exception as error:
            raise PotentialError(f"entry point {point.name} = {point.value} could not be loaded: {error}") from error
        return own_models.adapt(target, info, device, dtype)


def load_own(spec: str, device: str, dtype: str | None, status: Status, info: PotentialInfo | None = None) -> Potential:
    """Load ``mace:FILE``, ``testbed:FILE``, ``FILE.py:NAME`` or ``package.module:NAME``."""
    status(f"Loading {spec}")
    with loading():
        if spec.startswith("mace:"):
            return family_module("mace").load(spec, device, dtype, info)  # type: ignore[no-any-return]
        if spec.startswith("testbed:"):
            return family_module("transformer").load_file(spec, device, dtype, info)  # type: ignore[no-any-return]
        return own_models.load(spec, device, dtype, info)


def canonical(name: str, names: object) -> str | None:
    """The known name that was meant: exact, or equal but for case, spaces and punctuation (``ANI-1x``)."""
    known = list(names)  # type: ignore[call-overload]
    if name in known:
        return name
    plain = {"".join(c for c in k.lower() if c.isalnum()): k for k in known if ":" not in k}
    return plain.get("".join(c for c in name.lower() if c.isalnum())) if ":" not in name else None


def unknown(name: str, names: object) -> str:
    """Message on a name that is not known, with close ones; the words depend on the name alone, never on a file."""
    known = sorted(names)  # type: ignore[call-overload]
    close = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    return f"no potential is called {name!r}. {hint}There are: {', '.join(known)}."
