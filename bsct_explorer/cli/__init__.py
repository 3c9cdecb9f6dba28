"""The command line: `bsct-explorer COMMAND …`. A door; the work is done in `bsct_explorer.study`.

Importing this and printing help imports neither torch nor ase nor numpy: commands import what they need when they run.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from typing import Any

from bsct_explorer.cli.command_record import Command
from bsct_explorer.cli.parser import build_parser
from bsct_explorer.cli.streams import complain, discard_stdout
from bsct_explorer.errors import ExplorerError

OK, FALLS_SHORT, COULD_NOT_RUN, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
PROGRAM = "bsct-explorer"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Returns
    -------
    int
        0 it worked (``check``: every limit holds), 1 ``check`` found that a limit is exceeded, 2 it could not run, with
        one line on stderr, 130 on Ctrl-C, 141 where the reader of stdout went away.
    """
    open_closed_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    parsed = build_parser().parse_args(arguments)
    parsed.command_line = shlex.join([PROGRAM, *arguments])
    command: Command[Any] = parsed.command
    try:
        return command.run(command.options.read(parsed))
    except KeyboardInterrupt:
        complain("stopped by Ctrl-C; nothing was written", kind="interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # `| head` is no error; point stdout elsewhere so that the interpreter's last flush does not complain.
        discard_stdout()
        return BROKEN_PIPE
    except Exception as error:
        if parsed.debug:
            raise
        complain(sentence(error))
        if isinstance(error, OSError) and error.filename is None:
            discard_stdout()
        return COULD_NOT_RUN


def open_closed_streams() -> None:
    """Send what goes to a stream that the caller closed (``>&-``) nowhere; Python has None in its place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  (as long as the process)


def sentence(error: Exception) -> str:
    """What to tell a person: the message where it is meant for them, else what happened and how to see more."""
    if isinstance(error, ExplorerError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}. Check the path and its permissions."
    if isinstance(error, OSError) and error.strerror is not None:
        return f"the results could not be written: {error.strerror}. Check where stdout goes."
    return f"{type(error).__name__}: {error}. This is a fault of BSCT Explorer: run again with --debug and report it."
