"""The strongest pull of a bond: how strong it is, where it is, and whether it is still there at the end of the range.

    F = max −g(r), r > r_e: what must be overcome to break the bond at once

Bonds only. Failed frames are skipped; nothing is compared where the reference has no force.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.artifacts.detect.force_extrema import extrema
from bsct_explorer.artifacts.detect.scene import Anchor, Scene
from bsct_explorer.artifacts.numerics import crossing, vertex
from bsct_explorer.data import Floats
from bsct_explorer.metrics.bond_shape import STENCIL, stiffness

USUAL_END = 2.1
"""Lengths of the bond that stand for `KnownShape.usual_end` where that is not known."""

REACHED = 0.93
"""Share of the usual end that a range must reach before a bond is said to be let go: further in, of 291 bonds of
GFN2-xTB one has a force that vanishes and comes back."""

LEAST_END = 1.9
"""Lengths of the bond to which it must be pulled before its depth is taken for that of a broken bond. There a Morse
bond has climbed by 84 % of its depth or more; at its strongest pull it has climbed by a quarter only."""


class StrongestPull(NamedTuple):
    """The strongest force that pulls a bond back, beyond its equilibrium.

    Attributes
    ----------
    place, error
        Where, between the frames, and by how much that may be off.
    strength
        eV/Å, positive, of the frame.
    frame
        The frame nearest to it.
    inside
        Whether it lies between frames that pull less; False at an end of the range, beyond which it may be stronger.
    """

    place: float
    error: float
    strength: float
    frame: int
    inside: bool


def pull_of(curve: Curve, equilibrium: float) -> StrongestPull | None:
    """The strongest pull beyond the equilibrium; None where there is none that stands out (`Curve.extremum`)."""
    outside = np.flatnonzero(np.isfinite(curve.forces) & (curve.values > equilibrium))
    if len(outside) < STENCIL:
        return None
    q, g = curve.values[outside], curve.forces[outside]
    k = int(g.argmin())
    if not -g[k] > curve.extremum:
        return None
    inside = 0 < k < len(g) - 1
    place, error = _peak(q, g, k) if inside else (float(q[k]), curve.spacing)
    return StrongestPull(place, error, float(-g[k]), int(outside[k]), inside)


def _peak(q: Floats, g: Floats, k: int) -> tuple[float, float]:
    """Place of the minimum of g at frame k, by the parabola, and how far that of the quartic through five frames is."""
    place = vertex(q, g, k)
    start = max(min(k - 2, len(q) - STENCIL), 0)
    near = slice(start, start + STENCIL)
    slope = np.polynomial.Polynomial.fit(q[near], g[near], STENCIL - 1).deriv()
    bend = float(slope.deriv()(place))
    step = -float(slope(place)) / bend if bend > 0 else math.inf
    return place, min(abs(step), 0.5 * float(q[k + 1] - q[k - 1]))


class ComparedPulls(NamedTuple):
    """The strongest pull of a curve and of its reference, which covers both places and has the force to compare."""

    ours: StrongestPull
    theirs: StrongestPull


def compared_pulls(scene: Scene) -> ComparedPulls | None:
    """Both pulls where they can be compared.

    None without a reference or an equilibrium of both; where the reference's pull is not reached inside the range, has
    a gap beside the places, or where the reference's bond does not hold: its energy falls below that of its
    equilibrium.
    """
    curve, reference = scene.curve, scene.reference
    if curve.unit != "Å" or reference is None or reference.equilibrium is None or not scene.anchor.found:
        return None
    ours, theirs = pull_of(curve, scene.anchor.value), pull_of(reference, reference.equilibrium.value)
    if ours is None or theirs is None or not theirs.inside:
        return None
    above = _above(reference, reference.equilibrium.frame)
    first, last = reference.equilibrium.frame, max(ours.frame, theirs.frame)
    covered = bool(np.isfinite(reference.forces[first : last + 1]).all()) and scene.covered(ours.place, forces=True)
    return ComparedPulls(ours, theirs) if covered and float(above.min()) >= 0 else None


def _above(curve: Curve, frame: int) -> Floats:
    """Energies from the equilibrium's frame on, above its own, eV; failed frames are left out."""
    above = curve.energies[frame:] - curve.energies[frame]
    return np.asarray(above[np.isfinite(above)])


class Overpull(NamedTuple):
    """A pull that is too strong.

    Attributes
    ----------
    pull
        The curve's.
    usual
        eV/Å: the reference's strongest pull, or that of a Morse bond of the same stiffness and depth.
    most
        eV/Å that it may be at most.
    interval
        Where the pull is stronger than `usual`, around its strongest place.
    at_stake
        eV: the work of the force beyond `usual` over the interval.
    theirs
        The reference's pull; None where nothing was compared.
    """

    pull: StrongestPull
    usual: float
    most: float
    interval: tuple[float, float]
    at_stake: float
    theirs: StrongestPull | None


def overpull(scene: Scene) -> Overpull | None:
    """The curve's strongest pull, where it is stronger than a bond's."""
    both, t = compared_pulls(scene), scene.curve.thresholds
    if both is not None:
        usual, most = both.theirs.strength, t.overpull * both.theirs.strength
        pull, theirs = both.ours, both.theirs
    else:
        own = _morse_like(scene)
        if own is None:
            return None
        pull, usual, theirs = own[0], own[1], None
        most = math.sqrt(8.0 * t.overpull_alone) * usual
    if not pull.strength > most:
        return None
    return Overpull(pull, usual, most, *_beyond(scene.curve, pull, usual), theirs)


