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

import codecs
import difflib
import os
import re
import tomllib
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.families import SHIPPED, in_file
from bsct_explorer.potentials.potential_names import MARK, plain

VARIABLE = "BSCT_MODELS"
ENTRY_POINTS = "bsct_explorer.potentials"
"""Entry points under which other packages offer potentials."""

TEXTS = ("display_name", "level_of_theory", "training_data", "licence", "citation")
KEYS = ("spec", "name", *TEXTS, "elements")
"""What may stand under a ``[[model]]``."""

TAKEN = ("none", "auto", "dft", "reference")
"""Words that mean something else where a potential may be named."""


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
        The file is missing, is no TOML, lists no model, or holds what is not understood; a model has no spec, or a name
        that another potential has. The message names file and line.
    """
    text = (os.environ.get(VARIABLE, "") if value is None else value).strip()
    if not text:
        return []
    if text.lower().endswith(".toml"):
        return from_file(Path(text).expanduser())
    specs = [spec.strip() for spec in text.split(",") if spec.strip()]
    models = [model({"spec": spec}, Path.cwd(), VARIABLE) for spec in specs]
    return distinct(models, [f"{VARIABLE}, {spec}" for spec in specs])


def without_folders(text: str) -> str:
    """A message for whoever looks at the page, maybe a stranger: the files of the settings by their names alone."""
    value = os.environ.get(VARIABLE, "").strip()
    files = [Path(value).expanduser()] if value.lower().endswith(".toml") else []
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
    text = text_of(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PotentialError(f"{path} is no valid TOML: {error}") from error
    lines = text.splitlines()
    for key in table:
        if key != "model":
            where = f"{path}, line {line_of(lines, key)}"
            raise PotentialError(f"{where}: {key!r} is not understood: write each model under its own [[model]]")
    entries = table.get("model", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        where = f"{path}, line {line_of(lines, 'model')}"
        raise PotentialError(f"{where}: write each model under its own [[model]], with two brackets")
    if not entries:
        raise PotentialError(f"{path} lists no model: write each under its own [[model]], with its spec")
    heads = heads_of(lines)
    if len(heads) != len(entries):  # written in another way that TOML allows: there is no telling the lines
        return distinct(
            [model(entry, path.parent, f"{path}, model {k + 1}") for k, entry in enumerate(entries)],
            [f"{path}, model {k + 1}" for k in range(len(entries))],
        )
    models = [model(entry, path.parent, Place(path, lines, head)) for entry, head in zip(entries, heads, strict=True)]
    return distinct(models, [Place(path, lines, head).of("name") for head in heads])


def text_of(path: Path) -> str:
    """The text of a settings file, with or without a byte order mark, in UTF-8 or, as Windows writes it, in UTF-16."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PotentialError(f"{VARIABLE} names {path}, which cannot be read: {error.strerror}") from error
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PotentialError(f"{path}, line {line}: this is no UTF-8 text; save the file as UTF-8") from error


def heads_of(lines: list[str]) -> list[int]:
    """Numbers of the lines with a ``[[model]]``, from 1 on."""
    return [k + 1 for k, line in enumerate(lines) if re.match(r"\s*\[\[\s*[\"']?model[\"']?\s*\]\]", line)]


def line_of(lines: list[str], key: str, after: int = 0) -> int:
    """Number of the first line from `after` on that has a key, or a table of that name; that of `after` without one."""
    spelled = rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[].=]"
    found = (k + 1 for k, line in enumerate(lines) if k + 1 >= after and re.match(spelled, line))
    return next(found, max(after, 1))


@dataclass(frozen=True)
class Place:
    """Where a model stands in a settings file: under the ``[[model]]`` of that line."""

    path: Path
    lines: list[str]
    head: int

    def of(self, key: str) -> str:
        """File and line of a key."""
        ends = [head for head in heads_of(self.lines) if head > self.head]
        return f"{self.path}, line {line_of(self.lines[: ends[0] - 1] if ends else self.lines, key, self.head)}"


def distinct(models: list[UserModel], places: list[str]) -> list[UserModel]:
    """The models, if each can be called by a name of its own.

    Raises
    ------
    PotentialError
        Two have one name, but for spelling that does not count, or one has that of another potential.
    """
    others = {plain(name): name for name in (*SHIPPED, *(point.name for point in entry_points(group=ENTRY_POINTS)))}
    seen: dict[str, str] = {}
    for one, place in zip(models, places, strict=True):
        name = one.info.name
        key = name if ":" in name else plain(name)
        if ":" not in name and key in others:
            raise PotentialError(f"{place}: {name!r} is the name of a potential that is there, {others[key]}: {RENAME}")
        if key in seen:
            raise PotentialError(f"{place}: another model is called {name!r} ({seen[key]}): {RENAME}")
        seen[key] = place
    return models


RENAME = 'give it one of its own (name = "…" under its [[model]] in a settings file)'


def model(entry: dict[str, Any], folder: Path, where: Place | str) -> UserModel:
    """One entry of the settings.

    Parameters
    ----------
    entry
        What stands there.
    folder
        Where its paths start.
    where
        For messages.
    """

    def at(key: str) -> str:
        return where.of(key) if isinstance(where, Place) else where

    for key, value in entry.items():
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise PotentialError(f"{at(key)}: {key!r} is not understood. {hint}There are: {', '.join(KEYS)}.")
        if key != "elements" and (not isinstance(value, str) or not value.strip()):
            raise PotentialError(
                f"{at(key)}: {key} is {value!r}; give a text in quotes{SPECS if key == 'spec' else ''}"
            )
    spec = entry.get("spec")
    if not isinstance(spec, str) or ":" not in spec:
        raise PotentialError(f"{at('spec')}: spec is {spec!r}; give FILE.py:NAME, package.module:NAME or mace:FILE")
    spec = absolute(spec.strip(), folder)
    name = str(entry.get("name", short_name(spec))).strip()
    if "name" in entry:
        check_name(name, at("name"))
    texts = {key: str(entry[key]) for key in TEXTS if key in entry}
    texts.setdefault("display_name", name)
    texts.setdefault("level_of_theory", "")
    found = in_file(spec)
    package = found[0].package if found else None
    info = PotentialInfo(
        name=name,
        elements=elements(entry.get("elements"), at("elements")),
        package=package.distribution if package else "",
        extra=package.extra if package else "",
        **texts,  # type: ignore[arg-type]
    )
    return UserModel(spec, info)


SPECS = ": FILE.py:NAME, package.module:NAME or mace:FILE"


def check_name(name: str, where: str) -> None:
    """Refuse a name that addresses or the command line would take for something else."""
    if not plain(name):
        raise PotentialError(f"{where}: {name!r} is no name: give it a letter or a digit")
    bad = next((mark for mark in name if mark in f",{MARK}#" or not mark.isprintable()), None)
    if bad is not None:
        raise PotentialError(f"{where}: {name!r} has a {bad!r} in it, which separates names: leave it out")
    if name.lower() in TAKEN:
        raise PotentialError(f"{where}: {name!r} means something else where a potential is named: {RENAME}")


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

    if not isinstance(symbols, list) or not symbols:
        raise PotentialError(f'{where}: elements is {symbols!r}; give a list of chemical symbols, ["H", "C"]')
    for symbol in symbols:
        if not isinstance(symbol, str) or not atomic_numbers.get(symbol):
            raise PotentialError(f"{where}: elements holds {symbol!r}; give chemical symbols")
    return frozenset(atomic_numbers[symbol] for symbol in symbols)
