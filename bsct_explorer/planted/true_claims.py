"""Is what a finding other than a jump claims true of the curve itself, which is known at every place?

Each kind is held to what it says of the curve, on a grid a thousand times as fine as a scan, and finer where something
narrow was planted: there is a minimum of that depth at that place, the force has the wrong sign there and is as strong
as said, it has an extremum that stands out as much, the energy turns there and falls by so much, or the force is off
the energy's slope by so much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bsct_explorer.artifacts import Artifact, Curve, kind_of, make_curve
from bsct_explorer.artifacts.detect.scene import scene_of
from bsct_explorer.data import Floats
from bsct_explorer.metrics.extrema import Well, wells

_FINE = 100_001
_NARROW = 4001
_AGAIN = 5001
_DEPTH = 0.02
"""Share of a size, with `_LEAST`, by which it may be off."""

_LEAST = 1e-4
_PLACE, _TURN = 1e-4, 1e-3
"""Å. How far off a minimum and a turning point may be."""


@dataclass(frozen=True)
class FineCurve:
    """A curve where everything on it is resolved: Å, eV, eV/Å, shape (n,)."""

    q: Floats
    energies: Floats
    forces: Floats

    @cached_property
    def minima(self) -> list[Well]:
        return wells(self.energies)

    @cached_property
    def equilibrium(self) -> Well:
        return max(self.minima, key=lambda well: well.prominence)

    @cached_property
    def extrema(self) -> list[Well]:
        """Of the force, both ways."""
        return [*wells(self.forces), *wells(-self.forces)]


def fine_curve(
    live: Callable[[Floats], tuple[Floats, Floats]],
    lo: float,
    hi: float,
    narrow: Sequence[tuple[float, float]],
) -> FineCurve:
    """The curve from lo to hi, closer around each narrow feature, (place, width) in Å."""
    parts = [np.linspace(lo, hi, _FINE)]
    parts += [place + width * np.linspace(-12.0, 12.0, _NARROW) for place, width in narrow]
    q = np.unique(np.concatenate(parts))
    q = q[(q >= lo) & (q <= hi)]
    return FineCurve(q, *live(q))


def is_true(artifact: Artifact, curve: FineCurve, spacing: float, reference: FineCurve | None = None) -> bool:
    """Whether the curve has what an artifact that is no jump claims.

    Parameters
    ----------
    spacing
        Of the scan, Å.
    reference
        What the artifact was compared with, on the same places. Only kinds without a check of their own look at it:
        those are looked for once more by their own record, on 50 times as many frames as a scan has.
    """
    own = _TRUE.get(artifact.kind)
    return _seen_again(artifact, curve, reference) if own is None else own(artifact, curve, spacing)


def _seen_again(artifact: Artifact, curve: FineCurve, reference: FineCurve | None) -> bool:
    """Whether the kind's own detector sees it at the same place and of the same size where everything is resolved."""
    some = np.unique(np.searchsorted(curve.q, np.linspace(curve.q[0], curve.q[-1], _AGAIN)))

    def sampled(fine: FineCurve) -> Curve:
        return make_curve(fine.q[some], fine.energies[some], fine.forces[some])

    scene = scene_of(sampled(curve), None if reference is None else sampled(reference))
    return any(
        abs(seen.location - artifact.location) <= _TURN and _close(artifact.size, seen.size)
        for seen in kind_of(artifact.kind).detect(scene)
    )


def _close(claimed: float, true: float) -> bool:
    return abs(claimed - true) <= _DEPTH * abs(true) + _LEAST


def _minimum(artifact: Artifact, curve: FineCurve, spacing: float) -> bool:
    return any(
        abs(curve.q[well.frame] - artifact.location) <= _PLACE and _close(artifact.size, well.prominence)
        for well in curve.minima
        if well is not curve.equilibrium
    )


def _fall(artifact: Artifact, curve: FineCurve, spacing: float) -> bool:
    equilibrium = curve.equilibrium.frame
    inward = artifact.kind == "wall-collapse"
    side = slice(0, equilibrium + 1) if inward else slice(equilibrium, None)
    energies, q = curve.energies[side], curve.q[side]
    top = int(energies.argmax())
    depth = float(energies[top] - energies[0 if inward else -1])
    return abs(q[top] - artifact.location) <= _TURN and _close(artifact.size, depth)


def _wrong_way(artifact: Artifact, curve: FineCurve, spacing: float) -> bool:
    """The force has the wrong sign all along the interval and is somewhere at least as strong as claimed."""
    equilibrium = curve.q[curve.equilibrium.frame]
    lo, hi = artifact.interval
    inside = (curve.q > lo + _PLACE) & (curve.q < hi - _PLACE)
    sign = 1.0 if 0.5 * (lo + hi) > equilibrium else -1.0
    wrong = sign * curve.forces[(curve.q >= lo) & (curve.q <= hi)]
    always = bool((sign * curve.forces[inside] > 0).all())
    return always and len(wrong) > 0 and float(wrong.max()) >= (1 - _DEPTH) * artifact.size


def _bump(artifact: Artifact, curve: FineCurve, spacing: float) -> bool:
    """An extremum of the force within a spacing of the place that stands out at least as much as claimed."""
    return any(
        abs(curve.q[well.frame] - artifact.location) <= spacing and well.prominence >= (1 - _DEPTH) * artifact.size
        for well in curve.extrema
    )


def _curl(artifact: Artifact, curve: FineCurve, spacing: float) -> bool:
    lo, hi = artifact.interval
    inside = (curve.q >= lo) & (curve.q <= hi)
    q, energies = curve.q[inside], curve.energies[inside]
    work = float(np.trapezoid(curve.forces[inside], q))
    return _close(artifact.size, (float(energies[-1] - energies[0]) + work) / float(q[-1] - q[0]))


def _steep(artifact: Artifact, curve: FineCurve, spacing: float) -> bool:
    """The force changes by as much, beyond its usual slope, within three of the stated widths around the place."""
    r = artifact.refinement
    if r is None or r.width is None:
        return False
    apart = np.abs(curve.q - artifact.location)
    around, near = apart <= max(spacing, 12 * r.width), apart <= 3 * r.width
    usual = float(np.median(np.diff(curve.forces[around]) / np.diff(curve.q[around])))
    change = float(np.ptp(curve.forces[near] - usual * curve.q[near])) if near.sum() > 2 else 0.0
    return abs(change - abs(artifact.size)) <= r.size_error + 0.05 * abs(artifact.size)


_TRUE: dict[str, Callable[[Artifact, FineCurve, float], bool]] = {
    "artificial-minimum": _minimum,
    "second-minimum": _minimum,
    "wall-collapse": _fall,
    "outer-fall": _fall,
    "spurious-force": _wrong_way,
    "rough-force": _bump,
    "non-conservative": _curl,
    "steep-force": _steep,
}

CHECKED = frozenset(_TRUE)
"""Kinds whose claims can be checked on a curve alone."""
