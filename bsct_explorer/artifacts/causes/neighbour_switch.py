"""Hypothesis: of an atom's nearest neighbours one leaves and another enters, where the two are equally far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from bsct_explorer.artifacts.causes.atom_names import Names
from bsct_explorer.artifacts.causes.geometric_switches import Condition, Switch, distance, distances, rates
from bsct_explorer.data import Floats
from bsct_explorer.words.units import units_per_angstrom

if TYPE_CHECKING:
    from bsct_explorer.deformations import Scan

_STILL = 1e-6
_SAME = 1e-6
"""Å. Distances closer than this are equal by symmetry when neighbours are counted."""


def declared_neighbours(parameters: Mapping[str, float]) -> int | None:
    """How many nearest neighbours a potential says it takes: a parameter named ``k``, or with ``neighbours`` in it."""
    for name, value in parameters.items():
        word = name.lower()
        if "neighbours" in word or "neighbors" in word:
            return int(value)
    return None


def neighbour_switches(scan: Scan, place: float, tolerance: float, k: int | None) -> list[Switch]:
    """Triples (i; j, l) with d_ij = d_il at the place, where j leaves the nearest neighbours of i and l enters.

    Parameters
    ----------
    place, tolerance
        Where, and how far off the crossing may be, in the coordinate's unit.
    k
        How many neighbours the potential takes; None tries every rank.
    """
    names = Names(scan.molecule.symbols, scan.unit)
    per = units_per_angstrom(scan.unit)
    here, rate = rates(scan, place, distances, 1e-4 * per)
    n, found = len(here), []
    for i in range(n):
        others = [a for a in range(n) if a != i]
        for x, a in enumerate(others):
            for b in others[x + 1 :]:
                apart, closing = here[i, a] - here[i, b], rate[i, a] - rate[i, b]
                if abs(closing) < _STILL / per or abs(apart) > abs(closing) * tolerance:
                    continue
                leaving, entering = (a, b) if closing > 0 else (b, a)
                slack = abs(rate[i]).max() * tolerance + _SAME
                ranks = possible_ranks(here, i, a, b, slack)
                for at in ranks if k is None else sorted({k} & set(ranks)):
                    found.append(_switch(names, i, leaving, entering, float(here[i, a]), at, k is not None))
    return found


def possible_ranks(d: Floats, i: int, a: int, b: int, slack: float) -> range:
    """Which ranks among the neighbours of i the nearer of two equally far atoms can have, 1 for the nearest.

    More than one where further atoms are as far as these two.
    """
    rest = np.array([d[i, x] for x in range(len(d)) if x not in (i, a, b)])
    middle = 0.5 * (d[i, a] + d[i, b])
    return range(int((rest < middle - slack).sum()) + 1, int((rest <= middle + slack).sum()) + 2)


def _switch(names: Names, i: int, leaving: int, entering: int, d: float, k: int, declared: bool) -> Switch:
    nearest = f"{k} nearest" if k > 1 else "nearest"
    which = f"{nearest} {'neighbours' if declared else 'atoms'}"
    return Switch(
        kind="neighbour-switch",
        condition=_difference(i, leaving, entering),
        atoms=(i, leaving, entering),
        pairs=((i, leaving), (i, entering)),
        first=f"{names.atom(leaving)} leaves the {which} of {names.atom(i)} and {names.atom(entering)} takes its place",
        second="One neighbour is exchanged for another at once, and the energy feels both differently.",
        happens=_at_rank(i, leaving, entering, k),
        evidence={
            "centre": names.atom(i),
            "leaves": names.atom(leaving),
            "enters": names.atom(entering),
            "rank": k,
            "declared": "yes" if declared else "no",
            "distance_Å": d,
        },
    )


def _difference(i: int, a: int, b: int) -> Condition:
    def condition(positions: Floats) -> Floats:
        return distance(positions, i, a) - distance(positions, i, b)

    return condition


def _at_rank(i: int, a: int, b: int, k: int) -> Callable[[Floats], bool]:
    """Whether the two are the k-th and (k+1)-th neighbour of i, at positions where they are equally far."""

    def happens(positions: Floats) -> bool:
        return k in possible_ranks(distances(positions[None])[0], i, a, b, _SAME)

    return happens
