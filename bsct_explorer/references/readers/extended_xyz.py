"""Extended xyz with an energy and forces a frame: the frames become the scan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bsct_explorer.data import Evaluation
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import DeformationError, MoleculeError, ReferenceDataError
from bsct_explorer.molecules.building import Origin, build_molecule
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.xyz_format import XYZError, XYZFrame, parse_xyz
from bsct_explorer.references.computed_frames import frame_order, scan_from_frames
from bsct_explorer.references.frame_answers import answer_of
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText


def read(given: ReferenceText) -> tuple[Scan, Evaluation]:
    """The file's frames in the order of the coordinate, with their energies and forces."""
    scan, name = given.scan, given.name
    if scan is not None and scan.kind != "bond":
        raise ReferenceDataError(
            f"{name} has frames, which serve as the reference of a bond's scan, not of this {scan.kind}'s. Give its "
            "curve as CSV: coordinate in degrees, energy in eV[, generalized force in eV per degree]."
        )
    try:
        frames, _ = parse_xyz(given.text)
    except XYZError as error:
        raise ReferenceDataError(f"{name} is not an extended xyz file that can be read: {error}.") from None
    if scan is not None:
        i, j = scan.atoms
        given = replace(given, molecule=given.molecule or scan.molecule, bond=given.bond or (i, j))
    return _on_frames(given, frames)


def _on_frames(given: ReferenceText, frames: list[XYZFrame]) -> tuple[Scan, Evaluation]:
    name, molecule, bond = given.name, given.molecule, given.bond
    if any(frame.periodic for frame in frames):
        raise ReferenceDataError(
            f'{name} has frames in a periodic cell. Give a molecule in vacuum (no Lattice, or pbc="F F F").'
        )
    notes: tuple[str, ...] = ()
    stem = Path(name).stem
    try:
        if bond is None:
            bond = _driven_bond(frames, molecule, stem)
            notes = (f"The coordinate is the distance of atoms {bond[0]} and {bond[1]}, the bond that changes most.",)
        scan = scan_from_frames(frames, bond, molecule, stem)
        order, _ = frame_order(frames, bond)
    except (DeformationError, MoleculeError) as error:
        raise ReferenceDataError(f"{name}: {error}") from None
    if scan.deformation is None:
        notes = (
            *notes,
            "The frames are no rigid stretch: tangents are differences of the positions from frame to frame.",
        )
    energies = np.empty(len(scan))
    forces = np.empty(scan.positions.shape)
    failed: dict[int, str] = {}
    for k, index in enumerate(order):
        energies[k], forces[k], reason = answer_of(frames[index], f"{name}, frame {index},")
        if reason:
            failed[k] = reason
    if len(failed) == len(scan):
        raise ReferenceDataError(f"{name} has no frame with finite energy and forces. Check how it was written.")
    return scan, Evaluation(info=given.info, energies=energies, forces=forces, failed=failed, notes=notes)


def _driven_bond(frames: Sequence[XYZFrame], molecule: Molecule | None, name: str) -> tuple[int, int]:
    """The bond whose length changes most, among those of the molecule or of the frame with the lowest energy."""
    if len({frame.symbols for frame in frames}) > 1:
        raise DeformationError("Its frames have different atoms. Give frames of one molecule.")
    if molecule is None:
        energies = [answer_of(frame, f"{name}, frame {k},")[0] for k, frame in enumerate(frames)]
        if not np.isfinite(energies).any():
            raise DeformationError("No frame has a finite energy. Check how it was written.")
        lowest = frames[int(np.nanargmin(energies))]
        molecule = build_molecule(Origin(name), lowest.symbols, lowest.positions)
    positions = np.array([frame.positions for frame in frames])
    if positions.shape[1] != len(molecule):
        raise DeformationError(f"It has {positions.shape[1]} atoms a frame, and {molecule.name} has {len(molecule)}.")
    pairs = np.array([bond.atoms for bond in molecule.bonds])
    lengths = np.linalg.norm(positions[:, pairs[:, 1]] - positions[:, pairs[:, 0]], axis=2)
    i, j = pairs[int(np.ptp(lengths, axis=0).argmax())]
    return int(i), int(j)


_FIRST_FRAME = re.compile(r"\s*\d+[ \t]*\r?\n[^\n]*\n\s*\w{1,3}(\s+[-+]?\d*\.?\d+([eE][-+]?\d+)?){3}")


def _recognised(text: str) -> bool:
    """The first line of xyz holds nothing but the number of atoms; the third one an atom."""
    return _FIRST_FRAME.match(text) is not None


READER = ReferenceReader(
    name="extended xyz",
    place=10,
    suffixes=(".xyz", ".extxyz"),
    recognises=_recognised,
    read=read,
)
