"""One record stands in three forms: on the page, on a card, and in a report that leaves the page."""

from __future__ import annotations

import pytest

import bsct_explorer as be
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.plots.figure_plot import PAGE
from bsct_explorer.plots.looks import DARK_SURFACE, REFERENCE_LOOK, look_of
from bsct_explorer.plots.shown_curves import REFERENCE, PlotSettings
from bsct_explorer.plots.study_figures import card_plots, study_curves, study_figures, study_marks, study_plots
from bsct_explorer.study import Study, StudySettings, run_study
from bsct_explorer.words.units import energy_unit

MODELS = ("morse", "testbed-A")


@pytest.fixture(scope="module")
def study() -> Study:
    scan = be.BondStretch(0, 1).scan(be.load_molecule("water"), points=40)
    return run_study(scan, MODELS, StudySettings(reference="lennard-jones", refine=False))


def glyphs(plots: CurvePlots, figure: str) -> dict[str, tuple[str, object]]:
    """Colour and dash of every visible line of a figure."""
    lines = [r for r in plots.figures[figure].renderers if r.name and r.visible]
    return {line.name: (line.glyph.line_color, line.glyph.line_dash) for line in lines}


def test_page_card_and_report_draw_the_same_lines_in_the_same_looks(study: Study) -> None:
    page = CurvePlots(PAGE)
    page.show(study_curves(study, PlotSettings()))
    report, card = study_plots(study), card_plots(study, PlotSettings(), MODELS, False)
    assert list(glyphs(page, "energy")) == [*MODELS, REFERENCE]
    assert glyphs(page, "energy") == glyphs(report, "energy") == glyphs(card, "energy")
    assert glyphs(page, "energy")[REFERENCE] == (REFERENCE_LOOK.light, glyphs(page, "force")[REFERENCE][1])
    assert glyphs(page, "energy")["morse"][0] == look_of("morse").light
    for plots in (page, report, card):
        (curve,) = (curve for curve in plots.curves["energy"] if curve.key == "morse")
        assert curve.ordinates.values.tolist() == study.relative(study.analyses[0]).energies.tolist()


def test_a_report_names_its_curves_and_its_coordinate_on_every_figure(study: Study) -> None:
    plots = study_plots(study)
    assert list(plots.figures) == ["energy", "force", "fsd_curve"]
    for name, figure in plots.figures.items():
        assert figure.xaxis.visible[0] if isinstance(figure.xaxis.visible, list) else figure.xaxis.visible
        assert figure.xaxis[0].axis_label == "O0–H1 distance / Å"
        named = [item.label.value for item in figure.legend[0].items]
        assert named == [curve.name + " (reference)" * curve.is_reference for curve in plots.curves[name]]
    assert plots.figures["energy"].title.text == "Energy, relative to each curve's minimum"


def test_a_card_is_small_and_dark_where_the_page_is(study: Study) -> None:
    plots = card_plots(study, PlotSettings(), MODELS, True)
    assert list(plots.figures) == ["energy"]
    figure = plots.figures["energy"]
    assert (figure.toolbar_location, figure.title.visible, figure.toolbar.tools) == (None, False, [])
    assert figure.background_fill_color == DARK_SURFACE.background
    assert glyphs(plots, "energy")["morse"][0] == look_of("morse").dark


def test_every_finding_is_marked_in_the_studys_figures_on_its_own_curve(study: Study) -> None:
    found = [artifact for analysis in study.analyses for artifact in analysis.artifacts]
    marks = [mark for mark in study_marks(study_curves(study, PlotSettings())) if mark.potential != REFERENCE]
    assert len(marks) == len(found) > 0
    values = study.scan.values
    for mark, artifact in zip(marks, found, strict=True):
        assert abs(values[mark.frame] - artifact.location) <= 0.5 * (values[1] - values[0]) + 1e-9
        assert (mark.low, mark.high) == artifact.interval


def test_a_notebook_gets_one_layout_in_the_unit_it_asks_for(study: Study) -> None:
    layout = study_figures(study, energy_unit("kcal/mol"))
    labels = [figure.yaxis[0].axis_label for figure in layout.children]
    assert labels == ["Energy / kcal/mol", "Force / kcal/mol/Å", "L(r)"]


def test_without_a_reference_there_is_no_figure_that_needs_one(study: Study) -> None:
    alone = run_study(study.scan, ["morse"], StudySettings(reference=None, refine=False))
    plots = study_plots(alone)
    assert list(plots.figures) == ["energy", "force"]
    page = CurvePlots(PAGE)
    page.show(study_curves(alone, PlotSettings()))
    assert page.figures["fsd_curve"].title.text == "L(r) compares with a reference: choose one to see it"
