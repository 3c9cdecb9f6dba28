"""What the words of a file say of its units: names of columns, comment lines, keys of extended xyz."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.reference_units import (
    KELVIN,
    Dimension,
    ReferenceUnit,
    StatedUnits,
    force_units,
    plain_unit,
    unit_names,
    unit_of,
)

FOREIGN = {
    "j", "joule", "joules", "erg", "ergs", "aj", "zj", "j/mol", "cal", "cal/mol", "mj", "ev/atom", "mev/atom", "kt",
    "kbt", "hz", "ghz", "thz", "mha", "mhartree", "meh", "m", "mm", "cm", "µm", "turn", "turns", "gon", "ry/atom",
    "hartree/atom", "kcal/mol/atom", "inch",
}  # fmt: skip
"""Units that files have and that are not read; `plain_unit` of them."""

MOST_WORDS = 4
"""Of a unit."""

MOST_COMMENTS, LONGEST_COMMENT = 200, 300
"""Lines, and characters of each, in which units are looked for."""

_NO_UNIT = re.compile(
    r"relative|rel\.?|rel\. .*|total|scf|tot\.?|electronic|raw|min\.?|max\.?|ref\.?|ref(erence)?|actual|dft|abs\.?|"
    r"shifted|(?-i:[A-Z]?[a-z]?\d+([-–, ]+[A-Z]?[a-z]?\d+)*|[A-Z][a-z]?[-–=#]?[A-Z][a-z]?)|phi|psi|theta|q|r|x",
    re.IGNORECASE,
)
"""What stands in the brackets of a column's name and is no unit: ``E (rel.)``, ``R(1,2)``, ``r (C1-C2)``."""


@dataclass(frozen=True)
class ColumnName:
    """A column's name taken apart: ``Energy (E_h)`` has the name ``energy`` and the unit ``E_h``."""

    written: str
    name: str
    unit: str | None


@lru_cache(maxsize=1000)  # each frame of a file has the same keys
def column_name(cell: str, names: frozenset[str]) -> ColumnName:
    """A header's cell taken apart; a unit is what stands in brackets, behind a slash, ``in`` or the name.

    Parameters
    ----------
    names
        Plain names of columns, without a unit: what stands behind one of them is its unit.
    """
    written = cell.strip()
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", written).replace("−", "-"))
    text = re.sub(r"\^\{([^{}]*)\}", r"^\1", text)  # LaTeX's mol^{-1}
    if _plain(text) not in names and len(text) > 1:  # the unit alone: bohr,hartree
        if unit_of(text, "energy"):
            return ColumnName(written, "energy", text)
        if unit_of(text, "length") or unit_of(text, "angle"):
            return ColumnName(written, "coordinate", text)
    bracket = re.fullmatch(r"(.*?)[\s_]*[\(\[\{](.+)[\)\]\}]", text)
    if bracket and bracket[1].strip():
        unit = bracket[2].strip()
        qualifier = _NO_UNIT.fullmatch(unit) and not is_unit(unit)
        return ColumnName(written, _plain(bracket[1]), None if qualifier else unit)
    name, slash, unit = text.partition("/")
    if slash and (plain := column_name(name, names).name) in names:
        return ColumnName(written, plain, unit.strip())
    words = [word for word in re.split(r"[\s_,:]+", text) if word]
    for k in range(max(1, len(words) - MOST_WORDS), len(words)):
        name, behind = _plain(" ".join(words[:k])), words[k:]
        behind = behind[1:] if behind[0].lower() == "in" and len(behind) > 1 else behind
        unit = " ".join(behind)
        if is_unit(unit) or (name in names and plain_unit(unit) in FOREIGN):
            return ColumnName(written, name, unit)
        per = " ".join(behind).replace(" per ", "/")
        if is_unit(per):
            return ColumnName(written, name, per)
    return ColumnName(written, _plain(text), None)


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", " ", text).strip(" :,").lower()


def is_unit(text: str) -> bool:
    """Whether a text spells a unit of any kind that is known."""
    dimensions: tuple[Dimension, ...] = ("energy", "length", "angle")
    return any(unit_of(text, each) for each in dimensions) or any(
        force_units(text, each) for each in ("length", "angle")
    )


