"""What the page asks of a study: its state as `StudySettings`."""

from __future__ import annotations

from bsct_explorer.app.state import ExplorerState
from bsct_explorer.artifacts.threshold_reader import read_thresholds
from bsct_explorer.study import StudySettings, UploadedFile


def page_settings(
    state: ExplorerState,
    reference: str | UploadedFile | None = None,
    level: str | None = None,
    unit: str | None = None,
) -> StudySettings:
    """Settings of a study that answers what a state asks.

    Parameters
    ----------
    reference
        See `StudySettings`; None where the reference is none, or answers by itself.
    level, unit
        Level of theory and units of a reference file.
    """
    return StudySettings(
        reference=reference,
        reference_level=level,
        reference_unit=unit,
        device=state.device,
        dtype=None if state.dtype == "own" else state.dtype,
        thresholds=read_thresholds(state.thresholds),
        energy_zero=state.zero,
        command="the page",
    )
