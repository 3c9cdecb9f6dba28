"""Types of arguments: texts of the command line as values; argparse shows the message of an ArgumentTypeError."""

from __future__ import annotations

import argparse
import math


def bond(text: str) -> tuple[int, int]:
    """``0-1`` as two atom indices."""
    words = text.split("-")
    if len(words) != 2 or not all(word.isdecimal() for word in words):
        raise argparse.ArgumentTypeError(f"{text!r} is no bond: write two 0-based atom indices, for instance 0-1")
    i, j = (int(word) for word in words)
    if i == j:
        raise argparse.ArgumentTypeError(f"{text!r} names one atom twice: a bond has two")
    return i, j


def angle(text: str) -> tuple[int, ...]:
    """``0-1-2`` as three atom indices."""
    return _atoms(text, 3, "angle", "0-1-2")


def torsion(text: str) -> tuple[int, ...]:
    """``0-1-2-3`` as four atom indices."""
    return _atoms(text, 4, "torsion", "0-1-2-3")


def _atoms(text: str, count: int, kind: str, example: str) -> tuple[int, ...]:
    words = text.split("-")
    if len(words) != count or not all(word.isdecimal() for word in words):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no {kind}: write {count} 0-based atom indices, for instance {example}"
        )
    atoms = tuple(int(word) for word in words)
    if len(set(atoms)) < count:
        raise argparse.ArgumentTypeError(f"{text!r} names one atom twice: the atoms of the {kind} must differ")
    return atoms


def span(text: str) -> tuple[float, float]:
    """``0.5:2.0`` as two numbers."""
    try:
        low, high = (float(word) for word in text.split(":"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no range: write LO:HI, for instance 0.5:2.0") from None
    return low, high


def grid(text: str) -> tuple[int, int]:
    """``31x31`` or ``31`` as two numbers of values."""
    words = text.lower().replace("×", "x").split("x")
    if len(words) > 2 or not all(word.isdecimal() for word in words):
        raise argparse.ArgumentTypeError(f"{text!r} is no grid: write NXxNY, for instance 31x31")
    return int(words[0]), int(words[-1])


def whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None


def number(text: str, what: str) -> float:
    """A finite number, or an error that names `what`."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is no number: {what}")
    return value


def positive(text: str) -> float:
    """A number above zero."""
    value = number(text, "give one above 0")
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def port(text: str) -> int:
    """A TCP port."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return int(text)


def setting(text: str, form: str = "KEY=VALUE") -> tuple[str, str]:
    """``KEY=VALUE`` as two texts; whether the key exists and takes the value is looked up when the command runs."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(f"{text!r} has no value: write {form}")
    return key.strip(), value.strip()


def limit(text: str) -> tuple[str, float]:
    """``NAME=VALUE`` of `--max`, with a number; whether the name exists is looked up when the command runs."""
    name, value = setting(text, "NAME=VALUE")
    return name, number(value, f"write {name}=VALUE with a number")
