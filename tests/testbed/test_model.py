"""The Transformer: its forces, what it does not depend on, and what it does."""

from __future__ import annotations

import pytest
import torch

from bsct_explorer.testbed.checkpoint import load_model, save_model
from bsct_explorer.testbed.header import read_header
from bsct_explorer.testbed.model import Transformer, harmonics, pack
from bsct_explorer.testbed.model_config import VARIANTS, ModelConfig
from bsct_explorer.testbed.neighbour_graph import neighbour_graph

KINDS = ["radius", "radius-no-envelope", "hard-knn", "diff-knn"]


def numerical_forces(model, numbers, positions, step=1e-3):
    """-dE/dx by five-point central differences, error of order step⁴."""
    moved = positions.expand(4 * positions[0].numel(), -1, -1).clone()
    shifts = torch.tensor([-2.0, -1.0, 1.0, 2.0], dtype=torch.float64) * step
    for k in range(positions[0].numel()):
        for s in range(4):
            moved[4 * k + s].view(-1)[k] += shifts[s]
    energies, _ = model(numbers.expand(len(moved), -1), moved)
    e = energies.view(-1, 4)
    return -((e[:, 0] - 8 * e[:, 1] + 8 * e[:, 2] - e[:, 3]) / (12 * step)).view(positions[0].shape)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("switches", [{}, {"tau": 1.0, "normalise": False, "angular": 0}])
def test_forces_are_minus_the_gradient_to_1e_7(make, ethanol, kind, switches):
    model = make(graph=kind, **switches)
    _, forces = model.energies_and_forces(*ethanol)
    expected = numerical_forces(model, *ethanol)
    assert forces.abs().max() > 0.05
    assert (forces[0] - expected).abs().max() < 1e-7 * expected.abs().max()


