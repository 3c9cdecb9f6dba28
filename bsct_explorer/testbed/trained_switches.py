"""Which switches of a trained Transformer can still be turned, and which are baked into its weights. No torch here.

A switch is free where no weight's shape and no weight's meaning depends on it: which neighbours are taken and how
softly, by how much attention's logits are divided, how broadly a distance is smeared. The weights were learned with one
setting: with another they give another energy surface, whose errors nobody has measured. That is what a what-if shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from bsct_explorer.testbed.model_config import GraphKind, ModelConfig

GRAPH_WORDS: dict[GraphKind, str] = {
    "radius": "all within the cutoff",
    "radius-no-envelope": "all within the cutoff, no envelope",
    "hard-knn": "hard kNN",
    "diff-knn": "Diff-kNN",
}
_NEAREST: tuple[GraphKind, ...] = ("hard-knn", "diff-knn")
_SOFT: tuple[GraphKind, ...] = ("diff-knn",)
_ANY: tuple[GraphKind, ...] = tuple(GRAPH_WORDS)


@dataclass(frozen=True)
class ModelSwitch:
    """One field of `ModelConfig`, as a person who turns it sees it.

    Attributes
    ----------
    field
        Its name in `ModelConfig`.
    label
        Its name and unit, for a person.
    about
        What it does, for a person who sees it for the first time.
    baked
        Why trained weights cannot take another value, as a clause; empty for a switch that is free.
    graphs
        Kinds of graph in which it does anything.
    least, most
        Bounds of a number that make sense, in its unit; None where there is none, or it is the trained value.
    """

    field: str
    label: str
    about: str = ""
    baked: str = ""
    graphs: tuple[GraphKind, ...] = _ANY
    least: float | None = None
    most: float | None = None

    @property
    def free(self) -> bool:
        """Whether trained weights can take another value."""
        return not self.baked


SWITCHES: dict[str, ModelSwitch] = {
    switch.field: switch
    for switch in (
        # `graph` is also the envelope's switch: of all within the cutoff, faded out or cut off.
        ModelSwitch(
            "graph",
            "neighbours",
            "Which atoms an atom attends to. Hard kNN takes the k nearest and drops the next at once: where two swap "
            "the k-th place, the energy jumps. Diff-kNN fades them in and out by a differentiable rank.",
        ),
        ModelSwitch(
            "k",
            "k",
            "How many nearest neighbours. Where no atom has more, nothing is selected and nothing can jump.",
            graphs=_NEAREST,
            least=1,
            most=1000,
        ),
        ModelSwitch(
            "rank_scale",
            "rank scale (Å)",
            "Over what difference in distance two neighbours swap places. The smaller, the more like hard kNN: the "
            "jump comes back as a steep step.",
            graphs=_SOFT,
            least=1e-3,
            most=2.0,
        ),
        ModelSwitch("rank_step", "rank step", "Shape of the soft step that counts nearer atoms.", graphs=_SOFT),
        ModelSwitch(
            "rank_reach", "rank reach", "How many atoms beyond k are counted.", graphs=_SOFT, least=1, most=1000
        ),
        ModelSwitch(
            "lse_scale",
            "log-sum-exp scale",
            "How closely the soft maximum of both ranks and the distance follows the true one. Smaller is sharper.",
            graphs=_SOFT,
            least=1e-3,
            most=1.0,
        ),
        ModelSwitch(
            "cutoff",
            "cutoff (Å)",
            "Beyond it an atom sees nothing. The trained value is the most: no weight has seen farther.",
            least=1.0,  # at most the trained one: see `turned`
        ),
        ModelSwitch(
            "tau",
            "τ",
            "Temperature: attention's logits are divided by it. Low, attention switches from one neighbour to another "
            "and forces get rough; high, it averages.",
            least=0.01,
            most=100.0,
        ),
        ModelSwitch(
            "normalise",
            "query-key normalisation",
            "Queries and keys are brought to one length first: no weight can make attention sharper than τ lets it be.",
        ),
        ModelSwitch(
            "sigma",
            "σ (Å)",
            "Width of the Gaussians that a distance is smeared into. Narrow, the energy can change from one to the "
            "next: wiggles and false minima.",
            least=0.005,
            most=2.0,
        ),
        ModelSwitch("angular", "angular degree", baked="each degree has weights of its own in every block"),
        ModelSwitch("gaussians", "Gaussians", baked="each Gaussian has a column of weights of its own"),
        ModelSwitch("force_head", "force head", baked="a direct head has weights of its own, trained with the others"),
        ModelSwitch("width", "width", baked="it is the size of nearly every weight"),
        ModelSwitch("blocks", "blocks", baked="each block has weights of its own"),
        ModelSwitch("heads", "heads", baked="queries and keys were learned in pieces of width/heads"),
        ModelSwitch("hidden", "hidden layer", baked="it is the size of the atoms' networks"),
        ModelSwitch("elements", "elements", baked="each element has an embedding and an energy of its own"),
    )
}
"""Every field of `ModelConfig`."""


def turned(trained: ModelConfig, switches: Mapping[str, Any]) -> ModelConfig:
    """The trained config with other switches.

    Parameters
    ----------
    trained
        What the weights were trained with.
    switches
        Values by field of `ModelConfig`; those that are not named stay as trained. One that does nothing in the graph
        that results (k without a selection of nearest neighbours) is left as trained, so that what computes the same
        is the same config.

    Raises
    ------
    ValueError
        There is no such switch, it is baked into the weights, or the value is impossible; the message says which and
        why.
    """
    unknown = sorted(set(switches) - set(SWITCHES))
    if unknown:
        free = ", ".join(name for name, switch in SWITCHES.items() if switch.free)
        raise ValueError(f"no switch is called {', '.join(unknown)}: free ones are {free}")
    for name, value in switches.items():
        own, switch = getattr(trained, name), SWITCHES[name]
        value = tuple(value) if name == "elements" else value
        if switch.baked and value != own:
            raise ValueError(
                f"{switch.label} = {value!r} cannot be applied to weights trained with {own!r}: {switch.baked}"
            )
        _check_bounds(switch, value, own)
    values = dict(switches)
    if values.get("rank_step") == "sigmoid":
        values.setdefault("rank_reach", None)  # a sum that was cut short has no end now
    asked = replace(trained, **values)
    idle = (name for name in values if asked.graph not in SWITCHES[name].graphs)
    return replace(asked, **{name: getattr(trained, name) for name in idle})


def _check_bounds(switch: ModelSwitch, value: Any, own: Any) -> None:
    """Refuse a number that makes no sense; what is wrong in kind is `ModelConfig`'s to refuse."""
    if switch.field == "cutoff" and value > own:
        raise ValueError(
            f"cutoff = {value!r} Å is more than the {own!r} Å that the weights were trained with: no Gaussian stands "
            f"out there, and no weight has seen such a neighbour"
        )
    if switch.field in ("k", "rank_reach") and value is not None and not isinstance(value, int):
        raise ValueError(f"{switch.label} = {value!r} must be a whole number")
    if switch.least is None or not isinstance(value, int | float):
        return
    most = math.inf if switch.most is None else switch.most
    if value != own and not switch.least <= value <= most:
        bounds = f"at least {switch.least:g}" if switch.most is None else f"{switch.least:g} to {switch.most:g}"
        raise ValueError(f"{switch.label} = {value!r} is out of bounds: {bounds}")


