"""All metrics of one curve in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bsct_explorer.metrics.fsd import DEFAULT_EPS, FSDResult
from bsct_explorer.metrics.measured_curve import NO_REFERENCE, CurvePair, MeasuredCurve, Missing
from bsct_explorer.metrics.records import METRICS


@dataclass(frozen=True)
class Metrics:
    """Numbers of one profile.

    Attributes
    ----------
    values
        Every key of `METRICS`; None where there is no figure.
    notes
        Reason for each None, as a sentence without its full stop.
    eps, spacing
        What FSD was taken with: ε in eV/Å, and the median distance of frames in the unit of the coordinate.
    fsd, fsd_own
        The curves behind FSD, official and with the model's own F(k*); None without a reference that has forces. For a
        coordinate that is no bond both are per arc length.
    """

    values: Mapping[str, float | int | None]
    notes: Mapping[str, str]
    eps: float
    spacing: float
    fsd: FSDResult | None = field(default=None, repr=False)
    fsd_own: FSDResult | None = field(default=None, repr=False)

    def __getitem__(self, key: str) -> float | int | None:
        return self.values[key]


def compute_metrics(curve: MeasuredCurve, reference: MeasuredCurve | None = None, eps: float = DEFAULT_EPS) -> Metrics:
    """Every metric of the table.

    Parameters
    ----------
    curve
        The model's curve.
    reference
        A curve on the same frames, or None: then those that need one are None with the reason.
    eps
        FSD's ε in eV/Å.

    Returns
    -------
    Metrics
    """
    both = CurvePair(curve, reference, eps)
    values: dict[str, float | int | None] = {}
    notes: dict[str, str] = {}
    for key, metric in METRICS.items():
        found = NO_REFERENCE if metric.needs_reference and reference is None else metric.compute(both)
        values[key] = None if isinstance(found, Missing) else found
        if isinstance(found, Missing):
            notes[key] = found.reason
    return Metrics(
        values=values,
        notes=notes,
        eps=eps,
        spacing=float(np.median(np.diff(curve.values))),
        fsd=both.fsd,
        fsd_own=both.fsd_own,
    )
