"""What a detector looks at: a curve, its reference and where it covers it, and what "inside" and "outside" mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.equilibrium import find_equilibrium

_BESIDE_OWN = 0.2
"""Share of the molecule's own length: by more than this no potential that holds it together misplaces its minimum."""

MARGIN = 0.05
"""Share of the range around a place that the reference must cover for a comparison there: 0.11 Å for a C–C bond from
0.5 to 2.0, 18° of a full turn. What a reference has just beyond its end or in a gap may lie a little aside in another
method."""


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
    own = curve.equilibrium
    if near is not None:
        own = find_equilibrium(curve.values, curve.energies, near, curve.prominence)
    if own is not None:
        return Anchor(own.value, own.frame, True)
    if near is not None:
        finite = np.flatnonzero(np.isfinite(curve.energies))
        return Anchor(near, int(finite[np.abs(curve.values[finite] - near).argmin()]), False)
    lowest = int(np.nanargmin(curve.energies))
    return Anchor(float(curve.values[lowest]), lowest, False)


def anchor_of_forces(curve: Curve, anchor: Anchor) -> Anchor:
    """Where the force must change its sign: a curve that only attracts, or only repels, would be wrong nowhere.

    The molecule's own geometry stands in for an equilibrium that the curve does not have, where the range goes well
    beyond it to both sides.

    Parameters
    ----------
    anchor
        From `find_anchor`, without a reference.
    """
    own = curve.shape.own
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
        A curve on the same grid whose own features are no artifacts of it, or None. It may have gaps, and end before
        the curve does: `covered` says where it counts.
    anchor
        The equilibrium, or what stands in for it.
    force_anchor
        Where the force must change its sign (`anchor_of_forces`).
    """

    curve: Curve
    reference: Curve | None
    anchor: Anchor
    force_anchor: Anchor

    def covered(self, place: float, margin: float = MARGIN, forces: bool = False) -> bool:
        """Whether the reference has an energy (a force) all around a place: no gap and no end of it lies near.

        Parameters
        ----------
        margin
            Share of the range, to both sides. Beyond the ends of the scan there is nothing to cover; a full turn goes
            on at its other end.
        """
        if self.reference is None:
            return False
        known = np.isfinite(self.reference.forces if forces else self.reference.energies)
        return bool(known[self._around(place, margin * self.curve.range)].all())

    def _around(self, place: float, reach: float) -> NDArray[np.bool_]:
        """Frames from the one before `place` − `reach` to the one after `place` + `reach`, as a mask."""
        q, turn = self.curve.values, self.curve.shape.turn
        near = np.zeros(len(q), dtype=bool)
        for shift in (0.0,) if turn is None else (-turn, 0.0, turn):
            first = max(int(np.searchsorted(q, place + shift - reach, side="right")) - 1, 0)
            last = min(int(np.searchsorted(q, place + shift + reach)), len(q) - 1)
            if place + shift + reach >= q[0] and place + shift - reach <= q[-1]:
                near[first : last + 1] = True
        return near

    def known_at(self, place: float) -> bool:
        """Whether the curve's shape is known without a reference at a place (`KnownShape`)."""
        return self.curve.shape.known_on(place > self.anchor.value)


def scene_of(curve: Curve, reference: Curve | None = None) -> Scene:
    """The scene of a curve that has an energy somewhere."""
    anchor = find_anchor(curve, reference)
    return Scene(curve, reference, anchor, anchor if reference is not None else anchor_of_forces(curve, anchor))
