"""Reference energies and forces that were computed elsewhere: BSCT-SPICE's DFT, and the user's own scan.

Units are eV, Å and eV/Å. A frame without a finite energy is a gap: energy and forces are NaN, and `failed` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bsct_explorer.data import Evaluation, Floats, PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import DeformationError, MoleculeError, ReferenceDataError
from bsct_explorer.molecules.bsct_spice import find_data_dir, list_systems, read_partition, read_spice_frame
from bsct_explorer.molecules.building import Origin, build_molecule
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.xyz_format import XYZError, XYZFrame, parse_xyz
from bsct_explorer.references.computed_frames import frame_order, scan_from_frames
from bsct_explorer.references.curve_tables import parse_table, spline_onto
from bsct_explorer.words.numbers import decimal, number

SPICE_LEVEL = "ωB97M-D3(BJ)/def2-TZVPPD"
SPICE_INFO = PotentialInfo(
    name="dft",
    display_name="DFT (ωB97M-D3(BJ))",
    level_of_theory=SPICE_LEVEL,
    training_data="none: computed, closed shell, at the level of theory of SPICE 2",
    solves_for_electrons=True,
    dtypes=("float64",),
    devices=("cpu",),
    licence="MIT",
    citation="Liu et al., arXiv:2602.04861 (BSCT-SPICE)",
)

MAX_BYTES = 200_000_000
SAME = 1e-5
"""Å. Frames of a reference and of a scan that differ less are the same; BSCT-SPICE is written to 1e-8 Å."""


def load_spice_reference(scan: Scan) -> Evaluation:
    """DFT energies and forces of a BSCT-SPICE system on its own frames, or on some of them.

    Parameters
    ----------
    scan
        From `spice_scan`: every value must be one of the official coordinate's.

    Returns
    -------
    Evaluation
        ωB97M-D3(BJ)/def2-TZVPPD, closed shell; frames with a NaN energy are NaN throughout and named in `failed`.

    Raises
    ------
    ReferenceDataError
        The molecule is no BSCT-SPICE system, the scan leaves its bond or its grid, or a file is missing or broken.
    """
    folder = scan.molecule.folder
    if folder is None:
        raise ReferenceDataError(
            f"{scan.molecule.name} is no BSCT-SPICE system and has no stored DFT. Use gfn2-xtb or a file of your own."
        )
    frames = _official_frames(scan, folder)
    energies = np.empty(len(scan))
    forces = np.empty(scan.positions.shape)
    failed: dict[int, str] = {}
    for k, index in enumerate(frames):
        path = folder / f"atoms_{index}.xyz"
        frame = _read_frame(path)
        _check_same_frame(scan, k, frame, path)
        energies[k], forces[k], reason = _answer(frame, str(path))
        if reason:
            failed[k] = reason
    return Evaluation(info=SPICE_INFO, energies=energies, forces=forces, failed=failed)


def load_reference_file(
    source: str | Path | bytes,
    scan: Scan | None = None,
    *,
    molecule: Molecule | None = None,
    bond: tuple[int, int] | None = None,
    level: str | None = None,
    name: str | None = None,
) -> tuple[Scan, Evaluation]:
    """A user's own reference: extended xyz, whose frames become the scan, or CSV on the given scan's grid.

    Parameters
    ----------
    source
        Path of a file, or its content (bytes, or text of more than one line), as from an upload.
    scan
        The scan at hand. CSV needs it; for extended xyz it says the molecule and the bond.
    molecule, bond
        For extended xyz without a scan: the molecule (None to make it from the frames) and the two atoms of the
        coordinate (None for the bond whose length changes most).
    level
        Level of theory as the user names it.
    name
        The file's name, for messages; None for the path's.

    Returns
    -------
    scan
        The scan that the evaluation belongs to: the file's frames, or the one given.
    evaluation
        Energies in eV and forces in eV/Å. A CSV has no atomic forces: `generalized_forces` come from its third column
        or from the spline through its energies, as the notes say.

    Raises
    ------
    ReferenceDataError
        The file cannot be read, has no energies, or does not belong to the scan.
    """
    text, name = _content(source, name)
    return _from_text(text, name, scan, molecule, bond, level)


def read_reference(content: bytes, scan: Scan, *, name: str, level: str | None = None) -> tuple[Scan, Evaluation]:
    """The content of a reference file that a browser sent; never a path. Otherwise as `load_reference_file`.

    Raises
    ------
    ReferenceDataError
        It is no content, or none that serves the scan.
    """
    if not isinstance(content, bytes):
        raise ReferenceDataError(f"{name} did not arrive as a file. Upload it again.")
    return _from_text(_decoded(content, name), name, scan, None, None, level)


def _from_text(
    text: str,
    name: str,
    scan: Scan | None,
    molecule: Molecule | None,
    bond: tuple[int, int] | None,
    level: str | None,
) -> tuple[Scan, Evaluation]:
    if not _is_xyz(text, name):
        if scan is None:
            raise ReferenceDataError(
                f"{name} is a table of a curve, which needs a scan to lie on. Choose molecule and bond."
            )
        curve = spline_onto(parse_table(text, name), scan.values, name, scan.unit)
        return scan, Evaluation(
            info=_info(level, name),
            energies=curve.energies,
            forces=None,
            failed=curve.failed,
            generalized_forces=curve.generalized_forces,
            notes=curve.notes,
        )
    if scan is not None and scan.kind != "bond":
        raise ReferenceDataError(
            f"{name} has frames, which serve as the reference of a bond's scan, not of this {scan.kind}'s. Give its "
            "curve as CSV: coordinate in degrees, energy in eV[, generalized force in eV per degree]."
        )
    try:
        frames, _ = parse_xyz(text)
    except XYZError as error:
        raise ReferenceDataError(f"{name} is not an extended xyz file that can be read: {error}.") from None
    if scan is not None:
        molecule = molecule or scan.molecule
        bond = bond or (scan.atoms if len(scan.atoms) == 2 else None)  # type: ignore[assignment]
    return _from_frames(frames, name, molecule, bond, level)


# BSCT-SPICE


def _official_frames(scan: Scan, folder: Path) -> list[int]:
    """Number of the official frame at each value of the scan."""
    try:
        partition = read_partition(folder)
    except MoleculeError as error:
        raise ReferenceDataError(str(error)) from None
    if set(scan.atoms) != set(partition.bond) or scan.kind != "bond":
        raise ReferenceDataError(
            f"BSCT-SPICE has DFT for {scan.molecule.name} along bond {partition.bond[0]}-{partition.bond[1]} only, not "
            f"along {'-'.join(map(str, scan.atoms))}. Scan that bond, or take another reference."
        )
    official = np.linspace(partition.lo, partition.hi, partition.points)
    nearest = np.abs(official - scan.values[:, None]).argmin(axis=1)
    off = np.abs(official[nearest] - scan.values)
    if off.max() > SAME:
        raise ReferenceDataError(
            f"BSCT-SPICE has DFT for {scan.molecule.name} at its own {partition.points} frames only, from "
            f"{decimal(partition.lo, 3)} to {decimal(partition.hi, 3)} Å, and "
            f"{decimal(scan.values[int(off.argmax())], 4)} Å is none of them. Keep the system's "
            "own range and points, or take another reference."
        )
    return [int(index) for index in nearest]


def _read_frame(path: Path) -> XYZFrame:
    try:
        return read_spice_frame(path)
    except MoleculeError as error:
        raise ReferenceDataError(str(error)) from None


def _check_same_frame(scan: Scan, k: int, frame: XYZFrame, path: Path) -> None:
    """Same atoms at the same places, up to a common shift (which fragment is held fixed moves the whole frame)."""
    if frame.symbols != scan.molecule.symbols:
        raise ReferenceDataError(f"{path} has other atoms than {scan.molecule.name}. Fetch the system again.")
    shift = frame.positions - scan.positions[k]
    apart = float(np.abs(shift - shift.mean(axis=0)).max())
    if not apart < SAME:
        raise ReferenceDataError(
            f"{path} departs by {number(apart, 2)} Å from the scan's frame at {decimal(scan.values[k], 4)} Å. "
            "Fetch the system again."
        )


# energies and forces of a frame


def _answer(frame: XYZFrame, where: str) -> tuple[float, Floats, str | None]:
    """Energy, forces and, where one of them is not finite, NaN for both with the reason."""
    key, column = _energy_key(frame, where), _forces_column(frame, where)
    try:
        energy = float(frame.info[key])
    except ValueError:
        raise ReferenceDataError(f"{where} has {key}={frame.info[key]}, which is no number. Write it in eV.") from None
    forces = frame.columns[column]
    for what, finite in (("energy", np.isfinite(energy)), ("force", np.isfinite(forces).all())):
        if not finite:
            return np.nan, np.full(forces.shape, np.nan), f"the stored {what} is not a finite number"
    return energy, forces, None


def _energy_key(frame: XYZFrame, where: str) -> str:
    exact = [key for key in frame.info if key.lower() == "energy"]
    found = exact or [key for key in frame.info if key.lower().endswith("energy") and "free" not in key.lower()]
    if len(found) != 1:
        what = "no energy" if not found else f"several energies ({', '.join(found)})"
        raise ReferenceDataError(f"{where} has {what} in its comment line. Write one as energy=… in eV.")
    return found[0]


def _forces_column(frame: XYZFrame, where: str) -> str:
    names = {name: array for name, array in frame.columns.items() if array.shape[1] == 3}
    exact = [name for name in names if name.lower() in ("forces", "force")]
    found = exact or [name for name in names if name.lower().endswith(("forces", "force"))]
    if len(found) != 1:
        what = "no forces" if not found else f"several columns of forces ({', '.join(found)})"
        raise ReferenceDataError(
            f"{where} has {what}. Write them as Properties=species:S:1:pos:R:3:forces:R:3 in eV/Å, "
            "or give a CSV of coordinate and energy."
        )
    return found[0]


# the user's own


def _content(source: str | Path | bytes, name: str | None) -> tuple[str, str]:
    """Text of a path or of a content, and a name for messages."""
    if isinstance(source, str) and "\n" in source:
        return source, name or "the reference"
    if isinstance(source, bytes):
        data = source
        name = name or "the reference"
    else:
        path = Path(source).expanduser()
        name = name or path.name
        try:
            if path.stat().st_size > MAX_BYTES:
                raise ReferenceDataError(
                    f"{path} has more than {MAX_BYTES / 1e6:.0f} MB. Give the frames of one scan only."
                )
            data = path.read_bytes()
        except OSError as error:
            raise ReferenceDataError(
                f"Reference file {path} cannot be read: {error.strerror}. Check the path."
            ) from None
    return _decoded(data, name), name


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReferenceDataError(f"{name} is not a text file. Give extended xyz or CSV as plain text.") from None


def _is_xyz(text: str, name: str) -> bool:
    """By the file's suffix, else by its first line, which in xyz holds nothing but the number of atoms."""
    suffix = Path(name).suffix.lower()
    if suffix in (".xyz", ".extxyz"):
        return True
    if suffix in (".csv", ".tsv", ".dat", ".txt"):
        return False
    return text.lstrip().split("\n", 1)[0].strip().isdigit()


