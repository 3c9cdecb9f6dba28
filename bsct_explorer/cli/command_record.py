"""What a command is: one record says all that the parser needs of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bsct_explorer.cli.options import Options

Chosen = TypeVar("Chosen", bound=Options)


@dataclass(frozen=True)
class Command(Generic[Chosen]):
    """One command of the command line.

    Attributes
    ----------
    name
        As it is typed.
    place
        Commands are listed in this order.
    help
        What it does, in the list of commands.
    options
        The data class of its options.
    run
        Does it, and returns the exit code. What is heavy is imported inside.
    description
        What stands above its options; None for `help`.
    epilog
        What stands below them: examples, exit codes.
    """

    name: str
    place: int
    help: str
    options: type[Chosen]
    run: Callable[[Chosen], int]
    description: str | None = None
    epilog: str | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or not self.help:
            raise ValueError(f"The command {self.name!r} cannot be used as it is: it needs a one-word name and a help.")
