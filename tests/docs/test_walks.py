"""The walks of docs/ work: a test follows each literally, in a copy of the house, and looks behind every door."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest
from walks import ROOT, Walk, blocks, copy_of_the_house, edited, prints


def walk(page: str, folder: Path) -> Walk:
    """A page that stands in the folder, followed there."""
    path = folder / "page.md"
    path.write_text(textwrap.dedent(page), encoding="utf-8")
    return Walk(path, folder).follow()


def test_blocks_are_read_with_their_files() -> None:
    page = '# A page\n\n```python title="a/b.py"\nx = 1\n```\n\n1. Indented:\n\n    ```sh\n    ls\n    ```\n'
    found = blocks(page)
    assert [(block.language, block.title, block.text) for block in found] == [
        ("python", "a/b.py", "x = 1\n"),
        ("sh", "", "ls\n"),
    ]
    assert found[0].line == 3


def test_an_edit_must_fit_the_file_once() -> None:
    assert edited("a\nb\nc\n", " a\n-b\n+B\n+BB\n c\n") == "a\nB\nBB\nc\n"
    assert edited("a\nb\n", "@@ first @@\n-a\n+A\n@@ second @@\n-b\n+B\n") == "A\nB\n"
    with pytest.raises(ValueError, match="0 times"):
        edited("a\nb\n", "-x\n+y\n")
    with pytest.raises(ValueError, match="2 times"):
        edited("a\na\n", "-a\n+b\n")


def test_what_is_printed_is_compared() -> None:
    assert prints("one\n...\nthree\n", "one\ntwo\nthree\n")
    assert prints("a ... b\n", "a 1.234 b  \n")
    assert not prints("one\nthree\n", "one\ntwo\nthree\n")
    assert not prints("one\n", "one\ntwo\n")


def test_a_walk_is_followed_and_a_page_that_lies_is_noticed(tmp_path: Path) -> None:
    page = """\
        ```python title="new.py"
        print("one")
        ```
        ```diff title="new.py"
        -print("one")
        +print("two")
        ```
        ```sh
        python new.py
        ```
        ```text
        two
        ```
        """
    done = walk(page, tmp_path)
    assert done.files == ["new.py"]
    assert done.printed == {"python new.py\n": "two\n"}
    (tmp_path / "new.py").unlink()
    with pytest.raises(AssertionError, match="the page shows"):
        walk(page.replace("\n        two", "\n        three"), tmp_path)
    with pytest.raises(AssertionError, match="is there already"):
        walk(page, tmp_path)
    with pytest.raises(AssertionError, match="No such file"):
        walk("```sh\ncat nothing\n```\n", tmp_path)
    with pytest.raises(AssertionError, match="lies outside"):
        walk('```python title="../new.py"\n```\n', tmp_path)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house that a walk may change."""
    return copy_of_the_house(tmp_path)


def test_the_copy_is_what_a_walk_asks(house: Path) -> None:
    copied = Walk(Path("none.md"), house)
    assert Path(copied.python("import bsct_explorer; print(bsct_explorer.__file__)")).is_relative_to(house)
    assert "ethane" in copied.run("bsct-explorer molecules")


def in_style(followed: Walk) -> None:
    """The Python that a page makes people write passes the house's own checks."""
    files = " ".join(name for name in followed.files if name.endswith(".py"))
    followed.run(f"ruff check {files} && ruff format --check {files}")


SEEN_TOGETHER = """
import json
import jsonschema
from bsct_explorer.app.downloads import download_buttons
from bsct_explorer.app.sidebar.threshold_rows import form_rows
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.app.views.present import metric_columns
from bsct_explorer.artifacts import KINDS, Thresholds
from bsct_explorer.export.study_json import schema
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.potentials import offered
from scripts.docs_texts import filled

document = json.load(open("scan.json"))
jsonschema.Draft202012Validator(schema()).validate(document)
report = open("report.html").read()
tables = "".join(filled(f"<!-- table: {name} -->") for name in ("kinds", "metrics", "thresholds", "remarks"))
thresholds = document["settings"]["thresholds"]
print(json.dumps({
    "kind": ["dead-tail" in KINDS, "dead-tail" in schema()["$defs"]["kind"]["enum"]],
    "potential": [info.name for info in offered()][-1],
    "plot": "force_error" in CurvePlots().figures,
    "metric": ["climb_error" in document["profiles"][0]["metrics"], "climb_error" in str(metric_columns(True))],
    "threshold": ["extremum_count" in thresholds, "extremum_count" in str(form_rows(Thresholds()))],
    "remark": "coarse-grid" in [remark["kind"] for remark in document["remarks"]],
    "unit": "hartree" in ExplorerState.param.energy_unit.objects,
    "format": "NPZ, arrays" in [button.label for button in download_buttons(lambda: None)],
    "report": [word in report for word in ("Climb error", "Force error", "apart: ask for more points", "hartree")],
    "documents": [word in tables for word in ("`dead-tail`", "`climb_error`", "`extremum_count`", "`coarse-grid`")],
}))
"""


