"""Reader for xyz and extended xyz: one small parser for structures, BSCT-SPICE frames and reference scans.

ASE's reader is general and takes about 0.4 ms a frame and more; a BSCT-SPICE system has a hundred files, and the page
reads them between a click and a curve.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import ExplorerError
from bsct_explorer.molecules.file_text import lines_of
from bsct_explorer.molecules.isotopes import element_of

_KEY_VALUE = re.compile(r"""([^\s=]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|\{[^}]*\}|\[[^\]]*\]|[^\s]+)|([^\s=]+)""")
PLAIN = [("species", "S", 1), ("pos", "R", 3)]
"""Columns of plain xyz; what follows them is ignored."""

MOST_COLUMNS = 10_000
"""Of one property of an atom."""

LONGEST_COMMENT = 20_000
"""Characters. Longer lines are no comments; splitting them into pairs takes time that grows with the square."""

_COUNT = re.compile(r"\s*\d{1,9}\s*", re.ASCII)
_SHORT = {"S": "text", "R": "number", "I": "number", "L": "text"}


class XYZError(ExplorerError, ValueError):
    """The text is not (extended) xyz; the message says in which line and why."""


@dataclass(frozen=True)
class XYZFrame:
    """One frame of an (extended) xyz file.

    Attributes
    ----------
    symbols
        Chemical symbols as written, length n_atoms.
    positions
        Å, shape (n_atoms, 3).
    info
        The comment line's key=value pairs as strings, quotes taken off.
    columns
        Numeric per-atom columns other than the positions, shape (n_atoms, n) each, by name (``forces``).
    comment
        The comment line.
    end
        Index of the line behind the frame, among the text's lines as `lines_of` counts them.
    """

    symbols: tuple[str, ...]
    positions: Floats
    info: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Floats] = field(default_factory=dict)
    comment: str = ""
    end: int = 0

    @property
    def numbers(self) -> Ints:
        """Atomic numbers, shape (n_atoms,), of isotopes those of the element; 0 for what is no element."""
        from ase.data import atomic_numbers

        elements = map(element_of, self.symbols)
        return np.array([atomic_numbers.get(symbol, 0) for symbol in elements], dtype=np.int64)

    @property
    def cell(self) -> Floats | None:
        """Lattice vectors as rows in Å, shape (3, 3), or None."""
        text = self.info.get("Lattice")
        if text is None:
            return None
        try:
            cell = np.array(text.split(), dtype=float).reshape(3, 3)
        except ValueError:
            raise XYZError(f'Lattice="{text}" does not hold nine numbers') from None
        return cell if cell.any() else None

    @property
    def periodic(self) -> bool:
        """Whether any direction is periodic: `pbc` decides, and without it a lattice means yes, as in ASE."""
        text = self.info.get("pbc")
        if text is None:
            return self.cell is not None
        return any(flag.lower() in ("t", "true", "1") for flag in re.split(r"[\s,\[\]]+", text) if flag)

    def number(self, key: str) -> float | None:
        """A number of the comment line, None where the key is missing; text that is no number is an `XYZError`."""
        if key not in self.info:
            return None
        try:
            return float(self.info[key])
        except ValueError:
            raise XYZError(f"{key}={self.info[key]} is not a number") from None


def parse_xyz(text: str, limit: int | None = None) -> tuple[list[XYZFrame], bool]:
    """Frames of an xyz or extended xyz text.

    Parameters
    ----------
    text
        The file's content.
    limit
        Frames read at most.

    Returns
    -------
    frames
        In the order of the file.
    more
        Whether the text goes on behind the last frame that was read.

    Raises
    ------
    XYZError
        The text does not have the layout; the message names the line.
    """
    lines = lines_of(text)
    frames: list[XYZFrame] = []
    at = _skip_blank(lines, 0)
    while at < len(lines) and (limit is None or len(frames) < limit):
        frame, at = _parse_frame(lines, at)
        frames.append(frame)
        at = _skip_blank(lines, at)
    if not frames:
        raise XYZError("the file is empty")
    return frames, at < len(lines)


def is_count(line: str) -> bool:
    """Whether a line holds a number of atoms and nothing else: the first of a frame."""
    return _COUNT.fullmatch(line) is not None


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _parse_frame(lines: list[str], at: int) -> tuple[XYZFrame, int]:
    if not is_count(lines[at]):
        raise XYZError(f"line {at + 1} should hold the number of atoms, but reads {lines[at][:40]!r}")
    n_atoms = int(lines[at])
    comment = lines[at + 1] if at + 1 < len(lines) else ""
    if len(comment) > LONGEST_COMMENT:
        raise XYZError(f"line {at + 2} has {len(comment)} characters, more than the {LONGEST_COMMENT} of a comment")
    info = parse_info(comment)
    layout = _layout(info["Properties"], at + 2) if "Properties" in info else PLAIN
    end = _check_count(lines, at, n_atoms, layout)
    rows = [line.split() for line in lines[at + 2 : end]]
    symbols, arrays = _read_columns(rows, layout, at + 3)
    return XYZFrame(symbols, arrays.pop("pos"), info, arrays, comment, end), end


def _check_count(lines: list[str], at: int, n_atoms: int, layout: list[tuple[str, str, int]]) -> int:
    """Index behind the frame's last row; its count and its rows must agree, or an `XYZError` has both numbers."""
    end = at + 2 + n_atoms
    inside = lines[at + 2 : end]
    stop = next((k for k, line in enumerate(inside) if is_count(line) or not line.strip()), len(inside))
    if n_atoms < 1 or stop < n_atoms:
        raise XYZError(f"line {at + 1} announces {n_atoms} atoms, and {_rows(stop)} follow{'s' * (stop == 1)}")
    more = 0
    while end + more < len(lines) and _is_row(lines[end + more], layout):
        more += 1
    if more:
        raise XYZError(
            f"line {at + 1} announces {n_atoms} atoms, and {n_atoms + more} rows of atoms follow; correct the count or "
            "take rows out"
        )
    return end


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'} of atoms"


