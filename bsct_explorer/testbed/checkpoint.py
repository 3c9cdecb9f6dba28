"""A trained Transformer in one safetensors file, its config and history as JSON in the file's metadata. Never pickle:
reading a file runs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from bsct_explorer.testbed.header import FORMAT, read_header
from bsct_explorer.testbed.model import Transformer
from bsct_explorer.testbed.model_config import ModelConfig


def save_model(path: str | Path, model: Transformer, about: Mapping[str, Any] | None = None) -> None:
    """Write a model's weights with its config, and what else is known of it (`about`, plain values)."""
    from safetensors.torch import save_file

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    metadata = {
        "format": FORMAT,
        "config": json.dumps(model.config.to_dict()),
        "about": json.dumps(dict(about or {}), sort_keys=True),
    }
    save_file(tensors, str(path), metadata)


def load_model(path: str | Path, config: ModelConfig | None = None) -> tuple[Transformer, dict[str, Any]]:
    """The model that `save_model` wrote, in the precision it was saved in on the CPU, and its `about`.

    Parameters
    ----------
    config
        Other switches for the same weights; its sizes must be those of the file.

    Raises
    ------
    ValueError
        The file cannot be read, or its weights do not fit the config.
    """
    from safetensors.torch import load_file

    own, about = read_header(path)
    try:
        tensors = load_file(str(path))
        model = Transformer(config or own).to(tensors["means"].dtype)
        model.shifts = model.shifts.double()
        model.load_state_dict(tensors, strict=True)
    except Exception as error:
        raise ValueError(f"the weights in {path} do not fit its config: {error}") from error
    return model, about


def parameters(model: torch.nn.Module) -> int:
    """How many numbers were learned."""
    return sum(parameter.numel() for parameter in model.parameters())
