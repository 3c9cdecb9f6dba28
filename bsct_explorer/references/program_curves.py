"""Curves as programs write them, on the scan at hand: what is driven, in which state, whether all else was relaxed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.reference_reader import ReferenceText
from bsct_explorer.references.reference_units import HARTREE, StatedUnits
from bsct_explorer.references.same_molecule import coordinate_doubts, state_doubts
from bsct_explorer.references.stored_curves import curve_on_scan, scan_of
from bsct_explorer.references.table_points import WrittenPoints
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import RELAXED_REFERENCE

RIGID_ANYWAY = 2
"""Atoms of a molecule in which nothing is left to relax."""


@dataclass(frozen=True)
class ProgramCurve:
    """A curve out of a program's file.

    Attributes
    ----------
    program
        Its name.
    points
        Energies in hartree, the coordinate in Å or degrees.
    kind, atoms
        What was driven, ``bond``, ``angle`` or ``torsion``, and its atoms, 0-based; None where the file does not say.
    state
        Charge and multiplicity as the file has them, by its own keys.
    relaxed
        Whether all else was relaxed at each point.
    remarks
        What else was found.
    """

    program: str
    points: WrittenPoints
    kind: str | None = None
    atoms: tuple[int, ...] | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    relaxed: bool = False
    remarks: tuple[Remark, ...] = ()


def hartree_of(program: str) -> StatedUnits:
    """The units of a program that writes hartree."""
    return StatedUnits(energy=HARTREE, where=(("energy", f"as {program} writes them"),))


def program_curve_on_scan(given: ReferenceText, curve: ProgramCurve) -> tuple[Scan, Evaluation]:
    """A program's curve on the scan at hand.

    Raises
    ------
    ReferenceDataError
        It is the curve of another kind of coordinate, or none of the scan.
    """
    scan, name = scan_of(given), given.name
    if curve.kind is not None and curve.kind != scan.kind:
        raise ReferenceDataError(
            f"{name} drives {_with_article(curve.kind)}, and the scan here {_with_article(scan.kind)}. Scan the same "
            "coordinate, or take another reference."
        )
    remarks = [*curve.remarks, *state_doubts(curve.state, scan.molecule, name)]
    if curve.kind is not None and curve.atoms is not None:
        remarks += coordinate_doubts(curve.kind, curve.atoms, scan, name)
    if curve.relaxed:
        remarks += relaxed_doubt(scan, f"{name} holds a scan of {curve.program} that relaxed all else at each point.")
    return curve_on_scan(given, curve.points, hartree_of(curve.program), tuple(remarks))


def relaxed_doubt(scan: Scan, found: str) -> list[Remark]:
    """A doubt where a relaxed scan is compared with this rigid one; none where nothing is left to relax."""
    if len(scan.molecule) <= RIGID_ANYWAY:
        return []
    return [
        RELAXED_REFERENCE.say(
            f"{found} The scan here is rigid: walls and barriers of the reference are lower for that alone. Energies "
            "of the rigid frames (--xyz writes them) compare like with like."
        )
    ]


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind == "angle" else f"a {kind}"
