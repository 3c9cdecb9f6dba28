"""The far field on the page: on request, relative to the fragments, kept over new judgements, dropped with the scan."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from bsct_explorer.app.downloads import study_of
from bsct_explorer.app.page import PageSession
from bsct_explorer.app.state import REFERENCE, ExplorerState
from bsct_explorer.app.tabs.far_field_panel import EXPLANATION, NO_BOND, FarFieldPanel
from bsct_explorer.app.work.job import Job
from bsct_explorer.artifacts.far_field import REACH
from bsct_explorer.export.study_json import study_document


def session(**chosen: object) -> PageSession:
    state = ExplorerState(
        **{"molecule": "water", "bond": "0-1", "potentials": ["morse"], "reference": "lennard-jones", **chosen}
    )
    page = PageSession(state)
    page.explorer.start()
    wait(lambda: bool(page.explorer.comparison.analyses) and not page.explorer.comparison.busy)
    return page


def wait(done: object) -> None:
    end = time.monotonic() + 120
    while not done() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.01)
    assert done()  # type: ignore[operator]


def pulled(page: PageSession) -> FarFieldPanel:
    panel = page.far_field
    panel.start()
    wait(lambda: not panel.stop.visible)
    return panel


def test_pulls_every_curve_on_and_says_what_it_found() -> None:
    page = session()
    panel = page.far_field
    assert (panel.status.object, panel.plots.visible, panel.run.disabled) == (EXPLANATION, False, False)
    pulled(page)
    assert set(panel.found) == {"morse", "lennard-jones"}
    assert panel.plots.visible
    assert not panel.run.visible, "there is nothing left to ask"
    far = panel.found["morse"]
    data = panel._sources["morse"].data
    np.testing.assert_array_equal(data["force"], far.forces)
    # Toys are pairwise: apart, the energy is the fragments' own.
    assert data["energy"][-1] == pytest.approx(0.0, abs=1e-6)
    assert data["energy"][0] != pytest.approx(0.0, abs=1e-3)
    assert (panel.force.x_range.start, panel.force.x_range.end) == (far.values[0], REACH)
    for sentence in far.sentences:
        assert sentence in panel.words.object.replace("&#x27;", "'")
    assert panel.words.object.index("Morse") < panel.words.object.index("Lennard-Jones")


def test_the_download_has_it_and_a_new_judgement_keeps_it() -> None:
    page = session(reference="")
    far = pulled(page).found["morse"]
    page.state.thresholds = "prominence:0.02"
    wait(lambda: not page.explorer.comparison.busy)
    assert page.explorer.comparison.analyses["morse"].far_field is far
    document = study_document(study_of(page.explorer.comparison))
    assert document["profiles"][0]["far_field"]["residual_force"] == far.residual_force


def test_another_reference_does_not_take_over_the_far_field_of_the_old_one() -> None:
    page = session(potentials=["lennard-jones"], reference="morse")
    panel = pulled(page)
    explorer, far = page.explorer, dict(panel.found)
    page.state.param.update(potentials=["morse"], reference="lennard-jones")
    wait(lambda: set(explorer.comparison.analyses) == {"morse", REFERENCE} and not explorer.comparison.busy)
    assert explorer.comparison.analyses[REFERENCE].far_field is far["lennard-jones"]
    assert explorer.comparison.analyses["morse"].far_field is far["morse"]
    page.state.param.update(potentials=["lennard-jones"], reference="ani1x")
    wait(lambda: set(explorer.comparison.analyses) == {"lennard-jones", REFERENCE} and not explorer.comparison.busy)
    assert explorer.comparison.analyses[REFERENCE].far_field is None
    assert panel.run.visible, "the new reference was not asked yet"


def test_another_scan_forgets_it() -> None:
    page = session(reference="")
    panel = pulled(page)
    page.state.bond = "0-2"
    wait(lambda: not page.explorer.comparison.busy)
    assert panel.found == {}
    assert not panel.plots.visible
    assert page.explorer.comparison.analyses["morse"].far_field is None


def test_a_new_potential_is_asked_alone() -> None:
    page = session(reference="")
    panel = pulled(page)
    first = panel.found["morse"]
    page.state.potentials = ["morse", "lennard-jones"]
    wait(lambda: len(page.explorer.comparison.analyses) == 2 and not page.explorer.comparison.busy)
    assert panel.run.label == f"Pull 1 more on to {REACH:g} Å"
    assert panel.run.visible
    pulled(page)
    assert panel.found["morse"] is first
    assert set(panel.found) == {"morse", "lennard-jones"}


def test_an_angle_is_refused_with_the_reason() -> None:
    page = session(reference="", angle="1-0-2")
    assert page.far_field.status.object == NO_BOND
    assert not page.far_field.run.visible


def test_cancel_keeps_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    page = session(reference="")
    panel = page.far_field
    asked: list[Callable[[], None]] = []
    monkeypatch.setattr(panel, "_job", Job(lambda action: action(), submit=asked.append))
    panel.start()
    assert panel.stop.visible
    panel.cancel()
    assert panel.status.object == "Stopped."
    asked[0]()  # too late
    assert panel.status.object == "Stopped."
    assert not panel.stop.visible
    assert not panel.run.disabled
