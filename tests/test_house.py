"""The rules of the house, measured by `scripts/house.py`: sizes, circles, names that stand twice."""

from __future__ import annotations

import ast

import pytest

from scripts import house

SERVED_AS_APP = {"app": ["app/", "app/app.py"]}
"""`panel serve` takes a page's address from its file's name, and the page is to be found under /app."""


def test_no_module_is_long() -> None:
    assert house.long_modules() == {}


def test_no_function_takes_many_parameters() -> None:
    assert house.long_signatures() == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert house.circles() == []


def test_no_folders_import_each_other_in_a_circle() -> None:
    assert house.folder_circles() == []


def test_no_file_name_stands_twice() -> None:
    assert house.stems_twice() == SERVED_AS_APP


def test_no_public_class_stands_twice() -> None:
    assert house.classes_twice() == {}


def test_circles_are_found() -> None:
    assert house.circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"], "e": ["e"]}) == [("a", "b", "c")]
    assert house.circles({"a": ["b", "c"], "b": ["d"], "c": ["d"]}) == []
    assert house.circles({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}) == [("a", "b"), ("c", "d")]


def test_imports_are_seen_wherever_they_stand() -> None:
    code = """
import bsct_explorer.data
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from bsct_explorer.app import page
def late():
    from bsct_explorer.words import units
class Inside:
    from bsct_explorer import errors
"""
    ours = {"bsct_explorer.data", "bsct_explorer.words.units", "bsct_explorer.errors"}
    other = {"typing.TYPE_CHECKING"}
    assert set(house.imported(ast.parse(code))) == ours | other
    assert set(house.imported(ast.parse(code), type_checking=True)) == ours | other | {"bsct_explorer.app.page"}
    with pytest.raises(ValueError, match="relative"):
        list(house.imported(ast.parse("from . import errors")))


def test_parameters_are_counted_without_self() -> None:
    code = "class A:\n  def f(self, a, /, b, *c, d, **e): ...\n  @classmethod\n  def g(cls, a): ...\ndef h(a, b): ..."
    counted = {name: len(house.parameters(function)) for name, function in house.functions(ast.parse(code))}
    assert counted == {"A.f": 5, "A.g": 1, "h": 2}


def test_what_stands_twice_is_found() -> None:
    assert house.twice([("a", "x"), ("b", "y"), ("a", "z")]) == {"a": ["x", "z"]}


def test_the_report_names_every_measure() -> None:
    text = house.report()
    for title in ("400 lines", "7 parameters", "go up", "circles of modules", "circles of folders", "stand twice"):
        assert title in text
