"""A session alone, without a page: what it computes, in which order it tells it, and what it lets go."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from desk import Desk, Session

from bsct_explorer.app.session.coordinate_choice import frame_nearest
from bsct_explorer.app.session.events import Activity, Event
from bsct_explorer.app.session.explorer import OwnReference
from bsct_explorer.app.state import REFERENCE
from bsct_explorer.app.work.evaluations import PotentialAnswer
from bsct_explorer.molecules import load_molecule

RINGS = "S1SSSSSSS1"


def test_a_session_loads_no_view() -> None:
    code = (
        "import sys, bsct_explorer.app.session.explorer, bsct_explorer.app.session.lab_session\n"
        "import bsct_explorer.app.session.opening_case, bsct_explorer.app.work.refinements\n"
        "views = ('tabs', 'views', 'lab', 'viewer', 'components', 'page', 'layout', 'notices')\n"
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in ('panel', 'bokeh', 'panel_material_ui', "
        "'holoviews', 'nglview', 'torch') or name.startswith(tuple(f'bsct_explorer.app.{v}' for v in views))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_it_tells_the_scan_then_curves_then_findings() -> None:
    session = Session().open()
    assert [name for name in session.told if name != "on_verdicts"][:3] == ["on_scan", "on_results", "on_findings"]
    analysis = session.comparison.analyses["morse"]
    assert analysis.profile.scan.values.shape == (40,)
    assert analysis.noise is not None, "it was refined"
    assert session.comparison.complete


def test_before_the_page_is_drawn_nothing_waits_and_nothing_is_refined() -> None:
    session = Session(Desk(drawn=False), high=2.31)  # no cache knows it
    session.explorer.start()
    assert session.told == ["on_scan"], "the structure is there at once"
    session.desk.until(lambda: session.comparison.analyses and not session.comparison.evaluating.running)
    assert session.comparison.checking.running
    assert session.comparison.analyses["morse"].noise is None
    session.desk.draw()
    session.settle()
    assert session.comparison.analyses["morse"].noise is not None


def test_a_length_is_kept_over_changes_that_follow_each_other_unshown(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session().open()
    state, comparison = session.state, session.comparison
    state.frame = 30
    length = comparison.shown.values[30]
    session.hold(monkeypatch)
    for high in (1.9, 2.5, 2.9):
        state.high = high
    assert comparison.shown.values[30] == length, "nothing is shown yet"
    assert comparison.scan is not comparison.shown
    session.desk.let_pass()
    assert comparison.scan is comparison.shown
    assert comparison.shown.values[-1] > 4.0
    step = comparison.shown.values[1] - comparison.shown.values[0]
    assert abs(comparison.shown.values[state.frame] - length) <= 0.5 * step


def test_a_quick_answer_is_shown_with_its_structure() -> None:
    session = Session().open()
    session.told.clear()
    session.state.high = 2.2
    assert session.told == [], "nothing is dimmed for a blink"
    session.settle()
    assert session.told[:2] == ["on_scan", "on_results"]


def test_findings_wait_for_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session().open()
    comparison = session.comparison
    asked = session.hold(monkeypatch)
    session.told.clear()
    session.state.reference = "lennard-jones"
    assert comparison.evaluating.running
    assert not comparison.complete
    session.desk.work()
    assert "on_findings" not in session.told
    asked[-1]()
    session.settle()
    assert comparison.complete
    assert "on_findings" in session.told
    assert comparison.analyses["morse"].reference is not None
    assert REFERENCE in comparison.analyses


def test_what_is_computed_for_a_molecule_that_is_gone_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session().open()
    comparison = session.comparison
    answer = comparison.evaluating.evaluations["morse"]
    asked = session.hold(monkeypatch)
    session.state.high = 2.5
    assert comparison.busy
    job, generation = comparison.evaluating._job, comparison.evaluating._job.generation
    monkeypatch.setattr(session.explorer, "_load_molecule", lambda: None)  # the way back to ethane takes its time
    session.explorer._take_molecule(load_molecule(RINGS, relax=False))
    assert comparison.scan is None
    assert not comparison.busy
    job.post(generation, lambda: comparison.evaluating._take(PotentialAnswer("morse", evaluation=answer)))
    asked[-1]()  # the worker comes to it only now
    session.desk.work()
    session.desk.let_pass()
    assert comparison.scan is None
    assert "every bond is in a ring" in session.messages[-1].text


def test_cancel_says_what_is_missing_and_resume_computes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session().open()
    comparison = session.comparison
    asked = session.hold(monkeypatch)
    said: list[Activity] = []
    comparison.on_activity.listen(said.append)
    session.state.potentials = ["morse", "lennard-jones"]
    comparison.cancel()
    assert said[-1] == Activity("Stopped. Not computed: Lennard-Jones", stopped=True)
    assert set(comparison.analyses) == {"morse"}
    comparison.evaluate()
    asked[-1]()
    session.settle()
    assert set(comparison.analyses) == {"morse", "lennard-jones"}


def test_what_fails_is_told_in_words_and_stops_no_other() -> None:
    session = Session(molecule="hydrogen sulfide", potentials=["ani1x", "morse"]).open()
    assert set(session.comparison.analyses) == {"morse"}
    assert "S" in session.comparison.evaluating.errors["ani1x"]
    assert [message.kind for message in session.messages] == ["warning"]


def test_asleep_it_computes_nothing_and_awake_what_is_missing() -> None:
    session = Session().open()
    comparison = session.comparison
    comparison.sleep()
    session.state.high = 2.7
    assert not comparison.busy
    assert comparison.evaluating.evaluations == {}
    assert comparison.shown is comparison.scan
    comparison.wake()
    session.settle()
    assert comparison.analyses["morse"].profile.scan is comparison.scan


def test_other_thresholds_ask_no_potential() -> None:
    session = Session().open()
    before = session.comparison.evaluating.evaluations["morse"]
    session.state.thresholds = "prominence:0.02"
    assert not session.comparison.evaluating.running
    session.settle()
    assert session.comparison.evaluating.evaluations["morse"] is before
    assert session.comparison.analyses["morse"].thresholds.prominence == 0.02


def test_a_molecule_that_cannot_be_read_leaves_what_is_shown() -> None:
    session = Session().open()
    refused: list[str] = []
    session.explorer.on_refused.listen(refused.append)
    scan = session.comparison.scan
    session.state.molecule = "C(("
    session.desk.until(lambda: refused)
    assert refused == ["C(("]
    assert session.state.molecule == "ethane"
    assert session.comparison.scan is scan
    assert session.messages[-1].kind == "error"


@pytest.mark.parametrize(
    ("field", "value"),
    [("points", 50), ("low", 0.7), ("high", 1.5), ("fixed", "first"), ("potentials", ["morse", "lennard-jones"])],
)
def test_what_is_chosen_while_a_molecule_is_read_holds_though_it_cannot_be_read(field: str, value: object) -> None:
    session = Session(potentials=["morse"]).open()
    refused: list[str] = []
    session.explorer.on_refused.listen(refused.append)
    session.state.molecule = "C(("
    session.state.param.update(**{field: value})
    session.desk.until(lambda: refused)
    session.settle()
    assert session.state.molecule == "ethane"
    assert getattr(session.state, field) == value
    scan = session.comparison.scan
    assert (len(scan.values), set(session.comparison.analyses)) == (session.state.points, set(session.state.potentials))
    assert scan.deformation.range == (session.state.low, session.state.high)
    assert scan.deformation.fixed == session.state.fixed


@pytest.mark.parametrize("first", ["molecule", "bond", "reference", "points"])
def test_a_molecule_takes_the_fields_that_come_with_it_in_any_order(first: str) -> None:
    session = Session(reference="lennard-jones").open()
    fields = {"molecule": "water", "structure": "", "bond": "", "reference": "", "points": 30}
    session.told.clear()
    session.state.param.update(**{first: fields[first], **fields})
    session.settle()
    session.desk.until(lambda: session.explorer.molecule.name == "water")
    session.settle()
    assert session.messages == []
    assert session.told.count("on_scan") == 1
    assert session.state.bond == "0-1"
    assert set(session.comparison.analyses) == {"morse"}


def test_an_own_reference_brings_its_frames_and_a_bad_one_changes_nothing() -> None:
    session = Session().open()
    scan = session.comparison.scan
    session.explorer.use_reference(OwnReference("bad.csv", b"no,such,columns\n1,2,3\n", ""))
    assert session.state.reference == ""
    assert session.comparison.scan is scan
    assert session.messages[-1].kind == "error"
    values = np.linspace(1.0, 2.5, 21)
    rows = "\n".join(f"{r},{(r - 1.5) ** 2},{-2 * (r - 1.5)}" for r in values)
    session.explorer.use_reference(OwnReference("mine.csv", f"r,energy_eV,force_eV_per_A\n{rows}".encode(), "mine"))
    session.settle()
    assert session.state.reference == "file"
    in_ev = session.comparison.analyses[REFERENCE].profile
    assert in_ev.info.level_of_theory == "mine"
    session.explorer.use_reference(OwnReference("mine.csv", f"r,energy,force\n{rows}".encode(), "mine", "hartree"))
    session.settle()
    energies = session.comparison.analyses[REFERENCE].profile.energies
    np.testing.assert_allclose(energies, 27.211386245988 * in_ev.energies)


def test_picking_two_atoms_pulls_their_bond() -> None:
    session = Session().open()
    assert session.explorer.pick([0]) is False
    assert session.explorer.pick([2]) is True
    assert session.state.bond == "0-2"
    assert session.explorer.pick([0, 7]) is True
    assert "are not bonded" in session.messages[-1].text
    assert session.state.bond == "0-2"


def test_closed_it_starts_nothing_more() -> None:
    session = Session().open()
    session.explorer.close()
    session.state.high = 2.9
    assert not session.comparison.busy
    session.state.molecule = "propane"
    assert not session.explorer._reading.running


def test_a_frame_of_the_address_is_for_the_first_scan() -> None:
    session = Session(frame=7).open()
    assert session.state.frame == 7
    session.state.bond = "0-2"
    session.settle()
    scan = session.comparison.shown
    assert session.state.frame == frame_nearest(scan, scan.own_value)


def test_listeners_may_come_while_an_event_is_told() -> None:
    event: Event[[int]] = Event()
    heard: list[int] = []
    event.listen(lambda n: event.listen(heard.append))
    event(1)
    assert heard == []
    event(2)
    assert heard == [2]
