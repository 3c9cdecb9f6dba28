"""Background work: newest wins, cancel stops, the cache is shared and bounded."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial
from typing import Any

import numpy as np
import pytest

from bsct_explorer.analysis import Analysis
from bsct_explorer.app.session.molecule_sources import first_bond, load_shown_molecule, read_upload, structure_text
from bsct_explorer.app.session.opening_case import (
    OPENING,
    opening_analyses,
    opening_names,
    opening_scan,
    stored_evaluations,
    stored_refined,
)
from bsct_explorer.app.work import evaluations
from bsct_explorer.app.work.evaluations import (
    EvaluationCache,
    EvaluationRequest,
    PotentialAnswer,
    by_cost,
    evaluate_all,
    evaluation_key,
)
from bsct_explorer.app.work.job import Hearers, Job
from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import BondStretch, Scan
from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import is_installed, load_potential
from bsct_explorer.study import refine_analysis


def scan_of(name: str, points: int = 25) -> Scan:
    return BondStretch(0, 1).scan(load_molecule(name), points)


class Desk:
    """Collects answers and waits for the last."""

    def __init__(self) -> None:
        self.answers: list[PotentialAnswer] = []
        self.failed: list[str] = []
        self.finished = threading.Event()
        self.job = Job(lambda action: action())

    def ask(self, scan: Scan, *potentials: str) -> None:
        self.job.start(
            partial(evaluate_all, EvaluationRequest(scan, potentials)),
            Hearers(done=lambda _: self.finished.set(), failed=self.failed.append, said=self.answers.append),
        )


def test_a_job_gives_every_potential_and_then_says_that_it_is_done() -> None:
    desk = Desk()
    desk.ask(scan_of("ethanol"), "lennard-jones", "morse")
    assert desk.finished.wait(60)
    assert [answer.potential for answer in desk.answers if answer.evaluation is not None] == ["morse", "lennard-jones"]
    assert not desk.job.running


def test_one_potential_that_fails_does_not_stop_the_others() -> None:
    desk = Desk()
    desk.ask(scan_of("hydrogen sulfide"), "ani1x", "morse", "no-such-potential")
    assert desk.finished.wait(120)
    errors = {answer.potential: answer.error for answer in desk.answers if answer.error}
    assert set(errors) == {"ani1x", "no-such-potential"}
    assert "S" in errors["ani1x"]
    assert [answer.potential for answer in desk.answers if answer.evaluation is not None] == ["morse"]


def test_a_browser_cannot_have_a_file_loaded() -> None:
    desk = Desk()
    desk.ask(scan_of("water"), "/tmp/stranger.py:model")
    assert desk.finished.wait(60)
    assert "no potential is called" in next(answer.error for answer in desk.answers if answer.error)


def test_a_newer_question_silences_the_older(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, begun, gate, told = Desk(), threading.Event(), threading.Event(), threading.Event()
    original = evaluations.evaluate_profile

    def slow(scan: Scan, potential: Any, *rest: Any) -> Any:
        if potential.info.name == "morse":
            begun.set()
            gate.wait(30)
            told.set()
        return original(scan, potential, *rest)

    monkeypatch.setattr(evaluations, "evaluate_profile", slow)
    desk.ask(scan_of("propane", 21), "morse")
    assert begun.wait(30)
    desk.ask(scan_of("propane", 22), "lennard-jones")
    assert desk.finished.wait(60)
    gate.set()
    assert told.wait(30)
    assert {answer.potential for answer in desk.answers if answer.evaluation is not None} == {"lennard-jones"}


def test_the_cache_drops_what_was_not_used_for_longest() -> None:
    info = PotentialInfo("x", "X", "")
    big = Evaluation(info, np.zeros(10), np.zeros((10, 50, 3)))
    cache = EvaluationCache(limit=2 * (big.energies.nbytes + 12000))
    for key in ("a", "b"):
        cache.put(key, big)
    assert cache.get("a") is big
    cache.put("c", big)
    assert cache.get("b") is None
    assert cache.get("a") is big


def test_a_key_tells_apart_what_a_potential_is_asked() -> None:
    scan = scan_of("ethanol")
    charged = BondStretch(0, 1).scan(load_molecule("ethanol", charge=1), 25)
    keys = [
        evaluation_key(scan, "morse"),
        evaluation_key(scan, "ani1x"),
        evaluation_key(scan, "morse", dtype="float32"),
        evaluation_key(scan, "morse", device="cuda"),
        evaluation_key(charged, "morse"),
        evaluation_key(scan_of("ethanol", 26), "morse"),
    ]
    assert len(set(keys)) == len(keys)
    assert evaluation_key(scan_of("ethanol"), "morse") == keys[0]


def test_quick_potentials_come_first_and_once() -> None:
    assert by_cost(["mine", "chgnet", "ani1x", "mine", "morse"]) == ("morse", "ani1x", "chgnet", "mine")


@pytest.mark.parametrize("name", opening_names())
def test_the_stored_opening_is_what_the_live_potential_says(name: str) -> None:
    if not is_installed(name):
        pytest.skip(f"{name} is not installed")
    scan, stored = opening_scan(), stored_evaluations()[name]
    frames = np.array([0, 25, OPENING["frame"], 99])
    molecule = scan.molecule
    live = load_potential(name, device="cpu").evaluate(molecule.numbers, scan.positions[frames])
    np.testing.assert_allclose(stored.energies[frames], live.energies, atol=1e-6)
    assert stored.forces is not None
    assert live.forces is not None
    np.testing.assert_allclose(stored.forces[frames], live.forces, atol=1e-5)
    assert (stored.charge, stored.multiplicity) == (live.charge, live.multiplicity)


@pytest.mark.parametrize("name", opening_names())
def test_the_stored_findings_are_what_the_live_potential_certifies(name: str) -> None:
    if not is_installed(name):
        pytest.skip(f"{name} is not installed")
    stored = stored_refined()[name]
    live = refine_analysis(opening_analyses(stored_evaluations())[name], load_potential(name, device="cpu"))

    def told(analysis: Analysis) -> list[tuple[object, ...]]:
        found = [*analysis.artifacts, *analysis.refuted]
        return [
            (a.kind, a.certified, a.refinement.verdict, a.cause.kind if a.cause else None)
            for a in found
            if a.refinement is not None
        ]

    assert told(stored) == told(live)
    for a, b in zip(stored.artifacts, live.artifacts, strict=True):
        assert a.location == pytest.approx(b.location, abs=1e-4)
        assert a.size == pytest.approx(b.size, rel=1e-3)


def test_the_page_opens_refined_and_without_torch() -> None:
    script = """
