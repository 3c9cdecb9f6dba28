"""The metrics of a comparison as a table."""

from __future__ import annotations

import numpy as np

from bsct_explorer.app.components import MetricsTable
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.state import REFERENCE
from bsct_explorer.app.views import present
from bsct_explorer.app.views.looking import LookOf, looks_of
from bsct_explorer.words.numbers import number, short


class MetricsView:
    """One row a potential."""

    def __init__(self, comparison: Comparison, look: LookOf) -> None:
        self.comparison, self.state, self._look = comparison, comparison.state, look
        self.metrics = MetricsTable(sizing_mode="stretch_width", margin=(8, 10), dark=self.state.dark)
        self._stale = True
        comparison.on_scan.listen(lambda *_: self._dim())
        comparison.on_findings.listen(self._show_anew)
        comparison.on_verdicts.listen(self._show)
        self.state.param.watch(lambda _: self._apply_theme(), "dark")
        self.state.param.watch(lambda _: self._show(), "energy_unit")

    def show_nothing(self) -> None:
        """There is nothing to measure."""
        self.metrics.param.update(rows=[], notes=[])

    def _dim(self) -> None:
        """Numbers of the old scan stay, dimmed, until the new ones come."""
        self._stale = True
        self.metrics.dimmed = True

    def _show_anew(self) -> None:
        self._stale = False
        self._show()

    def _show(self) -> None:
        if self._stale:
            return
        analyses, unit = self.comparison.analyses, self.state.shown_unit
        self.metrics.param.update(
            columns=present.metric_columns(REFERENCE in analyses, unit),
            rows=present.metric_rows(analyses, looks_of(self.comparison, self._look), self.state.dark, unit),
            note=self._note(),
            dimmed=False,
        )

    def _note(self) -> str:
        """The grid, ε and the reference, in one line."""
        scan, analyses = self.comparison.shown, self.comparison.analyses
        reference = analyses.get(REFERENCE)
        if scan is None:
            return ""
        spacing = float(np.mean(np.diff(scan.values)))
        note = f"{len(scan)} frames, {number(spacing)} {scan.unit} apart"
        if reference is None:
            return f"{note}. Choose a reference to see FSD and errors."
        fsd = next((analysis.fsd for analysis in analyses.values() if analysis.fsd is not None), None)
        eps = f"; FSD with ε = {short(fsd.eps)} eV/Å" if fsd else ""
        info = reference.profile.info
        return f"{note}{eps}; reference: {info.display_name}, {info.level_of_theory}."

    def _apply_theme(self) -> None:
        self.metrics.dark = self.state.dark
        if self.comparison.analyses:
            self._show()
