"""What if trained weights had other switches: what is shared, what is refused, and the jump that a hard graph opens."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import torch

from bsct_explorer.analysis import analyse
from bsct_explorer.deformations import BondStretch
from bsct_explorer.errors import PotentialError
from bsct_explorer.molecules import load_molecule
from bsct_explorer.potentials import info_of, load_potential
from bsct_explorer.potentials.execution.devices import Placement
from bsct_explorer.potentials.registry import load_offered, loaded_by_name
from bsct_explorer.potentials.testbed_potential import TestbedPotential, info_of_model
from bsct_explorer.potentials.what_if import KEPT, what_if, with_config
from bsct_explorer.profiles import Profile
from bsct_explorer.study import refine_analysis
from bsct_explorer.testbed.checkpoint import save_model
from bsct_explorer.testbed.edges import edge_changes
from bsct_explorer.testbed.model import Transformer
from bsct_explorer.testbed.model_config import ModelConfig


def potential_of(**switches: object) -> TestbedPotential:
    """A small potential like D, with random weights."""
    config = ModelConfig(**{"width": 16, "heads": 2, "hidden": 16, "gaussians": 24, "k": 4, **switches})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = Transformer(config)
    about = {"data_sha256": "ab" * 32, "validation": {"force": 123.4, "energy": 5.6}}
    info = info_of_model("testbed-D", "Testbed D", config, about)
    return TestbedPotential(info, Placement("cpu", "float64"), model)


@pytest.fixture
def trained():
    return potential_of()


OTHERS = [
    {"graph": "hard-knn"},
    {"graph": "radius"},
    {"graph": "radius-no-envelope", "cutoff": 2.0},
    {"k": 3},
    {"rank_scale": 0.05},
    {"rank_step": "sine"},
    {"lse_scale": 0.02},
    {"cutoff": 3.0},
    {"tau": 0.2},
    {"normalise": False},
    {"sigma": 0.04},
]


def test_with_the_trained_switches_the_weights_give_the_very_same_answer(trained, ethanol_stretch):
    own = trained.evaluate(*ethanol_stretch)
    again = what_if(trained)
    # Through the same door as every what-if, so that it says something of those too.
    rebuilt = potential_of()
    rebuilt.model = with_config(trained.model, trained.config)
    for other in (again, rebuilt, what_if(what_if(trained, tau=1.0), tau=2.0)):
        found = other.evaluate(*ethanol_stretch)
        assert (found.energies == own.energies).all()
        assert (found.forces == own.forces).all()
    assert again is trained


@pytest.mark.parametrize("switches", OTHERS, ids=str)
def test_every_free_switch_acts_as_in_a_model_that_is_made_with_it(trained, ethanol_stretch, switches):
    """Beside a model that was built with these switches and given the same weights and centres."""
    found = what_if(trained, **switches).evaluate(*ethanol_stretch)
    assert abs(found.forces - trained.evaluate(*ethanol_stretch).forces).max() > 1e-6
    direct = Transformer(ModelConfig.from_dict({**trained.config.to_dict(), **switches})).double()
    direct.load_state_dict(trained.model.state_dict())
    numbers, frames = ethanol_stretch
    z, x = torch.tensor(numbers).expand(len(frames), -1), torch.tensor(frames)
    energies, forces = direct.energies_and_forces(z, x)
    assert found.energies == pytest.approx(energies.numpy(), abs=1e-12)
    assert found.forces == pytest.approx(forces.numpy(), abs=1e-12)


def test_it_says_what_differs_and_claims_no_errors(trained):
    found = what_if(trained, graph="hard-knn", k=3)
    assert found.info.name == "testbed-D@graph=hard-knn,k=3"
    assert found.info.display_name == "Testbed D, hard kNN, k = 3"
    assert found.info.parameters["nearest neighbours"] == 3
    assert found.info.training_data == trained.info.training_data
    assert "trained with Diff-kNN, k = 4, and here have hard kNN, k = 3" in found.info.notes[-1]
    assert "123 meV/Å" in " ".join(trained.info.notes)
    assert "123 meV/Å" not in " ".join(found.info.notes)
    assert what_if(trained, cutoff=4.0).info.cutoffs == {"graph": 4.0}
    assert (found.device, found.dtype, found.weights) == (trained.device, trained.dtype, trained.weights)


def test_weights_are_shared_and_nothing_is_drawn(trained):
    before = torch.random.get_rng_state()
    found = what_if(trained, tau=1.0)
    assert torch.equal(torch.random.get_rng_state(), before)
    for name, value in trained.model.state_dict().items():
        assert found.model.state_dict()[name].data_ptr() == value.data_ptr(), name
    assert not any(parameter.requires_grad for parameter in found.model.parameters())
    assert trained.config.tau == 2.0


def test_the_same_switches_are_the_same_object_and_other_weights_another(trained):
    first = what_if(trained, graph="hard-knn", k=3)
    assert what_if(trained, k=3, graph="hard-knn") is first
    assert what_if(what_if(trained, sigma=0.1), k=3, graph="hard-knn") is first
    assert what_if(trained, k=3, graph="hard-knn", rank_scale=1.0) is first  # does nothing there
    assert what_if(potential_of(), graph="hard-knn", k=3) is not first


def test_only_the_latest_are_kept_and_all_go_with_the_trained_one(trained):
    first = what_if(trained, tau=1.0)
    second = what_if(trained, tau=1.5)
    for extra in range(KEPT - 1):
        what_if(trained, tau=3.0 + extra)
        assert what_if(trained, tau=1.0) is first  # used again, so kept
    assert what_if(trained, tau=1.5) is not second
    assert len(trained.what_ifs) == KEPT


def test_a_trained_potential_that_is_dropped_takes_its_what_ifs_along():
    own = potential_of()
    gone = [weakref.ref(own), weakref.ref(what_if(own, tau=1.0).model)]
    del own
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


def test_what_trained_weights_cannot_take_is_refused(trained):
    with pytest.raises(PotentialError, match="Gaussians = 12 cannot be applied to weights trained with 24"):
        what_if(trained, gaussians=12)
    with pytest.raises(PotentialError, match="no switch is called temperature"):
        what_if(trained, temperature=1.0)
    with pytest.raises(PotentialError, match="has no switches"):
        what_if(load_potential("morse"), k=3)


def certified_steps(potential: TestbedPotential, scan) -> list:
    profile = Profile(scan, potential.evaluate(scan.molecule.numbers, scan.positions))
    analysis = refine_analysis(analyse(profile), potential)
    return [a for a in analysis.artifacts if a.kind == "energy-step" and a.certified]


def test_flipping_to_hard_neighbours_opens_jumps_at_the_edges_that_change_and_back_closes_them(trained):
    """Alanine has 13 atoms, more than k + 3 = 7."""
    molecule = load_molecule("alanine")
    scan = BondStretch(0, 1).scan(molecule)
    assert len(molecule) > trained.config.k + 3
    assert certified_steps(trained, scan) == []
    hard = what_if(trained, graph="hard-knn")
    steps = certified_steps(hard, scan)
    assert len(steps) >= 3
    swapped = 0
    for step in steps:
        assert (step.cause.kind, step.cause.confidence) == ("neighbour-switch", "tested")
        beside = hard.neighbours_at(molecule.numbers, scan.at(step.location + np.array([-1e-6, 1e-6])).positions)
        changes = edge_changes(beside, beside)
        (i, leaving), (_, entering) = step.cause.pairs
        # An edge needs both to see each other, so one of the two may have been none before, or be none after.
        appear, vanish = ({(e.i, e.j) for e in some} for some in (changes.appear, changes.vanish))
        assert appear | vanish
        assert appear <= {tuple(sorted((i, entering)))}
        assert vanish <= {tuple(sorted((i, leaving)))}
        assert (beside.kth[0, i], beside.following[0, i]) == (leaving, entering)
        assert (beside.kth[1, i], beside.following[1, i]) == (entering, leaving)
        swapped += bool(appear and vanish)
        soft = trained.neighbours_at(molecule.numbers, scan.at(step.location + np.array([-1e-6, 1e-6])).positions)
        assert edge_changes(soft, soft).appear == edge_changes(soft, soft).vanish == ()
    assert swapped >= 1
    back = what_if(hard, graph="diff-knn")
    assert certified_steps(back, scan) == []


def test_neighbours_of_one_frame_and_of_many_batches(trained, ethanol_stretch):
    numbers, frames = ethanol_stretch
    one = trained.neighbours_at(numbers, frames[3], block=1, head=0)
    trained.good_batch_atoms = 20  # two frames a batch
    many = trained.neighbours_at(numbers, frames, block=1, head=0)
    assert one.envelope.shape == (1, 9, 9)
    assert many.envelope.shape == (7, 9, 9)
    assert many.envelope[3] == pytest.approx(one.envelope[0], abs=1e-14)
    assert many.attention[3] == pytest.approx(one.attention[0], abs=1e-12)
    assert trained.neighbours_at(numbers, frames[:0]).envelope.shape == (0, 9, 9)


def test_wrong_questions_are_refused(trained, ethanol_stretch):
    numbers, frames = ethanol_stretch
    with pytest.raises(PotentialError, match=r"positions has shape \(7, 8, 3\)"):
        trained.neighbours_at(numbers, frames[:, :8])
    with pytest.raises(PotentialError, match="does not cover S"):
        trained.neighbours_at([16, 1], [[0, 0, 0], [0, 0, 1.3]])
    with pytest.raises(PotentialError, match="head = 2: the model has heads 0 to 1"):
        trained.neighbours_at(numbers, frames, block=0, head=2)


def test_by_its_name_it_is_loaded_and_known_without_torch(tmp_path, trained, ethanol_stretch, monkeypatch):
    file = tmp_path / "mine@home.safetensors"
    save_model(file, trained.model, {"data_sha256": "ab"})
    monkeypatch.setenv("BSCT_MODELS", f"testbed:{file}")
    own = load_potential("testbed:mine@home", "cpu")
    name = "testbed:mine@home@graph=hard-knn,k=3"
    found = load_potential(name, "cpu")
    assert found is what_if(own, graph="hard-knn", k=3)
    assert found.info.name == name
    known = info_of(name)
    assert (known.name, known.display_name, known.parameters) == (name, found.info.display_name, found.info.parameters)
    assert load_offered(name, "cpu") is found
    assert loaded_by_name([name]) == {name: found}
    assert load_potential("testbed:mine@home@k=4", "cpu") is own  # as trained
    assert load_potential(f"testbed:{file}@k=3", "cpu").config.k == 3
    for wrong, said in (
        ("testbed:mine@home@k=3@tau=1", "one @"),
        ("testbed:mine@home@k=99999999999999999999", "out of bounds"),
        ("testbed:mine@home@k=x", "whole number"),
        ("morse@k=3", "no switches"),
        ("mors@k=3", "morse"),
    ):
        with pytest.raises(PotentialError, match=said):
            load_potential(wrong, "cpu")
        with pytest.raises(PotentialError, match=said):
            info_of(wrong)
    with pytest.raises(PotentialError, match="no potential"):
        load_offered("testbed:/etc/passwd@k=3")  # a browser asks only for what is offered