def test_what_all_walks_add_stands_in_one_house(house: Path) -> None:
    """Every page's files at once: the edits fit, the style is the house's, the pages' tests pass, each door shows it.

    Each walk for itself, with everything that it prints, is a slow test.
    """
    pytest.importorskip("jsonschema")
    pages = sorted((ROOT / "docs").glob("add-a-*.md"))
    walks = [Walk(page, house).write() for page in pages]
    files = [name for walk in walks for name in walk.files]
    everything = Walk(Path("all walks"), house, files)
    in_style(everything)
    written = [name for name in files if name.startswith("tests/")]
    assert len(written) >= 6
    assert "passed" in everything.run(f"python -m pytest -q {' '.join(written)}")
    scan = "bsct-explorer scan ethane --bond 0-1 --points 20 --model morse --no-refine --unit hartree"
    everything.run(f"{scan} --npz curves.npz --json scan.json --html report.html")
    assert (house / "curves.npz").stat().st_size > 0
    seen = json.loads(everything.python(SEEN_TOGETHER))
    assert seen.pop("potential") == "buckingham"
    assert all(all(found) if isinstance(found, list) else found for found in seen.values()), seen


SEEN_OF_A_KIND = """
import json
import jsonschema
import bsct_explorer as be
from bsct_explorer.app.session.finding_board import Finding
from bsct_explorer.app.views.finding_items import finding_items, marks_of
from bsct_explorer.artifacts import KINDS
from bsct_explorer.export.map_files import map_schema
from bsct_explorer.export.study_json import schema
from bsct_explorer.plots.looks import REFERENCE_LOOK
from scripts.docs_texts import filled

document = json.load(open("scan.json"))
jsonschema.Draft202012Validator(schema()).validate(document)
molecule = be.load_molecule("alanine")
scan = be.BondStretch(0, 1, (0.5, 2.5)).scan(molecule)
model, reference = (
    be.Profile(scan, be.load_potential(name).evaluate(molecule.numbers, scan.positions))
    for name in ("testbed-G", "gfn2-xtb")
)
analysis = be.analyse(model, reference)
findings = [Finding("k", "testbed-G", artifact) for artifact in analysis.artifacts if artifact.kind == "dead-tail"]
(item,) = finding_items(findings, {"testbed-G": analysis}, {"testbed-G": REFERENCE_LOOK}, False)
(mark,) = marks_of(findings, {"testbed-G": analysis})
print(json.dumps({
    "order": list(KINDS),
    "scan": [artifact["kind"] for artifact in document["profiles"][0]["artifacts"]],
    "schema": "dead-tail" in schema()["$defs"]["kind"]["enum"],
    "map schema": "dead-tail" in json.dumps(map_schema()),
    "documents": "`dead-tail`" in filled("<!-- table: kinds -->"),
    "report": "dead tail" in open("report.html").read(),
    "page": [item["kind"], mark.symbol],
}))
"""


@pytest.mark.slow
def test_add_a_kind(house: Path) -> None:
    """Two files, the record and its test: the kind is in terminal, JSON, schemas, report, page, check and documents."""
    pytest.importorskip("jsonschema")
    followed = Walk(ROOT / "docs" / "add-a-kind.md", house).follow()
    assert followed.files == ["bsct_explorer/artifacts/kinds/dead_tail.py", "tests/artifacts/test_dead_tail.py"]
    in_style(followed)
    seen = json.loads(followed.python(SEEN_OF_A_KIND))
    order = seen.pop("order")
    assert order.index("outer-fall") + 1 == order.index("dead-tail") == order.index("spurious-force") - 1
    assert seen == {
        "scan": ["dead-tail", "lets-go-early"],
        "schema": True,
        "map schema": True,
        "documents": True,
        "report": True,
        "page": ["dead tail", "dash"],
    }


