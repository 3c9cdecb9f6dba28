"""Rows of the thresholds' form, made from the fields of `Thresholds` and the kinds that they decide on."""

from __future__ import annotations

from typing import Any

from bsct_explorer.artifacts import KINDS, Thresholds
from bsct_explorer.artifacts.thresholds import ABOUT, USUAL
from bsct_explorer.words.numbers import listed


def form_rows(thresholds: Thresholds) -> list[dict[str, Any]]:
    """Rows of the form, those that count in themselves first: name, label, unit, value, usual, help, main."""
    rows = [
        {
            "name": name,
            "label": about.label,
            "unit": about.unit,
            "value": getattr(thresholds, name),
            "usual": USUAL[name],
            "help": f"{about.help} {decides_on(name)}".strip(),
            "main": about.main,
        }
        for name, about in ABOUT.items()
    ]
    return sorted(rows, key=lambda row: not row["main"])


def decides_on(name: str) -> str:
    """Which kinds of finding a threshold decides on, as a sentence; empty where no kind names it."""
    titles = [kind.title for kind in KINDS.values() if name in kind.thresholds]
    return f"Decides on: {listed(titles)}." if titles else ""
