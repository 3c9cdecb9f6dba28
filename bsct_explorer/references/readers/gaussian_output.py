"""Gaussian's log of a scan: the summary of an optimized or of a rigid one, in hartree."""

from __future__ import annotations

import re

import numpy as np

from bsct_explorer.data import Evaluation, Floats
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import ReferenceDataError
from bsct_explorer.references.program_curves import ProgramCurve, program_curve_on_scan
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.references.table_points import WrittenPoints
from bsct_explorer.references.table_text import number_in
from bsct_explorer.remarks.of_references import REFERENCE_NOTE
from bsct_explorer.words.numbers import listed

_RELAXED = re.compile(
    r"Summary of Optimized Potential Surface Scan(?: \(add\s{1,20}(-?\d{1,9}\.\d{1,9}) to energies\))?"
)
_RIGID = re.compile(r"Summary of the potential surface scan:", re.IGNORECASE)
# Every repetition has a limit: a log may be large, and need not be one.
_GAP = r"[ \t]{1,60}"
_DRIVEN = re.compile(
    rf"![ \t]{{0,9}}(\S{{1,20}}){_GAP}([RAD])\(([\d,]{{1,60}})\){_GAP}-?\d{{1,6}}\.\d{{1,9}}{_GAP}Scan[ \t]{{0,60}}!"
)
_STATE = re.compile(r"Charge\s*=\s*(-?\d{1,6})\s+Multiplicity\s*=\s*(\d{1,6})")
_VALUE = re.compile(r"-?\d{1,9}\.\d{4,5}|\*{1,20}")
_ROW = re.compile(r"[ \t]+([A-Za-z]\w*)[ \t]+([-\d.* \t]+)")
_ENERGY = re.compile(r"SCF|[RU]?HF|DFT|MP\d.*|CC.*|QCI.*|B?D(\(T\))?|PM\d.*|AM1|CASSCF|CBS.*|G\d.*", re.IGNORECASE)
_KINDS = {"R": "bond", "A": "angle", "D": "torsion"}
_DIGITS = "Gaussian's summary has energies with five decimals in hartree, 0.3 meV: what is finer than that is rounding."


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The log's curve on the scan's grid."""
    text, name = given.text, given.name
    relaxed, rigid = list(_RELAXED.finditer(text)), list(_RIGID.finditer(text))
    if not relaxed and not rigid:
        raise ReferenceDataError(
            f"{name} has no table of a scan as Gaussian ('Summary of …') or ORCA ('The Calculated Surface using …') "
            "write it: the scan did not end, or it is another program's. Give a table of coordinate and energy."
        )
    driven = {found[0]: (found[1], found[2]) for found in _DRIVEN.findall(text)}
    if len(driven) > 1:
        raise ReferenceDataError(f"{name} drives {listed(sorted(driven))} at once. Give a scan of one coordinate.")
    variable = next(iter(driven), None)
    if relaxed:
        offset = float(relaxed[-1][1] or 0.0)
        points = _optimized(text[relaxed[-1].end() :], offset, variable, name)
    else:
        points = _rigid(text[rigid[-1].end() :], name)
    kind, atoms = None, None
    if variable is not None:
        letter, numbers = driven[variable]
        kind, atoms = _KINDS[letter], tuple(int(word[:9]) - 1 for word in numbers.split(",") if word)
    found = _STATE.search(text)
    state = {"charge": found[1], "multiplicity": found[2]} if found else {}
    curve = ProgramCurve(
        "Gaussian", points, kind, atoms, state, relaxed=bool(relaxed), remarks=(REFERENCE_NOTE.say(_DIGITS),)
    )
    return program_curve_on_scan(given, curve)


def _numbers(text: str) -> list[float]:
    """Numbers in columns of fixed width, which may touch; what did not fit its column is NaN."""
    return [number if (number := number_in(word)) is not None else np.nan for word in _VALUE.findall(text)]


def _optimized(text: str, offset: float, variable: str | None, name: str) -> WrittenPoints:
    energies: list[float] = []
    rows: dict[str, list[float]] = {}
    for line in text.splitlines()[1:]:
        if "Eigenvalues --" in line:
            energies += _numbers(line.partition("--")[2])
        elif found := _ROW.fullmatch(line):
            rows.setdefault(found[1], []).extend(_numbers(found[2]))
        elif line.strip() and not re.fullmatch(r"[\s\d]+", line):
            break
    whole = {key: np.array(values) for key, values in rows.items() if len(values) == len(energies)}
    if variable is None:
        # The log's head may be missing: what was driven goes on by one step.
        even = [key for key, values in whole.items() if _goes_on_evenly(values)]
        variable = even[0] if len(even) == 1 else None
    if variable not in whole:
        raise ReferenceDataError(
            f"{name} has a summary of a scan that does not tell which coordinate was driven. Give the whole log, or a "
            "table of coordinate and energy."
        )
    return WrittenPoints(whole[variable], np.array(energies) + offset)


def _goes_on_evenly(values: Floats) -> bool:
    steps = np.diff(values)
    return len(steps) > 2 and abs(float(steps[0])) > 1e-3 and bool((np.abs(steps - steps[0]) < 2e-3).all())


def _rigid(text: str, name: str) -> WrittenPoints:
    head: list[str] = []
    rows: list[list[float]] = []
    for line in text.splitlines()[1:]:
        words = line.split()
        if not words or set(line.strip()) <= {"-", " "}:
            if rows:
                break
            continue
        numbers = [number_in(word) for word in words]
        if numbers[0] is None:
            if rows:
                break
            head = words
            continue
        rows.append([np.nan if number is None else number for number in numbers])
    width = len(head)
    rows = [row for row in rows if len(row) == width]
    if width < 3 or not rows:
        raise ReferenceDataError(
            f"{name} has a summary of a scan that cannot be read. Give coordinate and energy as CSV."
        )
    table = np.array(rows)
    energies = [k for k, word in enumerate(head) if k > 0 and _ENERGY.fullmatch(word)] or [width - 1]
    changing = [k for k in range(1, energies[0]) if np.ptp(table[:, k]) > 0]
    if len(changing) != 1:
        driven = listed([head[k] for k in changing]) if changing else "nothing"
        raise ReferenceDataError(f"{name} is a scan in which {driven} changes. Give a scan of one coordinate.")
    return WrittenPoints(table[:, changing[0]], table[:, energies[-1]])


READER = ReferenceReader(
    name="Gaussian's log",
    place=35,
    suffixes=(".log",),
    recognises=lambda text: _RELAXED.search(text) is not None or _RIGID.search(text) is not None,
    read=read,
    reads="`Summary of Optimized Potential Surface Scan` or `Summary of the potential surface scan`, of several "
    "methods the last; what was driven, charge and multiplicity are compared with the scan's.",
    units="hartree, Å, °.",
    refuses=("a scan of several coordinates", "another kind of coordinate", "a log without the summary"),
)
