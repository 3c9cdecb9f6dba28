"""All commands, one file each: `COMMANDS` is made of this room's modules ``…_command``, ordered by place."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from bsct_explorer.cli.command_record import Command

ENDING = "_command"


def _found() -> dict[str, Command[Any]]:
    """Every command by name.

    Raises
    ------
    ImportError
        A file without a record, one of another name, or two for one place.
    """
    records = []
    for module in iter_modules([str(Path(__file__).parent)]):
        if not module.name.endswith(ENDING):
            continue
        record = getattr(import_module(f"bsct_explorer.cli.{module.name}"), "COMMAND", None)
        if not isinstance(record, Command):
            raise ImportError(f"cli/{module.name}.py holds no Command as COMMAND")
        if record.name != module.name.removesuffix(ENDING):
            raise ImportError(f"cli/{module.name}.py holds the command {record.name!r}: name both the same")
        records.append(record)
    records.sort(key=lambda record: record.place)
    for before, after in pairwise(records):
        if before.place == after.place:
            raise ImportError(f"The commands {before.name!r} and {after.name!r} have the same place, {before.place}")
    return {record.name: record for record in records}


COMMANDS = _found()
"""By name, in the order in which they are listed."""
