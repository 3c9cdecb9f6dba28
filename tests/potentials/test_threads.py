"""All threads or one, as the machine's load has it."""

from __future__ import annotations

import itertools

import pytest

from bsct_explorer.potentials.execution.threads import AGAIN, FRESH, PAUSE, SETTLED, ThreadChooser


def run(chooser: ThreadChooser, batches: int, all_threads: float, one: float) -> list[int]:
    """Threads of each batch, on a machine where a batch takes so long with four threads and with one."""
    used = []
    for _ in range(batches):
        chosen = chooser.choose(4)
        used.append(chosen)
        chooser.record(chosen, 4, all_threads if chosen == 4 else one)
    return used


def test_free_cores_get_all_threads_once_both_were_tried():
    used = run(ThreadChooser(), SETTLED + 10, all_threads=1.0, one=1.6)
    assert used == [1] * (SETTLED + 1) + [4] * 9


def test_on_a_busy_machine_one_thread_is_kept():
    used = run(ThreadChooser(), SETTLED + 10, all_threads=26.0, one=1.6)
    assert used == [1] * (SETTLED + 1) + [4] + [1] * 8


def test_a_stall_is_answered_at_once_and_the_end_of_it_is_found():
    chooser = ThreadChooser()
    run(chooser, 10, all_threads=1.0, one=1.6)
    assert run(chooser, 5, all_threads=20.0, one=1.6) == [4, 1, 1, 1, 1]
    after = run(chooser, 2 * AGAIN, all_threads=1.0, one=1.6)
    assert after.count(1) <= AGAIN
    assert after[-1] == 4


@pytest.mark.parametrize(("all_threads", "one", "kept"), [(1.0, 1.6, 4), (26.0, 1.6, 1)])
def test_the_slower_one_is_tried_more_and_more_seldom(all_threads, one, kept):
    chooser = ThreadChooser()
    run(chooser, SETTLED + 2, all_threads, one)
    used = run(chooser, 1000, all_threads, one)
    tries = [k for k, threads in enumerate(used) if threads != kept]
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert 3 <= len(tries) <= 7
    assert gaps == sorted(gaps)


@pytest.mark.parametrize(("cores", "first"), [(2, [1] * FRESH + [2] * 4), (4, [4] * (FRESH + 4))])
def test_on_two_cores_a_new_question_leaves_one_to_who_asked(cores, first):
    now = 0.0
    chooser = ThreadChooser(clock=lambda: now)

    def ask(batches: int) -> list[int]:
        nonlocal now
        used = []
        for _ in range(batches):
            used.append(chooser.choose(cores))
            now += 0.04
            chooser.record(used[-1], cores, 1.0 if used[-1] == cores else 1.6)
        return used

    ask(SETTLED + 4)
    now += 2 * PAUSE
    assert ask(FRESH + 4) == first
    now += 0.5 * PAUSE
    assert ask(3) == [cores] * 3


def test_one_thread_is_all_there_is():
    chooser = ThreadChooser()
    for _ in range(10):
        assert chooser.choose(1) == 1
        chooser.record(1, 1, 1.0)


@pytest.mark.parametrize("threads", [None, 1])
def test_a_potential_uses_it_unless_its_threads_are_set(fake, monkeypatch, threads):
    import numpy as np
    import torch

    seen = []
    monkeypatch.setattr("bsct_explorer.potentials.base.available_threads", lambda: 2)
    potential = fake(lambda positions, batch: seen.append(torch.get_num_threads()) or batch)
    potential.uses_torch, potential.threads, potential.good_batch_atoms = True, threads, 4
    before = torch.get_num_threads()
    potential.evaluate([8, 1], np.random.default_rng(0).normal(size=(10, 2, 3)), batch_size=2)
    assert seen[: SETTLED + 2] == [1] * (SETTLED + 1) + [2 if threads is None else 1]
    assert torch.get_num_threads() == before
