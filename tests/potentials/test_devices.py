"""Choosing a device and a precision, with devices simulated."""

from __future__ import annotations

import pytest
import torch

from bsct_explorer.data import PotentialInfo
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials.execution.devices import place

INFO = PotentialInfo(name="x", display_name="X", level_of_theory="none")


@pytest.fixture
def machine(monkeypatch):
    """A machine with as many CUDA devices and with or without MPS."""

    def make(cuda: int = 0, mps: bool = False, cuda_build: bool = True) -> None:
        monkeypatch.setattr(torch.version, "cuda", "12.6" if cuda_build else None)
        monkeypatch.setattr(torch.version, "hip", None)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_built", lambda: mps)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return make


def test_auto_takes_cuda_first(machine):
    machine(cuda=1, mps=True)
    placement = place(INFO)
    assert (placement.device, placement.dtype, placement.notes) == ("cuda", "float64", ())


def test_auto_refuses_mps_for_float64_and_says_so(machine):
    machine(mps=True)
    placement = place(INFO)
    assert placement.device == "cpu"
    assert placement.notes == ("Not computed on mps: MPS has no float64; dtype='float32' would run there.",)
    assert place(INFO, dtype="float32").device == "mps"


def test_a_plain_machine_runs_on_the_cpu_without_a_note_and_the_reasons_can_be_read(machine):
    machine(cuda_build=False)
    placement = place(INFO)
    assert (placement.device, placement.notes) == ("cpu", ())
    assert dict(placement.refused).keys() == {"cuda", "mps"}
    assert "built without CUDA" in str(placement)


def test_auto_leaves_out_devices_that_the_potential_does_not_run_on(machine):
    machine(cuda=1)
    cpu_only = PotentialInfo(name="x", display_name="X", level_of_theory="none", devices=("cpu",))
    assert place(cpu_only).device == "cpu"
    with pytest.raises(PotentialError, match="X runs on cpu only"):
        place(cpu_only, "cuda")


@pytest.mark.parametrize(
    ("device", "state", "words"),
    [
        ("cuda", {"cuda_build": False}, "was built without CUDA.*device='auto'"),
        ("cuda", {}, "finds no CUDA device"),
        ("cuda:2", {"cuda": 2}, "there are 2 CUDA devices"),
        ("mps", {}, "without MPS"),
        ("mps", {"mps": True}, "no float64"),
        ("tpu", {}, "cuda, mps and cpu"),
    ],
)
def test_an_explicit_device_that_cannot_be_had_is_an_error_with_the_next_step(machine, device, state, words):
    machine(**state)
    with pytest.raises(PotentialError, match=words) as error:
        place(INFO, device)
    assert "https://pytorch.org" in str(error.value)


def test_an_explicit_device_is_taken(machine):
    machine(cuda=2)
    assert place(INFO, "cuda:1").device == "cuda:1"


def test_a_potential_without_float64_computes_in_float32_and_says_so(machine):
    machine()
    single = PotentialInfo(name="x", display_name="X", level_of_theory="none", dtypes=("float32",))
    placement = place(single)
    assert placement.dtype == "float32"
    assert placement.notes == ("X computes in float32: it has no float64.",)
    with pytest.raises(PotentialError, match="X cannot compute in 'float64': it computes in float32"):
        place(single, dtype="float64")
