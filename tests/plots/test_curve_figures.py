"""What the figures draw follows from the analyses: zeros, bands, gaps, limits; pure arrays, no Bokeh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.axis_limits import around_zero, everything, well_and_dissociation
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.looks import REFERENCE_LOOK, look_of
from bsct_explorer.plots.shown_curves import REFERENCE, DrawnCurve, Ordinates, PlotSettings, ShownCurves
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile

LOOKS = {"morse": look_of("morse")}


@pytest.fixture(scope="module")
def morse() -> Analysis:
    scan = BondStretch(0, 1).scan(load_molecule("ethane"), 60)
    evaluation = load_potential("morse").evaluate(scan.molecule.numbers, scan.positions)
    return analyse(Profile(scan, evaluation))


def with_evaluation(analysis: Analysis, reference: Profile | None = None, **changes: object) -> Analysis:
    old = analysis.profile.evaluation
    fields = {"info": old.info, "energies": old.energies, "forces": old.forces, **changes}
    return analyse(Profile(analysis.profile.scan, Evaluation(**fields)), reference)  # type: ignore[arg-type]


def drawn(name: str, analysis: Analysis, reference: Analysis | None = None, **settings: object) -> DrawnCurve:
    """The first line of a figure."""
    analyses = {"morse": analysis} if reference is None else {"morse": analysis, REFERENCE: reference}
    shown = ShownCurves(analyses, LOOKS, PlotSettings(**settings))  # type: ignore[arg-type]
    return FIGURES[name].curves(shown)[0]


@pytest.mark.parametrize("zero", ["minimum", "reference", "longest"])
def test_the_energy_zero_is_where_the_person_put_it(morse: Analysis, zero: str) -> None:
    assert morse.equilibrium is not None
    reference = replace(morse, equilibrium=morse.equilibrium._replace(frame=20))
    curve = drawn("energy", morse, reference, zero=zero)
    frame = {"minimum": morse.equilibrium.frame, "reference": 20, "longest": 59}[zero]
    assert curve.ordinates.values[frame] == 0.0
    np.testing.assert_allclose(np.diff(curve.ordinates.values), np.diff(morse.profile.energies), atol=1e-12)


def test_a_failed_frame_is_never_the_zero_and_is_a_gap_in_every_figure(morse: Analysis) -> None:
    energies = np.array(morse.profile.energies)
    energies[-1] = np.nan
    broken = with_evaluation(morse, morse.profile, energies=energies, failed={59: "no convergence"})
    curve = drawn("energy", broken, zero="longest")
    assert curve.ordinates.values[58] == 0.0
    for name in FIGURES:
        values = drawn(name, broken).ordinates.values
        assert np.isnan(values[59]), name
        assert np.isfinite(values[:59]).all(), name


def test_the_path_integral_follows_the_energy_of_a_gradient_field(morse: Analysis) -> None:
    own, integral = drawn("energy", morse).ordinates.values, drawn("energy", morse, integrated=True).ordinates.values
    outer = slice(morse.equilibrium.frame if morse.equilibrium else 0, None)
    np.testing.assert_allclose(integral[outer], own[outer], atol=0.02)
    assert not np.array_equal(integral, own)


def test_an_ensembles_band_is_zero_where_all_members_agree(morse: Analysis) -> None:
    energies = np.array(morse.profile.energies)
    tilt = 0.1 * (morse.profile.values - morse.profile.values[0])
    spread = with_evaluation(morse, member_energies=np.stack([energies + tilt + 3.0, energies - tilt - 7.0]))
    energy = drawn("energy", spread, zero="longest").ordinates.spread
    force = drawn("force", spread).ordinates.spread
    assert energy is not None
    assert force is not None
    # Constants of the members do not count; two members ± d have a sample deviation of √2 d.
    assert energy[-1] == pytest.approx(0.0, abs=1e-12)
    length = morse.profile.values[-1] - morse.profile.values[0]
    assert energy[0] == pytest.approx(np.sqrt(2) * 0.1 * length)
    np.testing.assert_allclose(force, np.sqrt(2) * 0.1, rtol=1e-6)


def test_the_reference_is_drawn_as_the_reference(morse: Analysis) -> None:
    curve = FIGURES["energy"].curves(ShownCurves({REFERENCE: morse}))[0]
    assert curve.is_reference
    assert curve.look.dash == "dashed"


def test_without_a_reference_there_is_no_fsd_curve_and_with_one_its_steepest_slope_is_fsd(morse: Analysis) -> None:
    assert not FIGURES["fsd_curve"].curves(ShownCurves({"morse": morse}, LOOKS))
    rough = morse.profile.forces + 0.3 * np.sin(40 * morse.profile.values)[:, None, None]
    compared = with_evaluation(morse, morse.profile, forces=rough)
    curve = drawn("fsd_curve", compared, morse)
    slopes = np.abs(np.diff(curve.ordinates.values) / np.diff(curve.values))
    assert slopes.max() == pytest.approx(compared.metrics.values["fsd_full"])


def test_the_wall_is_clipped_and_the_well_is_not(morse: Analysis) -> None:
    curve = drawn("energy", morse)
    low, high = FIGURES["energy"].range_of([curve], False)
    values = curve.ordinates.values
    outer = values[curve.equilibrium :]
    assert low < 0 < outer.max() < high < values.max()
    full_low, full_high = FIGURES["energy"].range_of([curve], True)
    assert full_low <= values.min()
    assert full_high >= values.max()
    force = drawn("force", morse)
    clipped, full = (FIGURES["force"].range_of([force], whole)[1] for whole in (False, True))
    assert clipped < force.ordinates.values.max() <= full


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("limits", [everything, well_and_dissociation, around_zero])
@pytest.mark.parametrize("axis", ["linear", "log"])
def test_limits_without_a_single_number(full: bool, limits: Callable[..., tuple[float, float]], axis: str) -> None:
    curve = DrawnCurve("x", "X", REFERENCE_LOOK, np.arange(5.0), Ordinates(np.full(5, np.nan)))
    record = replace(FIGURES["energy"], limits=limits, axis=axis)
    for curves in ([curve], []):
        low, high = record.range_of(curves, full)
        assert np.isfinite([low, high]).all()
        assert low < high
        assert axis == "linear" or low > 0


def test_a_logarithmic_axis_is_one_field_of_the_record(morse: Analysis) -> None:
    from bsct_explorer.plots.curve_plots import CurvePlots

    record = replace(FIGURES["energy"], axis="log")
    plots = CurvePlots(records=[record])
    plots.show(ShownCurves({"morse": morse}, LOOKS))
    figure = plots.figures["energy"]
    assert type(figure.yaxis[0]).__name__ == "LogAxis"
    assert 0 < figure.y_range.start < figure.y_range.end
    (curve,) = plots.curves["energy"]
    above = curve.ordinates.values[np.isfinite(curve.ordinates.values)]
    assert (above > 0).all()
    assert len(above) == 59, "the minimum itself is zero: a gap"
    outer = curve.ordinates.values[curve.equilibrium + 1 :]
    assert figure.y_range.start <= outer.min()
    assert outer.max() <= figure.y_range.end


def test_a_record_says_what_is_missing_in_it() -> None:
    with pytest.raises(ValueError, match=r"'energy'.*help"):
        replace(FIGURES["energy"], help="")
    with pytest.raises(ValueError, match="zero_line"):
        replace(FIGURES["force"], axis="log")


def test_what_is_sent_ends_far_beyond_the_axis_and_nowhere_with_the_whole_wall(morse: Analysis) -> None:
    from bsct_explorer.plots.curve_plots import CurvePlots

    energies = np.array(morse.profile.energies)
    energies[0] = 1e9
    plots = CurvePlots()
    plots.show(ShownCurves({"morse": with_evaluation(morse, energies=energies)}, LOOKS))
    (line,) = (renderer for renderer in plots.figures["energy"].renderers if renderer.name == "morse")
    axis, sent = plots.figures["energy"].y_range, line.data_source.data["energy"]
    assert 100 * axis.end < sent[0] < 1e6
    lowest = morse.profile.energies[morse.equilibrium.frame] if morse.equilibrium else np.nan
    np.testing.assert_allclose(sent[1:], energies[1:] - lowest)
    plots.set_full_range(True)
    assert line.data_source.data["energy"][0] == pytest.approx(1e9)
