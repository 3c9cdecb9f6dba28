"""A whole study in the page's figures: for the report, the cards of all bonds, and a notebook's cell."""

from __future__ import annotations

from bokeh.layouts import column
from bokeh.models import Column

from bsct_explorer.artifacts.shown_units import told_in
from bsct_explorer.plots.curve_plots import CurvePlots
from bsct_explorer.plots.figure_plot import CARD, REPORT
from bsct_explorer.plots.figures import FIGURES
from bsct_explorer.plots.finding_marks import Mark, mark_of
from bsct_explorer.plots.looks import look_of
from bsct_explorer.plots.shown_curves import REFERENCE, PlotSettings, ShownCurves
from bsct_explorer.study import Study
from bsct_explorer.words.units import EV, EnergyUnit


def study_figures(study: Study, energy_unit: EnergyUnit = EV) -> Column:
    """The figures of a study below one another, with names and findings, ready to be shown.

    Parameters
    ----------
    study
        What `run_study` gives.
    energy_unit
        What energies and forces are drawn in.

    Returns
    -------
    Column
        Bokeh's; ``panel.pane.Bokeh(study_figures(study))`` shows it in a notebook.
    """
    return column(*study_plots(study, energy_unit).figures.values(), sizing_mode="stretch_width")


def study_plots(study: Study, energy_unit: EnergyUnit = EV) -> CurvePlots:
    """The figures that have something to draw of a study, in the form of a report, with all findings marked."""
    shown = study_curves(study, PlotSettings(zero=study.settings.energy_zero, energy_unit=energy_unit))
    plots = CurvePlots(REPORT, [record for record in FIGURES.values() if record.curves(shown)])
    plots.show(shown)
    plots.show_marks(study_marks(shown))
    return plots


def card_plots(study: Study, settings: PlotSettings, offered: tuple[str, ...], dark: bool) -> CurvePlots:
    """The figures that ask to stand on a card of all bonds, in the colours of the page that it stands on."""
    plots = CurvePlots(CARD, [record for record in FIGURES.values() if record.on_cards], dark)
    plots.show(study_curves(study, settings, offered))
    return plots


def study_curves(study: Study, settings: PlotSettings, offered: tuple[str, ...] | None = None) -> ShownCurves:
    """The curves of a study with their looks, the reference last, on top of the others.

    Parameters
    ----------
    settings
        What is asked of the figures.
    offered
        Names of all potentials of the page, which give a person's own their colours; None for the study's alone.
    """
    names = {key: analysis.profile.info.name for key, analysis in study.by_label.items()}
    looks = {key: look_of(name, tuple(names.values()) if offered is None else offered) for key, name in names.items()}
    judged = {} if study.reference_analysis is None else {REFERENCE: study.reference_analysis}
    return ShownCurves({**study.by_label, **judged}, looks, settings)


def study_marks(shown: ShownCurves) -> list[Mark]:
    """A mark for every finding."""
    return [
        mark_of(
            f"{key}/{k}",
            key,
            told_in(artifact, shown.settings.energy_unit),
            analysis,
            status="certified" if artifact.certified else "on the curve",
            firm=True,
        )
        for key, analysis in shown.analyses.items()
        for k, artifact in enumerate(analysis.artifacts)
    ]
