"""What the command line does with streams: results on stdout, everything else on stderr."""

from __future__ import annotations

import logging
import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PROGRESS_INTERVAL = 0.1
"""Seconds between two repaints of the progress line."""


@contextmanager
def only_results_on_stdout(debug: bool = False) -> Iterator[None]:
    """Send whatever is printed inside to stderr, also by compiled code, and hide warnings unless `debug`.

    Model packages print banners when they load and tblite prints from Fortran: both would end up in the middle of
    ``--json -``. Results are written after this context, when stdout is itself again.
    """
    python_stdout = sys.stdout
    python_stdout.flush()
    saved = _redirect_descriptor()
    sys.stdout = sys.stderr
    logging_level = logging.root.manager.disable
    try:
        with warnings.catch_warnings():
            if not debug:
                warnings.simplefilter("ignore")
                logging.disable(logging.WARNING)
            yield
    finally:
        logging.disable(logging_level)
        sys.stderr.flush()
        sys.stdout = python_stdout
        if saved is not None:
            os.dup2(saved, 1)
            os.close(saved)


def _redirect_descriptor() -> int | None:
    """Point descriptor 1 at stderr; the descriptor that restores it, or None where there is none to redirect."""
    try:
        saved = os.dup(1)
    except OSError:
        return None
    try:
        os.dup2(2, 1)
    except OSError:
        os.close(saved)
        return None
    return saved


def write_stdout(content: str | bytes) -> None:
    """Write a result, text as UTF-8 whatever the locale: Å must not stop a scan in a POSIX shell."""
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(content if isinstance(content, str) else content.decode())
    else:
        buffer.write(content.encode() if isinstance(content, str) else content)
    sys.stdout.flush()


def discard_stdout() -> None:
    """Point stdout elsewhere, so that the interpreter's last flush does not fail again on what could not be written."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def complain(message: str, kind: str = "error") -> None:
    """One line on stderr, without breaking on a terminal that cannot show a letter."""
    line = f"bsct-explorer: {kind}: {' '.join(message.split())}\n"
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    with suppress(OSError):  # a closed stderr leaves the exit code to speak
        sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))
        sys.stderr.flush()


class ProgressLine:
    """One line on stderr that is painted over, on a terminal only; silent in pipes, logs and CI."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = 0.0
        self._width = 0

    def __call__(self, label: str, done: int, total: int) -> None:
        """Show that `done` of `total` frames of `label` are computed."""
        now = time.monotonic()
        if not self._shown or (done < total and now - self._last < PROGRESS_INTERVAL):
            return
        self._last = now
        self._paint(f"{label}  {done}/{total} frames")

    def say(self, what: str) -> None:
        """Show a sentence without numbers, at once."""
        if self._shown:
            self._paint(what)

    def clear(self) -> None:
        """Leave an empty line for what comes next."""
        if self._shown and self._width:
            self._paint("")
            sys.stderr.write("\r")
            sys.stderr.flush()
            self._width = 0

    def _paint(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)
