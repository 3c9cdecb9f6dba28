"""What strangers send is read in a process of its own, with limits of time and memory: it cannot hurt the server.

The processes are programs of their own (`reading_worker`), not forks: a fork of a process with threads may hang, and
`multiprocessing` would run the server's main module again. They stay, so that only the first request waits for rdkit.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.plain_molecule import from_plain
from bsct_explorer.words.numbers import short

READ_SECONDS = 3.0
"""For a structure file; usual ones take milliseconds."""

EMBED_SECONDS = 20.0
"""For the geometry of a SMILES string or of a flat drawing."""

START_SECONDS = 60.0
"""For a process to come up, on a machine that is busy with other things."""

WORKERS = 2
"""Processes at most, so that one slow file does not hold up everybody; each takes about 120 MB."""

_LONGEST = 10_000_000
"""Characters of an answer; `MAX_ATOMS` atoms take less than one in a hundred of it."""

_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from bsct_explorer.molecules.reading_worker import main; main()"
)
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LANG", "PYTHONHOME")
"""Variables that a process needs to start; it gets no others, which may be secrets."""


class _TookTooLong(Exception):
    """No answer in time."""


class _Ended(Exception):
    """The process is gone."""


@dataclass(frozen=True)
class Limits:
    """Seconds that a request may take, and what to tell whom it took longer for."""

    seconds: float
    advice: str


class Worker:
    """One process and the thread that hears it."""

    def __init__(self) -> None:
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        path = json.dumps([place or os.getcwd() for place in sys.path])
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-P", "-c", _BOOT, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **{key: os.environ[key] for key in _KEPT if key in os.environ},
                **threads,
                "PYTHONIOENCODING": "utf-8",
            },
            encoding="utf-8",
        )
        self._heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._hear, daemon=True, name="reading").start()
        try:
            self._next(START_SECONDS)
        except (_TookTooLong, _Ended):
            self.close()
            raise

    def _hear(self) -> None:
        out = self._process.stdout
        with contextlib.suppress(OSError, ValueError):
            while out is not None and (line := out.readline(_LONGEST)):
                self._heard.put(line)
        self._heard.put("")  # the end, which is no answer

    def _next(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._heard.get(timeout=seconds)
        except queue.Empty:
            raise _TookTooLong from None
        try:
            answer = json.loads(line)
        except ValueError:
            raise _Ended from None
        if not isinstance(answer, dict):
            raise _Ended
        return answer

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises
        ------
        _TookTooLong, _Ended
            There is none; the process has to be closed.
        """
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise _Ended from None
        answer = self._next(seconds)
        # Once, and only where the file holds a drawing: a geometry has to be made, which takes longer.
        if answer != {"embedding": True}:
            return answer
        answer = self._next(EMBED_SECONDS)
        if "embedding" in answer:
            raise _Ended
        return answer

    def close(self) -> None:
        """End the process at once."""
        self._process.kill()
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)


class Readers:
    """A few workers, each started when it is first needed and replaced when it had to be ended."""

    def __init__(self, size: int = WORKERS) -> None:
        self._places: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._places.put(None)

    def ask(self, request: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """The answer of a free worker.

        Raises
        ------
        MoleculeError
            It took too long, needed too much memory, or no process could be had.
        """
        name = _short(request["name"])
        try:
            worker = self._places.get(timeout=limits.seconds + START_SECONDS)
        except queue.Empty:
            raise MoleculeError(f"{name} could not be read: the server is busy with other files. Try again.") from None
        try:
            if worker is None:
                worker = Worker()
            answer = worker.ask(request, limits.seconds)
        except _TookTooLong:
            worker = _ended(worker)
            raise MoleculeError(
                f"{name} takes longer than the {short(limits.seconds)} s that reading may take here. {limits.advice}"
            ) from None
        except (_Ended, OSError):
            worker = _ended(worker)
            raise MoleculeError(
                f"{name} cannot be read here: the process that reads it ended, as it does where a file needs more "
                f"memory than 1 GB. {limits.advice}"
            ) from None
        except BaseException:
            worker = _ended(worker)
            raise
        finally:
            self._places.put(worker)
        return answer

    def close(self) -> None:
        """End all workers that are free."""
        free = 0
        with contextlib.suppress(queue.Empty):
            while True:
                _ended(self._places.get_nowait())
                free += 1
        for _ in range(free):
            self._places.put(None)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:59]}…"


def _ended(worker: Worker | None) -> Worker | None:
    """Nothing, which takes the place of the worker that it ends."""
    if worker is not None:
        worker.close()
    return None


_readers = Readers()


def _forget() -> None:
    """A fork of this process has no workers: their pipes are its parent's."""
    global _readers
    _readers = Readers()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
atexit.register(lambda: _readers.close())


def guarded_structure(
    content: bytes, format: str, name: str, charge: int | None, multiplicity: int | None
) -> tuple[Molecule, bool]:
    """As `structure_files.read_unrelaxed`, in a process of its own.

    Raises
    ------
    MoleculeError
        As there, and where the limits are met.
    """
    request = {"what": "structure", "content": base64.b64encode(content).decode("ascii"), "format": format}
    advice = "Save it anew from an editor, with one structure and no more than coordinates and bonds."
    return _molecule({**request, "name": name, "charge": charge, "multiplicity": multiplicity}, READ_SECONDS, advice)


def guarded_smiles(text: str, name: str, charge: int | None, multiplicity: int | None) -> Molecule:
    """As `smiles.embedded_smiles`, in a process of its own.

    Raises
    ------
    MoleculeError
        As there, and where the limits are met.
    """
    request = {"what": "smiles", "text": text, "name": name, "charge": charge, "multiplicity": multiplicity}
    return _molecule(request, EMBED_SECONDS, "Upload a structure file with coordinates instead.")[0]


def _molecule(request: dict[str, Any], seconds: float, advice: str) -> tuple[Molecule, bool]:
    from bsct_explorer.molecules.smiles import InvalidSmilesError

    name = _short(request["name"])
    answer = _readers.ask(request, Limits(seconds, advice))
    if "refused" in answer:
        raise (InvalidSmilesError if answer.get("smiles") else MoleculeError)(str(answer["refused"]))
    if "memory" in answer:
        raise MoleculeError(f"{name} needs more than 1 GB of memory to be read. {advice}")
    if "failed" in answer:
        raise MoleculeError(f"{name} cannot be read ({answer['failed']}). {advice}")
    try:
        return from_plain(answer["molecule"]), bool(answer["embedded"])
    except (KeyError, TypeError, ValueError, IndexError):
        raise MoleculeError(f"{name} cannot be read: its reading gave no molecule. {advice}") from None
