"""The parser of all commands, put together from their records."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

from bsct_explorer import __version__
from bsct_explorer.cli.commands import COMMANDS
from bsct_explorer.cli.options import add_call
from bsct_explorer.cli.streams import complain

_NEGATIVE_SPAN = re.compile(r"-[\d.][\w.+-]*:")
"""The beginning of a range that begins below zero: ``-180:180``."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse would print the usage too."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Take ``--range -180:180`` as it is meant: argparse would see an option in what begins with a minus."""
        given = list(sys.argv[1:] if args is None else args)
        joined: list[str] = []
        for word in given:
            if joined and joined[-1].startswith("--") and "=" not in joined[-1] and _NEGATIVE_SPAN.match(word):
                joined[-1] += f"={word}"
            else:
                joined.append(word)
        return super().parse_known_args(joined, namespace)

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        command = self.prog.partition(" ")[2]
        complain(f"{message}. See `bsct-explorer {command + ' ' if command else ''}--help`.")
        sys.exit(2)


def build_parser() -> Parser:
    """The parser of all commands; each sets `command`, its record."""
    parser = Parser(
        prog="bsct-explorer",
        description="Pull a bond and see where and why a machine-learned potential's energy surface is wrong.",
        epilog="`bsct-explorer COMMAND --help` shows the options and examples of a command.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"bsct-explorer {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS.values():
        own = commands.add_parser(
            command.name,
            help=command.help,
            description=command.description or command.help,
            epilog=command.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        add_call(own)
        command.options.add_to(own)
        own.set_defaults(command=command)
    return parser
