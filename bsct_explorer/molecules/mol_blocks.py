"""Mol blocks (V2000 and V3000) held against their own text before rdkit parses anything.

rdkit believes the counts: 330 bytes that announce 355,236,452 atoms make it ask for 16 GB. Here the rows are counted,
and rdkit gets a block of its own with what a molecule needs: atoms, bonds, charges, radicals, isotopes. Everything else
(groups, collections, queries, templates) is left out.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from bsct_explorer.errors import ExplorerError

UNPAIRED_BY_MARK = {0: 0, 1: 0, 2: 1, 3: 2}
"""Unpaired electrons of an atom by its radical mark (CTfile formats, ``M  RAD``): 1 singlet, 2 doublet, 3 triplet."""

MOST_BONDS, MORE_BONDS = 1.5, 10
"""Bonds an atom, and bonds beside, up to which rdkit is asked. Fullerenes have 1.5; where every atom is bonded to every
other, rdkit's search for rings takes minutes or ends the process."""

_KEPT = re.compile(r"M  (CHG|RAD|ISO)")
_ATOM_KEYS = ("CHG", "RAD", "MASS", "CFG")
_FIELD = r"(?:  \d| \d\d|\d{3})"
_BOND_ROW = re.compile(rf"{_FIELD}{{3}}([\s\d].*)?", re.ASCII)


class MolBlockError(ExplorerError, ValueError):
    """A mol block is not what it says; the message is the end of a sentence that names the file."""


@dataclass(frozen=True)
class MolBlock:
    """A block that is safe to parse, with what rdkit does not tell.

    Attributes
    ----------
    text
        The block for rdkit, its counts true.
    charged, marked
        Whether charges or radical marks are stated at all.
    unpaired
        Unpaired electrons of each atom that has a radical mark.
    """

    text: str
    n_atoms: int
    charged: bool
    marked: bool
    unpaired: tuple[int, ...]


def checked_block(lines: list[str], most_atoms: int) -> MolBlock:
    """The mol block at the beginning of a file.

    Parameters
    ----------
    lines
        Of the file up to its first ``$$$$``.
    most_atoms
        A block that announces more is not even counted.

    Raises
    ------
    MolBlockError
        There is no counts line, a count differs from the rows, or a row is none.
    """
    at = next((k for k, line in enumerate(lines[:8]) if re.search(r"V[23]000\s*$", line)), 3)
    if len(lines) <= at or not lines[at].strip():
        raise MolBlockError("it has no counts line (the fourth line, with the numbers of atoms and bonds)")
    header = [*lines[:at], "", "", ""][:3]
    if "V3000" in lines[at]:
        return _v3000(header, lines[at + 1 :], most_atoms)
    return _v2000(header, lines, at, most_atoms)


def _check_most(count: int, most: int) -> None:
    if count > most:
        raise MolBlockError(
            f"it announces {count} atoms, more than the {most} that a scan takes; cut the part around the bond out"
        )


def _check_bonds(n_atoms: int, n_bonds: int) -> None:
    if n_bonds > MOST_BONDS * n_atoms + MORE_BONDS:
        raise MolBlockError(
            f"it lists {n_bonds} bonds of {n_atoms} atoms, more than molecules have; without its list of bonds, or as "
            "an xyz file, it can be read"
        )


def _check_rows(what: str, announced: int, rows: int) -> None:
    if announced != rows:
        raise MolBlockError(
            f"it announces {announced} {what}, and {rows} row{' of them follows' if rows == 1 else 's of them follow'}"
        )


