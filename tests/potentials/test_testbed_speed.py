"""How long a scan takes: what the page waits for when a switch is turned."""

from __future__ import annotations

import os
import time

import pytest
import torch

from bsct_explorer.deformations import BondStretch
from bsct_explorer.molecules.smiles import molecule_from_smiles
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.testbed_potential import TestbedPotential, info_of_model
from bsct_explorer.testbed.model import Transformer
from bsct_explorer.testbed.model_config import VARIANTS

MOST = 0.3
"""Seconds of wall clock for energies and forces of 100 frames of 20 atoms in float64, on two free cores."""

PATIENCE = 60.0
"""Seconds in which the machine must once have had two cores to spare."""


@pytest.mark.slow
def test_a_scan_of_20_atoms_takes_no_longer_than_the_page_can_wait():
    """The least of many runs: other work on the machine only adds to the time. Cost does not depend on the weights."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two cores")
    scan = BondStretch(0, 1).scan(molecule_from_smiles("CCCCCC", relaxed=False), 100)
    assert len(scan.molecule) == 20
    with torch.random.fork_rng(devices=[]):
        model = Transformer(VARIANTS["D"])
    potential = TestbedPotential(info_of_model("D", "D", model.config, {}), Placement("cpu", "float64"), model)
    potential.threads = 2
    times: list[float] = []
    begin = time.perf_counter()
    while (len(times) < 3 or min(times) > MOST) and time.perf_counter() - begin < PATIENCE:
        start = time.perf_counter()
        potential.evaluate(scan.molecule.numbers, scan.positions)
        times.append(time.perf_counter() - start)
    assert min(times) <= MOST, f"{min(times):.2f} s at best, {sorted(times)[len(times) // 2]:.2f} s in the median"
