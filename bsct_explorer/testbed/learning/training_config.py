"""A training run as one frozen config, read from TOML. No torch here.

data = "testbed.npz"
variant = "D"            # or a table [model] with any switch
steps = 10000

[model]
tau = 4.0                # on top of the variant's switches
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.testbed.model_config import VARIANTS, ModelConfig

PENALTY_FORMS = ("third-differences", "fsd")


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides what a run learns.

    Attributes
    ----------
    model
        The Transformer's switches and sizes.
    variant
        Name of the variant, for the log; empty for a model of one's own.
    data
        The file of `make_testbed_data.py`.
    seed
        Of the initial weights, the order of the data and its rotations.
    steps, batch
        Optimiser steps, and structures in each.
    rate, warmup, decay, clip
        Largest learning rate, steps until it is reached (it then falls as a cosine to 1 %), AdamW's weight decay, and
        the norm that the gradient is cut to.
    muon
        Learning rate of Muon for the matrices inside the blocks; 0 to leave them to AdamW.
    average
        Decay of the exponential moving average of the weights, which is what is validated and kept.
    force_weight, energy_weight
        Of the loss: per Å/eV of force error and per eV⁻¹ of energy error per atom.
    soft_force
        eV/Å. Errors count relative to √(1 + (|F|/soft_force)²): on the wall a relative error is what matters.
    huber
        eV/Å and eV: below it errors count squared.
    penalty
        Weight of the smoothness penalty, 0 for none.
    penalty_form, penalty_scale
        ``third-differences`` (`penalty.ScanPenalty`) and the third derivative in eV/Å⁴ that it counts as 1, or ``fsd``
        (`penalty.FsdPenalty`) and the FSD in Å⁻¹ below which the penalty is about linear.
    validate_every, checkpoint_every
        Steps.
    validation_size
        Structures validated on at most, always the same.
    smoothness_every
        Steps between tests of smoothness; 0 for none.
    smoothness_bonds
        Bonds of validation molecules that are scanned in it.
    patience
        Stop after so many validations without a better one; 0 for never.
    threads
        Torch threads; 0 leaves them as they are.
    """

    model: ModelConfig = field(default_factory=ModelConfig)
    variant: str = ""
    data: str = "testbed.npz"
    seed: int = 0
    steps: int = 10_000
    batch: int = 32
    rate: float = 2e-3
    warmup: int = 200
    decay: float = 1e-3
    clip: float = 10.0
    muon: float = 0.0
    average: float = 0.998
    force_weight: float = 1.0
    energy_weight: float = 10.0
    soft_force: float = 5.0
    huber: float = 0.02
    penalty: float = 0.0
    penalty_form: str = "third-differences"
    penalty_scale: float = 100.0
    validate_every: int = 500
    checkpoint_every: int = 500
    validation_size: int = 512
    smoothness_every: int = 0
    smoothness_bonds: int = 6
    patience: int = 0
    threads: int = 1

    def __post_init__(self) -> None:
        positive = ("steps", "batch", "rate", "clip", "soft_force", "huber", "penalty_scale")
        for name in (*positive, "validate_every", "checkpoint_every"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} = {getattr(self, name)!r} must be above 0")
        if self.penalty_form not in PENALTY_FORMS:
            raise ValueError(f"penalty_form = {self.penalty_form!r} is none of {', '.join(PENALTY_FORMS)}")
        if not 0 <= self.average < 1:
            raise ValueError(f"average = {self.average!r} must be 0 or more and below 1")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "model": self.model.to_dict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainingConfig:
        """The config of plain values; a table ``model`` changes switches of the variant.

        Raises
        ------
        ValueError
            A name that there is not, or an impossible value.
        """
        unknown = sorted(set(values) - {f.name for f in fields(cls)})
        if unknown:
            raise ValueError(f"no setting is called {', '.join(unknown)}: there are {', '.join(cls.__annotations__)}")
        rest = dict(values)
        variant = rest.get("variant", "")
        if variant and variant not in VARIANTS:
            raise ValueError(f"variant = {variant!r} is none of {', '.join(VARIANTS)}")
        base = VARIANTS[variant] if variant else ModelConfig()
        rest["model"] = ModelConfig.from_dict({**base.to_dict(), **rest.get("model", {})})
        return cls(**rest)

    def at(self, folder: Path) -> TrainingConfig:
        """The same with `data` relative to a folder."""
        return replace(self, data=str(folder / Path(self.data).expanduser()))


def read_config(path: str | Path) -> TrainingConfig:
    """Read a TOML file; the data's path is relative to the file.

    Raises
    ------
    ReferenceDataError
        The file cannot be read, or holds a mistake.
    """
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return TrainingConfig.from_dict(values).at(path.parent)
    except OSError as error:
        raise ReferenceDataError(f"{path} cannot be read as a training config: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise ReferenceDataError(f"{path} is no training config: {error}") from error
