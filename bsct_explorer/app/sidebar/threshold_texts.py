"""Thresholds as a person edits them: the table of the form, and their text in the page's address."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bsct_explorer.artifacts import Thresholds

MAIN = ("step", "kink", "prominence", "fall", "dead_band", "extremum", "curl")
"""What counts in itself; the others say how far noise and the grid raise it."""

LABELS: Mapping[str, str] = {
    "step": "Energy step",
    "kink": "Force kink",
    "prominence": "Depth of a minimum",
    "fall": "Fall of the energy",
    "dead_band": "Force without a sign",
    "extremum": "Extremum of the force",
    "curl": "Force against slope",
    "step_noise": "Step × noise",
    "step_resolution": "Step × resolution",
    "step_edge": "Step at the ends ×",
    "step_kink": "Step × force jump",
    "kink_noise": "Kink × noise",
    "kink_relative": "Kink × slope",
    "kink_offset": "Kink, slope offset",
    "kink_background": "Kink × background",
    "kink_likeness": "Kink, likeness",
    "prominence_noise": "Depth × noise",
    "dead_band_noise": "Sign × noise",
    "extremum_noise": "Extremum × noise",
    "curl_resolution": "Slope × resolution",
    "curl_spread": "Slope × spread",
    "coarse_points": "Coarse grid, points",
}


def read_thresholds(text: str) -> Thresholds:
    """Thresholds from ``step:0.002,kink:0.1``; empty for the usual ones.

    Raises
    ------
    ValueError
        A name that is none, or a value that cannot be one; the message says which.
    """
    known = {field.name: field for field in fields(Thresholds)}
    changes: dict[str, Any] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = item.partition(":")
        if name not in known:
            raise ValueError(f"there is no threshold {name!r}: they are {', '.join(known)}")
        changes[name] = checked_value(name, value, whole=isinstance(known[name].default, int))
    return replace(Thresholds(), **changes)


def checked_value(name: str, value: object, *, whole: bool = False) -> float | int:
    """A threshold's value; ValueError says what is wrong with it."""
    words = LABELS.get(name, name.replace("_", " "))
    try:
        number = float(str(value).replace("−", "-"))
    except ValueError:
        raise ValueError(f"{words}: {value!r} is not a number") from None
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"{words}: {value} is not possible, a threshold is zero or more")
    if name == "kink_likeness" and number > 1:
        raise ValueError(f"{words}: {value} is not possible, a cosine is at most 1")
    if whole and number != int(number):
        raise ValueError(f"{words}: {value} is not possible, it counts points")
    return int(number) if whole else number


def edited_thresholds(thresholds: Thresholds, name: str, text: str) -> Thresholds:
    """Thresholds with one value as it was typed; errors as `read_thresholds`."""
    usual = {field.name: field.default for field in fields(Thresholds)}
    if name not in usual:
        raise ValueError(f"there is no threshold {name!r}")
    value = checked_value(name, text, whole=isinstance(usual[name], int))
    return replace(thresholds, **{name: value})  # type: ignore[arg-type]


def write_thresholds(thresholds: Thresholds) -> str:
    """What differs from the usual thresholds, as `read_thresholds` reads it."""
    usual, names = Thresholds(), [field.name for field in fields(Thresholds)]
    changed = [name for name in names if getattr(thresholds, name) != getattr(usual, name)]
    return ",".join(f"{name}:{getattr(thresholds, name):g}" for name in changed)


def form_rows(thresholds: Thresholds) -> list[dict[str, Any]]:
    """Rows of the form: name, label, unit, value, usual, help, main."""
    explained = explanations()
    rows = []
    for field in fields(Thresholds):
        unit, text = explained.get(field.name, ("", ""))
        rows.append(
            {
                "name": field.name,
                "label": LABELS.get(field.name, field.name.replace("_", " ").capitalize()),
                "unit": unit,
                "value": getattr(thresholds, field.name),
                "usual": field.default,
                "help": text,
                "main": field.name in MAIN,
            }
        )
    return sorted(rows, key=lambda row: MAIN.index(row["name"]) if row["main"] else len(MAIN))


_UNIT = re.compile(r"^(eV per unit|eV)\. ")


def explanations() -> dict[str, tuple[str, str]]:
    """Unit and sentence of every threshold, from the docstring of `Thresholds` itself."""
    _, _, attributes = (inspect.getdoc(Thresholds) or "").partition("Attributes\n----------\n")
    found: dict[str, tuple[str, str]] = {}
    for names, body in re.findall(r"^(\w[\w, ]*)\n((?:    .*\n?)+)", attributes, re.MULTILINE):
        text = " ".join(body.split())
        unit = match.group(1) if (match := _UNIT.match(text)) else ""
        for name in names.split(", "):
            found[name] = ("eV/Å" if unit == "eV per unit" else unit, text[len(unit) + 2 :] if unit else text)
    return found
