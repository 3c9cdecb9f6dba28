"""The validator finds each kind of broken potential."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.potentials import Batch, check_potential
from bsct_explorer.potentials.families.pair_potentials import MorsePotential


class Broken(MorsePotential):
    """Morse with one thing wrong."""

    def __init__(self, spoil) -> None:
        super().__init__()
        self.spoil = spoil

    def _compute(self, numbers, positions, charge, multiplicity):
        return self.spoil(positions, super()._compute(numbers, positions, charge, multiplicity))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda x, b: Batch(b.energies, 1.01 * b.forces), "forces against finite differences"),
        (lambda x, b: Batch(b.energies + 1e-3 * len(x), b.forces), "energies of frames alone"),
        (lambda x, b: Batch(b.energies, b.forces + 1e-3 * len(x)), "forces of frames alone"),
        (lambda x, b: Batch(b.energies + 1e-3 * np.arange(len(x)), b.forces), "energies of frames"),
        (lambda x, b: Batch(b.energies + x[:, 0].sum(-1), b.forces), "atoms in another order"),
        (lambda x, b: Batch(b.energies + 0.1 * x[..., 0].sum(-1), b.forces - [0.1, 0, 0]), "rigid motion"),
        (lambda x, b: Batch(b.energies, b.forces, failed={0: "no"}), "frames failed"),
        (lambda x, b: Batch(b.energies, b.forces, member_energies=np.stack([b.energies] * 2) + 1), "member energies"),
    ],
)
def test_it_finds_what_is_wrong(spoil, words):
    with pytest.raises(AssertionError, match=words):
        check_potential(Broken(spoil))


def test_a_right_one_passes():
    check_potential(Broken(lambda x, b: b))


def test_direct_forces_are_not_held_against_the_gradient():
    potential = Broken(lambda x, b: Batch(b.energies, 1.01 * b.forces))
    potential.info = type(potential.info)(**{**vars(potential.info), "conservative": False})
    check_potential(potential)
