"""What is remarked on refinement with the live potential."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

UNDECIDED = RemarkKind(
    name="undecided",
    title="undecided",
    doubt=True,
    meaning="The frames show something that could be neither confirmed nor refuted, since the potential gave too few "
    "answers around it. It is no finding, and nothing says that the curve is clean there; `check` does not pass a "
    "limit that it could break.",
)
NOT_REFINED = RemarkKind(
    name="not-refined",
    title="not refined",
    doubt=False,
    meaning="Findings are read off the stored frames, since no live potential could be asked between them.",
)

REMARKS = (UNDECIDED, NOT_REFINED)
