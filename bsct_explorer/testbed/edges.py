"""The neighbours that a Transformer sees, as plain arrays to draw: edges, ranks, the k-th neighbour, attention.

Everything is asked of the model itself: the graph of `graph.neighbour_graph`, and the attention that a block computes.
Importing this needs no torch.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.testbed.model_config import ModelConfig

if TYPE_CHECKING:
    from torch import Tensor

    from bsct_explorer.testbed.model import Transformer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOBODY = -1
"""Index of a neighbour that there is not."""

LEAST = 1e-3
"""Envelope below which an edge is not drawn, and no edge appears or vanishes."""


@dataclass(frozen=True)
class Edge:
    """A pair of atoms that attend to each other in one frame.

    Attributes
    ----------
    i, j
        Indices of the atoms, i < j.
    distance
        Å.
    envelope
        Weight, above 0 and at most 1.
    ranks
        Rank of j among the neighbours of i, and of i among those of j, 0 for the nearest: soft with Diff-kNN.
    attention
        Share that i's own token gives to j and j's to i; None where none was asked for.
    """

    i: int
    j: int
    distance: float
    envelope: float
    ranks: tuple[float, float]
    attention: tuple[float, float] | None


@dataclass(frozen=True)
class Neighbours:
    """Neighbours of every atom in frames of one molecule.

    Attributes
    ----------
    config
        The model's switches.
    distances
        Å, shape (n_frames, n_atoms, n_atoms).
    envelope
        Weight of each edge, 0 where there is none and on the diagonal; symmetric; same shape.
    ranks
        Row i: the rank of each atom among the neighbours of i, 0 for the nearest; soft with Diff-kNN, else the place
        by distance. NaN on the diagonal. Same shape.
    kth, following
        Index of each atom's k-th and (k+1)-th nearest neighbour by distance, shape (n_frames, n_atoms); `NOBODY` where
        fewer lie within the cutoff, and in a graph that selects no nearest ones.
    attention
        Row i: the shares that the own token of atom i gives to its neighbours and, on the diagonal, to itself, in the
        chosen block and head; each row sums to 1. Same shape as `distances`; None where none was asked for.
    block, head
        Which ones; head None for the mean over heads.
    """

    config: ModelConfig
    distances: Floats
    envelope: Floats
    ranks: Floats
    kth: Ints
    following: Ints
    attention: Floats | None = None
    block: int | None = None
    head: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def edges(self, frame: int, atom: int | None = None, least: float = LEAST) -> list[Edge]:
        """Edges of a frame, or of one of its atoms, whose envelope is at least `least` and above 0; by i, then j."""
        weights = self.envelope[frame]
        pairs = np.argwhere(np.triu((weights >= least) & (weights > 0)))
        return [self._edge(frame, int(i), int(j)) for i, j in pairs if atom is None or atom in (i, j)]

    def _edge(self, frame: int, i: int, j: int) -> Edge:
        shares = self.attention
        return Edge(
            i=i,
            j=j,
            distance=float(self.distances[frame, i, j]),
            envelope=float(self.envelope[frame, i, j]),
            ranks=(float(self.ranks[frame, i, j]), float(self.ranks[frame, j, i])),
            attention=None if shares is None else (float(shares[frame, i, j]), float(shares[frame, j, i])),
        )


@dataclass(frozen=True)
class EdgeChanges:
    """What happens to the graph between two frames.

    Attributes
    ----------
    appear, vanish
        Edges that are only in the later frame, as they are there, and those only in the earlier one, as they were.
    """

    appear: tuple[Edge, ...]
    vanish: tuple[Edge, ...]


def edge_changes(
    before: Neighbours, after: Neighbours, frame_before: int = 0, frame_after: int = -1, least: float = LEAST
) -> EdgeChanges:
    """Edges that appear and vanish from one frame to another, of the same molecule and switches.

    Parameters
    ----------
    before, after
        May be the same object: by default its first and last frame are compared.
    least
        An edge counts that has no weight at all in one frame, and at least this much in the other: one that fades
        through a smooth envelope between two close frames neither appears nor vanishes.

    Raises
    ------
    ValueError
        They are of different molecules, or of different switches.
    """
    if before.envelope.shape[1] != after.envelope.shape[1]:
        raise ValueError(f"{before.envelope.shape[1]} and {after.envelope.shape[1]} atoms are no one molecule")
    if before.config != after.config:
        raise ValueError("edges of different switches cannot be compared: every one of them may change")
    old, new = before.envelope[frame_before], after.envelope[frame_after]
    return EdgeChanges(
        appear=tuple(edge for edge in after.edges(frame_after, least=least) if old[edge.i, edge.j] == 0),
        vanish=tuple(edge for edge in before.edges(frame_before, least=least) if new[edge.i, edge.j] == 0),
    )


def joined(parts: list[Neighbours]) -> Neighbours:
    """Neighbours of frames that were computed in batches, as one."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    whole: dict[str, Any] = {}
    for field in fields(Neighbours):
        value = getattr(first, field.name)
        some = [getattr(part, field.name) for part in parts]
        whole[field.name] = np.concatenate(some) if isinstance(value, np.ndarray) else value
    return Neighbours(**whole)


