"""A model of a person's own with a planted artifact: Morse pairs that stop counting at 2.2 Å, at full strength.

Along water's O0–H1 bond only the pair H1–H2 crosses the cutoff: an energy step of known place and size.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bsct_explorer.data import Floats
from bsct_explorer.potentials.families.pair_potentials import MORSE, MorsePotential

CUTOFF = 2.2


class HardCutoff(MorsePotential):
    def __init__(self) -> None:
        super().__init__()
        self.info = replace(
            MORSE,
            name="hard-cutoff",
            display_name="Hard cutoff",
            level_of_theory="Morse pairs up to 2.2 Å",
            cutoffs={"pairs": CUTOFF},
        )

    def pair(self, r: Floats, r0: Floats) -> tuple[Floats, Floats]:
        energies, slopes = super().pair(r, r0)
        return np.where(r < CUTOFF, energies, 0.0), np.where(r < CUTOFF, slopes, 0.0)


def make() -> HardCutoff:
    return HardCutoff()