SEEN_OF_A_POTENTIAL = """
import json
import jsonschema
from bsct_explorer.app.session.offered_potentials import offered_or_why_not
from bsct_explorer.app.work.evaluations import by_cost
from bsct_explorer.export.study_json import schema
from bsct_explorer.plots.looks import look_of
from bsct_explorer.potentials import offered

document = json.load(open("scan.json"))
jsonschema.Draft202012Validator(schema()).validate(document)
(profile,) = document["profiles"]
infos, problems = offered_or_why_not()
print(json.dumps({
    "offered": [info.name for info in offered()][-2:],
    "page": [[info.display_name for info in infos if info.name == "buckingham"], problems],
    "cost": by_cost(["buckingham", "ani1x", "morse"]),
    "look": look_of("buckingham").dash,
    "scan": [profile["model"], profile["artifacts"][0]["kind"]],
    "report": "Buckingham" in open("report.html").read(),
}))
"""


@pytest.mark.slow
def test_add_a_potential(house: Path) -> None:
    """Two files, the family and its test: the potential is in terminal, JSON, report, page, costs and looks."""
    pytest.importorskip("jsonschema")
    followed = Walk(ROOT / "docs" / "add-a-potential.md", house).follow()
    assert followed.files == [
        "bsct_explorer/potentials/families/buckingham.py",
        "tests/potentials/test_buckingham.py",
    ]
    in_style(followed)
    seen = json.loads(followed.python(SEEN_OF_A_POTENTIAL))
    assert seen == {
        "offered": ["lennard-jones", "buckingham"],
        "page": [["Buckingham"], []],
        "cost": ["morse", "buckingham", "ani1x"],
        "look": "dashdot",
        "scan": ["buckingham", "wall-collapse"],
        "report": True,
    }
    listed = json.loads(followed.run("bsct-explorer models buckingham --json -"))
    assert [model["installed"] for model in listed["models"]] == [True]


SEEN_OF_A_PLOT = """
import json
import bsct_explorer as be
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.words.units import ENERGY_UNITS

plots = CurvePlots()
print(json.dumps({
    "page": list(plots.figures),
    "label": FIGURES["force_error"].axis_label("Å", ENERGY_UNITS[1]),
    "report": "Force error" in open("report.html").read(),
}))
"""


@pytest.mark.slow
def test_add_a_plot(house: Path) -> None:
    """Two files, the record and its test: the figure is among those of page and report, in each unit of energy."""
    followed = Walk(ROOT / "docs" / "add-a-plot.md", house).follow()
    assert followed.files == ["bsct_explorer/plots/figures/force_error.py", "tests/plots/test_force_error.py"]
    in_style(followed)
    assert json.loads(followed.python(SEEN_OF_A_PLOT)) == {
        "page": ["energy", "force", "force_error", "fsd_curve"],
        "label": "Force error / kJ/mol/Å",
        "report": True,
    }
    assert "passed" in followed.run("python -m pytest -q tests/plots/test_curve_figures.py")


SEEN_OF_A_METRIC = """
import json
import jsonschema
from bsct_explorer.app.views.present import metric_columns
from bsct_explorer.export.study_json import schema
from scripts.docs_texts import filled

document = json.load(open("scan.json"))
jsonschema.Draft202012Validator(schema()).validate(document)
print(json.dumps({
    "scan": document["profiles"][0]["metrics"]["climb_error"],
    "page": [column["label"] for column in metric_columns(True) if column["key"] == "climb_error"],
    "report": "Climb error" in open("report.html").read(),
    "documents": "`climb_error`" in filled("<!-- table: metrics -->"),
}))
"""


@pytest.mark.slow
def test_add_a_metric(house: Path) -> None:
    """Two files, the record and its test: the metric is in terminal, JSON, report, page, check and documents."""
    pytest.importorskip("jsonschema")
    followed = Walk(ROOT / "docs" / "add-a-metric.md", house).follow()
    assert followed.files == ["bsct_explorer/metrics/records/climb.py", "tests/metrics/test_climb.py"]
    in_style(followed)
    seen = json.loads(followed.python(SEEN_OF_A_METRIC))
    assert seen.pop("scan") == pytest.approx(5.582, abs=1e-3)
    assert seen == {"page": ["Climb error"], "report": True, "documents": True}


SEEN_OF_A_THRESHOLD = """
import json
from bsct_explorer.app.sidebar.threshold_rows import form_rows
from bsct_explorer.app.state import from_query
from bsct_explorer.artifacts import Thresholds
from scripts.docs_texts import filled

document = json.load(open("scan.json"))
values, problems = from_query("?thr=extremum_count:3")
(row,) = [row for row in form_rows(Thresholds()) if row["name"] == "extremum_count"]
print(json.dumps({
    "scan": document["settings"]["thresholds"]["extremum_count"],
    "address": [values, problems],
    "form": row["value"],
    "documents": "`extremum_count`" in filled("<!-- table: thresholds -->"),
    "kind": "`extremum_count`" in filled("<!-- table: kinds -->"),
}))
"""


