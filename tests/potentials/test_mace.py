"""MACE from a file: a small untrained model, saved as mace-torch saves one, beside mace-torch's own ASE calculator.

Runs where mace-torch is installed, in an environment of its own: see the README.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from ase import Atoms

from bsct_explorer.cli import main
from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import check_potential, load_potential

pytest.importorskip("mace", reason="needs mace-torch in an environment of its own: pip install 'bsct-explorer[mace]'")


KINDS = ("plain", "scaled and shifted, with ZBL", "two heads", "compiled")


@pytest.fixture(scope="module", params=KINDS)
def model_file(request, tmp_path_factory):
    """An untrained model for H, C and O with random weights that are the same in every run, cutoff 3.5 Å."""
    import torch

    model = untrained(request.param)
    path = tmp_path_factory.mktemp("mace") / "tiny.model"
    if request.param == "compiled":
        from e3nn.util import jit

        torch.jit.save(jit.compile(model), path)
    else:
        torch.save(model, path)
    return path


def untrained(kind):
    """A model of mace-torch as its training makes one."""
    import torch
    from e3nn import o3
    from mace.modules import MACE, RealAgnosticInteractionBlock, RealAgnosticResidualInteractionBlock, ScaleShiftMACE

    energies = np.array([-13.6, -1029.5, -2041.8])
    make, more = MACE, {}
    if kind == "scaled and shifted, with ZBL":
        make, more = ScaleShiftMACE, {"atomic_inter_scale": 0.8, "atomic_inter_shift": 0.1, "pair_repulsion": True}
    if kind == "two heads":
        make, more = ScaleShiftMACE, {"atomic_inter_scale": [0.8, 1.3], "atomic_inter_shift": [0.1, -0.2]}
        more["heads"], energies = ["pt", "Default"], np.stack([energies, energies + 1.0])
    torch.manual_seed(1)
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        return make(
            r_max=3.5,
            num_bessel=4,
            num_polynomial_cutoff=5,
            max_ell=2,
            interaction_cls=RealAgnosticResidualInteractionBlock,
            interaction_cls_first=RealAgnosticInteractionBlock,
            num_interactions=2,
            num_elements=3,
            hidden_irreps=o3.Irreps("8x0e + 8x1o"),
            MLP_irreps=o3.Irreps("16x0e"),
            atomic_energies=energies,
            avg_num_neighbors=6.0,
            atomic_numbers=[1, 6, 8],
            correlation=2,
            gate=torch.nn.functional.silu,
            **more,
        )
    finally:
        torch.set_default_dtype(default)


def test_it_keeps_the_contract(model_file):
    potential = load_potential(f"mace:{model_file}", device="cpu")
    check_potential(potential)
    assert potential.info.elements == {1, 6, 8}
    assert potential.info.cutoffs == {"network": 3.5}
    assert potential.weights == (model_file,)


def test_batches_give_what_its_own_calculator_gives(model_file, ethanol_stretch):
    from mace.calculators import MACECalculator

    numbers, frames = ethanol_stretch
    answer = load_potential(f"mace:{model_file}", device="cpu").evaluate(numbers, frames, batch_size=4)
    calculator = MACECalculator(model_paths=str(model_file), device="cpu", default_dtype="float64")
    for k, frame in enumerate(frames):
        atoms = Atoms(numbers=numbers, positions=frame, calculator=calculator)
        assert answer.energies[k] == pytest.approx(atoms.get_potential_energy(), abs=1e-6)
        assert np.abs(answer.forces[k] - atoms.get_forces()).max() < 1e-5
    assert np.ptp(answer.energies) > 1e-3  # a model that says nothing would agree too


def test_float32_and_elements(model_file, ethanol_stretch):
    numbers, frames = ethanol_stretch
    spec = f"mace:{model_file}"
    single = load_potential(spec, device="cpu", dtype="float32").evaluate(numbers, frames)
    double = load_potential(spec, device="cpu").evaluate(numbers, frames)
    assert single.dtype == "float32"
    assert single.energies == pytest.approx(double.energies, abs=1e-2)
    with pytest.raises(PotentialError, match="does not cover S"):
        load_potential(spec, device="cpu").evaluate([16, 1, 1], np.eye(3)[None])


def test_the_command_line_pulls_a_bond_with_it(model_file, tmp_path):
    path = tmp_path / "scan.json"
    arguments = ["scan", "ethanol", "--bond", "0-1", "--points", "20", "--model", f"mace:{model_file}"]
    assert main([*arguments, "--json", str(path)]) == 0
    (profile,) = json.loads(path.read_text(encoding="utf-8"))["profiles"]
    assert profile["failed_frames"] == []
    assert len(profile["energies"]) == 20
    assert None not in profile["energies"]


def test_other_files_are_refused_in_words(tmp_path):
    import torch

    torch.save(torch.nn.Linear(2, 2), tmp_path / "linear.pt")
    for name in ("linear.pt", "nothing.pt"):
        with pytest.raises(PotentialError, match=r"could not be read as a MACE model|there is no file"):
            load_potential(f"mace:{tmp_path / name}")
