"""Which potentials there are, and loading one by its name.

A name is one that a family ships, an entry point's (group ``bsct_explorer.potentials``), that of a model in the
settings (`BSCT_MODELS`), a file with a family's prefix such as ``mace:FILE``, or the user's own ``FILE.py:NAME`` or
``package.module:NAME``. Behind a name ``@graph=hard-knn,k=4`` asks for trained weights with other switches, where the
family applies them. Listing imports no potential's package.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib.metadata import entry_points

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import ExplorerError, PotentialError
from bsct_explorer.packages import Package
from bsct_explorer.potentials import own_models, own_models_file
from bsct_explorer.potentials.base import Potential
from bsct_explorer.potentials.execution import devices
from bsct_explorer.potentials.execution.torch_state import TORCH_LOCK, loading
from bsct_explorer.potentials.families import FAMILIES, FAMILY_OF, SHIPPED, in_file
from bsct_explorer.potentials.family import Family, ModelFile, Status, Switches
from bsct_explorer.potentials.own_models_file import ENTRY_POINTS
from bsct_explorer.potentials.potential_names import MARK, canonical, split_name, unknown

_LOADED: dict[tuple[str, str, str], Potential] = {}


def available() -> list[PotentialInfo]:
    """Every potential known by name, installed or not: those that ship, then those of entry points."""
    return [*(one.info for one in SHIPPED.values()), *plugins().values()]


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

    What a browser may name is what this answers for: names on offer, and those with switches behind them. It looks at
    no file that the name might spell.

    Raises
    ------
    PotentialError
        No such name, the message has close ones; or switches that cannot be applied.
    """
    base, text = split_name(name)
    if text:
        said = info_of(_one_mark(name, base))
        return _switches_of(said).info(spec_of(said.name), said, text)
    infos = {info.name: info for info in available()}
    key = canonical(name, infos)
    if key is None:  # the settings are read only when they are needed: broken ones cost nobody the shipped potentials
        infos = {info.name: info for info in offered()}
        key = canonical(name, infos)
    if key is None:
        raise PotentialError(unknown(name, infos))
    return infos[key]


def family_of(name: str) -> Family | None:
    """The family of a potential by its name, with or without switches; None for those of other packages and files."""
    base, _ = split_name(name)
    if base in FAMILY_OF:
        return FAMILY_OF[base]
    found = None if base in plugins() else in_file(spec_of(base))
    return found[0] if found else None


def spec_of(name: str) -> str:
    """What the settings say a name stands for, ``testbed:FILE``; the name itself where they do not list it."""
    if name in SHIPPED:
        return name
    return next((model.spec for model in own_models_file.user_models() if model.info.name == name), name)


def cost_of(name: str) -> float:
    """What a frame costs, to order by (`Shipped.cost`), with or without switches; infinite where it is not known."""
    base, _ = split_name(name)
    return SHIPPED[base].cost if base in SHIPPED else float("inf")


def is_installed(info: PotentialInfo | str) -> bool:
    """Whether what a potential needs can be imported; nothing is imported to find out."""
    return why_not_installed(info) is None


def why_not_installed(info: PotentialInfo | str) -> str | None:
    """What is missing and how to install it, as a sentence, or None where nothing is."""
    if isinstance(info, str):
        info = info_of(info)
    missing = _package_of(info).why_missing() if info.package else None
    return f"{info.display_name} needs {missing}" if missing else None


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
    base, text = split_name(name)
    if text:
        trained = load_known(_one_mark(name, base), device, dtype, status, own=own)
        return _switches_of(trained.info).apply(trained, text)
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
            hint = " A file's own is FILE.py:NAME." if own and os.path.exists(name) else ""
            raise PotentialError(unknown(name, [*infos, *user]) + hint)
        return cached((own_models.identity(name), device, dtype or ""), lambda: load_own(name, device, dtype, tell))
    info = infos[key]
    missing = why_not_installed(info)
    if missing:
        raise PotentialError(missing)
    tell(f"Importing {info.package or info.display_name}")
    if key not in FAMILY_OF:
        return cached((key, device, dtype or ""), lambda: load_plugin(info, device, dtype))
    place = devices.place(info, device, dtype)
    return cached((key, place.device, place.dtype), lambda: load_shipped(info, place, tell))


def load_offered(name: str, device: str = "auto", dtype: str | None = None, status: Status | None = None) -> Potential:
    """As `load_potential`, for names that came from a browser: only what the server offers is ever loaded.

    Raises
    ------
    PotentialError
        The name is not among `offered`, or it cannot be loaded; the words name no folder of the server's settings.
    """
    try:
        return load_known(info_of(name).name, device, dtype, status, own=False)
    except PotentialError as error:
        raise PotentialError(own_models_file.without_folders(str(error))) from error


def loaded_by_name(names: Iterable[str]) -> dict[str, Potential]:
    """Those of these potentials that this process has loaded; none is loaded for the question."""
    loaded: dict[str, Potential] = {}
    for potential in list(_LOADED.values()):
        loaded[potential.info.name] = potential
        loaded |= {other.info.name: other for other in potential.relatives()}
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


def load_shipped(info: PotentialInfo, place: devices.Placement, status: Status) -> Potential:
    """Load a potential that ships, with the process's state kept."""
    load = FAMILY_OF[info.name].load
    assert load is not None, "Family checks that what ships can be loaded"
    status(f"Loading {info.display_name} on {place.device}")
    with loading():
        try:
            return load(info, place, status)
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
    """Load ``FILE.py:NAME``, ``package.module:NAME``, or a file with a family's prefix.

    Raises
    ------
    PotentialError
        What it needs is not installed, it is not there, or it is none of what can be used.
    """
    status(f"Loading {spec}")
    found = in_file(spec)
    with loading():
        if found is None:
            return own_models.load(spec, device, dtype, info)
        family, path = found
        missing = family.package and family.package.why_missing()
        if missing:
            raise PotentialError(f"{spec} needs {missing}")
        if not path.is_file():
            raise PotentialError(f"{spec}: there is no file {path}")
        assert family.from_file is not None, "`in_file` gives families that load files"
        return family.from_file.load(ModelFile(spec, path, device, dtype, info))


def _one_mark(name: str, base: str) -> str:
    """The name before the switches; refused where it has switches too, since a call says all that differs."""
    if split_name(base)[1]:
        raise PotentialError(f"{name}: write all switches behind one {MARK}, with commas between them")
    return base


def _switches_of(trained: PotentialInfo) -> Switches:
    """How the family of a potential applies switches."""
    family = family_of(trained.name)
    if family is None or family.switches is None:
        those = " and ".join(other.title for other in FAMILIES if other.switches)
        raise PotentialError(f"{trained.display_name} has no switches: only {those} do")
    return family.switches


def _package_of(info: PotentialInfo) -> Package:
    """What a potential needs, from its family, or as far as it says so itself."""
    known = (family.package for family in FAMILIES if family.package)
    own = Package(info.package, info.package.replace("-", "_"), info.extra)
    return next((package for package in known if package.distribution == info.package), own)
