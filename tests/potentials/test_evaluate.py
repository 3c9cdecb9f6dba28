"""What every potential's `evaluate` does, whatever the family: checks, batches, failed frames, progress, cancel."""

from __future__ import annotations

import numpy as np
import pytest

from bsct_explorer.errors import Cancelled, PotentialError
from bsct_explorer.potentials import Batch

NUMBERS = np.array([8, 1, 1])


def test_all_frames_are_computed_in_batches_of_the_asked_size(fake, frames):
    potential = fake()
    answer = potential.evaluate(NUMBERS, frames, batch_size=4)
    assert potential.batches == [4, 4, 2]
    np.testing.assert_allclose(answer.energies, (frames**2).sum((1, 2)) / 2)
    np.testing.assert_allclose(answer.forces, -frames)
    assert not answer.failed
    assert not answer.energies.flags.writeable


def test_default_batches_are_nearly_equal_and_hold_the_good_number_of_atoms(fake, frames):
    potential = fake()
    potential.good_batch_atoms = 9  # three frames of three atoms; ten frames: 3, 3, 3, 1 unbalanced
    potential.evaluate(NUMBERS, frames)
    assert potential.batches == [3, 3, 3, 1]
    potential.batches.clear()
    potential.good_batch_atoms = 24  # eight frames would be 8 + 2; balanced 5 + 5
    potential.evaluate(NUMBERS, frames)
    assert potential.batches == [5, 5]


def test_a_gpu_gets_bigger_batches(fake):
    potential = fake()
    on_cpu = potential.good_batch_size(20)
    potential.device = "cuda:0"
    assert potential.good_batch_size(20) > on_cpu
    assert potential.good_batch_size(10**9) == 1


@pytest.mark.parametrize(
    ("numbers", "shape", "words"),
    [
        ([8, 1, 1], (10, 4, 3), r"positions has shape \(10, 4, 3\).*\(n_frames, 3, 3\)"),
        ([8, 1, 1], (3, 3), r"positions has shape \(3, 3\)"),
        ([[8, 1, 1]], (10, 3, 3), r"numbers has shape \(1, 3\)"),
        ([8.0, 1.0, 1.0], (10, 3, 3), "float64"),
        ([0, 1, 1], (10, 3, 3), "0 to 1: atomic numbers are 1 to 118"),
        ([], (10, 0, 3), "numbers has shape"),
    ],
)
def test_wrong_shapes_are_refused_by_name(fake, numbers, shape, words):
    with pytest.raises(PotentialError, match=words):
        fake().evaluate(numbers, np.zeros(shape))


def test_positions_that_are_no_numbers_are_refused(fake, frames):
    frames[7, 1, 2] = np.nan
    with pytest.raises(PotentialError, match="frame 7 are not finite"):
        fake().evaluate(NUMBERS, frames)


def test_batch_size_zero_is_refused(fake, frames):
    with pytest.raises(PotentialError, match="batch_size is 0"):
        fake().evaluate(NUMBERS, frames, batch_size=0)


def test_an_element_that_is_not_covered_is_refused_before_anything_is_computed(fake, frames):
    potential = fake(elements=frozenset({1, 6}))
    assert potential.supports([1, 6]) is None
    with pytest.raises(PotentialError, match="Fake does not cover O: it covers H, C"):
        potential.evaluate(NUMBERS, frames)
    assert potential.batches == []


def test_charge_and_multiplicity_are_told_as_sent_or_as_ignored(fake, frames):
    ignored = fake().evaluate(NUMBERS, frames, charge=-1, multiplicity=2)
    assert (ignored.charge, ignored.multiplicity) == (None, None)
    assert len(ignored.notes) == 2
    assert "charge -1 was ignored" in ignored.notes[0]
    assert "multiplicity 2 was ignored" in ignored.notes[1]
    assert fake().evaluate(NUMBERS, frames).notes == ()
    sent = fake(uses_charge=True, uses_multiplicity=True).evaluate(NUMBERS, frames, charge=-1, multiplicity=2)
    assert (sent.charge, sent.multiplicity, sent.notes) == (-1, 2, ())


def test_progress_counts_every_batch_and_ends_at_all(fake, frames):
    seen = []
    fake().evaluate(NUMBERS, frames, batch_size=4, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(4, 10), (8, 10), (10, 10)]


