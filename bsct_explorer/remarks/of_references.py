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
UNIT_CONVERTED = RemarkKind(
    name="unit-converted",
    title="unit converted",
    doubt=False,
    meaning="The file states another unit than eV, Å or degrees, in its header, a comment or by its format, or you "
    "stated it; the numbers were converted.",
)
UNIT_DOUBTED = RemarkKind(
    name="unit-doubted",
    title="another unit?",
    doubt=True,
    meaning="The reference's numbers would fit another unit than the one they were read in. Nothing was converted: "
    "state the unit in the file, or with `--reference-unit`.",
)
POINTS_LEFT_OUT = RemarkKind(
    name="points-left-out",
    title="points without an energy",
    doubt=False,
    meaning="The file has points whose energy is missing or says that it failed. They are left out, and nothing is "
    "claimed between their neighbours.",
)
POINTS_DOUBTED = RemarkKind(
    name="points-doubted",
    title="points that look failed",
    doubt=True,
    meaning="The file has energies such as 0.0 or 9999 far off their neighbours, as programs write them where a "
    "calculation failed. They are left out.",
)
POINTS_MERGED = RemarkKind(
    name="points-merged",
    title="points that are there twice",
    doubt=False,
    meaning="The file has a coordinate more than once with the same energy; one of the rows is kept.",
)
COLUMNS_FOUND = RemarkKind(
    name="columns-found",
    title="columns found",
    doubt=False,
    meaning="The file does not name its columns, and they were told apart by what stands in them.",
)
TURNED = RemarkKind(
    name="periodic-reference",
    title="a whole turn",
    doubt=False,
    meaning="A torsion's table covers a whole turn and is taken as periodic, or is mirrored because it says so.",
)
NOT_CLOSED = RemarkKind(
    name="reference-not-closed",
    title="the reference's turn does not close",
    doubt=True,
    meaning="The reference has two energies for one molecule, at both ends of a whole turn: a scan that was relaxed "
    "point by point may have ended in another conformer.",
)
SPLINED = RemarkKind(
    name="reference-spline",
    title="spline of the reference",
    doubt=False,
    meaning="The reference was stored at other points than the scan's, and a cubic spline leads from these to those.",
)
PARTLY_COVERED = RemarkKind(
    name="reference-coverage",
    title="part without a reference",
    doubt=False,
    meaning="The reference does not cover the whole scan. Nothing is extrapolated, and nothing is compared there.",
)
RELAXED_REFERENCE = RemarkKind(
    name="relaxed-reference",
    title="relaxed reference",
    doubt=True,
    meaning="The reference comes from a scan in which all else was relaxed at each point, and the scan here is rigid: "
    "its walls and barriers are lower for that alone.",
)
OTHER_MOLECULE = RemarkKind(
    name="reference-of-another-molecule",
    title="another molecule?",
    doubt=True,
    meaning="The file says another charge, multiplicity or coordinate than the scan has.",
)
FRAMES_READ = RemarkKind(
    name="reference-frames",
    title="frames of the reference",
    doubt=False,
    meaning="How the coordinate was found in the file's frames, and whether they are a rigid stretch.",
)
TEXT_READ = RemarkKind(
    name="reference-text",
    title="encoding",
    doubt=False,
    meaning="The file is no UTF-8, and how it was read.",
)

REMARKS = (
    NO_REFERENCE,
    REFERENCE_NOTE,
    UNIT_CONVERTED,
    UNIT_DOUBTED,
    POINTS_LEFT_OUT,
    POINTS_DOUBTED,
    POINTS_MERGED,
    COLUMNS_FOUND,
    TURNED,
    NOT_CLOSED,
    SPLINED,
    PARTLY_COVERED,
    RELAXED_REFERENCE,
    OTHER_MOLECULE,
    FRAMES_READ,
    TEXT_READ,
)