def write_switches(trained: ModelConfig, config: ModelConfig) -> str:
    """What differs from the trained setting, as `read_switches` reads it: ``graph=hard-knn,k=4``; or empty."""
    differ = (name for name in SWITCHES if getattr(config, name) != getattr(trained, name))
    return ",".join(f"{name}={_plain(getattr(config, name))}" for name in differ)


def read_switches(text: str) -> dict[str, Any]:
    """Values by field, of `write_switches`'s form.

    Raises
    ------
    ValueError
        A part is not ``name=value``, there is no such switch, or the value is not of its kind.
    """
    kinds = {field.name: str(field.type) for field in fields(ModelConfig)}
    switches: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, mark, value = (piece.strip() for piece in part.partition("="))
        if not mark:
            raise ValueError(f"{part!r} is no switch: write name=value, such as graph=hard-knn or tau=0.5")
        if name not in kinds or not SWITCHES[name].free:
            turned(ModelConfig(), {name: value})  # says why
        switches[name] = _value(name, kinds[name], value)
    return switches


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "all" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _value(name: str, kind: str, text: str) -> Any:
    """A switch's value from text, by the kind of its field in `ModelConfig`."""
    if kind == "bool":
        known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
        if text.lower() not in known:
            raise ValueError(f"{name} = {text!r} must be yes or no")
        return known[text.lower()]
    if kind == "int | None" and text == "all":
        return None
    if kind.startswith(("int", "float")):
        try:
            return float(text) if kind == "float" else int(text)
        except ValueError:
            what = "a number" if kind == "float" else "a whole number"
            raise ValueError(f"{name} = {text!r} must be {what}") from None
    return text


def difference(trained: ModelConfig, config: ModelConfig) -> str:
    """What differs from the trained setting, for a name: ``hard kNN, k = 4``; empty where nothing does."""
    return ", ".join(
        _words(name, getattr(config, name))
        for name in SWITCHES
        if getattr(config, name) != getattr(trained, name) and config.graph in SWITCHES[name].graphs
    )


def _words(field: str, value: Any) -> str:
    """One switch and its value: ``σ = 0.1 Å``."""
    if field == "graph":
        kind: GraphKind = value
        return GRAPH_WORDS[kind]
    if field == "normalise":
        return "normalised q, k" if value else "raw q, k"
    label, _, unit = SWITCHES[field].label.partition(" (")
    shown = "all" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return f"{label} = {shown} {unit.removesuffix(')')}".rstrip()


__all__ = [
    "GRAPH_WORDS",
    "SWITCHES",
    "ModelSwitch",
    "difference",
    "read_switches",
    "turned",
    "write_switches",
]
