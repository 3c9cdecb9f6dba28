"""What is remarked on a reference and how it was read."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

NO_REFERENCE = RemarkKind(
    name="no-reference",
    title="no reference",
    doubt=False,
    meaning="There is no reference, and why; what compares with one is not looked for.",
)
REFERENCE_NOTE = RemarkKind(
    name="reference",
    title="of the reference",
    doubt=False,
    meaning="Where the reference comes from and how it was read.",
)

REMARKS = (NO_REFERENCE, REFERENCE_NOTE)
