"""What is remarked of a method that solves for electrons."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

TWO_SOLUTIONS = RemarkKind(
    name="two-solutions",
    title="two self-consistent solutions",
    doubt=False,
    meaning="The self-consistent equations of a quantum-chemical method have two solutions at some frames, and a "
    "calculation that begins afresh lands in one of them by chance. The curve shows the lower one: each frame is "
    "continued from its neighbours, from both sides. Where the two cross, the lower one has a true kink of the force. "
    "A simulation with the method may follow the higher one for a while and then fall.",
)

REMARKS = (TWO_SOLUTIONS,)
