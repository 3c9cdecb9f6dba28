"""Hypothesis: rounding. The artifact is gone when the same potential computes in double precision, or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.artifact import Artifact
from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.hypothesis_ranking import Judgement
from bsct_explorer.artifacts.causes.intervene import JumpToExplain
from bsct_explorer.artifacts.causes.relocate import jumps_at
from bsct_explorer.artifacts.refinement import Cause
from bsct_explorer.words.numbers import decimal, number

if TYPE_CHECKING:
    from bsct_explorer.artifacts.live_curve import LiveScan

_GONE = 0.5
"""Share of its size by which an artifact must change for precision to be its cause."""
_POINTS = 9

_ROUNDING = {"eV": 0.05}
_ROUNDING_FORCE = 0.5
"""eV and eV per unit: minima, falls and wrong forces larger than this are not made by rounding, and are not asked again
in double precision (which may mean to load the potential once more)."""


def judge_precision(artifact: Artifact, live: LiveScan, jump: JumpToExplain | None, dtype: str) -> Judgement:
    """Whether the artifact changes with the precision, or with how many frames are asked at once.

    A potential that computes in double precision already is only compared with itself one frame at a time.
    """
    batch = _changes(artifact, live, live.one_by_one(), jump) if jump is not None else None
    if batch is not None and abs(batch[1] - batch[0]) > _GONE * abs(batch[0]):
        return Judgement(
            _cause(
                artifact, live, batch, "one frame at a time", "The answer depends on which frames are asked together."
            )
        )
    if dtype == "float64":
        return Judgement(None, "It is computed in double precision, and the same one frame at a time.")
    if jump is None and abs(artifact.size) > _ROUNDING.get(artifact.unit, _ROUNDING_FORCE):
        return Judgement(None, "It is far larger than what single precision rounds off.")
    double = live.in_precision("float64")
    if double is None:
        return Judgement(None, "The potential has no double precision to compare with.", "rounding")
    pair = _changes(artifact, live, double, jump)
    if pair is None:
        return Judgement(None, "Frames failed in double precision.", "rounding")
    if abs(pair[1] - pair[0]) > _GONE * abs(pair[0]):
        why = "Single precision keeps seven digits of the total energy, and what is left is rounding."
        return Judgement(_cause(artifact, live, pair, "in double precision", why))
    return Judgement(None, f"In double precision it is still {number(pair[1], 2)} {artifact.unit}.")


def _changes(
    artifact: Artifact, live: LiveScan, other: LiveScan, jump: JumpToExplain | None
) -> tuple[float, float] | None:
    """The artifact's size with `live` and with `other`."""
    if jump is not None:
        place = np.array([jump.place])
        seen = [float(jumps_at(line, place, jump.gap).of(jump.quantity)[0]) for line in (live, other)]
        return (seen[0], seen[1]) if np.isfinite(seen).all() else None
    # No jump: by how much the curve itself changes over the artifact, beside its size.
    lo, hi = artifact.interval
    q = np.linspace(lo, hi, _POINTS) if hi > lo else np.array([artifact.location])
    ours, theirs = live(q), other(q)
    change = theirs.energies - ours.energies if artifact.unit == "eV" else theirs.forces - ours.forces
    if not np.isfinite(change).any():
        return None
    if artifact.unit == "eV":
        change = change - np.nanmedian(change)
    worst = float(np.nanmax(np.abs(change)))
    size = abs(artifact.size)
    return size, max(size - worst, 0.0)


def _cause(artifact: Artifact, live: LiveScan, seen: tuple[float, float], how: str, why: str) -> Cause:
    place = Names(live.scan.molecule.symbols, live.scan.unit).place(artifact.location)
    share = abs(seen[1] / seen[0])
    left = "nothing is left" if share < 0.05 else f"{share:.0%} is left"
    if share >= 1:
        left = f"it becomes {decimal(share, 1)} times as large"
    return Cause(
        kind="float-precision",
        confidence="tested",
        statement=f"Of the {number(abs(seen[0]), 2)} {artifact.unit} that {live.info.display_name} shows at {place}, "
        f"{left} {how}. {why}",
        evidence={
            f"size_{artifact.unit}": seen[0],
            f"size_{how.replace(' ', '_')}_{artifact.unit}": seen[1],
        },
    )
