"""The path integral of the force on ever finer points, extrapolated."""

from __future__ import annotations

from bsct_explorer.data import Floats


def romberg(y: Floats, h: float) -> tuple[float, float]:
    """∫y by Romberg's scheme on 2^m intervals of width h, and the last change of its extrapolation.

    T_{i,0} is the trapezoid rule with spacing h·2^{m−i}; T_{i,j} = T_{i,j−1} + (T_{i,j−1} − T_{i−1,j−1})/(4^j − 1).
    Three columns are used: beyond them noise grows faster than accuracy.
    """
    intervals = len(y) - 1
    rows: list[list[float]] = []
    stride = intervals
    while stride >= 1:
        part = y[::stride]
        row = [float(h * stride * (part.sum() - 0.5 * (part[0] + part[-1])))]
        for j in range(1, min(len(rows), 2) + 1):
            row.append(row[j - 1] + (row[j - 1] - rows[-1][j - 1]) / (4**j - 1))
        rows.append(row)
        stride //= 2
    return rows[-1][-1], abs(rows[-1][-1] - rows[-2][-1])
