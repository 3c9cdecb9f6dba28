"""Torch's process-wide state comes back, and two sessions can compute at once."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
import torch

from bsct_explorer.errors import Cancelled
from bsct_explorer.potentials import load_potential
from bsct_explorer.potentials.execution.torch_state import FairLock, loading, torch_batch


def test_loading_so3lr_leaves_the_default_dtype_and_the_rest_alone(loaded, fresh_registry, ethanol_stretch):
    before = torch.get_default_dtype(), torch.get_num_threads(), torch._tensor_str.PRINT_OPTS.precision
    filters = list(warnings.filters)
    potential = loaded("so3lr")
    potential.evaluate(*ethanol_stretch)
    assert (torch.get_default_dtype(), torch.get_num_threads()) == before[:2]
    assert list(warnings.filters) == filters
    assert torch._tensor_str.PRINT_OPTS.precision == before[2]


def test_loading_restores_what_a_package_changes_and_keeps_its_words_off_stdout(capsys):
    print_options = np.get_printoptions()
    with contextlib.suppress(RuntimeError), loading() as printed:
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(torch.get_num_threads() + 1)
        np.set_printoptions(precision=2)
        os.environ["BSCT_TEST_LOADING"] = "1"
        warnings.simplefilter("error")
        print("CHGNet initialized")
        raise RuntimeError
    assert torch.get_default_dtype() == torch.float32
    assert np.get_printoptions() == print_options
    assert "BSCT_TEST_LOADING" not in os.environ
    assert capsys.readouterr().out == ""
    assert printed.getvalue() == "CHGNet initialized\n"


def test_a_batch_has_its_threads_and_dtype_and_gives_them_back():
    before = torch.get_num_threads()
    with torch_batch(threads=before + 1, default_dtype="float64"):
        assert (torch.get_num_threads(), torch.get_default_dtype()) == (before + 1, torch.float64)
    assert (torch.get_num_threads(), torch.get_default_dtype()) == (before, torch.float32)


def test_the_lock_is_reentrant_and_keeps_others_out():
    lock, inside = FairLock(), []

    def other():
        with lock:
            inside.append(True)

    with lock, lock:
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.05)
        assert not inside
    thread.join(5)
    assert inside


def test_a_waiting_session_gets_its_turn_between_two_batches(fake, frames):
    """With a plain lock the first session would compute all its batches before the second one's first."""
    order = []

    def potential(name):
        def trouble(positions, batch):
            order.append(name)
            time.sleep(0.02)
            return batch

        made = fake(trouble)
        made.uses_torch = True
        return made

    numbers = [8, 1, 1]
    threads = [
        threading.Thread(target=lambda n=n: potential(n).evaluate(numbers, frames, batch_size=1)) for n in ("a", "b")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    both = "".join(order)
    assert len(both) == 20
    assert both.count("ab") + both.count("ba") > 10


def test_a_cancel_is_heard_while_another_session_computes(fake, frames):
    slow, stopped = fake(lambda positions, batch: time.sleep(0.03) or batch), fake()
    slow.uses_torch = stopped.uses_torch = True
    other = threading.Thread(target=lambda: slow.evaluate([8, 1, 1], frames, batch_size=1))
    other.start()
    with pytest.raises(Cancelled):
        stopped.evaluate([8, 1, 1], frames, batch_size=1, cancel=lambda: len(stopped.batches) > 2)
    assert other.is_alive()
    other.join(5)


def test_two_sessions_at_once_get_the_same_numbers_as_alone(loaded, ethanol_stretch):
    numbers, frames = ethanol_stretch
    ani, xtb = loaded("ani1x"), loaded("gfn2-xtb")
    alone = [p.evaluate(numbers, frames).energies for p in (ani, xtb, ani)]
    together: list[np.ndarray] = [np.empty(0)] * 3

    def run(k, potential):
        together[k] = potential.evaluate(numbers, frames, batch_size=2).energies

    threads = [threading.Thread(target=run, args=(k, p)) for k, p in enumerate((ani, xtb, ani))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    np.testing.assert_allclose(np.stack(together), np.stack(alone), rtol=0, atol=1e-8)


def test_importing_and_listing_is_light():
    code = (
        "import sys, bsct_explorer.potentials as p; p.available(); p.is_installed('ani1x'); p.load_potential('morse');"
        "heavy = {'torch', 'panel', 'torchani', 'tblite', 'sevenn', 'chgnet', 'so3krates_torch', 'torch_sim', 'rdkit'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_other_threads_print_meanwhile_is_not_lost(capsys):
    with loading() as printed:
        other = threading.Thread(target=print, args=("second minimum",))
        other.start()
        other.join()
        print("CHGNet initialized")
    assert capsys.readouterr().out == "second minimum\n"
    assert printed.getvalue() == "CHGNet initialized\n"


def test_loading_prints_nothing_on_stdout(loaded, fresh_registry, capfd):
    loaded("chgnet")
    assert capfd.readouterr().out == ""


def test_the_same_name_gives_the_same_object():
    assert load_potential("morse") is load_potential("Morse")


def test_batches_of_all_sessions_run_in_one_thread_and_those_of_the_main_thread_in_it():
    from concurrent.futures import ThreadPoolExecutor

    from bsct_explorer.potentials.execution.torch_state import TORCH_LOCK, on_compute_thread

    def where() -> int:
        return on_compute_thread(threading.get_ident)

    def while_loading() -> tuple[int, int]:
        with TORCH_LOCK:  # the compute thread would wait for the lock that its caller holds
            return where(), threading.get_ident()

    assert where() == threading.get_ident()
    with ThreadPoolExecutor(4) as sessions:
        used = {sessions.submit(where).result() for _ in range(8)}
        inside, caller = sessions.submit(while_loading).result(timeout=60)
    assert len(used) == 1
    assert threading.get_ident() not in used
    assert inside == caller
