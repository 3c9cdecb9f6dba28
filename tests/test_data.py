"""Plain records are frozen all the way down: nothing that a person does to an array later changes a result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsct_explorer.data import Evaluation, PotentialInfo, frozen_array

INFO = PotentialInfo(name="a", display_name="A", level_of_theory="")


@given(st.lists(st.floats(allow_nan=False, width=32), min_size=1, max_size=5))
def test_a_frozen_array_is_a_copy_that_cannot_be_written_to(values: list[float]) -> None:
    given_array = np.array(values)
    frozen = frozen_array(given_array)
    given_array[0] += 1.0
    np.testing.assert_array_equal(frozen, np.array(values))
    with pytest.raises(ValueError, match="read-only"):
        frozen[0] = 0.0


def test_every_array_of_an_evaluation_is_frozen() -> None:
    arrays = {
        "energies": np.zeros(2),
        "forces": np.zeros((2, 3, 3)),
        "generalized_forces": np.zeros(2),
        "member_energies": np.zeros((4, 2)),
    }
    evaluation = Evaluation(info=INFO, **arrays)
    for name, array in arrays.items():
        array[...] = 1.0
        assert not getattr(evaluation, name).any()
        assert not getattr(evaluation, name).flags.writeable
    with pytest.raises(AttributeError):
        evaluation.device = "cuda"  # type: ignore[misc]
    assert Evaluation(info=INFO, energies=np.zeros(1), forces=None).forces is None