def stated_of_columns(columns: dict[str, ColumnName], dimension: Dimension, file: str) -> StatedUnits:
    """Units in the names of the columns ``coordinate``, ``energy`` and ``force``.

    Raises
    ------
    ReferenceDataError
        A unit is not known, or is none of what the column holds.
    """
    energy, step = columns.get("energy"), columns.get("coordinate")
    found: dict[str, ReferenceUnit] = {}
    where: list[tuple[str, str]] = []
    wanted: tuple[tuple[str, ColumnName | None, Dimension], ...] = (
        ("energy", energy, "energy"),
        ("coordinate", step, dimension),
    )
    for what, column, measures in wanted:
        if column is not None and column.unit:
            found[what] = _known(column, measures, file)
            where.append((what, f"by the column {column.written!r}"))
    force, pair = columns.get("force"), None
    if force is not None and force.unit:
        pair = force_units(force.unit, dimension)
        if pair is None:
            raise ReferenceDataError(
                f"{file} has a column {force.written!r}, and {force.unit!r} is no unit of a force that is known. Write "
                f"an energy ({unit_names('energy')}) per unit of the coordinate ({unit_names(dimension)}), as in "
                f"{'eV/°' if dimension == 'angle' else 'hartree/bohr'}, or leave the column out."
            )
        where.append(("force", f"by the column {force.written!r}"))
    return StatedUnits(found.get("energy"), found.get("coordinate"), pair, tuple(where))


def _known(column: ColumnName, dimension: Dimension, file: str) -> ReferenceUnit:
    unit = unit_of(column.unit or "", dimension)
    if unit is None:
        raise ReferenceDataError(
            f"{file} has a column {column.written!r}, and {column.unit!r} is no unit of "
            f"{'an' if dimension != 'length' else 'a'} {dimension} that is known. Known are {unit_names(dimension)}: "
            "convert it and name it so; what is no unit does not belong into the name's brackets."
        )
    return unit


# Comments. What is short needs its exact case, or a bracket, `in` or `=` before it, lest a word is taken for a unit.
_TOKENS = (
    r"hartrees?(?:/particle)?|(?-i:E_?h|Ha|Ry|eV|meV|K(?=\s*[\)\]]))|rydbergs?|electron[ -]?volts?|"
    r"atomic units|a\.\s?u\.|k(?:cal|j)\s*(?:/|\*|·|\s|per)?\s*(?:mol|mole)(?:\s*\^?\{?[-−⁻][1¹]\}?)?|"
    r"cm\s*(?:\^|\*\*)?\{?[-−⁻][1¹]\}?|1/cm|wavenumbers?|"
    r"å|ångstr[oö]m|angstr(?:o|oe|ö)ms?|bohrs?|a_?0|degrees?|radians?|°"
)
_SHORT = r"ev|mev|a|å|au|nm|pm|k|ry|rad|deg|ang|kcal|kj|j|joules?|erg|kt|kbt|cal|hz|mha|ev/atom|mhartree"
_LEADS = r"(?:[\(\[]\s*|\bin\s+|\bunits?\s*[:=]?\s+|\bunits?\s*[:=]\s*|[:=/]\s*)"
_ENDS = r"(?![\w^*/⁻-])"
_MENTION = re.compile(rf"(?<![\w.])(?:{_TOKENS}){_ENDS}|(?<=[\(\[ :=/])(?:(?:{_SHORT}){_ENDS})", re.IGNORECASE)
_ENERGY_SAID = re.compile(
    rf"(?:\benerg\w*|\bE)\b[^,;.\n]*?{_LEADS}(?P<unit>[^\s,;\)\]]+(?:\s+mol\S*)?|atomic units)", re.IGNORECASE
)
_UNITS_SAID = re.compile(r"\bunit|einheit|unité|unidad", re.IGNORECASE)
_ENERGY_NEAR = re.compile(rf"energ|énerg|{_UNITS_SAID.pattern}", re.IGNORECASE)
_STEP_NEAR = re.compile(
    rf"dist|coord|length|bond|separation|angle|torsion|dihedral|\br\b|abstand|{_UNITS_SAID.pattern}", re.IGNORECASE
)
_FROM_TO = re.compile(rf"(?:from|converted)\s+(?:{_TOKENS}|{_SHORT})\s+(?=(?:in)?to\s)", re.IGNORECASE)


def stated_in_comments(comments: list[tuple[int, str]], dimension: Dimension, file: str) -> StatedUnits:
    """Units that comment lines name, ``# energies in Hartree, distances in Angstrom``.

    Parameters
    ----------
    comments
        Number of the line and its text, without the sign that makes it a comment.

    Raises
    ------
    ReferenceDataError
        They name two units of one thing, or one that is not read.
    """
    energies: dict[str, tuple[ReferenceUnit, str]] = {}
    steps: dict[str, tuple[ReferenceUnit, str]] = {}
    for line, text in [(line, text[:LONGEST_COMMENT]) for line, text in comments[:MOST_COMMENTS]]:
        place = f"by the comment in line {line}, {text.strip()[:60]!r}"
        _mentions(text, dimension, (energies, steps), place, file)
    energy = _only(energies, "energy", file)
    step = _only(steps, "coordinate", file)
    where = [(what, found[1]) for what, found in (("energy", energy), ("coordinate", step)) if found is not None]
    return StatedUnits(energy and energy[0], step and step[0], None, tuple(where))


