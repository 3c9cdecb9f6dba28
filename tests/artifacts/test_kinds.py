"""The kinds of finding: one record a file, and everything else is made from the table."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from bsct_explorer.artifacts import KINDS, Artifact, KindOfFinding, Thresholds, certify, kind_of, kinds, make_curve
from bsct_explorer.artifacts.kinds import IncompleteKind, table_of
from bsct_explorer.artifacts.refinement import CAUSE_KINDS

ROOT = Path(__file__).resolve().parents[2]

TALL_BARRIER = '''"""tall-barrier: the energy climbs by more than 5 eV. A kind that only this test has."""

from bsct_explorer.artifacts.artifact import severity_of
from bsct_explorer.artifacts.kind_record import KindOfFinding, Settled, Sighting
from bsct_explorer.artifacts.refinement import Refinement


def detect(scene):
    curve = scene.curve
    k = int(curve.energies.argmax())
    height = float(curve.energies[k] - curve.energies.min())
    place, ends = float(curve.values[k]), (float(curve.values[0]), float(curve.values[-1]))
    return [Sighting(place, ends, height, height, f"The energy climbs by {height:.1f} eV.", {})] if height > 5 else []


def confirm(artifact, grid):
    answer = yield grid.curve.values[[0, -1]]
    return Refinement("real", artifact.location, 0.0, artifact.size, 0.0, "eV", evaluations=len(answer.energies))


def settle(candidate, refinement, curve):
    return Settled(candidate.interval, refinement.size, "A tall barrier, asked again.")


KIND = KindOfFinding(
    name="tall-barrier",
    order=90,
    title="tall barrier",
    on_bond="The energy climbs high.",
    on_angle="The energy climbs high.",
    on_torsion="The energy climbs high.",
    effect="Nothing gets over it.",
    remedy="Nothing has to mend it.",
    quantity="energy",
    symbol="plus",
    reading=1,
    thresholds=("fall",),
    meaning="everywhere",
    severity=severity_of,
    detect=detect,
    confirm=confirm,
    settle=settle,
    noun="a tall barrier",
    step_error=None,
    causes=frozenset(),
)
'''

ON_EVERY_DOOR = """
import json
import jsonschema
import bsct_explorer as be
from bsct_explorer.app.session.finding_board import Finding
from bsct_explorer.app.views.finding_items import finding_items, marks_of
from bsct_explorer.artifacts import KINDS
from bsct_explorer.export.map_files import map_schema
from bsct_explorer.export.study_json import artifact_document, schema
from bsct_explorer.plots.looks import REFERENCE_LOOK
from scripts.docs_texts import filled

