"""Hypothesis: a pair of atoms crosses a cutoff, and its contribution is cut off instead of fading out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.geometric_switches import Condition, Switch, distance, distances, rates
from bsct_explorer.data import Floats
from bsct_explorer.words.numbers import decimal, short
from bsct_explorer.words.units import units_per_angstrom

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan

_STILL = 1e-6
"""Å per Å. A distance that changes less than this along the scan (a pair in one rigid fragment) crosses nothing."""


def cutoff_pairs(scan: Scan, place: float, tolerance: float, cutoffs: Mapping[str, float]) -> list[Switch]:
    """Pairs whose distance equals a declared cutoff at the place.

    Parameters
    ----------
    place, tolerance
        Where, and how far off the crossing may be, in the coordinate's unit.
    cutoffs
        Å, by the name of the part that uses them; several parts with one cutoff are one hypothesis.
    """
    names = Names(scan.molecule.symbols, scan.unit)
    by_length: dict[float, list[str]] = {}
    for name, cutoff in cutoffs.items():
        by_length.setdefault(float(cutoff), []).append(name)
    found = []
    for i, j, d, rate in moving_pairs(scan, place):
        for cutoff, parts in by_length.items():
            if abs(d - cutoff) > abs(rate) * tolerance:
                continue
            part = names.several(parts)
            found.append(
                Switch(
                    kind="cutoff-pair",
                    condition=_against(i, j, cutoff),
                    atoms=(i, j),
                    pairs=((i, j),),
                    first=f"the distance {names.pair(i, j)} crosses the cutoff of {short(cutoff)} Å ({part})",
                    second="The pair is not faded out but cut off, so its contribution vanishes or appears at once.",
                    evidence={"pair": names.pair(i, j), "cutoff_Å": cutoff, "cutoff_of": part, "distance_Å": d},
                )
            )
    return found


def undeclared_cutoffs(scan: Scan, place: float) -> list[Switch]:
    """Every pair with its own distance at the place as a threshold, for potentials that declare no such cutoff."""
    names = Names(scan.molecule.symbols, scan.unit)
    return [
        Switch(
            kind="cutoff-pair",
            condition=_against(i, j, d),
            atoms=(i, j),
            pairs=((i, j),),
            first=f"the distance {names.pair(i, j)} crosses {decimal(d, 4)} Å",
            second="The jump follows this pair when atoms are moved, as with a sharp cutoff that is not declared.",
            evidence={"pair": names.pair(i, j), "distance_Å": d, "declared": "no"},
        )
        for i, j, d, _ in moving_pairs(scan, place)
    ]


def moving_pairs(scan: Scan, place: float) -> list[tuple[int, int, float, float]]:
    """Pairs i < j whose distance changes along the scan: i, j, distance in Å, its rate in Å per unit."""
    step = 1e-4 * units_per_angstrom(scan.unit)
    here, rate = rates(scan, place, distances, step)
    still = _STILL / units_per_angstrom(scan.unit)
    i, j = np.triu_indices(len(here), 1)
    moving = np.abs(rate[i, j]) > still
    return [(int(a), int(b), float(here[a, b]), float(rate[a, b])) for a, b in zip(i[moving], j[moving], strict=True)]


def _against(i: int, j: int, length: float) -> Condition:
    def condition(positions: Floats) -> Floats:
        return distance(positions, i, j) - length

    return condition