Mentioned = dict[str, tuple[ReferenceUnit, str]]


def _mentions(text: str, dimension: Dimension, found: tuple[Mentioned, Mentioned], place: str, file: str) -> None:
    energies, steps = found
    text = _FROM_TO.sub("", text)
    strong = {
        unit.name: (unit, place) for said in _ENERGY_SAID.finditer(text) if (unit := unit_of(said["unit"], "energy"))
    }
    energies.update(strong)
    for mention in _MENTION.finditer(text):
        before, word = text[: mention.start()], mention[0]
        if re.search(r"\d\s*$", before):
            continue  # a quantity, `4.2 eV`, says nothing of the table
        lead = re.search(rf"{_LEADS}$", before, re.IGNORECASE) is not None
        short = re.fullmatch(_SHORT, word, re.IGNORECASE) is not None and word not in ("eV", "meV", "Å", "kcal")
        if short and not lead:
            continue
        sure = (lead and re.search(r"[:=/]\s*$", before) is None) or _UNITS_SAID.search(before) is not None
        if (plain_unit(word) in FOREIGN or unit_of(word, "energy") is KELVIN) and not sure:
            continue  # `author: J. Doe`
        if plain_unit(word) in FOREIGN:
            raise ReferenceDataError(
                f"{file} says {text.strip()[:60]!r}, and {word!r} is no unit that is read. Read are "
                f"{unit_names('energy', dimension)}: convert the table and say so."
            )
        both = plain_unit(word) in ("au", "atomicunits")
        energy, step = unit_of(word, "energy"), unit_of(word, dimension)
        # `harmonic wavenumbers` and the Niels Bohr Institute state no unit.
        near_energy, near_step = (lead or said.search(before) for said in (_ENERGY_NEAR, _STEP_NEAR))
        if energy is not None and near_energy and (lead or not strong):
            energies.setdefault(energy.name, (energy, place))
        if step is not None and near_step and not (both and (strong or re.search(r"energ", before, re.IGNORECASE))):
            steps.setdefault(step.name, (step, place))


def _only(found: Mentioned, what: str, file: str) -> tuple[ReferenceUnit, str] | None:
    if len(found) > 1:
        raise ReferenceDataError(
            f"The comments of {file} name several units of the {what}: {', '.join(found)}. Name the one that counts in "
            "the header of its column, or say it with --reference-unit (on the page beside the file)."
        )
    return next(iter(found.values()), None)


_UNIT_KEYS = re.compile(
    r"(?P<what>energy|energies|forces?|gradients?|lengths?|distances?|positions?|coordinates?|)_?units?"
)


def stated_in_info(info: dict[str, str], dimension: Dimension, where: str) -> StatedUnits:
    """Units that the comment line of an extended xyz frame names: ``energy_unit=Hartree``, ``units="Ha,bohr"``.

    Raises
    ------
    ReferenceDataError
        One is not known.
    """
    stated = StatedUnits()
    for key, value in info.items():
        found = _UNIT_KEYS.fullmatch(key.lower())
        if found is None:
            continue
        place = f"by {key}={value}"
        stated = stated.over(_stated_by_key(found["what"], value, dimension, place, where))
    return stated


def _stated_by_key(what: str, value: str, dimension: Dimension, place: str, where: str) -> StatedUnits:
    if what.startswith("energ") and (unit := unit_of(value, "energy")):
        return StatedUnits(energy=unit, where=(("energy", place),))
    if what.startswith(("force", "gradient")) and (pair := force_units(value, dimension)):
        return StatedUnits(force=pair, where=(("force", place),))
    if what.startswith(("length", "distance", "position", "coord")) and (unit := unit_of(value, dimension)):
        return StatedUnits(coordinate=unit, where=(("coordinate", place),))
    if not what:
        stated = StatedUnits()
        words = [word for word in re.split(r"[,;]\s*|\s+", value) if word]
        for word in words:
            energy, pair, step = unit_of(word, "energy"), force_units(word, dimension), unit_of(word, dimension)
            if energy is not None and stated.energy is None:
                stated = stated.over(StatedUnits(energy=energy, where=(("energy", place),)))
            elif pair is not None and "/" in word:
                stated = stated.over(StatedUnits(force=pair, where=(("force", place),)))
            elif step is not None:
                stated = stated.over(StatedUnits(coordinate=step, where=(("coordinate", place),)))
            else:
                stated = StatedUnits()
                break
        if words and stated.where:
            return stated
    raise ReferenceDataError(
        f"{where} says {place.removeprefix('by ')}, which is no unit that is known. Known are "
        f"{unit_names('energy', dimension)}, forces as eV/Å: convert the file, and leave the key out."
    )
