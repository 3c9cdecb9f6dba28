"""The user's own models that the page offers: the environment variable `BSCT_MODELS`.

It is either a TOML file,

    [[model]]
    spec = "my_models.py:make"      # FILE.py:NAME, package.module:NAME or mace:FILE, from the TOML's folder
    name = "my-model"               # optional: name in addresses and on the command line
    display_name = "My model"       # optional, and so are level_of_theory, training_data, licence, citation
    elements = ["H", "C", "N", "O"] # optional

or the specs themselves, separated by commas.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.families import in_file

VARIABLE = "BSCT_MODELS"
TEXTS = ("display_name", "level_of_theory", "training_data", "licence", "citation")


@dataclass(frozen=True)
class UserModel:
    """A model of the settings: how to load it, and what is known of it before."""

    spec: str
    info: PotentialInfo


def user_models(value: str | None = None) -> list[UserModel]:
    """The models that the settings list.

    Parameters
    ----------
    value
        Instead of the environment variable's.

    Raises
    ------
    PotentialError
        The file is missing, is no TOML, or an entry of it has no spec.
    """
    text = (os.environ.get(VARIABLE, "") if value is None else value).strip()
    if not text:
        return []
    if text.endswith(".toml"):
        return from_file(Path(text).expanduser())
    return [model({"spec": spec.strip()}, Path.cwd(), VARIABLE) for spec in text.split(",") if spec.strip()]


def without_folders(text: str) -> str:
    """A message for whoever looks at the page, maybe a stranger: the files of the settings by their names alone."""
    value = os.environ.get(VARIABLE, "").strip()
    files = [Path(value).expanduser()] if value.endswith(".toml") else []
    try:
        specs = [model.spec for model in user_models()]
    except PotentialError:
        specs = []
    for spec in specs:
        found = in_file(spec)
        files.append(found[1] if found else Path(spec.rpartition(":")[0]))
    folders = {f"{file.parent}{os.sep}" for file in files if file.is_absolute()}
    for folder in sorted(folders, key=len, reverse=True):
        text = text.replace(folder, "")
    return text


def from_file(path: Path) -> list[UserModel]:
    """The models of a TOML file."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PotentialError(f"{VARIABLE} names {path}, which cannot be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise PotentialError(f"{path} is no valid TOML: {error}") from error
    entries = table.get("model", [])
    if not isinstance(entries, list):
        raise PotentialError(f"{path}: write each model under its own [[model]]")
    return [model(entry, path.parent, f"{path}, model {k + 1}") for k, entry in enumerate(entries)]


def model(entry: dict[str, Any], folder: Path, where: str) -> UserModel:
    """One entry of the settings."""
    spec = entry.get("spec")
    if not isinstance(spec, str) or ":" not in spec:
        raise PotentialError(f"{where}: spec is {spec!r}; give FILE.py:NAME, package.module:NAME or mace:FILE")
    spec = absolute(spec, folder)
    name = str(entry.get("name", short_name(spec)))
    texts = {key: str(entry[key]) for key in TEXTS if key in entry}
    texts.setdefault("display_name", name)
    texts.setdefault("level_of_theory", "")
    found = in_file(spec)
    package = found[0].package if found else None
    info = PotentialInfo(
        name=name,
        elements=elements(entry.get("elements"), where),
        package=package.distribution if package else "",
        extra=package.extra if package else "",
        **texts,  # type: ignore[arg-type]
    )
    return UserModel(spec, info)


def absolute(spec: str, folder: Path) -> str:
    """The spec with a file's path made absolute."""
    found = in_file(spec)
    if found:
        return f"{spec.partition(':')[0]}:{folder.resolve() / found[1]}"
    file, _, name = spec.rpartition(":")
    return f"{folder.resolve() / Path(file).expanduser()}:{name}" if file.endswith(".py") else spec


def short_name(spec: str) -> str:
    """A name without folders: ``my_models:make`` of ``/home/me/my_models.py:make``."""
    found = in_file(spec)
    if found:
        return f"{spec.partition(':')[0]}:{found[1].stem}"
    file, _, name = spec.rpartition(":")
    return f"{Path(file).stem if file.endswith('.py') else file}:{name}"


def elements(symbols: Any, where: str) -> frozenset[int] | None:
    """Atomic numbers of a list of symbols, or None for none given."""
    if symbols is None:
        return None
    from ase.data import atomic_numbers

    try:
        return frozenset(atomic_numbers[symbol] for symbol in symbols)
    except (KeyError, TypeError) as error:
        raise PotentialError(f"{where}: elements holds {error}; give chemical symbols") from error
