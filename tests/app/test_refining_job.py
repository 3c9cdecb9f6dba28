"""Refinement in the background: told as it goes, newest wins, cancel stops, cached, and no error costs a curve."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis, analyse
from bsct_explorer.app.work import refinements as refining
from bsct_explorer.app.work.job import Hearers, Job
from bsct_explorer.app.work.refinements import REFINED, RefineAnswer, RefineTask, refine_all, refined_key
from bsct_explorer.artifacts import Thresholds
from bsct_explorer.deformations import BondStretch
from bsct_explorer.errors import Cancelled
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import load_potential
from bsct_explorer.profiles import Profile
from bsct_explorer.study import Hooks

HARD_CUTOFF = f"{Path(__file__).parents[1] / 'browser' / 'hard_cutoff.py'}:make"


def analysis_of(potential: str, points: int = 100, **options: Any) -> Analysis:
    scan = BondStretch(0, 1).scan(load_molecule("water"), points)
    evaluation = load_potential(potential).evaluate(scan.molecule.numbers, scan.positions)
    return analyse(Profile(scan, evaluation), **options)


def task(name: str, analysis: Analysis, key: str) -> RefineTask:
    return RefineTask(name, name, analysis, key)


class Desk:
    """Collects what is said and waits for the last."""

    def __init__(self) -> None:
        self.said: list[RefineAnswer] = []
        self.failed: list[str] = []
        self.finished = threading.Event()
        self.job = Job(lambda action: action())

    def refine(self, *tasks: RefineTask) -> None:
        self.job.start(
            partial(refine_all, tasks),
            Hearers(done=lambda _: self.finished.set(), failed=self.failed.append, said=self.said.append),
        )


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    settings = tmp_path / "models.toml"
    settings.write_text(f'[[model]]\nspec = "{HARD_CUTOFF}"\nname = "hard-cutoff"\ndisplay_name = "Hard cutoff"\n')
    monkeypatch.setenv("BSCT_MODELS", str(settings))
    return "hard-cutoff"


def test_a_planted_step_is_certified_and_its_pair_named(own_model: str) -> None:
    desk, analysis = Desk(), analysis_of(HARD_CUTOFF)
    key = refined_key("planted step", analysis)
    desk.refine(task(own_model, analysis, key))
    assert desk.finished.wait(60)
    assert not [said.error for said in desk.said if said.error]
    told = [said.decided for said in desk.said if said.decided]
    assert told
    refined = next(said.analysis for said in desk.said if said.analysis)
    step = next(artifact for artifact in refined.artifacts if artifact.kind == "energy-step")
    positions = analysis.profile.scan.at(np.array([step.location - 1e-5, step.location + 1e-5])).positions
    apart = np.linalg.norm(positions[:, 1] - positions[:, 2], axis=1)
    assert apart[0] < 2.2 < apart[1]
    assert step.cause is not None
    assert step.cause.pairs == ((1, 2),)
    assert refined.noise is not None
    assert REFINED.get(key) is refined


def test_what_is_known_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, analysis = Desk(), analysis_of("morse", 30)
    known = replace(analysis, notes=("known",))
    REFINED.put("known", known)
    monkeypatch.setattr(refining, "refine_analysis", lambda *_, **__: pytest.fail("asked again"))
    desk.refine(task("morse", analysis, "known"))
    assert desk.finished.wait(30)
    assert [said.analysis for said in desk.said if said.analysis] == [known]


def test_one_that_fails_does_not_stop_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, analysis = Desk(), analysis_of("morse", 30)

    def work(analysis: Analysis, potential: Any, _: Hooks) -> Analysis:
        if potential.info.name == "morse":
            raise RuntimeError("out of luck")
        return analysis

    monkeypatch.setattr(refining, "refine_analysis", work)
    tasks = [task("morse", analysis, "one that fails"), task("lennard-jones", analysis, "the next")]
    desk.refine(*tasks)
    assert desk.finished.wait(30)
    assert [(said.name, said.error) for said in desk.said if said.error] == [("morse", "RuntimeError: out of luck")]
    assert [said.name for said in desk.said if said.analysis] == ["lennard-jones"]
    assert REFINED.get("one that fails") is None


def test_newer_tasks_silence_the_older_and_cancel_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, analysis = Desk(), analysis_of("morse", 30)
    begun, gate, stopped = threading.Event(), threading.Event(), threading.Event()

    def work(analysis: Analysis, potential: Any, hooks: Hooks) -> Analysis:
        if potential.info.name == "morse":
            begun.set()
            gate.wait(20)
            if hooks.cancel is not None and hooks.cancel():
                stopped.set()
                raise Cancelled("stopped")
        return analysis

    monkeypatch.setattr(refining, "refine_analysis", work)
    desk.refine(task("morse", analysis, "older"))
    assert begun.wait(20)
    desk.refine(task("lennard-jones", analysis, "newer"))
    assert desk.finished.wait(30)
    gate.set()
    assert stopped.wait(10)
    assert {said.name for said in desk.said if said.analysis} == {"lennard-jones"}
    assert REFINED.get("older") is None


def test_a_key_tells_apart_what_was_compared_and_what_counted() -> None:
    plain = analysis_of("morse", 30)
    compared = analyse(plain.profile, analysis_of("lennard-jones", 30).profile)
    stricter = analyse(plain.profile, thresholds=Thresholds(step=0.1))
    keys = [refined_key("e", item) for item in (plain, compared, stricter)] + [refined_key("f", plain)]
    assert len(set(keys)) == 4
    assert refined_key("e", analysis_of("morse", 30)) == keys[0]


def test_a_refined_analysis_counts_with_the_curve_that_it_keeps_alive() -> None:
    analysis = analysis_of("morse")
    held = 2 * analysis.profile.scan.positions.nbytes + analysis.profile.forces.nbytes
    assert REFINED._size(analysis) > held
    compared = replace(analysis, reference=analysis.profile)
    assert REFINED._size(compared) > 2 * held
