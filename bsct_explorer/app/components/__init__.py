"""The page's own browser components, each a small JavaScript file beside the Python class that feeds it."""

from bsct_explorer.app.components.findings_list import FindingsList
from bsct_explorer.app.components.frame_player import FramePlayer
from bsct_explorer.app.components.metrics_table import MetricsTable
from bsct_explorer.app.components.thresholds_form import ThresholdsForm
from bsct_explorer.app.components.typed_field import NumberField, TextField

__all__ = ["FindingsList", "FramePlayer", "MetricsTable", "NumberField", "TextField", "ThresholdsForm"]