import sys
from bsct_explorer.app.work.evaluations import evaluation_key
from bsct_explorer.app.session.opening_case import fill_cache, opening_analyses, opening_scan, stored_evaluations
from bsct_explorer.app.work.refinements import REFINED, refined_key
fill_cache()
keys = {name: evaluation_key(opening_scan(), name) for name in stored_evaluations()}
found = [REFINED.get(refined_key(keys[name], a)) for name, a in opening_analyses(stored_evaluations()).items()]
print(sum(analysis is not None for analysis in found), "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(opening_names())), "False"]


def test_uploads_survive_the_address() -> None:
    molecule = read_upload("my acid.xyz", b"3\ncharge=1 spin=2\nO 0 0 0.119\nH 0 0.763 -0.477\nH 0 -0.763 -0.477\n")
    again = load_shown_molecule("ethane", structure=structure_text(molecule))
    assert (again.name, again.charge, again.multiplicity) == ("my acid", 1, 2)
    np.testing.assert_allclose(again.positions, molecule.positions, atol=1e-6)


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.xyz", "~/model.py", "structure.pdb"])
def test_the_page_reads_no_paths(path: str) -> None:
    with pytest.raises(MoleculeError, match="It looks like a file"):
        load_shown_molecule(path)


def test_the_first_bond_is_between_heavy_atoms() -> None:
    bond = first_bond(load_molecule("ethanol"))
    assert bond is not None
    assert "H" not in bond.symbols
    ring = first_bond(load_molecule("benzene"))
    assert ring is not None
    assert "H" in ring.symbols
