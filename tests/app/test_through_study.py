"""Every door goes through study: none computes, analyses or refines by a way of its own."""

from __future__ import annotations

import ast
import json

import pytest
from desk import Session

from bsct_explorer.app.downloads import study_of
from bsct_explorer.app.session.page_settings import page_settings
from bsct_explorer.export.study_json import study_document
from bsct_explorer.study import StudySettings, run_study
from scripts import house

ONLY_THROUGH_STUDY = {
    "analyse",
    "find_artifacts",
    "metrics_of",
    "compute_metrics",
    "detect",
    "certify",
    "far_field",
    "load_reference_file",
    "load_spice_reference",
    "read_reference",
    "gather",
}
DOORS = {"app", "cli", "export", "plots"}


def imported_names(tree: ast.Module) -> set[str]:
    """Last parts of what a module imports anywhere."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bsct_explorer")
        for alias in node.names
    }


@pytest.mark.parametrize("door", sorted(DOORS))
def test_no_door_takes_a_way_of_its_own(door: str) -> None:
    for path in house.modules():
        if house.room_of(path) == door:
            own = imported_names(house.tree(path)) & ONLY_THROUGH_STUDY
            assert not own, f"{path.name} imports {own}"


def test_the_notebook_takes_the_same_way() -> None:
    notebook = json.loads((house.PACKAGE.parent / "notebooks" / "explorer.ipynb").read_text(encoding="utf-8"))
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert "run_study" in code
    assert not imported_names(ast.parse(code)) & ONLY_THROUGH_STUDY


def without_origin(document: dict) -> dict:
    """A document without what says where and when it was made."""
    return {key: value for key, value in document.items() if key not in ("provenance", "notes")}


def test_the_page_step_by_step_finds_what_run_study_finds_in_one_go() -> None:
    session = Session(
        molecule="water", potentials=["morse"], reference="lennard-jones", points=40, thresholds="step:0.002"
    ).open()
    shown = study_of(session.comparison)
    settings = page_settings(session.state)
    assert settings == StudySettings(thresholds=settings.thresholds, energy_zero="minimum", command="the page")
    assert settings.thresholds.step == 0.002
    whole = run_study(
        shown.scan, ["morse"], StudySettings("lennard-jones", thresholds=settings.thresholds, refine=True)
    )
    assert without_origin(study_document(shown)) == without_origin(study_document(whole))


def test_what_the_person_chose_reaches_every_study_of_the_page() -> None:
    session = Session(molecule="water", device="cpu", dtype="float32", zero="longest", thresholds="prominence:0.5")
    settings = page_settings(session.state)
    assert (settings.device, settings.dtype, settings.energy_zero) == ("cpu", "float32", "longest")
    assert settings.thresholds.prominence == 0.5
    session.state.dtype = "own"
    assert page_settings(session.state).dtype is None
