"""A figure is one file: added to a copy of the package, it is on the page, the cards, the report and the downloads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "bsct_explorer"

RECORD = '''
"""The distance of the energy from the reference's, on an axis of powers of ten."""

import numpy as np

from bsct_explorer.plots.axis_limits import everything
from bsct_explorer.plots.figure_record import FigureRecord
from bsct_explorer.plots.shown_curves import Ordinates


def ordinates(analysis, shown):
    if shown.reference is None or analysis is shown.reference:
        return None
    return Ordinates(np.abs(shown.relative(analysis).energies - shown.relative(shown.reference).energies))


FIGURE = FigureRecord(
    name="energy_error",
    place=15,
    quantity="Energy error",
    unit=lambda coordinate: "eV",
    help="How far the energy is from the reference's.",
    title=lambda shown: "Distance from the reference's energy",
    ordinates=ordinates,
    limits=everything,
    axis="log",
    marked=False,
    needs_reference=True,
    on_cards=True,
)
'''

DOORS = """
import json
from panel.links import Link
from bsct_explorer.app.page import PageSession
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.deformations import BondStretch
from bsct_explorer.export.html_report import html_text
from bsct_explorer.molecules import load_molecule
from bsct_explorer.plots.shown_curves import PlotSettings
from bsct_explorer.plots.study_figures import card_plots
from bsct_explorer.study import StudySettings, run_study

scan = BondStretch(0, 1).scan(load_molecule("water"), 20)
study = run_study(scan, ["morse"], StudySettings(reference="lennard-jones", refine=False))
page = PageSession(ExplorerState(molecule="water", potentials=["morse"], reference="lennard-jones"))
views = page.views
figure = views.curves.plots.figures["energy_error"]
(curve,) = card_plots(study, PlotSettings(), (), False).curves["energy_error"]
text = html_text(study)
downloads = [link.args for button in page.controls.plot_downloads for link in Link.registry[button]]
print(json.dumps({
    "order": list(views.curves.plots.figures),
    "panes": list(views.curves.panes),
    "axis": type(figure.yaxis[0]).__name__,
    "card": [curve.key, len(curve.ordinates.values)],
    "report": text.count("Distance from the reference"),
    "report's axis": "Energy error / eV" in text,
    "downloads": [figures["energy_error"] is figure for figures in downloads],
    "marker moves": "marker_energy_error.location" in str([link.code for link in Link.registry[views.player.player]]),
}))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package without what only a potential or a student needs."""
    left_out = shutil.ignore_patterns("*.npz", "*.safetensors")
    shutil.copytree(PACKAGE, tmp_path / "bsct_explorer", ignore=left_out)
    return tmp_path


def python(copy: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the copy's package."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=copy, env=environment, capture_output=True, text=True, timeout=300
    )


def test_one_file_more_is_one_figure_more_on_every_door(copy: Path) -> None:
    (copy / "bsct_explorer" / "plots" / "figures" / "energy_error.py").write_text(RECORD, encoding="utf-8")
    done = python(copy, DOORS)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == {
        "order": ["energy", "energy_error", "force", "fsd_curve"],
        "panes": ["energy", "energy_error", "force", "fsd_curve"],
        "axis": "LogAxis",
        "card": ["morse", 20],
        "report": 1,
        "report's axis": True,
        "downloads": [True, True],
        "marker moves": True,
    }


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("nothing", "", "nothing.py holds no FigureRecord as FIGURE"),
        ("another", RECORD, "another.py holds the figure 'energy_error': name both the same"),
        ("energy_error", RECORD.replace("place=15", "place=10"), "'energy' and 'energy_error' have the same place, 10"),
        ("energy_error", RECORD.replace("    limits=everything,\n", ""), "missing 1 required positional argument"),
        ("energy_error", RECORD.replace('"How far the energy is from the reference\'s."', '""'), "mend its help"),
    ],
)
def test_a_record_that_lacks_a_part_is_an_error_at_import(copy: Path, name: str, text: str, said: str) -> None:
    (copy / "bsct_explorer" / "plots" / "figures" / f"{name}.py").write_text(text, encoding="utf-8")
    done = python(copy, "import bsct_explorer.plots.figures")
    assert done.returncode != 0
    assert said in done.stderr


def test_the_figures_numbers_need_no_bokeh(copy: Path) -> None:
    code = (
        "import sys; import bsct_explorer.plots.figures, bsct_explorer.plots.finding_marks, bsct_explorer.plots.looks;"
        "print({'bokeh', 'panel', 'torch'} & set(sys.modules))"
    )
    assert python(copy, code).stdout.strip() == "set()"
