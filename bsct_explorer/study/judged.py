"""What of a curve could be judged: a limit that holds only because something could not be looked at does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.analysis import thresholds_for
from bsct_explorer.analysis.missing_frames import missing_in_words
from bsct_explorer.remarks.of_curves import FRAMES_WITHOUT_ANSWER
from bsct_explorer.words.numbers import number

if TYPE_CHECKING:
    from bsct_explorer.analysis import Analysis

FAILED_FRAMES = FRAMES_WITHOUT_ANSWER.name
"""Name of the limit on frames without an answer."""


def failed_frames(analysis: Analysis) -> int:
    """How many frames of the curve have no answer."""
    return len(analysis.profile.failed_frames)


def why_not_judged(analysis: Analysis, allowed_missing: float = 0.0) -> str:
    """Why metrics and numbers of findings of this curve may be too good, as a sentence; empty where they stand.

    Parameters
    ----------
    allowed_missing
        Frames that may have no answer.
    """
    if failed_frames(analysis) > allowed_missing:
        return f"not judged: {missing_in_words(analysis.profile)}"
    noisy = too_noisy(analysis)
    return f"not judged: {noisy}" if noisy else ""


def too_noisy(analysis: Analysis) -> str:
    """What is said where answers differ so much from call to call that findings of the usual size would not be seen."""
    repeats, scan = analysis.profile.evaluation.repeats, analysis.profile.scan
    if repeats is None:
        return ""
    usual = thresholds_for(scan, analysis.thresholds)
    energy = min(usual.prominence / usual.prominence_noise, usual.step / usual.step_noise)
    force = min(
        usual.kink / usual.kink_noise,
        usual.dead_band / usual.dead_band_noise,
        usual.extremum / usual.extremum_noise,
    )
    if repeats.energy <= energy and repeats.force <= force:
        return ""
    return (
        f"one frame, asked again, differs by about {number(repeats.energy, 2)} eV and "
        f"{number(repeats.force, 2)} eV/{scan.unit} along the coordinate, and nothing finer can be seen"
    )
