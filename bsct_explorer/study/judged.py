"""What of a curve could be judged: a limit that holds only because something could not be looked at does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bsct_explorer.analysis.missing_frames import missing_in_words
from bsct_explorer.remarks.of_curves import FRAMES_WITHOUT_ANSWER

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
    return ""
