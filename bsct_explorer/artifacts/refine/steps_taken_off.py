"""What is left of a shape when the jumps of the energy are taken off the curve.

The force knows nothing of a jump, so nothing is held back or driven by one: a minimum whose barrier is a jump traps
nothing, and a fall that is a jump pushes nothing. Such a shape is the jump itself, told a second time.

    E'(q) = E(q) − Σ ΔE_j over the jumps at q_j < q
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bsct_explorer.artifacts.curve import Curve
from bsct_explorer.data import Floats
from bsct_explorer.metrics.extrema import wells


def without_steps(curve: Curve, places: Sequence[float], sizes: Sequence[float]) -> Curve:
    """The curve with jumps of `sizes` (eV, after − before) at `places` taken off its energies."""
    at, size = np.asarray(places, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    passed = curve.values[:, None] > at[None, :]
    return replace(curve, energies=curve.energies - passed @ size)


def deepest_inside(curve: Curve, interval: tuple[float, float]) -> float:
    """Depth in eV of the deepest minimum of the energy within an interval; 0 where there is none."""
    q, energies = _known(curve)
    inside = [well.prominence for well in wells(energies) if interval[0] <= q[well.frame] <= interval[1]]
    return max(inside, default=0.0)


def falls_inside(curve: Curve, interval: tuple[float, float], inward: bool) -> float:
    """How far the energy falls in an interval towards its first end (`inward`) or its last, eV."""
    q, energies = _known(curve)
    part = energies[(q >= interval[0]) & (q <= interval[1])]
    return float(part.max() - part[0 if inward else -1]) if len(part) else 0.0


def _known(curve: Curve) -> tuple[Floats, Floats]:
    known = np.isfinite(curve.energies)
    return curve.values[known], curve.energies[known]
