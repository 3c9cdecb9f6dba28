"""The design lab's training curves and table: what is drawn, what is said, what stands there when there is nothing."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from bsct_explorer.app.lab.training_curves import FAINT, SMOOTHNESS, TrainingCurves, apart
from bsct_explorer.app.lab.variants_table import VariantsTable
from bsct_explorer.plots.looks import DARK_SURFACE, LIGHT_SURFACE, look_of
from bsct_explorer.potentials import available
from bsct_explorer.testbed.aims import tabulated
from bsct_explorer.testbed.logs import Log
from bsct_explorer.testbed.model_config import VARIANTS

STEPS = np.array([500.0, 1000.0, 1500.0])
GAP = math.nan


def log(force=(300.0, 200.0, 150.0), jumps=(GAP, 3.0, 0.0), drift=(GAP, 0.5, math.inf)) -> Log:
    columns = {"force_mae_meV/Å": force, "certified_jumps": jumps, "nve_drift_meV/atom/ps": drift}
    return Log(STEPS, {name: np.array(values) for name, values in columns.items()})


def shown(panel):
    """The plot that is on the page."""
    return next(plot for plot in panel.plots.values() if plot.figure is panel.pane.object)


def shades(name: str) -> tuple[str, str]:
    return look_of(name).light, look_of(name).dark


def test_variants_have_a_colour_each_and_nobody_elses_look() -> None:
    looks = [look_of(f"testbed-{variant}") for variant in VARIANTS]
    assert len({look.light for look in looks}) == len({look.dark for look in looks}) == len(VARIANTS)
    others = [look_of(info.name) for info in available() if not info.name.startswith("testbed-")]
    own = [look_of(f"mine-{k}", tuple(f"mine-{j}" for j in range(4))) for k in range(4)]
    assert not set(looks) & {*others, *own}


def test_empty_until_there_are_logs() -> None:
    curves = TrainingCurves()
    assert (curves.empty.visible, curves._plots.visible) == (True, False)
    curves.show({"D": log()})
    assert (curves.empty.visible, curves._plots.visible) == (False, True)
    curves.show({})
    assert (curves.empty.visible, curves._plots.visible) == (True, False)


def test_lines_hold_the_logs_and_the_chosen_one_is_strong_and_on_top() -> None:
    curves = TrainingCurves()
    curves.show({"A": log(), "D": log((100.0, 90.0, 80.0)), "H": log()}, chosen=("D",))
    lines = shown(curves.panels[0]).lines.data
    assert lines["alpha"] == [FAINT, FAINT, 1.0]
    assert lines["colour"][-1] == look_of("testbed-D").light
    np.testing.assert_array_equal(lines["ys"][-1], [100.0, 90.0, 80.0])
    assert "font-weight:600'><b>D</b>" in curves.legend.object
    assert "font-weight:400'><b>A</b>" in curves.legend.object
    curves.show({"A": log(), "D": log()}, dark=True)
    plot = shown(curves.panels[0])
    assert plot.lines.data["alpha"] == [1.0, 1.0]
    assert plot.lines.data["colour"] == [look_of("testbed-A").dark, look_of("testbed-D").dark]
    assert plot.figure.background_fill_color == DARK_SURFACE.background != LIGHT_SURFACE.background


def test_counts_have_an_axis_with_zero_and_gaps_are_left_out() -> None:
    curves = TrainingCurves()
    right = curves.panels[1]
    right.choice.value = "certified_jumps"
    curves.show({"D": log()})
    plot = shown(right)
    assert plot.axis == "linear"
    assert plot.points.data["x"] == [1000.0, 1500.0]
    assert plot.points.data["y"] == [3.0, 0.0]
    assert plot.figure.y_range.start < 0 < 3 < plot.figure.y_range.end
    assert plot.figure.yaxis.axis_label == "Jumps"


def test_what_blew_up_is_drawn_inside_with_another_mark_and_said() -> None:
    curves = TrainingCurves()
    right = curves.panels[1]
    right.choice.value = "nve_drift_meV/atom/ps"
    curves.show({"A": log(), "D": log(drift=(GAP, 0.02, 0.01))})
    plot = shown(right)
    points = plot.points.data
    assert points["marker"].count("triangle") == 1
    k = points["marker"].index("triangle")
    assert points["tip"][k].startswith("<b>A</b>")
    assert "blew up" in points["tip"][k]
    assert 0.5 < points["y"][k] < plot.figure.y_range.end
    assert "0.0100 meV/atom/ps" in points["tip"][points["y"].index(0.01)]
    assert plot.figure.yaxis.axis_label == "Drift / meV/atom/ps"


def test_what_was_not_measured_is_named() -> None:
    curves = TrainingCurves()
    curves.show({"A": log(), "D": Log(STEPS, {"loss": STEPS})})
    left = curves.panels[0]
    assert left.nothing.object == "Not measured in training: D."
    left.choice.value = "loss"
    assert left.nothing.object == "Not measured in training: A."


@pytest.mark.parametrize("quantity", SMOOTHNESS, ids=lambda q: q.axis)
def test_logs_without_a_measure_draw_nothing_and_fail_nowhere(quantity) -> None:
    curves = TrainingCurves()
    curves.show({"D": Log(STEPS, {}), "A": Log(np.array([]), {})})
    curves.panels[1].choice.value = quantity.column
    assert shown(curves.panels[1]).points.data["x"] == []


def test_letters_of_one_end_stand_side_by_side_and_others_apart() -> None:
    curves = TrainingCurves()
    right = curves.panels[1]
    right.choice.value = "certified_jumps"
    curves.show({name: log(jumps=(GAP, 9.0, 40.0 if name == "A" else 0.0)) for name in "ABD"}, chosen=("D",))
    letters = shown(right).letters.data
    place = {name: (letters["y"][k], letters["shift"][k]) for k, name in enumerate(letters["text"])}
    assert place["D"][0] == place["B"][0] == 0.0
    assert place["D"][1] < place["B"][1]
    assert place["A"][0] == 40.0
    moved = apart(np.array([0.0, 0.01, 0.02, 1.0]), 0.1, 0.0, 1.0)
    assert np.diff(moved).min() >= 0.1 - 1e-12
    assert (moved[0], moved[-1]) == (0.0, 1.0)


def table(**d):
    runs = {
        "A": {"force": 90.0, "nve_drift": math.inf},
        "D": {"force": 120.0, "energy": 9.0, **d},
        "D-1": {"force": 140.0, "energy": 7.0},
    }
    return tabulated(runs, "Measured there & then.", {})


def test_the_table_shows_aims_by_shape_and_in_words() -> None:
    view = VariantsTable()
    assert (view.empty.visible, view.table.visible) == (True, False)
    view.show(table(), chosen=("D",))
    assert (view.empty.visible, view.table.visible) == (False, True)
    a, d = view.table.rows
    assert (a["lit"], d["lit"]) == (False, True)
    assert d["cells"]["force"] == {
        "text": "130 ± 10",
        "value": 130.0,
        "note": "Between 120 and 140 meV/Å over the seeds.\nAim: at most 150 meV/Å. Met.",
        "mark": "met",
    }
    assert d["cells"]["energy"]["mark"] == "missed"
    assert d["cells"]["energy"]["note"].endswith("Missed.")
    assert d["cells"]["fsd"]["text"] == "–"
    assert d["cells"]["fsd"]["note"] == "Not measured.\nAim: at most a third of A's. Not known yet."
    assert (a["cells"]["nve_drift"]["text"], a["cells"]["nve_drift"]["mark"]) == ("blew up", "met")
    assert view.table.notes == ["Measured there & then."]


def test_a_control_has_no_colour_since_it_has_no_curve() -> None:
    view = VariantsTable()
    view.show(tabulated({"D": {"force": 1.0}, "D-tau-4": {"force": 2.0}}, "", {"D-tau-4": "as D, tau = 4"}))
    assert [row["colour"] for row in view.table.rows] == [look_of("testbed-D").light, "transparent"]


def test_every_head_explains_itself() -> None:
    view = VariantsTable()
    view.show(table())
    tips = {column["key"]: column["tip"] for column in view.table.columns}
    assert all(len(tip) > 30 and "is better." in tip for tip in tips.values())
    assert tips["force"].endswith("Aim: D, G: at most 150 meV/Å.")
    assert "Higher is better." in tips["nve_time"]
    assert len(tips) == len(view.table.columns)


def test_spread_and_mean_have_the_same_places() -> None:
    view = VariantsTable()
    for pair, text in {(0.05, 0.09): "0.070 ± 0.020", (1000.0, 3000.0): "2000 ± 1000", (2.0, 2.0): "2"}.items():
        view.show(tabulated(dict(zip(("D", "D-1"), ({"force": v} for v in pair), strict=True)), "", {}))
        assert view.table.rows[0]["cells"]["force"]["text"] == text


def test_theme_changes_colours() -> None:
    view = VariantsTable()
    colours = []
    for dark in (False, True):
        view.show(table(), dark=dark)
        colours.append([row["colour"] for row in view.table.rows])
    assert colours == [list(shade) for shade in zip(shades("testbed-A"), shades("testbed-D"), strict=True)]
    assert all(one != other for one, other in itertools.pairwise(colours))
