"""A refined analysis comes back from its text as it was; another version's text is refused."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

import bsct_explorer as be
from bsct_explorer.analysis import Analysis
from bsct_explorer.export.refined_text import FIELDS, refined_from_text, refined_to_text


@pytest.fixture(scope="module")
def plain() -> Analysis:
    scan = be.BondStretch(0, 1, range=(0.5, 2.5)).scan(be.load_molecule("ethane"))
    potential = be.load_potential("ani1x", device="cpu")
    return be.analyse(be.Profile(scan, potential.evaluate(scan.molecule.numbers, scan.positions)))


@pytest.fixture(scope="module")
def refined(plain: Analysis) -> Analysis:
    return be.refine_analysis(plain, be.load_potential("ani1x", device="cpu"))


def same(a: Any, b: Any) -> bool:
    """Equal to the last bit; NaN equals NaN."""
    if isinstance(a, np.ndarray):
        return np.array_equal(a, b, equal_nan=True)
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if hasattr(a, "__dataclass_fields__"):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return type(a) is type(b) and bool(a == b or (a != a and b != b))


def test_comes_back_to_the_last_bit(plain: Analysis, refined: Analysis) -> None:
    assert refined.artifacts
    assert any(a.refinement and a.refinement.levels for a in (*refined.artifacts, *refined.refuted))
    assert any(a.cause for a in refined.artifacts)
    again = refined_from_text(plain, refined_to_text(refined))
    for name in FIELDS:
        assert same(getattr(again, name), getattr(refined, name)), name


def test_stores_everything_that_refinement_changes(plain: Analysis, refined: Analysis) -> None:
    changed = {f.name for f in fields(Analysis) if not same(getattr(plain, f.name), getattr(refined, f.name))}
    assert changed <= set(FIELDS)


@pytest.mark.parametrize("spoil", ["field", "kind", "text"])
def test_another_versions_text_is_refused(plain: Analysis, refined: Analysis, spoil: str) -> None:
    stored = json.loads(refined_to_text(replace(refined, refuted=())))
    if spoil == "field":
        stored["artifacts"][0]["colour"] = "red"
    elif spoil == "kind":
        stored["artifacts"][0]["kind"] = "bump"
    text = "no json" if spoil == "text" else json.dumps(stored)
    with pytest.raises(ValueError, match="another version"):
        refined_from_text(plain, text)
