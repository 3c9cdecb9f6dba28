"""Where results go: files that are whole or not there, and stdout."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bsct_explorer.cli.streams import discard_stdout, write_stdout
from bsct_explorer.errors import ExplorerError

STDOUT = "-"


class OutputError(ExplorerError, ValueError):
    """An output cannot be written where it was asked for."""


def check_outputs(paths: Sequence[tuple[str, str | None]]) -> None:
    """Refuse outputs that could not be written, before anything is computed.

    Parameters
    ----------
    paths
        (option, path) of every output; None where it was not asked for.

    Raises
    ------
    OutputError
        Two outputs share a place, a path is empty, or a folder is missing or closed to us.
    """
    seen: dict[str, str] = {}
    for option, path in paths:
        if path is None:
            continue
        if not path.strip():
            raise OutputError(f"{option} has an empty path. Give the path of a file, or - for stdout.")
        place = STDOUT if path == STDOUT else str(Path(path).expanduser().resolve())
        if place in seen:
            what = "stdout" if place == STDOUT else place
            raise OutputError(f"{seen[place]} and {option} would both go to {what}. Give one of them another path.")
        seen[place] = option
        if path != STDOUT:
            _check_writable(option, Path(path).expanduser())


def _check_writable(option: str, path: Path) -> None:
    if path.is_dir():
        raise OutputError(f"{option} {path} is a folder. Give the path of a file.")
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(f"{option} {path}: the folder {folder} does not exist. Make it first.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise OutputError(f"{option} {path} cannot be written: permission denied. Choose another path.")


def write(path: str, content: str | bytes) -> None:
    """Write to stdout (``-``) or to a file, which is replaced only when the new content is complete.

    A device or a pipe (/dev/null, /dev/stdout) is written to, never replaced.

    Raises
    ------
    OutputError
        The system does not let it be written: a full disk, a read-only file system.
    """
    if path == STDOUT:
        write_stdout(content)
        return
    data = content.encode() if isinstance(content, str) else content
    with _words_for(path):
        _write_whole(Path(path).expanduser(), data)


@contextmanager
def _words_for(path: str) -> Iterator[None]:
    """Name the output in the system's errors; a reader that went away is none of them."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        why = error.strerror or str(error)
        raise OutputError(f"{path} could not be written: {why}. Make room there, or choose another path.") from error


class Outputs:
    """Writes every output that can be written: one that fails takes none of the others with it."""

    def __init__(self) -> None:
        self._failures: list[str] = []
        self._stdout: OSError | None = None

    def write(self, path: str, make: Callable[[], str | bytes]) -> None:
        """Write what `make` returns."""
        try:
            write(path, make())
        except OutputError as error:
            self._failures.append(str(error))
        except OSError as error:  # stdout: it is full, or its reader went away
            self._stdout = error
            discard_stdout()

    def raise_failures(self) -> None:
        """Say what could not be written, once all else is done.

        Raises
        ------
        OutputError
            Something could not.
        OSError
            Stdout could not; BrokenPipeError where its reader went away.
        """
        if self._failures:
            raise OutputError(" ".join(self._failures))
        if self._stdout is not None:
            raise self._stdout


def _write_whole(target: Path, content: bytes) -> None:
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    target = target.resolve()  # through a link: the file it points at is replaced, not the link
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        temporary.write_bytes(content)
        temporary.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
