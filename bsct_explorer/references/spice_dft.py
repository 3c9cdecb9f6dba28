"""DFT of BSCT-SPICE: energies and forces that are stored beside each system's own frames.

Units are eV, Å and eV/Å. A frame without a finite energy is a gap: energy and forces are NaN, and `failed` says why.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bsct_explorer.data import Evaluation, PotentialInfo
from bsct_explorer.deformations import Scan
from bsct_explorer.errors import MoleculeError, ReferenceDataError
from bsct_explorer.molecules.bsct_spice import place_of, read_partition, read_spice_frame
from bsct_explorer.molecules.xyz_format import XYZFrame
from bsct_explorer.references.frame_answers import answer_of
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
        energies[k], forces[k], reason = answer_of(frame, place_of(path))
        if reason:
            failed[k] = reason
    return Evaluation(info=SPICE_INFO, energies=energies, forces=forces, failed=failed)


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
        raise ReferenceDataError(f"{place_of(path)} has other atoms than {scan.molecule.name}. Fetch the system again.")
    shift = frame.positions - scan.positions[k]
    apart = float(np.abs(shift - shift.mean(axis=0)).max())
    if not apart < SAME:
        raise ReferenceDataError(
            f"{place_of(path)} departs by {number(apart, 2)} Å from the scan's frame at {decimal(scan.values[k], 4)} Å."
            " Fetch the system again."
        )
