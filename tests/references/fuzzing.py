"""Reference files with bytes changed, cut and doubled: what a reader meets that nobody wrote on purpose."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ExplorerError
from bsct_explorer.references import load_reference_file

LONGEST = 2.0
"""Seconds that a file may take."""

PIECES = (
    b"\x00", b"\xff", b"\xff\xfe", b"nan", b"inf", b"-", b"1e999", b"1e-320", b"9" * 400, b"\n", b"\r", b"\n\n", b";",
    b",", b"\t", b"(", b"[", b"]", b'"', b"'", b"#", b"=", b"0.0", b"-1", b"1e308", b"\xe2\x88\x92",
    b"eV", b"Eh", b"/", b"{", b"}",
    b"\xc2\xb2", b"\xd9\xa3", b"energy", b"charge=9", b"Lattice=\"1 2\"", b"Scan !", b"360", b"\x0c", b"\x85", b" ",
)  # fmt: skip

NUMBERS = (
    b"0", b"-1", b"1", b"2", b"1e308", b"-1e308", b"1e-300", b"360", b"1e15", b"nan", b"inf", b"1_0", b"3.0000000001",
    b"99999999",
    b"0.7", b"1.5", b"-140.0", b"9999.0", b"123456789012345678901234567890", b"1D2",
)  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The bytes after one to eight changes."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        at = dice.randrange(len(changed) + 1)
        kind = dice.randrange(9)
        if kind == 0 and changed:
            changed[at % len(changed)] = dice.randrange(256)
        elif kind == 1:
            changed[at:at] = dice.choice(PIECES)
        elif kind == 2:
            del changed[at : at + dice.randint(1, 30)]
        elif kind == 3:
            changed[at:at] = changed[at : at + dice.randint(1, 200)]
        elif kind == 4:
            lines = bytes(changed).split(b"\n")
            k = dice.randrange(len(lines))
            lines[k : k + 1] = [lines[dice.randrange(len(lines))]] * dice.randint(0, 3)
            changed = bytearray(b"\n".join(lines))
        elif kind in (6, 7):  # another number in the place of one
            numbers = list(re.finditer(rb"[-+]?\d+\.?\d*", changed))
            if numbers:
                found = dice.choice(numbers)
                changed[found.start() : found.end()] = dice.choice(NUMBERS)
        else:
            words = bytes(changed).split(b" ")
            words[dice.randrange(len(words))] = dice.choice(PIECES)
            changed = bytearray(b" ".join(words))
    return bytes(changed)


def faults(
    seeds: dict[str, tuple[str, str, Scan]], count: int, seed: int, names: tuple[str, ...] = ()
) -> Iterator[str]:
    """What went wrong on `count` mutants of the seeds: errors that are not ours, and files that took too long."""
    dice = random.Random(seed)
    formats = sorted(seeds)
    for _ in range(count):
        name, text, scan = seeds[dice.choice(formats)]
        data = mutated(text.encode(), dice)
        units = dice.choice((None, None, "hartree", "a.u., a.u.", "kcal/mol", data[:20].decode(errors="replace")))
        start = time.perf_counter()
        try:
            load_reference_file(
                data, dice.choice((scan, scan, None)), name=dice.choice((name, name, *names)), units=units
            )
        except ExplorerError:
            pass
        except Exception as error:
            yield f"{type(error).__name__}: {error} ({name}, {data!r})"
        if time.perf_counter() - start > LONGEST:
            yield f"{name} took more than {LONGEST} s: {data!r}"
