"""What if a trained Transformer of the testbed had other switches? The same weights, applied live.

    trained = load_potential("testbed-D")
    hard = what_if(trained, graph="hard-knn", k=4)
    hard = load_potential("testbed-D@graph=hard-knn,k=4")      # the same, by its name

Which switches are free and which are baked into the weights: `bsct_explorer.testbed.trained_switches.SWITCHES`.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.base import Potential
from bsct_explorer.potentials.execution.torch_state import TORCH_LOCK
from bsct_explorer.potentials.potential_names import MARK
from bsct_explorer.potentials.testbed_potential import TestbedPotential, info_of_model
from bsct_explorer.testbed.model_config import ModelConfig
from bsct_explorer.testbed.trained_switches import difference, read_switches, turned, write_switches

if TYPE_CHECKING:
    from bsct_explorer.testbed.model import Transformer

KEPT = 64
"""What-ifs kept for each trained potential, the latest used; they share its weights, so each is small."""


def what_if(potential: TestbedPotential, **switches: Any) -> TestbedPotential:
    """The same trained weights with other switches, as a potential of its own.

    Parameters
    ----------
    potential
        A trained potential, or a what-if of one.
    switches
        Fields of `ModelConfig`. Those that are not named are as trained, also where `potential` is itself a what-if:
        a call says all that differs.

    Returns
    -------
    TestbedPotential
        Its name and display name say what differs. The trained potential itself where nothing does; the same object
        for the same switches.

    Raises
    ------
    PotentialError
        The potential is none of the testbed's, or a switch cannot be applied to trained weights; the message says why.
    """
    if not isinstance(potential, TestbedPotential):
        raise PotentialError(f"{potential.info.display_name} has no switches: only the testbed's Transformers do")
    trained = potential.trained or potential
    try:
        config = turned(trained.config, switches)
    except ValueError as error:
        raise PotentialError(f"{trained.info.display_name}: {error}") from error
    if config == trained.config:
        return trained
    # The same lock as a batch's and a load's: a model that is being asked does not change under it.
    with TORCH_LOCK:
        kept = _kept(trained)
        if config not in kept:
            kept[config] = _applied(trained, config)
            while len(kept) > KEPT:
                kept.popitem(last=False)
        kept.move_to_end(config)
        return kept[config]


def _kept(trained: TestbedPotential) -> OrderedDict[ModelConfig, TestbedPotential]:
    """The what-ifs of a trained potential; they live and go with it."""
    if trained.what_ifs is None:
        trained.what_ifs = OrderedDict()
    return trained.what_ifs


def _applied(trained: TestbedPotential, config: ModelConfig) -> TestbedPotential:
    """A potential with the trained one's device, precision and very weights, and another config."""
    made = copy.copy(trained)
    made.info = info_of_what_if(trained.info, trained.config, config)
    made.model = with_config(trained.model, config)
    made.trained, made.what_ifs, made._chooser = trained, None, None
    return made


def with_config(model: Transformer, config: ModelConfig) -> Transformer:
    """A model of this config that shares another's weights: nothing is copied, and nothing drawn at random.

    The Gaussians stay at their trained centres whatever the cutoff: their weights were learned for these distances.
    """
    import torch

    from bsct_explorer.testbed.model import Transformer

    with torch.device("meta"):  # neither memory nor the process's random numbers
        made = Transformer(config)
    made.load_state_dict(model.state_dict(), assign=True)
    made.index = model.index  # not part of a state
    return made.eval().requires_grad_(False)


def by_name(trained: Potential, text: str) -> Potential:
    """`what_if` with the switches of a name, ``graph=hard-knn,k=4``.

    Raises
    ------
    PotentialError
        As `what_if`'s, or the text is wrong.
    """
    try:
        switches = read_switches(text)
    except ValueError as error:
        raise PotentialError(f"{trained.info.name}{MARK}{text}: {error}") from error
    return what_if(trained, **switches)  # type: ignore[arg-type]


def info_by_name(said: PotentialInfo, trained: ModelConfig, text: str) -> PotentialInfo:
    """What the what-if of a name says of itself; needs no torch and no weights.

    Raises
    ------
    PotentialError
        The text is wrong, or a switch cannot be applied to trained weights.
    """
    try:
        config = turned(trained, read_switches(text))
    except ValueError as error:
        raise PotentialError(f"{said.name}{MARK}{text}: {error}") from error
    return said if config == trained else info_of_what_if(said, trained, config)


def info_of_what_if(said: PotentialInfo, trained: ModelConfig, config: ModelConfig) -> PotentialInfo:
    """What a what-if says of itself: the trained one's data and origin, its own switches, no errors.

    Parameters
    ----------
    said, trained
        Of the trained potential.
    config
        With the other switches.
    """
    differs = difference(trained, config)
    name = f"{said.name}{MARK}{write_switches(trained, config)}"
    own = info_of_model(name, f"{said.display_name}, {differs}", config, about={})
    return replace(
        own,
        level_of_theory=said.level_of_theory,
        training_data=said.training_data,
        licence=said.licence,
        citation=said.citation,
        notes=(
            *own.notes,
            f"A what-if: the weights of {said.display_name} were trained with {difference(config, trained)}, and here "
            f"have {differs}. Nobody measured its errors.",
        ),
    )


__all__ = ["KEPT", "by_name", "info_by_name", "info_of_what_if", "what_if", "with_config"]
