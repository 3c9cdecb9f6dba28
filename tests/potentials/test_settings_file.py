"""The settings file of own models says what it does not understand, with the line; nothing in it is passed over."""

from __future__ import annotations

import codecs

import pytest

from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.own_models_file import user_models

ONE = '[[model]]\nspec = "mine.py:make"\nname = "plain"\n'


def written(folder, text, encoding="utf-8", before=b""):
    path = folder / "models.toml"
    path.write_bytes(before + text.encode(encoding))
    return str(path)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (ONE.replace("[[model]]", "[[models]]"), 1, "'models' is not understood: write each model under its own"),
        ("# mine\n\n[model]\nspec = 'a.py:b'\n", 3, "write each model under its own [[model]], with two brackets"),
        ("title = 'x'\n" + ONE, 1, "'title' is not understood"),
        ("[defaults]\ndevice = 'cpu'\n" + ONE, 1, "'defaults' is not understood"),
        (ONE + 'elments = ["H"]\n', 4, "'elments' is not understood. Did you mean elements?"),
        (ONE + "\n# second\n" + ONE.replace("plain", "b") + "level = 'B3LYP'\n", 9, "'level' is not understood"),
        (ONE + 'license = "MIT"\n', 4, "Did you mean licence?"),
        (ONE + ONE, 6, "another model is called 'plain' ("),
        (ONE + ONE.replace('"plain"', '"Pl ain"'), 6, "another model is called 'Pl ain'"),
        ('[[model]]\nspec = "a.py:f"\n[[model]]\nspec = "b/a.py:f"\n', 3, "another model is called 'a:f'"),
        (ONE.replace('"plain"', '"ani1x"'), 3, "'ani1x' is the name of a potential that is there, ani1x"),
        (ONE.replace('"plain"', '"GFN2 xTB"'), 3, "that is there, gfn2-xtb"),
        (ONE.replace('"plain"', '"none"'), 3, "'none' means something else"),
        (ONE.replace('"plain"', '"a,b"'), 3, "has a ',' in it"),
        (ONE.replace('"plain"', '"a@k=4"'), 3, "has a '@' in it"),
        (ONE.replace('"plain"', '" "'), 3, "name is ' '; give a text"),
        (ONE.replace('"plain"', "7"), 3, "name is 7; give a text in quotes"),
        (ONE.replace('"mine.py:make"', "3"), 2, "spec is 3; give a text in quotes: FILE.py:NAME"),
        (ONE.replace('"mine.py:make"', '"mine.py"'), 2, "spec is 'mine.py'; give FILE.py:NAME"),
        (ONE + 'elements = "HCNO"\n', 4, "elements is 'HCNO'; give a list"),
        (ONE + 'elements = ["H", "X"]\n', 4, "elements holds 'X'"),
        (ONE + "elements = [1, 6]\n", 4, "elements holds 1"),
        ("[[model]]\nname = 'x'\n", 1, "spec is None"),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(tmp_path, text, line, words):
    path = written(tmp_path, text)
    with pytest.raises(PotentialError) as error:
        user_models(path)
    assert str(error.value).startswith(f"{path}, line {line}: ")
    assert words in str(error.value)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\n\n"])
def test_a_file_without_a_model_says_so(tmp_path, text):
    with pytest.raises(PotentialError, match=r"lists no model: write each under its own \[\[model\]\]"):
        user_models(written(tmp_path, text))


@pytest.mark.parametrize(
    ("encoding", "before"),
    [("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path, encoding, before, end):
    text = (ONE + 'level_of_theory = "ωB97X"\n').replace("\n", end)
    (model,) = user_models(written(tmp_path, text, encoding, before))
    assert model.info.name == "plain"
    assert model.info.level_of_theory == "ωB97X"


def test_a_text_in_another_encoding_is_named(tmp_path):
    path = written(tmp_path, ONE + 'display_name = "é"\n', "latin-1")
    with pytest.raises(PotentialError, match="line 4: this is no UTF-8 text"):
        user_models(path)


def test_names_in_the_variable_itself_must_differ_too(monkeypatch):
    with pytest.raises(PotentialError, match=r"BSCT_MODELS, b/a\.py:f: another model is called 'a:f'"):
        user_models("a.py:f, b/a.py:f")


def test_other_spellings_of_toml_are_read(tmp_path):
    path = written(tmp_path, 'model = [{spec = "a.py:f", name = "one"}, {spec = "a.py:g"}]\n')
    assert [model.info.name for model in user_models(path)] == ["one", "a:g"]
