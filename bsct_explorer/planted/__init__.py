"""Artifacts planted where their kind, place and size are known: for tests, benchmarks, and authors of detectors.

A `SmoothCurve` with what `plants` puts on it is a `LiveCurve`, which answers as a live potential does; a `SampledCurve`
is one on a fixed grid; the flawed potentials of `flawed_potentials` have one flaw each, in three dimensions.
"""

from bsct_explorer.planted.asked_curve import LiveCurve
from bsct_explorer.planted.plants import (
    dive,
    extra_force,
    kink,
    let_go,
    steep,
    steep_step,
    step,
    well,
    well_of_prominence,
)
from bsct_explorer.planted.sampled_curve import GRIDS, R0, SampledCurve, sampled_morse
from bsct_explorer.planted.smooth_curves import CurveFunction, SmoothCurve, smooth_curves

__all__ = [
    "GRIDS",
    "R0",
    "CurveFunction",
    "LiveCurve",
    "SampledCurve",
    "SmoothCurve",
    "dive",
    "extra_force",
    "kink",
    "let_go",
    "sampled_morse",
    "smooth_curves",
    "steep",
    "steep_step",
    "step",
    "well",
    "well_of_prominence",
]
