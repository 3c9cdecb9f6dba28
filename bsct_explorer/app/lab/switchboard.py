"""The lab's switches: a variant, what differs from its training, and another variant beside it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import panel as pn
import panel_material_ui as pmui

from bsct_explorer.app.notices import notify
from bsct_explorer.app.session.lab_choices import STEPS, idle, steps_of, with_switch
from bsct_explorer.app.sidebar.choices import fill
from bsct_explorer.app.state import ExplorerState
from bsct_explorer.testbed.model_config import ModelConfig
from bsct_explorer.testbed.trained_switches import GRAPH_WORDS, SWITCHES, difference, read_switches, turned

COMPACT: dict[str, Any] = {"size": "small", "margin": (4, 8)}
SLIDER: dict[str, Any] = {**COMPACT, "width": 112, "margin": (2, 8)}
LABELS = {"rank_scale": "Rank s (Å)", "lse_scale": "LSE ε", "cutoff": "Cutoff (Å)"}
"""Of sliders whose switch has a longer name, or one that begins with a small letter."""
NOTHING_BESIDE = "nothing"
AS_TRAINED = "All switches as trained."


class Switchboard:
    """Widgets that write `variant`, `switches` and `beside` to the state, and follow it.

    Parameters
    ----------
    variants
        Display name and description of each trained variant, by its name.
    configs
        What each was trained with.
    """

    def __init__(
        self, state: ExplorerState, variants: Mapping[str, tuple[str, str]], configs: Mapping[str, ModelConfig]
    ) -> None:
        self.state, self.configs = state, dict(configs)
        self._names = {name: display for name, (display, _) in variants.items()}
        self._silent = False
        options = {f"{display}   {about}": name for name, (display, about) in variants.items()}
        self.variant = pmui.Select(label="Trained variant", options=options, width=250, **COMPACT)
        self.beside = pmui.Select(
            label="Beside it", options={NOTHING_BESIDE: "", **options}, value="", width=250, **COMPACT
        )
        self.graph = pmui.Select(
            label="Neighbours",
            options={words: kind for kind, words in GRAPH_WORDS.items()},
            width=170,
            description=SWITCHES["graph"].about,
            **COMPACT,
        )
        self.sliders = {
            name: pmui.DiscreteSlider(
                label=LABELS.get(name, SWITCHES[name].label),
                options=list(STEPS[name]),
                description=SWITCHES[name].about,
                **SLIDER,
            )
            for name in STEPS
        }
        self.normalise = pmui.Checkbox(
            label="Query-key normalisation",
            description=SWITCHES["normalise"].about,
            size="small",
            margin=(12, 8),
        )
        self.reset = pmui.Button(
            label="As trained",
            variant="outlined",
            size="small",
            margin=(12, 8),
            description="As trained: undo every what-if",
        )
        self.buttons: list[Any] = [self.reset]
        self.words = pn.pane.HTML("", margin=(2, 10), styles={"font-size": "13px"}, sizing_mode="stretch_width")
        self._connect()
        self.follow()

    def layout(self) -> pn.Column:
        """Variants, and below them the switches."""
        return pn.Column(
            pn.FlexBox(
                *(self.variant, self.beside, self.normalise, *self.buttons),
                sizing_mode="stretch_width",
                align_items="center",
            ),
            pn.FlexBox(self.graph, *self.sliders.values(), sizing_mode="stretch_width", align_items="center"),
            self.words,
            sizing_mode="stretch_width",
            margin=0,
        )

    @property
    def trained(self) -> ModelConfig:
        """What the chosen variant was trained with."""
        return self.configs[self.state.variant]

    def now(self) -> ModelConfig:
        """The switches of now."""
        return turned(self.trained, read_switches(self.state.switches))

    def follow(self, *_: Any) -> None:
        """Show what the state says; what it cannot mean becomes the trained setting."""
        state = self.state
        was, self._silent = self._silent, True  # what is put right below comes back here
        try:
            if state.variant not in self.configs:
                notify("info", f"There is no trained variant {state.variant}: the lab shows another one.")
                usual = state.param.variant.default
                state.variant = usual if usual in self.configs else next(iter(self.configs))
            if state.beside and state.beside not in self.configs:
                notify("info", f"There is no trained variant {state.beside} to show beside it.")
                state.beside = ""
            try:
                now = self.now()
            except ValueError as error:
                notify("warning", f"{error}. The lab shows the variant as it was trained.")
                state.switches, now = "", self.trained
            self._show(now)
        finally:
            self._silent = was

    def _show(self, now: ModelConfig) -> None:
        fill(self.variant, value=self.state.variant)
        fill(self.beside, value=self.state.beside)
        self.graph.value = now.graph
        for name, slider in self.sliders.items():
            slider.param.update(
                options=steps_of(name, self.trained, now), value=getattr(now, name), disabled=idle(name, now)
            )
        self.normalise.value = now.normalise
        differs = difference(self.trained, now)
        self.reset.disabled = not differs
        asked = html.escape(f"{self._names[self.state.variant]} had {differs}?")
        self.words.object = (
            f"<b>What if</b> {asked} The weights are unchanged; the dotted line is the setting that they were trained "
            "with. The errors of this setting were never measured."
            if differs
            else f"{AS_TRAINED} Change one to see what the same weights do then."
        )

    def _connect(self) -> None:
        self.variant.param.watch(lambda event: self._choose(variant=event.new, switches=""), "value")
        self.beside.param.watch(lambda event: self._choose(beside=event.new), "value")
        self.graph.param.watch(lambda event: self._turn("graph", event.new), "value")
        self.normalise.param.watch(lambda event: self._turn("normalise", event.new), "value")
        for name, slider in self.sliders.items():
            # What stands on the slider while it is dragged is not asked for: each would be computed.
            slider.param.watch(lambda event, name=name: self._turn(name, event.new), "value_throttled")
        self.reset.on_click(lambda *_: self._choose(switches=""))
        self.state.param.watch(self.follow, ["variant", "switches", "beside"])

    def _choose(self, **values: Any) -> None:
        if not self._silent and all(value is not None for value in values.values()):
            self.state.param.update(**values)

    def _turn(self, field: str, value: Any) -> None:
        if self._silent or value is None:
            return
        value = int(value) if field == "k" else value
        try:
            self.state.switches = with_switch(self.trained, self.state.switches, field, value)
        except ValueError as error:
            notify("warning", str(error))
            self.follow()
