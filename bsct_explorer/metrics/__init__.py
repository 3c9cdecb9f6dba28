"""Numbers along a curve: FSD and its companions, and what MLIP Arena and ML-PEG measure. numpy only."""

from __future__ import annotations

from bsct_explorer.metrics.all_metrics import Metrics, clean_curve, compute_metrics
from bsct_explorer.metrics.fsd import DEFAULT_EPS, FSDResult, fsd
from bsct_explorer.metrics.metric_records import METRICS, Metric

__all__ = ["DEFAULT_EPS", "METRICS", "FSDResult", "Metric", "Metrics", "clean_curve", "compute_metrics", "fsd"]
