"""Where a package keeps its weights, so that a result can name them by their SHA-256."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def packaged(module: str, pattern: str) -> tuple[Path, ...]:
    """Files of an installed package that match a glob pattern, sorted; nothing is imported.

    Empty where the package is not installed or keeps its weights elsewhere: a result then says that it cannot name
    them.
    """
    spec = importlib.util.find_spec(module)
    folders = spec.submodule_search_locations if spec else None
    return tuple(sorted(path for folder in folders or () for path in Path(folder).glob(pattern) if path.is_file()))
