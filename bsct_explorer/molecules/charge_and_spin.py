"""Charge and multiplicity from what a file says of them: keys, free text, data fields, columns of atoms.

What is said in two ways must agree. What looks like a charge or a spin and is not understood is a remark: it is never
dropped silently, since a molecule in another state has another energy surface.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.errors import ExplorerError
from bsct_explorer.molecules import state_keys
from bsct_explorer.molecules.state_keys import CHARGE, MULTIPLICITY, SPIN, UNPAIRED
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import STATE_FOUND, STATE_UNREAD
from bsct_explorer.words.numbers import decimal

MOST = 1000
"""Charges and spins beyond are no molecule's; they are refused as what they are, not as an overflow."""

WORDS = {"singlet": 1, "doublet": 2, "triplet": 3, "quartet": 4, "quintet": 5, "sextet": 6, "septet": 7, "octet": 8}
"""Multiplicities by their names."""

_NUMBER = r"[+\-\u2212]?\d+(?:\.\d*)?[+\-\u2212]?"
_FREE = re.compile(
    r"(?<![\w/,])((?:total|net|molecular|overall|formal)?[ _-]?(?:charge|chg)|(?:spin[ _-]?)?mult(?:iplicity|ip)?\.?|"
    r"(?:total[ _-]?)?spin|uhf|unpaired(?: electrons)?|q(?=\s*[:=]))(?![\w/,])"
    rf"(?:\s*(?:=|:)\s*|\s+(?:is|of|=)\s+|\s+)(?:({_NUMBER})(?![\w.])|({'|'.join(WORDS)})\b)",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?<!\w)charge\s*(?:/|,|&|and)\s*(?:spin[ _-]?)?mult(?:iplicity)?\.?\s*[:=]?\s*"
    rf"({_NUMBER})[\s,/;]+(\d+)(?![\w.])",
    re.IGNORECASE,
)
_TALK = re.compile(r"(?<![\w])[\w\-]*(?:charge|multiplicity|unpaired|spin\b)[\w\-]*", re.IGNORECASE)
_ION = re.compile(r"(?<![\w])(?:mono|di|tri|tetra|radical[ -])?(?:an|cat)ion(?:ic)?(?![\w])", re.IGNORECASE)
_SPIN = re.compile(rf"(?<![\w])({'|'.join(WORDS)})(?![\w])", re.IGNORECASE)


class StateError(ExplorerError, ValueError):
    """What a file says of charge or spin cannot be used; the message is the end of a sentence that names the file."""