def _morse_like(scene: Scene) -> tuple[StrongestPull, float] | None:
    """The curve's pull, and that of a Morse bond with its stiffness k and depth D: F = √(k D / 8).

    None where the shape says nothing without a reference: the range does not reach far enough for a depth, or the curve
    has no equilibrium. The depth is the highest energy beyond the equilibrium, so that one that falls again counts.
    """
    curve, anchor = scene.curve, scene.anchor
    if curve.unit != "Å" or not anchor.found or curve.values[-1] < LEAST_END * anchor.value:
        return None
    if not curve.shape.known_on(outside=True):
        return None
    pull = pull_of(curve, anchor.value)
    k, depth = stiffness(curve.values, curve.forces, anchor.value), float(_above(curve, anchor.frame).max())
    if pull is None or not pull.inside or k is None or k <= 0 or depth <= curve.prominence:
        return None
    return pull, math.sqrt(k * depth / 8.0)


def _beyond(curve: Curve, pull: StrongestPull, usual: float) -> tuple[tuple[float, float], float]:
    """The stretch around a pull over which it is stronger than what is usual, and the work beyond that there, eV."""
    finite = np.flatnonzero(np.isfinite(curve.forces))
    q, strong = curve.values[finite], -curve.forces[finite]
    a = b = int(np.searchsorted(finite, pull.frame))
    while a > 0 and strong[a - 1] > usual:
        a -= 1
    while b < len(q) - 1 and strong[b + 1] > usual:
        b += 1
    lo = crossing(q, strong, usual, a - 1) if a > 0 else float(q[0])
    hi = crossing(q, strong, usual, b) if b < len(q) - 1 else float(q[-1])
    excess = np.concatenate(([0.0], strong[a : b + 1] - usual, [0.0]))
    return (lo, hi), float(np.trapezoid(excess, np.concatenate(([lo], q[a : b + 1], [hi]))))


class LetGo(NamedTuple):
    """A bond that is not held any more though the reference holds it.

    Attributes
    ----------
    interval
        From where on its pull is below the share of its strongest that counts, and to where that was looked at.
    pull
        The strongest.
    left, held
        Pulls at the end of the interval, eV/Å: what is left, and the reference's.
    share, their_share
        The same as shares of each curve's strongest pull.
    at_stake
        eV: the work that is missing over the interval.
    """

    interval: tuple[float, float]
    pull: StrongestPull
    left: float
    held: float
    share: float
    their_share: float
    at_stake: float


def let_go(scene: Scene) -> LetGo | None:
    """Where a bond is let go although the reference holds it.

    A force that pushes at the end is a `spurious-force`, and nothing is said here.
    """
    both, curve, reference = compared_pulls(scene), scene.curve, scene.reference
    if both is None or reference is None or not both.ours.inside:
        return None
    t, end = curve.thresholds, last_judged(curve, scene.anchor)
    if end is None:
        return None
    ours, theirs = -curve.forces[end], -reference.forces[end]
    if end <= both.ours.frame or not (math.isfinite(ours) and math.isfinite(theirs)) or ours < -curve.dead_band:
        return None
    share, held = ours / both.ours.strength, theirs / both.theirs.strength
    if not (share < t.let_go and held > t.held):
        return None
    level = t.let_go * both.ours.strength
    beyond = np.flatnonzero(np.isfinite(curve.forces[: end + 1]))
    loud = int(beyond[np.flatnonzero(-curve.forces[beyond] >= level)[-1]])
    known = np.flatnonzero(np.isfinite(curve.forces) & np.isfinite(reference.forces))
    known = known[(known > loud) & (known <= end)]
    start = float(curve.values[known[0]])
    if known[0] == loud + 1:
        start = crossing(curve.values, -curve.forces, level, loud)
    q = np.concatenate(([start], curve.values[known]))
    missing = (curve.forces - reference.forces)[known]
    at_stake = float(np.trapezoid(np.concatenate((missing[:1], missing)), q))
    interval = (start, float(curve.values[end]))
    return LetGo(interval, both.ours, float(ours), float(theirs), float(share), float(held), max(at_stake, 0.0))


def last_judged(curve: Curve, anchor: Anchor) -> int | None:
    """The frame at which a bond's end is judged: the last one, but none beyond where ends are usually judged.

    None where the range ends well before that.
    """
    usual = curve.shape.usual_end or USUAL_END * anchor.value
    if curve.values[-1] < REACHED * usual:
        return None
    return int(np.searchsorted(curve.values, usual * (1 + 1e-9), side="right")) - 1


class Misplaced(NamedTuple):
    """A strongest pull in another place than the reference's.

    Attributes
    ----------
    ours, theirs
        Both pulls.
    apart
        By how much further out the curve's lies, Å; negative further in.
    at_stake
        eV by which the curve's energy rises otherwise between the two places than the reference's.
    """

    ours: StrongestPull
    theirs: StrongestPull
    apart: float
    at_stake: float


def misplaced(scene: Scene) -> Misplaced | None:
    """A strongest pull that lies elsewhere than the reference's.

    A pull that is too strong as well is an `overpull`. Where the curve also pulls most near the reference's place, and
    once more elsewhere, the second time is what is wrong: a `rough-force`.
    """
    both, curve, reference = compared_pulls(scene), scene.curve, scene.reference
    if both is None or reference is None or not both.ours.inside or overpull(scene) is not None:
        return None
    apart, most = both.ours.place - both.theirs.place, curve.thresholds.misplaced
    if not abs(apart) > most:
        return None
    if any(e.lowest and abs(e.place - both.theirs.place) <= most for e in extrema(curve)):
        return None
    lo, hi = sorted((both.ours.frame, both.theirs.frame))
    rises = [c.energies[hi] - c.energies[lo] for c in (curve, reference)]
    at_stake = abs(rises[0] - rises[1])
    return Misplaced(both.ours, both.theirs, apart, float(at_stake)) if math.isfinite(at_stake) else None
