"""Neighbour pairs of whole batches of molecules in vacuum, in torch.

All frames of a batch have the same atoms and no cell, so the list is one comparison of all distances with the cutoff.
The packages' own builders work frame by frame through ASE or pymatgen, which for small molecules takes longer than
the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def directed_pairs(positions: torch.Tensor, cutoff: float) -> torch.Tensor:
    """Ordered pairs of different atoms of the same frame within the cutoff.

    Parameters
    ----------
    positions
        Å, shape (b, n, 3).
    cutoff
        Å; a pair at exactly this distance is in.

    Returns
    -------
    torch.Tensor
        Indices into the b·n atoms of the batch, shape (2, n_pairs), int64, sorted by the first atom.
    """
    import torch

    with torch.no_grad():
        n = positions.shape[1]
        # From coordinate differences: a matrix product would lose digits where it matters, at the cutoff.
        squared = (positions[:, :, None] - positions[:, None]).square().sum(-1)
        squared.diagonal(dim1=1, dim2=2).fill_(torch.inf)
        frame, i, j = (squared <= cutoff**2).nonzero(as_tuple=True)
        return torch.stack((frame * n + i, frame * n + j))


def pairs_of_equal(keys: torch.Tensor, n_keys: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ordered pairs of different entries that have the same key.

    Parameters
    ----------
    keys
        Sorted ascending, shape (m,), values below `n_keys`.

    Returns
    -------
    tuple of torch.Tensor
        Indices of the first and the second entry of each pair, int64; for the edges of a graph sorted by their centre
        these are the pairs of edges that share a centre, its angles.
    """
    import torch

    counts = torch.bincount(keys, minlength=n_keys)
    starts = counts.cumsum(0) - counts
    partners = counts[keys]
    first = torch.repeat_interleave(partners)
    # Position of each pair among those of its first entry, then the entry at that position of the group.
    position = torch.arange(len(first), device=keys.device) - (partners.cumsum(0) - partners)[first]
    second = starts[keys[first]] + position
    other = first != second
    return first[other], second[other]
