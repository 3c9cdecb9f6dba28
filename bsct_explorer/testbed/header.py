"""What a testbed model's file says of itself, read without torch: the metadata of safetensors is JSON at its head."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bsct_explorer.testbed.model_config import ModelConfig

FORMAT = "bsct-testbed/1"


def read_header(path: str | Path) -> tuple[ModelConfig, dict[str, Any]]:
    """Config and `about` of a file, without its weights and without torch.

    Raises
    ------
    ValueError
        The file is no testbed model, or of a format that this version does not know.
    """
    try:
        with open(path, "rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if not 2 <= size <= 1_000_000:
                raise ValueError(f"{path} is no safetensors file, as `bsct-explorer train` writes them")
            metadata = json.loads(file.read(size)).get("__metadata__", {})
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if metadata.get("format") != FORMAT:
        raise ValueError(
            f"{path} says format {metadata.get('format')!r} and not {FORMAT!r}: it is no model of this testbed"
        )
    return ModelConfig.from_dict(json.loads(metadata["config"])), json.loads(metadata.get("about", "{}"))
