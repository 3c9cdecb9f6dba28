"""What is remarked on a model that does not behave: found by asking it, or by looking at what it returned."""

from __future__ import annotations

from bsct_explorer.remarks.remark import RemarkKind

NOT_DETERMINISTIC = RemarkKind(
    name="not-deterministic",
    title="not deterministic",
    doubt=True,
    meaning="The same frame, asked again, has another energy or other forces: dropout that is left on, sampling, sums "
    "in random order on a GPU. What is finer than that difference is not judged.",
)
DEPENDS_ON_HISTORY = RemarkKind(
    name="depends-on-history",
    title="depends on what was asked before",
    doubt=True,
    meaning="A frame has another answer after the scan than in it, and the same one when it is asked twice in a row: "
    "the model keeps something from one frame to the next, such as a density, neighbours or a cache.",
)
SAME_ANSWER = RemarkKind(
    name="same-answer",
    title="the same answer at different geometries",
    doubt=True,
    meaning="Energy and forces stay the same to the last digit while the atoms move: the model rounds positions, or "
    "keeps answers longer than it may, so that its curve is a staircase.",
)
ATOMS_MOVED = RemarkKind(
    name="atoms-moved",
    title="moves the atoms",
    doubt=True,
    meaning="The model changed the atoms that it was given while it computed. They are put back for every frame.",
)
ATOMS_SHIFTED = RemarkKind(
    name="atoms-shifted",
    title="shifts the molecule",
    doubt=False,
    meaning="The model shifted the whole molecule that it was given, into a box for instance. That changes no energy, "
    "and the atoms are put back for every frame.",
)
DEFAULT_DTYPE = RemarkKind(
    name="default-dtype",
    title="changes torch's default precision",
    doubt=False,
    meaning="The model changes torch's default precision for the whole process. It has it while it computes; others "
    "keep their own.",
)
NUMERICAL_FORCES = RemarkKind(
    name="numerical-forces",
    title="forces by differences",
    doubt=False,
    meaning="The model has no forces. They are central differences of its energy in all coordinates, which costs six "
    "more energies an atom, and smears whatever is narrower than the step.",
)
UNIT_SUSPECTED = RemarkKind(
    name="units",
    title="units or signs that do not fit",
    doubt=True,
    meaning="Forces and the energy's slope have one ratio along the whole curve, or the curve and the reference's, and "
    "it is a factor between two units, or a sign. Metrics and findings are computed from the numbers as they came.",
)
REMARKS = (
    NOT_DETERMINISTIC,
    DEPENDS_ON_HISTORY,
    SAME_ANSWER,
    ATOMS_MOVED,
    ATOMS_SHIFTED,
    DEFAULT_DTYPE,
    NUMERICAL_FORCES,
    UNIT_SUSPECTED,
)