def neighbours_of_model(
    model: Transformer, numbers: Tensor, positions: Tensor, block: int | None = None, head: int | None = None
) -> Neighbours:
    """Neighbours of frames of one molecule, as the model sees them.

    Parameters
    ----------
    numbers
        Atomic numbers, shape (n_frames, n_atoms), no padding.
    positions
        Å, shape (n_frames, n_atoms, 3).
    block
        Give attention of this block, 0 for the first; None for none.
    head
        Of this head; None for the mean over heads.

    Raises
    ------
    ValueError
        There is no such block or head.
    """
    import torch

    from bsct_explorer.testbed.neighbour_graph import hard_ranks, neighbour_graph, ranks_of

    config = model.config
    check_choice(config, block, head)
    with torch.no_grad():
        mask = torch.ones(numbers.shape, dtype=torch.bool, device=positions.device)
        graph = neighbour_graph(positions, mask, config)
        places = hard_ranks(graph.distances, mask)
        soft = ranks_of(graph.distances, mask, config) if config.graph == "diff-knn" else places
        ranks = soft + torch.diag_embed(torch.full_like(soft[:, 0], torch.nan))
        shares = None if block is None else own_attention(model, numbers, positions, block, head)
    distances = _plain(graph.distances)
    kth, following = (_at_place(config, distances, _plain(places), place) for place in (config.k - 1, config.k))
    return Neighbours(
        config=config,
        distances=distances,
        envelope=_plain(graph.envelope),
        ranks=_plain(ranks),
        kth=kth,
        following=following,
        attention=shares,
        block=block,
        head=head,
    )


def check_choice(config: ModelConfig, block: int | None, head: int | None) -> None:
    """Refuse a block or a head that there is not, as `ValueError`."""
    for name, chosen, count in (("block", block, config.blocks), ("head", head, config.heads)):
        if chosen is not None and not 0 <= chosen < count:
            raise ValueError(f"{name} = {chosen}: the model has {name}s 0 to {count - 1}")


def own_attention(model: Transformer, numbers: Tensor, positions: Tensor, block: int, head: int | None) -> Floats:
    """Shares of attention that each atom's own token gives, shape (n_frames, n_atoms, n_atoms); see `Neighbours`."""
    import torch

    from bsct_explorer.testbed.attention import Attention
    from bsct_explorer.testbed.model import pack
    from bsct_explorer.testbed.neighbour_graph import neighbour_graph

    b, n = numbers.shape
    mask = torch.ones(b, n, dtype=torch.bool, device=positions.device)
    slots = pack(neighbour_graph(positions, mask, model.config), mask)
    asked = model.blocks[block].attention
    assert isinstance(asked, Attention)
    seen: list[Tensor] = []

    def keep(module: torch.nn.Module, given: tuple[Any, ...]) -> None:
        weights = asked.weights_and_values(*given)[0][:, :, 0]  # the own token's row, (a, heads, s)
        seen.append(weights.mean(1) if head is None else weights[:, head])

    handle = asked.register_forward_pre_hook(keep)
    try:
        model.represent(numbers, slots)
    finally:
        handle.remove()
    # An empty slot stands for the atom itself, and has no weight: adding it changes nothing.
    shares = positions.new_zeros(b * n, n).scatter_add(1, slots.neighbours % n, seen[0])
    return _plain(shares.view(b, n, n))


def _at_place(config: ModelConfig, distances: Floats, places: Floats, place: int) -> Ints:
    """Index of the neighbour at a place by distance, `NOBODY` where it is out of reach; shape (n_frames, n_atoms)."""
    frames, n = places.shape[:2]
    if config.graph not in ("hard-knn", "diff-knn") or place >= n - 1:
        return np.full((frames, n), NOBODY, dtype=np.int64)
    index = (places == place).argmax(-1)
    reached = np.take_along_axis(distances, index[..., None], -1)[..., 0] < config.cutoff
    return np.where(reached, index, NOBODY).astype(np.int64)


def _plain(values: Tensor) -> Floats:
    return np.asarray(values.detach().double().cpu().numpy())


__all__ = ["LEAST", "NOBODY", "Edge", "EdgeChanges", "Neighbours", "edge_changes", "joined", "neighbours_of_model"]
