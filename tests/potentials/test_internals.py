"""Internal variables: the contract, and SO3LR's against the model's own output."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import InternalVariable
from bsct_explorer.potentials.families.pair_potentials import MorsePotential

VARIABLE = InternalVariable("planted variable", "The potential takes its absolute value.")


def declaring(fake, elements=None):
    class Declaring(fake):
        def _internals(self, numbers, positions, charge, multiplicity):
            self.batches.append(len(positions))
            return {VARIABLE.name: positions[:, :, 0] + charge}

    return Declaring(internals=(VARIABLE,), elements=elements)


def test_who_declares_nothing_gives_nothing_and_computes_nothing(frames):
    assert MorsePotential().internals([8, 1, 1], frames) == {}


def test_they_come_in_batches_and_in_order(fake, frames):
    potential = declaring(fake)
    potential.good_batch_atoms = 9
    found = potential.internals([8, 1, 1], frames, charge=2)
    assert potential.batches == [3, 3, 3, 1]
    np.testing.assert_array_equal(found[VARIABLE.name], frames[:, :, 0] + 2)


def test_what_is_wrong_is_said_as_by_evaluate(fake, frames):
    potential = declaring(fake, frozenset({1, 8}))
    with pytest.raises(PotentialError, match="does not cover C"):
        potential.internals([6, 1, 1], frames)
    with pytest.raises(PotentialError, match="shape"):
        potential.internals([8, 1], frames)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_so3lr_has_its_hirshfeld_ratios_before_the_absolute_value(loaded, ethanol_stretch, dtype):
    """The model gives |v|; v itself is needed, since its sign is the switch."""
    numbers, frames = ethanol_stretch
    potential = loaded("so3lr", dtype)
    (variable,) = potential.info.internals
    seen = []
    head = potential.model.hirshfeld_output_block
    hook = head.register_forward_hook(lambda module, args, out: seen.append(out.detach().double().cpu().numpy()))
    try:
        potential.evaluate(numbers, frames, batch_size=len(frames))
    finally:
        hook.remove()
    found = potential.internals(numbers, frames)[variable.name]
    assert found.shape == frames.shape[:2]
    np.testing.assert_allclose(np.abs(found), seen[0].reshape(found.shape), atol=1e-12 if dtype == "float64" else 1e-5)
    assert (found < 0).any()
    alone = np.concatenate([potential.internals(numbers, frames[k : k + 1])[variable.name] for k in range(len(frames))])
    np.testing.assert_allclose(found, alone, atol=1e-12 if dtype == "float64" else 1e-5)


def test_so3lr_gives_forces_as_before_after_internals(loaded, ethanol_stretch):
    """Asking for internals leaves no trace in the model."""
    numbers, frames = ethanol_stretch
    potential = loaded("so3lr")
    before = potential.evaluate(numbers, frames)
    potential.internals(numbers, frames)
    after = potential.evaluate(numbers, frames)
    np.testing.assert_array_equal(before.forces, after.forces)
