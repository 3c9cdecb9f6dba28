"""The testbed's Transformers as potentials: from a file, as every other, with causes that can be tested."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bsct_explorer.errors import PotentialError
from bsct_explorer.potentials import load_potential
from bsct_explorer.potentials.families.transformer import FAMILY, WEIGHTS, shipped
from bsct_explorer.testbed.checkpoint import save_model
from bsct_explorer.testbed.model import Transformer
from bsct_explorer.testbed.model_config import VARIANTS, ModelConfig


@pytest.fixture
def file(tmp_path):
    """Path of a small random model with these switches."""

    def make(**switches):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            model = Transformer(ModelConfig(**{"width": 16, "heads": 2, "hidden": 16, "gaussians": 24, **switches}))
        model.shifts.copy_(torch.tensor([-10.0, -50.0, -70.0, -100.0], dtype=torch.float64))
        path = tmp_path / "model.safetensors"
        save_model(path, model, {"data_sha256": "ab" * 32, "validation": {"force": 123.4, "energy": 5.6}})
        return path

    return make


def test_a_file_is_loaded_and_says_what_it_is(file, ethanol_stretch):
    potential = load_potential(f"testbed:{file(graph='hard-knn', k=5)}", device="cpu")
    info = potential.info
    assert info.cutoffs == {"graph": 5.0}
    assert info.parameters["nearest neighbours"] == 5
    assert info.elements == {1, 6, 7, 8}
    assert info.conservative
    assert "123 meV/Å" in " ".join(info.notes)
    numbers, frames = ethanol_stretch
    found = potential.evaluate(numbers, frames)
    assert found.dtype == "float64"
    assert abs(found.energies - (2 * -50 - 100 + 6 * -10)).max() < 50
    assert potential.weights[0].name == "model.safetensors"


def test_forces_are_the_gradient_and_single_precision_agrees(file, ethanol_stretch):
    path = file()
    numbers, frames = ethanol_stretch
    double = load_potential(f"testbed:{path}", device="cpu")
    single = load_potential(f"testbed:{path}", device="cpu", dtype="float32")
    found = double.evaluate(numbers, frames)
    step = 1e-4
    moved = np.repeat(frames[2:3], 2, axis=0)
    moved[0, 1, 2] -= step
    moved[1, 1, 2] += step
    below, above = double.evaluate(numbers, moved).energies
    assert found.forces[2, 1, 2] == pytest.approx(-(above - below) / (2 * step), rel=1e-6, abs=1e-8)
    assert single.evaluate(numbers, frames).energies == pytest.approx(found.energies, abs=1e-3)
    assert single.dtype == "float32"


def test_a_batch_is_its_frames(file, ethanol_stretch):
    potential = load_potential(f"testbed:{file()}", device="cpu")
    numbers, frames = ethanol_stretch
    whole, single = (potential.evaluate(numbers, frames, batch_size=size) for size in (7, 1))
    assert whole.energies == pytest.approx(single.energies, abs=1e-10)
    assert whole.forces == pytest.approx(single.forces, abs=1e-10)


def test_a_direct_force_head_says_that_it_is_not_conservative(file):
    assert not load_potential(f"testbed:{file(force_head='direct')}", device="cpu").info.conservative


def test_an_element_that_it_lacks_and_a_file_that_is_none_are_refused(file, tmp_path):
    potential = load_potential(f"testbed:{file()}", device="cpu")
    with pytest.raises(PotentialError, match="does not cover S"):
        potential.evaluate([16, 1], [[[0, 0, 0], [0, 0, 1.3]]])
    with pytest.raises(PotentialError, match="there is no file"):
        load_potential(f"testbed:{tmp_path / 'gone'}")
    (tmp_path / "x").write_text("not a model at all")
    with pytest.raises(PotentialError, match=r"is no safetensors file"):
        load_potential(f"testbed:{tmp_path / 'x'}")


def test_a_trained_file_that_changed_is_loaded_anew(file):
    import os

    path = file()
    first = load_potential(f"testbed:{path}", device="cpu")
    assert load_potential(f"testbed:{path}", device="cpu") is first
    file(tau=7.0)
    os.utime(path, (1, 1))
    second = load_potential(f"testbed:{path}", device="cpu")
    assert second.config.tau == 7.0


def test_the_settings_may_name_one(file, monkeypatch, tmp_path):
    from bsct_explorer.potentials import offered

    file()
    (tmp_path / "m.toml").write_text('[[model]]\nspec = "testbed:model.safetensors"\nname = "mine"\n')
    monkeypatch.setenv("BSCT_MODELS", str(tmp_path / "m.toml"))
    assert offered()[-1].name == "mine"
    assert load_potential("mine", device="cpu").info.name == "mine"


def test_only_variants_with_weights_are_offered(monkeypatch, tmp_path, file):
    from bsct_explorer.potentials.families import transformer as testbed

    assert {info.name for info in FAMILY.infos} == {
        f"testbed-{v}" for v in VARIANTS if (WEIGHTS / f"{v}.safetensors").is_file()
    }
    monkeypatch.setattr(testbed, "WEIGHTS", tmp_path)
    assert shipped() == ()
    file().rename(tmp_path / "D.safetensors")
    info = shipped()[0].info
    assert len(shipped()) == 1
    assert info.name == "testbed-D"
    assert info.display_name == "Testbed D"


def test_the_cause_of_a_jump_is_the_neighbour_that_leaves(file):
    """A hard selection jumps where two neighbours are equally far, and the jump follows them when atoms are moved."""
    from bsct_explorer.analysis import analyse
    from bsct_explorer.deformations import BondStretch
    from bsct_explorer.molecules import load_molecule
    from bsct_explorer.profiles import Profile
    from bsct_explorer.study import refine_analysis

    found = {}
    for graph in ("hard-knn", "diff-knn"):
        potential = load_potential(f"testbed:{file(graph=graph, k=4)}", device="cpu")
        scan = BondStretch(0, 1).scan(load_molecule("ethanol"))
        profile = Profile(scan, potential.evaluate(scan.molecule.numbers, scan.positions))
        analysis = refine_analysis(analyse(profile), potential)
        found[graph] = [a for a in analysis.artifacts if a.kind == "energy-step" and a.certified]
    assert found["diff-knn"] == []
    assert len(found["hard-knn"]) >= 1
    worst = max(found["hard-knn"], key=lambda a: abs(a.size))
    assert worst.cause is not None
    assert worst.cause.kind == "neighbour-switch"
    assert worst.cause.confidence == "tested"
    assert worst.cause.evidence["rank"] == 4
    assert worst.cause.evidence["declared"] == "yes"


def test_without_an_envelope_the_cause_is_the_cutoff(file):
    from bsct_explorer.analysis import analyse
    from bsct_explorer.deformations import BondStretch
    from bsct_explorer.molecules import load_molecule
    from bsct_explorer.profiles import Profile
    from bsct_explorer.study import refine_analysis

    potential = load_potential(f"testbed:{file(graph='radius-no-envelope', cutoff=3.0)}", device="cpu")
    scan = BondStretch(0, 1).scan(load_molecule("ethanol"))
    profile = Profile(scan, potential.evaluate(scan.molecule.numbers, scan.positions))
    steps = [a for a in refine_analysis(analyse(profile), potential).artifacts if a.kind == "energy-step"]
    worst = max(steps, key=lambda a: abs(a.size))
    assert worst.cause.kind == "cutoff-pair"
    assert worst.cause.confidence == "tested"
