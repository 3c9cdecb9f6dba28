"""The text of a table taken apart into comments, a header and rows of cells, whatever separates them.

Columns are separated by semicolon, tab, comma or blanks, a decimal comma is read where the separator leaves it free;
``#``, ``!``, ``%``, ``@``, ``&`` and ``//`` begin comments.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field

from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.unit_statements import is_unit

MAX_ROWS, MAX_COLUMNS, MAX_LINE, MAX_TEXT = 20_000, 50, 1000, 10_000_000
"""A curve has no more points, a table no more columns, a line and the whole no more characters."""

Row = tuple[int, list[str]]
"""Number of the line, and its cells."""

_COMMENT = re.compile(r"\s*(#|!|%|@|&|//)")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eEdD][+-]?\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+([eEdD][+-]?\d+)?")
_GRID = re.compile(r"[\[(]\s*([+-]?\d+(?:\.\d*)?)\s*,?\s*[\])]")
"""A point of a grid as TorsionDrive names it: ``[-165]``, ``(-165,)``."""
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_MISSING = re.compile(
    r"(|nan|[+-]?inf(inity)?|null|none|n\.?[/.]?a\.?|#n/?a|<na>|missing|-+|–+|—+|\*+|\?+|"
    r"(\w+[ -]){0,2}"
    r"(fail|error|not[ -]?conv|no[ -]?conv|non-?conv|unconv|crash|diverg|abort|kill|time-?d? ?out).{0,80})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TableText:
    """A table's text.

    Attributes
    ----------
    rows
        Those that hold numbers.
    header
        The cells of the line that names the columns, or None.
    units
        The cells of a line of units below it, or None.
    commented
        Where there is no header, the cells of the comment right above the numbers, which may be one; else None.
    comments
        Number of the line and its text, without the sign that makes it a comment.
    decimal_comma
        Whether numbers are written ``1,5``.
    """

    rows: list[Row]
    header: list[str] | None = None
    units: list[str] | None = None
    commented: list[str] | None = None
    comments: list[tuple[int, str]] = field(default_factory=list)
    decimal_comma: bool = False

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(cells) for _, cells in self.rows), default=0)

    def number(self, cell: str) -> float | None:
        """A cell's number, NaN for a missing value; None for what is neither."""
        value = number_in(cell, self.decimal_comma)
        return math.nan if value is None and _MISSING.fullmatch(cell) else value


