"""Findings keep their places while verdicts arrive, and each says what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.app.session.checking import Checking
from bsct_explorer.app.session.finding_board import Board
from bsct_explorer.app.views.finding_items import finding_items, marks_of, stops_of, tally
from bsct_explorer.artifacts import Artifact
from bsct_explorer.artifacts.refinement import Cause, Refinement, Verdict
from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.looks import look_of
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile


@pytest.fixture(scope="module")
def morse() -> Analysis:
    scan = BondStretch(0, 1).scan(load_molecule("ethane"), 60)
    return analyse(Profile(scan, load_potential("morse").evaluate(scan.molecule.numbers, scan.positions)))


def kink(place: float, severity: str = "minor", width: float = 0.04) -> Artifact:
    return Artifact("force-kink", place, (place - width / 2, place + width / 2), 0.2, "eV/Å", severity, f"at {place}")  # type: ignore[arg-type]


def well(place: float) -> Artifact:
    return Artifact("artificial-minimum", place, (place - 0.3, place + 0.3), 0.1, "eV", "severe", "a well")


def decided(artifact: Artifact, verdict: Verdict, place: float | None = None) -> Artifact:
    place = artifact.location if place is None else place
    refinement = Refinement(verdict, place, 1e-7, 0.2, 1e-6, "eV/Å", 0.012 if verdict == "smooth" else None)
    certified = None if verdict == "unresolved" else refinement.confirmed
    return replace(artifact, location=place, certified=certified, refinement=refinement)


def checking(analysis: Analysis, known: list[Artifact], weak: list[Artifact]) -> Board:
    board = Board()
    board.place({"morse": replace(analysis, artifacts=tuple(known))}, {"morse": [*weak, *known]})
    return board


def test_weak_candidates_stand_behind_what_the_curve_shows(morse: Analysis) -> None:
    board = checking(morse, [kink(2.5)], [kink(1.1, "severe")])
    assert [finding.artifact.location for finding in board.findings] == [2.5, 1.1]
    assert {finding.state for finding in board.findings} == {"checking"}
    assert board.checking == 2


def test_places_and_keys_stay_while_verdicts_arrive(morse: Analysis) -> None:
    candidates = [kink(1.2), well(2.0), kink(2.5), kink(2.7)]
    board = checking(morse, candidates, [])
    keys = [finding.key for finding in board.findings]
    verdicts: list[tuple[int, Verdict, float]] = [(3, "noise", 2.7), (0, "smooth", 1.2), (2, "jump", 2.511)]
    for index, verdict, place in verdicts:
        board.decide("morse", decided(candidates[index], verdict, place))
        assert [finding.key for finding in board.findings] == keys
    by_key = {finding.key: finding for finding in board.findings}
    order = [finding.artifact.location for finding in board.findings]
    assert order[0] == 2.0, "the severe one stays first"
    assert sorted(finding.state for finding in by_key.values()) == ["certified", "checking", "noise", "refuted"]
    assert tally(board.findings) == "1 refuted · 1 noise"


def test_a_cause_told_later_joins_its_finding(morse: Analysis) -> None:
    board = checking(morse, [kink(2.5), kink(2.53)], [])
    certified = decided(kink(2.5), "jump", 2.5051)
    board.decide("morse", certified)
    cause = Cause("cutoff-pair", "tested", "The pair crosses.", (0, 3), ((0, 3),))
    board.decide("morse", replace(certified, cause=cause))
    assert [finding.artifact.cause for finding in board.findings] == [cause, None]


def test_two_jumps_in_one_window_become_two_findings_the_new_one_last(morse: Analysis) -> None:
    board = checking(morse, [kink(2.5), kink(2.9)], [])
    board.decide("morse", decided(kink(2.5), "jump", 2.495))
    board.decide("morse", decided(kink(2.5), "jump", 2.505))
    assert [finding.artifact.location for finding in board.findings] == [2.495, 2.9, 2.505]
    assert len({finding.key for finding in board.findings}) == 3


def test_what_the_final_analysis_lacks_is_gone(morse: Analysis) -> None:
    known = [kink(2.5), kink(2.9)]
    board = checking(morse, known, [])
    one, new = decided(known[0], "jump"), decided(well(1.9), "real")
    refuted = decided(kink(1.3), "smooth")
    final = replace(morse, artifacts=(one, new), refuted=(refuted,))
    board.settle("morse", final)
    assert [finding.artifact for finding in board.findings] == [one, new, refuted]
    assert board.checking == 0
    # Shown again, in the same session: the same places.
    keys = [finding.key for finding in board.findings]
    board.place({"morse": final}, {})
    assert [finding.key for finding in board.findings] == keys


def test_from_the_cache_what_was_refuted_comes_last(morse: Analysis) -> None:
    board = Board()
    gone, minor = decided(kink(1.3, "severe"), "smooth"), decided(kink(2.5), "jump")
    board.place({"morse": replace(morse, artifacts=(minor,), refuted=(gone,))}, {})
    assert [finding.artifact for finding in board.findings] == [minor, gone]


def test_stopped_and_taken_up_again(morse: Analysis) -> None:
    known = replace(morse, artifacts=(kink(2.5), kink(2.9)))
    board = Board()
    board.place({"morse": known}, {"morse": known.artifacts})
    board.decide("morse", decided(kink(2.5), "jump"))
    board.stop()
    assert [finding.state for finding in board.findings] == ["certified", "candidate"]
    board.place({"morse": known}, {"morse": known.artifacts})
    assert [finding.state for finding in board.findings] == ["certified", "checking"]


def test_without_refinement_only_what_the_curve_shows_is_left(morse: Analysis) -> None:
    board = checking(morse, [kink(2.5)], [kink(1.1)])
    board.give_up("morse")
    assert [(finding.artifact.location, finding.state) for finding in board.findings] == [(2.5, "stored")]


def test_a_potential_that_is_no_longer_shown_takes_its_findings_along(morse: Analysis) -> None:
    board = checking(morse, [kink(2.5)], [])
    board.place({}, {})
    board.decide("morse", decided(kink(2.5), "jump"))  # said a moment too late
    assert board.findings == ()


def test_items_of_all_verdicts(morse: Analysis) -> None:
    verdicts: tuple[Verdict, ...] = ("jump", "smooth", "noise", "steep", "unresolved", "real")
    artifacts = [decided(kink(1.0 + 0.2 * k), verdict) for k, verdict in enumerate(verdicts)]
    analysis = replace(morse, artifacts=tuple(artifacts))
    board = Board()
    board.place({"morse": analysis}, {})
    items = finding_items(board.findings, {"morse": analysis}, {"morse": look_of("morse")}, False)
    states = {item["key"]: item["state"] for item in items}
    assert sorted(states.values()) == ["certified", "certified", "noise", "refuted", "refuted", "undecided"]
    assert [item["folded"] for item in items] == [False, False, False, True, True, True]
    undecided = next(item for item in items if item["state"] == "undecided")
    assert undecided["sentence"] == "at 1.8", "its own sentence says why"
    (smooth,) = [item for item in items if "smooth, over 12 mÅ" in item["sentence"]]
    assert len(stops_of(items)) == 3
    shown = marks_of(board.findings, {"morse": analysis})
    assert [mark.firm for mark in shown] == [True, False, True]
    with_one_more = marks_of(board.findings, {"morse": analysis}, smooth["key"])
    assert len(with_one_more) == 4, "the selected one is shown though it was refuted"


def test_findings_of_all_potentials_worst_first(morse: Analysis) -> None:
    mild = replace(morse, artifacts=(kink(2.5, "moderate"), kink(2.9)))
    bad = replace(morse, artifacts=(well(2.0), kink(1.1, "moderate"), kink(1.5)))
    analyses = {"mild": mild, "bad": bad}
    board = Board()
    board.place(analyses, {})
    items = finding_items(board.findings, analyses, {name: look_of(name) for name in analyses}, False)
    severities = [item["severity"] for item in items]
    assert severities == sorted(severities, key=["severe", "moderate", "minor"].index)
    assert {item["name"] for item in items} == {"mild", "bad"}
    assert [item["rank"] for item in items] == list(range(len(items)))
    assert {mark.key for mark in marks_of(board.findings, analyses)} == {item["key"] for item in items}
    minimum = next(item for item in items if item["kind"] == "artificial minimum")
    assert abs(morse.profile.values[minimum["frame"]] - 2.0) < np.diff(morse.profile.values).max()


def test_a_refinement_that_breaks_leaves_nothing_checking(morse: Analysis) -> None:
    class Desk:
        drawn = True

        def soon(self, action: Callable[[], None]) -> None:
            action()

        def later(self, action: Callable[[], None], _: int) -> None:
            action()

        def when_drawn(self, _: Callable[[], None]) -> None:
            pass

    checking, told = Checking(None, Desk()), []  # type: ignore[arg-type]
    checking.on_verdicts.listen(lambda: told.append([finding.state for finding in checking.board.findings]))
    checking.board.place({"morse": replace(morse, artifacts=(kink(1.5),))}, {"morse": [kink(1.5), well(2.5)]})
    assert checking.board.checking == 2
    checking._broken("The model's file is gone.")
    assert told[-1] == ["candidate", "candidate"]
    assert not checking.running
