"""The findings of a comparison as a list, and which of them is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bsct_explorer.app.components import FindingsList
from bsct_explorer.app.session.comparison import Comparison
from bsct_explorer.app.session.events import Event
from bsct_explorer.app.session.finding_board import Finding
from bsct_explorer.app.state import REFERENCE
from bsct_explorer.app.views import closeups, finding_items, present
from bsct_explorer.app.views.looking import LookOf, looks_of, together
from bsct_explorer.words.units import in_unit

NOTHING_FOUND = (
    "Nothing found on this grid: no second minimum, no force of the wrong sign, no jump above the thresholds."
)
COMPUTING = "The curves are being computed."
NO_POTENTIAL = "Choose a potential on the left: its curve and what is wrong with it appear here."


class FindingsView:
    """The list. It alone knows what is selected, and tells.

    Parameters
    ----------
    hint
        What to do where no potential has a curve.

    Attributes
    ----------
    on_items
        Told of the list's items and of the selected key, each time that findings change.
    on_selected
        Told of the findings to mark, and of the one that is selected, if any.
    on_chosen
        Told of the item that the person clicked, or None where the click closed it.
    """

    def __init__(self, comparison: Comparison, look: LookOf, hint: str = NO_POTENTIAL) -> None:
        self.comparison, self.state, self._look, self._hint = comparison, comparison.state, look, hint
        self.on_items: Event[[Sequence[Mapping[str, Any]], str]] = Event()
        self.on_selected: Event[[Sequence[Finding], Finding | None]] = Event()
        self.on_chosen: Event[[Mapping[str, Any] | None]] = Event()
        self.findings = FindingsList(sizing_mode="stretch_width", margin=(8, 10), dark=self.state.dark)
        self._stale = True
        """What is listed is of the scan before, or nothing."""
        comparison.on_scan.listen(lambda *_: self._dim())
        comparison.on_results.listen(self._drop_stale_selection)
        comparison.on_findings.listen(self._show)
        comparison.on_verdicts.listen(self._show_verdicts)
        self.findings.param.watch(lambda _: self._on_click(), "clicks")
        self.state.param.watch(lambda _: self._apply_theme(), "dark")
        self.state.param.watch(lambda _: self._show_unit(), "energy_unit")

    def show_nothing(self, message: str) -> None:
        """No findings, for this reason."""
        self.findings.param.update(items=[], heads=[], message=message, dimmed=False, selected="", tally="")

    def select(self, key: str) -> None:
        """Select a finding by its key."""
        if key and key != self.findings.selected:
            self.findings.selected = key
            self._tell_selected()

    def _dim(self) -> None:
        """Findings of the old scan stay, dimmed, until the new ones come."""
        self._stale = True
        self.findings.dimmed = True

    def _drop_stale_selection(self) -> None:
        if self._stale:
            self.findings.selected = ""
            self.on_selected([], None)

    def _show(self) -> None:
        """Everything anew."""
        self._stale = False
        analyses = self.comparison.analyses
        with together():
            self.findings.curves = {name: closeups.curve_points(analysis) for name, analysis in analyses.items()}
            self.findings.param.update(dimmed=False, message=self._empty_message(), dark=self.state.dark)
            self._show_verdicts()

    def _show_verdicts(self) -> None:
        """The findings as they are known now, each in its place."""
        if self._stale:
            return
        board, looks = self._board(), looks_of(self.comparison, self._look)
        items = finding_items.finding_items(
            board, self.comparison.analyses, looks, self.state.dark, self.state.shown_unit
        )
        selected = self.findings.selected
        selected = selected if selected in {item["key"] for item in items} else ""
        with together():
            heads = finding_items.curve_heads(self.comparison.analyses, looks, self.state.dark, self.state.shown_unit)
            self.findings.param.update(items=items, heads=heads, tally=finding_items.tally(board), selected=selected)
            self.on_items(items, selected)
            self._tell_selected()

    def _show_unit(self) -> None:
        """The same findings in another unit; the selected one stays open."""
        if not self._stale:
            self.findings.message = self._empty_message()
            self._show_verdicts()

    def _board(self) -> list[Finding]:
        """The findings of what is shown."""
        analyses = self.comparison.analyses
        return [finding for finding in self.comparison.checking.board.findings if finding.potential in analyses]

    def _tell_selected(self) -> None:
        board, looks = self._board(), looks_of(self.comparison, self._look)
        chosen = next((finding for finding in board if finding.key == self.findings.selected), None)
        # A ghost stands behind the others: its findings are in the list, and on the plots once they are chosen.
        self.on_selected([f for f in board if f is chosen or not looks[f.potential].ghost], chosen)

    def _on_click(self) -> None:
        item = next((item for item in self.findings.items if item["key"] == self.findings.selected), None)
        with together():
            self.on_chosen(item)
            self._tell_selected()

    def _empty_message(self) -> str:
        comparison = self.comparison
        names = {name: comparison.potentials.display(name) for name in comparison.evaluating.errors}
        problems = [
            text if text.startswith(names[name]) else f"{names[name]}: {text}"
            for name, text in comparison.evaluating.errors.items()
        ]
        if not [name for name in comparison.analyses if name != REFERENCE]:
            if comparison.evaluating.running and comparison.potentials.wanted():
                return COMPUTING
            return in_unit("\n".join([*problems, self._hint]), self.state.shown_unit)
        said = [NOTHING_FOUND, *present.rough_without_findings(comparison.analyses), *problems]
        return in_unit("\n".join(said), self.state.shown_unit)

    def _apply_theme(self) -> None:
        self.findings.dark = self.state.dark
        if self.comparison.analyses and not self._stale:
            self._show()
