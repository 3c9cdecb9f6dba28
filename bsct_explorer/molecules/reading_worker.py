"""The process that reads what strangers send: one request a line of JSON on stdin, one answer a line on stdout.

It is started by `guarded_reading`, limits its own memory before it reads anything, writes no files, and ends with its
parent. Whatever a file does to it, it does to it alone.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import IO, Any

MEMORY = 1_000_000_000
"""Bytes of address space, of which the libraries take about a third."""


def limit() -> None:
    """Limits of memory and files, where the system has them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):  # macOS has no limit of address space
            continue


def warm_up() -> None:
    """Import what reading needs, by reading something small."""
    from bsct_explorer.molecules.smiles import embedded_smiles
    from bsct_explorer.molecules.structure_files import read_structure

    read_structure("2\n\nH 0 0 0\nF 0 0 0.92\n", "xyz", "warm")
    embedded_smiles("CO", "warm")


def answer(request: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The molecule of a request, or the words that it is refused with; `say` tells that a geometry has to be made."""
    from bsct_explorer.errors import MoleculeError
    from bsct_explorer.molecules.plain_molecule import to_plain
    from bsct_explorer.molecules.smiles import InvalidSmilesError, embedded_smiles
    from bsct_explorer.molecules.structure_files import read_unrelaxed

    state = {"charge": request["charge"], "multiplicity": request["multiplicity"]}
    try:
        if request["what"] == "smiles":
            return {"molecule": to_plain(embedded_smiles(request["text"], request["name"], **state)), "embedded": True}
        on_drawing = partial(say, {"embedding": True})
        content = base64.b64decode(request["content"])
        molecule, embedded = read_unrelaxed(content, request["format"], request["name"], on_drawing=on_drawing, **state)
        return {"molecule": to_plain(molecule), "embedded": embedded}
    except InvalidSmilesError as error:
        return {"refused": str(error), "smiles": True}
    except MoleculeError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"memory": True}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"[:300]}


def serve(
    requests: IO[str],
    answers: IO[str],
    respond: Callable[[dict[str, Any], Callable[[dict[str, Any]], None]], dict[str, Any]] = answer,
) -> None:
    """Answer every request, to the end of them."""

    def say(words: dict[str, Any]) -> None:
        answers.write(json.dumps(words) + "\n")
        answers.flush()

    for line in requests:
        say(respond(json.loads(line), say))


def main() -> None:
    """Run as the child of `guarded_reading`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end ends this process
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that a library prints is taken for an answer
    limit()
    warm_up()
    answers.write("{}\n")
    answers.flush()
    serve(sys.stdin, answers)
