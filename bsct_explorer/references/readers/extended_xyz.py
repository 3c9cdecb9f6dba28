"""Extended xyz with an energy and forces a frame: the frames become the scan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bsct_explorer.data import Evaluation, Floats, Ints, generalized_force
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import DeformationError, MoleculeError, ReferenceDataError
from bsct_explorer.molecules.building import Origin, build_molecule
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.xyz_format import XYZError, XYZFrame, parse_xyz
from bsct_explorer.references.computed_frames import frame_order, scan_from_frames
from bsct_explorer.references.frame_answers import answer_of, units_of
from bsct_explorer.references.reference_reader import ReferenceReader, ReferenceText
from bsct_explorer.references.reference_units import ANGSTROM, BOHR, EV, StatedUnits, units_given
from bsct_explorer.references.same_molecule import bonds_doubts, charges_doubt, state_doubts
from bsct_explorer.references.scale_check import RATIO_OFF, scale_doubts, slope_over_force
from bsct_explorer.references.stored_curves import conversions
from bsct_explorer.references.table_points import StoredTable, placeholders_in, places_in_words
from bsct_explorer.remarks import Remark
from bsct_explorer.remarks.of_references import FRAMES_READ, POINTS_DOUBTED


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
    stated = _stated(given, frames)
    if stated.coordinate is not None:
        frames = [replace(frame, positions=frame.positions * stated.coordinate.factor) for frame in frames]
    notes: list[Remark] = []
    stem = Path(name).stem
    try:
        if bond is None:
            bond = _driven_bond(frames, molecule, stem)
            found = f"The coordinate is the distance of atoms {bond[0]} and {bond[1]}, the bond that changes most."
            notes.append(FRAMES_READ.say(found))
        scan = scan_from_frames(frames, bond, molecule, stem)
        order, _ = frame_order(frames, bond)
    except (DeformationError, MoleculeError) as error:
        raise ReferenceDataError(f"{name}: {error}") from None
    if scan.deformation is None:
        flexible = "The frames are no rigid stretch: tangents are differences of the positions from frame to frame."
        notes.append(FRAMES_READ.say(flexible))
    energies, forces, failed = _answers(frames, order, scan, name)
    curve, stated = _in_ev(StoredTable(scan.values, energies, generalized_force(forces, scan.tangents)), stated, name)
    placeholders = placeholders_in(energies)
    if placeholders.any():
        places = places_in_words(scan.values[placeholders], scan.unit)
        text = f"{name}: the energy at {places} is far off its neighbours: taken for a calculation that failed."
        notes.append(POINTS_DOUBTED.say(text))
        failed |= {
            int(k): "the stored energy looks like that of a failed calculation" for k in placeholders.nonzero()[0]
        }
    energies, forces = energies * stated.energy_factor(), forces * stated.force_factor()
    energies[list(failed)], forces[list(failed)] = np.nan, np.nan
    if len(failed) == len(scan):
        raise ReferenceDataError(f"{name} has no frame with finite energy and forces. Check how it was written.")
    notes += conversions(stated, name)
    if molecule is not None:
        notes += state_doubts(frames[0].info, molecule, name) or charges_doubt(frames[0], molecule, name)
        nearest = int(np.argmin(np.abs(scan.values - (given.scan or scan).own_value)))
        notes += bonds_doubts(scan.positions[nearest], molecule, bond, name)
    notes += scale_doubts(curve, given.scan or scan, stated, name)
    answer = Evaluation(
        info=given.info, energies=energies, forces=forces, failed=failed, notes=(*given.remarks, *notes)
    )
    return scan, answer


def _answers(frames: list[XYZFrame], order: Ints, scan: Scan, name: str) -> tuple[Floats, Floats, dict[int, str]]:
    """Energies, forces and the reasons of frames without them, in the scan's order and the file's units."""
    energies = np.empty(len(scan))
    forces = np.empty(scan.positions.shape)
    failed: dict[int, str] = {}
    for k, index in enumerate(order):
        energies[k], forces[k], reason = answer_of(frames[index], f"{name}, frame {index},")
        if reason:
            failed[k] = reason
    return energies, forces, failed


def _stated(given: ReferenceText, frames: list[XYZFrame]) -> StatedUnits:
    """The units that count: what the person says, else what the frames say, and they must agree."""
    said = [units_of(frame, f"{given.name}, frame {k},") for k, frame in enumerate(frames)]
    for k, each in enumerate(said):
        if (each.energy, each.coordinate, each.force) != (said[0].energy, said[0].coordinate, said[0].force):
            raise ReferenceDataError(f"{given.name}, frame {k}, states other units than frame 0. Give them one by one.")
    return units_given(given.units, "Å").over(said[0]) if given.units else said[0]


def _in_ev(curve: StoredTable, stated: StatedUnits, name: str) -> tuple[StoredTable, StatedUnits]:
    """The curve in eV and eV/Å, and the units with those of the forces, where only the energy's are stated.

    Forces may then be per Å or per bohr of that energy, or in eV/Å: the slope of the energies tells.

    Raises
    ------
    ReferenceDataError
        It is the slope of none of them.
    """
    assert curve.generalized_forces is not None

    def converted(units: StatedUnits) -> StoredTable:
        forces = curve.generalized_forces
        assert forces is not None
        return StoredTable(curve.coordinate, curve.energies * units.energy_factor(), forces * units.force_factor())

    energy = stated.energy
    if energy is None or energy is EV or stated.force is not None:
        return converted(stated), stated
    for pair in ((energy, ANGSTROM), (energy, BOHR), (EV, ANGSTROM)):
        units = replace(stated, force=pair, where=(*stated.where, ("force", "by the slope of the energies")))
        ratio = slope_over_force(converted(units))
        if ratio is not None and abs(ratio - 1) < RATIO_OFF:
            return converted(units), units
    raise ReferenceDataError(
        f"{name} has energies in {energy.name} ({dict(stated.where).get('energy', 'by its format')}), and its forces "
        f"are their slope in none of {energy.name}/Å, {energy.name}/bohr and eV/Å. State their unit: forces_unit=eV/Å "
        f'in the frames\' comment lines, or --reference-unit "{energy.name}, eV/Å".'
    )


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
    with np.errstate(all="ignore"):  # positions that cannot be are refused behind this
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
    reads="Frames of one molecule along a bond, in any order, each with an energy and forces: they become the scan. "
    "Charge and multiplicity are compared with the molecule's.",
    units="eV, eV/Å, Å; others by `energy_unit=`, `force_units=`, `length_unit=`, `units=`, or a name such as "
    "`energy_hartree`.",
    refuses=(
        "a frame without an energy or forces, or with several",
        "a unit that is not known",
        "a periodic cell",
        "frames of other atoms",
        "two frames at one distance",
        "an angle's or a torsion's scan",
    ),
)