@pytest.mark.slow
def test_add_a_threshold(house: Path) -> None:
    """One file for the threshold, and the kind that it decides on: it is in JSON, form, address and documents."""
    followed = Walk(ROOT / "docs" / "add-a-threshold.md", house).follow()
    assert followed.files == ["bsct_explorer/artifacts/thresholds.py", "bsct_explorer/artifacts/kinds/rough_force.py"]
    in_style(followed)
    assert json.loads(followed.python(SEEN_OF_A_THRESHOLD)) == {
        "scan": 3,
        "address": [{"thresholds": "extremum_count:3"}, []],
        "form": 1,
        "documents": True,
        "kind": True,
    }


SEEN_OF_A_REMARK = """
import json
from scripts.docs_texts import filled

remarks = json.load(open("scan.json"))["remarks"]
print(json.dumps({
    "scan": [remark["about"] for remark in remarks if remark["kind"] == "coarse-grid"],
    "report": "apart: ask for more points" in open("report.html").read(),
    "documents": "`coarse-grid`" in filled("<!-- table: remarks -->"),
}))
"""


@pytest.mark.slow
def test_add_a_remark(house: Path) -> None:
    """One record, said in one place: it is in JSON, report, terminal and documents."""
    followed = Walk(ROOT / "docs" / "add-a-remark.md", house).follow()
    assert followed.files == ["bsct_explorer/remarks/of_grids.py", "bsct_explorer/analysis/curve_notes.py"]
    in_style(followed)
    assert json.loads(followed.python(SEEN_OF_A_REMARK)) == {"scan": ["morse"], "report": True, "documents": True}


SEEN_OF_A_UNIT = """
import json
from bsct_explorer.app.state import ExplorerState, from_query
from bsct_explorer.words.units import ENERGY_UNIT_NAMES

document = json.load(open("scan.json"))
print(json.dumps({
    "names": list(ENERGY_UNIT_NAMES),
    "state": list(ExplorerState.param.energy_unit.objects),
    "address": from_query("?unit=hartree"),
    "scan": sorted({artifact["unit"] for artifact in document["profiles"][0]["artifacts"]}),
    "report": "hartree" in open("report.html").read(),
}))
"""


@pytest.mark.slow
def test_add_a_unit(house: Path) -> None:
    """One file: the unit is in terminal, report, the page's state and its address, and files stay in eV."""
    followed = Walk(ROOT / "docs" / "add-a-unit.md", house).follow()
    assert followed.files == ["bsct_explorer/words/units.py"]
    in_style(followed)
    names = ["eV", "kJ/mol", "kcal/mol", "hartree"]
    assert json.loads(followed.python(SEEN_OF_A_UNIT)) == {
        "names": names,
        "state": names,
        "address": [{"energy_unit": "hartree"}, []],
        "scan": ["eV", "eV/Å"],
        "report": True,
    }


SEEN_OF_A_FORMAT = """
import json
from bsct_explorer.app.downloads import download_buttons
from scripts.docs_texts import filled

print(json.dumps({
    "page": [button.label for button in download_buttons(lambda: None)],
    "documents": "--npz" in filled("<!-- help: scan -->"),
    "check": "--npz" in filled("<!-- help: check -->"),
}))
"""


@pytest.mark.slow
def test_add_a_format(house: Path) -> None:
    """Two files, the record and its test: the format is an option of scan and check, and a button of the page."""
    followed = Walk(ROOT / "docs" / "add-a-format.md", house).follow()
    assert followed.files == ["bsct_explorer/export/formats/npz.py", "tests/export/test_npz.py"]
    in_style(followed)
    seen = json.loads(followed.python(SEEN_OF_A_FORMAT))
    assert "NPZ, arrays" in seen.pop("page")
    assert seen == {"documents": True, "check": True}


def test_add_a_command(house: Path) -> None:
    """Two files, the command and its test: it is in the parser, the list of commands and the documents."""
    followed = Walk(ROOT / "docs" / "add-a-command.md", house).follow()
    assert followed.files == ["bsct_explorer/cli/metrics_command.py", "tests/cli/test_metrics.py"]
    in_style(followed)
    documents = followed.python("from scripts.docs_texts import filled; print(filled('<!-- table: commands -->'))")
    assert "## metrics" in documents
    assert "--formulas" in documents
