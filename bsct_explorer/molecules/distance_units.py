"""Whether distances fit bonds in Å, or in another unit: bohr, nm and pm are met in files that should have Å."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bsct_explorer.data import Floats, Ints
from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bond_graph import Pair, pieces
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_molecules import BOND_LENGTHS
from bsct_explorer.words.atoms import atoms_label
from bsct_explorer.words.numbers import decimal
from bsct_explorer.words.units import ANGSTROM_PER_BOHR

UNITS = (("bohr", "1.89", ANGSTROM_PER_BOHR, "0.529177"), ("nm", "0.1", 10.0, "10"), ("pm", "100", 0.01, "0.01"))
"""Units that coordinates may be in, how many times too long distances then look, and what they are in Å, as number and
as text."""

BONDED = 1.3
"""A pair of atoms closer than this times the sum of their covalent radii is bonded, as in rdkit's perception."""

TOUCHING = 0.6
"""A pair of atoms closer than this times the sum of their covalent radii is too close for any bond."""

USUAL = (0.8, 1.25)
"""Between these times the sum of the covalent radii the nearest atom is, on the median of a molecule's atoms."""

LONG = 1.5
"""A listed bond longer than this times the sum of the covalent radii is remarked on."""


def ratios(symbols: Sequence[str], positions: Floats, pairs: Iterable[Pair] | Ints) -> Floats:
    """Distances of pairs by the sums of their covalent radii (Cordero et al. 2008), shape (n_pairs,)."""
    from ase.data import atomic_numbers, covalent_radii

    radii = np.array([covalent_radii[atomic_numbers[symbol]] for symbol in symbols])
    index = np.array(pairs if isinstance(pairs, np.ndarray) else list(pairs), dtype=np.int64).reshape(-1, 2)
    i, j = index[:, 0], index[:, 1]
    found: Floats = np.linalg.norm(positions[i] - positions[j], axis=1) / (radii[i] + radii[j])
    return found


def unit_question(symbols: Sequence[str], positions: Floats) -> str:
    """A question where the structure is one molecule in another unit than Å; empty where it is in none.

    The test: with all distances converted, all atoms hang together by bonds of usual lengths, and none touch.
    """
    n_atoms = len(symbols)
    i, j = np.triu_indices(n_atoms, 1)
    pairs = list(zip(i.tolist(), j.tolist(), strict=True))
    found = ratios(symbols, positions, pairs)
    for name, times, angstrom, factor in UNITS:
        close = found * angstrom
        if not len(close) or close.min() < TOUCHING:
            continue
        nearest = np.full(n_atoms, np.inf)
        np.minimum.at(nearest, i, close)
        np.minimum.at(nearest, j, close)
        if not USUAL[0] < float(np.median(nearest)) < USUAL[1]:
            continue
        bonds = [pairs[k] for k in np.flatnonzero(close < BONDED)]
        if len(pieces(n_atoms, bonds)) == 1:
            return _question(name, times, factor)
    return ""


def _question(name: str, times: str, factor: str) -> str:
    return (
        f"The distances are {times} times those of bonds: are they in {name}? Then multiply them by {factor} to get Å."
    )


def check_listed_bonds(
    name: str, symbols: Sequence[str], positions: Floats, orders: Mapping[Pair, float | None]
) -> tuple[Remark, ...]:
    """A remark on listed bonds that are much too long.

    Raises
    ------
    MoleculeError
        All of several bonds are, as in a file in bohr.
    """
    pairs = sorted((min(pair), max(pair)) for pair in orders)
    if not pairs:
        return ()
    found = ratios(symbols, positions, pairs)
    long = np.flatnonzero(found > LONG)
    if not len(long):
        return ()
    middle = float(np.median(found))
    question = next(
        (
            _question(unit, times, factor)
            for unit, times, angstrom, factor in UNITS
            if abs(middle * angstrom - 1) < 0.12
        ),
        "",
    )
    if len(pairs) > 1 and len(long) == len(pairs):
        raise MoleculeError(
            f"{name}: all bonds that it lists are longer than bonds are, {decimal(middle, 2)} times on the median. "
            f"{question or 'Check the unit of the coordinates (Å are expected).'}"
        )
    shown = [
        f"{atoms_label(symbols, (i, j))} ({decimal(float(np.linalg.norm(positions[i] - positions[j])), 2)} Å)"
        for i, j in (pairs[k] for k in long[:4])
    ]
    more = f" and {len(long) - 4} more" if len(long) > 4 else ""
    return (
        BOND_LENGTHS.say(f"Bonds that the file lists are unusually long: {', '.join(shown)}{more}. {question}".strip()),
    )
