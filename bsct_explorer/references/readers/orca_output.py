"""ORCA's output of a scan: the table below ``The Calculated Surface using the 'Actual Energy'``, in hartree."""

from __future__ import annotations

import re
from itertools import zip_longest

import numpy as np

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.program_curves import ProgramCurve, program_curve_on_scan
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.references.table_points import WrittenPoints
from bsct_explorer.references.table_text import number_in

_SURFACE = re.compile(r"^[ \t]*The Calculated Surface using the ('Actual Energy'|SCF energy)", re.MULTILINE)
_DRIVEN = re.compile(r"^[ \t]*(Bond|Angle|Dihedral)[ \t]*\(([\d, \t]{1,80})\)[ \t]*:[ \t]*range[ \t]*=", re.MULTILINE)
_STEP = re.compile(r"RELAXED SURFACE SCAN STEP\s+(\d{1,6})")
_CHARGE = re.compile(r"^[ \t]*Total Charge[ \t]+Charge[ \t]+\.{2,}[ \t]+(-?\d{1,6})", re.MULTILINE)
_MULTIPLICITY = re.compile(r"^[ \t]*Multiplicity[ \t]+Mult[ \t]+\.{2,}[ \t]+(\d{1,6})", re.MULTILINE)
_KINDS = {"Bond": "bond", "Angle": "angle", "Dihedral": "torsion"}


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The output's curve on the scan's grid."""
    text, name = given.text, given.name
    surfaces = list(_SURFACE.finditer(text))
    if not surfaces:
        raise ReferenceDataError(
            f"{name} has no table of a scan as ORCA ('The Calculated Surface using …') or Gaussian ('Summary of …') "
            "write it: the scan did not end, or it is another program's. Give a table of coordinate and energy."
        )
    actual = [found for found in surfaces if "Actual" in found[1]]
    rows = _rows(text[(actual or surfaces)[-1].end() :], name)
    driven = _DRIVEN.findall(text)
    if len(set(driven)) > 1:
        raise ReferenceDataError(f"{name} drives {len(set(driven))} coordinates at once. Give a scan of one.")
    kind, atoms = (_KINDS[driven[0][0]], _atoms(driven[0][1])) if driven else (None, None)
    energies = np.array([row[1] for row in rows])
    failed = [k for k in _unconverged(text) if k < len(rows)]
    energies[failed] = np.nan
    points = WrittenPoints(
        np.array([row[0] for row in rows]), energies, failed=tuple((k, "did not converge") for k in failed)
    )
    state = {}
    for key, pattern in (("charge", _CHARGE), ("multiplicity", _MULTIPLICITY)):
        found = pattern.search(text)
        if found:
            state[key] = found[1]
    return program_curve_on_scan(given, ProgramCurve("ORCA", points, kind, atoms, state, relaxed=True))


def _rows(text: str, name: str) -> list[tuple[float, float]]:
    """Rows of numbers below a table's title, up to the first line that is none."""
    rows: list[tuple[float, float]] = []
    for line in text.splitlines()[1:]:
        words = line.split()
        numbers = [number_in(word) for word in words]
        if not words and not rows:
            continue
        if not words or any(number is None for number in numbers):
            break
        if len(words) != 2:
            raise ReferenceDataError(
                f"{name} has a table of a scan with {len(words)} columns: several coordinates were driven. Give a scan "
                "of one."
            )
        rows.append((numbers[0] or 0.0, numbers[1] or 0.0))
    return rows


def _atoms(text: str) -> tuple[int, ...]:
    return tuple(int(word[:9]) for word in re.findall(r"\d+", text))


def _unconverged(text: str) -> list[int]:
    """Steps, 0-based, whose optimization did not converge."""
    steps = list(_STEP.finditer(text))
    found = []
    for step, after in zip_longest(steps, steps[1:]):
        part = text[step.end() : after.start() if after else len(text)]
        if "did not converge" in part and "THE OPTIMIZATION HAS CONVERGED" not in part:
            found.append(int(step[1]) - 1)
    return [k for k in found if k >= 0]


READER = ReferenceReader(
    name="ORCA's output",
    place=30,
    suffixes=(".out",),
    recognises=lambda text: _SURFACE.search(text) is not None,
    read=read,
    reads="The table `The Calculated Surface using the 'Actual Energy'`, else that of the SCF energy; what was driven, "
    "charge and multiplicity are compared with the scan's, steps that did not converge are left out.",
    units="hartree, Å, °.",
    refuses=("a scan of several coordinates", "another kind of coordinate", "an output without the table"),
)
