"""A finding's sentences in another unit: the same numbers, and none left in eV."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bsct_explorer.artifacts import Artifact, detect, make_curve
from bsct_explorer.artifacts.refinement import Cause
from bsct_explorer.artifacts.sentences import verdict_in_words
from bsct_explorer.artifacts.shown_units import told_in
from bsct_explorer.planted import sampled_morse
from bsct_explorer.words.numbers import number
from bsct_explorer.words.units import ENERGY_UNITS, EV, factor_of, unit_in

OTHERS = [unit for unit in ENERGY_UNITS if unit != EV]


def step() -> Artifact:
    base = sampled_morse().energy_step(2.41, -0.0123)
    return next(a for a in detect(make_curve(base.q, base.energy, base.force)) if a.kind == "energy-step")


@pytest.mark.parametrize("shown", OTHERS, ids=lambda unit: unit.name)
def test_the_size_in_the_sentence_is_the_size_of_the_finding(shown) -> None:
    artifact = step()
    told = told_in(artifact, shown)
    size = number(abs(artifact.size) * factor_of(artifact.unit, shown), 2)
    assert f"falls by {size} {unit_in(artifact.unit, shown)} that the force does not account" in told.explanation
    assert "eV" not in told.explanation
    assert replace(told, explanation=artifact.explanation) == artifact


@pytest.mark.parametrize("shown", OTHERS, ids=lambda unit: unit.name)
def test_a_cause_is_told_in_the_unit_too(shown) -> None:
    statement = "Of the 0.012 eV that it shows at 2.4100 Å, 0.0040 eV are left."
    cause = Cause("float-precision", "tested", statement, evidence={"left_eV": 0.004, "said": "below 0.1 eV/Å"})
    told = told_in(replace(step(), certified=True, cause=cause), shown)
    assert "eV" not in verdict_in_words(told)
    assert "at 2.4100 Å" in verdict_in_words(told)
    assert told.cause is not None
    assert told.cause.evidence["left_eV"] == 0.004
    assert told.cause.evidence["said"] == f"below {number(0.1 * shown.per_ev, 2)} {shown.name}/Å"


def test_in_ev_it_is_the_finding_itself() -> None:
    artifact = step()
    assert told_in(artifact, EV) is artifact
