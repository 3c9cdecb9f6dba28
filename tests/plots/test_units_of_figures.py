"""Figures in another unit of energy: labels, values, bands, limits and hover texts, and what has no energy stays."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.looks import look_of
from bsct_explorer.plots.shown_curves import REFERENCE, PlotSettings, ShownCurves
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile
from bsct_explorer.words.units import ENERGY_UNITS, EV, EnergyUnit

OTHERS = [unit for unit in ENERGY_UNITS if unit != EV]


@pytest.fixture(scope="module")
def compared() -> dict[str, Analysis]:
    scan = BondStretch(0, 1).scan(load_molecule("ethane"), 60)
    answers = [
        load_potential(name).evaluate(scan.molecule.numbers, scan.positions) for name in ("morse", "lennard-jones")
    ]
    members = np.stack([answers[0].energies, 1.1 * answers[0].energies])
    ensemble = Evaluation(answers[0].info, answers[0].energies, answers[0].forces, member_energies=members)
    reference = Profile(scan, answers[1])
    return {"morse": analyse(Profile(scan, ensemble), reference), REFERENCE: analyse(reference)}


def shown(analyses: dict[str, Analysis], unit: EnergyUnit) -> ShownCurves:
    return ShownCurves(analyses, {"morse": look_of("morse")}, PlotSettings(energy_unit=unit))


@pytest.mark.parametrize("unit", OTHERS, ids=lambda unit: unit.name)
@pytest.mark.parametrize("full", [False, True])
def test_numbers_are_those_in_ev_times_the_factor(compared: dict[str, Analysis], unit: EnergyUnit, full: bool) -> None:
    for name, record in FIGURES.items():
        factor = 1.0 if name == "fsd_curve" else unit.per_ev
        ours, theirs = record.curves(shown(compared, EV)), record.curves(shown(compared, unit))
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(other.ordinates.values, factor * one.ordinates.values, rtol=1e-12)
            if one.ordinates.spread is not None and other.ordinates.spread is not None:
                np.testing.assert_allclose(other.ordinates.spread, factor * one.ordinates.spread, rtol=1e-12)
            np.testing.assert_array_equal(one.values, other.values)
        limits = [np.array(record.range_of(curves, full)) for curves in (ours, theirs)]
        np.testing.assert_allclose(limits[1], factor * limits[0], rtol=1e-12)


@pytest.mark.parametrize("unit", OTHERS, ids=lambda unit: unit.name)
def test_no_ev_is_left_on_the_plots(compared: dict[str, Analysis], unit: EnergyUnit) -> None:
    plots = CurvePlots()
    plots.show(shown(compared, unit))
    for name, plot in plots.plots.items():
        texts = [plot.figure.yaxis.axis_label, plot.figure.xaxis.axis_label, plot.figure.title.text]
        texts += [tip.tooltips for tip in plot._tips.values()]
        assert not [text for text in texts if "eV" in text], texts
        if name != "fsd_curve":
            assert all(unit.name in text for text in (texts[0], *texts[3:]))
    assert plots.figures["force"].yaxis.axis_label == f"Force / {unit.name}/Å"


def test_a_zoom_along_the_coordinate_stays_and_the_heights_follow(compared: dict[str, Analysis]) -> None:
    plots = CurvePlots()
    plots.show(shown(compared, EV))
    energy = plots.figures["energy"]
    energy.x_range.update(start=1.4, end=1.9)
    before = energy.y_range.end
    plots.show(shown(compared, OTHERS[0]))
    assert (energy.x_range.start, energy.x_range.end) == (1.4, 1.9)
    assert energy.y_range.end == pytest.approx(OTHERS[0].per_ev * before)
    other = BondStretch(0, 1).scan(load_molecule("ethane"), 40)
    answer = load_potential("morse").evaluate(other.molecule.numbers, other.positions)
    plots.show(shown({"morse": analyse(Profile(other, answer))}, OTHERS[0]))
    assert energy.x_range.end > 3.0, "another scan is shown whole"
