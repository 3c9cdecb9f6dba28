"""The part of the sidebar that says how far the coordinate is driven, in how many frames, and what is held."""

from __future__ import annotations

from typing import Any, NamedTuple

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.components import NumberField
from bsct_explorer.app.layout import in_theme, row, with_help
from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.coordinate_choice import kind_of
from bsct_explorer.app.sidebar.state_writer import COMPACT, FIELD, StateWriter
from bsct_explorer.app.state import FIXED, ExplorerState
from bsct_explorer.deformations import Scan, sum_of_radii
from bsct_explorer.words.numbers import decimal

NUMBER: dict[str, Any] = {**FIELD, "margin": (6, 4)}
RIGID = (
    "BSCT scans are rigid: each fragment keeps its shape, and nothing relaxes. Relaxed scans are not offered, since a "
    "relaxed path differs from one potential to the next, and curves could not be compared frame by frame."
)


class RangeFields(NamedTuple):
    """How the range of a kind of coordinate is asked for: sign in the labels, steps and bounds."""

    sign: str
    low: dict[str, float]
    high: dict[str, float]
    slider: dict[str, float]


_DEGREES = {"start": 1.0, "end": 359.0, "step": 5.0}
_TURNS = {"start": -360.0, "end": 720.0, "step": 15.0}
RANGE_FIELDS = {
    "bond": RangeFields(
        "×",
        {"start": 0.1, "end": 5.0, "step": 0.05},
        {"start": 0.2, "end": 10.0, "step": 0.05},
        {"start": 0.3, "end": 4.0, "step": 0.05},
    ),
    "angle": RangeFields("°", _DEGREES, _DEGREES, {"start": 20.0, "end": 260.0, "step": 1.0}),
    "torsion": RangeFields("°", _TURNS, _TURNS, {"start": -180.0, "end": 360.0, "step": 5.0}),
}
_TURN_NOTES = {
    "angle": "Degrees. Beyond 180° the angle opens on the other side.",
    "torsion": "Degrees, at most one full turn: after it the molecule repeats.",
}


class RangeControls:
    """Widgets that write the range, `points` and `fixed` to the state."""

    def __init__(self, state: ExplorerState) -> None:
        self.state = state
        self._writer = StateWriter(state)
        bond = RANGE_FIELDS["bond"]
        self.low = in_theme(NumberField(label="From ×", value=state.low, **bond.low, **NUMBER), state)
        self.high = in_theme(NumberField(label="To ×", value=state.high, **bond.high, **NUMBER), state)
        self.slider = pmui.RangeSlider(
            label="",
            start=0.3,
            end=4.0,
            step=0.05,
            value=(state.low, state.high),
            show_value=False,
            tooltips=False,
            **{**COMPACT, "margin": (-6, 16, -8, 16)},
        )
        self.note = pn.pane.HTML("", margin=(6, 10, 0, 10), styles={"font-size": "12px", "opacity": "0.75"})
        self.points = in_theme(NumberField(label="Points", value=state.points, step=10, whole=True, **NUMBER), state)
        self.fixed = pmui.Select.from_param(
            state.param.fixed,
            label="Held fixed",
            options={text: key for key, text in FIXED.items()},
            **COMPACT,
        )
        self.slider.param.watch(lambda event: self._writer.write(**self._changes(*event.new)), "value_throttled")
        self.low.param.watch(lambda event: self._on_range(low=event.new), "value")
        self.high.param.watch(lambda event: self._on_range(high=event.new), "value")
        self._writer.follow(self.points, "points", "The number of points")
        state.param.watch(lambda event: self.points.param.update(value=event.new), "points")

    def layout(self) -> list[Any]:
        """Fields, the slider below them, and what the range means; what is held stands elsewhere."""
        return [row(self.low, self.high, self.points), self.slider, self.note]

    def show_scan(self, scan: Scan, *, own_frames: bool) -> None:
        """Show the range, a bond's in Å too, or that the frames of the data fix it."""
        span = float(scan.values[0]), float(scan.values[-1])
        shown = (self.state.low, self.state.high) if scan.kind == "bond" else span
        fields = RANGE_FIELDS[scan.kind]
        with self._writer.showing():
            for widget in (self.low, self.high, self.slider, self.points, self.fixed):
                widget.disabled = own_frames
            self.low.param.update(label=f"From {fields.sign}", **fields.low, value=shown[0])
            self.high.param.update(label=f"To {fields.sign}", **fields.high, value=shown[1])
            self.slider.param.update(**fields.slider, value=shown)
        if scan.kind != "bond":
            self.note.object = with_help(_TURN_NOTES[scan.kind], RIGID)
            return
        radii = sum_of_radii(scan.molecule, *scan.atoms[:2])
        text = f"× {decimal(radii, 2)} Å, the sum of covalent radii: {decimal(span[0], 3)} to {decimal(span[1], 3)} Å"
        if own_frames:
            ends = f"{decimal(span[0], 3)} to {decimal(span[1], 3)} Å"
            text = f"{ends}: the reference's own frames. Choose another reference to change them."
        self.note.object = with_help(text, RIGID)

    def _on_range(self, low: float | None = None, high: float | None = None) -> None:
        if self._writer.silent or (low is None and high is None):
            return
        shown = (self.state.low, self.state.high) if kind_of(self.state) == "bond" else self.slider.value
        low, high = shown[0] if low is None else low, shown[1] if high is None else high
        changes = self._changes(low, high)
        refusals = [self._writer.refusal(name, value, "The range's ends") for name, value in changes.items()]
        refusal = next(
            filter(None, refusals), "" if low < high else f"The range must rise: {low:g} is not below {high:g}."
        )
        if refusal:
            notify("warning", refusal)
            self._writer.put_back({self.low: shown[0], self.high: shown[1]})
        else:
            self._writer.write(**changes)

    def _changes(self, low: float, high: float) -> dict[str, Any]:
        """What a range means for the state: multiples of the radii for a bond, else degrees."""
        if kind_of(self.state) == "bond":
            return {"low": low, "high": high}
        return {"turn_low": low, "turn_high": high}
