"""What is remarked on a potential and on what it answered."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

CHARGE_IGNORED = RemarkKind(
    name="charge-ignored",
    title="charge ignored",
    doubt=True,
    meaning="The molecule is charged and the potential has no such input, or answers the same with and without the "
    "charge, so that its curve is that of whatever it takes the atoms for. Compare it with nothing that knows it.",
)
MULTIPLICITY_IGNORED = RemarkKind(
    name="multiplicity-ignored",
    title="multiplicity ignored",
    doubt=True,
    meaning="The molecule is no singlet and the potential has no such input, or answers the same for another "
    "multiplicity.",
)
POTENTIAL_NOTE = RemarkKind(
    name="potential",
    title="of the potential",
    doubt=False,
    meaning="What the potential says of itself: device, precision, training.",
)

REMARKS = (CHARGE_IGNORED, MULTIPLICITY_IGNORED, POTENTIAL_NOTE)
