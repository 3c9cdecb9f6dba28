"""Where the shape of a scan's true curve is known without a reference: along single bonds, and nowhere else."""

from __future__ import annotations

import numpy as np

from bsct_explorer.artifacts.known_shape import KnownShape
from bsct_explorer.data import Floats
from bsct_explorer.deformations import DEFAULT_RANGE, FULL_TURN, Scan, sum_of_radii
from bsct_explorer.molecules import Bond, Molecule

_ALIKE = 0.05
"""Å. Two bonds of one atom to the same element that differ by less share their order, as in ozone and nitro groups."""

_NO_MULTIPLE = frozenset({"H", "F", "Cl", "Br", "I"})
"""Elements whose bonds are single also where no order is known."""

_CLOSER = 0.2
"""Å by which two atoms of different fragments must approach before they are said to meet."""

_VDW_UNKNOWN = 2.0
"""Å, van der Waals radius of elements without one in the table."""


def known_shape(scan: Scan) -> KnownShape:
    """What is known of the true curve along a scan.

    A bond that is compressed meets the repulsion of its nuclei. Pulled apart it must climb until it is broken, if it is
    single: a multiple bond that stays closed-shell has a real barrier and a fall behind it (ketene, azides), as have
    two charges of one sign that are pulled apart. Where a fragment meets another part of the molecule on its way,
    there are real minima. Angles and torsions have several minima: ozone its ring, butane its gauche conformers.
    """
    own = own_in_range(scan)
    turn = FULL_TURN if scan.full_turn else None
    if scan.kind != "bond":
        return KnownShape(own, inside=False, outside=False, turn=turn)
    i, j = scan.atoms[:2]
    outside = is_single(scan.molecule, i, j) and abs(scan.molecule.charge) < 2 and not fragments_meet(scan)
    usual_end = DEFAULT_RANGE[1] * sum_of_radii(scan.molecule, i, j)
    return KnownShape(own, inside=True, outside=outside, usual_end=usual_end)


def own_in_range(scan: Scan) -> float | None:
    """The molecule's own value of the coordinate, a torsion's in the window of the scan; None outside the range."""
    turns = (0.0,) if scan.period is None else (0.0, -scan.period, scan.period)
    values = [scan.own_value + turn for turn in turns]
    return next((value for value in values if scan.values[0] <= value <= scan.values[-1]), None)


def is_single(molecule: Molecule, i: int, j: int) -> bool:
    """Whether a bond is known to be single: by its order, and not as long as a multiple one beside it."""
    bond = molecule.bond(i, j)
    if bond is None:
        return True
    if bond.order is None:
        return not _NO_MULTIPLE.isdisjoint(bond.symbols)
    return bond.order <= 1 and not any(_resonance(molecule, bond, other) for other in molecule.bonds)


def _resonance(molecule: Molecule, bond: Bond, other: Bond) -> bool:
    """Whether a multiple bond of one of the two atoms has the same elements and the same length."""
    shares = len({*bond.atoms} & {*other.atoms}) == 1
    return (
        shares
        and (other.order or 1) > 1
        and other.type == bond.type
        and abs(_length(molecule, bond) - _length(molecule, other)) < _ALIKE
    )


def _length(molecule: Molecule, bond: Bond) -> float:
    return float(np.linalg.norm(molecule.positions[bond.i] - molecule.positions[bond.j]))


def fragments_meet(scan: Scan) -> bool:
    """Whether, when a bond is stretched, atoms of the two fragments come within touch that were farther apart before.

    They touch at the sum of their van der Waals radii (S. Alvarez, Dalton Trans. 42, 8617 (2013)).
    """
    from ase.data.vdw_alvarez import vdw_radii

    radii = vdw_radii[scan.molecule.numbers]
    radii = np.where(np.isfinite(radii), radii, _VDW_UNKNOWN)
    own = scan.own_value
    stretched, nearest = scan.positions[scan.values > own], int(np.abs(scan.values - own).argmin())
    first, second = np.flatnonzero(scan.labels == 0), np.flatnonzero(scan.labels == 1)
    if not (len(stretched) and len(first) and len(second)):
        return False

    def apart(positions: Floats) -> Floats:
        gaps = positions[..., first, None, :] - positions[..., None, second, :]
        return np.asarray(np.linalg.norm(gaps, axis=-1))

    before = apart(scan.positions[nearest])
    closest = apart(stretched).min(axis=0)
    touching = radii[first][:, None] + radii[second][None, :]
    return bool(((closest < before - _CLOSER) & (closest < touching)).any())
