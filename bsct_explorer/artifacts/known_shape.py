"""What is known of a coordinate's true curve: where its shape may be judged without a reference."""

from __future__ import annotations

from dataclasses import dataclass

from bsct_explorer.metrics.collapsed_frames import Collapse


@dataclass(frozen=True)
class KnownShape:
    """Where a curve without a reference must look like a single bond's: one minimum, a wall inside, a climb outside.

    An angle, a torsion, a multiple bond that is pulled apart, and a fragment that meets another part of the molecule
    have real minima, barriers and falls. There, only a reference can say which of them are wrong.

    Attributes
    ----------
    own
        The coordinate of the molecule's own geometry, where it lies in the range; None where it does not or is not
        known. The equilibrium is the minimum nearest to it.
    inside, outside
        Whether the shape is known on the compressed and on the stretched side of the equilibrium.
    turn
        After how much of the coordinate the first frame comes again as the last one; None where it does not.
    collapse
        Where frames begin that are no part of the curve, which has none there; or None.
    usual_end
        Where a bond's range usually ends, 2.0 sums of covalent radii in Å: thresholds on its end were measured there.
        None where it is not known.
    """

    own: float | None = None
    inside: bool = True
    outside: bool = True
    turn: float | None = None
    collapse: Collapse | None = None
    usual_end: float | None = None

    def known_on(self, outside: bool) -> bool:
        """Whether the shape is known on this side of the equilibrium."""
        return self.outside if outside else self.inside


SINGLE_BOND = KnownShape()
"""The shape of a single bond whose own length is not known."""
