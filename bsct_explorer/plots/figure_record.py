"""What a figure is: one record says all that the page, the cards of all bonds, the report and notebooks need of it.

A record stands alone in a file of `plots/figures/`, and is found there by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.plots.shown_curves import DrawnCurve, Ordinates, ShownCurves
from bsct_explorer.words.units import EV, EnergyUnit, factor_of, unit_in

Axis = Literal["linear", "log"]

DECADES = 8
"""Powers of ten that a logarithmic axis shows at most: below that is what should be zero."""


@dataclass(frozen=True)
class FigureRecord:
    """One figure: a quantity of each curve against the coordinate.

    Attributes
    ----------
    name
        The file's name in `plots/figures/`, and that of a downloaded picture.
    place
        Figures stand below one another in this order.
    quantity
        Label of the axis of values, without its unit.
    unit
        The quantity's unit, given the coordinate's: ``eV/Å`` from ``Å``; empty where it has none. Energies are drawn in
        the unit that a person chose: that is done here, and a record knows of eV only.
    help
        What it shows and what to look for, in one or two sentences.
    title
        What stands above it, given what is shown.
    ordinates
        What to draw of one analysis among those that are shown; None where it has nothing here. Pure.
    limits
        Lower and upper end of the axis, given the curves and whether the whole wall is wanted.
    axis
        ``log`` for an axis of powers of ten; what is not above zero is then a gap.
    zero_line
        Where a thin line is drawn across; None for nowhere.
    marked
        Whether findings are marked on it.
    needs_reference
        Whether it is empty without a reference.
    folded
        The heading that it is folded away under at first; empty where it is in sight.
    on_cards
        Whether each card of all bonds has it, in a small form.
    height
        px.
    """

    name: str
    place: int
    quantity: str
    unit: Callable[[str], str]
    help: str
    title: Callable[[ShownCurves], str]
    ordinates: Callable[[Analysis, ShownCurves], Ordinates | None]
    limits: Callable[[Sequence[DrawnCurve], bool], tuple[float, float]]
    axis: Axis = "linear"
    zero_line: float | None = None
    marked: bool = True
    needs_reference: bool = False
    folded: str = ""
    on_cards: bool = False
    height: int = 240

    def __post_init__(self) -> None:
        wrong = [name for name in ("quantity", "help") if not getattr(self, name)]
        if not self.name.isidentifier():
            wrong.append("name (letters, digits and underscores)")
        if self.axis == "log" and self.zero_line is not None:
            wrong.append("zero_line (a logarithmic axis has no place for one)")
        if wrong:
            raise ValueError(f"The figure {self.name!r} cannot be used as it is: mend its {', '.join(wrong)}.")

    def axis_label(self, coordinate_unit: str, shown: EnergyUnit = EV) -> str:
        """``Force / eV/Å``, with the unit of energy that is shown."""
        unit = unit_in(self.unit(coordinate_unit), shown)
        return f"{self.quantity} / {unit}" if unit else self.quantity

    def curves(self, shown: ShownCurves) -> tuple[DrawnCurve, ...]:
        """The lines of this figure, in the order in which they are drawn."""
        lines = []
        for key, analysis in shown.analyses.items():
            ordinates = self.ordinates(analysis, shown)
            if ordinates is None:
                continue
            profile = analysis.profile
            factor = factor_of(self.unit(profile.scan.unit), shown.settings.energy_unit)
            lines.append(
                DrawnCurve(
                    key=key,
                    name=profile.info.display_name,
                    look=shown.look(key),
                    values=profile.values,
                    ordinates=self._drawable(ordinates).times(factor),
                    factor=factor,
                    equilibrium=analysis.equilibrium.frame if analysis.equilibrium else None,
                    unit=profile.scan.unit,
                    periodic=profile.scan.period is not None,
                )
            )
        return tuple(lines)

    def range_of(self, curves: Sequence[DrawnCurve], full: bool) -> tuple[float, float]:
        """Ends of the axis of values, in the unit that is shown: `limits`, above zero where the axis is logarithmic."""
        factor = curves[0].factor if curves else 1.0
        low, high = self._range_in_ev([curve.in_ev() for curve in curves], full)
        return factor * low, factor * high

    def _range_in_ev(self, curves: Sequence[DrawnCurve], full: bool) -> tuple[float, float]:
        low, high = self.limits(curves, full)
        if self.axis == "linear":
            return low, high
        high = high if high > 0 else 1.0
        drawn = [curve.ordinates.values for curve in curves]
        positive = np.concatenate([values[values > 0] for values in drawn] or [np.zeros(0)])
        least = max(float(positive.min()) / 2 if positive.size else high / 10, high * 10.0**-DECADES)
        return min(max(low, least), high / 10), high

    def _drawable(self, ordinates: Ordinates) -> Ordinates:
        if self.axis == "linear":
            return ordinates
        values = np.where(ordinates.values > 0, ordinates.values, np.nan)
        return Ordinates(values)  # a band reaches below zero as soon as it is as wide as its line is high
