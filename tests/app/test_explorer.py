"""What a session shows while its answers are on their way: nothing of one scan is taken for another's."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from bsct_explorer.app.downloads import file_stem, study_of
from bsct_explorer.app.page import PageSession
from bsct_explorer.app.session.comparison import NO_POTENTIAL
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.tabs.explore_view import COMPUTING
from bsct_explorer.app.work.evaluations import Answer
from bsct_explorer.app.work.job import Job
from bsct_explorer.molecules import load_molecule

RINGS = "S1SSSSSSS1"


class Browser:
    """Stands for the document of a page that is drawn; what is to come later waits in `later`."""

    session_context = None

    def __init__(self) -> None:
        self.later: list[Callable[[], None]] = []
        self.asked: list[Callable[[], None]] = []

    def add_timeout_callback(self, action: Callable[[], None], _: int) -> None:
        self.later.append(action)


@pytest.fixture
def page() -> PageSession:
    session = PageSession(ExplorerState(molecule="ethane", bond="0-1", potentials=["morse"], reference="", points=40))
    explorer = session.explorer
    explorer.start()
    end = time.monotonic() + 60
    while (explorer.busy or not explorer.analyses) and time.monotonic() < end:
        time.sleep(0.01)
    assert explorer.analyses
    return session


@pytest.fixture
def slow(page: PageSession, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """The page's browser, with potentials that take longer than the test."""
    browser = Browser()
    monkeypatch.setattr(page.explorer, "_document", browser)
    monkeypatch.setattr(page.explorer, "_evaluating", Job(page.explorer.schedule, submit=browser.asked.append))
    return browser


def test_a_length_is_kept_over_changes_that_follow_each_other_unshown(page: PageSession, slow: Browser) -> None:
    player = page.explorer.views.player
    player.frame = 30
    length = player.values[30]
    page.state.high = 1.9
    page.state.high = 2.5
    page.state.high = 2.9
    assert player.values[player.frame] == length, "nothing is shown yet"
    for action in slow.later:
        action()
    assert player.values[-1] > 4.0
    assert abs(player.values[player.frame] - length) <= 0.5 * (player.values[1] - player.values[0])


def test_what_is_computed_is_not_missed(page: PageSession, slow: Browser) -> None:
    """The reference is there at once, from the cache, and the potential is not: nobody is told to choose one."""
    explorer = page.explorer
    page.state.param.update(reference="lennard-jones", potentials=["morse", "ani1x"])
    assert explorer.running
    explorer.evaluations["reference"] = explorer.evaluations.pop("morse")
    explorer._show_results(final=False)
    assert explorer.views.complete
    assert explorer.views.findings.message == COMPUTING
    page.state.potentials = []
    assert not explorer.running
    explorer._show_results(final=True)
    assert explorer.views.findings.message == NO_POTENTIAL


def test_downloads_are_of_the_curves_that_are_shown(page: PageSession, slow: Browser) -> None:
    before = page.explorer.scan
    assert before is not None
    page.state.bond = "0-2"
    assert page.explorer.scan is not before
    study = study_of(page.explorer)
    np.testing.assert_array_equal(study.scan.values, before.values)
    assert study.scan.atoms == study.analyses[0].profile.scan.atoms == (0, 1)
    assert file_stem(page.explorer) == "ethane_C0-C1"


def test_what_is_computed_for_a_molecule_that_is_gone_is_not_heard(
    page: PageSession, slow: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = page.explorer
    answer = explorer.evaluations["morse"]
    page.state.high = 2.5
    assert explorer.busy
    generation = explorer._evaluating.generation
    monkeypatch.setattr(explorer, "_load_molecule", lambda: None)  # the way back to ethane takes its time
    explorer._take_molecule(load_molecule(RINGS, relax=False))
    assert explorer.scan is None
    assert not explorer.busy
    explorer._evaluating.post(generation, partial(explorer._take, Answer("morse", evaluation=answer)))
    slow.asked[-1]()  # the worker comes to it only now
    assert explorer.scan is None