def _coordinate(word: str, where: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise MolBlockError(f"{where} has {word.strip()!r} where a coordinate should stand") from None
    if not math.isfinite(value):
        raise MolBlockError(f"{where} has a coordinate that is not a finite number ({word.strip()})")
    return value


# V2000


def _v2000(header: list[str], lines: list[str], at: int, most: int) -> MolBlock:
    counts = re.match(rf"({_FIELD})({_FIELD})", lines[at], re.ASCII)
    if counts is None:
        raise MolBlockError(f"its counts line reads {lines[at][:40]!r}")
    n_atoms, n_bonds = int(counts[1]), int(counts[2])
    _check_most(n_atoms, most)
    body = lines[at + 1 :]
    found = next((k for k, line in enumerate(body) if not _is_atom_row(line)), len(body))
    _check_rows("atoms", n_atoms, found)
    atoms = [_atom_row(line, f"line {at + 2 + k}") for k, line in enumerate(body[:n_atoms])]
    rest = body[n_atoms:]
    found = next((k for k, line in enumerate(rest) if not _BOND_ROW.fullmatch(line)), len(rest))
    _check_rows("bonds", n_bonds, found)
    _check_bonds(n_atoms, n_bonds)
    bonds = rest[:n_bonds]
    for line in bonds:
        _check_bond(line, int(line[:3]), int(line[3:6]), n_atoms)
    marks, unpaired = [], {}
    for line in rest[n_bonds:]:
        if line.startswith("M  END"):
            break
        kind = _KEPT.match(line)
        if kind:
            pairs = _pairs(line, n_atoms)
            marks.append(f"M  {kind[1]}{len(pairs):3d}" + "".join(f"{i:4d}{value:4d}" for i, value in pairs))
            if kind[1] == "RAD":
                unpaired.update({i: _unpaired(value) for i, value in pairs})
    chiral = "  1" if lines[at][12:15].strip() == "1" else "  0"
    counts_line = f"{n_atoms:3d}{n_bonds:3d}  0  0{chiral}  0  0  0  0  0999 V2000"
    text = "\n".join(["", header[1], "", counts_line, *atoms, *bonds, *marks, "M  END", ""])
    charged = any(mark.startswith("M  CHG") for mark in marks) or any(row[36:39].strip(" 0") for row in atoms)
    return MolBlock(text, n_atoms, charged, bool(unpaired), tuple(unpaired.values()))


def _is_atom_row(line: str) -> bool:
    return re.match(r"\s*\S+\s+\S+\s+\S+\s+[A-Za-z*]", line) is not None and _fixed(line) != "M"


def _fixed(line: str) -> str:
    return "M" if re.match(r"[MASVG]  ", line) or line.startswith(("M  ", ">")) else ""


def _atom_row(line: str, where: str) -> str:
    """A row with its columns where they belong; hand-made ones are often shifted."""
    if re.match(r"( *-?\d+\.\d{4} *){3}", line) and re.fullmatch(
        r"[ \d.\-]{30} [A-Za-z*][A-Za-z]?[A-Za-z#]? .*", line + " "
    ):
        for k in (0, 10, 20):
            _coordinate(line[k : k + 10], where)
        return line[:69]
    words = line.split()
    x, y, z = (_coordinate(word, where) for word in words[:3])
    if max(map(abs, (x, y, z))) >= 1e5:
        raise MolBlockError(f"{where} has a coordinate beyond 100,000 Å")
    code = words[5] if len(words) > 5 and re.fullmatch(r"[0-7]", words[5]) else "0"
    return f"{x:10.4f}{y:10.4f}{z:10.4f} {words[3][:3]:<3} 0{code:>3}  0  0  0  0  0  0  0  0  0  0"


def _pairs(line: str, n_atoms: int) -> list[tuple[int, int]]:
    """Atom and value of an ``M  CHG``, ``M  RAD`` or ``M  ISO`` line."""
    words = line[6:].split()
    try:
        count, *numbers = (int(word) for word in words)
    except ValueError:
        raise MolBlockError(f"the line {line[:40]!r} is not a list of numbers") from None
    pairs = list(zip(numbers[0::2], numbers[1::2], strict=False))
    if len(numbers) != 2 * count or not 0 < count <= 8:
        raise MolBlockError(f"the line {line[:40]!r} announces {words[0]} atoms and has {len(numbers)} numbers")
    for i, value in pairs:
        if not 1 <= i <= n_atoms or not -999 < value < 999:
            raise MolBlockError(f"the line {line[:40]!r} names an atom or a value that there is none of")
    return pairs


def _unpaired(mark: int) -> int:
    if mark not in UNPAIRED_BY_MARK:
        raise MolBlockError(f"a radical mark is {mark}, and there are 1 (singlet), 2 (doublet) and 3 (triplet)")
    return UNPAIRED_BY_MARK[mark]


def _check_bond(line: str, i: int, j: int, n_atoms: int) -> None:
    if not (1 <= i <= n_atoms and 1 <= j <= n_atoms) or i == j:
        raise MolBlockError(f"the bond {line.strip()[:40]!r} joins atoms that there are none of (1 to {n_atoms})")


# V3000


def _v3000(header: list[str], lines: list[str], most: int) -> MolBlock:
    rows = _v30_rows(lines)
    counts = next((row.split()[1:] for row in rows if row.upper().startswith("COUNTS")), None)
    if counts is None or len(counts) < 2 or not all(re.fullmatch(r"\d+", word, re.ASCII) for word in counts[:2]):
        raise MolBlockError("it has no V30 COUNTS line with the numbers of atoms and bonds")
    announced = [int(word) if len(word) < 12 else 10**12 for word in counts[:2]]
    atoms, bonds = _section(rows, "ATOM"), _section(rows, "BOND")
    # The true reason first: rows that are missing, then too many of them.
    _check_rows("atoms", announced[0], len(atoms))
    _check_most(announced[0], most)
    _check_rows("bonds", announced[1], len(bonds))
    _check_bonds(len(atoms), len(bonds))
    places: dict[str, int] = {}
    cleaned, unpaired, charged = [], [], False
    for row in atoms:
        words = row.split()
        if len(words) < 5 or not re.fullmatch(r"[A-Za-z*]{1,3}", words[1]) or words[0] in places:
            raise MolBlockError(f"the atom {row[:40]!r} is not one of an index, an element and three coordinates")
        places[words[0]] = len(places) + 1
        x, y, z = (_coordinate(word, f"atom {words[0]}") for word in words[2:5])
        marks = _marks(words[6:], _ATOM_KEYS)
        charged |= "CHG" in marks
        if "RAD" in marks:
            unpaired.append(_unpaired(marks["RAD"]))
        kept = "".join(f" {key}={value}" for key, value in marks.items())
        cleaned.append(f"{places[words[0]]} {words[1]} {x!r} {y!r} {z!r} 0{kept}")
    joined: list[str] = []
    for row in bonds:
        words = row.split()
        if len(words) < 4 or not re.fullmatch(r"\d{1,2}", words[1], re.ASCII):
            raise MolBlockError(f"the bond {row[:40]!r} is not one of an index, an order and two atoms")
        i, j = (places.get(word, 0) for word in words[2:4])
        _check_bond(row, i, j, len(atoms))
        kept = "".join(f" {key}={value}" for key, value in _marks(words[4:], ("CFG",)).items())
        joined.append(f"{len(joined) + 1} {words[1]} {i} {j}{kept}")
    chiral = counts[4] if len(counts) > 4 and counts[4] in ("0", "1") else "0"
    body = ["BEGIN CTAB", f"COUNTS {len(cleaned)} {len(joined)} 0 0 {chiral}", "BEGIN ATOM", *cleaned, "END ATOM"]
    if joined:
        body += ["BEGIN BOND", *joined, "END BOND"]
    v30 = [f"M  V30 {line}" for line in [*body, "END CTAB"]]
    text = "\n".join(["", header[1], "", "  0  0  0     0  0            999 V3000", *v30, "M  END", ""])
    return MolBlock(text, len(cleaned), charged, bool(unpaired), tuple(unpaired))


def _v30_rows(lines: list[str]) -> list[str]:
    """What stands behind ``M  V30``, continued lines joined."""
    rows: list[str] = []
    open_line = False
    for line in lines:
        if line.startswith("M  END"):
            break
        if not line.startswith("M  V30"):
            continue
        text = line[6:].strip()
        continued = text.endswith("-")
        text = text[:-1] if continued else text
        if open_line:
            rows[-1] += text
        else:
            rows.append(text)
        open_line = continued
    return rows


def _section(rows: list[str], name: str) -> list[str]:
    """Rows of the first section of that name."""
    plain = [" ".join(row.upper().split()[:2]) for row in rows]
    start = next((k + 1 for k, row in enumerate(plain) if row == f"BEGIN {name}"), len(rows))
    end = next((k for k in range(start, len(rows)) if plain[k].startswith(("END ", "BEGIN "))), len(rows))
    return [row for row in rows[start:end] if row.strip()]


def _marks(words: list[str], keys: tuple[str, ...]) -> dict[str, int]:
    marks = {}
    for word in words:
        key, _, value = word.partition("=")
        if key.upper() in keys:
            if not re.fullmatch(r"-?\d{1,3}", value, re.ASCII):
                raise MolBlockError(f"{word[:40]!r} is not a whole number")
            marks[key.upper()] = int(value)
    return marks
