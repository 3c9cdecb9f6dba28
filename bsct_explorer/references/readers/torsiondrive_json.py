"""TorsionDrive's result as JSON, as QCArchive has it: energies in hartree by point of the grid."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.program_curves import ProgramCurve, program_curve_on_scan
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.references.table_points import WrittenPoints

_ENERGIES = ("final_energy_dict", "final_energies", "minimum_energies", "grid_energies")
_POINT = re.compile(r"[\[(]?\s*(-?\d{1,9}(?:\.\d+)?)\s*,?\s*[\])]?")
_SEVERAL = re.compile(r"[\[(]?\s*-?\d[\d.]*\s*,\s*-?\d[-\d., ]*[\])]?")
DEEPEST = 6
"""Levels of the document that are looked through."""


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The grid's energies on the scan's grid."""
    name = given.name
    try:
        document = json.loads(given.text)
    except (ValueError, RecursionError):
        raise ReferenceDataError(
            f"{name} is no JSON that can be read. Save the record of the torsion drive again."
        ) from None
    found = _found(document, _ENERGIES)
    energies = next((each for each in found if isinstance(each, dict) and each), None)
    if energies is None:
        raise ReferenceDataError(
            f"{name} has no energies by point of the grid ({', '.join(_ENERGIES)}). Give the record of a torsion "
            "drive, or a table of coordinate and energy."
        )
    places, values = [], []
    for point, value in energies.items():
        one = _POINT.fullmatch(point)
        if one is None:
            several = "several coordinates were driven" if _SEVERAL.fullmatch(point) else "it is no point of a grid"
            raise ReferenceDataError(f"{name} has the point {point[:40]!r}: {several}. Give a scan of one torsion.")
        places.append(float(one[1]))
        values.append(_energy(value))
    points = WrittenPoints(np.array(places), np.array(values))
    dihedrals = next((each for each in _found(document, ("dihedrals",)) if isinstance(each, list) and each), None)
    state = {
        key: str(each)
        for key in ("molecular_charge", "molecular_multiplicity")
        for each in _found(document, (key,))[:1]
        if isinstance(each, int | float)
    }
    curve = ProgramCurve("TorsionDrive", points, "torsion", _atoms(dihedrals), state, relaxed=True)
    return program_curve_on_scan(given, curve)


def _energy(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _atoms(dihedrals: list[Any] | None) -> tuple[int, ...] | None:
    """The atoms of the only dihedral, or None."""
    if dihedrals is None or len(dihedrals) != 1 or not isinstance(dihedrals[0], list):
        return None
    atoms = dihedrals[0]
    whole = len(atoms) == 4 and all(isinstance(atom, int) and 0 <= atom < 10**6 for atom in atoms)
    return tuple(atoms) if whole else None


def _found(document: Any, keys: tuple[str, ...], depth: int = 0) -> list[Any]:
    """Values of these keys anywhere in the upper levels of a document."""
    if depth > DEEPEST:
        return []
    if isinstance(document, dict):
        own = [document[key] for key in keys if key in document]
        return own + [each for value in document.values() for each in _found(value, keys, depth + 1)]
    if isinstance(document, list) and len(document) < 1000:
        return [each for value in document for each in _found(value, keys, depth + 1)]
    return []


READER = ReferenceReader(
    name="TorsionDrive's JSON",
    place=50,
    suffixes=(".json",),
    recognises=lambda text: text.lstrip()[:1] == "{" and any(f'"{key}"' in text for key in _ENERGIES),
    read=read,
    reads="`final_energies`, `final_energy_dict`, `minimum_energies` or `grid_energies` by point of the grid, as in "
    "QCArchive; dihedral, charge and multiplicity are compared with the scan's.",
    units="hartree, °.",
    refuses=("a grid of several torsions", "another kind of coordinate", "a document without these energies"),
)
