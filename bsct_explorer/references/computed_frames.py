"""Scans whose frames were computed elsewhere: sorted, checked, and recognised as a rigid stretch where they are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, get_args

import numpy as np

from bsct_explorer.data import Floats, Ints, frozen_array
from bsct_explorer.deformations import WIDEST, BondStretch, Fixed, Scan, sum_of_radii
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules.bond_graph import fragments
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.words.atoms import element_symbols
from bsct_explorer.words.numbers import decimal


class Frame(Protocol):
    """Atoms of one frame; `ase.Atoms` is one."""

    @property
    def numbers(self) -> Ints: ...

    @property
    def positions(self) -> Floats: ...


RIGID = 2e-4
"""Å. Frames that depart less than this from a rigid stretch are one: room for files written with five digits."""


FARTHEST = 1e6
"""Å from the origin. No frame goes so far."""


def frame_order(frames: Sequence[Frame], atoms: tuple[int, int]) -> tuple[Ints, Floats]:
    """Order of the frames by the distance of two atoms, and the distances in that order, shapes (n_frames,), Å.

    Raises
    ------
    DeformationError
        Fewer than two frames, frames of different atoms, positions that cannot be, or two frames at one distance.
    """
    if len(frames) < 2:
        raise DeformationError(f"A scan needs at least two frames, and there is {len(frames)}. Give the whole scan.")
    first = np.asarray(frames[0].numbers)
    for k, frame in enumerate(frames):
        if not np.array_equal(frame.numbers, first):
            raise DeformationError(
                f"Frame {k} has other atoms than frame 0, or another order of them. Give frames of one molecule."
            )
        if not (np.abs(frame.positions) < FARTHEST).all():
            raise DeformationError(
                f"Frame {k} has positions that are not finite numbers, or farther out than any molecule goes. Take it "
                "out of the file."
            )
    i, j = atoms
    if not (0 <= i < len(first) and 0 <= j < len(first)) or i == j:
        raise DeformationError(
            f"Atoms {i} and {j} are no pair of the frames' {len(first)} atoms (0 to {len(first) - 1})."
        )
    lengths = np.array([np.linalg.norm(frame.positions[j] - frame.positions[i]) for frame in frames])
    order = np.argsort(lengths, kind="stable")
    lengths = lengths[order]
    same = np.flatnonzero(np.diff(lengths) < 1e-7)
    if len(same):
        k, m = order[same[0]], order[same[0] + 1]
        raise DeformationError(
            f"Frames {k} and {m} have the same distance of atoms {i} and {j}, {decimal(lengths[same[0]], 6)} Å. The "
            "coordinate must differ from frame to frame: name the bond that was scanned, or take one of the two out."
        )
    return order.astype(np.int64), lengths


def scan_from_frames(
    frames: Sequence[Frame], atoms: tuple[int, int], molecule: Molecule | None = None, name: str = "frames"
) -> Scan:
    """A scan whose frames were computed elsewhere.

    Parameters
    ----------
    frames
        `ase.Atoms` or alike, in any order, n_frames of them.
    atoms
        The two atoms whose distance is the coordinate, 0-based.
    molecule
        The molecule that they belong to; None to make one from the frame nearest to an ordinary bond length.
    name
        Name of a molecule that is made.

    Returns
    -------
    Scan
        Sorted by the distance. Where the frames are a rigid stretch to within `RIGID`, tangents are the fragments'
        and the scan can be made at other values; else tangents are second-order differences of the positions.

    Raises
    ------
    DeformationError
        See `frame_order`; or the frames' atoms are not the molecule's.
    MoleculeError
        No molecule can be made from the frames.
    """
    if molecule is not None and len(frames) and not np.array_equal(molecule.numbers, frames[0].numbers):
        raise DeformationError(
            f"The frames' atoms are not those of {molecule.name} ({molecule.formula}) in the same order. "
            "Give the frames' own molecule, or none."
        )
    order, values = frame_order(frames, atoms)
    positions = np.array([frames[k].positions for k in order], dtype=np.float64)
    if molecule is None:
        molecule = _molecule_of(np.asarray(frames[0].numbers), positions, values, atoms, name)
    plain = Scan(
        molecule=molecule,
        kind="bond",
        atoms=atoms,
        unit="Å",
        values=values,
        positions=positions,
        tangents=np.gradient(positions, values, axis=0, edge_order=2 if len(values) > 2 else 1),
        labels=_labels_or_halves(molecule, atoms),
    )
    return _as_rigid(plain) or plain


def _molecule_of(numbers: Ints, positions: Floats, values: Floats, atoms: tuple[int, int], name: str) -> Molecule:
    from bsct_explorer.molecules.building import Origin, build_molecule

    usual = _most_usual(numbers, values, atoms)
    return build_molecule(Origin(name), element_symbols(numbers), positions[usual])


def _most_usual(numbers: Ints, values: Floats, atoms: tuple[int, ...]) -> int:
    """The frame whose length is nearest to the sum of the covalent radii."""
    from ase.data import covalent_radii

    return int(np.argmin(np.abs(values - covalent_radii[numbers[list(atoms)]].sum())))


def _labels_or_halves(molecule: Molecule, atoms: tuple[int, int]) -> Ints:
    """The bond's fragments; where it has none (a ring bond, no bond), each atom goes with the nearer end."""
    try:
        return fragments(molecule, *atoms)
    except DeformationError:
        ends = molecule.positions[list(atoms)]
        distance = np.linalg.norm(molecule.positions[:, None] - ends, axis=2)
        return np.asarray(distance[:, 1] < distance[:, 0], dtype=np.int64)


def _as_rigid(scan: Scan) -> Scan | None:
    """The scan with a rigid stretch's tangents and `deformation`, or None where the frames are none.

    The stretch starts from the scan's own frame of most usual length, so the molecule may stand elsewhere or turned.
    """
    i, j = scan.atoms
    try:
        labels = tuple(int(x) for x in fragments(scan.molecule, i, j))
    except DeformationError:
        return None
    base = replace(scan.molecule, positions=scan.positions[_most_usual(scan.molecule.numbers, scan.values, (i, j))])
    unit = sum_of_radii(base, i, j)
    limits = (float(scan.values[0]) / unit, float(scan.values[-1]) / unit)
    if limits[1] > WIDEST:
        return None
    for fixed in get_args(Fixed):
        stretch = BondStretch(i, j, range=limits, fixed=fixed, labels=labels)
        rigid = stretch.scan_at(base, scan.values)
        if np.abs(rigid.positions - scan.positions).max() < RIGID:
            return replace(
                scan, molecule=base, tangents=rigid.tangents, labels=frozen_array(labels, int), deformation=stretch
            )
    return None
