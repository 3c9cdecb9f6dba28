"""A short guided walk through the variants, from A to D and beyond: each step sets the lab's switches."""

from __future__ import annotations

import html
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.session.coordinate_choice import BACK_TO_BOND
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.deformations import DEFAULT_POINTS, DEFAULT_RANGE
from bsct_explorer.potentials.families.transformer import name_of_variant
from bsct_explorer.words.units import in_unit

PLACE: dict[str, Any] = {
    **{"molecule": "alanine", "structure": "", "charge": None, "multiplicity": None, "bond": "0-1"},
    **{"low": DEFAULT_RANGE[0], "high": DEFAULT_RANGE[1], "points": DEFAULT_POINTS, "fixed": "none"},
    **{"reference": "gfn2-xtb", "neighbours_of": "", "edges_show": "envelope"},
}
"""Where the walk leads: a molecule that no variant was trained on, with more atoms than neighbours are taken."""

KEPT = (*PLACE, *BACK_TO_BOND, "variant", "switches", "beside")
"""What a walk changes, and gives back at its end."""


@dataclass(frozen=True)
class Step:
    """A stop of the walk: what the lab shows, and what to see in it.

    Attributes
    ----------
    variant, beside
        Letters; `beside` empty for none.
    switches
        Of a what-if, as in `ExplorerState.switches`.
    """

    title: str
    text: str
    variant: str
    beside: str = ""
    switches: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """Values for the state."""
        beside = name_of_variant(self.beside) if self.beside else ""
        return {"variant": name_of_variant(self.variant), "switches": self.switches, "beside": beside}


STEPS = (
    Step(
        "A, the baseline",
        "Each atom attends to its 6 nearest neighbours and to no other. The mean force error of this variant is as "
        "good as the others' (table below), and still every square on the curve is a jump of the energy. Move the "
        "slider across one: an edge vanishes while another appears.",
        "A",
    ),
    Step(
        "What if A had Diff-kNN?",
        "The very same weights, but neighbours now fade in and out by a differentiable rank. The jumps are gone, "
        "without any training. But this is not the curve that was trained: the dotted line is.",
        "A",
        switches="graph=diff-knn",
    ),
    Step(
        "B, trained with Diff-kNN",
        "Trained that way from the start, beside A. Nothing jumps. What remains is how rough the force is.",
        "B",
        beside="A",
    ),
    Step(
        "C, a temperature for attention",
        "Queries and keys are normalised and attention's logits divided by τ = 2, so that attention cannot become a "
        "switch. Compare the force with B's: with few neighbours and narrow smearing it is as rough as before.",
        "C",
        beside="B",
    ),
    Step(
        "D, broad smearing",
        "Distances are smeared with σ = 0.3 Å in place of 0.04 Å: what is learned at one distance carries over to the "
        "next. As the bond stretches, the force now bends more than ten times less than C's, about as smooth as the "
        "reference. This is the paper's design.",
        "D",
        beside="C",
    ),
    Step(
        "What if D lost Diff-kNN again?",
        "One switch, and the jumps are back where two neighbours swap the sixth place. Choose such a finding: its "
        "cause names the atoms, and the structure shows the edges.",
        "D",
        switches="graph=hard-knn",
    ),
    Step(
        "What is still wrong",
        "With 6 neighbours a stretched bond drops out of the neighbourhood. Where its edge fades, between 2.2 and "
        "2.35 Å, D (dotted) pulls back three times as hard as the reference. With 8 neighbours the same weights "
        "follow the reference, and still nothing jumps.",
        "D",
        switches="k=8",
    ),
    Step(
        "G, trained with 8 neighbours",
        "The last stop's promise holds: G is D trained with 8 neighbours from the start, here beside D. Up to "
        "2.7 Å its force stays within 0.6 eV/Å of the reference, where D is wrong by 9 eV/Å, and nothing jumps. By "
        "every error and every measure of smoothness in the table below it is better than A.",
        "G",
        beside="D",
    ),
    Step(
        "F, smoothness as a loss",
        "F is D with a penalty on third differences of the force. The steep fall beyond 2.2 Å is gone, but the bond "
        "still drops out, and F spreads that over a longer distance: near 2 Å it now pulls far harder than the "
        "reference. Smooth does not mean right, and F's errors are no smaller than D's.",
        "F",
        beside="D",
    ),
    Step(
        "E, forces without an energy",
        "E learned the forces by a head of their own. They can look smooth and still be no gradient of an energy: a "
        "simulation does not conserve its energy then.",
        "E",
        beside="D",
    ),
)


def steps_with(names: Collection[str]) -> list[Step]:
    """The stops whose variants are there."""
    return [s for s in STEPS if {v for k, v in s.settings.items() if k != "switches" and v} <= set(names)]


class Walk:
    """The walk's widgets: a button to begin, and a card while one walks."""

    def __init__(self, state: ExplorerState, names: Collection[str]) -> None:
        self.state, self.steps = state, steps_with(names)
        self.at: int | None = None
        self._kept: dict[str, Any] = {}
        self.begin = pmui.Button(label="Guided walk", variant="contained", size="small", margin=(12, 8))
        self.begin.visible = bool(self.steps)
        self.back = pmui.Button(label="Back", variant="text", size="small", margin=(2, 2))
        self.next = pmui.Button(label="Next", variant="contained", size="small", margin=(2, 2))
        self.end = pmui.Button(label="End the walk", variant="text", size="small", margin=(2, 2))
        self.words = pn.pane.HTML("", margin=(4, 10), styles={"font-size": "14px", "flex": "1 1 340px"})
        # The buttons stand beside the words where there is room, always in the same place.
        self.card = pn.FlexBox(
            self.words,
            pn.Row(self.back, self.next, self.end, margin=0),
            align_items="flex-end",
            sizing_mode="stretch_width",
            margin=(4, 8),
            visible=False,
            styles={"border-left": "4px solid #0b5cad", "padding-left": "4px"},
        )
        state.param.watch(self._say, "energy_unit")
        self.begin.on_click(lambda *_: self.start())
        self.back.on_click(lambda *_: self.go((self.at or 0) - 1))
        self.next.on_click(lambda *_: self.go((self.at or 0) + 1))
        self.end.on_click(lambda *_: self.stop())

    def start(self) -> None:
        """Remember what is shown, and go to the first stop."""
        self._kept = {name: getattr(self.state, name) for name in KEPT}
        self.state.param.update(**PLACE, **BACK_TO_BOND)
        self.go(0)

    def go(self, at: int) -> None:
        """Show a stop; beyond the last one the walk ends."""
        if at >= len(self.steps):
            self.stop()
            return
        self.at = max(at, 0)
        step = self.steps[self.at]
        self._say()
        self.back.disabled = self.at == 0
        self.next.label = "Next" if self.at < len(self.steps) - 1 else "Done"
        self.card.visible, self.begin.visible = True, False
        self.state.param.update(**step.settings)

    def _say(self, *_: Any) -> None:
        """The words of this stop, in the unit that is shown."""
        if self.at is not None:
            step = self.steps[self.at]
            text = html.escape(in_unit(step.text, self.state.shown_unit))
            self.words.object = f"<b>{self.at + 1} of {len(self.steps)} · {html.escape(step.title)}</b><br>{text}"

    def stop(self) -> None:
        """Give back what was shown before."""
        self.at = None
        self.card.visible, self.begin.visible = False, True
        self.state.param.update(**self._kept)