def test_cancel_stops_before_the_next_batch(fake, frames):
    potential = fake()
    with pytest.raises(Cancelled):
        potential.evaluate(NUMBERS, frames, batch_size=2, cancel=lambda: len(potential.batches) == 3)
    assert potential.batches == [2, 2, 2]


def test_one_frame_that_raises_is_a_named_gap_and_the_others_stay(fake, frames):
    def trouble(positions, batch):
        if 6 in positions[:, 0, 0]:
            raise ValueError("no convergence\nsecond line")
        return batch

    answer = fake(trouble).evaluate(NUMBERS, frames, batch_size=5)
    assert answer.failed == {6: "ValueError: no convergence"}
    assert np.flatnonzero(np.isnan(answer.energies)).tolist() == [6]
    assert np.isnan(answer.forces[6]).all()
    np.testing.assert_allclose(np.delete(answer.forces, 6, 0), -np.delete(frames, 6, 0))


@pytest.mark.parametrize("where", ["energies", "forces"])
def test_one_frame_that_is_nan_is_a_named_gap_even_where_it_spoils_its_batch(fake, frames, where):
    def trouble(positions, batch):
        if 3 in positions[:, 0, 0]:
            getattr(batch, where)[:] = np.nan  # the whole batch
        return batch

    answer = fake(trouble).evaluate(NUMBERS, frames, batch_size=5)
    assert list(answer.failed) == [3]
    assert "not finite" in answer.failed[3]
    assert np.flatnonzero(np.isnan(answer.energies)).tolist() == [3]


def test_frames_that_the_family_names_as_failed_are_not_computed_again(fake, frames):
    potential = fake(lambda positions, batch: Batch(batch.energies, batch.forces, failed={1: "did not converge"}))
    answer = potential.evaluate(NUMBERS, frames, batch_size=5)
    assert answer.failed == {1: "did not converge", 6: "did not converge"}
    assert potential.batches == [5, 5]
    assert np.isnan(answer.energies[[1, 6]]).all()


def test_all_frames_failing_is_one_error(fake, frames):
    def trouble(positions, batch):
        raise RuntimeError("weights are broken")

    with pytest.raises(PotentialError, match=r"no answer on any of the 10 frames. Frame 0: RuntimeError: weights are"):
        fake(trouble).evaluate(NUMBERS, frames)


def test_out_of_memory_halves_the_batch_and_goes_on(fake, frames):
    class OutOfMemoryError(RuntimeError):
        """Named as torch's."""

    def trouble(positions, batch):
        if len(positions) > 3:
            raise OutOfMemoryError("CUDA out of memory")
        return batch

    potential = fake(trouble)
    answer = potential.evaluate(NUMBERS, frames, batch_size=8)
    assert potential.batches == [8, 4, 2, 2, 2, 2, 2]
    assert not answer.failed
    np.testing.assert_allclose(answer.forces, -frames)
    assert any("Out of memory at 8 frames" in note for note in answer.notes)


def test_out_of_memory_on_a_single_frame_is_that_frames_failure(fake, frames):
    def trouble(positions, batch):
        if 2 in positions[:, 0, 0]:
            raise RuntimeError("CUDA out of memory. Tried to allocate")
        return batch

    answer = fake(trouble).evaluate(NUMBERS, frames, batch_size=4)
    assert list(answer.failed) == [2]


def test_answers_of_the_wrong_shape_are_an_error_that_says_so(fake, frames):
    potential = fake(lambda positions, batch: Batch(batch.energies, batch.forces[:, :2]))
    with pytest.raises(PotentialError, match=r"forces have shape \(1, 2, 3\) where \(3, 3\)"):
        potential.evaluate(NUMBERS, frames)


def test_members_of_an_ensemble_have_gaps_where_frames_failed(fake, frames):
    def trouble(positions, batch):
        if 0 in positions[:, 0, 0]:
            raise ValueError("no")
        return Batch(batch.energies, batch.forces, member_energies=np.stack([batch.energies - 1, batch.energies + 1]))

    answer = fake(trouble).evaluate(NUMBERS, frames, batch_size=3)
    assert answer.member_energies.shape == (2, 10)
    assert np.isnan(answer.member_energies[:, 0]).all()
    np.testing.assert_allclose(answer.member_energies[1, 1:] - answer.member_energies[0, 1:], 2)


def test_warm_up_computes_a_molecule_that_is_covered(fake):
    for elements in (None, frozenset({1, 8}), frozenset({6, 7})):
        potential = fake(elements=elements)
        potential.warm_up()
        assert sum(potential.batches) == 3
