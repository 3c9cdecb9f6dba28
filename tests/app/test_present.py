"""What stands on the page beside the figures follows from the analyses: read-out, metrics, tooltips."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.app.views import present
from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.looks import look_of
from bsct_explorer.plots.shown_curves import ShownCurves
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


def test_the_slider_reads_what_the_figures_draw_and_null_where_a_frame_failed(morse: Analysis) -> None:
    energies = np.array(morse.profile.energies)
    energies[-1] = np.nan
    broken = with_evaluation(morse, energies=energies, failed={59: "no convergence"})
    (row,) = present.player_rows(ShownCurves({"morse": broken}, {"morse": look_of("morse")}), False)
    assert row["energies"][59] is row["forces"][59] is None
    assert morse.equilibrium is not None
    assert row["energies"][morse.equilibrium.frame] == 0.0


def test_metrics_that_cannot_be_had_say_why(morse: Analysis) -> None:
    rows = present.metric_rows({"morse": morse}, {"morse": look_of("morse")}, False)
    columns = present.metric_columns(with_reference=False)
    assert columns
    assert not any(column["key"].startswith("fsd") for column in columns)
    assert any(column["key"] == "fsd_full" for column in present.metric_columns(with_reference=True))
    for column in columns:
        cell = rows[0]["cells"][column["key"]]
        assert cell["value"] is not None or cell["note"], column["key"]


def test_details_are_the_last_group_of_the_table() -> None:
    columns = present.metric_columns(with_reference=True)
    groups = list(dict.fromkeys(column["group"] for column in columns))
    assert groups == [*present.METRIC_GROUPS.values(), present.DETAILS]
    assert {column["key"] for column in columns if column["group"] == present.DETAILS} == {
        "energy_mae_full",
        "energy_mae_compress",
        "energy_mae_stretch",
    }
    assert [column["group"] for column in columns] == sorted(
        (column["group"] for column in columns), key=groups.index
    )  # each group is one stretch of columns under one heading


def test_what_was_sent_to_a_potential_is_said(morse: Analysis) -> None:
    assert "are not inputs" in present.potential_tip(morse.profile)
    sent = with_evaluation(morse, charge=-1, multiplicity=2)
    assert "sent: charge −1, multiplicity 2" in present.potential_tip(sent.profile)
