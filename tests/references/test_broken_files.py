"""No reference file raises anything but an error of ours, or takes long."""

from __future__ import annotations

import pytest

from tests.references.fuzzing import faults
from tests.references.test_table_of_reference_formats import BAD, GOOD

SEEDS = {**GOOD, **{f"{format}: {what}": (GOOD[format][0], *given) for (format, what), given in BAD.items()}}
NAMES = ("a.csv", "a.xyz", "a.json", "a.out", "a.log", "a", "a.relaxscanact.dat")


def test_mutants_of_every_format() -> None:
    assert list(faults(SEEDS, 150, seed=1, names=NAMES)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_thousands_of_mutants(seed: int) -> None:
    assert list(faults(SEEDS, 1000, seed=seed, names=NAMES)) == []
