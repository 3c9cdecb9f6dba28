"""scripts/compare_json.py: what was added, removed and changed, and what may differ."""

from __future__ import annotations

import json

import pytest

from scripts.compare_json import differences, main, report


def found(old, new):
    return [(d.what, d.path) for d in differences(old, new)]


def test_what_is_equal_and_what_varies_is_silent():
    old = {"a": [1.5, None], "provenance": {"date": "x", "packages": {"numpy": "1"}, "weights_sha256": {"m": "ab"}}}
    new = {"a": [1.5, None], "provenance": {"date": "y", "packages": {"numpy": "2"}, "weights_sha256": {"m": "ab"}}}
    assert found(old, new) == []
    new["provenance"]["weights_sha256"]["m"] = "cd"
    assert found(old, new) == [("changed", "provenance.weights_sha256.m")]
    studies = [{"studies": [{"provenance": {"command": text}}]} for text in "ab"]
    assert found(*studies) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ({"a": 1.0}, {"a": 1.0000000000000002}, ("changed", "a")),
        ({"a": 1}, {"a": True}, ("changed", "a")),
        ({"a": None}, {"a": 0}, ("changed", "a")),
        ({"a": {"b": 1}}, {"a": {}}, ("removed", "a.b")),
        ({"a": {}}, {"a": {"b": 1}}, ("added", "a.b")),
        ({"a": [1, 2]}, {"a": [1]}, ("changed", "a")),
        ({"a": ["x"]}, {"a": ["y", "x"]}, ("added", "a[]")),
        ({"a": ["x", "y"]}, {"a": ["y"]}, ("removed", "a[]")),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, ("changed", "a")),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, ("changed", "a[1].b")),
    ],
)
def test_every_difference_is_found(old, new, what):
    assert found(old, new) == [what]


def test_one_field_is_told_once_with_how_often():
    old, new = {"p": [{"x": k} for k in range(5)]}, {"p": [{"x": k + 1} for k in range(5)]}
    assert report(list(differences(old, new))) == "  changed p[].x (5 times): 0 → 1\n"
    assert report([]) == "  equal\n"


def test_only_what_was_lost_or_changed_fails(tmp_path, capsys):
    files = []
    for k, document in enumerate(({"a": 1}, {"a": 1, "b": 2}, {"a": 2})):
        files.append(str(tmp_path / f"{k}.json"))
        (tmp_path / f"{k}.json").write_text(json.dumps(document))
    assert main([files[0], files[1]]) == 0
    assert "added   b: 2" in capsys.readouterr().out
    assert main([files[1], files[0]]) == main([files[0], files[2]]) == 1
    assert main([files[0], files[1], files[0], files[2]]) == 1
    assert main(files) == main([]) == 2