def number_in(cell: str, decimal_comma: bool = False) -> float | None:
    """The number that a cell holds; None where it holds none."""
    grid = _GRID.fullmatch(cell)
    text = grid[1] if grid else cell.replace("−", "-")
    if decimal_comma and _COMMA_NUMBER.fullmatch(text):
        text = text.replace(",", ".")
    return float(text.lower().replace("d", "e")) if _NUMBER.fullmatch(text) else None


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value: empty, ``nan``, ``failed``, ``not converged``, ``***``."""
    return _MISSING.fullmatch(cell) is not None


def split_table(text: str, name: str) -> TableText:
    """A text taken apart.

    Raises
    ------
    ReferenceDataError
        It is empty, longer than a curve is, or a line in the middle of its numbers is none of them.
    """
    if len(text) > MAX_TEXT:
        raise ReferenceDataError(
            f"{name} has {len(text)} characters, more than the table of a curve has. Give one scan only."
        )
    comments: list[tuple[int, str]] = []
    lines: list[tuple[int, str]] = []
    for k, line in enumerate(text.splitlines(), 1):
        line = line.strip(" \r\n\f\v")
        if len(line) > MAX_LINE:
            raise ReferenceDataError(
                f"{name}, line {k} has {len(line)} characters, more than a row of a curve has. "
                "Give one row a point: coordinate, energy."
            )
        sign = _COMMENT.match(line)
        if sign:
            comments.append((k, line[sign.end() :].lstrip("#!%@& ")))
            continue
        line, _, remark = line.partition("#")
        if remark.strip():
            comments.append((k, remark))
        if line.strip():
            lines.append((k, line.rstrip(" ")))
    if not lines:
        raise ReferenceDataError(f"{name} is empty. Give a table of coordinate and energy.")
    if len(lines) > MAX_ROWS:
        raise ReferenceDataError(f"{name} has {len(lines)} rows, more than a curve has points. Give one scan only.")
    separator, comma = _separator([line for _, line in lines])
    rows = _without_empty_columns([(k, _cells(line, separator)) for k, line in lines])
    widest, at = max((len(cells), k) for k, cells in rows)
    if widest > MAX_COLUMNS:
        raise ReferenceDataError(
            f"{name}, line {at} has {widest} cells, more than a curve has columns. Give coordinate and energy."
        )
    return _with_header(rows, dict(lines), comments, comma, name)


def _without_empty_columns(rows: list[Row]) -> list[Row]:
    """The rows without the columns at their end that no row has anything in: `0.5;-117;` has two."""
    width = max((k + 1 for _, cells in rows for k, cell in enumerate(cells) if cell), default=0)
    return [(line, cells[:width]) for line, cells in rows]


def _separator(lines: list[str]) -> tuple[str | None, bool]:
    """What separates the columns (None for blanks), and whether numbers have a decimal comma."""
    rows = [line for line in lines if re.match(r"[\"\[(]?[+-]?[\d.]", line)] or lines
    for separator in (";", "\t"):
        if sum(separator in line for line in rows) * 2 > len(rows):
            cells = [cell for line in rows for cell in _cells(line, separator)]
            return separator, any(_COMMA_NUMBER.fullmatch(cell) for cell in cells)
    if sum("," in line for line in rows) * 2 > len(rows):
        parts = [line.split() for line in rows]
        blank = [len(words) > 1 and all(not word.endswith(",") for word in words) for words in parts]
        numbers = [all(_COMMA_NUMBER.fullmatch(w) or _NUMBER.fullmatch(w) for w in words) for words in parts]
        if all(blank) and all(numbers):
            return None, True
        quoted = any('"' in line and _COMMA_NUMBER.fullmatch(cell) for line in rows for cell in _cells(line, ","))
        return ",", quoted
    return None, False


def _cells(line: str, separator: str | None) -> list[str]:
    if separator is None:
        words = line.split()
        only_words = len(words) > 2 and not any(number_in(word, True) is not None for word in words[1:])
        # `0.95 not converged` has two cells.
        return [words[0], " ".join(words[1:])] if only_words and number_in(words[0], True) is not None else words
    if '"' in line:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=separator, skipinitialspace=True))]
        except (csv.Error, StopIteration):
            pass
    # What stands in brackets stays together: R(1,2), (-165,).
    together = _BRACKETS.sub(lambda found: found[0].replace(separator, "\x00"), line)
    parts = [part.replace("\x00", separator) for part in together.split(separator)]
    return [cell.strip().strip("'\"").strip() for cell in parts]


def _with_header(
    rows: list[Row], lines: dict[int, str], comments: list[tuple[int, str]], comma: bool, name: str
) -> TableText:
    plain = TableText(rows, decimal_comma=comma)
    first = next((k for k, (_, cells) in enumerate(rows) if _is_data(cells, plain)), None)
    if first is None:
        line, cells = rows[-1]
        raise ReferenceDataError(
            f"{name} has no row of numbers; line {line} reads {' '.join(cells)[:60]!r}. Give one row a point: "
            "coordinate, energy in eV, and if you have it the generalized force."
        )
    data = rows[first:]
    width = max(len(cells) for _, cells in data)
    above = [_header_cells(lines[line], cells, width) for line, cells in rows[:first]]
    header = units = None
    titles = list(rows[:first])
    if above and len(above[-1]) > 1:
        header = above.pop()
        titles.pop()
        if above and len(above[-1]) > 1 and all(not cell or is_unit(cell.strip("()[]{} ")) for cell in header):
            header, units = above.pop(), header
            titles.pop()
    notes = [*comments, *((line, lines[line]) for line, _ in titles)]
    commented = None
    if header is None:
        before = [text for line, text in comments if line < data[0][0]]
        cells = _header_cells(before[-1], before[-1].split(), width) if before else []
        commented = cells if len(cells) == width > 1 else None
    return TableText(data, header, units, commented, notes, comma)


def _is_data(cells: list[str], table: TableText) -> bool:
    """Whether a row holds numbers: its first cell that is not empty is one, or all are numbers or missing."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    return number_in(filled[0], table.decimal_comma) is not None


def _header_cells(line: str, cells: list[str], width: int) -> list[str]:
    """The cells of a line that names columns: split so that there are as many as columns, where one way does."""
    joined = re.sub(r"\s*/\s*", "/", line.strip())
    ways = (
        cells,
        re.findall(r"[^\s(\[]+(?:\s*[\(\[][^)\]]*[\)\]])?", joined),
        [cell.strip() for cell in re.split(r"\s{2,}|\t", line.strip())],
        [cell.strip() for cell in re.split(r"[,;]", line.strip())],
    )
    return next((list(way) for way in ways if len(way) == width), cells)
