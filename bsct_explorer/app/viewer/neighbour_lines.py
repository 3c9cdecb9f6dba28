"""A Transformer's neighbours of every frame, packed for the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.testbed.edges import LEAST
from bsct_explorer.words.numbers import number

if TYPE_CHECKING:
    from bsct_explorer.testbed.edges import Neighbours

# Å. Positions are shown in float32, and a model may have been asked in float32 too.
SAME_LENGTH = 1e-3


def packed(neighbours: Neighbours, positions: NDArray[Any]) -> dict[str, Any]:
    """Edges, the k-th neighbours and attention, as `MoleculeViewer.graph` holds them.

    Parameters
    ----------
    positions
        The frames that are shown, Å, shape (n_frames, n_atoms, 3).

    Returns
    -------
    dict
        ========= ================================================= ===============================
        pairs     [i, j], i < j, each an edge in some frame          (n_pairs, 2)
        weights   their envelope, float32                            (n_frames, n_pairs)
        nearest   the k-th and (k+1)-th neighbour, int16, -1: none   (n_frames, n_atoms, 2)
        attention float32, or no bytes                               (n_frames, n_atoms, n_atoms)
        k         nearest neighbours                                 int
        ========= ================================================= ===============================

    Raises
    ------
    ValueError
        They are neighbours of other frames.
    """
    envelope = neighbours.envelope
    if envelope.shape[:2] != positions.shape[:2]:
        raise ValueError(
            f"neighbours have (n_frames, n_atoms) = {envelope.shape[:2]}, but what is shown has {positions.shape[:2]}"
        )
    i, j = np.nonzero(np.triu((envelope >= LEAST).any(axis=0), 1))
    lengths = np.linalg.norm(positions[:, j] - positions[:, i], axis=-1)
    off = np.abs(lengths - neighbours.distances[:, i, j]).max(initial=0.0)
    if off > SAME_LENGTH:
        raise ValueError(
            f"neighbours are of other frames than those shown: their distances differ by {number(off, 2)} Å"
        )
    weights = envelope[:, i, j]
    # An edge that float32 cannot hold is still one: only at exactly 0 does it appear or vanish.
    weights = np.where(weights > 0, np.maximum(weights, np.finfo(np.float32).tiny), 0)
    attention = neighbours.attention
    return {
        "pairs": np.stack([i, j], axis=1).tolist(),
        "weights": weights.astype("<f4").tobytes(),
        "nearest": np.stack([neighbours.kth, neighbours.following], axis=-1).astype("<i2").tobytes(),
        "attention": b"" if attention is None else attention.astype("<f4").tobytes(),
        "k": neighbours.config.k,
    }
