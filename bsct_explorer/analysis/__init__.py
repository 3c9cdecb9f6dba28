"""Everything that is said of one curve: its numbers, what is wrong with it, and how it is shown.

A door decides nothing: what page, report, CSV, JSON and terminal show of a curve, from the zero of its energy to the
meaning of FSD's maximum, is computed here.
"""

from bsct_explorer.analysis.curve_analysis import Analysis, analyse, check_same_frames, measured, metrics_of
from bsct_explorer.analysis.curve_findings import (
    find_artifacts,
    has_meaning,
    judged_curve,
    meaningful,
    thresholds_for,
    with_size_along_path,
)
from bsct_explorer.analysis.relative_curve import RelativeCurve, equilibrium_frame, relative_curve
from bsct_explorer.analysis.verdict_line import TrustedRange, trusted_range, verdict_line
from bsct_explorer.analysis.zero_frame import zero_frame

__all__ = [
    "Analysis",
    "RelativeCurve",
    "TrustedRange",
    "analyse",
    "check_same_frames",
    "equilibrium_frame",
    "find_artifacts",
    "has_meaning",
    "judged_curve",
    "meaningful",
    "measured",
    "metrics_of",
    "relative_curve",
    "thresholds_for",
    "trusted_range",
    "verdict_line",
    "with_size_along_path",
    "zero_frame",
]