potential = be.load_potential("morse")
molecule = be.load_molecule("ethane")
scan = be.BondStretch(0, 1).scan(molecule, points=60)
analysis = be.analyse(be.Profile(scan, potential.evaluate(molecule.numbers, scan.positions)))
refined = be.refine_analysis(analysis, potential)
(own,) = [a for a in refined.artifacts if a.kind == "tall-barrier"]
findings, analyses, looks = [Finding("k", "morse", own)], {"morse": refined}, {"morse": REFERENCE_LOOK}
(item,) = finding_items(findings, analyses, looks, False)
(mark,) = marks_of(findings, analyses)
jsonschema.Draft202012Validator({**schema(), "anyOf": [{"$ref": "#/$defs/artifact"}]}).validate(
    artifact_document(own)
)
print(json.dumps({
    "last": list(KINDS)[-1],
    "certified": own.certified,
    "explanation": own.explanation,
    "title": item["kind"],
    "why": item["why"],
    "symbol": mark.symbol,
    "schema": "tall-barrier" in schema()["$defs"]["kind"]["enum"],
    "map": "tall-barrier" in str(map_schema()),
    "docs": filled("<!-- table: kinds -->").count("tall-barrier"),
}))
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what a kind passes through, to which files may be added."""
    for name in ("bsct_explorer", "scripts", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.safetensors"))
    return tmp_path


@pytest.fixture
def run(house: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(house)}
        return subprocess.run(
            [sys.executable, *arguments], cwd=house, env=environment, capture_output=True, text=True, timeout=300
        )

    return call


def test_a_kind_is_added_with_one_file_and_stands_on_every_door(house: Path, run) -> None:
    (house / "bsct_explorer/artifacts/kinds/tall_barrier.py").write_text(TALL_BARRIER, encoding="utf-8")
    done = run("-c", ON_EVERY_DOOR)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("why") == "The energy climbs high. Nothing gets over it. Nothing has to mend it."
    assert found == {
        "last": "tall-barrier",
        "certified": True,
        "explanation": "A tall barrier, asked again.",
        "title": "tall barrier",
        "symbol": "plus",
        "schema": True,
        "map": True,
        "docs": 1,
    }
    scan = ("ethane", "--bond", "0-1", "--model", "morse", "--points", "40")
    done = run("-m", "bsct_explorer", "scan", *scan, "--json", "-")
    (profile,) = json.loads(done.stdout)["profiles"]
    assert "tall-barrier" in [artifact["kind"] for artifact in profile["artifacts"]]
    done = run("-m", "bsct_explorer", "check", *scan, "--max", "tall-barrier=0")
    assert done.returncode == 1, done.stderr
    assert "tall-barrier" in done.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('    noun="a tall barrier",\n', ""), ("kinds/tall_barrier.py", "noun")),
        (('symbol="plus"', 'symbol=""'), ("kinds/tall_barrier.py", "symbol")),
        (('remedy="Nothing has to mend it."', 'remedy="Nothing"'), ("kinds/tall_barrier.py", "remedy")),
        (('("fall",)', '("height",)'), ("kinds/tall_barrier.py", "height")),
        (('name="tall-barrier"', 'name="barrier"'), ("kinds/tall_barrier.py", "'barrier'")),
        (("KIND = ", "RECORD = "), ("kinds/tall_barrier.py", "KIND")),
    ],
)
def test_an_incomplete_record_stops_the_import_and_names_file_and_part(
    change: tuple[str, str], message: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert change[0] in TALL_BARRIER
    text = TALL_BARRIER.replace(*change)

    def load(name: str) -> ModuleType:
        module = ModuleType(name)
        exec(compile(text, name, "exec"), module.__dict__)
        return module

    monkeypatch.setattr(kinds, "import_module", load)
    with pytest.raises(IncompleteKind) as caught:
        table_of(["tall_barrier"])
    for part in message:
        assert part in str(caught.value)


def test_two_kinds_cannot_both_be_the_jump_of_one_quantity(monkeypatch: pytest.MonkeyPatch) -> None:
    step = KINDS["energy-step"]
    twin = {**{part.name: getattr(step, part.name) for part in fields(step)}, "name": "energy-leap"}
    modules = {"energy_step": step, "energy_leap": KindOfFinding(**twin)}

    def load(name: str) -> ModuleType:
        module = ModuleType(name)
        module.KIND = modules[name.rpartition(".")[2]]  # type: ignore[attr-defined]
        return module

    monkeypatch.setattr(kinds, "import_module", load)
    with pytest.raises(IncompleteKind, match="energy-leap and energy-step are both jumps of the energy"):
        table_of(modules)


def test_the_order_of_the_table_is_the_one_that_the_records_state() -> None:
    assert list(KINDS) == [
        "energy-step",
        "force-kink",
        "steep-force",
        "artificial-minimum",
        "second-minimum",
        "wall-collapse",
        "outer-fall",
        "spurious-force",
        "rough-force",
        "overpull",
        "lets-go-early",
        "misplaced-pull",
        "non-conservative",
    ]
    assert [kind.order for kind in KINDS.values()] == sorted(kind.order for kind in KINDS.values())


def test_what_the_records_name_exists() -> None:
    markers = pytest.importorskip("bokeh.core.enums").MarkerType
    for kind in KINDS.values():
        assert kind.symbol in markers
        assert kind.causes <= set(CAUSE_KINDS)
        assert all(part.endswith(".") for part in (kind.on_bond, kind.on_angle, kind.on_torsion, kind.effect))
    decides = {name for kind in KINDS.values() for name in kind.thresholds}
    assert decides == {threshold.name for threshold in fields(Thresholds)}, "every threshold decides on some kind"


def test_a_kind_that_does_not_exist_is_refused_and_does_not_vanish() -> None:
    with pytest.raises(ValueError, match=r"'tall-barrier' is no kind of finding\. There are: energy-step"):
        kind_of("tall-barrier")
    q = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9]
    stray = Artifact("tall-barrier", 1.0, (1.0, 1.9), 6.0, "eV", "severe", "It is tall.")
    with pytest.raises(ValueError, match="no kind of finding"):
        certify([stray], lambda values: pytest.fail("asked"), make_curve(q, q, q, Thresholds.live()))
