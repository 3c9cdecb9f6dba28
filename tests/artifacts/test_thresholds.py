"""Thresholds: one table, one reader with one set of messages, the same on every door."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsct_explorer.artifacts import Thresholds
from bsct_explorer.artifacts.threshold_reader import read_thresholds, threshold_value, with_changes, write_thresholds
from bsct_explorer.artifacts.thresholds import ABOUT, ON_FORCES, USUAL
from bsct_explorer.cli import main
from bsct_explorer.errors import ThresholdError

ROOT = Path(__file__).resolve().parents[2]

NEW = """
    wiggle: float = _threshold(0.3, "Wiggle", "eV", "Smallest wiggle.", most=2.0)
"""

ON_EVERY_DOOR = """
import json
from bsct_explorer.app.sidebar.threshold_rows import form_rows
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.artifacts import Thresholds
from scripts.docs_texts import filled

row = next(row for row in form_rows(Thresholds()) if row["name"] == "wiggle")
state = ExplorerState()
state.thresholds = "wiggle:0.4"
print(json.dumps({
    "row": [row["label"], row["unit"], row["usual"], row["help"]],
    "docs": filled("<!-- table: thresholds -->").count("`wiggle`"),
}))
"""

possible = {
    name: st.integers(0, 10_000)
    if isinstance(USUAL[name], int)
    else st.floats(about.least, min(about.most, 1e6), allow_nan=False)
    for name, about in ABOUT.items()
}


@given(st.fixed_dictionaries({}, optional=possible))
def test_what_is_written_is_read_back_to_the_last_bit(changes: dict[str, float]) -> None:
    chosen = replace(Thresholds(), **changes)
    assert read_thresholds(write_thresholds(chosen)) == chosen


def test_the_text_holds_what_differs_only() -> None:
    assert write_thresholds(Thresholds()) == ""
    chosen = read_thresholds(" step : 0.002, coarse_points:50,")
    assert (chosen.step, chosen.coarse_points, chosen.kink) == (0.002, 50, Thresholds().kink)
    assert isinstance(chosen.coarse_points, int)
    assert write_thresholds(chosen) == "step:0.002,coarse_points:50"


IMPOSSIBLE = [
    ("stepp", "1", ("no threshold 'stepp'", "Did you mean step?", "coarse_points")),
    ("step", "-1", ("Energy step (step): '-1'", "negative", "give 0 or more")),
    ("step", "−1", ("negative",)),
    ("step", "much", ("'much' is not a number",)),
    ("step", "", ("'' is not a number",)),
    ("step", "nan", ("'nan' is not a finite number",)),
    ("kink", "inf", ("'inf' is not a finite number",)),
    ("kink_likeness", "5", ("Kink, likeness (kink_likeness): '5'", "give 1 at most")),
    ("coarse_points", "2.5", ("'2.5' is not a whole number",)),
]


@pytest.mark.parametrize(("name", "written", "parts"), IMPOSSIBLE)
def test_what_cannot_be_is_refused_with_one_message_everywhere(
    name: str, written: str, parts: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ThresholdError) as caught:
        threshold_value(name, written)
    message = str(caught.value)
    for part in parts:
        assert part in message
    with pytest.raises(ThresholdError, match=re.escape(message)):  # the page's form
        with_changes(Thresholds(), [(name, written)])
    with pytest.raises(ThresholdError, match=re.escape(message)):  # the page's address
        read_thresholds(f"{name}:{written}")
    assert main(["scan", "ethane", "--bond", "0-1", "--model", "morse", "--thresholds", f"{name}={written}"]) == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_message_repeats_no_more_than_a_line_of_what_was_written() -> None:
    for name, written in (("x" * 5000, "1"), ("step", "y" * 5000)):
        with pytest.raises(ThresholdError) as caught:
            threshold_value(name, written)
        assert len(str(caught.value)) < 800


def test_every_threshold_says_what_it_is() -> None:
    assert list(ABOUT) == [field.name for field in fields(Thresholds)]
    for name, about in ABOUT.items():
        assert about.help.endswith("."), name
        assert about.unit in ("", "eV", "eV/Å", "Å"), name
        assert about.least <= USUAL[name] <= about.most, name
        assert USUAL[name] == getattr(Thresholds(), name), name
    assert len({about.label for about in ABOUT.values()}) == len(ABOUT)
    assert ON_FORCES == ("kink", "kink_offset", "dead_band", "extremum", "curl")
    live = Thresholds.live()
    assert {name for name in USUAL if getattr(live, name) != USUAL[name]} == {
        "step",
        "step_edge",
        "kink",
        "kink_unpredicted",
    }


def test_a_threshold_is_added_in_one_file_and_stands_on_every_door(tmp_path: Path) -> None:
    for name in ("bsct_explorer", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.safetensors"))
    file = tmp_path / "bsct_explorer/artifacts/thresholds.py"
    text = file.read_text(encoding="utf-8")
    assert text.count("\n    @classmethod") == 1
    file.write_text(text.replace("\n    @classmethod", f"{NEW}\n    @classmethod"), encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        return subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    done = run("-c", ON_EVERY_DOOR)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"row": ["Wiggle", "eV", 0.3, "Smallest wiggle."], "docs": 1}
    scan = ("-m", "bsct_explorer", "scan", "ethane", "--bond", "0-1", "--model", "morse", "--points", "30")
    found = json.loads(run(*scan, "--thresholds", "wiggle=0.5", "--json", "-").stdout)
    assert found["settings"]["thresholds"]["wiggle"] == 0.5
    assert "give 2 at most" in run(*scan, "--thresholds", "wiggle=3").stderr
