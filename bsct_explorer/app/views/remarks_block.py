"""Remarks of a result as a block of the page: doubts in sight, the rest behind a word."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bsct_explorer.study import Said
from bsct_explorer.words.units import EnergyUnit, in_unit


def remarks_block(said: Sequence[Said], shown: EnergyUnit) -> str:
    """HTML of these remarks, energies in `shown`; empty where there are none."""
    doubts, rest = ([each for each in said if each.doubt is doubt] for doubt in (True, False))
    text = "".join(f"<div>⚠ {_line(each, shown)}</div>" for each in doubts)
    if rest:
        count = f"{len(rest)} remark{'s' if len(rest) != 1 else ''}"
        items = "".join(f"<li>{_line(each, shown)}</li>" for each in rest)
        text += f"<details><summary>{count}</summary><ul>{items}</ul></details>"
    return text


def _line(each: Said, shown: EnergyUnit) -> str:
    return f"<b>{escape(each.name)}</b>: {escape(in_unit(each.remark, shown))}"
