"""Findings as marks on the figures: an interval, a place, a symbol and a sentence. No page and no Bokeh."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from bsct_explorer.analysis import Analysis
from bsct_explorer.artifacts import Artifact
from bsct_explorer.artifacts.kinds import kind_of
from bsct_explorer.data import Floats


@dataclass(frozen=True)
class Mark:
    """One finding on the figures.

    Attributes
    ----------
    key
        Its own, by which it is selected.
    potential
        Key of the curve that it stands on.
    frame
        Where its symbol stands.
    low, high
        The interval that is shaded, in units of the coordinate.
    text
        Shown when the pointer is over it, as HTML.
    symbol
        Bokeh's name of the marker.
    firm
        Certified, or read off the curve; a candidate that is still being checked is drawn hollow.
    """

    key: str
    potential: str
    frame: int
    low: float
    high: float
    text: str
    symbol: str
    firm: bool = True


def frame_of(artifact: Artifact, values: Floats) -> int:
    """The frame nearest to an artifact's place."""
    return int(np.argmin(np.abs(values - artifact.location)))


def mark_of(key: str, potential: str, artifact: Artifact, analysis: Analysis, *, status: str, firm: bool) -> Mark:
    """The mark of a finding; `status` says how sure it is."""
    head = f"{analysis.profile.info.display_name}: {kind_of(artifact.kind).title}, {status}"
    return Mark(
        key=key,
        potential=potential,
        frame=frame_of(artifact, analysis.profile.values),
        low=artifact.interval[0],
        high=artifact.interval[1],
        text=f"<b>{escape(head)}</b><br>{escape(artifact.explanation)}",
        symbol=kind_of(artifact.kind).symbol,
        firm=firm,
    )