def _info(level: str | None, name: str) -> PotentialInfo:
    return PotentialInfo(
        name="reference",
        display_name=level or f"Reference ({name})",
        level_of_theory=level or "not stated",
        training_data=f"none: read from {name}",
        dtypes=("float64",),
        devices=("cpu",),
    )


def _from_frames(
    frames: list[XYZFrame], name: str, molecule: Molecule | None, bond: tuple[int, int] | None, level: str | None
) -> tuple[Scan, Evaluation]:
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
        energies[k], forces[k], reason = _answer(frames[index], f"{name}, frame {index},")
        if reason:
            failed[k] = reason
    if len(failed) == len(scan):
        raise ReferenceDataError(f"{name} has no frame with finite energy and forces. Check how it was written.")
    return scan, Evaluation(info=_info(level, name), energies=energies, forces=forces, failed=failed, notes=notes)


def _driven_bond(frames: Sequence[XYZFrame], molecule: Molecule | None, name: str) -> tuple[int, int]:
    """The bond whose length changes most, among those of the molecule or of the frame with the lowest energy."""
    if len({frame.symbols for frame in frames}) > 1:
        raise DeformationError("Its frames have different atoms. Give frames of one molecule.")
    if molecule is None:
        energies = [_answer(frame, f"{name}, frame {k},")[0] for k, frame in enumerate(frames)]
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


__all__ = [
    "SPICE_INFO",
    "SPICE_LEVEL",
    "find_data_dir",
    "list_systems",
    "load_reference_file",
    "load_spice_reference",
    "read_reference",
]
