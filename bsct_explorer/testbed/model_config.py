"""Every switch of the Transformer, as one frozen config. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

GraphKind = Literal["radius", "radius-no-envelope", "hard-knn", "diff-knn"]
RankStep = Literal["sigmoid", "sine"]
ForceHead = Literal["gradient", "direct"]


@dataclass(frozen=True)
class ModelConfig:
    """The Transformer's switches and sizes; the default is variant D.

    Attributes
    ----------
    graph
        Which neighbours an atom attends to. ``radius``: all within the cutoff, faded out by an envelope;
        ``radius-no-envelope``: all within the cutoff, cut off; ``hard-knn``: of those with an envelope, the pairs in
        which each is among the k nearest of the other; ``diff-knn``: the same with differentiable ranks.
    k
        Nearest neighbours.
    rank_scale
        Å. Width s of the soft step by which a neighbour that is nearer counts in the rank.
    rank_step
        ``sigmoid``, or ``sine``, which is exactly 0 or 1 beyond π s and lets the sum be cut short.
    rank_reach
        With ``sine``: the rank sum runs over the k + rank_reach nearest atoms only; None for all.
    lse_scale
        Scale of the log-sum-exp that stands for the largest of the ranks and the distance; dimensionless.
    cutoff
        Å.
    tau
        Temperature by which attention's logits are divided; dimensionless.
    normalise
        Whether queries and keys are brought to unit mean square first.
    angular
        Highest degree of Legendre polynomials of the angle between two neighbours in the logits; 0 for none.
    sigma
        Å. Standard deviation of the Gaussians that a distance is smeared into.
    gaussians
        How many, evenly spaced from 0 to the cutoff.
    force_head
        ``gradient``: forces are minus the energy's gradient; ``direct``: a head of their own.
    width, blocks, heads
        Size of a token, number of Transformer blocks and of attention heads.
    hidden
        Size of the hidden layer of the networks on atoms.
    elements
        Atomic numbers that it covers.

    Raises
    ------
    ValueError
        A value is impossible; the message names it.
    """

    graph: GraphKind = "diff-knn"
    k: int = 6
    rank_scale: float = 0.2
    rank_step: RankStep = "sigmoid"
    rank_reach: int | None = None
    lse_scale: float = 0.1
    cutoff: float = 5.0
    tau: float = 2.0
    normalise: bool = True
    angular: int = 3
    sigma: float = 0.3
    gaussians: int = 64
    force_head: ForceHead = "gradient"
    width: int = 64
    blocks: int = 2
    heads: int = 4
    hidden: int = 128
    elements: tuple[int, ...] = (1, 6, 7, 8)

    def __post_init__(self) -> None:
        object.__setattr__(self, "elements", tuple(int(z) for z in self.elements))
        for name, kinds in (("graph", GraphKind), ("rank_step", RankStep), ("force_head", ForceHead)):
            if getattr(self, name) not in get_args(kinds):
                known = ", ".join(get_args(kinds))
                raise ValueError(f"{name} = {getattr(self, name)!r} is not known: use one of {known}")
        for name in ("rank_scale", "lse_scale", "cutoff", "tau", "sigma"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} = {getattr(self, name)!r} must be above 0")
        for name, least in (("k", 1), ("gaussians", 2), ("width", 1), ("blocks", 1), ("heads", 1), ("hidden", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} = {getattr(self, name)!r} must be at least {least}")
        if self.width % self.heads:
            raise ValueError(f"width = {self.width} cannot be shared out to {self.heads} heads")
        if self.rank_reach is not None and self.rank_step != "sine":
            raise ValueError("rank_reach needs rank_step = 'sine': a sigmoid's sum has no end")
        if self.rank_reach is not None and self.rank_reach < 1:
            raise ValueError(f"rank_reach = {self.rank_reach!r} must be at least 1, or None for all atoms")
        if not 0 <= self.angular <= 4:
            raise ValueError(f"angular = {self.angular!r} must be 0 to 4")
        if not self.elements or len(set(self.elements)) != len(self.elements) or min(self.elements) < 1:
            raise ValueError(f"elements = {self.elements!r} must be different atomic numbers")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON and TOML."""
        return {**asdict(self), "elements": list(self.elements)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ModelConfig:
        """The config of plain values; fields that are not named keep their defaults.

        Raises
        ------
        ValueError
            A field that there is not, or an impossible value.
        """
        unknown = sorted(set(values) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"no switch is called {', '.join(unknown)}: there are {', '.join(cls.__annotations__)}")
        return cls(**{**values, **({"elements": tuple(values["elements"])} if "elements" in values else {})})


NARROW = 0.04
"""Å. Smearing of the baseline: half of the Gaussians' spacing."""

VARIANTS: dict[str, ModelConfig] = {
    "A": ModelConfig(graph="hard-knn", sigma=NARROW, tau=1.0, normalise=False),
    "B": ModelConfig(sigma=NARROW, tau=1.0, normalise=False),
    "C": ModelConfig(sigma=NARROW),
    "D": ModelConfig(),
    "E": ModelConfig(force_head="direct"),
    "F": ModelConfig(),
    "G": ModelConfig(k=8),
    "H": ModelConfig(graph="hard-knn"),
}
"""A: baseline. B = A + Diff-kNN. C = B + temperature. D = C + broad smearing. E = D with a direct force head. F = D
trained with the smoothness penalty (its switches are D's). G = D with 8 neighbours, not 6. H = D with hard kNN."""

DESCRIPTIONS: dict[str, str] = {
    "A": "hard kNN, raw attention, narrow smearing",
    "B": "Diff-kNN, raw attention, narrow smearing",
    "C": "Diff-kNN, tempered attention, narrow smearing",
    "D": "Diff-kNN, tempered attention, broad smearing",
    "E": "as D, with a direct force head",
    "F": "as D, trained with a smoothness penalty",
    "G": "as D, with 8 neighbours",
    "H": "as D, with hard kNN",
}
