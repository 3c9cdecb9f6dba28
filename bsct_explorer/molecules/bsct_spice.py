"""BSCT-SPICE on disk: where it is, what it holds, and one system as a molecule.

The data set (Liu et al., arXiv:2602.04861; github.com/ryanliu30/bsct, MIT) is the user's: it is read from a folder they
name, with an argument or the environment variable ``BSCT_SPICE_DIR``. Layout:
``<bond type>/<system id>/{unperturbed.xyz, partition.npz, atoms_0.xyz … atoms_99.xyz}``.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bsct_explorer.data import Ints, frozen_array
from bsct_explorer.errors import MoleculeError
from bsct_explorer.molecules.bond_graph import Pair
from bsct_explorer.molecules.building import Origin, build_molecule
from bsct_explorer.molecules.molecule import Molecule
from bsct_explorer.molecules.perception import orders_of
from bsct_explorer.molecules.xyz_format import XYZError, XYZFrame, parse_xyz

PREFIX = "bsct-spice:"
VARIABLE = "BSCT_SPICE_DIR"
BOND_TYPES = ("C-C", "C-N", "C-O", "C-P", "C-S", "N-N", "N-O", "N-P", "O-P")
_LOG = logging.getLogger(__name__)
_WHERE = f"Give its folder with --data DIR (data=DIR in Python) or in {VARIABLE}."


@dataclass(frozen=True)
class Partition:
    """What `partition.npz` says: bonded atoms, fragment 0 or 1 of each atom, and the range of the coordinate."""

    bond: tuple[int, int]
    labels: Ints
    lo: float
    hi: float
    points: int


def find_data_dir(data: str | Path | None = None) -> Path | None:
    """The folder that holds the bond types, from `data` or else from ``BSCT_SPICE_DIR``.

    Parameters
    ----------
    data
        The folder of bond types, or a parent that holds it as ``bsct_spice/``.

    Returns
    -------
    Path or None
        None where nothing was given and the variable is not set.

    Raises
    ------
    MoleculeError
        A folder was named that does not hold the data set.
    """
    given = data if data is not None else os.environ.get(VARIABLE) or None
    if given is None:
        return None
    root = Path(given).expanduser()
    for candidate in (root, root / "bsct_spice"):
        if any((candidate / kind).is_dir() for kind in BOND_TYPES):
            return candidate
    what = "does not exist" if not root.exists() else "holds no folder of a bond type (C-C, C-N, …)"
    raise MoleculeError(f"BSCT-SPICE folder {root} {what}. {_WHERE}")


def list_systems(data: str | Path | None = None) -> list[str]:
    """Names of all systems, ``C-C/7648``, by bond type and number; empty where no folder is known."""
    root = find_data_dir(data)
    return [] if root is None else list(_system_folders(root))


def _system_folders(root: Path) -> dict[str, Path]:
    """Folder of every system by its name, by bond type and number."""
    found: list[tuple[str, int, str]] = []
    for kind in BOND_TYPES:
        if (root / kind).is_dir():
            with os.scandir(root / kind) as entries:
                names = [entry.name for entry in entries if entry.is_dir()]
            found += [(kind, int(name) if name.isdigit() else -1, name) for name in names]
    return {f"{kind}/{name}": root / kind / name for kind, _, name in sorted(found)}


def offered_systems() -> tuple[list[str], str]:
    """Systems of the folder that ``BSCT_SPICE_DIR`` names: what a browser may name, and see in a list.

    Returns
    -------
    list of str, str
        As `list_systems`, without systems that a link leads out of the folder; and why there are none although a
        folder is named (an old setting), empty else.
    """
    try:
        return list(_offered_folders()), ""
    except MoleculeError as error:
        return [], str(error)


def _offered_folders() -> dict[str, Path]:
    root = find_data_dir()
    if root is None:
        return {}
    inside = root.resolve()
    return {
        name: folder
        for name, folder in _system_folders(root).items()
        if not (folder.is_symlink() or folder.parent.is_symlink()) or folder.resolve().is_relative_to(inside)
    }


def load_offered_system(name: str) -> Molecule:
    """A system that a browser names: one of `offered_systems`, compared letter by letter, never joined to a path.

    Raises
    ------
    MoleculeError
        The server does not offer it, or its files cannot be read. The words name no folder: those are for the
        server's log.
    """
    try:
        folders = _offered_folders()
    except MoleculeError as error:
        _LOG.warning("%s", error)
        folders = {}
    folder = folders.get(name)
    if folder is None:
        raise MoleculeError(f"This server offers no BSCT-SPICE system {name!r}. {_alternatives(name, list(folders))}")
    try:
        _check_no_way_out(folder)
        return _read_system(name, folder)
    except MoleculeError as error:
        _LOG.warning("%s", error)
        raise MoleculeError(
            f"The BSCT-SPICE system {name} cannot be read on this server; its log says why. Choose another molecule."
        ) from None


def _check_no_way_out(folder: Path) -> None:
    """Refuse a system with a file that is a link to somewhere outside the data set."""
    inside = folder.parent.parent.resolve()
    with os.scandir(folder) as entries:
        out = [e.name for e in entries if e.is_symlink() and not Path(e.path).resolve().is_relative_to(inside)]
    if out:
        raise MoleculeError(f"{folder}: {out[0]} is a link to a file outside the data set. Put the file itself there.")


def load_system(name: str, data: str | Path | None = None) -> Molecule:
    """A BSCT-SPICE system's unperturbed geometry, with the bonds of its SMILES.

    Parameters
    ----------
    name
        ``C-C/7648``, with or without the prefix ``bsct-spice:``.
    data
        See `find_data_dir`.

    Raises
    ------
    MoleculeError
        The folder or the system is not there, or its files cannot be read.
    """
    name = name.removeprefix(PREFIX).strip("/")
    root = find_data_dir(data)
    if root is None:
        raise MoleculeError(f"bsct-spice:{name} needs the BSCT-SPICE data set, and no folder is known. {_WHERE}")
    folder = root / name
    if name.count("/") != 1 or ".." in name or not folder.is_dir():
        raise MoleculeError(f"BSCT-SPICE has no system {name!r} in {root}. {_alternatives(name, list_systems(root))}")
    return _read_system(name, folder)


def _read_system(name: str, folder: Path) -> Molecule:
    frame = read_spice_frame(folder / "unperturbed.xyz")
    partition = read_partition(folder)
    if len(partition.labels) != len(frame.symbols):
        raise MoleculeError(
            f"{name}: partition.npz has labels for {len(partition.labels)} atoms, unperturbed.xyz has "
            f"{len(frame.symbols)}. Fetch the system again."
        )
    orders, charge, plain = _from_mapped_smiles(frame)
    origin = Origin(name, source="bsct-spice", smiles=plain, folder=folder)
    return build_molecule(origin, frame.symbols, frame.positions, charge=charge, orders=orders)


def place_of(path: Path) -> str:
    """A file of the data set as messages name it, ``C-C/7648/atoms_3.xyz``: where the data set stands is nobody's."""
    return "/".join(path.parts[-3:])


