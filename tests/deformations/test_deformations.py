"""Bond stretches: rigid fragments, half each, exact lengths, tangents, official frames, refusals; scans from frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.data import covalent_radii
from scipy.spatial.distance import pdist
from scipy.spatial.transform import Rotation

from bsct_explorer.deformations import BondStretch, Deformation, Scan, spice_scan
from bsct_explorer.errors import DeformationError
from bsct_explorer.molecules import list_systems, load_molecule
from bsct_explorer.molecules.xyz_format import parse_xyz
from bsct_explorer.references.computed_frames import scan_from_frames

ETHANOL = load_molecule("ethanol")
BOND = (1, 2)


def lengths(scan: Scan) -> np.ndarray:
    i, j = scan.atoms
    return np.linalg.norm(scan.positions[:, j] - scan.positions[:, i], axis=1)


@pytest.mark.parametrize("fixed", ["none", "first", "second"])
@pytest.mark.parametrize("bond", [BOND, BOND[::-1]])
def test_fragments_are_rigid_and_lengths_are_the_values(fixed: str, bond: tuple[int, int]) -> None:
    scan = BondStretch(*bond, fixed=fixed).scan(ETHANOL, points=30)
    assert (scan.kind, scan.unit, scan.atoms, len(scan)) == ("bond", "Å", bond, 30)
    assert scan.labels[list(bond)].tolist() == [0, 1]
    np.testing.assert_allclose(lengths(scan), scan.values, atol=1e-12)
    for label in (0, 1):
        group = scan.labels == label
        for frame in scan.positions:
            np.testing.assert_allclose(pdist(frame[group]), pdist(ETHANOL.positions[group]), atol=1e-12)
    np.testing.assert_allclose(scan.tangents[1:], np.diff(scan.positions, axis=0) / np.diff(scan.values)[:, None, None])


def test_each_fragment_takes_its_share() -> None:
    r0 = np.linalg.norm(np.diff(ETHANOL.positions[list(BOND)], axis=0))
    share = {"none": (0.5, 0.5), "first": (0.0, 1.0), "second": (1.0, 0.0)}
    for fixed, parts in share.items():
        scan = BondStretch(*BOND, fixed=fixed).scan(ETHANOL)
        moved = np.linalg.norm(scan.positions - ETHANOL.positions, axis=2)
        for label, part in enumerate(parts):
            group = moved[:, scan.labels == label]
            expected = np.abs(scan.values - r0)[:, None] * part
            np.testing.assert_allclose(group, np.broadcast_to(expected, group.shape), atol=1e-12)
    # Held or not, the frames are the same up to a shift.
    free, held = (BondStretch(*BOND, fixed=fixed).scan(ETHANOL).positions for fixed in ("none", "first"))
    shift = held - free
    np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1], shift.shape), atol=1e-12)


def test_range_is_in_sums_of_covalent_radii() -> None:
    unit = covalent_radii[6] + covalent_radii[8]
    scan = BondStretch(*BOND).scan(ETHANOL)
    np.testing.assert_allclose(scan.values, np.linspace(0.5 * unit, 2.0 * unit, 100), rtol=1e-14)
    wide = BondStretch(*BOND, range=(0.6, 2.5)).scan(ETHANOL, points=1000)
    np.testing.assert_allclose(wide.values[[0, -1]], [0.6 * unit, 2.5 * unit], rtol=1e-14)
    assert len(wide) == 1000


def test_the_molecule_itself_lies_on_its_scan() -> None:
    r0 = float(np.linalg.norm(np.diff(ETHANOL.positions[list(BOND)], axis=0)))
    scan = BondStretch(*BOND).scan(ETHANOL)
    np.testing.assert_allclose(scan.at([r0]).positions[0], ETHANOL.positions, atol=1e-14)
    np.testing.assert_array_equal(scan.at(scan.values[10:20]).positions, scan.positions[10:20])


def test_stretch_is_a_deformation_and_its_scan_is_frozen() -> None:
    deformation: Deformation = BondStretch(0, 1)
    scan = deformation.scan(load_molecule("ethane"))
    assert scan.deformation == deformation
    with pytest.raises(ValueError, match="read-only"):
        scan.positions[0, 0, 0] = 1.0


@pytest.mark.parametrize("points", [19, 1001, 0, -5, 50.5, True])
def test_number_of_points(points: float) -> None:
    with pytest.raises(DeformationError, match=r"20 to 1000"):
        BondStretch(*BOND).scan(ETHANOL, points=points)


@pytest.mark.parametrize(
    "range", [(2.0, 0.5), (1.0, 1.0), (0.0, 2.0), (-1, 2), (0.5, 10.1), (0.5, np.inf), (np.nan, 2)]
)
def test_senseless_ranges(range: tuple[float, float]) -> None:
    with pytest.raises(DeformationError, match=r"cannot be scanned.*The protocol's is 0\.5 to 2"):
        BondStretch(*BOND, range=range)


def test_other_refusals() -> None:
    with pytest.raises(DeformationError, match="two numbers"):
        BondStretch(*BOND, range=(1.0,))
    with pytest.raises(DeformationError, match=r"'both' is not known\. Use one of none"):
        BondStretch(*BOND, fixed="both")
    with pytest.raises(DeformationError, match="not bonded"):
        BondStretch(0, 2).scan(ETHANOL)
    with pytest.raises(DeformationError, match="ring of 6 atoms"):
        BondStretch(0, 1).scan(load_molecule("benzene"))
    with pytest.raises(DeformationError, match="does not exist"):
        BondStretch(0, 99).scan(ETHANOL)
    with pytest.raises(DeformationError, match="labels must be 0 or 1"):
        BondStretch(*BOND, labels=(0, 0, 1)).scan(ETHANOL)


@pytest.mark.parametrize(("values", "words"), [([1.0, 1.0], "must rise"), ([2.0, 1.0], "2 Å is followed by 1")])
def test_values_that_do_not_rise(values: list[float], words: str) -> None:
    with pytest.raises(DeformationError, match=words):
        BondStretch(*BOND).scan_at(ETHANOL, values)


@pytest.mark.parametrize("values", [[], [0.0, 1.0], [1.0, np.nan], [[1.0], [2.0]]])
def test_values_that_are_no_lengths(values: list[float]) -> None:
    with pytest.raises(DeformationError, match="positive finite numbers"):
        BondStretch(*BOND).scan_at(ETHANOL, values)


# BSCT-SPICE


def test_official_frames_are_rebuilt(bsct_spice_dir: Path) -> None:
    names = list_systems(bsct_spice_dir)
    for name in names[:40]:
        molecule = load_molecule(f"bsct-spice:{name}", data=bsct_spice_dir)
        scan = spice_scan(molecule)
        assert len(scan) == 100
        for k, frame in enumerate(scan.positions):
            stored = parse_xyz((molecule.folder / f"atoms_{k}.xyz").read_text())[0][0]
            assert np.abs(stored.positions - frame).max() < 1e-7, (name, k)


def test_official_scan_is_remade_at_other_values(bsct_spice_dir: Path) -> None:
    molecule = load_molecule(f"bsct-spice:{list_systems(bsct_spice_dir)[0]}", data=bsct_spice_dir)
    scan = spice_scan(molecule)
    with np.load(molecule.folder / "partition.npz") as data:
        lo, hi, n = data["perturb_range"]
        np.testing.assert_allclose(np.linspace(lo, hi, int(n)), scan.values, rtol=1e-15)
        assert scan.atoms == tuple(data["bond_index"])
        assert set(np.flatnonzero(scan.labels == 0)) == set(
            np.flatnonzero(data["labels"] == data["labels"][scan.atoms[0]])
        )
    middle = (scan.values[40] + scan.values[41]) / 2
    np.testing.assert_allclose(scan.at([middle]).positions[0], scan.positions[40:42].mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(scan.deformation.scan(molecule).positions, scan.positions, atol=1e-12)


def test_only_a_bsct_spice_system_has_a_scan_of_its_own() -> None:
    with pytest.raises(DeformationError, match="no BSCT-SPICE system"):
        spice_scan(ETHANOL)


# scans from frames


def frames_of(scan: Scan, shuffle: bool = True) -> list[Atoms]:
    order = np.random.default_rng(0).permutation(len(scan)) if shuffle else range(len(scan))
    return [Atoms(scan.molecule.symbols, scan.positions[k]) for k in order]


@pytest.mark.parametrize("fixed", ["none", "first", "second"])
def test_rigid_frames_are_recognised(fixed: str) -> None:
    made = BondStretch(*BOND, fixed=fixed).scan(ETHANOL, points=25)
    turned = made.with_values(
        positions=made.positions @ Rotation.from_euler("xyz", [1, 2, 3]).as_matrix().T + [1, 2, 3]
    )
    scan = scan_from_frames(frames_of(turned), BOND)
    np.testing.assert_allclose(scan.values, made.values, atol=1e-12)
    np.testing.assert_allclose(scan.positions, turned.positions, atol=1e-12)
    np.testing.assert_array_equal(scan.labels, made.labels)
    assert scan.deformation.fixed == fixed
    np.testing.assert_allclose(scan.at(scan.values).positions, scan.positions, atol=1e-9)
    np.testing.assert_allclose(scan.tangents[1:], np.diff(scan.positions, axis=0) / np.diff(scan.values)[:, None, None])


def test_frames_that_relax_get_difference_tangents() -> None:
    made = BondStretch(*BOND).scan(ETHANOL, points=40)
    # A methyl hydrogen follows with the square of the coordinate, whose derivative is known.
    positions = made.positions.copy()
    positions[:, 3, 0] += 0.1 * made.values**2
    scan = scan_from_frames(frames_of(made.with_values(positions=positions)), BOND, ETHANOL)
    assert scan.deformation is None
    expected = made.tangents.copy()
    expected[:, 3, 0] += 0.2 * made.values
    np.testing.assert_allclose(scan.tangents, expected, atol=1e-9)
    assert scan.molecule is ETHANOL
    with pytest.raises(DeformationError, match="read from a file"):
        scan.at([1.4])


def test_frames_that_do_not_belong_together() -> None:
    frames = frames_of(BondStretch(*BOND).scan(ETHANOL, points=20))
    with pytest.raises(DeformationError, match="at least two frames"):
        scan_from_frames(frames[:1], BOND)
    with pytest.raises(DeformationError, match="same distance of atoms 0 and 1"):
        scan_from_frames(frames, (0, 1))
    with pytest.raises(DeformationError, match="Frames 0 and 20 have the same distance"):
        scan_from_frames([*frames, frames[0]], BOND)
    with pytest.raises(DeformationError, match="Frame 20 has other atoms"):
        scan_from_frames([*frames, load_molecule("water").atoms], BOND)
    with pytest.raises(DeformationError, match="no pair of the frames' 9 atoms"):
        scan_from_frames(frames, (1, 9))
    with pytest.raises(DeformationError, match="not those of water"):
        scan_from_frames(frames, BOND, load_molecule("water"))
    frames[3].positions[0, 0] = np.nan
    with pytest.raises(DeformationError, match="Frame 3 has positions"):
        scan_from_frames(frames, BOND)
