"""What scripts/resolve.py asks pip for: markers read for the Python asked for, every extra in some environment."""

from __future__ import annotations

import pytest

from scripts import resolve


def names(texts: list[str]) -> set[str]:
    return {text.split(">")[0].split("=")[0].split("<")[0].split("[")[0] for text in texts}


def test_pythons_are_those_of_the_classifiers_from_the_oldest_that_is_admitted():
    assert resolve.pythons() == ["3.11", "3.12", "3.13"]
    assert resolve.PROJECT["requires-python"] == f">={resolve.pythons()[0]}"


def test_every_extra_is_in_one_environment_and_a_mace_environment_has_no_sevennet():
    alone = [extra for extras in resolve.environments() for extra in extras]
    asked = {*alone, *(name for extra in alone for name in resolve.included(extra))}
    assert asked == set(resolve.PROJECT["optional-dependencies"])
    assert ("mace",) in resolve.environments()
    assert not {"sevenn", "chgnet"} & names(resolve.requirements(("mace",), "3.11"))


@pytest.mark.parametrize(("python", "there"), [("3.11", True), ("3.12", True), ("3.13", False), ("3.14", False)])
def test_chgnet_is_asked_for_where_it_has_a_wheel(python, there):
    found = names(resolve.requirements(("app",), python))
    assert ("chgnet" in found) is there
    assert {"so3krates-torch", "sevenn", "panel", "torchani"} <= found
    assert "bsct-explorer" not in found


def test_constraints_hold_for_their_python_and_lose_their_marker():
    assert "bokeh" in names(resolve.constraints("3.11"))
    assert "bokeh" not in names(resolve.constraints("3.12"))
    assert not [text for text in resolve.constraints("3.11") if ";" in text]


def test_an_extra_stands_for_others_all_the_way_down():
    assert resolve.included("app") == {"models", "page"}
    assert resolve.included("test") >= {"docs", "notebooks", "page", "torchsim"}
