"""What a detector looks at: a curve, its reference, and what "inside" and "outside" mean on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.equilibrium import find_equilibrium

_BESIDE_OWN = 0.2
"""Share of the molecule's own length: by more than this no potential that holds it together misplaces its minimum."""


class Anchor(NamedTuple):
    """What "inside" and "outside" mean on a curve.

    Attributes
    ----------
    value
        The coordinate of the equilibrium, or of what stands in for it.
    frame
        The frame nearest to it.
    found
        Whether the curve itself has an equilibrium there.
    """

    value: float
    frame: int
    found: bool


def find_anchor(curve: Curve, reference: Curve | None) -> Anchor:
    """The curve's equilibrium; without one the reference's; without that the lowest frame.

    A range that begins beyond the equilibrium has its lowest energy at its first frame and is all "outside".
    """
    near = reference.equilibrium.value if reference is not None and reference.equilibrium is not None else None
    own = find_equilibrium(curve.values, curve.energies, near, curve.prominence)
    if own is not None:
        return Anchor(own.value, own.frame, True)
    if near is not None:
        finite = np.flatnonzero(np.isfinite(curve.energies))
        return Anchor(near, int(finite[np.abs(curve.values[finite] - near).argmin()]), False)
    lowest = int(np.nanargmin(curve.energies))
    return Anchor(float(curve.values[lowest]), lowest, False)


def anchor_of_forces(curve: Curve, anchor: Anchor, own: float | None) -> Anchor:
    """Where the force must change its sign: a curve that only attracts, or only repels, would be wrong nowhere.

    Parameters
    ----------
    anchor
        From `find_anchor`.
    own
        The coordinate of the molecule's own geometry, which stands in for an equilibrium that the curve does not have
        where the range goes well beyond it to both sides; None where it stands for nothing.
    """
    if anchor.found or own is None:
        return anchor
    margin = _BESIDE_OWN * own
    if not curve.values[0] < own - margin < own + margin < curve.values[-1]:
        return anchor
    finite = np.flatnonzero(np.isfinite(curve.energies))
    return Anchor(own, int(finite[np.abs(curve.values[finite] - own).argmin()]), False)


@dataclass(frozen=True)
class Scene:
    """A curve as every detector is given it.

    Attributes
    ----------
    curve
        What is looked at.
    reference
        A curve on the same grid whose own features are no artifacts of it, or None.
    anchor
        The equilibrium, or what stands in for it.
    force_anchor
        Where the force must change its sign (`anchor_of_forces`).
    """

    curve: Curve
    reference: Curve | None
    anchor: Anchor
    force_anchor: Anchor


def scene_of(curve: Curve, reference: Curve | None = None, own: float | None = None) -> Scene:
    """The scene of a curve that has an energy somewhere; `own` as of `anchor_of_forces`, used without a reference."""
    anchor = find_anchor(curve, reference)
    return Scene(curve, reference, anchor, anchor_of_forces(curve, anchor, own if reference is None else None))
