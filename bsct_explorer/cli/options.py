"""Options of a command as a frozen data class: what argparse is told of an option stands beside its typed field.

Only argparse is imported here: help must be quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Self, cast

from bsct_explorer.errors import ExplorerError

_ARGUMENT, _GROUP = "argument", "group"


class OptionError(ExplorerError, ValueError):
    """An option's value is not possible, or does not go with another option."""


@dataclass(frozen=True)
class _Argument:
    flags: tuple[str, ...]
    exclusive: bool
    settings: Mapping[str, Any]


def option(*flags: str, exclusive: bool = False, **settings: Any) -> Any:
    """A field that is an option (``--points``) or, without a flag, a word in its place, named as the field.

    Parameters
    ----------
    exclusive
        At most one of the exclusive options of a class may be given.
    settings
        As `argparse.ArgumentParser.add_argument` takes them.
    """
    return field(metadata={_ARGUMENT: _Argument(flags, exclusive, settings)})


def options_of(group: type[Options]) -> Any:
    """A field that holds the options of another class, which several commands share."""
    return field(metadata={_GROUP: group})


class Options:
    """Base of the data classes of options; each class is a group of its own in the help where it has a title.

    Subclasses are frozen data classes with keywords only, whose fields are `option` and `options_of`.
    """

    TITLE: ClassVar[str] = ""
    DESCRIPTION: ClassVar[str | None] = None

    @classmethod
    def add_to(cls, parser: argparse.ArgumentParser) -> None:
        """Tell argparse of every option, in the order of the fields."""
        cls._add_fields(parser, parser.add_argument_group(cls.TITLE, cls.DESCRIPTION) if cls.TITLE else parser)

    @classmethod
    def read(cls, parsed: argparse.Namespace) -> Self:
        """What was given; lists become tuples."""
        return cls(**cls._read_fields(parsed))

    @classmethod
    def _add_fields(cls, parser: argparse.ArgumentParser, place: argparse._ActionsContainer) -> None:
        one_of = None
        for each in _fields_of(cls):
            if _GROUP in each.metadata:
                each.metadata[_GROUP].add_to(parser)
                continue
            argument: _Argument = each.metadata[_ARGUMENT]
            target = place
            if argument.exclusive:
                target = one_of = one_of or place.add_mutually_exclusive_group()
            if argument.flags:
                target.add_argument(*argument.flags, dest=each.name, **argument.settings)
            else:
                target.add_argument(each.name, **argument.settings)

    @classmethod
    def _read_fields(cls, parsed: argparse.Namespace) -> dict[str, Any]:
        values = {}
        for each in _fields_of(cls):
            if _GROUP in each.metadata:
                values[each.name] = each.metadata[_GROUP].read(parsed)
            else:
                value = getattr(parsed, each.name)
                values[each.name] = tuple(value) if isinstance(value, list) else value
        return values


def _fields_of(options: type[Options]) -> tuple[Field[Any], ...]:
    """Fields that argparse fills; a class may have others, which it reads by itself."""
    return tuple(each for each in fields(cast(Any, options)) if each.metadata)


class Once(argparse.Action):
    """An option that a command takes once: argparse would keep the last value and say nothing."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Keep the value; a second one is an error."""
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is given twice, and this command takes one: run it once for each")
        setattr(namespace, self.dest, values)


@dataclass(frozen=True, kw_only=True)
class Call(Options):
    """How the program itself was called.

    Attributes
    ----------
    debug
        Show warnings, and the whole traceback of an error; every command takes it.
    command_line
        The command line as typed, quoted for a shell.
    """

    debug: bool
    command_line: str

    @classmethod
    def add_to(cls, parser: argparse.ArgumentParser) -> None:
        """Nothing: the parser of every command has them (`add_call`)."""

    @classmethod
    def read(cls, parsed: argparse.Namespace) -> Self:
        return cls(debug=parsed.debug, command_line=parsed.command_line)


def add_call(parser: argparse.ArgumentParser, command_line: str = "") -> None:
    """Give a command's parser what `Call` reads."""
    parser.add_argument("--debug", action="store_true", help="show warnings, and the whole traceback of an error")
    parser.set_defaults(command_line=command_line)
