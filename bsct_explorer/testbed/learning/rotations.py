"""Random rotations that a seed and a step decide. numpy only."""

from __future__ import annotations

import numpy as np

from bsct_explorer.data import Floats


def random_rotations(count: int, seed: int, step: int) -> Floats:
    """Uniform rotation matrices (count, 3, 3) from unit quaternions, the same for the same seed and step."""
    q = np.random.default_rng([seed, step, 1]).normal(size=(count, 4))
    w, x, y, z = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    return np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)], -1),
            np.stack([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)], -1),
            np.stack([2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)], -1),
        ],
        axis=1,
    )
