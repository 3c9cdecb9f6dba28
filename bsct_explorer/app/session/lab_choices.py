"""What the lab shows, from what a person chose: pure functions, no Panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bsct_explorer.potentials.families import transformer
from bsct_explorer.potentials.potential_names import MARK, split_name
from bsct_explorer.potentials.registry import family_of
from bsct_explorer.testbed.model_config import ModelConfig
from bsct_explorer.testbed.trained_switches import SWITCHES, read_switches, turned, write_switches

STEPS: Mapping[str, tuple[float, ...]] = {
    "k": (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16),
    "rank_scale": (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8),
    "lse_scale": (0.01, 0.02, 0.05, 0.1, 0.2, 0.4),
    "cutoff": (2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0),
    "tau": (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0),
    "sigma": (0.02, 0.04, 0.08, 0.16, 0.3, 0.4),
}
"""Values that a slider offers, besides the trained one."""


@dataclass(frozen=True)
class Shown:
    """Names of the potentials in the lab.

    Attributes
    ----------
    lead
        What is looked at: the what-if, or the trained variant where every switch is as trained.
    ghost
        The trained variant behind a what-if; empty where it is the lead itself.
    beside
        Another variant; empty for none.
    """

    lead: str
    ghost: str = ""
    beside: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the lead first."""
        return tuple(dict.fromkeys(filter(None, (self.lead, self.ghost, self.beside))))


def shown(variant: str, trained: ModelConfig, switches: str, beside: str = "") -> Shown:
    """What to show for a variant with these switches.

    Raises
    ------
    ValueError
        The switches are no switches, or cannot be applied to trained weights.
    """
    differs = write_switches(trained, turned(trained, read_switches(switches)))
    other = "" if beside == variant else beside
    return Shown(f"{variant}{MARK}{differs}", variant, other) if differs else Shown(variant, "", other)


def steps_of(field: str, trained: ModelConfig, now: ModelConfig) -> list[float]:
    """Values of a slider: `STEPS` within what trained weights can take, with the trained value and that of now."""
    own = getattr(trained, field)
    allowed = (value for value in STEPS[field] if field != "cutoff" or value <= own)
    return sorted({*allowed, own, getattr(now, field)})


def idle(field: str, config: ModelConfig) -> bool:
    """Whether a switch does nothing in this graph."""
    return config.graph not in SWITCHES[field].graphs


def with_switch(trained: ModelConfig, switches: str, field: str, value: Any) -> str:
    """The switches' text after one of them was turned."""
    return write_switches(trained, turned(trained, {**read_switches(switches), field: value}))


def variants_among(names: Iterable[str]) -> list[str]:
    """Those of the offered potentials that are trained Transformers of the testbed, what-ifs left out."""
    return [name for name in names if family_of(name) is transformer.FAMILY and not split_name(name)[1]]


MOST_PAIRS = 20_000_000
"""Pairs of atoms over all frames whose graph is drawn at most: server and browser hold several numbers of each."""

ALL, NOBODY = "all", "none"


def graph_atom(choice: str, atoms: Sequence[int], n_atoms: int) -> int | None:
    """The atom whose neighbours are drawn, None for all; an unknown choice is the coordinate's first atom."""
    if choice in (ALL, NOBODY):
        return None
    known = {str(atom): atom for atom in range(n_atoms)}
    return known.get(choice, atoms[0])


def attention_of(choice: str) -> tuple[int | None, int | None]:
    """Block and head of ``attention-0-2``, head None for ``attention-0-mean``; (None, None) for the envelope."""
    kind, _, rest = choice.partition("-")
    if kind != "attention":
        return None, None
    block, _, head = rest.partition("-")
    return int(block), int(head) if head.isdigit() else None


def drawn_choices(config: ModelConfig) -> dict[str, str]:
    """What an edge's strength can stand for: words → choice."""
    choices = {"envelope weight": "envelope"}
    for block in range(config.blocks):
        choices[f"attention, block {block + 1}, mean of heads"] = f"attention-{block}-mean"
        for head in range(config.heads):
            choices[f"attention, block {block + 1}, head {head + 1}"] = f"attention-{block}-{head}"
    return choices