@dataclass(frozen=True)
class StateText:
    """What a file says beside its atoms.

    Attributes
    ----------
    fields
        Key and value pairs of a comment line or of data fields.
    text
        Free text: comment lines without their pairs, titles.
    columns
        Numbers of atoms other than positions, shape (n_atoms, n), by name.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    columns: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class SaidState:
    """Charge and multiplicity where they are said, else None; ``spin=3`` where a spin was read as 2S + 1; remarks."""

    charge: int | None
    multiplicity: int | None
    as_written: str = ""
    notes: tuple[Remark, ...] = ()


def read_state(said: StateText, charge: int | None = None, multiplicity: int | None = None) -> SaidState:
    """Charge and multiplicity that a file says.

    Parameters
    ----------
    said
        All that the file says beside its atoms.
    charge, multiplicity
        What a person gave: it goes before what the file says, which is then not even read.

    Raises
    ------
    StateError
        A value is none, or two of them contradict each other.
    """
    notes: list[Remark] = []
    entries = list(_entries(said))
    spelled = ""
    if charge is None:
        charge = _agreed([(text, _whole(text, value)) for kind, text, value in entries if kind == CHARGE])
        charge = _with_columns(said, CHARGE, charge, notes)
    if multiplicity is None:
        multiplicity, spelled = _multiplicity(entries)
        multiplicity = _with_columns(said, UNPAIRED, multiplicity, notes)
    notes += _found_in_text(said)
    notes += _not_understood(said, charge, multiplicity)
    return SaidState(charge, multiplicity, spelled, tuple(notes))


def unheard(said: StateText, charge: int, multiplicity: int) -> tuple[Remark, ...]:
    """A remark where words of the text (anion, triplet) contradict the charge or the multiplicity that is computed."""
    notes = []
    for ion in _ION.finditer(said.text):
        word = ion.group().lower()
        wanted = -1 if "anion" in word else 1
        if charge * wanted <= 0:
            notes.append(f"The text says {word!r}, and the charge that is computed is {charge:+d}")
            break
    spin = _SPIN.search(said.text)
    if spin and WORDS[spin[1].lower()] != multiplicity:
        notes.append(f"The text says {spin[1].lower()!r}, and the multiplicity that is computed is {multiplicity}")
    return tuple(STATE_UNREAD.say(f"{note}. Give charge and multiplicity if that is wrong.") for note in notes)


# what is said


def _entries(said: StateText) -> Iterator[tuple[str, str, str]]:
    """Class, text as written, and value of everything that is understood as charge or spin."""
    for key, value in _pairs(said.fields):
        kind = state_keys.class_of(key)
        if kind is not None and not _bare_word(key, value):
            yield kind, f"{key}={value}", value
    for pair in _PAIR.finditer(said.text):
        yield CHARGE, f"{pair.group()!r}", pair[1]
        yield MULTIPLICITY, f"{pair.group()!r}", pair[2]
    for found in _FREE.finditer(_PAIR.sub(" ", said.text)):
        kind = state_keys.class_of(found[1].rstrip("."))
        if kind is not None:
            yield kind, f"{found.group()!r}", found[2] or found[3]


def _pairs(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Keys and values, those apart that commas or semicolons join: ``charge=-2;mult=1``."""
    for key, value in fields.items():
        first, *others = re.split(r"[;,](?=\s*[A-Za-z_][\w+\-]*\s*=)", value)
        yield key, first
        for other in others:
            name, _, rest = other.partition("=")
            yield name.strip(), rest.strip()


def _bare_word(key: str, value: str) -> bool:
    """A word of the comment that no value follows: it is a part of the free text."""
    return value == "T" and key != value


def _whole(text: str, value: str) -> int:
    """A whole number as people write charges: ``-1``, ``+2``, ``2-``, ``-1.0``, ``[0]``, a minus sign of typography."""
    number = _number(text, value)
    if abs(number - round(number)) > 1e-6:
        raise StateError(f"{text} is not a whole number")
    return round(number)


def _number(text: str, value: str) -> float:
    plain = value.strip("[](){}\"' ,;").replace("\u2212", "-").replace("\u2013", "-")
    plain = re.sub(r"\s*\|?e\|?$", "", plain)
    if re.fullmatch(r"\d+(\.0*)?[+-]", plain):
        plain = plain[-1] + plain[:-1]
    try:
        number = float(plain) if re.fullmatch(r"[\d.+\-eE]+", plain) else np.nan
    except ValueError:
        number = np.nan
    if np.isnan(number):
        raise StateError(f"{text} is not a number")
    if abs(number) > MOST:
        raise StateError(f"{text} is no charge or spin of a molecule")
    return number


def _agreed(entries: list[tuple[str, int]]) -> int | None:
    """The one value that all say; None where nobody says any."""
    if not entries:
        return None
    first, value = entries[0]
    for other, another in entries[1:]:
        if another != value:
            raise StateError(f"{first} and {other} contradict each other")
    return value


