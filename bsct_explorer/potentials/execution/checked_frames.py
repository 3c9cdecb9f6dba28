"""What a potential is asked: arrays checked, and frames to warm up on."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import PotentialError


def checked_frames(numbers: ArrayLike, positions: ArrayLike) -> tuple[Ints, Floats]:
    """Arrays of the right shape and type, or a `PotentialError` that names what is wrong."""
    numbers = np.asarray(numbers)
    try:
        frames = np.asarray(positions, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PotentialError(f"positions are no array of numbers: {error}") from error
    if numbers.ndim != 1 or numbers.size == 0 or not np.issubdtype(numbers.dtype, np.integer):
        raise PotentialError(
            f"numbers has shape {numbers.shape} and type {numbers.dtype}: give atomic numbers, integers of shape "
            f"(n_atoms,)"
        )
    if numbers.min() < 1 or numbers.max() > 118:
        raise PotentialError(f"numbers holds {numbers.min()} to {numbers.max()}: atomic numbers are 1 to 118")
    if frames.ndim != 3 or frames.shape[1:] != (len(numbers), 3):
        raise PotentialError(
            f"positions has shape {frames.shape}: give (n_frames, {len(numbers)}, 3) for these {len(numbers)} atoms"
        )
    finite = np.isfinite(frames).all(axis=(1, 2))
    if not finite.all():
        raise PotentialError(f"the positions of frame {int(np.flatnonzero(~finite)[0])} are not finite")
    return numbers.astype(np.int64), frames


def warm_up_frames(elements: frozenset[int] | None) -> tuple[Ints, Floats]:
    """Three frames of water, or of a pair of atoms where H and O are not covered."""
    if elements is None or {1, 8} <= elements:
        numbers, molecule = [8, 1, 1], [[0.0, 0.0, 0.0], [0.0, 0.76, 0.59], [0.0, -0.76, 0.59]]
    else:
        numbers, molecule = [min(elements)] * 2, [[0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]
    scale = np.array([0.95, 1.0, 1.05])
    return np.array(numbers, dtype=np.int64), scale[:, None, None] * np.array(molecule)
