"""What is remarked on a curve and its analysis."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

ANOTHER_DEPTH = RemarkKind(
    name="another-depth",
    title="another depth",
    doubt=False,
    meaning="Pulling the bond to the end of the range costs less than 1/3.5 or more than 3.5 times what it costs with "
    "the reference. Two good methods can differ by a factor of 3.2, so that it is no finding; but a model that lets a "
    "bond go for a sixth of its energy tears molecules apart, however smooth it is.",
)
FRAMES_WITHOUT_ANSWER = RemarkKind(
    name="failed-frames",
    title="frames without an answer",
    doubt=True,
    meaning="Some frames have no energy or force. Nothing is claimed across a gap, so that whatever is wrong inside it "
    "is not found; `check` does not pass such a curve unless `--max failed-frames=N` allows it.",
)
COLLAPSED_FRAMES = RemarkKind(
    name="collapsed-frames",
    title="collapsed frames",
    doubt=True,
    meaning="Frames of a compressed bond lie more than 10 eV below the molecule itself, behind a jump of the energy: a "
    "state without a meaning. They are one finding, and no part of metrics and other findings.",
)
NO_MINIMUM = RemarkKind(
    name="no-minimum",
    title="no minimum",
    doubt=False,
    meaning="The energy has no minimum inside the range, or none near the reference's.",
)
NO_FORCES = RemarkKind(
    name="no-forces",
    title="no forces",
    doubt=True,
    meaning="There is no force along the coordinate, so that findings of the force cannot be looked for.",
)
CLOSED_SHELL_REFERENCE = RemarkKind(
    name="closed-shell-reference",
    title="closed-shell reference",
    doubt=False,
    meaning="A closed-shell reference is wrong where a bond is broken: its true ground state is open-shell there.",
)
FULL_TURN = RemarkKind(
    name="full-turn",
    title="a full turn does not close",
    doubt=True,
    meaning="After a turn of 360° the molecule is the same again, and the potential's answer is not.",
)
MIRROR_IMAGES = RemarkKind(
    name="mirror-images",
    title="mirror images differ",
    doubt=True,
    meaning="Two frames have the same distances between all atoms, as 160° and 200° of water have, and the potential's "
    "energies differ.",
)
FSD_PLACE = RemarkKind(
    name="fsd-maximum",
    title="where FSD has its maximum",
    doubt=False,
    meaning="Whether the maximum of FSD lies at the equilibrium, where it measures a force error and no roughness.",
)
FAR_FIELD = RemarkKind(
    name="far-field",
    title="far beyond the range",
    doubt=False,
    meaning="What happens far beyond the range, or why it could not be looked at.",
)
NOISE_FLOOR = RemarkKind(
    name="noise",
    title="noise",
    doubt=False,
    meaning="How well the potential knows its own energies and forces, as refinement measured it with the live "
    "potential; nothing near that is flagged.",
)
CURVE_NOTE = RemarkKind(
    name="curve",
    title="of the curve",
    doubt=False,
    meaning="What else a person should know of the curve.",
)

REMARKS = (
    ANOTHER_DEPTH,
    FRAMES_WITHOUT_ANSWER,
    COLLAPSED_FRAMES,
    NO_MINIMUM,
    NO_FORCES,
    CLOSED_SHELL_REFERENCE,
    FULL_TURN,
    MIRROR_IMAGES,
    FSD_PLACE,
    FAR_FIELD,
    NOISE_FLOOR,
    CURVE_NOTE,
)