def _multiplicity(entries: list[tuple[str, str, str]]) -> tuple[int | None, str]:
    """The multiplicity, and the spin that it was read from where it was given as one."""
    clear: list[tuple[str, int]] = []
    spins: list[tuple[str, float]] = []
    for kind, text, value in entries:
        word = WORDS.get(value.strip("\"' ,;").lower())
        if kind in (MULTIPLICITY, SPIN) and word is not None:
            clear.append((text, word))
        elif kind == MULTIPLICITY:
            clear.append((text, _whole(text, value)))
        elif kind == UNPAIRED:
            clear.append((text, _whole(text, value) + 1))
        elif kind == SPIN:
            spins.append((text, _number(text, value)))
    for text, spin in spins:
        if spin == 0 or (spin % 1 == 0.5 and spin > 0):
            clear.append((text, round(2 * spin) + 1))  # neither can be 2S + 1: it is S, or 2S = 0
            continue
        twice = len(clear) > 0 and spin == clear[0][1] - 1  # 2S beside a multiplicity that says so
        if not twice:
            clear.append((text, _whole(text, str(spin))))
    agreed = _agreed(clear)
    spelled = spins[0][0] if len(clear) == 1 and len(spins) == 1 else ""
    return agreed, spelled


def _with_columns(said: StateText, kind: str, value: int | None, notes: list[Remark]) -> int | None:
    """The charge or multiplicity, taken from a sum over atoms where nothing else says it."""
    for name, column in said.columns.items():
        if state_keys.of_atoms(name) != kind or column.ndim != 2 or column.shape[1] != 1:
            continue
        total = float(np.sum(column))
        if not np.isfinite(total) or abs(total) > MOST or not column.any():
            continue
        what, off = ("charge", 0) if kind == CHARGE else ("multiplicity", 1)
        whole = abs(total - round(total)) < 0.02
        implied = round(total if kind == CHARGE else abs(total)) + off
        written = f"The atoms' column {name!r} adds up to {decimal(total, 2)}"
        if value is None and whole:
            if implied != off:
                notes.append(STATE_FOUND.say(f"{written}: taken as {what} {implied}. No key of the file says one."))
                value = implied
        elif value is None:
            notes.append(STATE_UNREAD.say(f"{written}, which is no {what}; none was read from it."))
        elif whole and implied != value:
            notes.append(STATE_UNREAD.say(f"{written}, and the file's {what} is {value}: the latter is taken."))
    return value


def _found_in_text(said: StateText) -> list[Remark]:
    found = [pair.group() for pair in _PAIR.finditer(said.text)]
    found += [each.group() for each in _FREE.finditer(_PAIR.sub(" ", said.text)) if state_keys.class_of(each[1])]
    return [STATE_FOUND.say(f"Read from the text: {', '.join(repr(each.strip()) for each in found)}.")] if found else []


# what is not understood


def _not_understood(said: StateText, charge: int | None, multiplicity: int | None) -> list[Remark]:
    names = []
    for key, value in _pairs(said.fields):
        if _bare_word(key, value):
            continue
        like = state_keys.looks_like(key)
        if like is None or state_keys.class_of(key) is not None:
            continue
        if len(state_keys.plain_key(key)) <= 2 and not re.fullmatch(_NUMBER, value):
            continue  # m=..., s=... of something else
        names.append(f"{key}={value[:40]}")
    rest = _FREE.sub(" ", _PAIR.sub(" ", said.text))
    if charge is None or multiplicity is None:
        names += [word.group() for word in _TALK.finditer(rest)]
    numbers = re.fullmatch(r"\s*([+-]?\d{1,2})\s*[,\s]\s*(\d{1,2})\s*", said.text)
    if numbers and not said.fields.keys() - numbers.groups() and (int(numbers[1]), int(numbers[2])) != (0, 1):
        names.append(said.text.strip())
    if not names:
        return []
    shown = ", ".join(dict.fromkeys(repr(name) for name in names[:6]))
    taken = [
        f"charge {'0 (none is said)' if charge is None else format(charge, '+d')}",
        f"multiplicity {'by the electrons' if multiplicity is None else multiplicity}",
    ]
    return [
        STATE_UNREAD.say(
            f"Looks like a charge or a spin and is not understood: {shown}. Computed with {' and '.join(taken)}. "
            "Write charge=… and multiplicity=…, or give them."
        )
    ]
