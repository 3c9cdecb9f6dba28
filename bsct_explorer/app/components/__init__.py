"""The page's own browser components, each a small JavaScript file beside the Python class that feeds it."""

from bsct_explorer.app.components.findings import FindingsList
from bsct_explorer.app.components.metrics import MetricsTable
from bsct_explorer.app.components.player import FramePlayer
from bsct_explorer.app.components.thresholds import ThresholdsForm

__all__ = ["FindingsList", "FramePlayer", "MetricsTable", "ThresholdsForm"]
