"""What is remarked on a molecule and how it was read."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

HOW_IT_WAS_MADE = RemarkKind(
    name="molecule",
    title="how the molecule was made",
    doubt=False,
    meaning="Where the geometry, the bonds, the charge and the multiplicity come from.",
)

REMARKS = (HOW_IT_WAS_MADE,)
