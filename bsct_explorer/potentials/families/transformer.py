"""The testbed's Transformers: what ships (``testbed-A`` … ``testbed-H``) and a file of one's own (``testbed:FILE``).

E = Σ_i E_i(neighbours of i) + Σ_i shift(Z_i); see `bsct_explorer.testbed.model`. Weights are safetensors with the
config in their metadata: reading them runs nothing. Trained weights take other switches: see `what_if`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import what_if
from bsct_explorer.potentials.base import Potential
from bsct_explorer.potentials.execution import devices
from bsct_explorer.potentials.family import Family, FromFile, Hue, ModelFile, Seat, Shipped, Status, Switches
from bsct_explorer.potentials.testbed_potential import TestbedPotential, info_of_model
from bsct_explorer.testbed.header import read_header
from bsct_explorer.testbed.model_config import DESCRIPTIONS, VARIANTS, ModelConfig

WEIGHTS = Path(__file__).resolve().parents[2] / "testbed" / "weights"
"""Folder of the weights that ship, ``A.safetensors`` …"""

_NAMED = "testbed-"
PREFIX = "testbed"

# Hard neighbours are warm, D is blue; E, a paler blue, is D with other forces.
HUES: dict[str, Hue] = {
    "A": "vermilion",
    "B": "orange",
    "C": "green",
    "D": "blue",
    "E": "sky",
    "F": "olive",
    "G": "slate",
    "H": "purple",
}
"""Each variant's; their lines have long dashes."""

COST = 10.0
"""ms a frame, as `Shipped.cost`; about the same for all variants."""


def name_of_variant(variant: str) -> str:
    """The potential's name of a variant that ships: ``testbed-D`` of ``D``."""
    return f"{_NAMED}{variant}"


def variant_of_name(name: str) -> str:
    """The variant of a potential's name: ``D`` of ``testbed-D``; any other name stays as it is."""
    return name.removeprefix(_NAMED)


def shipped() -> tuple[Shipped, ...]:
    """The variants whose weights are in the package."""
    found = []
    for variant in VARIANTS:
        path = WEIGHTS / f"{variant}.safetensors"
        if path.is_file():
            config, about = read_header(path)
            about["description"] = DESCRIPTIONS[variant]
            info = info_of_model(name_of_variant(variant), f"Testbed {variant}", config, about)
            found.append(Shipped(info, Seat(HUES[variant], "long-dash"), COST))
    return tuple(found)


def load(info: PotentialInfo, placement: devices.Placement, status: Status) -> Potential:
    """Load a variant that ships; called under `torch_state.loading`."""
    status(f"Reading the weights of {info.display_name}")
    return _loaded(_shipped_weights(info.name), info, placement)


def load_file(file: ModelFile) -> Potential:
    """Load ``testbed:FILE``; called under `torch_state.loading`.

    Raises
    ------
    PotentialError
        It is no model of the testbed.
    """
    try:
        config, about = read_header(file.path)
    except ValueError as error:
        raise PotentialError(str(error)) from error
    said = info_of_model(file.spec, f"Testbed {file.path.stem}", config, about)
    if file.own is not None:
        said = replace(said, name=file.own.name, display_name=file.own.display_name)
    return _loaded(file.path, said, devices.place(said, file.device, file.dtype))


def config_of(spec: str) -> ModelConfig:
    """The switches that the weights of ``testbed-D`` or of ``testbed:FILE`` were trained with; needs no torch.

    Raises
    ------
    PotentialError
        Its file is not there or cannot be read.
    """
    prefix, colon, rest = spec.partition(":")
    path = Path(rest).expanduser() if colon and prefix == PREFIX else _shipped_weights(spec)
    try:
        return read_header(path)[0]
    except ValueError as error:
        raise PotentialError(str(error)) from error


def _shipped_weights(name: str) -> Path:
    return WEIGHTS / f"{variant_of_name(name)}.safetensors"


def _loaded(path: Path, info: PotentialInfo, placement: devices.Placement) -> Potential:
    from bsct_explorer.testbed.checkpoint import load_model

    try:
        model, _ = load_model(path)
    except ValueError as error:
        raise PotentialError(str(error)) from error
    potential = TestbedPotential(info, placement, model)
    potential.weights = (path,)
    return potential


FAMILY = Family(
    title="the testbed's Transformers",
    order=60,
    package=None,
    shipped=shipped(),
    load=load,
    from_file=FromFile(PREFIX, load_file),
    switches=Switches(
        info=lambda spec, said, text: what_if.info_by_name(said, config_of(spec), text), apply=what_if.by_name
    ),
)
