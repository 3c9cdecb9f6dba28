"""Frames without an answer, and in which intervals of the coordinate they lie."""

from __future__ import annotations

import numpy as np

from bsct_explorer.profiles import Profile
from bsct_explorer.words.numbers import decimal, listed
from bsct_explorer.words.units import with_unit

MOST_NAMED = 3
"""Intervals that a sentence names; of the rest it says how many there are."""


def missing_intervals(profile: Profile) -> tuple[tuple[float, float], ...]:
    """Where neighbouring frames have no answer: the first and the last value of the coordinate of each such run."""
    failed = np.array(profile.failed_frames, dtype=np.int64)
    runs = np.split(failed, np.flatnonzero(np.diff(failed) > 1) + 1) if len(failed) else []
    return tuple((float(profile.values[run[0]]), float(profile.values[run[-1]])) for run in runs)


def missing_in_words(profile: Profile) -> str:
    """``14 of 40 frames have no answer, from 1.52 to 2.58 Å``; empty where all have one."""
    failed, unit = len(profile.failed_frames), profile.scan.unit
    if not failed:
        return ""
    found = missing_intervals(profile)
    places = [
        f"at {with_unit(decimal(low, 2), unit)}"
        if low == high
        else f"from {decimal(low, 2)} to {with_unit(decimal(high, 2), unit)}"
        for low, high in found[:MOST_NAMED]
    ]
    if len(found) > MOST_NAMED:
        places.append(f"in {len(found) - MOST_NAMED} more intervals up to {with_unit(decimal(found[-1][1], 2), unit)}")
    return f"{failed} of {len(profile.scan)} frames have no answer, {listed(places)}"
