"""Results as plain lists, dicts, numbers and None, and those as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

Json = dict[str, Any]


def plain(value: Any) -> Any:
    """Numpy, mappings, data classes and paths as what JSON has; NaN and infinity become None."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def json_text(document: Json) -> str:
    """The document as text: lists of numbers on one line each, everything else indented, a newline at the end."""
    return "".join(_pieces(document, 0)) + "\n"


def _pieces(value: Any, depth: int) -> Iterable[str]:
    if isinstance(value, dict) and value:
        yield "{\n"
        for k, (key, item) in enumerate(value.items()):
            yield f"{'  ' * (depth + 1)}{_scalar(key)}: "
            yield from _pieces(item, depth + 1)
            yield ",\n" if k < len(value) - 1 else "\n"
        yield "  " * depth + "}"
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        yield "[\n"
        for k, item in enumerate(value):
            yield "  " * (depth + 1)
            yield from _pieces(item, depth + 1)
            yield ",\n" if k < len(value) - 1 else "\n"
        yield "  " * depth + "]"
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    # allow_nan=False: a NaN that `plain` missed must stop here, not reach a file that no parser reads.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
