"""A model of a person's own that is always still at work when a test looks: each frame takes a fifth of a second.

A thousand frames take minutes, on any machine; whoever cancels is heard at the next frame.
"""

from __future__ import annotations

import time
from dataclasses import replace

from bsct_explorer.data import Floats, Ints
from bsct_explorer.potentials.base import Batch
from bsct_explorer.potentials.families.pair_potentials import MORSE, MorsePotential

SECONDS = 0.2
"""A frame's."""


class Endless(MorsePotential):
    good_batch_atoms = 1

    def __init__(self) -> None:
        super().__init__()
        self.info = replace(MORSE, name="endless", display_name="Endless, hard kNN, k = 8")

    def _compute(self, numbers: Ints, positions: Floats, charge: int, multiplicity: int) -> Batch:
        time.sleep(SECONDS * len(positions))
        return super()._compute(numbers, positions, charge, multiplicity)


def make() -> Endless:
    return Endless()
