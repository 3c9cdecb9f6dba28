"""What a metric is: one record with its name, unit, meaning, source and how it is computed.

A new metric is one record in a file under ``metrics/records/``, an old file or a new one. Everything else is made from
the table: the JSON, the page's table with its tooltips, the terminal, the report, the names of `check --max`, and
`docs/metrics.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bsct_explorer.metrics.measured_curve import CurvePair, Missing

Value = float | int

BSCT = "Liu et al., arXiv:2602.04861 (2026); github.com/ryanliu30/bsct"
ARENA = "MLIP Arena; github.com/atomind-ai/mlip-arena (homonuclear diatomics)"
ML_PEG = "ML-PEG; github.com/ddmms/ml-peg (physicality/diatomics)"
OWN = "BSCT Explorer"

SIDES = {
    "full": ("", "over the whole range"),
    "compress": (", compressed", "from the shortest bond to the reference's minimum"),
    "stretch": (", stretched", "from the reference's minimum to the longest bond"),
}
"""What the label and the description of a metric on one side of the minimum say."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric.

    Attributes
    ----------
    key
        Name in the JSON contract and in `Metrics.values`.
    order
        Its place in the table, ascending; equal ones stay as their file lists them. Details come behind all others.
    label
        Short name for a person.
    unit
        Unit, empty for a pure number.
    description
        One sentence for a tooltip.
    source
        Who defined it.
    formula
        The definition in one line.
    needs_reference
        Whether it has no meaning without a reference; it is not computed then.
    lower_is_better
        True, False, or None where neither is better (a place, or a count that has a right value).
    compute
        Its value, or why there is none.
    ideal
        The value of a perfect curve, where there is one.
    integer
        Whether it is a count.
    detail
        Whether it is read last: it is there for comparison with others' tables, and says little of the curve itself.
    """

    key: str
    order: int
    label: str
    unit: str
    description: str
    source: str
    formula: str
    needs_reference: bool
    lower_is_better: bool | None
    compute: Callable[[CurvePair], Value | Missing]
    ideal: float | None = None
    integer: bool = False
    detail: bool = False

    def __post_init__(self) -> None:
        for part in ("key", "label", "description", "source", "formula"):
            if not getattr(self, part):
                raise TypeError(f"the metric {self.key!r} has an empty {part!r}")
        if not self.description.endswith("."):
            raise TypeError(f"the description of the metric {self.key!r} is no sentence: it must end with a full stop")
