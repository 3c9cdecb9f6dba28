"""Frames whose comment lines have energies in hartree and that have no forces: TorsionDrive's scan.xyz, xtbscan.log,
ORCA's NAME.allxyz, geomeTRIC's NAME_optim.xyz. The coordinate is measured on them, and the energies are a table of it.
"""

from __future__ import annotations

import re

import numpy as np

from bsct_explorer.data import Evaluation, Floats
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import DeformationError, ReferenceDataError
from bsct_explorer.molecules.xyz_format import XYZError, XYZFrame, parse_xyz
from bsct_explorer.references.computed_frames import FARTHEST
from bsct_explorer.references.program_curves import hartree_of, relaxed_doubt
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.references.same_molecule import bonds_doubts
from bsct_explorer.references.stored_curves import curve_on_scan, scan_of
from bsct_explorer.references.table_points import WrittenPoints
from bsct_explorer.references.table_text import number_in
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import FRAMES_READ
from bsct_explorer.words.numbers import number

_NUMBER = r"(?P<energy>[-+]?\d+\.\d*(?:[eEdD][-+]?\d{1,3})?|nan)"
_COMMENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("TorsionDrive", re.compile(rf"\s*Dihedral\s+\(.{{1,80}}?\)\s+Energy\s+{_NUMBER}\b", re.IGNORECASE)),
    ("ORCA", re.compile(rf"\s*Coordinates from ORCA-job\s+\S+\s+E\s+{_NUMBER}\b", re.IGNORECASE)),
    ("xtb", re.compile(rf"\s*energy:\s*{_NUMBER}\s+(?:gnorm|xtb)\b.*", re.IGNORECASE)),
    ("xtb", re.compile(rf"\s*SCF done\s+{_NUMBER}\b", re.IGNORECASE)),
    ("geomeTRIC", re.compile(rf"\s*Iteration\s+\d+\s+Energy\s+{_NUMBER}\b", re.IGNORECASE)),
)
_FIRST = re.compile(r"\s*\d{1,9}[ \t]*\r?\n([^\n]*)\n")

RIGID = 0.05
"""Å. Distances between atoms of the file's frames and of the rigid scan's that differ by less count as the same."""


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The energies of the frames as a table of the coordinate that the scan drives, measured on them."""
    scan, name = scan_of(given), given.name
    # ORCA separates frames by a line with >.
    text = "\n".join(line for line in given.text.splitlines() if line.strip() != ">")
    try:
        frames, _ = parse_xyz(text)
    except XYZError as error:
        raise ReferenceDataError(f"{name} is no file of frames that can be read: {error}.") from None
    for k, frame in enumerate(frames):
        if not np.array_equal(frame.numbers, scan.molecule.numbers):
            raise ReferenceDataError(
                f"{name}, frame {k} has other atoms than {scan.molecule.name} ({scan.molecule.formula}), or another "
                "order of them. Give the molecule of these frames."
            )
        if not (np.abs(frame.positions) < FARTHEST).all():
            raise ReferenceDataError(f"{name}, frame {k} has positions that cannot be. Take it out of the file.")
    program = _program(frames[0].comment)
    energies = np.array([_energy(frame, f"{name}, frame {k},") for k, frame in enumerate(frames)])
    positions = np.array([frame.positions for frame in frames])
    values = _measured(scan, positions)
    remarks = [FRAMES_READ.say(f"The coordinate was measured on the {len(frames)} frames of {name}.")]
    nearest = int(np.argmin(np.abs(values - scan.own_value)))
    remarks += bonds_doubts(positions[nearest], scan.molecule, scan.atoms, name)
    remarks += _relaxed(scan, values, positions, name)
    return curve_on_scan(given, WrittenPoints(values, energies), hartree_of(program), tuple(remarks))


def _program(comment: str) -> str:
    return next((program for program, pattern in _COMMENTS if pattern.match(comment)), "the program")


def _energy(frame: XYZFrame, where: str) -> float:
    for _, pattern in _COMMENTS:
        found = pattern.match(frame.comment)
        if found:
            value = number_in(found["energy"])
            return np.nan if value is None else value
    raise ReferenceDataError(
        f"{where} has no energy in its comment line {frame.comment[:60]!r}, as other frames have. Take it out."
    )


def _measured(scan: Scan, positions: Floats) -> Floats:
    if scan.deformation is not None:
        return scan.deformation.measure(positions)
    i, j = scan.atoms[:2]
    return np.asarray(np.linalg.norm(positions[:, i] - positions[:, j], axis=1))


def _relaxed(scan: Scan, values: Floats, positions: Floats, name: str) -> list[Remark]:
    """A doubt where the frames are not those of the rigid scan at the same values, with by how much."""
    if scan.deformation is None or not np.isfinite(values).all():
        return []
    places, at = np.unique(values, return_index=True)
    try:
        rigid = scan.at(places).positions
    except DeformationError:
        return []
    off = max(float(np.abs(_distances(a) - _distances(b)).max()) for a, b in zip(positions[at], rigid, strict=True))
    if off < RIGID:
        return []
    return relaxed_doubt(
        scan, f"The frames of {name} differ by up to {number(off, 2)} Å in a distance from the scan's."
    )


def _distances(frame: Floats) -> Floats:
    return np.asarray(np.linalg.norm(frame[:, None] - frame[None], axis=2))


def _recognised(text: str) -> bool:
    first = _FIRST.match(text)
    return first is not None and any(pattern.match(first[1]) for _, pattern in _COMMENTS)


READER = ReferenceReader(
    name="frames with energies",
    place=5,
    suffixes=(".allxyz",),
    recognises=_recognised,
    read=read,
    reads="Frames with an energy in the comment line and no forces: TorsionDrive's `scan.xyz`, `xtbscan.log`, "
    "ORCA's `.allxyz`, geomeTRIC's `_optim.xyz`. The coordinate is measured on them; whether they are this "
    "scan's rigid frames is said.",
    units="hartree, Å.",
    refuses=("frames of other atoms", "a frame without an energy"),
)
