"""Remarks are sentences that keep their kind, and each kind has a name of its own."""

from __future__ import annotations

import copy
import pickle

import pytest

from bsct_explorer.remarks import REMARK_KINDS, Remark, RemarkKind, named
from bsct_explorer.remarks.of_curves import NO_FORCES
from bsct_explorer.remarks.of_potentials import CHARGE_IGNORED, POTENTIAL_NOTE


def test_a_remark_is_its_sentence_and_keeps_its_kind() -> None:
    remark = CHARGE_IGNORED.say("The charge was ignored.")
    assert remark == "The charge was ignored."
    for twin in (copy.copy(remark), copy.deepcopy(remark), pickle.loads(pickle.dumps(remark))):
        assert isinstance(twin, Remark)
        assert twin.kind == CHARGE_IGNORED


def test_named_keeps_the_order_and_says_nothing_twice() -> None:
    given = ["a.", NO_FORCES.say("b."), "c.", CHARGE_IGNORED.say("a."), "c."]
    assert [(str(r), r.kind) for r in named(given, POTENTIAL_NOTE)] == [
        ("a.", CHARGE_IGNORED),
        ("b.", NO_FORCES),
        ("c.", POTENTIAL_NOTE),
    ]


def test_every_kind_is_whole() -> None:
    assert CHARGE_IGNORED in REMARK_KINDS.values()
    assert all(name == kind.name for name, kind in REMARK_KINDS.items())
    with pytest.raises(TypeError, match="full stop"):
        RemarkKind(name="x", title="x", doubt=False, meaning="no end")
    with pytest.raises(TypeError, match="empty 'title'"):
        RemarkKind(name="x", title="", doubt=False, meaning="An end.")
