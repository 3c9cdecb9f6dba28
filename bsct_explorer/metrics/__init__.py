"""Numbers along a curve: FSD, and what MLIP Arena and ML-PEG measure. From plain arrays, with numpy only."""

from __future__ import annotations

from bsct_explorer.metrics.all_metrics import Metrics, compute_metrics
from bsct_explorer.metrics.fsd import DEFAULT_EPS, FSDResult, fsd
from bsct_explorer.metrics.measured_curve import CurvePair, MeasuredCurve, Missing
from bsct_explorer.metrics.metric_record import Metric
from bsct_explorer.metrics.records import METRICS

__all__ = [
    "DEFAULT_EPS",
    "METRICS",
    "CurvePair",
    "FSDResult",
    "MeasuredCurve",
    "Metric",
    "Metrics",
    "Missing",
    "compute_metrics",
    "fsd",
]
