"""Fields to type in: what the server says to a browser, and with it which text it had heard of last."""

from __future__ import annotations

from typing import Any

import pytest

from bsct_explorer.app.components import NumberField, TextField
from bsct_explorer.app.components.typed_field import LONGEST, TypedField


def type_in(field: TypedField, text: str) -> None:
    """What a browser sends."""
    field.typed = {"text": text, "count": field.typed.get("count", 0) + 1}


def answers(field: TypedField) -> list[tuple[str, int]]:
    """What the field tells the browser from now on: text, and the last count it had heard of."""
    told: list[tuple[str, int]] = []
    field.param.watch(lambda event: told.append((event.new["text"], event.new["heard"])), "shown")
    return told


def number(**params: Any) -> NumberField:
    return NumberField(value=40, whole=True, **params)


def test_what_was_typed_is_taken_and_not_sent_back() -> None:
    field = TextField()
    told = answers(field)
    type_in(field, "CC(=O")
    assert field.value == "CC(=O"
    assert told == []


def test_what_the_server_shows_says_what_it_had_heard() -> None:
    field = TextField()
    told = answers(field)
    field.value = "CN"
    type_in(field, "CCO")
    field.value = "OCC"
    assert told == [("CN", 0), ("OCC", 1)]


def test_the_same_is_said_again_where_the_browser_shows_something_else() -> None:
    """A refused text and the one that holds: each answer is another than the last, or it would not be sent."""
    field = number()
    field.param.watch(lambda event: field.param.update(value=40) if event.new == 5 else None, "value")
    told = answers(field)
    type_in(field, "5")
    type_in(field, "5")
    assert field.value == 40
    assert told == [("40", 1), ("40", 2)]


@pytest.mark.parametrize("text", ["", "abc", "1e999", "nan", "40.5", "--3"])
def test_what_is_no_whole_number_changes_nothing_and_is_taken_back(text: str) -> None:
    field = number()
    heard: list[object] = []
    field.param.watch(lambda event: heard.append(event.new), "value")
    told = answers(field)
    type_in(field, text)
    assert heard == []
    assert told == [("40", 1)]


@pytest.mark.parametrize(("text", "value"), [("0.70", 0.7), ("0,7", 0.7), ("−30", -30.0), (" 2 ", 2.0)])
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    field = NumberField(value=1.0)
    type_in(field, text)
    assert field.value == value
    assert field.shown["text"] == f"{value:g}", "and they are shown as the field writes them"


def test_a_browser_may_send_anything() -> None:
    field = TextField()
    field.typed = {"text": ["x"] * 10_000, "count": 1}
    assert len(field.value) == LONGEST
    field.typed = {}
    assert field.value == ""