def _is_row(line: str, layout: list[tuple[str, str, int]]) -> bool:
    """Whether a line could be a row of atoms: something that starts like a symbol, and numbers where they belong."""
    words = line.split()
    if len(words) < sum(size for _, _, size in layout):
        return False
    at = 0
    for name, kind, size in layout:
        part = words[at : at + size]
        at += size
        if name == "species" and not re.fullmatch(r"[A-Za-z]{1,3}\d*|\d{1,3}", part[0]):
            return False
        if _SHORT[kind] == "number" and not all(_is_number(word) for word in part):
            return False
    return True


def _is_number(word: str) -> bool:
    try:
        float(_exponent(word))
    except ValueError:
        return False
    return True


def _exponent(word: str) -> str:
    """A number with Fortran's exponent (``1.5D-01``) as Python reads it."""
    return word.replace("D", "e").replace("d", "e")


def free_text(comment: str) -> str:
    """What of a comment line is no key=value pair."""
    return _KEY_VALUE.sub(lambda pair: pair[3] or " ", comment)


def parse_info(comment: str) -> dict[str, str]:
    """Key=value pairs of an extended xyz comment line; a bare word is a flag with the value ``T``."""
    info: dict[str, str] = {}
    for key, value, flag in _KEY_VALUE.findall(comment):
        if flag:
            info[flag] = "T"
        else:
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            info[key] = value[1:-1] if quoted else value
    return info


def _layout(text: str, line: int) -> list[tuple[str, str, int]]:
    parts = text.split(":")
    try:
        layout = [(parts[k], parts[k + 1], int(parts[k + 2])) for k in range(0, len(parts), 3)]
    except (IndexError, ValueError):
        raise XYZError(f"line {line}: Properties={text} is not a list of name:type:columns") from None
    sizes = {name: (kind, size) for name, kind, size in layout}
    if (
        sizes.get("species") != ("S", 1)
        or sizes.get("pos") != ("R", 3)
        or any(kind not in _SHORT or not 0 < size <= MOST_COLUMNS for _, kind, size in layout)
    ):
        raise XYZError(f"line {line}: Properties={text} lacks species:S:1 or pos:R:3, or has an unknown type")
    return layout


def _read_columns(
    rows: list[list[str]], layout: list[tuple[str, str, int]], first_line: int
) -> tuple[tuple[str, ...], dict[str, Floats]]:
    width = sum(size for _, _, size in layout)
    for k, row in enumerate(rows):
        if len(row) < width:
            raise XYZError(f"line {first_line + k} has {len(row)} columns where {width} are expected")
    symbols: tuple[str, ...] = ()
    arrays: dict[str, Floats] = {}
    at = 0
    for name, kind, size in layout:
        part = [row[at : at + size] for row in rows]
        at += size
        if name == "species":
            symbols = tuple(_symbol(row[0]) for row in part)
        elif _SHORT[kind] == "number":
            try:
                arrays[name] = _numbers(part)
            except ValueError:
                raise XYZError(
                    f"the column {name} holds something that is not a number ({_bad(part, first_line)})"
                ) from None
    return symbols, arrays


def _numbers(part: list[list[str]]) -> Floats:
    try:
        return np.array(part, dtype=np.float64)
    except ValueError:
        return np.array([[_exponent(word) for word in row] for row in part], dtype=np.float64)


def _bad(part: list[list[str]], first_line: int) -> str:
    for k, row in enumerate(part):
        for word in row:
            if not _is_number(word):
                return f"line {first_line + k}: {word!r}"
    return "columns of different length"


def _symbol(text: str) -> str:
    """Element symbol from what xyz files use: ``C``, ``c``, ``CL``, or an atomic number."""
    if re.fullmatch(r"\d{1,3}", text, re.ASCII):
        from ase.data import chemical_symbols

        number = int(text)
        return chemical_symbols[number] if 0 < number < len(chemical_symbols) else text
    return text.capitalize()
