"""The page's map: what it offers, a map computed behind it, colours, a click that reads, cancel."""

from __future__ import annotations

import io
import time
from types import SimpleNamespace

import numpy as np
import pytest

from bsct_explorer.app.page import PageSession
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.tabs.map_tab import EXPLANATION, STALE, MapTab, coordinate_options, starting_pair
from bsct_explorer.artifacts import Thresholds
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.map_figure import colour_limits, degree_ticks, edges, nearest, reading
from bsct_explorer.study.map_quantities import QUANTITIES


def session(molecule: str = "water", **chosen: object) -> PageSession:
    state = ExplorerState(
        **{"molecule": molecule, "potentials": ["lennard-jones"], "reference": "morse", "points": 20, **chosen}
    )
    page = PageSession(state)
    page.explorer.start()
    return page


def computed(page: PageSession, points: int = 9) -> MapTab:
    tab = page.map
    tab.points.value = points
    tab.start()
    wait(tab)
    return tab


def wait(tab: MapTab) -> None:
    end = time.monotonic() + 120
    while tab.stop.visible and time.monotonic() < end:
        time.sleep(0.01)
    assert not tab.stop.visible


@pytest.fixture(scope="module")
def mapped() -> PageSession:
    found = session(low=0.6, high=1.8)
    computed(found, 15)
    return found


def test_what_is_offered() -> None:
    options = coordinate_options(load_molecule("toluene"))
    assert "C0–C1 distance" in options
    assert not any("C2–C3 distance" in label for label in options)  # in the ring
    assert starting_pair(options, "bond:0-1") == ("bond:0-1", "angle:0-1-2")
    assert starting_pair(options, "bond:7-77")[0] == next(iter(options.values()))
    assert starting_pair({}, "bond:0-1") == (None, None)
    assert starting_pair({"a": "bond:0-1"}, "bond:0-1") == ("bond:0-1", None)


def test_a_map_is_computed_and_drawn(mapped: PageSession) -> None:
    tab = mapped.map
    surface = tab.surface
    assert surface is not None
    assert surface.grid.shape == (15, 15)
    # The sidebar's range counts for the sidebar's bond.
    from bsct_explorer.deformations import sum_of_radii

    assert surface.grid.x_values[-1] == pytest.approx(1.8 * sum_of_radii(surface.grid.molecule, 0, 1))
    assert tab.shown.visible
    assert "15 × 15 frames" in tab.status.object
    for key in surface.available:
        tab.quantity.value = key
        image = tab.plot._image.data
        np.testing.assert_array_equal(image["image"][0], surface.quantity(key))
        assert tab.plot.bar.title == f"{QUANTITIES[key].label} / {surface.unit_of(key)}"
    assert tab.plot.figure.xaxis[0].axis_label.endswith("distance / Å")
    assert tab.plot.figure.yaxis[0].axis_label.endswith("angle / °")
    # Cells are centred on their frames.
    assert image["x"][0] + image["dw"][0] / 30 == pytest.approx(surface.grid.x_values[0])


def test_findings_can_be_filtered(mapped: PageSession) -> None:
    tab = mapped.map
    assert tab.surface is not None
    assert tab.surface.findings
    tab.kinds.value = "all"
    assert len(tab.plot._points.data["x"]) == len(tab.surface.findings)
    kind = tab.surface.findings[0].artifact.kind
    tab.kinds.value = kind
    assert len(tab.plot._points.data["x"]) == sum(f.artifact.kind == kind for f in tab.surface.findings)
    tab.kinds.value = "none"
    assert tab.plot._points.data["x"] == []
    tab.kinds.value = "all"


def test_a_click_reads_and_moves_nothing_else(mapped: PageSession) -> None:
    tab = mapped.map
    surface = tab.surface
    assert surface is not None
    before = mapped.explorer.state.param.values()
    x, y = float(surface.grid.x_values[4]), float(surface.grid.y_values[7])
    tab._on_tap(SimpleNamespace(x=x + 1e-3, y=y - 0.5))
    assert nearest(surface, x, y) == (7, 4)
    assert tab.plot._cursor.data == {"x": [x], "y": [y]}
    assert "Force error" in tab.values.object
    assert dict(reading(surface, 7, 4))["Energy"] in tab.values.object
    assert mapped.explorer.state.param.values() == before


def test_files_of_the_page(mapped: PageSession) -> None:
    json_button, csv_button, npz_button = mapped.map._downloads()
    assert b'"quantities"' in json_button.callback().getvalue()
    assert csv_button.callback().getvalue().startswith(b"x_A,y_deg,energy_eV")
    with np.load(io.BytesIO(npz_button.callback().getvalue())) as arrays:
        assert arrays["energies"].shape == (15, 15)


def test_a_change_makes_it_old_and_another_molecule_takes_it_away() -> None:
    page = session()
    tab = computed(page)
    tab.points.value = 11
    assert tab.status.object == STALE
    page.explorer.state.molecule = "methanol"
    end = time.monotonic() + 120
    while (tab.surface is not None or tab.shown.visible) and time.monotonic() < end:
        time.sleep(0.01)
    assert tab.surface is None
    time.sleep(0.1)  # the list follows
    assert tab.status.object == EXPLANATION
    assert "torsion:" in " ".join(tab.x.options.values())


def test_what_makes_no_map_is_said_and_the_old_one_stays() -> None:
    page = session()
    tab = computed(page)
    shown = tab.surface
    tab.y.value = tab.x.value
    tab.start()
    assert not tab.stop.visible
    assert tab.surface is shown


def test_the_thresholds_are_those_of_the_sidebar() -> None:
    page = session(thresholds="step:0.5")
    tab = computed(page)
    assert tab.surface.thresholds.step == 0.5
    page.state.thresholds = ""
    assert tab.status.object == STALE
    tab.start()
    wait(tab)
    assert tab.surface.thresholds.step == Thresholds().step


def test_cancel() -> None:
    page = session(molecule="aspirin", potentials=["gfn2-xtb"], reference="")
    tab = page.map
    tab.potential.value, tab.reference.value, tab.points.value = "gfn2-xtb", "", 31
    tab.start()
    assert tab.stop.visible
    tab.cancel()
    assert not tab.stop.visible
    assert tab.status.object == "Stopped."
    time.sleep(0.3)
    assert tab.surface is None
    page.explorer.comparison.cancel()


def test_colours() -> None:
    values = np.array([[0.0, 1.0], [2.0, 100.0], [np.nan, 3.0]])
    assert colour_limits(values, signed=False, full=True) == (0.0, 100.0)
    low, high = colour_limits(values, signed=False, full=False)
    assert low == 0.0
    assert 3 < high < 100
    assert colour_limits(-values, signed=True, full=True) == (-100.0, 100.0)
    assert colour_limits(np.full((2, 2), np.nan), signed=False, full=False) == (0.0, 1.0)
    assert colour_limits(np.zeros((2, 2)), signed=True, full=False) == (-1.0, 1.0)
    assert colour_limits(np.ones((2, 2)), signed=False, full=False) == (1.0, 2.0)
    assert edges(np.array([1.0, 2.0, 3.0])) == (0.5, 3.5)
    assert degree_ticks(np.linspace(0, 360, 31)) == [0, 60, 120, 180, 240, 300, 360]
    assert degree_ticks(np.linspace(60, 180, 31)) == [60, 90, 120, 150, 180]
