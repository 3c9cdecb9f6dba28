"""`run`: a command line in this process, with what it wrote to each stream."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bsct_explorer.cli import main

MODELS = Path(__file__).with_name("models.py")


class Ran(NamedTuple):
    """Exit code and both streams."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `bsct-explorer` with these arguments; exits of argparse are codes too."""

    def call(*arguments: object) -> Ran:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exit:
            code = int(exit.code or 0)
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture
def own() -> Callable[[str], str]:
    """Name of a model of `models.py` as on the command line."""
    return lambda name: f"{MODELS}:{name}"
