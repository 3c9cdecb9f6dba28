"""What rdkit has to say while it reads: its errors for our messages, its warnings nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def captured_errors() -> Iterator[Any]:
    """An object whose `messages` hold rdkit's errors; its warnings, which go past Python to stderr, are left out."""
    from rdkit import rdBase

    shown = "rdApp.warning:enabled" in rdBase.LogStatus()
    rdBase.DisableLog("rdApp.warning")
    try:
        with rdBase.CaptureErrorLog() as log:
            yield log
    finally:
        if shown:
            rdBase.EnableLog("rdApp.warning")
