"""Metrics are records: the table is made from them, and a new one is one place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bsct_explorer.metrics import METRICS, Metric, Missing

ROOT = Path(__file__).resolve().parents[2]

DEPTH = '''"""How deep the curve's lowest point lies below its last. A metric that only this test has."""

import numpy as np

from bsct_explorer.metrics.metric_record import OWN, Metric

METRICS = (
    Metric(
        key="depth_below_end",
        order=200,
        label="Depth",
        unit="eV",
        description="How deep the lowest energy lies below the last one.",
        source=OWN,
        formula="E_last − E_min",
        needs_reference=False,
        lower_is_better=None,
        compute=lambda both: float(both.curve.energies[-1] - np.nanmin(both.curve.energies)),
    ),
)
'''


def test_a_metric_is_added_with_one_file_and_stands_on_every_door(tmp_path: Path) -> None:
    for name in ("bsct_explorer", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.safetensors"))
    file = tmp_path / "bsct_explorer/metrics/records/depth.py"
    file.write_text(DEPTH, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    scan = ("ethane", "--bond", "0-1", "--model", "morse", "--points", "30")
    done = run("-m", "bsct_explorer", "scan", *scan, "--json", "-")
    (profile,) = json.loads(done.stdout)["profiles"]
    energies = [energy for energy in profile["energies"] if energy is not None]
    assert profile["metrics"]["depth_below_end"] == pytest.approx(energies[-1] - min(energies))
    shown = list(profile["metrics"])
    assert shown.index("depth_below_end") + 1 == shown.index("energy_mae_full")  # only details come behind it
    assert run("-m", "bsct_explorer", "check", *scan, "--max", "depth_below_end=0").returncode == 1
    done = run("-c", "from scripts.docs_texts import filled; print(filled('<!-- table: metrics -->'))")
    assert "`depth_below_end`" in done.stdout
    file.write_text(DEPTH.replace('        unit="eV",\n', ""), encoding="utf-8")
    error = run("-c", "import bsct_explorer.metrics").stderr
    assert "metrics/records/depth.py" in error
    assert "'unit'" in error


def test_an_empty_part_and_a_missing_sentence_are_refused() -> None:
    parts = {**vars(METRICS["tortuosity"])}
    with pytest.raises(TypeError, match="empty 'formula'"):
        Metric(**{**parts, "formula": ""})
    with pytest.raises(TypeError, match="full stop"):
        Metric(**{**parts, "description": "Longer than needed"})


def test_the_order_is_the_one_that_the_records_state() -> None:
    stated = [(metric.detail, metric.order) for metric in METRICS.values()]
    assert stated == sorted(stated)
    assert [metric.key for metric in METRICS.values() if metric.detail] == [
        f"energy_mae_{side}" for side in ("full", "compress", "stretch")
    ]
    assert all(key == metric.key for key, metric in METRICS.items())
    assert Missing("why").reason == "why"
