"""The report in another unit: no eV is left but for what is set in eV."""

from __future__ import annotations

import re

import pytest

import bsct_explorer as be
from bsct_explorer.app.views.present import metric_rows
from bsct_explorer.export.html_report import html_text
from bsct_explorer.metrics import METRICS
from bsct_explorer.plots.looks import look_of
from bsct_explorer.study import StudySettings, run_study
from bsct_explorer.words.units import ENERGY_UNIT_NAMES, energy_unit


@pytest.fixture(scope="module")
def study():
    scan = be.BondStretch(0, 1).scan(be.load_molecule("water"), points=60)
    return run_study(scan, ["testbed-A"], StudySettings(reference="morse", refine=False))


def words(report: str) -> str:
    """What a person reads of the report: its body without scripts, tooltips kept."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", report, flags=re.DOTALL)
    return body.partition("<h2>Provenance</h2>")[0]


@pytest.mark.parametrize("name", ENERGY_UNIT_NAMES[1:])
def test_words_and_numbers(study, name):
    in_ev, told = words(html_text(study)), words(html_text(study, energy_unit(name)))
    assert len(study.analyses[0].artifacts) > 0
    assert re.findall(r".{20}eV.{8}", told.replace("ε = 1 eV/Å", "")) == []
    value = [
        re.search(r"Energy MAE.*?\((.*?)\).*?<td[^>]*>([\d.]+)", text, re.DOTALL).groups() for text in (in_ev, told)
    ]
    assert [unit for unit, _ in value] == ["eV", name]
    assert float(value[1][1]) == pytest.approx(energy_unit(name).per_ev * float(value[0][1]), rel=1e-3)


def test_the_plots_of_the_report_are_in_the_unit(study):
    report = html_text(study, energy_unit("kcal/mol"))
    assert "Energy / kcal/mol" in report
    assert "Energy / eV" not in report
    assert "eV/Å" not in re.sub(r"<script>.*?</script>", "", report.replace("ε = 1 eV/Å", ""), count=1, flags=re.DOTALL)


@pytest.mark.parametrize("name", ENERGY_UNIT_NAMES)
def test_what_is_counted_has_no_decimals(study, name):
    counted = {key: value for key, value in study.analyses[0].metrics.values.items() if isinstance(value, int)}
    assert "force_flips" in counted
    told = words(html_text(study, energy_unit(name)))
    for key, value in counted.items():
        cells = re.search(rf">{METRICS[key].label}</th>(.*?)</tr>", told)[1]
        assert f">{value}</td>" in cells, f"{key}: {cells}"
    rows = metric_rows({"a": study.analyses[0]}, {"a": look_of("morse")}, False, energy_unit(name))
    assert {key: rows[0]["cells"][key]["text"] for key in counted} == {k: str(value) for k, value in counted.items()}
