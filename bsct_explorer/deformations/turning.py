"""Turning rigid groups about an axis, and the angles of frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bsct_explorer.data import Floats

DEGREE = np.pi / 180.0
"""rad per degree."""


def unit_vector(vector: Floats) -> Floats:
    """The vector divided by its length, shape (3,)."""
    return np.asarray(vector / np.linalg.norm(vector))


def turned(vectors: Floats, axis: Floats, angles: Floats) -> Floats:
    """Vectors turned about an axis through the origin (Rodrigues).

        R(α) v = v cos α + (n × v) sin α + n (n · v) (1 - cos α)

    Parameters
    ----------
    vectors
        Shape (n_atoms, 3).
    axis
        The unit vector n, shape (3,); a positive angle turns right-handed about it.
    angles
        rad, shape (n_frames, n_atoms).

    Returns
    -------
    Floats
        Shape (n_frames, n_atoms, 3).
    """
    cos, sin = np.cos(angles)[..., None], np.sin(angles)[..., None]
    across = np.cross(axis, vectors)
    along = np.outer(vectors @ axis, axis)
    return np.asarray(vectors * cos + across * sin + along * (1 - cos))


def turned_groups(
    positions: Floats, origin: Floats, axis: Floats, shares: Floats, change: Floats
) -> tuple[Floats, Floats]:
    """Frames and tangents of atoms that turn about an axis, each by its own share of the change.

        x_a(q) = o + R(s_a (q - q₀)) (x_a - o),   dx_a/dq = s_a (π/180) n × (x_a(q) - o)

    Parameters
    ----------
    positions
        Å, shape (n_atoms, 3), where the change is 0.
    origin, axis
        A point of the axis, Å, and its unit vector, shape (3,).
    shares
        s, shape (n_atoms,).
    change
        q - q₀ in degrees, shape (n_frames,).

    Returns
    -------
    tuple
        Positions in Å and tangents in Å per degree, both (n_frames, n_atoms, 3).
    """
    arms = turned(positions - origin, axis, change[:, None] * shares * DEGREE)
    return origin + arms, shares[:, None] * DEGREE * np.cross(axis, arms)


def angles_of(positions: ArrayLike, i: int, j: int, k: int) -> Floats:
    """Angle i-j-k of frames of shape (n, n_atoms, 3), 0 to 180 degrees, shape (n,)."""
    x = np.asarray(positions, dtype=np.float64)
    u, v = x[:, i] - x[:, j], x[:, k] - x[:, j]
    # atan2 of |u × v| and u · v keeps all digits near 0° and 180°, where the arc cosine loses half of them.
    return np.asarray(
        np.arctan2(np.linalg.norm(np.cross(u, v), axis=1), np.einsum("ni,ni->n", u, v)) / DEGREE, dtype=np.float64
    )


def torsions_of(positions: ArrayLike, i: int, j: int, k: int, l: int) -> Floats:  # noqa: E741
    """Torsion i-j-k-l of frames of shape (n, n_atoms, 3), 0 to 360 degrees, shape (n,).

    IUPAC's sign: seen from j towards k, positive where l lies clockwise of i; negative values are 360° higher here.
    """
    x = np.asarray(positions, dtype=np.float64)
    axis = x[:, k] - x[:, j]
    axis = axis / np.linalg.norm(axis, axis=1, keepdims=True)
    u, v = x[:, i] - x[:, j], x[:, l] - x[:, k]
    sin = np.einsum("ni,ni->n", np.cross(u, v), axis)
    cos = np.einsum("ni,ni->n", np.cross(axis, u), np.cross(axis, v))
    return np.asarray(np.arctan2(sin, cos) / DEGREE % 360.0, dtype=np.float64)
