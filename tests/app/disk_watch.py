"""Which files Python touches while a stranger's text is read: opened, listed, or only asked whether they exist."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

_EVENTS = ("open", "os.listdir", "os.scandir", "os.chdir", "import", "exec")
_LISTENERS: list[list[str]] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _LISTENERS and event in _EVENTS:
        for heard in _LISTENERS:
            heard.append(f"{event} {arguments[0]!r}")


sys.addaudithook(_audit)  # for the life of the process: Python has no way to take one out


@contextmanager
def disk_watch(*names: str) -> Iterator[list[str]]:
    """What was touched in here and has one of `names` in its path; fills while the block runs, is cut down at its end.

    `builtins.open`, `io.open`, `os.open` and `Path.open` all end in the interpreter's audit event ``open``; questions
    such as `Path.is_file` and `os.path.exists` end in `os.stat` or `os.lstat`, which have none and are replaced.
    """
    heard: list[str] = []

    def heard_by(function: Any) -> Any:
        def asked(path: Any, *rest: Any, **options: Any) -> Any:
            heard.append(f"{function.__name__} {path!r}")
            return function(path, *rest, **options)

        return asked

    _LISTENERS.append(heard)
    try:
        with mock.patch("os.stat", heard_by(os.stat)), mock.patch("os.lstat", heard_by(os.lstat)):
            yield heard
    finally:
        _LISTENERS.remove(heard)
        heard[:] = [line for line in heard if any(name in line for name in names)]