def read_partition(folder: Path) -> Partition:
    """`partition.npz` of a system, or a `MoleculeError`."""
    path = folder / "partition.npz"
    try:
        with np.load(path, allow_pickle=False) as data:
            i, j = (int(index) for index in data["bond_index"])
            lo, hi, points = (float(x) for x in data["perturb_range"])
            labels = np.asarray(data["labels"], dtype=np.int64)
    except (OSError, KeyError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or error  # an OSError's own text has the path
        raise MoleculeError(f"{place_of(path)} cannot be read ({why}). Fetch the system again.") from None
    if not (0 <= i < len(labels) and 0 <= j < len(labels)) or labels[i] == labels[j]:
        raise MoleculeError(
            f"{place_of(path)}: bond_index {i}-{j} does not join the two fragments in labels. Fetch it again."
        )
    # Here and in `Scan`, 0 is the fragment of the bond's first atom; in the files it is either.
    return Partition((i, j), frozen_array(labels != labels[i], np.int64), lo, hi, round(points))


def read_spice_frame(path: Path) -> XYZFrame:
    """One frame of a system, or a `MoleculeError`."""
    try:
        return parse_xyz(path.read_text(encoding="utf-8"), limit=1)[0][0]
    except OSError as error:
        raise MoleculeError(f"{place_of(path)} cannot be read: {error.strerror}. Fetch the system again.") from None
    except (XYZError, UnicodeDecodeError) as error:
        raise MoleculeError(
            f"{place_of(path)} is not in the layout of BSCT-SPICE: {error}. Fetch the system again."
        ) from None


def _from_mapped_smiles(frame: XYZFrame) -> tuple[dict[Pair, float | None] | None, int, str | None]:
    """Bonds, charge and plain SMILES from the atom-mapped SMILES, whose map number n is atom n - 1 (as in SPICE)."""
    from rdkit import Chem, rdBase

    parameters: Any = Chem.SmilesParserParams()
    parameters.removeHs = False
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(frame.info.get("smiles", ""), parameters)
    if mol is None:
        return None, 0, None
    indices = [atom.GetAtomMapNum() - 1 for atom in mol.GetAtoms()]
    if sorted(indices) != list(range(len(frame.symbols))) or not _same_elements(mol, indices, frame):
        return None, 0, None
    orders = {(indices[i], indices[j]): order for (i, j), order in orders_of(mol).items()}
    charge = int(Chem.GetFormalCharge(mol))
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
    return orders, charge, str(Chem.MolToSmiles(Chem.RemoveHs(mol)))


def _same_elements(mol: Any, indices: list[int], frame: XYZFrame) -> bool:
    return all(atom.GetSymbol() == frame.symbols[k] for atom, k in zip(mol.GetAtoms(), indices, strict=True))


def _alternatives(name: str, systems: list[str]) -> str:
    kind = name.split("/")[0]
    same = [system for system in systems if system.startswith(f"{kind}/")]
    if same:
        return f"It has {', '.join(same[:5])}{', …' if len(same) > 5 else ''}."
    return "Write bond type and number, for instance bsct-spice:C-C/7648."