def test_truncated_ranks_change_nothing_in_a_small_molecule(make, ethanol):
    full, cut = make(rank_step="sine"), make(rank_step="sine", rank_reach=2)
    assert full(*ethanol)[0].item() == pytest.approx(cut(*ethanol)[0].item(), abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_permutation_and_translation_change_nothing(make, ethanol, kind):
    model = make(graph=kind)
    numbers, positions = ethanol
    energy, forces = model.energies_and_forces(numbers, positions)
    order = torch.tensor([4, 2, 8, 0, 7, 1, 3, 6, 5])
    other, turned = model.energies_and_forces(numbers[:, order], positions[:, order])
    assert other.item() == pytest.approx(energy.item(), abs=1e-12)
    assert torch.allclose(turned, forces[:, order], atol=1e-12)
    moved, same = model.energies_and_forces(numbers, positions + torch.tensor([3.0, -7.0, 11.0]))
    assert moved.item() == pytest.approx(energy.item(), abs=1e-12)
    assert torch.allclose(same, forces, atol=1e-12)
    assert forces.sum(1).abs().max() < 1e-12


def test_what_is_added_up_may_grow_and_the_forces_stay_smooth(make, ethanol):
    """An MLP that sees numbers in the thousands is a network of ReLUs: its forces have kinks, whatever the grid."""
    model = make()
    for name, parameter in model.named_parameters():
        if name.endswith(("mlp.2.weight", "out.weight", "to_own.0.weight", "to_others.0.weight", "mlps.0.2.weight")):
            parameter.data.mul_(1000.0)
    numbers, positions = ethanol

    def rough(frames: int) -> float:
        moved = positions.expand(frames, -1, -1).clone()
        moved[:, 3, 0] -= torch.linspace(0.0, 0.4, frames, dtype=torch.float64)  # the hydroxyl's H is pulled
        _, forces = model.energies_and_forces(numbers.expand(frames, -1), moved)
        return float(torch.diff(forces[:, 3, 0], n=2).abs().max())

    assert rough(101) / rough(201) == pytest.approx(4.0, rel=0.15)  # second differences of a smooth curve go as h²


def test_rotation_is_not_built_in(make, ethanol):
    """It is unconstrained: with random weights the energy depends on how the molecule is turned."""
    model = make()
    numbers, positions = ethanol
    turn = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64))[0]
    error = (model(numbers, positions)[0] - model(numbers, positions @ turn.T)[0]).abs().item()
    assert error > 1e-5
    blind = make()
    blind.directional.weight.data.zero_()  # without directions only lengths and angles are left
    assert blind(numbers, positions @ turn.T)[0].item() == pytest.approx(blind(numbers, positions)[0].item(), abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("head", ["gradient", "direct"])
def test_a_batch_of_different_sizes_is_its_molecules_one_by_one(make, ethanol, kind, head):
    model = make(graph=kind, force_head=head)
    numbers, positions = ethanol
    water = torch.tensor([[8, 1, 1]]), positions[:, [2, 3, 1]]
    single = torch.tensor([[6]]), torch.ones(1, 1, 3, dtype=torch.float64)
    parts = [(numbers, positions), water, single]
    padded_z, padded_x = torch.zeros(3, 9, dtype=torch.long), torch.zeros(3, 9, 3, dtype=torch.float64)
    for row, (z, x) in enumerate(parts):
        padded_z[row, : z.shape[1]], padded_x[row, : z.shape[1]] = z[0], x[0]
    energies, forces = model.energies_and_forces(padded_z, padded_x)
    for row, (z, x) in enumerate(parts):
        n = z.shape[1]
        energy, force = model.energies_and_forces(z, x)
        assert energies[row].item() == pytest.approx(energy.item(), abs=1e-12)
        assert torch.allclose(forces[row, :n], force[0], atol=1e-12)
        assert forces[row, n:].abs().sum() == 0


@pytest.mark.parametrize("head", ["gradient", "direct"])
def test_one_atom_has_an_energy_and_no_force_and_nothing_has_none(make, head):
    model = make(force_head=head)
    energy, force = model.energies_and_forces(torch.tensor([[8]]), torch.zeros(1, 1, 3, dtype=torch.float64))
    assert torch.isfinite(energy).all()
    assert energy.abs() > 0
    assert force.abs().max() == 0
    energies, forces = model.energies_and_forces(torch.zeros(0, 3, dtype=torch.long), torch.zeros(0, 3, 3).double())
    assert energies.shape == (0,)
    assert forces.shape == (0, 3, 3)
    energies, _ = model.energies_and_forces(torch.zeros(2, 0, dtype=torch.long), torch.zeros(2, 0, 3).double())
    assert energies.tolist() == [0.0, 0.0]


def test_apart_beyond_the_cutoff_atoms_are_alone(make):
    model = make(graph="radius")
    numbers = torch.tensor([[8, 1]])
    alone = sum(model(torch.tensor([[z]]), torch.zeros(1, 1, 3).double())[0].item() for z in (8, 1))
    far = torch.tensor([[[0.0, 0, 0], [5.01, 0, 0]]], dtype=torch.float64)
    assert model(numbers, far)[0].item() == pytest.approx(alone, abs=1e-13)
    near = torch.tensor([[[0.0, 0, 0], [4.0, 0, 0]]], dtype=torch.float64)
    assert abs(model(numbers, near)[0].item() - alone) > 1e-4


@pytest.mark.parametrize("distance", [4.9999, 5.0, 5.0001, 1e-3])
def test_gradients_are_finite_at_the_edge_and_with_atoms_on_each_other(make, distance):
    model = make().requires_grad_(True)
    x = torch.tensor([[[0.0, 0, 0], [distance, 0, 0], [0, 1.0, 0]]], dtype=torch.float64)
    energies, forces = model.energies_and_forces(torch.tensor([[6, 1, 8]]), x, train=True)
    (energies.sum() + forces.square().sum()).backward()
    assert torch.isfinite(forces).all()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def swap_energy(model, t: float) -> float:
    """Energy when H and O, equally far from C at t = 0, swap the place of its second neighbour (k = 2)."""
    x = torch.tensor([[[0, 0, 0], [1.0, 0, 0], [0, 1.6 + t / 2, 0], [0, 0, 1.6 - t / 2]]], dtype=torch.float64)
    return model(torch.tensor([[6, 6, 1, 8]]), x)[0].item()


def test_the_energy_jumps_at_a_swap_with_hard_neighbours_only(make):
    jumps = {}
    for kind in ("hard-knn", "diff-knn"):
        model = make(graph=kind, k=2)
        jumps[kind] = abs(swap_energy(model, 1e-9) - swap_energy(model, -1e-9))
    assert jumps["hard-knn"] > 1e-4
    assert jumps["diff-knn"] < 1e-8


def test_packing_keeps_every_pair_that_there_is(make, ethanol):
    numbers, positions = ethanol
    graph = neighbour_graph(positions, numbers > 0, ModelConfig())
    slots = pack(graph, numbers > 0)
    assert slots.envelope[:, 1:].sum().item() == pytest.approx(graph.envelope.sum().item(), rel=1e-12)
    assert slots.envelope.shape[1] - 1 == int((graph.envelope > 0).sum(-1).max())
    lengths = slots.directions.norm(dim=-1)[slots.envelope[:, 1:] > 0]
    assert torch.allclose(lengths, torch.ones_like(lengths))


def test_harmonics_have_unit_mean_square():
    u = torch.nn.functional.normalize(torch.randn(40_000, 3, generator=torch.Generator().manual_seed(0)), dim=-1)
    assert harmonics(u).square().mean(0).tolist() == pytest.approx([1.0] * 8, abs=0.03)
    assert harmonics(torch.zeros(1, 3)).abs().max() == 0


def test_direct_forces_are_no_gradient(make, ethanol):
    model = make(force_head="direct")
    _, forces = model.energies_and_forces(*ethanol)
    assert (forces[0] - numerical_forces(model, *ethanol)).abs().max() > 1e-3


def test_a_checkpoint_gives_the_same_model_back(make, ethanol, tmp_path):
    model = make(graph="hard-knn", k=4)
    model.shifts.copy_(torch.tensor([-10.5, -50.25, -70.125, -100.1], dtype=torch.float64))
    save_model(tmp_path / "x.safetensors", model, {"step": 7, "words": "μ"})
    again, about = load_model(tmp_path / "x.safetensors")
    assert again.config == model.config
    assert about == {"step": 7, "words": "μ"}
    assert again(*ethanol)[0].item() == model(*ethanol)[0].item()
    assert again.atomic_energies(ethanol[0]).item() == pytest.approx(2 * -50.25 - 100.1 - 6 * 10.5, abs=1e-9)


def test_a_file_that_is_no_model_is_said(tmp_path):
    (tmp_path / "x.safetensors").write_bytes(b"PK not one of these at all")
    with pytest.raises(ValueError, match=r"is no safetensors file"):
        read_header(tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match="cannot be read"):
        read_header(tmp_path / "gone.safetensors")
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(1)}, str(tmp_path / "y.safetensors"))
    with pytest.raises(ValueError, match="says format None"):
        load_model(tmp_path / "y.safetensors")


