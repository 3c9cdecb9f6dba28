"""On a CUDA device: the same answers as on the CPU, big batches that come back whole, and what else runs there.

    python -m pytest -m gpu

Skipped where there is none. Nothing but the package, torch with CUDA and the potentials' packages is needed; a family
that is not installed is skipped with its sentence.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bsct_explorer.analysis import analyse
from bsct_explorer.deformations import BondStretch
from bsct_explorer.errors import PotentialError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import check_potential, load_potential, why_not_installed
from bsct_explorer.potentials.families import FAMILIES
from bsct_explorer.profiles import Profile
from bsct_explorer.study import refine_analysis

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

ON_CUDA = sorted(one.info.name for family in FAMILIES for one in family.shipped if "cuda" in one.info.devices)
"""Every potential that ships and says that it runs there."""

HEAVY = {"7net-l3i5"}
"""Those that take minutes on the CPU that they are compared with."""


def load(name: str, device: str, dtype: str | None = None):
    missing = why_not_installed(name)
    if missing:
        pytest.skip(missing)
    return load_potential(name, device=device, dtype=dtype)


@pytest.mark.parametrize("name", [name for name in ON_CUDA if name not in HEAVY])
def test_the_device_answers_as_the_cpu_does(name, ethanol_stretch):
    there, here = load(name, "cuda").evaluate(*ethanol_stretch), load(name, "cpu").evaluate(*ethanol_stretch)
    assert (there.device, there.dtype, there.failed) == ("cuda", "float64", {})
    assert there.energies == pytest.approx(here.energies, abs=1e-7)
    assert there.forces == pytest.approx(here.forces, abs=1e-7)


@pytest.mark.parametrize("name", [name for name in ON_CUDA if name not in HEAVY])
def test_a_potential_on_the_device_keeps_the_contract(name):
    check_potential(load(name, "cuda"))


@pytest.mark.parametrize("name", ["ani1x", "testbed-G", "chgnet", "so3lr"])
def test_single_precision_is_near_double(name, ethanol_stretch):
    single = load(name, "cuda", "float32").evaluate(*ethanol_stretch)
    double = load(name, "cuda").evaluate(*ethanol_stretch)
    assert single.dtype == "float32"
    assert np.ptp(single.energies - double.energies) < 1e-2
    assert single.forces == pytest.approx(double.forces, rel=1e-3, abs=5e-2)


def test_auto_takes_the_device(ethanol_stretch):
    answer = load("ani1x", "auto").evaluate(*ethanol_stretch)
    assert answer.device.startswith("cuda")


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(PotentialError, match="CUDA devices, counted from 0"):
        load("ani1x", "cuda:99")


def test_an_ensembles_members_are_there_and_average_to_the_energy(ethanol_stretch):
    answer = load("ani1x", "cuda").evaluate(*ethanol_stretch)
    assert answer.member_energies.shape == (8, len(answer.energies))
    assert answer.member_energies.mean(0) == pytest.approx(answer.energies, abs=1e-8)


def test_out_of_memory_halves_the_batch_and_every_frame_is_answered(ethanol_stretch):
    """The process may use little of the device's memory; one batch of all frames does not fit."""
    potential = load("ani1x", "cuda")
    numbers, frames = ethanol_stretch
    many = np.repeat(frames, 3000, axis=0)
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, (torch.cuda.memory_allocated() + 2**30) / total))
    try:
        answer = potential.evaluate(numbers, many, batch_size=len(many))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert not answer.failed
    assert any("Out of memory" in note for note in answer.notes)
    assert answer.energies.reshape(len(frames), -1).std(axis=1).max() < 1e-8
    assert answer.energies[::3000] == pytest.approx(potential.evaluate(numbers, frames).energies, abs=1e-8)


def test_internal_variables_are_those_of_the_cpu(ethanol_stretch):
    there, here = (load("so3lr", device).internals(*ethanol_stretch) for device in ("cuda", "cpu"))
    assert there.keys() == here.keys()
    for name, values in here.items():
        assert there[name] == pytest.approx(values, abs=1e-8)


def test_switches_and_neighbours_of_the_testbed(ethanol_stretch):
    potentials = [load("testbed-D@graph=hard-knn,k=4", device) for device in ("cuda", "cpu")]
    there, here = (potential.evaluate(*ethanol_stretch).energies for potential in potentials)
    assert there == pytest.approx(here, abs=1e-8)
    there, here = (potential.neighbours_at(*ethanol_stretch, block=0) for potential in potentials)
    assert (there.kth == here.kth).all()
    assert there.attention == pytest.approx(here.attention, abs=1e-9)


@pytest.mark.parametrize("name", ["ani1x", "testbed-D@graph=hard-knn,k=4"])
def test_refinement_comes_to_the_same_verdicts(name):
    scan = BondStretch(0, 1).scan(load_molecule("ethanol"), points=60)
    found = []
    for device in ("cuda", "cpu"):
        potential = load(name, device)
        profile = Profile(scan, potential.evaluate(scan.molecule.numbers, scan.positions))
        analysis = refine_analysis(analyse(profile), potential)
        found.append([(one.kind, round(one.location, 2), one.certified) for one in analysis.artifacts])
    assert found[0] == found[1]
    assert found[0]


def test_loading_on_the_device_leaves_torch_as_it_was(fresh_registry):
    before = torch.get_default_dtype(), torch.get_num_threads(), torch.cuda.current_device()
    load("so3lr", "cuda")
    load("chgnet", "cuda")
    assert (torch.get_default_dtype(), torch.get_num_threads(), torch.cuda.current_device()) == before
