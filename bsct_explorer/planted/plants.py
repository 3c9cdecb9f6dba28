"""What is planted on a smooth curve: jumps, kinks, wells, a force that is no slope; place and size known exactly.

Every function gives a `CurveFunction` that is added to the curve it is planted on. Places and widths are in Å, sizes in
eV for the energy and in eV/Å for the force.
"""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from bsct_explorer.data import Floats
from bsct_explorer.metrics.extrema import wells
from bsct_explorer.planted.smooth_curves import CurveFunction, Pair, SmoothCurve


def step(place: float, size: float) -> CurveFunction:
    """Energy up by `size` beyond `place`; the force knows nothing of it."""
    return lambda q: (np.where(q > place, size, 0.0), np.zeros_like(q))


def kink(place: float, size: float) -> CurveFunction:
    """Force up by `size` beyond `place`, the energy its integral."""
    return lambda q: (-size * (q - place) * (q > place), np.where(q > place, size, 0.0))


def steep(place: float, size: float, width: float) -> CurveFunction:
    """The force changes by `size` as tanh((q − place)/width), the energy its integral: steep, and smooth."""

    def curve(q: Floats) -> Pair:
        x = np.abs(q - place) / width
        log_cosh = x + np.log1p(np.exp(-2 * x)) - np.log(2)
        return -0.5 * size * width * log_cosh, 0.5 * size * np.tanh((q - place) / width)

    return curve


def steep_step(place: float, size: float, width: float) -> CurveFunction:
    """The energy changes by `size` as tanh((q − place)/width), and the force is its slope: no artifact but a shape."""

    def curve(q: Floats) -> Pair:
        t = np.tanh((q - place) / width)
        return 0.5 * size * t, -0.5 * size * (1 - t * t) / width

    return curve


def well(place: float, depth: float, width: float) -> CurveFunction:
    """A Gaussian hole with its force."""

    def curve(q: Floats) -> Pair:
        x = (q - place) / width
        shape = depth * np.exp(-0.5 * x * x)
        return -shape, -shape * x / width

    return curve


def dive(place: float, strength: float, width: float) -> CurveFunction:
    """A pull of `strength` more at `place`, −strength/cosh²((q − place)/width), with its energy: smooth, and wrong."""
    return steep_step(place, 2 * strength * width, width)


def let_go(base: SmoothCurve, start: float, end: float) -> CurveFunction:
    """What takes a curve's force off between `start` and `end`, by a switch that is smooth to its second derivative.

    The force is (1 − s) that of the base, s = t³ (10 − 15 t + 6 t²), and the energy its integral.
    """
    fine = np.linspace(start, base.hi, 20_001)

    def taken(q: Floats) -> Floats:
        t = np.clip((q - start) / (end - start), 0.0, 1.0)
        return np.asarray(-(t**3) * (10 - 15 * t + 6 * t**2) * base.curve(q)[1])

    work = CubicSpline(fine, taken(fine)).antiderivative()
    return lambda q: (np.where(q > start, -work(np.maximum(q, start)), 0.0), np.where(q > start, taken(q), 0.0))


def extra_force(size: float) -> CurveFunction:
    """A constant force that the energy knows nothing of."""
    return lambda q: (np.zeros_like(q), np.full_like(q, size))


def well_of_prominence(base: SmoothCurve, place: float, width: float, prominence: float) -> CurveFunction:
    """A Gaussian hole, `width` its full width at half depth, so deep that a minimum of this prominence is left (eV).

    On a slope a hole must first make up for the slope.
    """
    sigma = width / (2 * np.sqrt(2 * np.log(2)))
    q = np.linspace(max(base.lo, place - 6 * sigma), min(base.hi, place + 6 * sigma), 4001)
    energy = base.curve(q)[0]

    def left(depth: float) -> float:
        y = energy + well(place, depth, sigma)(q)[0]
        near = [w.prominence for w in wells(y) if abs(q[w.frame] - place) < 2 * sigma]
        return max(near, default=0.0) - prominence

    deepest = next(depth for depth in (0.3, 1.0, 3.0, 10.0, 30.0, 100.0) if left(depth) > 0)
    return well(place, brentq(left, 0.0, deepest, xtol=1e-9), sigma)