@pytest.mark.parametrize(
    ("switch", "words"),
    [
        ({"graph": "soft"}, "graph = 'soft' is not known"),
        ({"tau": 0.0}, "tau = 0.0 must be above 0"),
        ({"k": 0}, "k = 0 must be at least 1"),
        ({"width": 30}, "cannot be shared out to 4 heads"),
        ({"rank_reach": 5}, "rank_reach needs rank_step = 'sine'"),
        ({"elements": (1, 1)}, "must be different"),
    ],
)
def test_an_impossible_switch_is_said(switch, words):
    with pytest.raises(ValueError, match=words):
        ModelConfig(**switch)


def test_configs_round_trip_and_variants_differ_in_one_switch_each():
    for config in VARIANTS.values():
        assert ModelConfig.from_dict(config.to_dict()) == config
    with pytest.raises(ValueError, match="no switch is called taau"):
        ModelConfig.from_dict({"taau": 1})

    def differ(a: str, b: str) -> set[str]:
        one, other = VARIANTS[a].to_dict(), VARIANTS[b].to_dict()
        return {name for name in one if one[name] != other[name]}

    assert differ("A", "B") == {"graph"}
    assert differ("B", "C") == {"tau", "normalise"}
    assert differ("C", "D") == {"sigma"}
    assert differ("D", "H") == {"graph"}
    assert differ("D", "E") == {"force_head"}
    assert differ("D", "F") == set()
    assert differ("D", "G") == {"k"}


def test_making_and_asking_a_model_leaves_the_process_as_it_was(make, ethanol):
    before = torch.get_default_dtype(), torch.get_num_threads(), torch.random.get_rng_state()
    Transformer(ModelConfig(width=8, heads=2))  # draws, as every torch module does
    torch.random.set_rng_state(before[2])
    make()(*ethanol)
    assert (torch.get_default_dtype(), torch.get_num_threads()) == before[:2]
    assert torch.equal(torch.random.get_rng_state(), before[2])


@pytest.mark.gpu
def test_the_gpu_agrees(make, ethanol):
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")
    model = make()
    energy, forces = model.energies_and_forces(*ethanol)
    there = model.cuda().energies_and_forces(*(part.cuda() for part in ethanol))
    assert there[0].item() == pytest.approx(energy.item(), abs=1e-9)
    assert torch.allclose(there[1].cpu(), forces, atol=1e-9)


def test_the_atom_itself_and_empty_slots_have_no_angle(make):
    model = make()
    directions = torch.tensor([[[1.0, 0, 0], [0, 1.0, 0], [0, 0, 0]]], dtype=torch.float64)
    found = model.angles(directions)[0]  # slots: itself, two neighbours, an empty one
    assert found[[0, 3]].abs().max() == 0
    assert found[:, [0, 3]].abs().max() == 0
    assert found[1, 2].tolist() == pytest.approx([0.0, -0.5, 0.0])  # P₁ P₂ P₃ of 90°
    assert found[1, 1].tolist() == pytest.approx([1.0, 1.0, 1.0])
