"""What the page shows while a session's answers are on their way: nothing of one scan is taken for another's."""

from __future__ import annotations

import numpy as np
import pytest
from desk import Session

from bsct_explorer.app.downloads import file_stem, study_of
from bsct_explorer.app.views.comparison_views import ComparisonViews
from bsct_explorer.app.views.findings_view import COMPUTING, NO_POTENTIAL
from bsct_explorer.plots.looks import look_of


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session whose potentials answer only when the test lets them (`asked`), once it is open."""
    made = Session()
    made.views = ComparisonViews(made.comparison, lambda name: look_of(name, ("morse",)), made.explorer.pick)
    made.open()
    made.asked = made.hold(monkeypatch)
    return made


def test_the_slider_keeps_its_length(session: Session) -> None:
    player = session.views.player.player
    player.frame = 30
    length = player.values[30]
    session.state.high = 2.9
    assert player.values[player.frame] == length, "nothing is shown yet"
    session.desk.let_pass()
    assert player.values[-1] > 4.0
    assert abs(player.values[player.frame] - length) <= 0.5 * (player.values[1] - player.values[0])
    assert session.views.findings.findings.dimmed
    assert session.views.metrics.metrics.dimmed
    assert all(row["dimmed"] for row in player.rows)
    session.asked[-1]()
    session.settle()
    assert not session.views.findings.findings.dimmed
    assert not session.views.metrics.metrics.dimmed


def test_what_is_computed_is_not_missed(session: Session) -> None:
    """The reference is there at once, from the cache, and the potential is not: nobody is told to choose one."""
    comparison, listed = session.comparison, session.views.findings.findings
    session.state.param.update(reference="lennard-jones", potentials=["morse"])
    comparison.evaluating.evaluations["reference"] = comparison.evaluating.evaluations.pop("morse")
    comparison.evaluate()
    assert comparison.evaluating.running
    session.desk.work()
    assert comparison.complete
    assert listed.message == COMPUTING
    session.state.potentials = []
    session.desk.work()
    assert not comparison.evaluating.running
    assert listed.message == NO_POTENTIAL


def test_a_selected_finding_is_seen_everywhere_and_another_scan_drops_it() -> None:
    session = Session(molecule="ethane", potentials=["ani1x"], high=2.5, points=100)
    views = ComparisonViews(session.comparison, lambda name: look_of(name, ("ani1x",)), session.explorer.pick)
    session.open()
    listed, player = views.findings.findings, views.player.player
    item = next(item for item in listed.items if not item["folded"])
    listed.selected = item["key"]
    listed.clicks += 1
    assert (player.frame, player.stop) == (item["frame"], item["key"])
    assert session.state.frame == item["frame"]
    session.state.bond = "0-2"
    session.settle()
    assert listed.selected == ""
    assert views.structure.viewer.lit == []


def test_downloads_are_of_the_curves_that_are_shown(session: Session) -> None:
    before = session.comparison.scan
    session.state.bond = "0-2"
    assert session.comparison.scan is not before
    study = study_of(session.comparison)
    np.testing.assert_array_equal(study.scan.values, before.values)
    assert study.scan.atoms == study.analyses[0].profile.scan.atoms == (0, 1)
    assert file_stem(session.comparison) == "ethane_C0-C1"
