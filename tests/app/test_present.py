"""What stands on the page follows from the analyses: zeros, bands, order, gaps."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.app.session import present
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.curve_figures import Curve, energy_limits, force_limits
from bsct_explorer.plots.looks import REFERENCE_LOOK, look_of
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile


@pytest.fixture(scope="module")
def morse() -> Analysis:
    scan = BondStretch(0, 1).scan(load_molecule("ethane"), 60)
    evaluation = load_potential("morse").evaluate(scan.molecule.numbers, scan.positions)
    return analyse(Profile(scan, evaluation))


def with_evaluation(analysis: Analysis, **changes: object) -> Analysis:
    old = analysis.profile.evaluation
    fields = {"info": old.info, "energies": old.energies, "forces": old.forces, **changes}
    return analyse(Profile(analysis.profile.scan, Evaluation(**fields)))  # type: ignore[arg-type]


@pytest.mark.parametrize("zero", ["minimum", "reference", "longest"])
def test_the_energy_zero_is_where_the_person_put_it(morse: Analysis, zero: str) -> None:
    curve = present.curve_of(morse, look_of("morse"), zero=zero, reference_frame=20)
    assert morse.equilibrium is not None
    frame = {"minimum": morse.equilibrium.frame, "reference": 20, "longest": 59}[zero]
    assert curve.energies[frame] == 0.0
    np.testing.assert_allclose(np.diff(curve.energies), np.diff(morse.profile.energies), atol=1e-12)


def test_a_failed_frame_is_never_the_zero_and_stays_a_gap(morse: Analysis) -> None:
    energies = np.array(morse.profile.energies)
    energies[-1] = np.nan
    broken = with_evaluation(morse, energies=energies, failed={59: "no convergence"})
    curve = present.curve_of(broken, look_of("morse"), zero="longest", reference_frame=None)
    assert curve.energies[58] == 0.0
    assert np.isnan(curve.energies[59])
    assert present.player_rows([curve], False)[0]["energies"][59] is None


def test_the_path_integral_follows_the_energy_of_a_gradient_field(morse: Analysis) -> None:
    own = present.curve_of(morse, look_of("morse"), zero="minimum", reference_frame=None)
    integral = present.curve_of(morse, look_of("morse"), zero="minimum", reference_frame=None, integrated=True)
    outer = slice(morse.equilibrium.frame if morse.equilibrium else 0, None)
    np.testing.assert_allclose(integral.energies[outer], own.energies[outer], atol=0.02)
    assert not np.array_equal(integral.energies, own.energies)


def test_an_ensembles_band_is_zero_where_all_members_agree(morse: Analysis) -> None:
    energies = np.array(morse.profile.energies)
    tilt = 0.1 * (morse.profile.values - morse.profile.values[0])
    spread = with_evaluation(morse, member_energies=np.stack([energies + tilt + 3.0, energies - tilt - 7.0]))
    curve = present.curve_of(spread, look_of("morse"), zero="longest", reference_frame=None)
    assert curve.energy_spread is not None
    assert curve.force_spread is not None
    # Constants of the members do not count; two members ± d have a sample deviation of √2 d.
    assert curve.energy_spread[-1] == pytest.approx(0.0, abs=1e-12)
    length = morse.profile.values[-1] - morse.profile.values[0]
    assert curve.energy_spread[0] == pytest.approx(np.sqrt(2) * 0.1 * length)
    np.testing.assert_allclose(curve.force_spread, np.sqrt(2) * 0.1, rtol=1e-6)


def test_the_reference_is_drawn_as_the_reference(morse: Analysis) -> None:
    curve = present.curve_of(morse, REFERENCE_LOOK, zero="minimum", reference_frame=None, is_reference=True)
    assert (curve.key, curve.look.dash) == ("reference", "dashed")


def test_the_wall_is_clipped_and_the_well_is_not(morse: Analysis) -> None:
    curve = present.curve_of(morse, look_of("morse"), zero="minimum", reference_frame=None)
    low, high = energy_limits([curve], full=False)
    outer = curve.energies[curve.equilibrium :]
    assert low < 0 < outer.max() < high < curve.energies.max()
    full_low, full_high = energy_limits([curve], full=True)
    assert full_low <= curve.energies.min()
    assert full_high >= curve.energies.max()
    assert force_limits([curve], full=False)[1] < curve.forces.max() <= force_limits([curve], full=True)[1]


@pytest.mark.parametrize("full", [False, True])
def test_limits_without_a_single_number(full: bool) -> None:
    empty = np.full(5, np.nan)
    curve = Curve("x", "X", REFERENCE_LOOK, np.arange(5.0), empty, empty)
    for limits in (energy_limits([curve], full), force_limits([curve], full), energy_limits([], full)):
        assert np.isfinite(limits).all()
        assert limits[0] < limits[1]


def test_metrics_that_cannot_be_had_say_why(morse: Analysis) -> None:
    rows = present.metric_rows({"morse": morse}, {"morse": look_of("morse")}, False)
    columns = present.metric_columns(with_reference=False)
    assert columns
    assert not any(column["key"].startswith("fsd") for column in columns)
    assert any(column["key"] == "fsd_full" for column in present.metric_columns(with_reference=True))
    for column in columns:
        cell = rows[0]["cells"][column["key"]]
        assert cell["value"] is not None or cell["note"], column["key"]


def test_what_was_sent_to_a_potential_is_said(morse: Analysis) -> None:
    assert "are not inputs" in present.potential_tip(morse.profile)
    sent = with_evaluation(morse, charge=-1, multiplicity=2)
    assert "sent: charge −1, multiplicity 2" in present.potential_tip(sent.profile)
