"""`train`: a run from a TOML file, resumed by the same command, and mistakes said in one line."""

from __future__ import annotations

import pytest

from bsct_explorer.testbed.logs import read_rows
from bsct_explorer.training.labelled_structures import make_dataset

CONFIG = """
variant = "D"
data = "data.npz"
steps = 8
batch = 4
validate_every = 4
checkpoint_every = 4
muon = 4e-3
smoothness_every = 8
smoothness_bonds = 1
penalty = 0.1
penalty_form = "fsd"
penalty_scale = 10
[model]
width = 16
heads = 2
hidden = 16
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("train")
    make_dataset(10, split=(["O", "CO"], ["CCN"], ["CCO"])).save(path / "data.npz")
    (path / "D.toml").write_text(CONFIG)
    return path


def test_a_run_stops_goes_on_and_gives_a_potential(run, folder):
    first = run("train", folder / "D.toml", "--until", 4)
    assert first.code == 0, first.err
    assert "force MAE" in first.out
    assert "sha256" in first.err
    second = run("train", folder / "D.toml", "--quiet")
    assert second.code == 0, second.err
    assert second.err == ""
    rows = read_rows(folder / "D" / "log.csv")
    assert [row["step"] for row in rows] == [4, 8]
    assert rows[-1]["fsd_median_1/Å"] > 0
    scanned = run(
        *("scan", "ethanol", "--bond", "0-1", "--model", f"testbed:{folder / 'D' / 'best.safetensors'}"),
        *("--reference", "none", "--points", "20", "--no-refine"),
    )
    assert scanned.code == 0, scanned.err


@pytest.mark.parametrize(
    ("text", "words"),
    [("stepps = 3", "no setting is called stepps"), ('data = "gone.npz"', "cannot be read as training data")],
)
def test_mistakes_are_one_line_and_exit_code_2(run, tmp_path, text, words):
    (tmp_path / "x.toml").write_text(text)
    done = run("train", tmp_path / "x.toml")
    assert done.code == 2
    assert words in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_missing_config_is_said(run, tmp_path):
    done = run("train", tmp_path / "gone.toml")
    assert done.code == 2
    assert "gone.toml" in done.err
