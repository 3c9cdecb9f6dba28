"""What is drawn is what the model uses: edges, ranks, the k-th neighbour and attention."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bsct_explorer.testbed.edges import NOBODY, edge_changes, joined, neighbours_of_model

KINDS = ["radius", "radius-no-envelope", "hard-knn", "diff-knn"]


def used_by(model, numbers, positions, block=0):
    """What the model hands to a block's attention in its own forward pass: tokens, log-envelope, polynomials."""
    seen = []
    handle = model.blocks[block].attention.register_forward_pre_hook(lambda module, given: seen.append(given))
    model(numbers, positions)
    handle.remove()
    return seen[0]


@pytest.mark.parametrize("kind", KINDS)
def test_edges_are_those_of_the_models_own_forward_pass(make, ethanol, kind):
    model = make(graph=kind, k=4, cutoff=3.0)
    found = neighbours_of_model(model, *ethanol)
    used = torch.exp(used_by(model, *ethanol)[1][:, 1:])  # without each atom itself
    assert found.envelope.sum() > 1
    assert found.envelope[0].sum(-1) == pytest.approx(used.sum(-1).numpy(), abs=1e-14)
    assert np.sort(found.envelope[0], axis=-1)[:, -used.shape[1] :] == pytest.approx(used.sort(-1).values.numpy())
    assert found.envelope[0] == pytest.approx(found.envelope[0].T, abs=1e-14)
    assert np.diagonal(found.envelope[0]).tolist() == [0] * 9
    lengths = np.linalg.norm(ethanol[1][0, :, None] - ethanol[1][0], axis=-1)
    assert found.distances[0] == pytest.approx(lengths, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("block", [0, 1])
def test_attention_is_the_blocks_own_and_sums_to_1(make, ethanol, kind, block):
    model = make(graph=kind, k=4, cutoff=3.0)
    tokens, logs, polynomials = used_by(model, *ethanol, block)
    own = model.blocks[block].attention.weights_and_values(tokens, logs, polynomials)[0][:, :, 0].numpy()
    for head in (0, 1, None):
        found = neighbours_of_model(model, *ethanol, block=block, head=head)
        expected = own.mean(1) if head is None else own[:, head]
        assert found.attention[0].sum(-1) == pytest.approx(1.0, abs=1e-12)
        assert np.diagonal(found.attention[0]) == pytest.approx(expected[:, 0], abs=1e-12)  # each atom of itself
        assert (found.attention[0][found.envelope[0] + np.eye(9) == 0] == 0).all()
        shares = found.attention[0] - np.diag(np.diagonal(found.attention[0]))
        assert np.sort(shares, -1)[:, -1] == pytest.approx(expected[:, 1:].max(-1), abs=1e-12)
    by_head = [neighbours_of_model(model, *ethanol, block=block, head=head).attention for head in (0, 1)]
    assert abs(by_head[0] - by_head[1]).max() > 1e-3


def test_without_a_block_there_is_no_attention(make, ethanol):
    found = neighbours_of_model(make(), *ethanol)
    assert found.attention is None
    assert found.edges(0)[0].attention is None


def test_looking_leaves_no_hook_behind(make, ethanol):
    model = make()
    with pytest.raises(ValueError, match="block = 2: the model has blocks 0 to 1"):
        neighbours_of_model(model, *ethanol, block=2)
    with pytest.raises(ValueError, match="head = 7: the model has heads 0 to 1"):
        neighbours_of_model(model, *ethanol, block=0, head=7)
    neighbours_of_model(model, *ethanol, block=1)
    assert all(not block.attention._forward_pre_hooks for block in model.blocks)


def line(*places: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Carbon atoms on a line."""
    positions = torch.zeros(1, len(places), 3, dtype=torch.float64)
    positions[0, :, 0] = torch.tensor(places, dtype=torch.float64)
    return torch.full((1, len(places)), 6), positions


def test_the_kth_and_the_next_neighbour_by_hand(make):
    found = neighbours_of_model(make(graph="hard-knn", k=2), *line(0.0, 1.0, 2.2, 3.6, 9.0))
    assert found.kth[0].tolist() == [2, 2, 3, 1, NOBODY]
    assert found.following[0].tolist() == [3, 3, 0, 0, NOBODY]
    assert found.ranks[0, 0, 1:].tolist() == [0, 1, 2, 3]
    assert np.isnan(np.diagonal(found.ranks[0])).all()
    few = neighbours_of_model(make(graph="hard-knn", k=4), *line(0.0, 1.0, 2.2, 3.6, 4.4))
    assert few.kth[0].tolist()[0] == 4
    assert (few.following == NOBODY).all()  # five atoms have four neighbours
    assert (neighbours_of_model(make(graph="radius"), *line(0.0, 1.0, 2.2)).kth == NOBODY).all()


def test_soft_ranks_lie_near_the_places(make):
    found = neighbours_of_model(make(graph="diff-knn", k=2, rank_scale=0.01), *line(0.0, 1.0, 2.2, 3.6))
    assert found.ranks[0, 0, 1:] == pytest.approx([0, 1, 2], abs=1e-6)
    soft = neighbours_of_model(make(graph="diff-knn", k=2, rank_scale=0.5), *line(0.0, 1.0, 2.2, 3.6))
    assert abs(soft.ranks[0, 0, 1:] - [0, 1, 2]).max() > 0.05


def test_edges_as_a_list(make, ethanol):
    found = neighbours_of_model(make(k=4), *ethanol, block=0, head=1)
    edges = found.edges(0)
    assert [(e.i, e.j) for e in edges] == sorted((e.i, e.j) for e in edges)
    assert all(e.i < e.j and e.envelope >= 1e-3 for e in edges)
    assert len(edges) == int((np.triu(found.envelope[0]) >= 1e-3).sum())
    (first, *_) = found.edges(0, atom=8)
    assert first.attention == (found.attention[0, first.i, 8], found.attention[0, 8, first.i])
    assert first.ranks == (found.ranks[0, first.i, 8], found.ranks[0, 8, first.i])
    assert {(e.i, e.j) for e in edges if 8 in (e.i, e.j)} == {(e.i, e.j) for e in found.edges(0, atom=8)}
    assert len(found.edges(0, least=0.0)) == int((np.triu(found.envelope[0]) > 0).sum()) >= len(edges)
    with pytest.raises(ValueError, match="read-only"):
        found.envelope[0, 0, 0] = 1.0


def swap(t: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Atoms 2 and 3 swap the second place of atoms 0 and 1 at t = 0; both see these as their two nearest."""
    x = torch.tensor([[[0, 0, 0], [1.0, 0, 0], [0, 1.6 + t / 2, 0], [0, 0, 1.6 - t / 2]]], dtype=torch.float64)
    return torch.tensor([[6, 6, 1, 8]]), x


def test_at_a_swap_the_hard_graph_loses_an_edge_and_gains_one_and_the_soft_one_neither(make):
    hard, soft = make(graph="hard-knn", k=2), make(graph="diff-knn", k=2)
    before, after = (neighbours_of_model(hard, *swap(t)) for t in (-1e-6, 1e-6))
    assert (before.kth[0, 0], before.following[0, 0]) == (2, 3)
    assert (after.kth[0, 0], after.following[0, 0]) == (3, 2)
    changes = edge_changes(before, after)
    assert [(e.i, e.j) for e in changes.vanish] == [(0, 2), (1, 2)]
    assert [(e.i, e.j) for e in changes.appear] == [(0, 3), (1, 3)]
    assert changes.vanish[0].envelope == pytest.approx(np.exp(-(0.32**2) / (1 - 0.32**2)), abs=1e-6)
    back = edge_changes(after, before)
    assert [(e.i, e.j) for e in back.vanish] == [(0, 3), (1, 3)]
    near = edge_changes(*(neighbours_of_model(soft, *swap(t)) for t in (-1e-6, 1e-6)))
    assert (near.appear, near.vanish) == ((), ())


def test_only_frames_of_one_molecule_and_one_setting_are_compared(make):
    one = neighbours_of_model(make(), *line(0.0, 1.0))
    with pytest.raises(ValueError, match="2 and 3 atoms"):
        edge_changes(one, neighbours_of_model(make(), *line(0.0, 1.0, 2.0)))
    with pytest.raises(ValueError, match="different switches"):
        edge_changes(one, neighbours_of_model(make(k=3), *line(0.0, 1.0)))


def test_batches_are_joined(make, ethanol):
    model = make()
    numbers, positions = ethanol
    both = torch.cat([positions, 1.1 * positions])
    whole = neighbours_of_model(model, numbers.expand(2, -1), both, block=0)
    parts = joined([neighbours_of_model(model, numbers, x[None], block=0) for x in both])
    for name in ("distances", "envelope", "attention"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), abs=1e-12)
    assert (parts.kth == whole.kth).all()
    assert parts.block == 0
